//! Turns a job that a person declared optional into one whose failure does not fail the run.

use super::Verb;
use super::set_key::JOB_HEAD;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use serde_yaml::Value;

/// `optional-job {when}`: `continue-on-error: true` at the failed job, or `${{ when }}` for some legs of its matrix. The guard refuses it without a `Permit::OptionalJob`, which only the
/// user's configuration gives.
pub(super) const VERB: Verb = Verb { name: "optional-job", required: &[], optional: &["when"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let job = scene.job_route()?;
    let node = scene.document.get(&job);
    if node.is_none_or(|job| job.get("uses").is_some()) {
        return unfit("a job that calls a workflow has no `continue-on-error`");
    }
    if node.and_then(|job| job.get("continue-on-error")).is_some_and(|value| value.as_str() != Some("false")) {
        return Err(Refusal::AlreadySo("`continue-on-error`".to_owned()));
    }
    let mut draft = Draft::new(scene.document);
    let value = arguments.get("when").map_or(Value::Bool(true), |when| Value::String(format!("${{{{ {when} }}}}")));
    draft.put(&job, "continue-on-error", value, JOB_HEAD)?;
    draft.finish(&scene.place.file, "`continue-on-error`")
}
