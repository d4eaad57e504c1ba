//! Turns a reference to an action that cannot be resolved into one that can, wherever the file has it.

use serde_yaml::Value;

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use crate::workflow::{Node, Route};

/// `replace-uses {from, to}`: every `uses: from` of a step or job of the file says `to`.
pub(super) const VERB: Verb = Verb { name: "replace-uses", required: &["from", "to"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (from, to) = (arguments.need("from")?, arguments.need("to")?);
    let mut draft = Draft::new(scene.document);
    for route in uses(scene) {
        if scene.document.get(&route).and_then(Node::as_str).map(str::trim) == Some(from) {
            draft.set(&route, Value::from(to))?;
        }
    }
    if draft.is_empty() && !uses(scene).iter().any(|route| scene.document.get(route).and_then(Node::as_str).map(str::trim) == Some(to)) {
        return unfit(format!("the file does not use `{from}`"));
    }
    draft.finish(&scene.place.file, &format!("`{to}`"))
}

/// The routes of all `uses` of the file's steps and jobs.
fn uses(scene: &Scene<'_>) -> Vec<Route> {
    let of_steps = scene.all_steps().into_iter().flat_map(|(route, items)| {
        let with = items.iter().enumerate().filter(|(_, item)| item.value.get("uses").is_some());
        with.map(|(index, _)| route.index(index).key("uses")).collect::<Vec<_>>()
    });
    let jobs = scene.document.root.as_ref().and_then(|root| root.get("jobs")).map_or(&[][..], Node::entries);
    let of_jobs = jobs.iter().filter(|job| job.value.get("uses").is_some()).filter_map(|job| job.key.as_str());
    of_steps.chain(of_jobs.map(|id| Route::root().key("jobs").key(id).key("uses"))).collect()
}
