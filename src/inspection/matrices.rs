//! Matrices that the platform does not build (actions/runner, `WorkflowTemplateConverter.ConvertToStrategy` and `MatrixBuilder`).

use super::file::File;
use super::{Cure, CureChange, Finding};
use crate::edit::{Change, Edit, Intent, Splice};
use crate::rules::Safety;
use crate::text::nearest;
use crate::workflow::{Entry, Job, Node, NodeKind, Route};

/// What is wrong with the matrices of the jobs.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    file.workflow.jobs().iter().flat_map(|job| of_job(file, job)).collect()
}

fn of_job(file: &File<'_>, job: &Job<'_>) -> Vec<Finding> {
    let document = file.document();
    let entry = job.get("strategy").and_then(|strategy| strategy.entry("matrix"));
    let Some((key, matrix)) = entry.map(|entry| (&entry.key, document.resolve(&entry.value))).filter(|(_, matrix)| matrix.is_mapping())
    else {
        return Vec::new();
    };
    let axes: Vec<&Entry> = matrix.entries().iter().filter(|entry| !is_own(entry)).collect();
    let mut findings: Vec<Finding> = axes.iter().filter_map(|axis| empty(file, axis)).collect();
    let included = document.under(matrix, "include");
    if axes.is_empty() && included.is_none_or(|include| include.is_sequence() && include.items().is_empty()) {
        findings.extend(file.finding("matrix-invalid", key.span, "Matrix must define at least one vector"));
    }
    // The platform looks at the rest only when it evaluates the matrix as soon as it reads it.
    if !has_expression(matrix) {
        let route = job.route.key("strategy").key("matrix");
        findings.extend(filters(file, matrix, &axes, &route));
    }
    findings
}

fn is_own(entry: &Entry) -> bool {
    matches!(entry.key.as_str(), Some("include" | "exclude"))
}

fn empty(file: &File<'_>, axis: &Entry) -> Option<Finding> {
    let values = file.document().resolve(&axis.value);
    let name = axis.key.as_str().filter(|_| values.is_sequence() && values.items().is_empty())?;
    let finding = file.finding("matrix-invalid", axis.key.span, format!("Matrix vector '{name}' does not contain any values"))?;
    Some(finding.with_help("Give it a value, or take it out"))
}

/// What `include` and `exclude` say must be there.
fn filters(file: &File<'_>, matrix: &Node, axes: &[&Entry], route: &Route) -> Vec<Finding> {
    let document = file.document();
    let mut findings = Vec::new();
    let names: Vec<&str> = axes.iter().filter_map(|axis| axis.key.as_str()).collect();
    for (index, item) in document.under(matrix, "exclude").map_or(&[][..], Node::items).iter().enumerate() {
        let filter = document.resolve(&item.value);
        if filter.is_mapping() && filter.entries().is_empty() {
            findings.extend(file.finding("matrix-invalid", filter.span, "Matrix exclude filter must not be empty"));
        }
        for entry in filter.entries() {
            let Some(key) = entry.key.as_str().filter(|key| !names.iter().any(|name| name.eq_ignore_ascii_case(key))) else { continue };
            let message = format!("Matrix exclude key '{key}' does not match any key within the matrix");
            let right = nearest(key, names.iter().copied().filter(|name| filter.get(name).is_none()));
            let cure = right.and_then(|right| renamed(file, entry, &route.key("exclude").index(index), key, right));
            let help = format!("The matrix has {}", names.join(", "));
            findings.extend(file.finding("matrix-invalid", entry.key.span, message).map(|finding| finding.with_cure(cure).with_help(help)));
        }
    }
    for item in document.under(matrix, "include").map_or(&[][..], Node::items) {
        let include = document.resolve(&item.value);
        if include.is_mapping() && include.entries().is_empty() {
            findings.extend(file.finding("matrix-invalid", include.span, "Matrix include mapping does not contain any values"));
        }
    }
    findings
}

fn renamed(file: &File<'_>, entry: &Entry, parent: &Route, key: &str, right: &str) -> Option<Cure> {
    let route = parent.key(key);
    if file.document().is_shared(&route) {
        return None;
    }
    let text = file.document().slice(entry.key.span).replacen(key, right, 1);
    let intents = vec![Intent::Rename { route, name: right.to_owned() }];
    let change = Change::Text { splices: vec![Splice { span: entry.key.span, text }], intents };
    let edits = vec![Edit { path: file.path.clone(), change }];
    let title = format!("Exclude by `{right}` instead of `{key}`");
    Some(Cure { title, safety: Safety::NeedsReview, change: CureChange::Edits(edits), grants: Vec::new() })
}

fn has_expression(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Scalar { value, .. } => value.contains("${{"),
        NodeKind::Mapping { entries, .. } => entries.iter().any(|entry| has_expression(&entry.key) || has_expression(&entry.value)),
        NodeKind::Sequence { items, .. } => items.iter().any(|item| has_expression(&item.value)),
        // What an alias means may hold one.
        NodeKind::Alias(_) => true,
    }
}
