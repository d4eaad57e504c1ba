//! Turns uses of an action that cannot be resolved into uses of one that can, wherever the file has them.

use serde_yaml::Value;

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use crate::workflow::{Node, Route};

/// `replace-uses {from, to}`: every `uses: from` of a step or job of the file becomes `to`. Both may name a reference behind an `@`:
/// without one in `from` every reference is meant, without one in `to` the reference stays.
pub(super) const VERB: Verb = Verb { name: "replace-uses", required: &["from", "to"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (from, to) = (arguments.need("from")?, arguments.need("to")?);
    let sound = to.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@/._-".contains(&byte)) && to.contains('/');
    if !sound {
        return unfit(format!("`{to}` is no action"));
    }
    let mut draft = Draft::new(scene.document);
    let mut there = false;
    for route in routes(scene) {
        let Some(uses) = scene.document.get(&route).and_then(Node::as_str).map(str::trim) else { continue };
        there |= names(uses, to);
        if names(uses, from) {
            let reference = parts(uses).1.filter(|_| !to.contains('@'));
            let new = reference.map_or_else(|| to.to_owned(), |reference| format!("{to}@{reference}"));
            draft.set(&route, Value::from(new))?;
        }
    }
    if draft.is_empty() && !there {
        return unfit(format!("the file does not use `{from}`"));
    }
    draft.finish(&scene.place.file, &format!("`{to}`"))
}

/// Whether a `uses` is meant by `action`, with or without a reference. Letters of either case: the platform does not tell them apart.
fn names(uses: &str, action: &str) -> bool {
    let ((name, reference), (meant, wanted)) = (parts(uses), parts(action));
    name.eq_ignore_ascii_case(meant) && wanted.is_none_or(|wanted| reference == Some(wanted))
}

fn parts(uses: &str) -> (&str, Option<&str>) {
    uses.split_once('@').map_or((uses, None), |(name, reference)| (name, Some(reference)))
}

/// The routes of all `uses` of the file's steps and jobs.
fn routes(scene: &Scene<'_>) -> Vec<Route> {
    let of_steps = scene.all_steps().into_iter().flat_map(|(route, items)| {
        let with = items.iter().enumerate().filter(|(_, item)| item.value.get("uses").is_some());
        with.map(|(index, _)| route.index(index).key("uses")).collect::<Vec<_>>()
    });
    let jobs = scene.document.root.as_ref().and_then(|root| root.get("jobs")).map_or(&[][..], Node::entries);
    let of_jobs = jobs.iter().filter(|job| job.value.get("uses").is_some()).filter_map(|job| job.key.as_str());
    of_steps.chain(of_jobs.map(|id| Route::root().key("jobs").key(id).key("uses"))).collect()
}
