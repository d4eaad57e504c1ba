//! Turns an installation from stale package lists into one from fresh lists.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `add-apt-update {}`: `apt-get update` before the failed step's first `apt-get install`.
pub(super) const VERB: Verb = Verb { name: "add-apt-update", required: &[], optional: &[], plan };

fn plan(scene: &Scene<'_>, _: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let step = scene.step()?;
    let (route, script) = scene.script()?;
    if !scene.shell(step.node).is_posix() {
        return unfit("the script is for no POSIX shell");
    }
    let commands = script::commands(script);
    let does = |command: &script::Command, what: &str| {
        let words = command.program();
        words.first().is_some_and(|word| ["apt-get", "apt"].contains(&word.text.as_str())) && words.iter().any(|word| word.text == what)
    };
    let Some(position) = commands.iter().position(|command| does(command, "install")) else {
        // An installation within a condition or a loop is not read as a command; an update there is seen all the same.
        if script.contains("apt-get update") {
            return Err(Refusal::AlreadySo("`apt-get update`".to_owned()));
        }
        return unfit("the script installs nothing with apt-get");
    };
    if commands.iter().take(position).any(|command| does(command, "update")) {
        return Err(Refusal::AlreadySo("`apt-get update`".to_owned()));
    }
    let Some(install) = commands.get(position) else { return unfit("the script installs nothing with apt-get") };
    let update = if install.is_sudo() { "sudo apt-get update" } else { "apt-get update" };
    let lines = script.trim_end().contains('\n') && script::begins_line(script, install.start()) && install.always;
    let new = if lines {
        script::lines_above(script, install.start(), &[update])
    } else {
        script::inserted(script, install.start(), &format!("{update} && "))
    };
    let Some(new) = new else { return unfit("the command is not in the script") };
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, "`apt-get update`")
}
