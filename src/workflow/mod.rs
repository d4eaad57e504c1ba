//! Workflow files: their YAML with spans, what they mean, and which of them a log's step comes from.

mod build;
pub mod document;
pub mod locate;
pub mod model;
#[cfg(test)]
mod tests;

pub use document::{Document, Entry, Item, Key, Node, NodeKind, Route, ScalarStyle, SyntaxError};
pub use locate::{Place, Unlocated};
pub use model::{Job, Step, Workflow};
