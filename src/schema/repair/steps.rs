//! Settles a step that neither runs nor uses anything: an empty item goes, a step cut in two is joined again.

use super::super::{Problem, ProblemKind};
use super::Fix;
use crate::text::ByteSpan;
use crate::workflow::{Document, Key, ScalarStyle};

/// What settles the empty step that `problem` names.
pub(super) fn fix(document: &Document, problem: &Problem) -> Result<Fix, String> {
    let advice = || "give the step a `run` or a `uses`, or remove it".to_owned();
    let ProblemKind::EmptyStep { route } = &problem.kind else { return Err(advice()) };
    let (sequence, key) = route.split_last().ok_or_else(advice)?;
    let Key::Index(index) = *key else { return Err(advice()) };
    let items = document.get(&sequence).ok_or_else(advice)?.items();
    let item = items.get(index).ok_or_else(advice)?;
    let dash = item.dash.ok_or_else(advice)?;
    if item.value.is_null() {
        return Ok(without_line(document, dash));
    }
    if let Some(fix) = script_without_key(document, &item.value) {
        return Ok(fix);
    }
    let next = items.get(index + 1).ok_or_else(advice)?;
    let (entries, more) = (item.value.entries(), next.value.entries());
    let names = |entry: &crate::workflow::Entry| entry.key.as_str().map(str::to_owned);
    let disjoint = !entries.iter().any(|entry| more.iter().any(|other| names(entry) == names(other)));
    let runs = more.iter().any(|entry| matches!(entry.key.as_str(), Some("run" | "uses")));
    let is_anonymous = more.iter().all(|entry| !matches!(entry.key.as_str(), Some("name" | "id")));
    let begins = entries.iter().any(|entry| matches!(entry.key.as_str(), Some("name" | "id" | "if" | "env")));
    let (Some(next_dash), Some(first), Some(second)) = (next.dash, entries.first(), more.first()) else { return Err(advice()) };
    let column = |offset: usize| document.position(offset).column;
    let lines_up = column(first.key.span.start) == column(second.key.span.start) && column(next_dash) < column(second.key.span.start);
    // A line that was folded into a plain value is a script that lacks its key.
    let folded =
        |entry: &crate::workflow::Entry| entry.value.style() == Some(ScalarStyle::Plain) && document.slice(entry.value.span).contains('\n');
    if entries.iter().any(folded) {
        return Err("one of its values goes on in the next line, as a script does that lacks its `run: |`".to_owned());
    }
    if !(disjoint && runs && is_anonymous && begins && lines_up) {
        return Err(advice());
    }
    let line = document.position(next_dash).line;
    let what = format!("joins the step that begins in line {} with the one in line {line}", document.position(dash).line);
    Ok(Fix::one(ByteSpan::new(next_dash, next_dash + 1), " ", what))
}

/// A script that stands below the step's name without a `run: |`: YAML has folded it into the name.
fn script_without_key(document: &Document, step: &crate::workflow::Node) -> Option<Fix> {
    let name = step.entry("name").filter(|name| name.value.style() == Some(ScalarStyle::Plain) && !step.is_flow())?;
    let written = document.slice(name.value.span);
    let end = written.find('\n')?;
    let indent = " ".repeat(document.position(name.key.span.start).column as usize - 1);
    let deeper = |line: &str| line.trim().is_empty() || line.len() - line.trim_start().len() > indent.len();
    if !written.get(end + 1..)?.lines().all(deeper) {
        return None;
    }
    let newline = document.line_end();
    let at = name.value.span.start + written.get(..end)?.trim_end().len();
    let line = document.position(name.key.span.start).line;
    Some(Fix::one(ByteSpan::at(at), format!("{newline}{indent}run: |"), format!("puts `run` above the script below line {line}")))
}

/// Takes out the line of an item that holds nothing.
fn without_line(document: &Document, dash: usize) -> Fix {
    let source = document.source.as_str();
    let start = source.get(..dash).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let end = source.get(dash..).and_then(|rest| rest.find('\n')).map_or(source.len(), |newline| dash + newline + 1);
    Fix::one(ByteSpan::new(start, end), "", format!("removes the empty step in line {}", document.position(dash).line))
}
