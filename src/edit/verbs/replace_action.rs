//! Turns uses of an action that cannot be resolved into uses of one that can.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use crate::workflow::Node;
use serde_yaml::Value;

/// `replace-action {from, to}`: every `uses: from` of the file becomes `to`; both may name a reference behind an `@`. Without one in
/// `to`, the reference stays.
pub(super) const VERB: Verb = Verb { name: "replace-action", required: &["from", "to"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (from, to) = (arguments.need("from")?, arguments.need("to")?);
    let (old, old_reference) = from.split_once('@').map_or((from, None), |(name, reference)| (name, Some(reference)));
    let sound = to.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@/._-".contains(&byte)) && to.contains('/');
    if !sound {
        return unfit(format!("`{to}` is no action"));
    }
    let mut draft = Draft::new(scene.document);
    for (route, items) in scene.all_steps() {
        for (index, item) in items.iter().enumerate() {
            let Some(uses) = item.value.get("uses").and_then(Node::as_str) else { continue };
            let (name, reference) = uses.trim().split_once('@').map_or((uses.trim(), None), |(name, reference)| (name, Some(reference)));
            if !name.eq_ignore_ascii_case(old) || old_reference.is_some() && old_reference != reference {
                continue;
            }
            let new = match reference.filter(|_| !to.contains('@')) {
                Some(reference) => format!("{to}@{reference}"),
                None => to.to_owned(),
            };
            draft.set(&route.index(index).key("uses"), Value::from(new))?;
        }
    }
    if draft.is_empty() && !scene.document.source.contains(to) {
        return unfit(format!("the file does not use {from}"));
    }
    draft.finish(&scene.place.file, to)
}
