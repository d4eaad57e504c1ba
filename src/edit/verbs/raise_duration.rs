//! Turns a tool's own time limit that was too short into a longer one.

use std::sync::LazyLock;

use regex::Regex;

use super::Verb;
use super::command_texts::command_texts;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, is_action, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};
use crate::workflow::Node;

/// `raise-duration {option, command, default, action, input}`: the value of `option` (`--timeout`) in the failed step's commands is
/// doubled. Where the step does not say it and `default` gives a value, it is put behind `command`, or into the `input` of `action`.
pub(super) const VERB: Verb =
    Verb { name: "raise-duration", required: &["option"], optional: &["action", "command", "default", "input"], plan };

/// A duration as Go's flags and most tools write it: one number and one unit; a bare number counts in the tool's own unit.
static DURATION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:[= ]\s*)(\d{1,5})(ms|s|m|h|min)?(?:0s)?(?:$|[\s'\x22;|&\\)])").ok());

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let option = arguments.need("option")?;
    let texts = command_texts(scene).unwrap_or_default();
    let mut draft = Draft::new(scene.document);
    for (route, text) in &texts {
        let Some((start, end, new)) = doubled(text, option) else { continue };
        let raised = format!("{}{new}{}", text.get(..start).unwrap_or(""), text.get(end..).unwrap_or(""));
        draft.script(route, &raised)?;
        return draft.finish(&scene.place.file, &format!("`{option}`"));
    }
    let said = texts.iter().any(|(_, text)| text.contains(option));
    let Some(default) = arguments.get("default").filter(|_| !said) else {
        return unfit(format!("the step's commands set no `{option}` that can be doubled"));
    };
    let words = format!("{option}={default}");
    let step = scene.step()?;
    if let Some(input) = arguments.get("input").filter(|_| arguments.get("action").is_some_and(|action| is_action(step.node, action))) {
        let old = step.node.get("with").and_then(|with| with.get(input)).and_then(Node::as_str).map_or("", str::trim_end);
        let new = if old.is_empty() { words } else { format!("{old} {words}") };
        match old.is_empty() {
            true => draft.put_below(&step.route, "with", input, new.into(), super::set_key::STEP_HEAD)?,
            false => draft.script(&step.route.key("with").key(input), &new)?,
        }
        return draft.finish(&scene.place.file, &format!("`{option}`"));
    }
    let (route, text) = scene.script()?;
    let at = behind_command(text, arguments.need("command")?)?;
    let Some(new) = script::inserted(text, at, &format!(" {words}")) else { return unfit("the command is not in the script") };
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, &format!("`{option}`"))
}

/// The bytes of the option's value, and twice that value; none where the option is said more than once or not as a plain duration.
fn doubled(text: &str, option: &str) -> Option<(usize, usize, String)> {
    let mut places = super::rewrite_run::places(text, option).into_iter();
    let at = places.next().filter(|_| places.next().is_none())? + option.len();
    let found = DURATION.as_ref()?.captures(text.get(at..)?)?;
    let (number, unit) = (found.get(1)?, found.get(2).map_or("", |unit| unit.as_str()));
    let value: u32 = number.as_str().parse().ok().filter(|value| *value > 0)?;
    Some((at + number.start(), at + number.end() + unit.len(), format!("{}{unit}", value.saturating_mul(2))))
}

/// Behind the words of the script's one command that begins with `words`.
fn behind_command(text: &str, words: &str) -> Result<usize, Refusal> {
    let wanted: Vec<&str> = words.split_whitespace().collect();
    let commands = script::commands(text);
    let mut found = commands.iter().filter_map(|command| {
        let program = command.program();
        let same = wanted.iter().zip(program).all(|(word, have)| have.text == *word) && program.len() >= wanted.len();
        same.then(|| program.get(wanted.len() - 1).map(|word| word.end)).flatten()
    });
    match (found.next(), found.next()) {
        (Some(at), None) => Ok(at),
        (None, _) => unfit(format!("the script does not run `{words}`")),
        (Some(_), Some(_)) => unfit(format!("the script runs `{words}` more than once")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twice(text: &str) -> Option<String> {
        let (start, end, new) = doubled(text, "--timeout")?;
        Some(format!("{}{new}{}", &text[..start], &text[end..]))
    }

    #[test]
    fn a_plain_duration_is_doubled() {
        assert_eq!(twice("run --timeout=5m -v").as_deref(), Some("run --timeout=10m -v"));
        assert_eq!(twice("helm upgrade --timeout 300s").as_deref(), Some("helm upgrade --timeout 600s"));
        assert_eq!(twice("ctest --timeout 60\n").as_deref(), Some("ctest --timeout 120\n"));
        for no in ["a --timeout=$T", "a --timeout=5m --timeout 3m", "a --timeouts=5m", "a --timeout=1h30m", "a"] {
            assert_eq!(twice(no), None, "{no}");
        }
    }
}
