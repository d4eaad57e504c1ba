//! Turns a wish for another name of an input into an edit.

use super::Verb;
use super::set_with::step_of;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene};
use crate::edit::{Edit, Refusal};

/// `rename-input {from, to, action}`: an input of the failed step, or of the step that uses `action`, gets another name.
pub(super) const VERB: Verb = Verb { name: "rename-input", required: &["from", "to"], optional: &["action"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (from, to) = (arguments.need("from")?, arguments.need("to")?);
    let with = step_of(scene, arguments.get("action"))?.key("with");
    let inputs = scene.document.get(&with);
    if inputs.is_some_and(|inputs| inputs.get(from).is_none() && inputs.get(to).is_some()) {
        return Err(Refusal::AlreadySo(format!("`{to}`")));
    }
    let mut draft = Draft::new(scene.document);
    draft.rename(&with.key(from), to)?;
    draft.finish(&scene.place.file, &format!("`{to}`"))
}
