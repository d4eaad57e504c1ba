//! Turns a command in the failed step's script into another one.

use super::Verb;
use super::command_texts::command_texts;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};

/// `rewrite-run {from, to, occurrences}`: `from`, as whole words, becomes `to` in the failed step's script, or in those inputs of its
/// action that hold command lines; `occurrences: one` (the default) refuses more than one, `all` takes them all.
pub(super) const VERB: Verb = Verb { name: "rewrite-run", required: &["from", "to"], optional: &["occurrences"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (from, to) = (arguments.need("from")?, arguments.0.get("to").map_or("", String::as_str));
    let texts = command_texts(scene)?;
    let count: usize = texts.iter().map(|(_, text)| places(text, from).len()).sum();
    let again: usize = if to.contains(from) { texts.iter().map(|(_, text)| within(text, to, from)).sum() } else { 0 };
    match (count, arguments.get("occurrences").unwrap_or("one")) {
        (0, _) => return unfit(format!("the script does not say `{from}`")),
        (count, _) if again >= count => return Err(Refusal::AlreadySo(format!("`{to}`"))),
        (1, _) | (_, "all") => {}
        (count, _) => return unfit(format!("the script says `{from}` {count} times")),
    }
    let mut draft = Draft::new(scene.document);
    for (route, text) in texts.iter().filter(|(_, text)| !places(text, from).is_empty()) {
        draft.script(route, &rewritten(text, from, to))?;
    }
    draft.finish(&scene.place.file, &format!("`{to}`"))
}

/// How many of the places of `from` are part of a `to` already.
fn within(text: &str, to: &str, from: &str) -> usize {
    places(text, to).len() * places(to, from).len()
}

/// The text with `to` at each of the places of `from`.
pub(super) fn rewritten(text: &str, from: &str, to: &str) -> String {
    let mut new = String::with_capacity(text.len());
    let mut done = 0;
    for place in places(text, from) {
        new.push_str(text.get(done..place).unwrap_or(""));
        new.push_str(to);
        done = place + from.len();
    }
    new.push_str(text.get(done..).unwrap_or(""));
    new
}

/// Where `words` stand in `script` with no letter, digit, dash or dot stuck to either end.
pub(super) fn places(script: &str, words: &str) -> Vec<usize> {
    let stuck = |character: char| character.is_alphanumeric() || "-_./".contains(character);
    let free = |at: usize| {
        let before = script.get(..at).and_then(|before| before.chars().next_back());
        let behind = script.get(at + words.len()..).and_then(|behind| behind.chars().next());
        let starts = words.starts_with(|c: char| !stuck(c)) || !before.is_some_and(stuck);
        let ends = words.ends_with(|c: char| !stuck(c)) || !behind.is_some_and(|c| stuck(c) && c != '.');
        starts && ends
    };
    script.match_indices(words).map(|(at, _)| at).filter(|at| free(*at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert_eq!(places("npm ci && npm ci-x; xnpm ci\nnpm ci.", "npm ci"), [0, 28]);
        assert_eq!(places("docker-compose up; ./docker-compose", "docker-compose"), [0]);
    }
}
