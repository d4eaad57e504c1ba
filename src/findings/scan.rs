//! One pass over the lines of a step or an annotation: which rules match, and which of a rule's matches counts.

use std::cell::OnceCell;
use std::ops::Range;

use super::surroundings::{self, Surroundings};
use super::tally::Tally;
use super::{Candidate, Engine, FailedVertices, Finding, Place};
use crate::rules::detector::Detector;
use crate::rules::pattern::Captures;
use crate::rules::{Pick, Point, Rank, RuleSet};
use crate::text::Timestamp;
use crate::transcript::LogText;

/// How often a rule's line may match without its other conditions holding before it is given up for the step: log text
/// is hostile, and each such match looks at the lines around it.
const MOST_ATTEMPTS: usize = 10_000;

/// One pass over a range of lines.
pub(super) struct Scan<'a> {
    rules: &'a RuleSet,
    engine: &'a dyn Engine,
    text: &'a LogText,
    lines: Range<usize>,
    surroundings: Surroundings<'a>,
    /// Read when the first line of a Docker build matches.
    vertices: OnceCell<FailedVertices<'a>>,
    /// For each rule what was found so far; sparse until the first candidate.
    matches: Vec<Progress>,
}

/// What is known of one rule in one pass.
#[derive(Debug, Default, Clone)]
struct Progress {
    /// Lines whose pattern matched and whose conditions failed.
    refused: usize,
    /// Whether any line was tried.
    met: bool,
    /// The match that counts so far.
    best: Option<Match>,
    /// All matches by their messages, for a rule whose commonest counts.
    tally: Tally,
}

/// A match before it is known where its text belongs.
#[derive(Debug, Clone)]
pub(super) struct Match {
    pub(super) rule: usize,
    line: usize,
    captures: Captures,
    rank: Rank,
    scattered: bool,
}

impl Progress {
    /// The match that counts.
    fn result(self, many: usize) -> Option<Match> {
        let scattered = self.tally.is_scattered(many);
        let common = self.tally.common();
        common.or(self.best).map(|best| Match { scattered, ..best })
    }
}

impl Match {
    pub(super) fn at(self, place: impl FnOnce(usize) -> Place) -> Finding {
        Finding { rule: self.rule, place: place(self.line), captures: self.captures, rank: self.rank, scattered: self.scattered }
    }
}

impl<'a> Scan<'a> {
    pub(super) fn new(
        rules: &'a RuleSet,
        engine: &'a dyn Engine,
        text: &'a LogText,
        lines: Range<usize>,
        surroundings: Surroundings<'a>,
    ) -> Self {
        Self { rules, engine, text, lines, surroundings, vertices: OnceCell::new(), matches: vec![Progress::default(); rules.len()] }
    }

    pub(super) fn run(mut self) -> Vec<Match> {
        let (engine, rules, text, lines) = (self.engine, self.rules, self.text, self.lines.clone());
        engine.candidates(rules, text, lines, &mut |candidate| self.consider(candidate));
        let many = |rule: usize| rules.detector(rule).map_or(usize::MAX, |detector| detector.detect.many);
        let met = self.matches.into_iter().enumerate().filter(|(_, progress)| progress.met);
        met.filter_map(|(rule, progress)| progress.result(many(rule))).collect()
    }

    fn consider(&mut self, candidate: Candidate<'_>) {
        let Candidate { rule, line, patterns } = candidate;
        let Some(progress) = self.matches.get_mut(rule) else { return };
        if progress.refused > MOST_ATTEMPTS {
            return;
        }
        progress.met = true;
        let Some(record) = self.text.line(line).filter(|record| record.kind.can_be_cause()) else { return };
        let Some(detector) = self.rules.detector(rule) else { return };
        if progress.best.is_some() && detector.detect.pick == Pick::First {
            return;
        }
        let text = self.text.text(line);
        let Some(mut captures) = detector.line(text, patterns) else { return };
        if text.starts_with('#') && self.vertices.get_or_init(|| FailedVertices::of(self.text, self.lines.clone())).exclude(text) {
            return;
        }
        let point = self.point(detector, line, record.stamp, &mut captures);
        let Some(progress) = self.matches.get_mut(rule) else { return };
        let Some(point) = point else {
            progress.refused += 1;
            return;
        };
        let message = said(&captures, text);
        let found = Match { rule, line: point, captures, rank: detector.detect.rank, scattered: false };
        match detector.detect.pick {
            Pick::Common => progress.tally.add(&message, found),
            Pick::First | Pick::Last => progress.best = Some(found),
        }
    }

    /// The line that tells, if everything else that the rule asks for holds; adds what the neighbouring lines catch.
    fn point(&self, detector: &Detector, line: usize, stamp: Option<Timestamp>, captures: &mut Captures) -> Option<usize> {
        let reach = detector.detect.within;
        let above = self.lines.start.max(line.saturating_sub(reach))..line;
        let below = line + 1..self.lines.end.min(line.saturating_add(reach).saturating_add(1));
        let legible = |index: &usize| self.text.line(*index).is_some_and(|line| surroundings::is_legible(line.kind));
        let mut point = line;
        if let Some(pattern) = &detector.above {
            let caught = above.clone().rev().filter(legible).find_map(|index| Some((index, pattern.captures(self.text.text(index))?)));
            let (index, caught) = caught?;
            captures.extend(caught);
            point = if detector.detect.point == Point::Above { index } else { point };
        }
        if let Some(pattern) = &detector.below {
            let caught = below.clone().filter(legible).find_map(|index| Some((index, pattern.captures(self.text.text(index))?)));
            let (index, caught) = caught?;
            captures.extend(caught);
            point = if detector.detect.point == Point::Below { index } else { point };
        }
        if let Some(pattern) = &detector.not_near
            && above.chain(below).filter(legible).any(|index| pattern.matches(self.text.text(index)))
        {
            return None;
        }
        self.surroundings.hold(detector, line, stamp).then_some(point)
    }
}

/// What a match says, apart from where: its message, else all that was caught, else the line.
fn said(captures: &Captures, text: &str) -> String {
    match captures.get("message") {
        Some(message) => message.clone(),
        None if captures.is_empty() => text.to_owned(),
        None => captures.values().map(String::as_str).collect::<Vec<_>>().join(" "),
    }
}
