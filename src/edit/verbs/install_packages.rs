//! Turns missing system packages into their installation: in the job's own `apt-get install` line, or in a step.

use super::Verb;
use super::manager::{manager, order, program};
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Manager, Scene, is_action, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};
use crate::workflow::Node;

/// `install-packages {packages, manager, before}`: installs packages, parted by blanks, before the failed step, or before the step that
/// uses the action `before`. `manager` (apt, apk, dnf, brew, choco) is by default the one of the job's system or container.
pub(super) const VERB: Verb = Verb { name: "install-packages", required: &["packages"], optional: &["before", "manager"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let manager = match arguments.get("manager") {
        None => manager(scene)?,
        Some("apt") => Manager::Apt,
        Some("apk") => Manager::Apk,
        Some("dnf") => Manager::Dnf,
        Some("brew") => Manager::Brew,
        Some("choco") => Manager::Choco,
        Some(other) => return unfit(format!("no manager is called `{other}`")),
    };
    install_packages(scene, manager, arguments.need("packages")?, place(scene, arguments)?)
}

/// The index of the step that needs the packages: the failed one, or an earlier one that uses the action `before`.
pub(super) fn place(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<usize, Refusal> {
    let failed = scene.step()?.index;
    let (_, items) = scene.steps()?;
    let uses = |action: &str| items.iter().take(failed).position(|item| is_action(&item.value, action));
    Ok(arguments.get("before").and_then(uses).unwrap_or(failed))
}

/// Installs packages before the step `needing`, in the job's own installation line where it has one.
pub(super) fn install_packages(scene: &Scene<'_>, manager: Manager, packages: &str, needing: usize) -> Result<Vec<Edit>, Refusal> {
    let names: Vec<&str> = packages.split_whitespace().collect();
    let sound = |name: &&str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-._@/:~=".contains(&byte))
    };
    if names.is_empty() || !names.iter().all(sound) {
        return unfit(format!("`{packages}` are no package names"));
    }
    let (route, items) = scene.steps()?;
    let mut place = None;
    for (index, item) in items.iter().enumerate().take(needing + 1) {
        let Some(script) = item.value.get("run").and_then(Node::as_str).filter(|_| scene.shell(&item.value).is_posix()) else { continue };
        let runs = item.value.get("if").is_none() && item.value.get("continue-on-error").is_none();
        for command in script::commands(script) {
            let Some(installed) = installed(&command, manager) else { continue };
            if names.iter().all(|name| installed.contains(name)) && (runs || index == needing) && command.always {
                return Err(Refusal::AlreadySo(format!("the installation of {packages}")));
            }
            // A line that is written in another order is its author's own, and `apt` says itself that its command line is for
            // people (apt(8), "Script usage"): a step of its own is plainer than a change of it.
            let words = command.program();
            let is_plain = words.get(1).is_some_and(|word| ["install", "add"].contains(&word.text.as_str()))
                && words.first().is_some_and(|word| word.text != "apt");
            if runs && is_plain && command.always && (index < needing || place.is_none()) {
                place = Some((index, script, command.clone(), installed.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()));
            }
        }
    }
    if let Some((index, script, command, installed)) = place {
        let missing: Vec<&str> = names.iter().copied().filter(|name| !installed.iter().any(|one| one == name)).collect();
        let new = script::inserted(script, behind_packages(script, &command), &format!(" {}", missing.join(" ")));
        let new = new.and_then(|new| with_answer(&new, &command, manager));
        let mut draft = Draft::new(scene.document);
        if let Some(new) = new
            && draft.script(&route.index(index).key("run"), &new).is_ok()
        {
            return draft.finish(&scene.place.file, "the installation");
        }
    }
    scene.insert_step(needing, install_step(scene, manager, &names))
}

/// The packages that a command installs with `manager`; none when it installs nothing.
fn installed(command: &script::Command, manager: Manager) -> Option<Vec<&str>> {
    let words = command.program();
    let at = words.iter().position(|word| word.text == order(manager))?;
    let is_it = words.first().and_then(|word| program(&word.text)) == Some(manager)
        && !words.iter().any(|word| word.text == "--cask" || word.text == "--only-upgrade");
    let names = words.iter().skip(at + 1).map(|word| word.text.as_str()).filter(|word| !word.starts_with('-')).collect::<Vec<_>>();
    (is_it && !names.is_empty()).then_some(names)
}

/// The script whose installation, which may bring more packages than it names now, asks nobody.
fn with_answer(script: &str, command: &script::Command, manager: Manager) -> Option<String> {
    let words = command.program();
    let answers = |word: &script::Word| {
        ["--yes", "--assume-yes", "--assumeyes"].contains(&word.text.as_str())
            || short(&word.text, 'y')
            || short(&word.text, 'q') && word.text.contains("qq")
    };
    let asks = matches!(manager, Manager::Apt | Manager::Dnf | Manager::Choco) && !words.iter().any(answers);
    let order = words.iter().find(|word| word.text == order(manager)).filter(|_| asks);
    order.map_or_else(|| Some(script.to_owned()), |word| script::inserted(script, word.end, " -y"))
}

/// Whether a word is a group of short options that holds `letter`: `-yq`.
fn short(word: &str, letter: char) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.contains(letter)
}

/// Where further packages stand: behind the last word of the line that says `install`, so that a list over several lines stays.
fn behind_packages(script: &str, command: &script::Command) -> usize {
    let words = command.program();
    let order = words.iter().position(|word| word.text == "install" || word.text == "add").unwrap_or(0);
    let line_of = |offset: usize| script.get(..offset).map_or(0, |above| above.matches('\n').count());
    let line = words.get(order).map_or(0, |word| line_of(word.start));
    words.iter().skip(order).take_while(|word| line_of(word.start) == line).last().map_or(command.end(), |word| word.end)
}

fn install_step(scene: &Scene<'_>, manager: Manager, names: &[&str]) -> serde_yaml::Value {
    let all = names.join(" ");
    let sudo = if scene.container().is_some() { "" } else { "sudo " };
    let (script, system) = match manager {
        Manager::Apt => (format!("{sudo}apt-get update && {sudo}apt-get install -y {all}"), "Linux"),
        Manager::Apk => (format!("apk add --no-cache {all}"), "Linux"),
        Manager::Dnf => (format!("{sudo}dnf install -y {all}"), "Linux"),
        Manager::Brew => (format!("brew install {all}"), "macOS"),
        Manager::Choco => (format!("choco install -y {all}"), "Windows"),
    };
    let mut step = scene.run_step(&format!("Install {}", names.join(", ")), &script);
    let sure = scene.container().is_some() || scene.is_one_system();
    if !sure && let Some(step) = step.as_mapping_mut() {
        let run = step.remove("run");
        step.insert("if".into(), format!("runner.os == '{system}'").into());
        step.extend(run.map(|run| ("run".into(), run)));
    }
    step
}
