//! Turns edits into a proved patch: applied to the text, read again by two parsers, and never one that hides a failure.

use crate::text::RepoPath;
use crate::workflow::Route;

mod apply;
mod differences;
mod guard;
mod intents;
mod prove;
#[cfg(test)]
pub(crate) mod shared;
#[cfg(test)]
mod tests;

pub use apply::apply;
pub use differences::{Difference, DifferenceKind, differences};
pub use guard::{Masked, Permit, declared, guard};
pub use prove::{patched, prove, prove_idempotent};

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

/// Why a patch is not proved. Nothing of it may be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// A splice does not lie in the text.
    #[error("an edit at byte {0} lies outside the text")]
    OutOfBounds(usize),
    /// Two splices overlap.
    #[error("two edits overlap at byte {0}")]
    Overlap(usize),
    /// The base commit has no such file, or its text was not read.
    #[error("the base commit has no text of {0}")]
    NoSuchFile(RepoPath),
    /// The mode of this entry cannot be set.
    #[error("{0} is no file without the run bit")]
    NotAFile(RepoPath),
    /// An intent names a place that the original lacks.
    #[error("the file has no `{0}`")]
    NoSuchPlace(Route),
    /// The edits leave the text as it is.
    #[error("the edits change nothing")]
    NothingChanges,
    /// A repair of a text that is sound.
    #[error("there is nothing to repair")]
    NothingToRepair,
    /// The platform would still refuse the repaired text.
    #[error("the platform would still refuse the file")]
    StillRefused,
    /// A parser refuses the text.
    #[error("the text does not parse: {0}")]
    Unreadable(String),
    /// The result means something else than was intended.
    #[error("the result means something else than intended")]
    OtherMeaning,
    /// Two parsers read the result differently.
    #[error("two parsers read the result differently")]
    ReadersDiffer,
    /// The line ends changed.
    #[error("the line ends would change")]
    LineEnds,
    /// Making the edits again changes the file again.
    #[error("making the edits twice changes the file twice")]
    NotIdempotent,
}
