//! Finds the one smallest edit that makes a refused file acceptable; refuses where two would.

mod duplicates;
mod filters;
mod heredoc;
mod keys;
mod lines;
mod rewrite;
mod search;
mod shift;
mod steps;
#[cfg(test)]
mod tests;

use super::{Problem, ProblemKind, accepts, problems, syntax};
use crate::text::{ByteSpan, LineNumber, RepoPath};
use crate::workflow::Document;

/// What heals a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// Bytes that give way to text; in order, neither touching nor overlapping.
    pub splices: Vec<(ByteSpan, String)>,
    /// What they do, as a deed: `quotes the value in line 12`.
    pub what: String,
    /// Scopes of the token that a job gets with it, because the file says so at a wrong place: job, scope, access.
    pub grants: Vec<(String, String, String)>,
}

impl Repair {
    /// `text` with the splices made; nothing when they do not fit it.
    pub fn applied(&self, text: &str) -> Option<String> {
        applied(text, &self.splices)
    }
}

/// The splices that turn one text into another, line by line.
pub fn difference(before: &str, after: &str) -> Vec<(ByteSpan, String)> {
    let diff = similar::TextDiff::from_lines(before, after);
    let mut starts = vec![0];
    let mut at = 0;
    for line in before.split_inclusive('\n') {
        at += line.len();
        starts.push(at);
    }
    let start = |line: usize| starts.get(line).copied().unwrap_or(before.len());
    let mut splices = Vec::new();
    for change in diff.ops() {
        let (old, new) = (change.old_range(), change.new_range());
        if change.tag() != similar::DiffTag::Equal {
            let text: String = after.split_inclusive('\n').skip(new.start).take(new.len()).collect();
            splices.push((ByteSpan::new(start(old.start), start(old.end)), text));
        }
    }
    splices
}

/// Why nothing is repaired: what was found where, and what to do by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NoRepair {
    /// A sentence or two.
    pub reason: String,
}

impl NoRepair {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// A text larger than this is not searched for repairs, in bytes: each try reads it anew.
const LARGEST: usize = 300_000;

/// Repairs the workflow or action `text` of the file `path`, when exactly one smallest edit makes it acceptable. `hint` is
/// the line that the platform names, which may be some lines off.
///
/// # Errors
/// When nothing is wrong, when no edit heals the file, or when several of the same size would.
pub fn repair(path: &RepoPath, text: &str, hint: Option<LineNumber>) -> Result<Repair, NoRepair> {
    if text.len() > LARGEST {
        return Err(NoRepair::new(format!("{path} is too large for a repair: {} bytes", text.len())));
    }
    if let Some(line) = conflict(text) {
        return Err(NoRepair::new(format!("{path}:{line}: a conflict marker of git stands here; finish the merge by hand")));
    }
    let found = problems(text);
    let broken = found.iter().any(|problem| problem.kind == ProblemKind::Syntax) || found.is_empty() && !syntax::is_yaml(text);
    let repaired = if broken {
        search::run(path, text, &syntax::error_lines(text), hint)?
    } else {
        let lines: Vec<LineNumber> = found.iter().take(3).map(|problem| problem.position.line).collect();
        // What the schema refuses may be a slip of writing that YAML lets pass: `contents read`.
        structure(path, text, found).or_else(|refusal| search::run(path, text, &lines, None).map_err(|_| refusal))?
    };
    match applied(text, &repaired.splices) {
        Some(after) if accepts(&after) => Ok(repaired),
        _ => Err(NoRepair::new(format!("{path}: the repair did not prove itself: it would have been one that {}", repaired.what))),
    }
}

/// The first line that begins a conflict of a merge.
fn conflict(text: &str) -> Option<LineNumber> {
    let starts = |line: &str| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ");
    text.lines().position(starts).map(LineNumber::from_index)
}

/// Repairs a file that parses but says something that the platform refuses: each problem on its own, all or none.
fn structure(path: &RepoPath, text: &str, found: Vec<Problem>) -> Result<Repair, NoRepair> {
    let refused = |problem: &Problem| NoRepair::new(format!("{path}:{problem}"));
    let Some(first) = found.first().cloned() else { return Err(NoRepair::new(format!("{path}: nothing is wrong with this file"))) };
    let document = Document::parse(text).map_err(|error| NoRepair::new(format!("{path}:{error}")))?;
    let mut whole = Repair { splices: Vec::new(), what: String::new(), grants: Vec::new() };
    let mut deeds: Vec<String> = Vec::new();
    for settled in each(&document, found) {
        let problem = &settled.problem;
        let repair = settled.repair.map_err(|advice| NoRepair::new(format!("{path}:{problem}; {advice}")))?;
        whole.splices.extend(repair.splices);
        whole.grants.extend(repair.grants);
        deeds.extend((!repair.what.is_empty()).then_some(repair.what));
    }
    whole.splices.sort_by_key(|(span, _)| *span);
    whole.splices.dedup();
    deeds.dedup();
    whole.what = deeds.join("; ");
    let after = applied(text, &whole.splices).ok_or_else(|| refused(&first))?;
    match problems(&after).first() {
        None => Ok(whole),
        Some(left) => Err(refused(left)),
    }
}

/// A problem and what settles it, or what to do by hand.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The problem.
    pub problem: Problem,
    /// What settles it; one that goes with another has no splices of its own.
    pub repair: Result<Repair, String>,
}

/// Each problem of a text that parses, with what settles it alone.
pub fn settled(text: &str) -> Vec<Settled> {
    Document::parse(text).map_or_else(|_| Vec::new(), |document| each(&document, problems(text)))
}

fn each(document: &Document, found: Vec<Problem>) -> Vec<Settled> {
    let (mut open, mut out) = (found, Vec::new());
    while let Some(problem) = open.first().cloned() {
        let fix = match &problem.kind {
            ProblemKind::Duplicate { .. } => duplicates::fix(document, &problem),
            ProblemKind::EmptyStep { .. } => steps::fix(document, &problem),
            ProblemKind::Filters => filters::fix(document, &problem),
            _ => keys::fix(document, &problem, &open),
        };
        let spans = fix.as_ref().map_or_else(|_| Vec::new(), |fix| fix.settles.clone());
        let repair = fix.map(|fix| Repair { splices: fix.splices, what: fix.what, grants: fix.grants });
        let (gone, left): (Vec<Problem>, Vec<Problem>) =
            open.into_iter().partition(|other| *other == problem || spans.contains(&other.span));
        open = left;
        let with = Repair { splices: Vec::new(), what: String::new(), grants: Vec::new() };
        let others = gone.iter().filter(|other| **other != problem);
        let others: Vec<Settled> = others.map(|other| Settled { problem: other.clone(), repair: Ok(with.clone()) }).collect();
        out.push(Settled { problem, repair });
        out.extend(others);
    }
    out
}

/// What settles one problem.
#[derive(Debug, Default)]
struct Fix {
    splices: Vec<(ByteSpan, String)>,
    what: String,
    /// Spans of other problems that go with it.
    settles: Vec<ByteSpan>,
    /// Scopes that a job gets with it.
    grants: Vec<(String, String, String)>,
}

impl Fix {
    fn one(span: ByteSpan, text: impl Into<String>, what: impl Into<String>) -> Self {
        Self { splices: vec![(span, text.into())], what: what.into(), ..Self::default() }
    }
}

/// The text with its splices made; nothing when they overlap or do not fit the text.
fn applied(text: &str, splices: &[(ByteSpan, String)]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut behind = 0;
    for (span, new) in splices {
        if span.start < behind || span.end < span.start {
            return None;
        }
        out.push_str(text.get(behind..span.start)?);
        out.push_str(new);
        behind = span.end;
    }
    out.push_str(text.get(behind..)?);
    Some(out)
}
