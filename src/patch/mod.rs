//! Applies edits to text and proves the result before it exists.

use crate::text::RepoPath;

/// Changes that belong together: all are made, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PatchSet {
    /// One entry a file, by path.
    pub files: Vec<FilePatch>,
}

/// The change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePatch {
    /// The file.
    pub path: RepoPath,
    /// What becomes of it.
    pub change: FileChange,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// Its text.
    Text {
        /// As the base commit has it.
        before: String,
        /// As the patch leaves it.
        after: String,
    },
    /// Its mode becomes 100755.
    MakeExecutable,
}
