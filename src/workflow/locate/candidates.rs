//! Lists the jobs that a log's job can be, and chooses the one that the log speaks for.

use super::names::{self, Fit};
use super::{Fitting, Locator, Unlocated};
use crate::text::RepoPath;
use crate::transcript::{DefinedAt, Job as LogJob};
use crate::workflow::document::Route;
use crate::workflow::model::{Job, Workflow};
use crate::workflow::pattern::Pattern;

/// Workflows call workflows at most so deep
/// (<https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations>: ten levels).
const DEEPEST_CALL: usize = 10;
/// No more jobs than this are compared: calls multiply.
const MOST_CANDIDATES: usize = 20_000;
/// Evidence that decides between two jobs that are otherwise alike: less than one echoed script or action.
const MARGIN: u32 = 4;

/// A job that a log's job may be.
#[derive(Debug, Clone)]
pub(super) struct Candidate<'a> {
    /// The job.
    pub(super) job: Job<'a>,
    /// The workflow that ran: the job's own, or the outermost caller.
    root: &'a RepoPath,
    /// Who calls the job's workflow.
    pub(super) caller: Option<Caller<'a>>,
    /// What stands before the job's own name: `caller / `.
    pub(super) prefix: Pattern,
}

/// The job that calls a reusable workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caller<'a> {
    /// The workflow that ran.
    pub(super) file: &'a RepoPath,
    /// The calling job there.
    pub(super) route: Route,
}

impl<'a> Candidate<'a> {
    /// The file that holds the job.
    pub(super) const fn file(&self) -> &'a RepoPath {
        &self.job.workflow().path
    }

    fn fitting(&self) -> Fitting {
        Fitting { path: self.file().clone(), job: self.job.id.to_owned() }
    }

    /// How well the log's name agrees with one of the job's legs.
    fn name_fit(&self, name: &str) -> Fit {
        let legs = names::job_patterns(&self.job);
        let whole = legs.iter().map(|leg| names::fit(&self.prefix.clone().then(leg), name)).max().unwrap_or(0);
        if whole > 0 { whole } else { names::fit_without_leg(&self.prefix, &self.job, name) }
    }
}

impl<'a> Locator<'a> {
    /// The one job that the log's job is; `step` is the step in question.
    pub(super) fn candidate(&'a self, log: &LogJob, step: Option<usize>) -> Result<Candidate<'a>, Unlocated> {
        let (root, file) = (self.root(log)?, self.defined_at(log)?);
        let mut candidates = self.candidates();
        candidates.retain(|candidate| {
            let chosen = self.chosen.as_ref().is_none_or(|path| path == candidate.root || path == candidate.file());
            chosen && root.is_none_or(|path| path == candidate.root) && file.is_none_or(|path| path == candidate.file())
        });
        self.retain_named_workflow(&mut candidates);
        if candidates.is_empty() {
            return Err(self.nothing(log));
        }
        let certain_file = self.chosen.is_some() || root.is_some() || file.is_some();
        self.choose(log, step, candidates, certain_file)
    }

    /// The workflow that ran, where the run names it.
    fn root(&self, _log: &LogJob) -> Result<Option<&RepoPath>, Unlocated> {
        if let Some(chosen) = &self.chosen {
            return self.sound(chosen).map(|()| None);
        }
        let Some(path) = self.transcript.run.path.as_ref().filter(|path| path.is_workflow()) else { return Ok(None) };
        self.sound(path).map(|()| Some(path))
    }

    /// The file that defines the job, where the log names it.
    fn defined_at<'b>(&self, log: &'b LogJob) -> Result<Option<&'b RepoPath>, Unlocated> {
        let Some(DefinedAt { repository, path, .. }) = log.facts.defined_at.as_ref() else { return Ok(None) };
        let own = self.transcript.run.repository.as_deref();
        if own.is_some_and(|own| !own.eq_ignore_ascii_case(repository)) {
            return Err(Unlocated::Elsewhere { repository: repository.clone(), path: path.clone() });
        }
        if self.chosen.is_some() && !self.files.contains_key(path) {
            return Ok(None);
        }
        self.sound(path).map(|()| Some(path))
    }

    /// Whether a file that must be read is there and parses.
    fn sound(&self, path: &RepoPath) -> Result<(), Unlocated> {
        if self.files.contains_key(path) {
            return Ok(());
        }
        let is_it = |broken: &&Unlocated| matches!(broken, Unlocated::Broken { path: broken, .. } if broken == path);
        Err(self.broken.iter().find(is_it).cloned().unwrap_or_else(|| Unlocated::Missing(path.clone())))
    }

    /// Keeps the workflows that bear the run's name, if any does.
    fn retain_named_workflow(&self, candidates: &mut Vec<Candidate<'a>>) {
        let Some(name) = self.transcript.run.workflow_name.as_deref() else { return };
        let named = |candidate: &Candidate<'a>| {
            let own = self.files.get(candidate.root).and_then(Workflow::name).unwrap_or_else(|| candidate.root.as_str());
            Pattern::new(own).fits(name)
        };
        if candidates.iter().any(named) {
            candidates.retain(named);
        }
    }

    fn nothing(&self, log: &LogJob) -> Unlocated {
        let workflows = self.repository.workflows().count();
        let broken = self.broken.iter().find(|broken| matches!(broken, Unlocated::Broken { path, .. } if path.is_workflow()));
        match broken {
            _ if workflows == 0 => Unlocated::NoWorkflows,
            // A file that cannot be read may be the one; with several, nothing says which.
            Some(broken) if workflows == 1 => broken.clone(),
            _ => Unlocated::NoMatch { job: log.name.clone() },
        }
    }

    /// Every job that runs steps, reached from every workflow.
    fn candidates(&'a self) -> Vec<Candidate<'a>> {
        let mut out = Vec::new();
        for (path, workflow) in self.files.iter().filter(|(path, _)| path.is_workflow()) {
            self.collect(workflow, path, None, &Pattern::new(""), 0, &mut out);
        }
        out
    }

    fn collect(
        &'a self,
        workflow: &'a Workflow,
        root: &'a RepoPath,
        caller: Option<&Caller<'a>>,
        prefix: &Pattern,
        depth: usize,
        out: &mut Vec<Candidate<'a>>,
    ) {
        for job in workflow.jobs() {
            if depth >= DEEPEST_CALL || out.len() >= MOST_CANDIDATES {
                return;
            }
            let called = job.uses().and_then(|uses| self.called(uses));
            if let Some(called) = called {
                let outermost = caller.cloned().unwrap_or_else(|| Caller { file: &workflow.path, route: job.route.clone() });
                let mut prefixes = names::job_patterns(&job);
                prefixes.dedup();
                for own in prefixes {
                    let prefix = prefix.clone().then(&own).then(&Pattern::new(" / "));
                    self.collect(called, root, Some(&outermost), &prefix, depth + 1, out);
                }
            } else {
                out.push(Candidate { job, root, caller: caller.cloned(), prefix: prefix.clone() });
            }
        }
    }

    /// The local workflow that `uses` of a job names.
    fn called(&self, uses: &str) -> Option<&Workflow> {
        let path = uses.strip_prefix("./").or_else(|| uses.strip_prefix("$/"))?;
        self.files.get(&RepoPath::new(path).ok()?).filter(|file| file.path.is_workflow())
    }

    fn choose(
        &'a self,
        log: &LogJob,
        step: Option<usize>,
        candidates: Vec<Candidate<'a>>,
        certain_file: bool,
    ) -> Result<Candidate<'a>, Unlocated> {
        let named: Vec<(Fit, Candidate<'a>)> =
            candidates.iter().map(|c| (c.name_fit(&log.name), c.clone())).filter(|(fit, _)| *fit > 0 && !log.name.is_empty()).collect();
        if !named.is_empty() {
            return self.clearest(log, step, named);
        }
        if let [only] = merged(&candidates).as_slice()
            && (certain_file || log.name.is_empty())
        {
            return Ok(only.clone());
        }
        // The name says nothing: only what the log echoes can.
        let unnamed: Vec<(Fit, Candidate<'a>)> = candidates.into_iter().map(|candidate| (0, candidate)).collect();
        match self.clearest(log, step, unnamed) {
            Ok(found) if self.is_proved(log, step, &found) => Ok(found),
            Err(ambiguous @ Unlocated::Ambiguous { .. }) if log.name.is_empty() => Err(ambiguous),
            _ => Err(Unlocated::NoMatch { job: log.name.clone() }),
        }
    }

    /// The candidate that name and steps speak for most clearly.
    fn clearest(&'a self, log: &LogJob, step: Option<usize>, candidates: Vec<(Fit, Candidate<'a>)>) -> Result<Candidate<'a>, Unlocated> {
        if let [(_, only)] = candidates.as_slice() {
            return Ok(only.clone());
        }
        let scored: Vec<(u32, Candidate<'a>)> =
            candidates.into_iter().map(|(fit, candidate)| (fit + self.evidence(log, step, &candidate), candidate)).collect();
        let best = scored.iter().map(|(score, _)| *score).max().unwrap_or(0);
        let near = scored.into_iter().filter(|(score, _)| *score + MARGIN > best).map(|(_, candidate)| candidate);
        match merged(&near.collect::<Vec<_>>()).as_slice() {
            [only] => Ok(only.clone()),
            several => {
                let mut candidates: Vec<Fitting> = several.iter().map(|candidate| candidate.fitting()).collect();
                candidates.sort();
                candidates.dedup();
                Err(Unlocated::Ambiguous { job: log.name.clone(), candidates })
            }
        }
    }
}

/// Candidates that are one place: the same job, whoever calls it. Different callers leave none certain.
fn merged<'a>(candidates: &[Candidate<'a>]) -> Vec<Candidate<'a>> {
    let mut out: Vec<Candidate<'a>> = Vec::new();
    for candidate in candidates {
        let same = |kept: &&mut Candidate<'a>| kept.file() == candidate.file() && kept.job.id == candidate.job.id;
        match out.iter_mut().find(same) {
            Some(kept) if kept.caller != candidate.caller => kept.caller = None,
            Some(_) => {}
            None => out.push(candidate.clone()),
        }
    }
    out
}
