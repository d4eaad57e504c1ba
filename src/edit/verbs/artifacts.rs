//! Turns artifacts that several jobs wrote under one name into names of their own, as upload-artifact v4 asks.

use serde_yaml::Value;

use super::bump_action::{Use, version};
use crate::edit::Refusal;
use crate::edit::draft::Draft;
use crate::edit::scene::Scene;
use crate::workflow::{Key, Node, Route};

pub(super) const UPLOAD: &str = "actions/upload-artifact";
pub(super) const DOWNLOAD: &str = "actions/download-artifact";

/// After a bump over v4: every matrix leg names its own artifact, and the download takes them all.
///
/// # Errors
/// When a download cannot follow.
pub(super) fn migrate(scene: &Scene<'_>, draft: &mut Draft<'_>, bumped: &[(Use, u32)]) -> Result<(), Refusal> {
    let steps = |action: &str| -> Vec<Route> {
        let crosses = |one: &&(Use, u32)| one.1 >= 4 && version(&one.0.reference).is_none_or(|from| from < 4);
        let all = bumped.iter().filter(crosses).filter(|one| one.0.action.eq_ignore_ascii_case(action));
        all.map(|one| one.0.step.clone()).collect()
    };
    part(scene, draft, &steps(UPLOAD), &steps(DOWNLOAD))
}

/// Names that stand twice get parts of their own; downloads of such a name take every part.
///
/// # Errors
/// When a step cannot be changed.
pub(super) fn part(scene: &Scene<'_>, draft: &mut Draft<'_>, uploads: &[Route], downloads: &[Route]) -> Result<(), Refusal> {
    let mut renamed: Vec<(String, String)> = Vec::new();
    for upload in uploads {
        let name = name_of(scene, upload);
        let twins = uploads.iter().filter(|other| name_of(scene, other) == name).count();
        let Some(suffix) = suffix(scene, upload, &name, twins) else { continue };
        let base = if name.is_empty() { "artifact".to_owned() } else { name.clone() };
        draft.put_below(upload, "with", "name", Value::from(format!("{base}-{suffix}")), &["uses"])?;
        renamed.push((name, base));
    }
    for download in downloads {
        let name = name_of(scene, download);
        let Some((_, base)) = renamed.iter().find(|(old, _)| *old == name && !name.is_empty()) else { continue };
        let with = download.key("with");
        draft.rename(&with.key("name"), "pattern")?;
        draft.set(&with.key("name"), Value::from(format!("{base}-*")))?;
        draft.put(&with, "merge-multiple", Value::Bool(true), &["name"])?;
    }
    Ok(())
}

pub(super) fn name_of(scene: &Scene<'_>, step: &Route) -> String {
    scene.document.get(&step.key("with").key("name")).and_then(Node::as_str).unwrap_or("").to_owned()
}

/// What makes a name its own: the axes of the job's matrix that it does not name yet, and the job where others use the name.
fn suffix(scene: &Scene<'_>, step: &Route, name: &str, twins: usize) -> Option<String> {
    let job = Route(step.0.iter().take(2).cloned().collect());
    let node = scene.document.get(&job)?;
    let mut parts: Vec<String> = Vec::new();
    if twins > 1 && matches!(job.0.last(), Some(Key::Name(_))) && !says(name, "github.job") {
        parts.push("${{ github.job }}".to_owned());
    }
    let condition = scene.document.get(&step.key("if")).and_then(Node::as_str).unwrap_or("");
    let named = |axis: &String| says(name, &format!("matrix.{axis}")) || says(condition, &format!("matrix.{axis}"));
    let missing: Vec<String> = axes(node).into_iter().filter(|axis| !named(axis)).collect();
    if !missing.is_empty() && !says(name, "strategy.job-index") {
        match missing.iter().all(|axis| is_name_safe(node, axis)) {
            true => parts.extend(missing.iter().map(|axis| format!("${{{{ matrix.{axis} }}}}"))),
            false => parts.push("${{ strategy.job-index }}".to_owned()),
        }
    }
    (!parts.is_empty()).then(|| parts.join("-"))
}

/// Whether an expression names a context's property: `matrix.os` is not `matrix.os-version`.
fn says(text: &str, property: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || "-_".contains(c));
    text.match_indices(property).any(|(at, _)| text.get(at + property.len()..).is_some_and(ends))
}

/// The axes of a job's matrix that have more than one value, and those that only includes bring.
fn axes(job: &Node) -> Vec<String> {
    let Some(matrix) = job.get("strategy").and_then(|strategy| strategy.get("matrix")) else { return Vec::new() };
    if matrix.as_str().is_some() {
        return vec![String::new()];
    }
    let own = matrix.entries().iter().filter_map(|entry| Some((entry.key.as_str()?, &entry.value)));
    let axes: Vec<String> = own
        .filter(|(name, value)| !["include", "exclude"].contains(name) && (value.items().len() > 1 || value.as_str().is_some()))
        .map(|(name, _)| name.to_owned())
        .collect();
    let legs = matrix.get("include").map_or(&[][..], Node::items);
    if axes.is_empty() && legs.len() > 1 {
        return legs
            .first()
            .and_then(|leg| leg.value.entries().first()?.key.as_str())
            .map(|name| vec![name.to_owned()])
            .unwrap_or_default();
    }
    axes
}

/// Whether an axis' values may stand in an artifact's name: no characters that v4 refuses, and different in each leg.
fn is_name_safe(job: &Node, axis: &str) -> bool {
    let Some(matrix) = job.get("strategy").and_then(|strategy| strategy.get("matrix")) else { return false };
    let listed = matrix.get(axis).map_or(&[][..], Node::items).iter().map(|item| &item.value);
    let legs = matrix.get("include").map_or(&[][..], Node::items);
    let included = legs.iter().filter_map(|leg| leg.value.get(axis));
    let mut values: Vec<Option<&str>> = listed.chain(included).map(Node::as_str).collect();
    let safe = |value: &Option<&str>| {
        value.is_some_and(|text| !text.is_empty() && !text.contains(['"', ':', '<', '>', '|', '*', '?', '\r', '\n', '\\', '/', '$']))
    };
    let all = !values.is_empty() && values.iter().all(safe);
    let legs_only = matrix.get(axis).is_none();
    let count = values.len();
    values.sort_unstable();
    values.dedup();
    all && (!legs_only || values.len() == count && count == legs.len())
}
