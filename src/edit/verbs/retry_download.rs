//! Turns the one download of a script into one that is tried three times.

use super::Verb;
use super::add_retry::looped;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script::{self, Command};
use crate::edit::{Edit, Refusal};

/// `retry-download {}`: the one command of the failed step's script that only fetches is tried three times: curl by its own option, the
/// others in a loop.
pub(super) const VERB: Verb = Verb { name: "retry-download", required: &[], optional: &[], plan };

/// What curl needs to try again whatever went wrong on the way (<https://curl.se/docs/manpage.html#--retry-all-errors>, since 7.71).
const CURL: &str = " --retry 3 --retry-all-errors";

/// Commands that only fetch, and can be begun anew.
const FETCHES: &[&[&str]] =
    &[&["wget"], &["docker", "pull"], &["git", "fetch"], &["git", "pull"], &["add-apt-repository"], &["helm", "repo", "add"]];

fn plan(scene: &Scene<'_>, _: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let step = scene.step()?;
    let (route, text) = scene.script()?;
    if !scene.shell(step.node).is_posix() {
        return unfit("the script is for no POSIX shell");
    }
    if ["--retry", "for attempt in", "retry ", "--tries", "until "].iter().any(|words| text.contains(words)) {
        return Err(Refusal::AlreadySo("the retry".to_owned()));
    }
    let commands = script::commands(text);
    let mut fetching = commands.iter().filter(|command| is_curl(command) || fetches(command));
    let (Some(command), None) = (fetching.next(), fetching.next()) else { return unfit("the script has no one command that only fetches") };
    let new = match command.program().first() {
        Some(word) if is_curl(command) => script::inserted(text, word.end, CURL),
        _ => Some(looped(text, command)?),
    };
    let Some(new) = new else { return unfit("the command is not in the script") };
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, "the retry")
}

fn is_curl(command: &Command) -> bool {
    command.program().first().is_some_and(|word| word.text == "curl")
}

fn fetches(command: &Command) -> bool {
    let words = command.program();
    FETCHES.iter().any(|fetch| words.len() >= fetch.len() && fetch.iter().zip(words).all(|(wanted, word)| word.text == *wanted))
}
