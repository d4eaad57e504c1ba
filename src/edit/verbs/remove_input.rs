//! Turns an input that an action does not know into its absence.

use super::Verb;
use super::set_with::step_of;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene};
use crate::edit::{Edit, Refusal};

/// `remove-input {key, action}`: removes an input of the failed step, or of the step that uses `action`.
pub(super) const VERB: Verb = Verb { name: "remove-input", required: &["key"], optional: &["action"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let key = arguments.need("key")?;
    let with = step_of(scene, arguments.get("action"))?.key("with");
    if scene.document.get(&with.key(key)).is_none() {
        return Err(Refusal::AlreadySo(format!("the absence of `{key}`")));
    }
    let mut draft = Draft::new(scene.document);
    draft.remove_key(&with.key(key))?;
    draft.finish(&scene.place.file, &format!("the absence of `{key}`"))
}
