//! Turns a wish for a key of the step, job or workflow into an edit.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::write::argument_value;
use crate::edit::{Edit, Refusal};
use crate::workflow::Route;

/// `set-key {key, value, of}`: sets a key of the failed step (`of: step`, the default), its job, or the workflow.
pub(super) const VERB: Verb = Verb { name: "set-key", required: &["key", "value"], optional: &["of"], plan };

/// Keys of a job behind which a new one stands.
pub(super) const JOB_HEAD: &[&str] = &["runs-on", "uses"];

/// Keys of a step behind which a new one stands.
pub(super) const STEP_HEAD: &[&str] = &["name", "id", "if", "uses"];

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let key = arguments.need("key")?;
    let value = argument_value(arguments.need("value")?);
    let (route, behind) = match arguments.get("of").unwrap_or("step") {
        "step" => (scene.step()?.route, STEP_HEAD),
        "job" => (scene.job_route()?, JOB_HEAD),
        "workflow" => (Route::root(), &["name", "on"][..]),
        other => return unfit(format!("`of` is `{other}`, not step, job or workflow")),
    };
    let mut draft = Draft::new(scene.document);
    draft.put(&route, key, value, behind)?;
    draft.finish(&scene.place.file, &format!("`{key}`"))
}
