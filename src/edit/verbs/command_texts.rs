//! Finds the texts of the failed step that hold command lines: its script, or those inputs of its action that do.

use crate::edit::Refusal;
use crate::edit::scene::{Scene, unfit};
use crate::workflow::{Node, Route};

/// Inputs by which actions take command lines or options for the command that they run.
const INPUTS: &[&str] = &["args", "arguments", "command", "commands", "extra-args", "extra_args", "install", "options", "run", "script"];

/// The texts and their routes; a refusal where the step has none.
pub(super) fn command_texts<'a>(scene: &Scene<'a>) -> Result<Vec<(Route, &'a str)>, Refusal> {
    let step = scene.step()?;
    if let Some(script) = step.node.get("run").and_then(Node::as_str) {
        return Ok(vec![(step.route.key("run"), script)]);
    }
    let with = step.route.key("with");
    let inputs = step.node.get("with").map_or(&[][..], Node::entries).iter();
    let texts = inputs.filter_map(|entry| Some((entry.key.as_str()?, entry.value.as_str()?)));
    let found: Vec<_> = texts.filter(|(key, _)| INPUTS.contains(key)).map(|(key, text)| (with.key(key), text)).collect();
    if found.is_empty() { unfit("the step has no script") } else { Ok(found) }
}
