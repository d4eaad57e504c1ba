//! Turns a command into the same command run by another one.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `prepend-command {prefix, command}`: puts `prefix` in front of the script's command that contains `command`; without `command`, of
/// the only one.
pub(super) const VERB: Verb = Verb { name: "prepend-command", required: &["prefix"], optional: &["command"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let prefix = arguments.need("prefix")?;
    let step = scene.step()?;
    let (route, script) = scene.script()?;
    if !scene.shell(step.node).is_posix() {
        return unfit("the script is for no POSIX shell");
    }
    let command = one_command(script, arguments.get("command"))?;
    let start = command.program().first().map_or(command.start(), |word| word.start);
    if script.get(start..).is_some_and(|words| words.starts_with(&format!("{prefix} "))) {
        return Err(Refusal::AlreadySo(format!("`{prefix}`")));
    }
    let Some(new) = script::inserted(script, start, &format!("{prefix} ")) else { return unfit("the command is not in the script") };
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, &format!("`{prefix}`"))
}

/// The one command of a script whose words contain `text`, or its only one.
pub(super) fn one_command(script: &str, text: Option<&str>) -> Result<script::Command, Refusal> {
    const BUILT_IN: &[&str] = &["cd", "set", "export", "echo", "source", ".", "true", "ulimit", "unset", "shopt", "pushd", "popd"];
    let all = script::commands(script);
    let says = |command: &script::Command, text: &str| script.get(command.start()..command.end()).is_some_and(|words| words.contains(text));
    let plain = |command: &&script::Command| command.words.first().is_some_and(|word| !BUILT_IN.contains(&word.text.as_str()));
    let mut fits = all.iter().filter(plain).filter(|command| text.is_none_or(|text| says(command, text.trim())));
    match (fits.next(), fits.next()) {
        (Some(one), None) => Ok(one.clone()),
        (None, _) => unfit("the script has no such command"),
        (Some(_), Some(_)) => unfit("which command of the script is meant is not certain"),
    }
}
