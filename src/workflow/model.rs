//! What a workflow file says: its jobs and steps, as views over the document.

use super::document::{Document, Route};
use crate::text::RepoPath;

/// A workflow file that parses.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Its path.
    pub path: RepoPath,
    /// Its text and tree.
    pub document: Document,
}

/// A job of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id: the key under `jobs`.
    pub id: String,
    /// Its route: `jobs.<id>`.
    pub route: Route,
}

/// A step of a job, or of a composite action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its index among the steps.
    pub index: usize,
    /// Its route: `jobs.<id>.steps[<index>]`, or `runs.steps[<index>]`.
    pub route: Route,
}
