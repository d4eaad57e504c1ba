//! Finds the file, job and step that a log's step comes from: one match, or a refusal that lists the candidates.

use super::document::Route;
use crate::text::RepoPath;

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

/// Why the place is not certain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unlocated {
    /// The checkout has no workflow at all.
    #[error("this checkout has no workflow in .github/workflows")]
    NoWorkflows,
    /// The run names a file that the base commit lacks.
    #[error("the run's workflow {0} is not in the base commit")]
    Missing(RepoPath),
    /// The file cannot be read as YAML.
    #[error("{path} does not parse: {error}")]
    Broken {
        /// The file.
        path: RepoPath,
        /// The parser's words.
        error: String,
    },
    /// No workflow of the checkout fits the log.
    #[error("no workflow of this checkout fits the log's job `{job}`")]
    NoMatch {
        /// The job's name in the log.
        job: String,
    },
    /// More than one fits.
    #[error("{} workflows fit the log's job `{job}`: {}", .candidates.len(), .candidates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Ambiguous {
        /// The job's name in the log.
        job: String,
        /// The files that fit.
        candidates: Vec<RepoPath>,
    },
    /// The file and job are certain, the step is not.
    #[error("{path} has no single step that fits `{step}` of job `{job}`")]
    NoStep {
        /// The file.
        path: RepoPath,
        /// The job's id.
        job: String,
        /// The step's name in the log.
        step: String,
    },
}
