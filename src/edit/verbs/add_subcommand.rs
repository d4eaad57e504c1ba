//! Turns a tool's call without the word that says what to do into one with it.

use super::Verb;
use super::command_texts::command_texts;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `add-subcommand {command, subcommand, word}`: the failed step's calls of `command` that go on with an option or with `word` — what
/// the tool took for a subcommand — say `subcommand` first.
pub(super) const VERB: Verb = Verb { name: "add-subcommand", required: &["command", "subcommand", "word"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (name, subcommand, word) = (arguments.need("command")?, arguments.need("subcommand")?, arguments.need("word")?);
    let mut draft = Draft::new(scene.document);
    let mut said = false;
    for (route, text) in command_texts(scene)? {
        let mut new = text.to_owned();
        for command in script::commands(text).iter().rev() {
            let Some(at) = call(command.program(), name) else { continue };
            let next = command.program().get(at + 1).map_or("", |next| next.text.as_str());
            said |= next == subcommand;
            let end = command.program().get(at).map_or(0, |word| word.end);
            if next.starts_with('-') || next.trim_matches(['"', '\'']) == word {
                new = script::inserted(&new, end, &format!(" {subcommand}")).unwrap_or(new);
            }
        }
        if new != text {
            draft.script(&route, &new)?;
        }
    }
    if draft.is_empty() && !said {
        return unfit(format!("the script does not call `{name}` so"));
    }
    draft.finish(&scene.place.file, &format!("`{name} {subcommand}`"))
}

/// Which word of a command is the tool: the first, or the one behind `python -m`, `uvx`, `uv run`, `poetry run`, `pipx run`.
fn call(words: &[script::Word], name: &str) -> Option<usize> {
    const BEFORE: &[&str] = &["python", "python3", "-m", "uvx", "uv", "run", "poetry", "pipx", "pdm", "hatch", "npx"];
    let at = words.iter().position(|word| word.text == name)?;
    words.iter().take(at).all(|word| BEFORE.contains(&word.text.as_str())).then_some(at)
}
