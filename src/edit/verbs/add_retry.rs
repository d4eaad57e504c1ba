//! Turns a command that failed by chance of the network into one that is tried three times.

use super::Verb;
use super::prepend_command::one_command;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `add-retry {command}`: the script's command that contains `command` (without it, the only one) is tried three times with a pause,
/// and still fails the step when it fails three times.
pub(super) const VERB: Verb = Verb { name: "add-retry", required: &[], optional: &["command"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let step = scene.step()?;
    let (route, script) = scene.script()?;
    if !scene.shell(step.node).is_posix() {
        return unfit("the script is for no POSIX shell");
    }
    if script.contains("for attempt in 1 2 3") {
        return Err(Refusal::AlreadySo("the retry".to_owned()));
    }
    let command = one_command(script, arguments.get("command"))?;
    let new = looped(script, &command)?;
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, "the retry")
}

/// The script with `command`, which stands on a line of its own, tried three times with a pause.
pub(super) fn looped(script: &str, command: &script::Command) -> Result<String, Refusal> {
    let (start, end) = (command.start(), command.end());
    let words = script.get(start..end).unwrap_or("");
    let behind = script.get(end..).and_then(|rest| rest.lines().next()).unwrap_or("").trim();
    let alone = command.always && !command.redirected && script::begins_line(script, start) && behind.is_empty() && !words.contains('\n');
    if !alone {
        return unfit("the command does not stand on a line of its own");
    }
    let margin = script.get(..start).and_then(|above| above.rsplit('\n').next()).unwrap_or("");
    let lines = [
        "for attempt in 1 2 3; do".to_owned(),
        format!("  {words} && break"),
        "  if [ \"$attempt\" -eq 3 ]; then exit 1; fi".to_owned(),
        "  sleep 15".to_owned(),
        "done".to_owned(),
    ];
    let lines = lines.join(&format!("\n{margin}"));
    Ok(format!("{}{lines}{}", script.get(..start).unwrap_or(""), script.get(end..).unwrap_or("")))
}
