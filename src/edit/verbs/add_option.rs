//! Turns a command without an option into one with it.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `add-option {command, option, operand}`: `option` behind the name of the failed step's one `command` that names `operand`.
pub(super) const VERB: Verb = Verb { name: "add-option", required: &["command", "option", "operand"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (name, option, operand) = (arguments.need("command")?, arguments.need("option")?, arguments.need("operand")?);
    let step = scene.step()?;
    let (route, text) = scene.script()?;
    if !scene.shell(step.node).is_posix() {
        return unfit("the script is for no POSIX shell");
    }
    let is_it = |command: &script::Command| {
        let words = command.program();
        words.first().is_some_and(|word| word.text == name) && words.iter().any(|word| word.text.trim_matches(['"', '\'']) == operand)
    };
    let commands = script::commands(text);
    let mut found = commands.iter().filter(|command| is_it(command));
    let (Some(command), None) = (found.next(), found.next()) else {
        return unfit(format!("no one `{name}` of the script names `{operand}`"));
    };
    let letter = option.trim_start_matches('-');
    let has = |word: &script::Word| word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains(letter);
    if command.program().iter().any(has) {
        return Err(Refusal::AlreadySo(format!("`{name} {option}`")));
    }
    let at = command.program().first().map_or(0, |word| word.end);
    let Some(new) = script::inserted(text, at, &format!(" {option}")) else { return unfit("the command is not in the script") };
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, &format!("`{name} {option}`"))
}
