//! A list where the platform takes a text: an action's input, or a condition.

use super::{Cure, CureChange};
use crate::almanac;
use crate::edit::{Change, Edit, Splice};
use crate::expression::{ExprKind, Operator, parse};
use crate::rules::Safety;
use crate::text::{ByteSpan, RepoPath};
use crate::workflow::{Document, Key, Node, Route, ScalarStyle};

/// What writes the list at `route` as the text that its key takes.
pub(super) fn cure(path: &RepoPath, document: &Document, route: &Route) -> Option<Cure> {
    let node = document.get(route).filter(|node| node.is_sequence())?;
    let (parent, Key::Name(key)) = route.split_last()? else { return None };
    if document.is_shared(route) || document.slice(node.span).contains('#') {
        return None;
    }
    let entry = document.get(&parent)?.entry(key)?;
    let (text, title) = match key.as_str() {
        "if" => (condition(node)?, "Join the conditions to one".to_owned()),
        _ if parent.0.last() == Some(&Key::Name("with".into())) => input(document, &parent, key, node, entry.key.span)?,
        _ => return None,
    };
    let colon = entry.key.span.end + document.source.get(entry.key.span.end..)?.find(':')? + 1;
    let splice = Splice { span: ByteSpan::new(colon, node.span.end), text };
    let edit = Edit { path: path.clone(), change: Change::Repair { splices: vec![splice] } };
    Some(Cure { title, safety: Safety::NeedsReview, change: CureChange::Edits(vec![edit]), grants: Vec::new() })
}

fn texts(node: &Node) -> Option<Vec<&str>> {
    node.items().iter().map(|item| item.value.as_str().filter(|text| !text.trim().is_empty() && !text.contains('\n'))).collect()
}

/// All conditions must hold.
fn condition(node: &Node) -> Option<String> {
    let mut parts = Vec::new();
    for text in texts(node)? {
        let inner = text.trim().strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).unwrap_or(text).trim();
        let tree = parse(inner).ok()?;
        let loose = matches!(tree.kind, ExprKind::Binary { operator: Operator::Or, .. });
        parts.push(if loose { format!("({inner})") } else { inner.to_owned() });
    }
    let joined = format!("${{{{ {} }}}}", parts.join(" && "));
    (!parts.is_empty() && !joined.contains(": ") && !joined.contains(" #")).then(|| format!(" {joined}"))
}

/// The input's one text: what its action takes several values as.
fn input(document: &Document, parent: &Route, key: &str, node: &Node, key_span: ByteSpan) -> Option<(String, String)> {
    let newline = document.line_end();
    let column = |offset: usize| document.position(offset).column as usize - 1;
    let Some(texts) = texts(node) else { return as_neighbour(document, parent, node, key_span) };
    let written = |item: &Node| document.slice(item.span).to_owned();
    if let ([item], true) = (node.items(), texts.len() == 1) {
        return Some((format!(" {}", written(&item.value)), format!("Give `{key}` its one value")));
    }
    let uses = parent.split_last().and_then(|(step, _)| document.get(&step)?.get("uses")?.as_str());
    let known = almanac::action_inputs(uses?.split('@').next()?)?;
    let names = |list: &[String]| list.iter().any(|name| name.eq_ignore_ascii_case(key));
    if names(&known.comma) {
        let plain = texts.iter().all(|text| !text.contains(['"', '\\', ',']));
        return plain.then(|| (format!(" \"{}\"", texts.join(", ")), format!("Part the values of `{key}` by commas")));
    }
    let indent = " ".repeat(column(key_span.start) + 2);
    let lines: String = texts.iter().map(|text| format!("{newline}{indent}{text}")).collect();
    names(&known.lines).then(|| (format!(" |{lines}"), format!("Write the values of `{key}` one a line")))
}

/// A list of mappings, where another input of the same step holds such a list as text.
fn as_neighbour(document: &Document, parent: &Route, node: &Node, key_span: ByteSpan) -> Option<(String, String)> {
    let is_list = |value: &Node| {
        value.style() == Some(ScalarStyle::Literal) && value.as_str().is_some_and(|text| text.trim_start().starts_with("- "))
    };
    let beside = document.get(parent)?.entries().iter().any(|entry| is_list(&entry.value));
    let column = |offset: usize| document.position(offset).column;
    if !beside || node.is_flow() || column(node.span.start) <= column(key_span.start) {
        return None;
    }
    let start = document.source.get(..node.span.start)?.rfind('\n')?;
    let gap = document.source.get(key_span.end..start)?;
    (gap.trim() == ":").then(|| {
        let body = document.source.get(start..node.span.end).unwrap_or("");
        let carriage = if gap.ends_with('\r') { "\r" } else { "" };
        (format!(" |{carriage}{body}"), "Write the list as a text, as the input beside it is".to_owned())
    })
}
