//! A YAML text as a tree of nodes, each with the bytes that it stands in.
//!
//! Spans come from granit-parser's events; no other module names that crate.

use crate::text::{ByteSpan, Position};

/// A YAML text and its tree. The text is never changed: edits are splices made elsewhere.
#[derive(Debug, Clone)]
pub struct Document {
    /// The whole text, a byte order mark included.
    pub source: String,
    /// The root; none for a text without a node.
    pub root: Option<Node>,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// From its first byte to behind its last: quotes, brackets and a block scalar's header included; comments and
    /// blank lines behind it not. Slicing the source with it gives the very node.
    pub span: ByteSpan,
    /// What it is.
    pub kind: NodeKind,
    /// Whether it has an anchor (`&name`).
    pub anchored: bool,
    /// Its tag (`!name`), if it has one that is not YAML's own.
    pub tag: Option<String>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// A scalar.
    Scalar {
        /// Its value, unquoted and unfolded.
        value: String,
        /// How it is written.
        style: ScalarStyle,
    },
    /// A mapping.
    Mapping {
        /// Whether it is written `{…}`.
        flow: bool,
        /// Its entries, in the order of the text; a key that stands twice is here twice.
        entries: Vec<Entry>,
    },
    /// A sequence.
    Sequence {
        /// Whether it is written `[…]`.
        flow: bool,
        /// Its items.
        items: Vec<Item>,
    },
    /// An alias (`*name`).
    Alias {
        /// The anchor's name.
        name: String,
    },
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarStyle {
    /// Without quotes; an empty value too.
    Plain,
    /// `'…'`.
    SingleQuoted,
    /// `"…"`.
    DoubleQuoted,
    /// `|`.
    Literal,
    /// `>`.
    Folded,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Node,
    /// The value; an empty plain scalar when nothing is written.
    pub value: Node,
}

/// An item of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where its dash stands; none in a flow sequence.
    pub dash: Option<usize>,
    /// The item.
    pub value: Node,
}

/// One part of a route.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// A mapping's key.
    Name(String),
    /// A sequence's index, from 0.
    Index(usize),
}

/// The way from the root to a node: `jobs.build.steps[2].run`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Route(pub Vec<Key>);

/// Why a text is no YAML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {message}")]
pub struct SyntaxError {
    /// Where the parser stopped.
    pub position: Position,
    /// What it said.
    pub message: String,
}
