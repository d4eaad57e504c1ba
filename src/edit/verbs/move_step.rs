//! Turns the order of two steps round.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, is_action, unfit};
use crate::edit::{Edit, Refusal};
use crate::workflow::{Node, NodeKind};
use serde_yaml::Value;

/// `move-step {action, before}`: the job's step that uses `action` stands before the one that uses `before`.
pub(super) const VERB: Verb = Verb { name: "move-step", required: &["action", "before"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (action, before) = (arguments.need("action")?, arguments.need("before")?);
    let (route, items) = scene.steps()?;
    let place = |action: &str| items.iter().position(|item| is_action(&item.value, action));
    let (Some(from), Some(target)) = (place(action), place(before)) else {
        return unfit(format!("the job does not use both {action} and {before}"));
    };
    if from < target {
        return Err(Refusal::AlreadySo(format!("{action} before {before}")));
    }
    let value = items.get(from).and_then(|item| value_of(scene.document.slice(item.value.span), &item.value));
    let Some(value) = value else { return unfit("the step cannot be read by itself") };
    let mut draft = Draft::new(scene.document);
    draft.move_item(&route, from, target, value)?;
    draft.finish(&scene.place.file, "the order")
}

/// What a step means; none where an alias or an anchor stands in it.
fn value_of(text: &str, node: &Node) -> Option<Value> {
    fn plain(node: &Node) -> bool {
        let alone = node.anchor.is_none() && !matches!(node.kind, NodeKind::Alias(_));
        alone && node.entries().iter().all(|entry| plain(&entry.value)) && node.items().iter().all(|item| plain(&item.value))
    }
    // The first line lacks the indentation that the others have: every line is brought to the first key's column.
    let lines: Vec<&str> = text.lines().collect();
    let second = node.entries().get(1).map(|entry| entry.key.span.start - node.span.start);
    let column =
        second.map_or(0, |offset| text.get(..offset).map_or(0, |above| above.len() - above.rfind('\n').map_or(0, |newline| newline + 1)));
    let column = if column == 0 && second.is_none() {
        lines.get(1).map_or(0, |line| line.len() - line.trim_start().len()).saturating_sub(1)
    } else {
        column
    };
    let whole = format!("{}{text}\n", " ".repeat(column));
    if plain(node) { serde_yaml::from_str(&whole).ok() } else { None }
}
