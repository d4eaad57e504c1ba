//! Turns a wish — raise a limit, install a command — into splices over a workflow's text. Each verb is one file.
//!
//! A verb never writes: it names the bytes to replace and what the file shall mean afterwards. `patch` applies and proves.

use crate::text::{ByteSpan, RepoPath};
use crate::workflow::Route;

mod draft;
mod elsewhere;
mod layout;
mod scene;
mod script;
mod spec;
mod verbs;
mod write;

pub use elsewhere::{enters_python_environment, enters_system};
pub use scene::{Knowledge, Manager, Migration, Runner, Scene};
pub use spec::EditSpec;
pub use verbs::{Verb, WISHES, Wrong, apply, check, verb, verbs};

/// A wish spelled out for one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The file.
    pub path: RepoPath,
    /// What happens to it.
    pub change: Change,
}

/// What happens to a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Bytes are replaced, and the meaning changes exactly as said.
    Text {
        /// The replacements, over the original bytes; they neither touch nor overlap.
        splices: Vec<Splice>,
        /// How the meaning changes; routes are those of the original.
        intents: Vec<Intent>,
    },
    /// A text that is no valid YAML becomes one; its old meaning cannot be compared.
    Repair {
        /// The replacements.
        splices: Vec<Splice>,
    },
    /// The file's mode becomes 100755.
    MakeExecutable,
}

/// Bytes that give way to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// The bytes that go; empty for an insertion.
    pub span: ByteSpan,
    /// The text that comes.
    pub text: String,
}

/// One change of a document's meaning.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// The node at the route has this value afterwards: it was there with another value, or its parent mapping lacked the key
    /// (which is then the last one unless the splice put it elsewhere: the order of keys has no meaning).
    Set {
        /// Where.
        route: Route,
        /// The value.
        value: serde_yaml::Value,
    },
    /// A sequence has one more item.
    Insert {
        /// The sequence.
        sequence: Route,
        /// The index, in the original, of the item that it comes before; the length for the end.
        before: usize,
        /// The item.
        value: serde_yaml::Value,
    },
    /// A mapping's key has another name and keeps its value.
    Rename {
        /// The key's route.
        route: Route,
        /// The new name.
        name: String,
    },
    /// A key or an item is gone.
    Remove {
        /// Where.
        route: Route,
    },
}

/// Why a verb does nothing here. Abstaining is always right where the text cannot be changed with certainty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The file already says what the verb would make it say.
    #[error("{0} is already so")]
    AlreadySo(String),
    /// The verb does not fit this place.
    #[error("{0}")]
    DoesNotFit(String),
}
