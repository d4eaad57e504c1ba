//! Turns a test of a variable that may be unset into one that `set -u` lets pass.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `default-variable {name}`: `$NAME` becomes `${NAME-}` in the tests for emptiness of the failed step's script, and nowhere else:
/// only there an unset variable and an empty one are meant to be the same.
pub(super) const VERB: Verb = Verb { name: "default-variable", required: &["name"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let name = arguments.need("name")?;
    let step = scene.step()?;
    let (route, text) = scene.script()?;
    if !scene.shell(step.node).is_posix() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return unfit("the script is for no POSIX shell");
    }
    let forms = [format!("${name}"), format!("${{{name}}}")];
    let safe = format!("${{{name}-}}");
    let (mut new, mut done, mut changed) = (String::with_capacity(text.len()), 0, false);
    for (test, word) in tests(text) {
        let bare = word.text.trim_matches('"');
        if bare == safe {
            return Err(Refusal::AlreadySo(format!("`{safe}`")));
        }
        if test && forms.iter().any(|form| form == bare) {
            new.push_str(text.get(done..word.start).unwrap_or(""));
            new.push_str(&word.text.replace(bare, &safe));
            done = word.end;
            changed = true;
        }
    }
    if !changed {
        return unfit(format!("the script does not test whether `{name}` is empty"));
    }
    new.push_str(text.get(done..).unwrap_or(""));
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, &format!("`{safe}`"))
}

/// The words of all tests, each with whether it is compared or asked for emptiness.
fn tests(text: &str) -> Vec<(bool, script::Word)> {
    let mut out = Vec::new();
    for command in script::commands(text) {
        // The scanner parts `[[ a && b ]]` at its `&&`.
        if !command.words.first().is_some_and(|word| ["[", "[[", "test", "-n", "-z", "!"].contains(&word.text.as_str())) {
            continue;
        }
        for pair in command.words.windows(2) {
            if let [operator, word] = pair {
                out.push((["-n", "-z"].contains(&operator.text.as_str()), word.clone()));
            }
        }
    }
    out
}
