//! Reads rule files, strictly.

use crate::text::Position;

/// Why a rule file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{position}: {message}")]
pub struct InvalidRule {
    /// The file.
    pub file: String,
    /// Where in it.
    pub position: Position,
    /// What was found and what was expected.
    pub message: String,
}
