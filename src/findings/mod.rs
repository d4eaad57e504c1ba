//! Turns a transcript and rules into findings: which rule matches which line. The hot loop is an `Engine`'s.

use std::ops::Range;

use crate::rules::detector::{Captures, Detector};
use crate::rules::{Pick, Rank, RuleSet};
use crate::transcript::{AnnotationLevel, LogText, Transcript};

mod circumstances;
mod engine;
mod every_line;
mod fingerprints;
mod suspects;
mod surroundings;

pub use circumstances::{Circumstances, Limit};
pub use engine::{Candidate, Engine};
pub use every_line::EveryLine;
pub use fingerprints::Fingerprints;
use surroundings::Surroundings;
pub use suspects::{Suspects, exit_code, suspects};

/// How often a rule's line may match without its other conditions holding before it is given up for the step: log text
/// is hostile, and each such match looks at the lines around it.
const MOST_ATTEMPTS: usize = 10_000;

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
/// most: the first match, or the last one for a rule that says so. Findings stand in the order of their places.
pub fn find(transcript: &Transcript, rules: &RuleSet, engine: &dyn Engine, circumstances: &Circumstances) -> Vec<Finding> {
    let mut found = Vec::new();
    for (job_index, job) in transcript.jobs.iter().enumerate() {
        let suspects = suspects(transcript, job);
        for step in suspects.steps() {
            let Some(lines) = job.steps.get(step).map(|step| step.lines.clone()) else { continue };
            let surroundings = Surroundings::of_step(transcript, job_index, step, circumstances);
            let mut scan = Scan { rules, engine, text: &job.text, lines, surroundings, matches: Vec::new() };
            let matches = scan.run();
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
        let mut scan = Scan { rules, engine, text: &text, lines, surroundings, matches: Vec::new() };
        found.extend(scan.run().into_iter().map(|found| found.at(|line| Place::Annotation { job, annotation, line })));
    }
}

/// One pass over a range of lines.
struct Scan<'a> {
    rules: &'a RuleSet,
    engine: &'a dyn Engine,
    text: &'a LogText,
    lines: Range<usize>,
    surroundings: Surroundings<'a>,
    /// For each rule what was found so far; sparse until the first candidate.
    matches: Vec<Progress>,
}

/// What is known of one rule in one pass.
#[derive(Debug, Default, Clone)]
struct Progress {
    /// Lines whose pattern matched and whose conditions failed.
    refused: usize,
    /// The line tried last: a literal that stands twice in a line is tried once.
    tried: Option<usize>,
    /// The match that counts so far.
    best: Option<Match>,
}

/// A match before it is known where its text belongs.
#[derive(Debug, Clone)]
struct Match {
    rule: usize,
    line: usize,
    captures: Captures,
    rank: Rank,
}

impl Match {
    fn at(self, place: impl FnOnce(usize) -> Place) -> Finding {
        Finding { rule: self.rule, place: place(self.line), captures: self.captures, rank: self.rank }
    }
}

impl Scan<'_> {
    fn run(&mut self) -> Vec<Match> {
        let (engine, rules, text, lines) = (self.engine, self.rules, self.text, self.lines.clone());
        self.matches = vec![Progress::default(); rules.len()];
        engine.candidates(rules, text, lines, &mut |candidate| self.consider(candidate));
        std::mem::take(&mut self.matches).into_iter().filter_map(|progress| progress.best).collect()
    }

    fn consider(&mut self, candidate: Candidate) {
        let Candidate { rule, line } = candidate;
        let Some(progress) = self.matches.get_mut(rule) else { return };
        if progress.tried == Some(line) || progress.refused > MOST_ATTEMPTS {
            return;
        }
        progress.tried = Some(line);
        let Some(record) = self.text.line(line).filter(|record| record.kind.can_be_cause()) else { return };
        let Some(detector) = self.rules.detector(rule) else { return };
        if progress.best.is_some() && detector.detect.pick == Pick::First {
            return;
        }
        let text = self.text.text(line);
        let engine = self.engine;
        let rules = self.rules;
        let Some(mut captures) = detector.line(text, |pattern| engine.worth_trying(rules.literals(rule, pattern), text)) else { return };
        if self.holds(detector, line, record.stamp, &mut captures) {
            if let Some(progress) = self.matches.get_mut(rule) {
                progress.best = Some(Match { rule, line, captures, rank: detector.detect.rank });
            }
        } else if let Some(progress) = self.matches.get_mut(rule) {
            progress.refused += 1;
        }
    }

    /// Whether everything else that the rule asks for holds; adds what the neighbouring lines catch.
    fn holds(&self, detector: &Detector, line: usize, stamp: Option<crate::text::Timestamp>, captures: &mut Captures) -> bool {
        let reach = detector.detect.within;
        let above = self.lines.start.max(line.saturating_sub(reach))..line;
        let below = line + 1..self.lines.end.min(line.saturating_add(reach).saturating_add(1));
        let legible = |index: &usize| self.text.line(*index).is_some_and(|line| surroundings::is_legible(line.kind));
        if let Some(pattern) = &detector.above {
            let caught = above.clone().rev().filter(legible).find_map(|index| pattern.captures(self.text.text(index)));
            let Some(caught) = caught else { return false };
            captures.extend(caught);
        }
        if let Some(pattern) = &detector.below {
            let caught = below.clone().filter(legible).find_map(|index| pattern.captures(self.text.text(index)));
            let Some(caught) = caught else { return false };
            captures.extend(caught);
        }
        if let Some(pattern) = &detector.not_near
            && above.chain(below).filter(legible).any(|index| pattern.matches(self.text.text(index)))
        {
            return false;
        }
        self.surroundings.hold(detector, line, stamp)
    }
}

#[cfg(test)]
mod tests;
