//! Turns an option that a tool no longer knows into its successor.

use super::Verb;
use super::command_texts::command_texts;
use super::rewrite_run::places;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `replace-option {tool, from, to, value}`: in the failed step's commands that begin with `tool`, `from` becomes `to`, or goes where
/// `to` is empty, with the option's value where `value` is `true`. An action's input that holds options only counts as the tool's own
/// command where its action is named after the tool.
pub(super) const VERB: Verb = Verb { name: "replace-option", required: &["tool", "from"], optional: &["to", "value"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (tool, from) = (arguments.need("tool")?, arguments.need("from")?);
    let (to, value) = (arguments.get("to").unwrap_or(""), arguments.get("value") == Some("true"));
    let step = scene.step()?;
    let program = tool.split(' ').next().unwrap_or(tool);
    let own = step.node.get("uses").and_then(crate::workflow::Node::as_str).is_some_and(|uses| uses.contains(program));
    let mut draft = Draft::new(scene.document);
    let mut said = false;
    for (route, text) in command_texts(scene)? {
        let mut new = text.to_owned();
        let whole = own && !script::commands(text).iter().any(|command| calls(command, program).is_some());
        let ranges: Vec<(usize, usize)> = if whole {
            vec![(0, text.len())]
        } else {
            script::commands(text).iter().filter_map(|command| Some((calls(command, tool)?, command.end()))).collect()
        };
        for (start, end) in ranges.into_iter().rev() {
            let words = text.get(start..end).unwrap_or("");
            said |= !to.is_empty() && !places(words, to).is_empty();
            if let Some(changed) = replaced(words, from, to, value) {
                new.replace_range(start..end, &changed);
            }
        }
        if new != text {
            draft.script(&route, &new)?;
        }
    }
    if draft.is_empty() && !said {
        return unfit(format!("no `{tool}` of the step says `{from}`"));
    }
    draft.finish(&scene.place.file, &format!("`{to}`"))
}

/// Where the tool begins in a command that calls it: as the program, or behind a word such as `npx` or `poetry run`.
fn calls(command: &script::Command, tool: &str) -> Option<usize> {
    const BEFORE: &[&str] =
        &["npx", "pnpm", "yarn", "bunx", "exec", "run", "bundle", "poetry", "uv", "uvx", "pipx", "dlx", "php", "python", "python3", "-m"];
    let wanted: Vec<&str> = tool.split(' ').collect();
    let words = command.program();
    let named = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
    let at = words.iter().position(|word| Some(&named(&word.text).as_str()) == wanted.first())?;
    let before = words.iter().take(at).all(|word| BEFORE.contains(&word.text.as_str()));
    let rest = wanted.iter().skip(1).zip(words.iter().skip(at + 1)).all(|(word, have)| have.text == *word);
    (before && rest && words.len() >= at + wanted.len()).then(|| words.get(at).map(|word| word.start)).flatten()
}

/// The words with `to` in place of `from`; none where they do not say it.
fn replaced(words: &str, from: &str, to: &str, value: bool) -> Option<String> {
    let mut new = words.to_owned();
    let found = places(words, from);
    for at in found.iter().rev() {
        let mut end = at + from.len();
        let mut start = *at;
        if value {
            let rest = new.get(end..)?;
            let gap = if rest.starts_with('=') { 1 } else { rest.len() - rest.trim_start_matches(' ').len() };
            end += gap + rest.get(gap..)?.find([' ', '\n']).unwrap_or(rest.len() - gap);
        }
        if to.is_empty() {
            // One blank goes with the words.
            start -= usize::from(new.get(..start)?.ends_with(' '));
        }
        new.replace_range(start..end, to);
    }
    (!found.is_empty()).then(|| new.trim_end_matches(' ').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_gives_way_with_its_value() {
        assert_eq!(
            replaced("goreleaser release --rm-dist -p 2", "--rm-dist", "--clean", false).as_deref(),
            Some("goreleaser release --clean -p 2")
        );
        assert_eq!(
            replaced("golangci-lint run --out-format=line ./...", "--out-format", "", true).as_deref(),
            Some("golangci-lint run ./...")
        );
        assert_eq!(replaced("golangci-lint run --out-format line", "--out-format", "", true).as_deref(), Some("golangci-lint run"));
        assert_eq!(replaced("poetry lock --no-update", "--no-update", "", false).as_deref(), Some("poetry lock"));
        assert_eq!(replaced("poetry lock", "--no-update", "", false), None);
    }
}
