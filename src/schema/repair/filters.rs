//! Settles two filters of one event that exclude each other, where one of them says nothing that the other does not.

use super::super::Problem;
use super::Fix;
use crate::text::ByteSpan;
use crate::workflow::{Document, Entry, Node};

/// What settles the pair of filters of which `problem` names the second.
pub(super) fn fix(document: &Document, problem: &Problem) -> Result<Fix, String> {
    let advice = || "keep one of them; patterns with `!` exclude within the other".to_owned();
    let events = document.root.as_ref().and_then(|root| root.get("on")).map_or(&[][..], Node::entries);
    let holds = |event: &&Entry| event.value.entries().iter().any(|entry| entry.key.span == problem.span);
    let event = events.iter().find(holds).filter(|event| !event.value.is_flow()).ok_or_else(advice)?;
    for filter in ["branches", "tags", "paths"] {
        let ignore = format!("{filter}-ignore");
        let (Some(plain), Some(ignoring)) = (event.value.entry(filter), event.value.entry(&ignore)) else { continue };
        if plain.key.span != problem.span && ignoring.key.span != problem.span {
            continue;
        }
        let (takes, leaves) = (patterns(&plain.value), patterns(&ignoring.value));
        // All names are what an `-ignore` starts from; with `paths` the two say the same.
        if takes.iter().any(|pattern| pattern == "**") && takes.iter().all(|pattern| !pattern.starts_with('!')) {
            return Ok(without(document, plain, filter, "which takes every name"));
        }
        let apart = |leave: &String| takes.iter().all(|take| are_apart(take, leave));
        if !leaves.is_empty() && leaves.iter().all(apart) {
            return Ok(without(document, ignoring, &ignore, "which leaves out nothing that the other takes"));
        }
    }
    Err(advice())
}

fn patterns(node: &Node) -> Vec<String> {
    let own = node.as_str().map(str::to_owned);
    own.into_iter().chain(node.items().iter().filter_map(|item| item.value.as_str().map(str::to_owned))).collect()
}

/// Whether no name fits both patterns: up to the first wildcard of either they already differ.
fn are_apart(one: &str, other: &str) -> bool {
    let fixed =
        |pattern: &str| pattern.find(['*', '?', '+', '[', '!']).map_or((pattern.to_owned(), false), |at| (pattern[..at].to_owned(), true));
    let ((a, a_open), (b, b_open)) = (fixed(one), fixed(other));
    match (a_open, b_open) {
        (false, false) => a != b,
        (true, false) => !b.starts_with(&a),
        (false, true) => !a.starts_with(&b),
        (true, true) => !a.starts_with(&b) && !b.starts_with(&a),
    }
}

/// Takes out an entry with its lines.
fn without(document: &Document, entry: &Entry, key: &str, why: &str) -> Fix {
    let source = document.source.as_str();
    let start = source.get(..entry.key.span.start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let behind = entry.span().end;
    let end = source.get(behind..).and_then(|rest| rest.find('\n')).map_or(source.len(), |newline| behind + newline + 1);
    let line = document.position(entry.key.span.start).line;
    Fix::one(ByteSpan::new(start, end), "", format!("removes `{key}` in line {line}, {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_apart_when_their_beginnings_differ() {
        assert!(are_apart("docs/**", ".github/releases.json"));
        assert!(!are_apart("docs/**", "docs/a.md"));
        assert!(!are_apart("**", "a"));
        assert!(are_apart("a", "b"));
        assert!(!are_apart("a", "a"));
        assert!(!are_apart("src/**", "src/*/x"));
    }
}
