//! Versions that YAML reads as numbers, and so as other versions.

use super::file::File;
use super::{Cure, CureChange, Finding};
use crate::edit::Splice;
use crate::rules::Safety;
use crate::workflow::value::{shown, value_of};
use crate::workflow::{Node, NodeKind, Route};

/// Words in the names of inputs and axes that hold versions.
const VERSIONS: &[&str] =
    &["version", "python", "node", "ruby", "golang", "go", "php", "java", "jdk", "dotnet", "ghc", "elixir", "otp", "django"];

/// Versions in matrices and inputs of actions that lose a digit.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for job in file.workflow.jobs() {
        let matrix = job.route.key("strategy").key("matrix");
        if let Some(node) = file.document().get(&matrix) {
            below(file, node, &matrix, "", &mut findings);
        }
        for step in job.steps() {
            let with = step.route.key("with");
            if let Some(node) = file.document().get(&with) {
                below(file, node, &with, "", &mut findings);
            }
        }
    }
    findings
}

fn below(file: &File<'_>, node: &Node, route: &Route, key: &str, findings: &mut Vec<Finding>) {
    match &node.kind {
        NodeKind::Mapping { entries, .. } => {
            for entry in entries {
                let Some(name) = entry.key.as_str() else { continue };
                let key = if matches!(name, "include" | "exclude") { key } else { name };
                below(file, &entry.value, &route.key(name), key, findings);
            }
        }
        NodeKind::Sequence { items, .. } => {
            for (index, item) in items.iter().enumerate() {
                below(file, &item.value, &route.index(index), key, findings);
            }
        }
        NodeKind::Scalar { .. } => findings.extend(finding(file, node, route, key)),
        NodeKind::Alias(_) => {}
    }
}

fn finding(file: &File<'_>, node: &Node, route: &Route, key: &str) -> Option<Finding> {
    let text = node.as_str().filter(|_| super::events::is_plain(node))?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.starts_with(|c: char| c.is_ascii_digit());
    // `3.0` as `3` means the newest 3.x to most actions: only `3.10` becomes another version.
    let loses = text.contains('.') && text.ends_with('0') && !text.ends_with(".0");
    let lower = key.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    if !digits || !loses || !VERSIONS.iter().any(|word| words.contains(word) || words.contains(&format!("{word}s").as_str())) {
        return None;
    }
    let read = shown(&value_of(file.document(), node).ok()?)?;
    if read == text {
        return None;
    }
    let finding = file.finding("number-changes", node.span, format!("`{text}` is read as the number {read}"))?;
    if file.document().is_shared(route) {
        return Some(finding);
    }
    let edit = crate::edit::Edit {
        path: file.path.clone(),
        change: crate::edit::Change::Text {
            splices: vec![Splice { span: node.span, text: format!("'{text}'") }],
            intents: vec![crate::edit::Intent::Set { route: route.clone(), value: serde_yaml::Value::from(text) }],
        },
    };
    let cure = Cure { title: format!("Quote `{text}`"), safety: Safety::Safe, change: CureChange::Edits(vec![edit]), grants: Vec::new() };
    Some(finding.with_cure(Some(cure)))
}
