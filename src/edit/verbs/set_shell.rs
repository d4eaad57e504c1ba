//! Turns a wish for another shell into an edit.

use super::Verb;
use super::set_key::STEP_HEAD;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use serde_yaml::Value;

/// `set-shell {shell}`: the failed step runs in this shell.
pub(super) const VERB: Verb = Verb { name: "set-shell", required: &["shell"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let step = scene.step()?;
    if step.node.get("run").is_none() {
        return unfit("the step has no script");
    }
    let mut draft = Draft::new(scene.document);
    draft.put(&step.route, "shell", Value::from(arguments.need("shell")?), STEP_HEAD)?;
    draft.finish(&scene.place.file, "the shell")
}
