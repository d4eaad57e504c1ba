//! Turns a version that YAML reads as a number into the text that was meant: `3.10` is 3.1 without quotes.

use super::Verb;
use super::replace_value::{collect, collect_matrix};
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, is_action, unfit, uses_of};
use crate::edit::write::plain_value;
use crate::edit::{Edit, Refusal};
use crate::workflow::{Node, Route, ScalarStyle};

/// `quote-version {key}` (`remedy` fills in the key that the setup action reads): quotes the versions under `key` of the failed step and of all steps that use the same action, or the values
/// of the matrix axes that they come from: what is a number in one place is one in the others too.
pub(super) const VERB: Verb = Verb { name: "quote-version", required: &[], optional: &["key"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let key = arguments.need("key")?;
    let (job, holder) = scene.holder()?;
    let mut found = Vec::new();
    match scene.step() {
        Ok(step) => {
            collect(step.node, &step.route, key, &mut found);
            let action = uses_of(step.node).map(|(action, _)| action.to_owned());
            for (route, items) in scene.all_steps() {
                for (index, item) in
                    items.iter().enumerate().filter(|(_, item)| action.as_deref().is_some_and(|action| is_action(&item.value, action)))
                {
                    collect(&item.value, &route.index(index), key, &mut found);
                }
            }
            found.sort();
            found.dedup();
        }
        Err(_) => collect(holder, &job, key, &mut found),
    }
    let text = |route: &Route| scene.document.get(route).and_then(Node::as_str).unwrap_or("").to_owned();
    let axes: Vec<String> = found.iter().filter_map(|route| axis(&text(route)).map(str::to_owned)).collect();
    for axis in &axes {
        collect_matrix(holder, &job, axis, &mut found);
    }
    if found.is_empty() {
        return unfit(format!("the step has no `{key}`"));
    }
    let mut draft = Draft::new(scene.document);
    for route in &found {
        let plain = scene.document.get(route).is_some_and(|node| node.style() == Some(ScalarStyle::Plain));
        if plain && is_fraction(&text(route)) {
            draft.quote(route)?;
        }
    }
    draft.finish(&scene.place.file, &format!("`{key}` in quotes"))
}

/// Whether YAML reads a version as a number with a fraction.
fn is_fraction(text: &str) -> bool {
    text.contains('.') && plain_value(text).is_number()
}

/// The axis that `${{ matrix.axis }}` names.
pub(super) fn axis(text: &str) -> Option<&str> {
    let name = text.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim().strip_prefix("matrix.")?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)).then_some(name)
}
