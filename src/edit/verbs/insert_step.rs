//! Turns a step's text into a step of the failed job.

use super::Verb;
use super::prepend_command::runner_os;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use serde_yaml::Value;

/// `insert-step {step, at}`: inserts the step that `step` says in YAML before the failed one (`at: before`, the default), behind it,
/// or at the top of the job. With `system` (linux, macos, windows) only there, where the legs of the job run on several.
pub(super) const VERB: Verb = Verb { name: "insert-step", required: &["step"], optional: &["at", "system"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let mut step: Value = match serde_yaml::from_str(arguments.need("step")?) {
        Ok(Value::Mapping(step)) if step.contains_key("run") || step.contains_key("uses") => Value::Mapping(step),
        _ => return unfit("`step` is no step with `run` or `uses`"),
    };
    let index = match arguments.get("at").unwrap_or("before") {
        "before" => scene.step()?.index,
        "behind" => scene.step()?.index + 1,
        "top" => 0,
        other => return unfit(format!("`at` is `{other}`, not before, behind or top")),
    };
    let one = scene.container().is_some() || scene.is_one_system();
    if let (Some(system), Some(step)) = (arguments.get("system").filter(|_| !one), step.as_mapping_mut()) {
        let name = step.shift_remove("name");
        let rest = std::mem::take(step);
        step.extend(name.map(|name| ("name".into(), name)));
        step.insert("if".into(), format!("runner.os == '{}'", runner_os(system)?).into());
        step.extend(rest);
    }
    scene.insert_step(index, step)
}
