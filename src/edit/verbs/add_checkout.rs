//! Turns a job without the repository's files into one that checks them out.

use super::Verb;
use crate::edit::scene::{Arguments, Scene, is_action, unfit};
use crate::edit::write::argument_value;
use crate::edit::{Edit, Refusal};
use serde_yaml::{Mapping, Value};

/// `add-checkout {depth}`: `actions/checkout`, with the reference that the repository uses elsewhere, as the first step. `depth: 0` asks
/// for the whole history and the tags.
pub(super) const VERB: Verb = Verb { name: "add-checkout", required: &[], optional: &["depth"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let failed = scene.step()?;
    let (_, items) = scene.steps()?;
    if items.iter().take(failed.index + 1).any(|item| is_action(&item.value, "actions/checkout")) {
        return Err(Refusal::AlreadySo("the checkout".to_owned()));
    }
    if items.iter().any(|item| is_action(&item.value, "actions/checkout")) {
        return unfit("the job checks out behind the failed step: move that step");
    }
    let uses = reference(scene, "actions/checkout")?;
    let mut step = Mapping::from_iter([("uses".into(), Value::from(uses))]);
    if let Some(depth) = arguments.get("depth") {
        let with = Mapping::from_iter([("fetch-depth".into(), argument_value(depth))]);
        step.insert("with".into(), Value::Mapping(with));
    }
    scene.insert_step(0, Value::Mapping(step))
}

/// `action@reference`: as this file uses it, else as the repository's workflows do, else as the almanac says.
pub(super) fn reference(scene: &Scene<'_>, action: &str) -> Result<String, Refusal> {
    let here = scene.all_steps().into_iter().flat_map(|(_, items)| items.iter());
    let here = here.filter(|item| is_action(&item.value, action)).find_map(|item| sound(scene, item.value.get("uses")?.as_str()?));
    let elsewhere = || scene.repository.workflows().find_map(|(_, text)| used_in(scene, text, action));
    let known = || (scene.knowledge.reference)(action).map(|reference| format!("{action}@{reference}"));
    here.or_else(elsewhere).or_else(known).ok_or_else(|| Refusal::DoesNotFit(format!("no version of {action} is known")))
}

/// A reference that the service does not refuse.
fn sound(scene: &Scene<'_>, uses: &str) -> Option<String> {
    let (action, reference) = uses.trim().split_once('@')?;
    (!(scene.knowledge.is_refused)(action, reference)).then(|| uses.trim().to_owned())
}

/// The first use of an action in a workflow's text: only lines that say nothing else.
fn used_in(scene: &Scene<'_>, text: &str, action: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let uses =
            line.trim_start().trim_start_matches("- ").strip_prefix("uses:")?.trim().split(" #").next()?.trim().trim_matches(['\'', '"']);
        let (name, reference) = uses.split_once('@')?;
        let word = !reference.is_empty() && reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_/".contains(&byte));
        (word && name.eq_ignore_ascii_case(action)).then(|| sound(scene, uses)).flatten()
    })
}
