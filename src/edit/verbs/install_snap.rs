//! Turns the installation of a package that Ubuntu has as a snap only into that of the snap.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `install-snap {package, snap}`: the failed step's `apt-get install` of `package` alone becomes `snap install`; one of several packages
/// leaves the list, and the snap comes behind it.
pub(super) const VERB: Verb = Verb { name: "install-snap", required: &["package", "snap"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (package, snap) = (arguments.need("package")?, arguments.need("snap")?);
    let (route, text) = scene.script()?;
    if text.contains(&format!("snap install {snap}")) {
        return Err(Refusal::AlreadySo(format!("the snap {snap}")));
    }
    let commands = script::commands(text);
    let installs = |command: &&script::Command| {
        let words = command.program();
        let apt = words.first().is_some_and(|word| ["apt-get", "apt"].contains(&word.text.as_str()));
        apt && words.iter().any(|word| word.text == "install") && words.iter().any(|word| word.text == package)
    };
    let mut found = commands.iter().filter(installs);
    let (Some(command), None) = (found.next(), found.next()) else { return unfit(format!("no one command installs {package}")) };
    let sudo = if command.is_sudo() { "sudo " } else { "" };
    let names = command.program().iter().skip(1).filter(|word| !word.text.starts_with('-') && word.text != "install").count();
    let install = format!("{sudo}snap install {snap}");
    let (start, end) = (command.start(), command.end());
    let new = if names == 1 {
        format!("{}{install}{}", text.get(..start).unwrap_or(""), text.get(end..).unwrap_or(""))
    } else {
        let Some(word) = command.words.iter().find(|word| word.text == package) else { return unfit("the package is not in the script") };
        let before = text.get(..word.start).unwrap_or("").trim_end_matches(' ');
        let rest = text.get(word.end..end).unwrap_or("");
        format!("{before}{rest} && {install}{}", text.get(end..).unwrap_or(""))
    };
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, &format!("the snap {snap}"))
}
