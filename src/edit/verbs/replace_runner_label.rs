//! Turns a runner label that is retired into another one, wherever the file uses it as a label.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use crate::workflow::{Item, Node, Route};
use serde_yaml::Value;

/// `replace-runner-label {from, to}`: in `runs-on`, matrices, their includes and excludes, `fromJSON` lists, and conditions on them.
/// Letters of either case: the platform does not tell them apart. Without `to`, the table's successor, and for the sizes of the image
/// (`macos-13-large`) theirs: they go together. `of: job` means the failed job only. A leg that the matrix has already is not doubled.
pub(super) const VERB: Verb = Verb { name: "replace-runner-label", required: &["from"], optional: &["to", "of"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let from = arguments.need("from")?;
    let swaps = match arguments.get("to") {
        Some(to) => vec![(from.to_owned(), to.to_owned())],
        None => swaps(scene, from),
    };
    if swaps.is_empty() {
        return unfit(format!("no table knows a successor of `{from}`"));
    }
    let Some(root) = &scene.document.root else { return unfit("the file is empty") };
    let mut draft = Draft::new(scene.document);
    for job in root.get("jobs").map_or(&[][..], Node::entries) {
        let Some(id) = job.key.as_str() else { continue };
        if arguments.get("of") == Some("job") && scene.place.job.as_deref() != Some(id) {
            continue;
        }
        let route = Route::root().key("jobs").key(id);
        for (from, to) in &swaps {
            Labels { scene, draft: &mut draft, from, to }.job(&job.value, &route)?;
        }
    }
    draft.finish(&scene.place.file, &format!("the absence of `{from}`"))
}

/// The labels of an image that the file uses, as it writes them, each with its successor.
fn swaps(scene: &Scene<'_>, image: &str) -> Vec<(String, String)> {
    let image = image.to_ascii_lowercase();
    let words = scene.document.source.split(|c: char| !(c.is_ascii_alphanumeric() || "-.".contains(c)));
    let mut found: Vec<&str> = words.filter(|word| is_of(&word.to_ascii_lowercase(), &image)).collect();
    found.sort_unstable();
    found.dedup();
    let mut swaps: Vec<(String, String)> = Vec::new();
    for label in found {
        if let Some(to) = (scene.knowledge.next_label)(label) {
            swaps.push((label.to_owned(), to));
        }
    }
    if swaps.is_empty() {
        swaps.extend((scene.knowledge.next_label)(&image).map(|to| (image, to)));
    }
    swaps
}

/// Whether a label is the image's own or that of one of its sizes.
fn is_of(label: &str, image: &str) -> bool {
    label.strip_prefix(image).is_some_and(|size| size.is_empty() || size.starts_with('-'))
}

struct Labels<'s, 'd, 'a> {
    scene: &'s Scene<'a>,
    draft: &'d mut Draft<'a>,
    from: &'s str,
    to: &'s str,
}

impl Labels<'_, '_, '_> {
    fn job(&mut self, job: &Node, route: &Route) -> Result<(), Refusal> {
        if let Some(labels) = job.get("runs-on") {
            self.below(labels, &route.key("runs-on"))?;
        }
        if let Some(strategy) = job.get("strategy") {
            self.below(strategy, &route.key("strategy"))?;
        }
        self.condition(job, route)?;
        for (index, item) in job.get("steps").map_or(&[][..], Node::items).iter().enumerate() {
            self.condition(&item.value, &route.key("steps").index(index))?;
        }
        Ok(())
    }

    /// Every scalar below a node that is the label, or an expression with the label in quotes.
    fn below(&mut self, node: &Node, route: &Route) -> Result<(), Refusal> {
        match node.as_str() {
            Some(text) if text == self.from => return self.set(route, self.to.to_owned()),
            Some(text) if text.contains("${{") || text.trim_start().starts_with('[') => return self.quoted(route, text),
            _ => {}
        }
        let says = |item: &Item, label: &str| item.value.as_str() == Some(label);
        let doubled = node.items().iter().any(|item| says(item, self.to)) && !self.scene.document.is_shared(route);
        for (index, item) in node.items().iter().enumerate() {
            if doubled && says(item, self.from) {
                self.draft.remove_item(route, index)?;
            } else {
                self.below(&item.value, &route.index(index))?;
            }
        }
        for entry in node.entries() {
            if let Some(name) = entry.key.as_str() {
                self.below(&entry.value, &route.key(name))?;
            }
        }
        Ok(())
    }

    fn condition(&mut self, node: &Node, route: &Route) -> Result<(), Refusal> {
        match node.get("if").and_then(Node::as_str) {
            Some(text) => self.quoted(&route.key("if"), text),
            None => Ok(()),
        }
    }

    fn quoted(&mut self, route: &Route, text: &str) -> Result<(), Refusal> {
        let mut new = text.to_owned();
        for quote in ['\'', '"'] {
            new = new.replace(&format!("{quote}{}{quote}", self.from), &format!("{quote}{}{quote}", self.to));
        }
        if new == text { Ok(()) } else { self.set(route, new) }
    }

    fn set(&mut self, route: &Route, text: String) -> Result<(), Refusal> {
        // An anchored list is changed where it stands; its aliases mean the same labels.
        if self.scene.document.is_shared(route) {
            return Err(Refusal::DoesNotFit(format!("`{route}` is shared by an alias")));
        }
        if self.scene.document.get(route).is_some_and(|node| self.scene.document.slice(node.span).contains('\n')) {
            return self.draft.script(route, &text);
        }
        self.draft.set(route, Value::from(text))
    }
}
