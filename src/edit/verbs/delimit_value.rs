//! Turns a value of several lines that was written as `NAME=value` into the delimiter form of the runner's files.

use std::sync::LazyLock;

use regex::Regex;

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};

/// `delimit-value {file}`: what the failed step's script writes to the runner's file (`env`, `output` or `state`) as `NAME=value` stands
/// between delimiters, where the value is computed: the one such line, or of several those that run a command
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#multiline-strings>).
pub(super) const VERB: Verb = Verb { name: "delimit-value", required: &[], optional: &["file"], plan };

/// `echo "name=$(…)" >> "$GITHUB_OUTPUT"`, on a line of its own.
static WRITES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"^(\s*)echo\s+"([A-Za-z_][\w-]*)=(.*\$.*)"\s*>>\s*("?\$\{?GITHUB_(OUTPUT|ENV|STATE)\}?"?)\s*$"#).ok());

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let file = arguments.need("file")?.to_ascii_uppercase();
    let step = scene.step()?;
    let (route, script) = scene.script()?;
    if !scene.shell(step.node).is_posix() {
        return unfit("the script is for no POSIX shell");
    }
    let Some(new) = delimited(script, &file) else { return unfit("which value has several lines is not certain") };
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, "the delimiter form")
}

/// The script with its computed values between delimiters.
fn delimited(script: &str, file: &str) -> Option<String> {
    let lines: Vec<&str> = script.split('\n').collect();
    let found = |line| write_to(line, file);
    let mut places: Vec<usize> = (0..lines.len()).filter(|index| lines.get(*index).is_some_and(|line| found(line).is_some())).collect();
    if places.len() > 1 {
        places.retain(|index| lines.get(*index).is_some_and(|line| line.contains("$(") || line.contains('`')));
    }
    if places.is_empty() {
        return None;
    }
    let line = |(index, line): (usize, &&str)| match write_to(line, file).filter(|_| places.contains(&index)) {
        Some(found) => {
            let part = |index: usize| found.get(index).map_or("", |part| part.as_str());
            let (margin, name, value, target) = (part(1), part(2), part(3), part(4));
            format!("{margin}{{ echo \"{name}<<EOF_{name}\"; echo \"{value}\"; echo \"EOF_{name}\"; }} >> {target}")
        }
        None => (*line).to_owned(),
    };
    Some(lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\n"))
}

/// The parts of a line that writes a computed value to this file.
fn write_to<'t>(line: &'t str, file: &str) -> Option<regex::Captures<'t>> {
    WRITES.as_ref()?.captures(line).filter(|found| found.get(5).is_some_and(|name| name.as_str() == file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_computed_value_is_put_between_delimiters() {
        let old = "x=1\necho \"log=$(git log -3)\" >> \"$GITHUB_OUTPUT\"\necho \"v=$x\" >> \"$GITHUB_OUTPUT\"";
        let new = "x=1\n{ echo \"log<<EOF_log\"; echo \"$(git log -3)\"; echo \"EOF_log\"; } >> \"$GITHUB_OUTPUT\"\necho \"v=$x\" >> \"$GITHUB_OUTPUT\"";
        assert_eq!(delimited(old, "OUTPUT").as_deref(), Some(new));
        assert_eq!(delimited("echo \"a=$A\" >> $GITHUB_ENV", "OUTPUT"), None);
        assert_eq!(delimited("echo \"a=$A\" >> $GITHUB_ENV\necho \"b=$B\" >> $GITHUB_ENV", "ENV"), None);
    }
}
