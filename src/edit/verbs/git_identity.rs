//! Turns a commit without an author into one by the runner's own account.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene};
use crate::edit::script;
use crate::edit::{Edit, Refusal};
use crate::workflow::{Item, Node};

/// `git-identity {}`: names the author before the script's first `git` command that commits, or in a step before the failed one.
pub(super) const VERB: Verb = Verb { name: "git-identity", required: &[], optional: &[], plan };

/// The account that commits of GitHub Actions show.
const NAME: &str = "git config user.name \"github-actions[bot]\"";
const EMAIL: &str = "git config user.email \"41898282+github-actions[bot]@users.noreply.github.com\"";

fn plan(scene: &Scene<'_>, _: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let failed = scene.step()?;
    let (_, items) = scene.steps()?;
    let says = |item: &Item| item.value.get("run").and_then(Node::as_str).is_some_and(|run| run.contains(NAME) && run.contains(EMAIL));
    if items.iter().take(failed.index + 1).any(says) {
        return Err(Refusal::AlreadySo("the author".to_owned()));
    }
    if let Ok((route, script)) = scene.script()
        && scene.shell(failed.node).is_posix()
        && let Some(new) = with_author(script)
    {
        let mut draft = Draft::new(scene.document);
        if draft.script(&route, &new).is_ok() {
            return draft.finish(&scene.place.file, "the author");
        }
    }
    scene.insert_before_step(scene.run_step("Name the author of commits", &format!("{NAME}\n{EMAIL}\n")))
}

/// The script with the author named above its first command that commits.
fn with_author(script: &str) -> Option<String> {
    const COMMITS: &[&str] = &["commit", "merge", "rebase", "cherry-pick", "tag", "am", "revert", "pull"];
    let commits = |command: &script::Command| {
        let words = command.program();
        words.first().is_some_and(|word| word.text == "git") && words.iter().skip(1).any(|word| COMMITS.contains(&word.text.as_str()))
    };
    let command = script::commands(script).into_iter().find(commits)?;
    let alone = command.always && script::begins_line(script, command.start());
    if alone { script::lines_above(script, command.start(), &[NAME, EMAIL]) } else { None }
}
