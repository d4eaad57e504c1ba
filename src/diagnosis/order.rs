//! Puts failures in the order in which to read them, and leaves out what only follows from others.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Diagnosis;
use crate::rules::{Category, Rank};
use crate::text::{OperatingSystem, Timestamp};
use crate::transcript::{Conclusion, Transcript};

/// The failures without the cancelled ones that another failure explains; the one to read first stands first.
pub(super) fn ordered(transcript: &Transcript, all: Vec<Diagnosis>) -> Vec<Diagnosis> {
    let mut all = without_cancelled(transcript, all);
    let mut shared: BTreeMap<(Option<String>, BTreeMap<String, String>), usize> = BTreeMap::new();
    for diagnosis in all.iter().filter(|diagnosis| diagnosis.rule.is_some()) {
        *shared.entry((diagnosis.rule.clone(), diagnosis.captures.clone())).or_default() += 1;
    }
    let mut started: BTreeMap<Option<String>, i64> = BTreeMap::new();
    for diagnosis in &all {
        let when = ticks(transcript, diagnosis);
        let first = started.entry(diagnosis.rule.clone()).or_insert(when);
        *first = when.min(*first);
    }
    all.sort_by_cached_key(|diagnosis| {
        let legs = shared.get(&(diagnosis.rule.clone(), diagnosis.captures.clone())).copied().unwrap_or(0);
        Key {
            rank: Reverse(diagnosis.rank.map_or(1, |rank| match rank {
                Rank::Wrapper => 0,
                Rank::Symptom => 2,
                Rank::Cause => 3,
            })),
            cancelled: is_cancelled(transcript, diagnosis),
            confidence: Reverse(level(diagnosis.confidence)),
            kind: kind(diagnosis.category),
            legs: Reverse(legs),
            began: match &diagnosis.rule {
                Some(_) => started.get(&diagnosis.rule).copied().unwrap_or(i64::MAX),
                None => ticks(transcript, diagnosis),
            },
            foreign: is_foreign(transcript, diagnosis),
            when: ticks(transcript, diagnosis),
            job: diagnosis.job,
            step: diagnosis.step,
        }
    });
    all
}

/// What decides the order, most important first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    rank: Reverse<u8>,
    cancelled: bool,
    confidence: Reverse<u8>,
    kind: u8,
    legs: Reverse<usize>,
    /// When the first failure of the same rule was written.
    began: i64,
    /// Of failures that say the same, the one on Linux stands first: most readers can try it.
    foreign: bool,
    when: i64,
    job: Option<usize>,
    step: Option<usize>,
}

/// How sure a diagnosis is, in three levels: a hair's breadth of measured confidence must not overrule what comes next.
const fn level(confidence: f64) -> u8 {
    match confidence {
        0.8.. => 2,
        0.5.. => 1,
        _ => 0,
    }
}

/// What does not build fails its tests too, and its linters.
const fn kind(category: Category) -> u8 {
    match category {
        Category::LintFailure | Category::TestFailure => 1,
        _ => 0,
    }
}

/// A job that was cancelled because another one failed is no failure, unless its own log names a cause.
fn without_cancelled(transcript: &Transcript, all: Vec<Diagnosis>) -> Vec<Diagnosis> {
    let of_its_own = |diagnosis: &Diagnosis| diagnosis.rank == Some(Rank::Cause) && diagnosis.category != Category::Cancelled;
    let follows = |diagnosis: &Diagnosis| is_cancelled(transcript, diagnosis) && !of_its_own(diagnosis);
    let any = all.iter().any(|diagnosis| !follows(diagnosis));
    all.into_iter().filter(|diagnosis| !any || !follows(diagnosis)).collect()
}

fn is_cancelled(transcript: &Transcript, diagnosis: &Diagnosis) -> bool {
    let job = diagnosis.job.and_then(|job| transcript.jobs.get(job));
    let step = job.zip(diagnosis.step).and_then(|(job, step)| job.steps.get(step));
    let recorded = step.and_then(|step| step.conclusion).or_else(|| job.and_then(|job| job.conclusion));
    recorded == Some(Conclusion::Cancelled) || diagnosis.category == Category::Cancelled
}

/// Whether a failure's job ran on another system than Linux.
fn is_foreign(transcript: &Transcript, diagnosis: &Diagnosis) -> bool {
    let job = diagnosis.job.and_then(|job| transcript.jobs.get(job));
    job.and_then(|job| job.facts.os).is_some_and(|os| os != OperatingSystem::Linux)
}

fn ticks(transcript: &Transcript, diagnosis: &Diagnosis) -> i64 {
    written_at(transcript, diagnosis).map_or(i64::MAX, Timestamp::ticks)
}

fn written_at(transcript: &Transcript, diagnosis: &Diagnosis) -> Option<Timestamp> {
    let job = transcript.jobs.get(diagnosis.job?)?;
    let line = diagnosis.cause.as_ref()?.index?;
    job.text.line(line)?.stamp
}
