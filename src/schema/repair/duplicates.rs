//! Settles a key that stands twice: a repeated value goes, a second script becomes its own step.

use super::super::{Problem, ProblemKind};
use super::Fix;
use crate::text::ByteSpan;
use crate::workflow::value::value_of;
use crate::workflow::{Document, Entry, Node, Route};

/// What settles the duplicate that `problem` names.
pub(super) fn fix(document: &Document, problem: &Problem) -> Result<Fix, String> {
    let ProblemKind::Duplicate { key, parent } = &problem.kind else { return Err(String::new()) };
    let node = document.get(parent).filter(|node| !node.is_flow()).ok_or("remove one of the two by hand")?;
    let entries = node.entries();
    let second = entries.iter().position(|entry| entry.key.span == problem.span).ok_or("remove one of the two by hand")?;
    let first = entries
        .iter()
        .position(|entry| entry.key.as_str().is_some_and(|one| one.eq_ignore_ascii_case(key)))
        .ok_or("remove one of the two by hand")?;
    let (Some(one), Some(two)) = (entries.get(first), entries.get(second)) else { return Err(String::new()) };
    if one.key.as_str() != two.key.as_str() {
        let line = document.position(one.key.span.start).line;
        return Err(format!("it stands in line {line} in other letter case, which counts as the same: rename or remove one"));
    }
    let is_step = parent.split_last().is_some_and(|(above, _)| is_steps(&above)) && parent.last_index().is_some();
    if is_step && let Some(fix) = split(document, node, parent) {
        return Ok(fix);
    }
    if value_of(document, &one.value) == value_of(document, &two.value) {
        return Ok(removal(document, two, key));
    }
    let line = document.position(one.key.span.start).line;
    Err(format!("it stands in line {line} with another value: decide which one counts, and remove the other"))
}

fn is_steps(route: &Route) -> bool {
    route.to_string().ends_with("steps")
}

/// Takes out an entry that says what an earlier one says, with its lines.
fn removal(document: &Document, entry: &Entry, key: &str) -> Fix {
    let source = document.source.as_str();
    let start = source.get(..entry.key.span.start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let value_end = entry.span().end;
    let end = source.get(value_end..).and_then(|rest| rest.find('\n')).map_or(source.len(), |newline| value_end + newline + 1);
    let line = document.position(entry.key.span.start).line;
    Fix::one(ByteSpan::new(start, end), "", format!("removes the second `{key}` in line {line}, which repeats the first"))
}

/// Splits a step that holds two: from the first repeated key on, the rest is a step of its own. Nothing when a key behind
/// it could belong to either.
fn split(document: &Document, step: &Node, route: &Route) -> Option<Fix> {
    let entries = step.entries();
    let name = |entry: &Entry| entry.key.as_str().map(str::to_owned);
    let at = (0..entries.len()).find(|at| {
        let key = entries.get(*at).and_then(name);
        key.is_some() && entries.iter().take(*at).any(|earlier| name(earlier) == key)
    })?;
    let (before, behind) = entries.split_at_checked(at)?;
    let runs = |part: &[Entry]| part.iter().filter(|entry| matches!(entry.key.as_str(), Some("run" | "uses"))).count() == 1;
    let repeats =
        |part: &[Entry]| (1..part.len()).any(|at| part.iter().take(at).any(|earlier| name(earlier) == part.get(at).and_then(name)));
    let is_uses = behind.iter().any(|entry| entry.key.as_str() == Some("uses"));
    // `with` belongs to the action in front of it; `env` and the like could have been meant for both.
    let is_clear = |entry: &Entry| match entry.key.as_str() {
        Some("run" | "uses" | "name" | "id") => true,
        Some("with") => is_uses,
        _ => before.iter().any(|earlier| name(earlier) == name(entry)),
    };
    if !runs(before) || !runs(behind) || repeats(behind) || !behind.iter().all(is_clear) {
        return None;
    }
    let (sequence, key) = route.split_last()?;
    let crate::workflow::Key::Index(index) = key else { return None };
    let dash = document.get(&sequence)?.items().get(*index)?.dash?;
    let column = |offset: usize| document.position(offset).column;
    let first = behind.first()?;
    let key_start = first.key.span.start;
    // The dash takes the place of blanks in front of the key.
    let gap = usize::try_from(column(key_start).checked_sub(column(dash))?).ok()?;
    if gap < 2 || column(key_start) != column(entries.first()?.key.span.start) {
        return None;
    }
    let span = ByteSpan::new(key_start.checked_sub(gap)?, key_start.checked_sub(gap)? + 1);
    if document.slice(ByteSpan::new(span.start, key_start)).chars().any(|c| c != ' ') {
        return None;
    }
    let line = document.position(key_start).line;
    let what = format!("makes line {line} the beginning of a step of its own");
    let settles = behind.iter().map(|entry| entry.key.span).collect();
    Some(Fix { splices: vec![(span, "-".to_owned())], what, settles, ..Fix::default() })
}
