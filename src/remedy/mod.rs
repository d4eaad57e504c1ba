//! Turns diagnoses into remedies: what to change, how safe it is, or why nothing can be changed here.

mod caches;
mod display;
mod elsewhere;
mod folders;
mod heal;
mod inspected;
mod install;
mod knowledge;
mod node;
mod optional;
mod paths;
mod place;
mod plan;
mod project;
mod resolve;
mod scopes;
mod toolchains;
pub mod trial;
mod uses;

pub use heal::{Case, heal};
pub use inspected::inspect;

use crate::inspection::Level;
use crate::patch::{PatchSet, Permit};
use crate::rules::{RemedyKind, Safety};
use crate::text::{Fingerprint, RepoPath};

/// One thing that can be done about a failure.
#[derive(Debug, Clone, PartialEq)]
pub struct Remedy {
    /// What it does, as an order.
    pub title: String,
    /// How safe it is.
    pub safety: Safety,
    /// Where the repair belongs.
    pub kind: RemedyKind,
    /// What to do by hand.
    pub advice: Option<String>,
    /// The proved change, where there is one.
    pub patch: Option<PatchSet>,
    /// What that change may do beyond the guard's rules, because the rule declares it.
    pub permits: Vec<Permit>,
    /// Why there is none although the rule names edits.
    pub refused: Option<String>,
}

/// What scripts do with a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A patch exists or is offered.
    Healable,
    /// The fix is not the workflow's; says what to do.
    Advice,
    /// Run it again.
    Transient,
    /// No rule explains it.
    Unexplained,
}

/// A diagnosis and what can be done about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// What failed and why.
    pub diagnosis: crate::diagnosis::Diagnosis,
    /// The identity of this failure across runs.
    pub fingerprint: Fingerprint,
    /// What scripts do with it.
    pub verdict: Verdict,
    /// The rule's explanation with its captures filled in, or what is known without a rule.
    pub explanation: String,
    /// What can be done, best first.
    pub remedies: Vec<Remedy>,
    /// The workflow file that it comes from, where that is certain.
    pub workflow: Option<RepoPath>,
    /// Why the place in the workflow is not certain.
    pub unlocated: Option<String>,
    /// What an inspection knows besides; none for a failure of a run.
    pub inspected: Option<Inspected>,
}

/// What an inspection of a file knows of a finding besides its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// How grave it is.
    pub level: Level,
    /// The column at which it starts, from 1, in characters.
    pub column: u32,
    /// How many characters of the line it covers.
    pub width: usize,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do by hand.
    pub help: Option<String>,
}

/// All failures of a source and the one patch that heals what can be healed.
#[derive(Debug, Clone, PartialEq)]
pub struct Healing {
    /// The failure to read first stands first.
    pub failures: Vec<Failure>,
    /// All changes together.
    pub patch: PatchSet,
    /// Edits that could not be proved or did not fit.
    pub skipped: Vec<Skipped>,
}

/// An edit that was not made.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Skipped {
    /// The rule that wished it.
    pub rule: String,
    /// Why not.
    pub reason: String,
}
