//! What is told of many runs: one row a cause.

use serde::Serialize;

use super::super::apart::Apart;
use super::rounds::Run;
use crate::failure::{Exit, Failure};
use crate::github::Publication;
use crate::plan::{Cause, Plan};
use crate::remedy::Verdict;
use crate::report::inline::one_line;
use crate::report::{Deed, Outcome};
use crate::rules::Category;
use crate::text::{Fingerprint, Redacted};

/// What is to be done about a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// Its change is on a branch.
    Healed,
    /// There is a change, and it was only shown.
    Healable,
    /// There is a change that waits for `--allow needs-review`.
    HeldBack,
    /// A person is needed.
    Advice,
    /// Another run is likely to pass.
    Transient,
    /// No rule explains it.
    Unexplained,
}

/// One cause.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) fingerprint: Fingerprint,
    pub(super) state: State,
    pub(super) rule: Option<String>,
    pub(super) category: Category,
    pub(super) workflow: String,
    pub(super) job: Option<String>,
    pub(super) step: Option<String>,
    pub(super) cause: Option<Redacted>,
    pub(super) remedy: Option<String>,
    /// The runs that it broke.
    pub(super) sources: Vec<String>,
    pub(super) branch: Option<String>,
    pub(super) commit: Option<String>,
    pub(super) issue: Option<String>,
    pub(super) pull: Option<String>,
}

/// A run that could not be worked on.
#[derive(Debug, Serialize)]
pub(super) struct Wrong {
    pub(super) source: String,
    pub(super) message: Redacted,
    pub(super) hints: Vec<Redacted>,
    #[serde(skip)]
    exit: Exit,
}

/// What was found in one repository so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    runs: usize,
    rows: Vec<Row>,
    wrong: Vec<Wrong>,
    notes: Vec<String>,
}

impl Tally {
    /// A run that went through.
    pub(super) fn healed(&mut self, run: &Run, done: &Apart) {
        self.runs += 1;
        self.notes(done.outcome.notes.iter().map(|note| one_line(note)));
        for plan in &done.plans {
            for cause in &plan.causes {
                self.cause(run, plan, cause, &done.outcome);
            }
        }
    }

    fn cause(&mut self, run: &Run, plan: &Plan, cause: &Cause, outcome: &Outcome) {
        let fresh = row(plan, cause, outcome);
        let known = match self.rows.iter_mut().position(|row| row.fingerprint == cause.fingerprint) {
            Some(index) => self.rows.get_mut(index),
            None => {
                self.rows.push(fresh);
                self.rows.last_mut()
            }
        };
        if let Some(known) = known.filter(|row| !row.sources.contains(&run.name)) {
            known.sources.push(run.name.clone());
        }
    }

    /// A run that did not.
    pub(super) fn wrong(&mut self, run: &Run, failure: Failure) {
        self.wrong.push(Wrong::new(run.name.clone(), failure));
    }

    /// What was published for a plan.
    pub(super) fn published(&mut self, plan: &Plan, made: &Publication) {
        for cause in &plan.causes {
            let Some(row) = self.rows.iter_mut().find(|row| row.fingerprint == cause.fingerprint) else { continue };
            let about = |issue: &&crate::github::Opened| issue.fingerprint.as_ref() == Some(&cause.fingerprint);
            row.issue = made.issues.iter().find(about).map(|issue| issue.url.clone()).or(row.issue.take());
            row.pull = made.pull.as_ref().filter(|_| cause.healed).map(|pull| pull.url.clone()).or(row.pull.take());
        }
        self.notes(made.notes.iter().map(|note| one_line(note)));
    }

    fn notes(&mut self, notes: impl Iterator<Item = String>) {
        for note in notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }
}

impl Wrong {
    fn new(source: String, failure: Failure) -> Self {
        let hints = failure.hints.iter().map(|hint| Redacted::new(hint)).collect();
        Self { source, message: Redacted::new(&failure.message), hints, exit: failure.exit }
    }
}

fn row(plan: &Plan, cause: &Cause, outcome: &Outcome) -> Row {
    let change = plan.change.as_ref().filter(|_| cause.healed);
    let waits = cause.safety.is_some_and(|safety| safety > outcome.allowed);
    let shown = matches!(outcome.deed, Deed::Previewed | Deed::Diagnosed);
    let state = match cause.verdict {
        _ if change.is_some() && shown => State::Healable,
        _ if change.is_some() => State::Healed,
        Verdict::Healable if waits => State::HeldBack,
        Verdict::Healable => State::Healable,
        Verdict::Advice => State::Advice,
        Verdict::Transient => State::Transient,
        Verdict::Unexplained => State::Unexplained,
    };
    Row {
        fingerprint: cause.fingerprint.clone(),
        state,
        rule: cause.rule.clone(),
        category: cause.category,
        workflow: plan.run.workflow.clone(),
        job: cause.job.clone(),
        step: cause.step.clone(),
        cause: cause.text.as_deref().map(Redacted::new),
        remedy: cause.remedy.clone(),
        sources: Vec::new(),
        branch: change.map(|change| change.branch.clone()),
        commit: change.map(|change| change.commit.id.clone()),
        issue: None,
        pull: None,
    }
}

/// One repository.
#[derive(Debug, Serialize)]
pub(super) struct Place {
    pub(super) repository: String,
    /// Runs that were read.
    pub(super) runs: usize,
    pub(super) causes: Vec<Row>,
    pub(super) errors: Vec<Wrong>,
    pub(super) notes: Vec<String>,
}

impl Place {
    pub(super) fn new(repository: String, tally: Tally, failure: Option<Failure>) -> Self {
        let mut errors = tally.wrong;
        errors.extend(failure.map(|failure| Wrong::new(repository.clone(), failure)));
        Self { repository, runs: tally.runs, causes: tally.rows, errors, notes: tally.notes }
    }
}

/// The summary, for programs.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    version: u32,
    runs: usize,
    causes: usize,
    healed: usize,
    repositories: &'a [Place],
}

impl<'a> Document<'a> {
    pub(super) fn new(places: &'a [Place]) -> Self {
        Self { version: 1, runs: runs(places), causes: rows(places).count(), healed: healed(places), repositories: places }
    }
}

pub(super) fn runs(places: &[Place]) -> usize {
    places.iter().map(|place| place.runs).sum()
}

pub(super) fn rows(places: &[Place]) -> impl Iterator<Item = &Row> {
    places.iter().flat_map(|place| &place.causes)
}

/// Causes with a change: made, or shown where that was asked for.
pub(super) fn healed(places: &[Place]) -> usize {
    rows(places).filter(|row| row.branch.is_some()).count()
}

/// What standard error says beside the summary.
pub(super) fn complaint(places: &[Place]) -> Option<String> {
    let wrong: Vec<&Wrong> = places.iter().flat_map(|place| &place.errors).collect();
    let first = wrong.first()?;
    let rest = if wrong.len() > 1 { format!(" (and {} more)", wrong.len() - 1) } else { String::new() };
    Some(format!("{}: {}{rest}", one_line(&first.source), one_line(first.message.as_str())))
}

/// An error where a run or repository could not be worked on; else as for one run.
pub(super) fn exit(places: &[Place]) -> Exit {
    let wrong: Vec<Exit> = places.iter().flat_map(|place| &place.errors).map(|wrong| wrong.exit).collect();
    match wrong.as_slice() {
        [first, rest @ ..] if *first == Exit::Authentication && rest.iter().all(|exit| exit == first) => Exit::Authentication,
        [_, ..] if wrong.iter().all(|exit| *exit == Exit::NothingHealable) => Exit::NothingHealable,
        [_, ..] => Exit::Error,
        [] if rows(places).next().is_none() || healed(places) > 0 => Exit::Done,
        [] => Exit::NothingHealable,
    }
}
