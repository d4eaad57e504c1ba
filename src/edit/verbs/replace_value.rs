//! Turns a wrong value into another one.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::write::{argument_value, plain_value};
use crate::edit::{Edit, Refusal};
use crate::workflow::{Node, Route};
use serde_yaml::Value;

/// `replace-value {key, from, to}`: every `key` of the failed step, of its job and of the job's matrix that says `from` says `to`.
pub(super) const VERB: Verb = Verb { name: "replace-value", required: &["key", "from", "to"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (key, from, to) = (arguments.need("key")?, arguments.need("from")?, arguments.need("to")?);
    let (job, holder) = scene.holder()?;
    let mut found = Vec::new();
    match scene.step() {
        Ok(step) if step.node.get("with").is_some_and(|with| with.get(key).is_some()) || step.node.get(key).is_some() => {
            collect(step.node, &step.route, key, &mut found);
            let text = found.first().and_then(|route| scene.document.get(route)).and_then(Node::as_str).unwrap_or("");
            if let Some(axis) = super::quote_version::axis(text) {
                found.clear();
                collect_matrix(holder, &job, axis, &mut found);
            }
        }
        _ => collect(holder, &job, key, &mut found),
    }
    let says = |route: &Route, text: &str| scene.document.get(route).and_then(Node::as_str) == Some(text);
    let mut draft = Draft::new(scene.document);
    for route in found.iter().filter(|route| says(route, from)) {
        draft.set(route, value_like(scene.document.get(route), to))?;
    }
    if draft.is_empty() && !found.iter().any(|route| says(route, to)) {
        return unfit(format!("no `{key}` here says `{from}`"));
    }
    draft.finish(&scene.place.file, &format!("`{key}: {to}`"))
}

/// The new value: a number where a number stood, else text.
fn value_like(old: Option<&Node>, to: &str) -> Value {
    let number = old.and_then(Node::as_str).is_some_and(|text| plain_value(text).is_number());
    if number { argument_value(to) } else { Value::from(to) }
}

/// The scalars below a matrix' axis and its includes.
pub(super) fn collect_matrix(holder: &Node, job: &Route, axis: &str, found: &mut Vec<Route>) {
    let route = job.key("strategy").key("matrix");
    if let Some(matrix) = holder.get("strategy").and_then(|strategy| strategy.get("matrix")) {
        collect(matrix, &route, axis, found);
    }
}

/// The scalars under `key`, and the items of a list under it, anywhere below `node`.
pub(super) fn collect(node: &Node, route: &Route, key: &str, found: &mut Vec<Route>) {
    for (index, item) in node.items().iter().enumerate() {
        collect(&item.value, &route.index(index), key, found);
    }
    for entry in node.entries() {
        let Some(name) = entry.key.as_str() else { continue };
        let below = route.key(name);
        if name == key {
            found.extend(entry.value.as_str().map(|_| below.clone()));
            let items = entry.value.items().iter().enumerate();
            found.extend(items.filter(|(_, item)| item.value.as_str().is_some()).map(|(index, _)| below.index(index)));
        }
        collect(&entry.value, &below, key, found);
    }
}
