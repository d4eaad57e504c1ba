//! Turns a step's text into a step of the failed job.

use super::Verb;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use serde_yaml::Value;

/// `insert-step {step, at}`: inserts the step that `step` says in YAML before the failed one (`at: before`, the default), behind it,
/// or at the top of the job.
pub(super) const VERB: Verb = Verb { name: "insert-step", required: &["step"], optional: &["at"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let step: Value = match serde_yaml::from_str(arguments.need("step")?) {
        Ok(Value::Mapping(step)) if step.contains_key("run") || step.contains_key("uses") => Value::Mapping(step),
        _ => return unfit("`step` is no step with `run` or `uses`"),
    };
    let index = match arguments.get("at").unwrap_or("before") {
        "before" => scene.step()?.index,
        "behind" => scene.step()?.index + 1,
        "top" => 0,
        other => return unfit(format!("`at` is `{other}`, not before, behind or top")),
    };
    scene.insert_step(index, step)
}
