//! Turns a checkout that git distrusts into one that it trusts.

use super::Verb;
use crate::edit::scene::{Arguments, Scene, is_action};
use crate::edit::{Edit, Refusal};
use crate::workflow::{Item, Node};
use serde_yaml::{Mapping, Value};

/// `set-safe-directory {}`: a step behind the checkout names the workspace as safe.
pub(super) const VERB: Verb = Verb { name: "set-safe-directory", required: &[], optional: &[], plan };

const SCRIPT: &str = "git config --global --add safe.directory \"$GITHUB_WORKSPACE\"";

fn plan(scene: &Scene<'_>, _: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let failed = scene.step()?;
    let (_, items) = scene.steps()?;
    let says = |item: &Item| item.value.get("run").and_then(Node::as_str).is_some_and(|run| run.contains("safe.directory"));
    if items.iter().take(failed.index + 1).any(says) {
        return Err(Refusal::AlreadySo("the safe directory".to_owned()));
    }
    let checkout = items.iter().take(failed.index).rposition(|item| is_action(&item.value, "actions/checkout"));
    let index = checkout.map_or(failed.index, |index| index + 1);
    let step = Value::Mapping(Mapping::from_iter([("run".into(), SCRIPT.into())]));
    let step = if scene.is_composite() { scene.run_step("Trust the workspace", SCRIPT) } else { step };
    scene.insert_step(index, step)
}
