//! Turns a missing toolchain into the action that sets it up.

use super::Verb;
use super::add_checkout::reference;
use crate::edit::scene::{Arguments, Scene, is_action, unfit};
use crate::edit::{Edit, Refusal};
use serde_yaml::{Mapping, Value};

/// `add-setup-step {action, with}`: a step that uses `action` — with the reference that the repository uses elsewhere — and the inputs
/// that `with` says in YAML, before the failed step.
pub(super) const VERB: Verb = Verb { name: "add-setup-step", required: &["action"], optional: &["with"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let action = arguments.need("action")?;
    let failed = scene.step()?;
    let (_, items) = scene.steps()?;
    if items.iter().take(failed.index).any(|item| is_action(&item.value, action)) {
        return Err(Refusal::AlreadySo(format!("{action} before the step")));
    }
    if items.iter().any(|item| is_action(&item.value, action)) {
        return unfit(format!("the job uses {action} behind the failed step: move that step"));
    }
    let mut step = Mapping::from_iter([("uses".into(), Value::from(reference(scene, action)?))]);
    match arguments.get("with").map(serde_yaml::from_str::<Value>) {
        None => {}
        Some(Ok(Value::Mapping(with))) => {
            step.insert("with".into(), Value::Mapping(with));
        }
        Some(_) => return unfit("`with` is no mapping"),
    }
    scene.insert_step(failed.index, Value::Mapping(step))
}
