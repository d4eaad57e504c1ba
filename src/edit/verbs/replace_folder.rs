//! Turns a working directory that is not there into another one, wherever the job says it.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use crate::workflow::{Node, Route};
use serde_yaml::Value;

/// `replace-folder {from, to}`: every `working-directory` of the failed job and its defaults, or else of the workflow's defaults, that
/// says `from` says `to`, which the base commit has.
pub(super) const VERB: Verb = Verb { name: "replace-folder", required: &["from", "to"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (from, to) = (plain(arguments.need("from")?), plain(arguments.need("to")?));
    if !scene.repository.has_folder(to) {
        return unfit(format!("the base commit has no folder `{to}`"));
    }
    let (job, holder) = scene.holder()?;
    let mut found = Vec::new();
    super::replace_value::collect(holder, &job, "working-directory", &mut found);
    found.push(Route::root().key("defaults").key("run").key("working-directory"));
    let text = |route: &Route| scene.document.get(route).and_then(Node::as_str);
    let mut draft = Draft::new(scene.document);
    for route in found.iter().filter(|route| text(route).is_some_and(|said| plain(said) == from)) {
        let said = text(route).unwrap_or("");
        let dot = if said.starts_with("./") { "./" } else { "" };
        let slash = if said.ends_with('/') { "/" } else { "" };
        draft.set(route, Value::from(format!("{dot}{to}{slash}")))?;
    }
    if draft.is_empty() && !found.iter().any(|route| text(route).is_some_and(|said| plain(said) == to)) {
        return unfit(format!("no `working-directory` of the job says `{from}`"));
    }
    draft.finish(&scene.place.file, &format!("`working-directory: {to}`"))
}

fn plain(folder: &str) -> &str {
    folder.trim_start_matches("./").trim_end_matches('/')
}
