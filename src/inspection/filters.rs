//! Filters of events: those that an event does not have, and patterns that match nothing.

use super::file::File;
use super::{Cure, CureChange, Finding};
use crate::edit::Splice;
use crate::rules::Safety;
use crate::workflow::{Entry, Node, NodeKind, Route};

const PULL_REQUEST: &[&str] = &["types", "branches", "branches-ignore", "paths", "paths-ignore"];

/// The filters of each event (actions/languageservices, `workflow-v1.0.json`). An event that is not here is not judged.
const FILTERS: &[(&str, &[&str])] = &[
    ("branch_protection_rule", &["types"]),
    ("check_run", &["types"]),
    ("check_suite", &["types"]),
    ("create", &[]),
    ("delete", &[]),
    ("discussion", &["types"]),
    ("discussion_comment", &["types"]),
    ("issue_comment", &["types"]),
    ("issues", &["types"]),
    ("label", &["types"]),
    ("merge_group", &["types", "branches", "branches-ignore"]),
    ("milestone", &["types"]),
    ("pull_request", PULL_REQUEST),
    ("pull_request_review", &["types"]),
    ("pull_request_review_comment", &["types"]),
    ("pull_request_target", PULL_REQUEST),
    ("push", &["branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"]),
    ("registry_package", &["types"]),
    ("release", &["types"]),
    ("repository_dispatch", &["types"]),
    ("watch", &["types"]),
];

/// Filters that hold patterns.
const PATTERNS: &[&str] = &["branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"];

/// What is wrong with the filters of an event.
pub(super) fn findings(file: &File<'_>, name: &str, event: &Node) -> Vec<Finding> {
    let mut findings = Vec::new();
    let known = FILTERS.iter().find(|(event, _)| *event == name).map(|(_, filters)| *filters);
    for entry in event.entries() {
        let Some(filter) = entry.key.as_str() else { continue };
        let is_filter = filter == "types" || PATTERNS.contains(&filter);
        match known {
            Some(known) if is_filter && !known.contains(&filter) => findings.extend(unknown(file, name, entry, known)),
            _ if PATTERNS.contains(&filter) => {
                // `tags: ['!**']` beside branches lets no tag through, which is meant.
                let other = if filter == "tags" { "branches" } else { "tags" };
                let alone = filter == "paths" || event.entry(other).is_none();
                findings.extend(patterns(file, name, entry, if alone { &["branches", "paths", "tags"] } else { &[] }));
            }
            _ => {}
        }
    }
    findings
}

fn unknown(file: &File<'_>, event: &str, entry: &Entry, known: &[&str]) -> Option<Finding> {
    let filter = entry.key.as_str()?;
    let message = format!("the event `{event}` has no filter `{filter}`");
    let help = match known {
        [] => "It has none: ask in a condition, for example `if: github.ref_name == 'main'`".to_owned(),
        known if filter.starts_with("branches") && !known.contains(&"branches") => {
            format!("It has {}: ask in a condition instead", known.join(", "))
        }
        known => format!("It has {}", known.join(", ")),
    };
    Some(file.finding("unknown-filter", entry.key.span, message)?.with_help(help))
}

/// What is wrong with the patterns of a filter; `positive` are the filters that need one without `!`.
fn patterns(file: &File<'_>, event: &str, entry: &Entry, positive: &[&str]) -> Vec<Finding> {
    let Some(filter) = entry.key.as_str() else { return Vec::new() };
    let document = file.document();
    let route = Route::root().key("on").key(event).key(filter);
    let value = document.resolve(&entry.value);
    let items: Vec<(&Node, Route)> = match &value.kind {
        NodeKind::Sequence { items, .. } => {
            items.iter().enumerate().map(|(at, item)| (document.resolve(&item.value), route.index(at))).collect()
        }
        _ => vec![(value, route)],
    };
    let mut findings: Vec<Finding> = items.iter().filter_map(|(node, route)| pattern(file, filter, node, route)).collect();
    let negative = |(node, _): &(&Node, Route)| node.as_str().is_some_and(|text| text.starts_with('!'));
    if !items.is_empty() && items.iter().all(negative) && positive.contains(&filter) {
        let message = format!("all patterns of `{filter}` exclude, so that nothing is left to match");
        let finding = file.finding("pattern-never-matches", entry.key.span, message);
        let help = format!("Put a pattern without `!` before them, for example `'**'`, or write `{filter}-ignore` without the `!`");
        findings.extend(finding.map(|finding| finding.with_help(help)));
    }
    findings
}

fn pattern(file: &File<'_>, filter: &str, node: &Node, route: &Route) -> Option<Finding> {
    let text = node.as_str()?;
    let bare = text.strip_prefix('!').unwrap_or(text);
    if filter.starts_with("paths") && (bare.starts_with("./") || bare.starts_with("../")) {
        let message = format!("`{text}` matches nothing: paths begin at the root of the repository");
        let finding = file.finding("pattern-never-matches", node.span, message)?;
        return Some(finding.with_cure(without_dot(file, node, route, text)));
    }
    if is_open(bare) {
        let message = format!("`{text}` matches nothing: its bracket is not closed");
        return Some(
            file.finding("pattern-never-matches", node.span, message)?.with_help("Close it with `]`, or write `\\[` for the character"),
        );
    }
    None
}

/// A class of characters that is not closed.
fn is_open(pattern: &str) -> bool {
    let mut open = false;
    let mut escaped = false;
    for c in pattern.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => open = true,
            ']' => open = false,
            _ => {}
        }
    }
    open
}

fn without_dot(file: &File<'_>, node: &Node, route: &Route, text: &str) -> Option<Cure> {
    let new = text.replacen("./", "", 1);
    if text.contains("../") || new.is_empty() || file.document().is_shared(route) || node.as_str() != Some(text) {
        return None;
    }
    let written = file.document().slice(node.span).replacen("./", "", 1);
    // A plain scalar may not begin with what YAML reads otherwise.
    if super::events::is_plain(node) && !new.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let edit = file.set(route, node, vec![Splice { span: node.span, text: written }], new.clone());
    let title = format!("Write `{new}` instead of `{text}`");
    Some(Cure { title, safety: Safety::NeedsReview, change: CureChange::Edits(vec![edit]), grants: Vec::new() })
}
