//! Chooses the one finding that tells, of those in one step.

use crate::findings::{Finding, Place};
use crate::rules::{Category, Pick, Rank, RuleSet};

/// The finding that tells most of those that `wanted` lets pass: the highest rank; among equals those that nothing outranks; then the
/// runner's own last words, then the first line, then a summary. Where what is found is one of many different messages, the summary of
/// the same tool tells more, and has its rank.
pub(super) fn chosen<'a>(rules: &RuleSet, findings: impl IntoIterator<Item = &'a Finding>) -> Option<Finding> {
    let findings: Vec<&Finding> = findings.into_iter().collect();
    let found = best(rules, findings.clone())?;
    let summaries = rules.detector(found.rule).map(|detector| detector.detect.summaries.as_slice()).unwrap_or_default();
    let is_summary = |other: &&&Finding| found.scattered && summaries.iter().any(|id| id == rules.id(other.rule));
    let summary = findings.iter().find(is_summary).map(|summary| Finding { rank: found.rank, ..(**summary).clone() });
    Some(summary.unwrap_or_else(|| found.clone()))
}

fn best<'a>(rules: &RuleSet, findings: Vec<&'a Finding>) -> Option<&'a Finding> {
    let rank = findings.iter().map(|finding| finding.rank).max()?;
    let best: Vec<&Finding> = findings.into_iter().filter(|finding| finding.rank == rank).collect();
    let outranked = |finding: &Finding| {
        let id = rules.id(finding.rule);
        best.iter().any(|other| rules.detector(other.rule).is_some_and(|d| d.detect.outranks.iter().any(|outranked| outranked == id)))
    };
    let standing: Vec<&Finding> = best.iter().copied().filter(|finding| !outranked(finding)).collect();
    // Two rules that outrank each other are a mistake of the rules, which must not hide the failure.
    let standing = if standing.is_empty() { best } else { standing };
    standing.into_iter().min_by_key(|finding| {
        let line = line_of(finding.place);
        match telling(rules, finding) {
            // The last of the runner's words, so counted from the end.
            Telling::LastWords => (0, usize::MAX - line, finding.rule),
            Telling::First => (1, line, finding.rule),
            Telling::Summary => (2, usize::MAX - line, finding.rule),
        }
    })
}

/// When, compared with other findings of the same rank, a finding tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Telling {
    /// The runner ended the step or job itself: whatever the program wrote before is not the reason.
    LastWords,
    /// A program's message: what it stumbled over first.
    First,
    /// A program's summary.
    Summary,
}

fn telling(rules: &RuleSet, finding: &Finding) -> Telling {
    let Some(detector) = rules.detector(finding.rule) else { return Telling::Summary };
    let runner = matches!(detector.category, Category::Timeout | Category::RunnerLost | Category::Cancelled);
    match detector.detect.pick {
        Pick::First | Pick::Common => Telling::First,
        Pick::Last if runner && finding.rank == Rank::Cause => Telling::LastWords,
        Pick::Last => Telling::Summary,
    }
}

const fn line_of(place: Place) -> usize {
    match place {
        Place::Line { line, .. } => line,
        // What is noted beside the log counts as written at its end.
        Place::Annotation { annotation, .. } => usize::MAX / 2 + annotation,
    }
}
