//! Turns workflow commands that the runner no longer takes into lines of its files.

use super::Verb;
use super::workflow_command;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene};
use crate::edit::{Edit, Refusal};
use crate::workflow::Node;

/// `rewrite-command {}`: `::set-output`, `::save-state`, `::set-env` and `::add-path` of every script of the file become appends to
/// `GITHUB_OUTPUT`, `GITHUB_STATE`, `GITHUB_ENV` and `GITHUB_PATH`, in the words of each step's shell.
pub(super) const VERB: Verb = Verb { name: "rewrite-command", required: &[], optional: &[], plan };

fn plan(scene: &Scene<'_>, _: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let failed = scene.step().ok().map(|step| step.route.key("run"));
    let mut draft = Draft::new(scene.document);
    for (route, items) in scene.all_steps() {
        for (index, item) in items.iter().enumerate() {
            let Some(script) = item.value.get("run").and_then(Node::as_str).filter(|script| workflow_command::is_used(script)) else {
                continue;
            };
            let run = route.index(index).key("run");
            let planned =
                workflow_command::rewritten(script, scene.shell_below(&route, &item.value)).and_then(|new| draft.script(&run, &new));
            if let Err(refusal) = planned
                && failed.as_ref() == Some(&run)
            {
                return Err(refusal);
            }
        }
    }
    draft.finish(&scene.place.file, "the absence of retired workflow commands")
}
