//! What a workflow may say: keys, their places and types; problems with spans; repairs where one answer is clear.

mod check;
mod graph;
mod repair;
mod shape;
mod syntax;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::text::{ByteSpan, Position};
use crate::workflow::{Document, Route};

pub use repair::{NoRepair, Repair, Settled, difference, repair, settled};
pub use syntax::syntax_problem;

/// Something for which the platform refuses a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The bytes that are wrong.
    pub span: ByteSpan,
    /// Where they start.
    pub position: Position,
    /// What is wrong, in the platform's words where it has any.
    pub message: String,
    /// What kind of problem it is.
    pub kind: ProblemKind,
}

/// What kind of problem it is, and what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// The text is no YAML.
    Syntax,
    /// A key that is not allowed here.
    UnexpectedKey {
        /// The key.
        key: String,
        /// The mapping that holds it.
        parent: Route,
        /// Keys that are allowed there and not yet used.
        allowed: Vec<&'static str>,
    },
    /// A key that must be here is not.
    Missing {
        /// The key.
        key: &'static str,
        /// The mapping that lacks it.
        parent: Route,
    },
    /// A key that stands twice in one mapping.
    Duplicate {
        /// The key.
        key: String,
        /// The mapping.
        parent: Route,
    },
    /// A node of another type than the key takes.
    Type {
        /// The node.
        route: Route,
    },
    /// A step that neither runs nor uses anything.
    EmptyStep {
        /// The step.
        route: Route,
    },
    /// `needs` names a job that is not there.
    UnknownNeed {
        /// The name.
        need: String,
        /// The jobs that are there, the needing one left out.
        jobs: Vec<String>,
    },
    /// Jobs that wait for each other.
    Cycle,
    /// An id with characters that ids may not have, or one that stands twice.
    Identifier,
    /// Two filters of one event that exclude each other.
    Filters,
    /// No event starts the workflow.
    NoEvent,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.position, self.message)
    }
}

/// The names of the events that start workflows.
pub fn events() -> impl Iterator<Item = &'static str> {
    shape::EVENTS.keys.iter().map(|(name, _)| *name)
}

/// Everything for which the platform refuses `text`, a workflow or an action, in the order of the text.
pub fn problems(text: &str) -> Vec<Problem> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(_) => return syntax_problem(text).into_iter().collect(),
    };
    let mut problems = check::document(&document);
    problems.extend(graph::problems(&document));
    problems.sort_by_key(|problem| problem.span);
    problems
}

/// Whether three readers of YAML read `text` and the platform's schema has nothing against it.
pub fn accepts(text: &str) -> bool {
    syntax::is_yaml(text) && problems(text).is_empty()
}
