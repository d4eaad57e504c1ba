//! Turns findings into diagnoses: one cause for each failed step, or the best guess at the line when no rule explains it.

use std::collections::BTreeMap;

use crate::findings::Finding;
use crate::rules::{Category, Rank, RuleSet};
use crate::text::{ByteSpan, LineNumber};
use crate::transcript::Transcript;

mod choice;
pub mod example;
mod guess;
mod job;
mod kind;
mod normalised;
mod order;

pub use normalised::normalised;

/// What failed, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// Index into the transcript's jobs; none for a failure of the whole run (an invalid workflow file).
    pub job: Option<usize>,
    /// Index into the job's steps; none where no step is meant.
    pub step: Option<usize>,
    /// The rule that explains it; none when no rule does.
    pub rule: Option<String>,
    /// The rule's category; when no rule explains it, what the line sounds like.
    pub category: Category,
    /// The rule's rank.
    pub rank: Option<Rank>,
    /// Share of recorded cases on which the rule was right, 0 to 1; under 0.5 when no rule explains it.
    pub confidence: f64,
    /// The line that says why; none when the source has not a single line to point to.
    pub cause: Option<CauseLine>,
    /// What the rule's named groups caught.
    pub captures: BTreeMap<String, String>,
    /// The exit code that the step ended with.
    pub exit_code: Option<i32>,
}

/// The line that says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseLine {
    /// The file inside the source.
    pub file: String,
    /// The line in that file; for an annotation the line of its message.
    pub number: LineNumber,
    /// The whole line's bytes in that file; for an annotation those of its message.
    pub span: ByteSpan,
    /// The clean line.
    pub text: String,
    /// The line's index in the job's text; none for an annotation.
    pub index: Option<usize>,
}

/// Names one cause for each failed step; the failure to read first stands first. `findings` are those of the transcript
/// under `rules`.
pub fn diagnose(transcript: &Transcript, rules: &RuleSet, findings: &[Finding]) -> Vec<Diagnosis> {
    let mut all = job::of_run(transcript, rules, findings);
    for index in 0..transcript.jobs.len() {
        all.extend(job::of_job(transcript, index, rules, findings));
    }
    order::ordered(transcript, all)
}

#[cfg(test)]
mod catalogue_tests;
#[cfg(test)]
mod tests;
