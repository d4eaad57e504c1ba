//! Turns a failure into a case — a log with its verdict in-band — and tells whether the rules still give that verdict.
//!
//! A case is a folder: `case.log` (the log, marked), `files/` (the workflow and what else of the repository matters), `tree` (further
//! paths of the repository), `records/` (what the API said, where the log alone does not tell) and `expected.patch`. Only `case.log`
//! must be there. A person reads and corrects all of it in an editor.

mod blessed;
mod compare;
mod junit;
mod lay;
mod neutral;
mod read;
mod record;
mod records;
mod reduce;
mod retelling;
mod row;
mod signature;
mod table;
mod tally;
#[cfg(test)]
mod tests;
mod tree;
mod write;

use std::collections::BTreeMap;

pub use blessed::{Blessed, Gone};
pub use compare::{rows_of_case, rows_of_source, unreadable};
pub use junit::junit;
pub use neutral::Neutral;
pub use read::{CaseError, is_case, parse};
pub use record::{Answer, Drawn, Material, Subject, draw};
pub use reduce::{Budget, reduced};
pub use retelling::{Retelling, retelling};
pub use row::{Change, Outcome as RowOutcome, Row, RowKind};
pub use signature::Signature;
pub use table::page;
pub use tally::{Summary, Tally};
pub use tree::{parse_tree, print_tree};
pub use write::print;

use crate::remedy::Verdict;
use crate::rules::Category;
use crate::text::{LineNumber, RepoPath};

/// The file that makes a folder a case.
pub const LOG: &str = "case.log";

/// The folder with the repository's texts.
pub const FILES: &str = "files";

/// The file with further paths of the repository.
pub const TREE: &str = "tree";

/// The folder with the API's records.
pub const RECORDS: &str = "records";

/// The file with the patch that must come out.
pub const PATCH: &str = "expected.patch";

/// The file beside the cases that holds how each came out when somebody last agreed.
pub const BLESSED: &str = "blessed.ndjson";

/// A log with its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What the rules must say of it.
    pub expected: Expected,
    /// The workflow file that a person names with it; none where log and repository tell.
    pub workflow: Option<RepoPath>,
    /// What a person noted: for people only.
    pub comments: Vec<String>,
    /// The log without the marks; every line ends with `\n`.
    pub log: String,
}

/// What the rules must say of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// That nothing failed.
    Nothing,
    /// That this failed, and nothing else.
    Failure(ExpectedFailure),
}

/// One failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedFailure {
    /// The rule that explains it; none when no rule does.
    pub rule: Option<String>,
    /// Its category.
    pub category: Category,
    /// What to do with it.
    pub verdict: Verdict,
    /// Its identity across runs; none where that is not asked for.
    pub fingerprint: Option<String>,
    /// The line that says why; none when no line does.
    pub cause: Option<ExpectedCause>,
    /// What the rule's named groups catch.
    pub captures: BTreeMap<String, String>,
}

/// The line that says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedCause {
    /// A line of the log.
    Line(LineNumber),
    /// The text of a line that the platform noted outside the log.
    Noted(String),
}
