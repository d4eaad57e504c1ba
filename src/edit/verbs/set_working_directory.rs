//! Turns a wish for another folder into an edit.

use super::Verb;
use super::set_key::STEP_HEAD;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use serde_yaml::Value;

/// `set-working-directory {path}`: the failed step runs in this folder, which the base commit has.
pub(super) const VERB: Verb = Verb { name: "set-working-directory", required: &["path"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let path = arguments.need("path")?;
    let step = scene.step()?;
    if step.node.get("run").is_none() {
        return unfit("the step has no script");
    }
    if !scene.repository.has_folder(path) {
        return unfit(format!("the base commit has no folder `{path}`"));
    }
    let mut draft = Draft::new(scene.document);
    draft.put(&step.route, "working-directory", Value::from(path), STEP_HEAD)?;
    draft.finish(&scene.place.file, "the working directory")
}
