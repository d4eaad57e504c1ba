//! Turns the workflows and actions of a checkout into findings: what the platform will refuse, and what is certain to go wrong,
//! without a run and without a log. Each kind of finding is a [`Check`], each family of checks one file.

mod actions;
mod bash;
mod calls;
mod catalogue;
mod conditions;
mod declarations;
mod events;
mod expressions;
mod file;
mod filters;
mod labels;
mod limits;
mod lists;
mod matrices;
mod measured;
mod numbers;
mod places;
mod scope;
mod scripts;
mod secrets;
mod shells;
mod structure;
mod workspace;
#[cfg(test)]
mod tests;

use crate::edit::{Edit, EditSpec};
use crate::repository::Repository;
use crate::rules::{Category, Safety};
use crate::text::{ByteSpan, Position, RepoPath};
use crate::workflow::Place;

pub use catalogue::{CHECKS, check};
pub use measured::confidence;

/// Findings of one file beyond this many are not told: it is no workflow.
const MOST: usize = 200;

/// A kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Its id, as reports name it.
    pub id: &'static str,
    /// How grave it is.
    pub level: Level,
    /// The category, as for rules.
    pub category: Category,
    /// One line: what is wrong.
    pub summary: &'static str,
    /// Why it matters, for a person who meets it.
    pub explanation: &'static str,
}

impl Check {
    /// Whether the platform refuses the whole file for it, so that no job starts. What is left of the errors fails while it runs.
    pub fn refuses(&self) -> bool {
        self.level == Level::Error && !catalogue::RUNS.contains(&self.id) || self.id == "unknown-scope"
    }
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The platform refuses the file, or it is certain to fail.
    Error,
    /// It runs, and certainly does not do what it says.
    Warning,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What kind it is.
    pub check: &'static Check,
    /// The bytes that are wrong.
    pub span: ByteSpan,
    /// Where they start.
    pub position: Position,
    /// What is wrong, in the platform's words where it has any.
    pub message: String,
    /// What to do by hand.
    pub help: Option<String>,
    /// What heals it, where one answer is clear.
    pub cure: Option<Cure>,
}

/// What heals a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Cure {
    /// What it does, as an order: `Quote the version`.
    pub title: String,
    /// How safe it is.
    pub safety: Safety,
    /// The change.
    pub change: CureChange,
    /// Scopes of the token that it moves or adds on purpose: job, scope, access.
    pub grants: Vec<(String, String, String)>,
}

/// The change that heals a finding.
#[derive(Debug, Clone, PartialEq)]
pub enum CureChange {
    /// Edits, all or none.
    Edits(Vec<Edit>),
    /// A verb of `edit`, at a place.
    Verb(EditSpec, Place),
}

/// Everything that is wrong with the file at `path` of the repository; nothing for a file whose text is not there.
pub fn inspect(repository: &Repository, path: &RepoPath) -> Vec<Finding> {
    repository.text(path.as_str()).map_or_else(Vec::new, |text| inspect_text(repository, path, text))
}

/// The same for a file with another text.
pub fn inspect_text(repository: &Repository, path: &RepoPath, text: &str) -> Vec<Finding> {
    let mut findings = file::findings(repository, path, text);
    findings.sort_by_key(|finding| (finding.span, finding.check.level));
    // A node that aliases repeat is found once.
    findings.dedup_by(|one, other| one.span == other.span && one.check.id == other.check.id && one.message == other.message);
    findings.truncate(MOST);
    findings
}

/// How many findings there are of each level: errors, warnings.
pub fn weight(findings: &[Finding]) -> (usize, usize) {
    let errors = findings.iter().filter(|finding| finding.check.level == Level::Error).count();
    (errors, findings.len() - errors)
}

/// Whether a text with the findings `after` is better than the one with the findings `before`: the platform refuses it for less,
/// or as much of that and less else is wrong; and of no such kind there is more. A text that is no YAML shows nothing but that, so that
/// what it becomes must be free of all that `schema` sees.
pub fn improves(before: &[Finding], after: &[Finding]) -> bool {
    let count = |findings: &[Finding], id: &str| findings.iter().filter(|finding| finding.check.id == id).count();
    if count(before, "yaml-syntax") > 0 {
        return !after.iter().any(|finding| catalogue::STRUCTURE.contains(&finding.check.id));
    }
    let refusals = |findings: &[Finding]| findings.iter().filter(|finding| finding.check.refuses()).count();
    let (had, has) = (refusals(before), refusals(after));
    // What ran never shows what would have gone wrong in it.
    let matters = |finding: &&Finding| has == had || finding.check.refuses();
    let fewer = has < had || has == had && after.len() < before.len();
    fewer && after.iter().filter(matters).all(|finding| count(after, finding.check.id) <= count(before, finding.check.id))
}

/// The files of a repository that are inspected when none is named: its workflows, and its own actions.
pub fn files(repository: &Repository) -> Vec<RepoPath> {
    repository.texts.keys().filter(|path| path.is_workflow() || path.is_action()).cloned().collect()
}

/// Turns a deed into an order: `quotes the value; moves line 3` into `Quote the value; move line 3`.
pub(crate) fn order(deed: &str) -> String {
    let mut out = String::with_capacity(deed.len());
    for (index, part) in deed.split("; ").enumerate() {
        let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
        let word = word.strip_suffix('s').unwrap_or(word);
        out.push_str(if index > 0 { "; " } else { "" });
        out.push_str(word);
        out.push_str(if rest.is_empty() { "" } else { " " });
        out.push_str(rest);
    }
    let mut characters = out.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
