//! Turns a wish for an input of an action into an edit.

use super::Verb;
use super::set_key::STEP_HEAD;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, is_action, unfit};
use crate::edit::write::argument_value;
use crate::edit::{Edit, Refusal};
use crate::workflow::{Node, Route};

/// `set-with {key, value, action}`: sets an input of the failed step, or of the job's step that uses `action`: the last one before the
/// failed step. An expression gives way to no fixed value.
pub(super) const VERB: Verb = Verb { name: "set-with", required: &["key", "value"], optional: &["action"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (key, value) = (arguments.need("key")?, arguments.need("value")?);
    let step = step_of(scene, arguments.get("action"))?;
    // What is computed, mostly from the matrix, holds for other legs too.
    let now = scene.document.get(&step.key("with").key(key)).and_then(Node::as_str).unwrap_or("");
    if now.contains("${{") && !value.contains("${{") {
        return unfit(format!("`{key}` is computed: `{now}`"));
    }
    let mut draft = Draft::new(scene.document);
    draft.put_below(&step, "with", key, argument_value(value), STEP_HEAD)?;
    draft.finish(&scene.place.file, &format!("`{key}`"))
}

/// The failed step, when it uses the action; else the last step before it that does, or the job's first.
pub(super) fn step_of(scene: &Scene<'_>, action: Option<&str>) -> Result<Route, Refusal> {
    let failed = scene.step();
    let Some(action) = action else {
        let failed = failed?;
        return if failed.node.get("uses").is_some() { Ok(failed.route) } else { unfit("the step uses no action") };
    };
    let (steps, items) = scene.steps()?;
    let behind = failed.as_ref().map_or(items.len(), |failed| failed.index + 1);
    let users = || items.iter().enumerate().filter(|(_, item)| is_action(&item.value, action)).map(|(index, _)| index);
    match users().take_while(|index| *index < behind).last().or_else(|| users().next()) {
        Some(index) => Ok(steps.index(index)),
        None => unfit(format!("the job has no step that uses {action}")),
    }
}
