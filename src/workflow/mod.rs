//! Workflow files: their YAML with spans, what they mean, and which of them a log's step comes from.

mod build;
pub mod document;
pub mod locate;
pub mod matrix;
pub mod model;
pub mod pattern;
pub(crate) mod plain;
pub(crate) mod readers;
pub mod value;
#[cfg(test)]
mod tests;

pub use document::{Document, Entry, Item, Key, Node, NodeKind, Route, ScalarStyle, SyntaxError};
pub use locate::{Limit, Locator, Place, Unlocated, job_limit, locate, locate_job};
pub use matrix::{Leg, Matrix};
pub use model::{Job, Permissions, Step, TimeLimit, Workflow};
pub use pattern::Pattern;
