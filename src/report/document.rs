//! Turns an outcome into the JSON document that scripts rely on. Its names and their order are a contract.

use std::collections::BTreeMap;

use serde::Serialize;

use super::around::{self, ChangeEntry, FactsEntry};
use super::inline::bounded;
use super::{Deed, Outcome, Verified, diff};
use crate::archive::SourceKind;
use crate::inspection::Level;
use crate::patch::{FileChange, FilePatch};
use crate::remedy::{Failure, Remedy, Verdict};
use crate::rules::{Category, RemedyKind, Safety};
use crate::text::{Fingerprint, LineNumber, Redacted, RepoPath};

/// The version of the document's form; it changes only when a name goes or changes its meaning.
const VERSION: u32 = 1;

/// What `--json` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// The version of this form.
    pub version: u32,
    /// What was read.
    pub source: SourceEntry,
    /// The failure to read first stands first.
    pub failures: Vec<FailureEntry>,
    /// One entry a changed file.
    pub patches: Vec<PatchEntry>,
    /// Edits that were not made.
    pub skipped: Vec<SkippedEntry>,
    /// The new branch; null when none was made.
    pub branch: Option<Redacted>,
    /// Its commit; null when none was made.
    pub commit: Option<Redacted>,
    /// Every branch, where each cause has one of its own; `branch` and `commit` are those of the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<BranchEntry>,
    /// The commit that the patch is for; null without a repository.
    pub base: Option<Redacted>,
    /// With `--baseline`: what changed since the green run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<ChangeEntry>>,
    /// With `--facts`: what the run was and its jobs ran in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<FactsEntry>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceEntry {
    /// What kind of source it is.
    pub kind: SourceKind,
    /// How many jobs it holds, those that succeeded included.
    pub jobs: usize,
}

/// A branch that was made, or found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BranchEntry {
    /// Its name.
    pub branch: Redacted,
    /// Its commit.
    pub commit: Redacted,
}

/// One failed step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FailureEntry {
    /// The same in every run that fails so.
    pub fingerprint: Fingerprint,
    /// The job's display name; null for a failure of the whole run.
    pub job: Option<Redacted>,
    /// The step; null where none is meant.
    pub step: Option<StepEntry>,
    /// What to do with it.
    pub verdict: Verdict,
    /// The rule that explains it; null when none does.
    pub rule: Option<Redacted>,
    /// The rule's category.
    pub category: Category,
    /// The share of recorded cases on which the rule was right, 0 to 1.
    pub confidence: f64,
    /// How grave it is; only where a workflow itself is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The line that says why; null when the source has no such line.
    pub cause: Option<CauseEntry>,
    /// What the rule's named groups caught.
    pub captures: BTreeMap<String, Redacted>,
    /// What happened and why.
    pub explanation: Redacted,
    /// What can be done, best first.
    pub remedies: Vec<RemedyEntry>,
    /// The workflow file that it comes from; null where that is not certain.
    pub workflow: Option<RepoPath>,
    /// What came of running the step here before and after the patch; only with `--verify`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verified>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepEntry {
    /// The platform's number; null where the source does not tell it.
    pub number: Option<u32>,
    /// Its name; null where the source does not tell it.
    pub name: Option<Redacted>,
}

/// The line that says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseEntry {
    /// The file inside the source.
    pub file: Redacted,
    /// The line in that file, from 1.
    pub line: LineNumber,
    /// The column in that line, from 1; only where a workflow itself is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The line without stamp and colour.
    pub text: Redacted,
}

/// One thing that can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemedyEntry {
    /// What it does.
    pub title: Redacted,
    /// How safe it is.
    pub safety: Safety,
    /// Where it belongs.
    pub kind: RemedyKind,
    /// What to do by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<Redacted>,
    /// Why its change does not fit here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Redacted>,
}

/// A changed file. Its texts are the true ones: they are the repository's own, and `after` is what gets written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PatchEntry {
    /// The file.
    pub path: RepoPath,
    /// A unified diff that `git apply` takes.
    pub diff: String,
    /// The whole new text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The new mode, where only that changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<&'static str>,
}

/// An edit that was not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkippedEntry {
    /// The rule that wished it.
    pub rule: Redacted,
    /// Why not.
    pub reason: Redacted,
}

/// What `--json` prints when the program fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorDocument {
    /// The version of this form.
    pub version: u32,
    /// What went wrong.
    pub error: ErrorEntry,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorEntry {
    /// A fixed word for programs.
    pub kind: &'static str,
    /// A sentence for people.
    pub message: Redacted,
    /// What to do about it.
    pub hints: Vec<Redacted>,
}

impl Document {
    /// The document of an outcome.
    pub fn new(outcome: &Outcome) -> Self {
        let (branch, commit) = match &outcome.deed {
            Deed::Committed { branch, commit, .. } => (Some(Redacted::new(branch)), Some(Redacted::new(commit))),
            Deed::CommittedApart(made) => {
                (made.first().map(|made| Redacted::new(&made.branch)), made.first().map(|made| Redacted::new(&made.commit)))
            }
            Deed::Diagnosed | Deed::Previewed => (None, None),
        };
        Self {
            version: VERSION,
            source: SourceEntry { kind: outcome.transcript.kind, jobs: outcome.transcript.jobs.len() },
            failures: outcome.healing.failures.iter().map(|failure| failure_entry(outcome, failure)).collect(),
            patches: outcome.healing.patch.files.iter().map(patch_entry).collect(),
            skipped: outcome.healing.skipped.iter().map(skipped_entry).collect(),
            branch,
            commit,
            branches: branches(outcome),
            base: outcome.base.as_deref().map(Redacted::new),
            changes: around::changes(outcome),
            facts: around::facts(outcome),
        }
    }
}

impl ErrorDocument {
    /// The document of an error: `kind` is a fixed word.
    pub fn new(kind: &'static str, message: &str, hints: &[String]) -> Self {
        let hints = hints.iter().map(|hint| Redacted::new(hint)).collect();
        Self { version: VERSION, error: ErrorEntry { kind, message: Redacted::new(message), hints } }
    }
}

/// Every branch, where each cause has one of its own.
fn branches(outcome: &Outcome) -> Vec<BranchEntry> {
    let Deed::CommittedApart(made) = &outcome.deed else { return Vec::new() };
    made.iter().map(|made| BranchEntry { branch: Redacted::new(&made.branch), commit: Redacted::new(&made.commit) }).collect()
}

fn failure_entry(outcome: &Outcome, failure: &Failure) -> FailureEntry {
    let diagnosis = &failure.diagnosis;
    FailureEntry {
        fingerprint: failure.fingerprint.clone(),
        job: outcome.job(failure).map(|job| bounded(&job.name)),
        step: outcome.step(failure).map(|step| StepEntry { number: step.number, name: step.name.as_deref().map(bounded) }),
        verdict: failure.verdict,
        rule: diagnosis.rule.as_deref().map(bounded),
        category: diagnosis.category,
        confidence: diagnosis.confidence,
        level: failure.inspected.as_ref().map(|inspected| inspected.level),
        cause: diagnosis.cause.as_ref().map(|cause| CauseEntry {
            file: bounded(&cause.file),
            line: cause.number,
            column: failure.inspected.as_ref().map(|inspected| inspected.column),
            text: bounded(&cause.text),
        }),
        captures: diagnosis.captures.iter().map(|(name, value)| (name.clone(), bounded(value))).collect(),
        explanation: bounded(&failure.explanation),
        remedies: failure.remedies.iter().map(remedy_entry).collect(),
        workflow: failure.workflow.clone(),
        verified: outcome.verified(failure).cloned(),
    }
}

fn remedy_entry(remedy: &Remedy) -> RemedyEntry {
    RemedyEntry {
        title: bounded(&remedy.title),
        safety: remedy.safety,
        kind: remedy.kind,
        advice: remedy.advice.as_deref().map(bounded),
        refused: remedy.refused.as_deref().map(bounded),
    }
}

fn patch_entry(file: &FilePatch) -> PatchEntry {
    let (after, mode) = match &file.change {
        FileChange::Text { after, .. } => (Some(after.clone()), None),
        FileChange::MakeExecutable => (None, Some("100755")),
    };
    PatchEntry { path: file.path.clone(), diff: diff::unified_file(file), after, mode }
}

fn skipped_entry(skipped: &crate::remedy::Skipped) -> SkippedEntry {
    SkippedEntry { rule: bounded(&skipped.rule), reason: bounded(&skipped.reason) }
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, file};

    use super::super::example;
    use super::*;

    #[test]
    fn the_document_says_what_the_contract_says() {
        let json = serde_json::to_string_pretty(&Document::new(&example::committed())).unwrap();
        assert_data_eq!(json, file!["snapshots/document.txt"].raw());
    }

    #[test]
    fn a_mode_has_no_text_and_no_secret_survives() {
        let json = serde_json::to_string_pretty(&Document::new(&example::advice_with_secret())).unwrap();
        assert!(!json.contains("ghp_"), "{json}");
        assert!(json.contains("\"branch\": null"));
        let mode = serde_json::to_value(patch_entry(&example::mode_patch())).unwrap();
        assert_eq!(mode["mode"], "100755");
        assert!(mode.get("after").is_none());
    }

    #[test]
    fn an_error_is_a_document_too() {
        let json = serde_json::to_string(&ErrorDocument::new("no-source", "cannot read x", &["say y".to_owned()])).unwrap();
        assert_eq!(json, r#"{"version":1,"error":{"kind":"no-source","message":"cannot read x","hints":["say y"]}}"#);
    }
}
