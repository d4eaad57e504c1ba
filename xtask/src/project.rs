//! Where the project's files are.

use std::error::Error;
use std::path::PathBuf;

/// What a task gives back: an error is told in one line.
pub(crate) type Done = Result<(), Box<dyn Error>>;

/// The path of a file of the project.
pub(crate) fn path(relative: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.parent().map_or_else(|| PathBuf::from(relative), |root| root.join(relative))
}
