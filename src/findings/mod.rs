//! Turns a transcript and rules into findings: which rule matches which line. The hot loop is an `Engine`'s.

use crate::rules::pattern::Captures;
use crate::rules::{Rank, RuleSet};
use crate::transcript::{AnnotationLevel, LogText, Transcript};

mod circumstances;
mod engine;
mod every_line;
mod fingerprints;
mod scan;
mod suspects;
mod surroundings;
mod tally;
mod vertices;

pub use circumstances::{Circumstances, Limit};
pub use engine::{Candidate, Engine};
pub use every_line::EveryLine;
pub use fingerprints::Fingerprints;
use scan::Scan;
use surroundings::Surroundings;
pub use suspects::{Suspects, exit_code, suspects};
pub use vertices::FailedVertices;

/// A rule that matches, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Index of the rule in the set.
    pub rule: usize,
    /// The line.
    pub place: Place,
    /// What the named groups of the rule's patterns caught.
    pub captures: Captures,
    /// The rule's rank.
    pub rank: Rank,
    /// Whether many different messages match in the step, none of which makes up most: then a summary tells more.
    pub scattered: bool,
}

/// A line of a job's log or of an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A line of a log.
    Line {
        /// Index of the job.
        job: usize,
        /// Index of the step in the job.
        step: usize,
        /// Index of the line in the job's text.
        line: usize,
    },
    /// A line of an annotation.
    Annotation {
        /// Index of the job; none for an annotation of the run.
        job: Option<usize>,
        /// Index of the annotation in the job's or run's list.
        annotation: usize,
        /// Index of the line in the annotation's message.
        line: usize,
    },
}

impl Place {
    /// Index of the job; none for an annotation of the run.
    pub const fn job(self) -> Option<usize> {
        match self {
            Self::Line { job, .. } => Some(job),
            Self::Annotation { job, .. } => job,
        }
    }
}

/// Finds in each step that may have failed, and in each annotation, which rules match. For each step and rule there is one finding at
/// most: the match that the rule's `pick` means. Findings stand in the order of their places.
pub fn find(transcript: &Transcript, rules: &RuleSet, engine: &dyn Engine, circumstances: &Circumstances) -> Vec<Finding> {
    let mut found = Vec::new();
    for (job_index, job) in transcript.jobs.iter().enumerate() {
        let suspects = suspects(transcript, job);
        for step in suspects.steps() {
            let Some(lines) = job.steps.get(step).map(|step| step.lines.clone()) else { continue };
            let surroundings = Surroundings::of_step(transcript, job_index, step, circumstances);
            let matches = Scan::new(rules, engine, &job.text, lines, surroundings).run();
            let allowed = matches.into_iter().filter(|found| suspects.allows(rules, found.rule));
            found.extend(allowed.map(|found| found.at(|line| Place::Line { job: job_index, step, line })));
        }
        annotations(transcript, Some(job_index), rules, engine, circumstances, &mut found);
    }
    annotations(transcript, None, rules, engine, circumstances, &mut found);
    found.sort_by_key(|finding| (finding.place.job(), finding.place, finding.rule));
    found
}

/// What the platform noted as a failure is text like any other.
fn annotations(
    transcript: &Transcript,
    job: Option<usize>,
    rules: &RuleSet,
    engine: &dyn Engine,
    circumstances: &Circumstances,
    found: &mut Vec<Finding>,
) {
    let list = match job {
        Some(job) => transcript.jobs.get(job).map(|job| job.annotations.as_slice()).unwrap_or_default(),
        None => &transcript.annotations,
    };
    for (annotation, noted) in list.iter().enumerate().filter(|(_, noted)| noted.level == AnnotationLevel::Failure) {
        let text = LogText::plain(&noted.source, &noted.message);
        let surroundings = Surroundings::of_annotation(transcript, job, circumstances);
        let lines = 0..text.len();
        let matches = Scan::new(rules, engine, &text, lines, surroundings).run();
        found.extend(matches.into_iter().map(|found| found.at(|line| Place::Annotation { job, annotation, line })));
    }
}

#[cfg(test)]
mod tests;
