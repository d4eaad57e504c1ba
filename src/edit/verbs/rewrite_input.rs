//! Turns a path in the inputs of a step's action into another one.

use super::Verb;
use super::rewrite_run::{places, rewritten};
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use crate::workflow::Node;

/// `rewrite-input {from, to}`: `from`, as whole words, becomes `to` in every input of the failed step's action that says it.
pub(super) const VERB: Verb = Verb { name: "rewrite-input", required: &["from", "to"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (from, to) = (arguments.need("from")?, arguments.need("to")?);
    let step = scene.step()?;
    let with = step.route.key("with");
    let entries = step.node.get("with").map_or(&[][..], Node::entries).iter();
    let texts: Vec<_> = entries.filter_map(|entry| Some((with.key(entry.key.as_str()?), entry.value.as_str()?))).collect();
    let mut draft = Draft::new(scene.document);
    for (route, text) in &texts {
        if !places(text, from).is_empty() && places(text, to).is_empty() {
            draft.script(route, &rewritten(text, from, to))?;
        }
    }
    if draft.is_empty() && !texts.iter().any(|(_, text)| !places(text, to).is_empty()) {
        return unfit(format!("no input of the step says `{from}`"));
    }
    draft.finish(&scene.place.file, &format!("`{to}`"))
}
