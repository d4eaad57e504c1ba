//! Finds the file, job and step that a log's step comes from: one match, or a refusal that lists the candidates.
//!
//! What the service recorded decides first: the run's path and `Job defined at:`. Where nothing is recorded, every workflow is
//! compared with the log: the job's display name, the steps' names, the scripts and actions that the log echoes.

mod align;
mod candidates;
mod names;
#[cfg(test)]
mod tests;
mod weigh;

use std::collections::BTreeMap;

use super::document::Route;
use super::model::{TimeLimit, Workflow};
use crate::repository::Repository;
use crate::text::{Position, RepoPath};
use crate::transcript::{Job as LogJob, Transcript};

use candidates::Candidate;

/// Where a log's step comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file that holds the step: a workflow, a local reusable workflow, or a local composite action.
    pub file: RepoPath,
    /// The job's id; none inside a composite action.
    pub job: Option<String>,
    /// The step's route; none where only the job is known.
    pub step: Option<Route>,
    /// The workflow that ran, where it is another file than `file`, and the calling job or step there.
    pub caller: Option<(RepoPath, Route)>,
}

/// How long a job may run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Limit {
    /// The job cannot be found, or its limit is an expression that only a run evaluates.
    #[default]
    Unknown,
    /// The file states none: 360 minutes
    /// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes>).
    Default,
    /// The file states so many minutes.
    Minutes(u32),
}

/// A job that fits a log's job.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fitting {
    /// The file.
    pub path: RepoPath,
    /// The job's id.
    pub job: String,
}

/// Why the place is not certain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unlocated {
    /// The checkout has no workflow at all.
    #[error("this checkout has no workflow in .github/workflows")]
    NoWorkflows,
    /// The transcript has no such job.
    #[error("the log has no job number {0}")]
    NoJob(usize),
    /// The run names a file that the base commit lacks.
    #[error("the run's workflow {0} is not in the base commit")]
    Missing(RepoPath),
    /// The job is defined in a workflow of another repository.
    #[error("the job is defined in {path} of {repository}, not in this checkout")]
    Elsewhere {
        /// The repository, `owner/name`.
        repository: String,
        /// The file there.
        path: RepoPath,
    },
    /// The file cannot be read as YAML.
    #[error("{path} does not parse: {position}: {error}")]
    Broken {
        /// The file.
        path: RepoPath,
        /// Where the parser stopped.
        position: Position,
        /// The parser's words.
        error: String,
    },
    /// No workflow of the checkout fits the log.
    #[error("no workflow of this checkout fits the log's job `{job}`")]
    NoMatch {
        /// The job's name in the log.
        job: String,
    },
    /// More than one job fits.
    #[error("{} jobs fit the log's job `{job}`: {}", .candidates.len(), list(.candidates))]
    Ambiguous {
        /// The job's name in the log.
        job: String,
        /// The jobs that fit; `--workflow` decides where their files differ.
        candidates: Vec<Fitting>,
    },
}

fn list(candidates: &[Fitting]) -> String {
    candidates.iter().map(|fitting| format!("{} ({})", fitting.path, fitting.job)).collect::<Vec<_>>().join(", ")
}

/// The files that a log can come from, read once for all its jobs.
#[derive(Debug)]
pub struct Locator<'a> {
    transcript: &'a Transcript,
    repository: &'a Repository,
    /// The workflow that the user named.
    chosen: Option<RepoPath>,
    /// Workflows and actions that parse.
    files: BTreeMap<RepoPath, Workflow>,
    /// Those that do not.
    broken: Vec<Unlocated>,
}

/// Where step `step` of the transcript's job `job` comes from. A job that is certain while the step is not gives a place without
/// a step, so do steps that no file holds (`Set up job`).
///
/// # Errors
/// When the job is not certain.
pub fn locate(
    transcript: &Transcript,
    job: usize,
    step: usize,
    repository: &Repository,
    chosen: Option<&RepoPath>,
) -> Result<Place, Unlocated> {
    Locator::new(transcript, repository, chosen).step(job, step)
}

/// Where the transcript's job `job` comes from.
///
/// # Errors
/// When the job is not certain.
pub fn locate_job(transcript: &Transcript, job: usize, repository: &Repository, chosen: Option<&RepoPath>) -> Result<Place, Unlocated> {
    Locator::new(transcript, repository, chosen).job(job)
}

/// The limit that the file states for the transcript's job `job`.
pub fn job_limit(transcript: &Transcript, job: usize, repository: &Repository, chosen: Option<&RepoPath>) -> Limit {
    Locator::new(transcript, repository, chosen).limit(job)
}

impl<'a> Locator<'a> {
    /// Reads all workflows and actions of the repository.
    pub fn new(transcript: &'a Transcript, repository: &'a Repository, chosen: Option<&RepoPath>) -> Self {
        let mut this = Self { transcript, repository, chosen: chosen.cloned(), files: BTreeMap::new(), broken: Vec::new() };
        for (path, text) in &repository.texts {
            if !path.is_workflow() && !path.is_action() {
                continue;
            }
            match Workflow::read(path.clone(), text) {
                Ok(file) => drop(this.files.insert(path.clone(), file)),
                Err(error) => {
                    this.broken.push(Unlocated::Broken { path: path.clone(), position: error.position, error: error.message });
                }
            }
        }
        this
    }

    /// See [`locate`].
    ///
    /// # Errors
    /// When the job is not certain.
    pub fn step(&self, job: usize, step: usize) -> Result<Place, Unlocated> {
        let log = self.log(job)?;
        match self.candidate(log, Some(step)) {
            Ok(found) => Ok(self.place_of_step(log, step, &found).unwrap_or_else(|| found.place())),
            // A local action that the log names is certain, whoever uses it.
            Err(refusal) => self.place_in_action(log, step).ok_or(refusal),
        }
    }

    /// See [`locate_job`].
    ///
    /// # Errors
    /// When the job is not certain.
    pub fn job(&self, job: usize) -> Result<Place, Unlocated> {
        Ok(self.candidate(self.log(job)?, None)?.place())
    }

    /// See [`job_limit`].
    pub fn limit(&self, job: usize) -> Limit {
        let found = self.log(job).and_then(|log| Ok((log, self.candidate(log, None)?)));
        let Ok((log, found)) = found else { return Limit::Unknown };
        match found.job.timeout() {
            TimeLimit::Absent => Limit::Default,
            TimeLimit::Minutes(minutes) => Limit::Minutes(minutes),
            TimeLimit::Expression(text) => names::limit_of_leg(&found, &log.name, &text).map_or(Limit::Unknown, Limit::Minutes),
        }
    }

    /// The one leg of its matrix that the transcript's job `job` is; none where that is not certain, or it has no matrix.
    pub fn leg(&self, job: usize) -> Option<super::matrix::Leg> {
        let log = self.log(job).ok()?;
        names::leg(&self.candidate(log, None).ok()?, &log.name)
    }

    fn log(&self, job: usize) -> Result<&'a LogJob, Unlocated> {
        self.transcript.jobs.get(job).ok_or(Unlocated::NoJob(job))
    }

    /// The local file behind `./path` of a step: the action's metadata file.
    fn action(&self, uses: &str) -> Option<&Workflow> {
        let folder = uses.strip_prefix("./").or_else(|| uses.strip_prefix("$/"))?.trim_end_matches('/');
        let file = |name: &str| {
            let path = if folder.is_empty() || folder == "." { name.to_owned() } else { format!("{folder}/{name}") };
            self.files.get(&RepoPath::new(&path).ok()?)
        };
        file("action.yml").or_else(|| file("action.yaml"))
    }
}

impl Candidate<'_> {
    /// The place of the job itself.
    fn place(&self) -> Place {
        let caller = self.caller.as_ref().map(|caller| (caller.file.clone(), caller.route.clone()));
        Place { file: self.file().clone(), job: Some(self.job.id.to_owned()), step: None, caller }
    }
}
