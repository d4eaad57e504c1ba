//! Turns a YAML text into a tree of nodes, each with the bytes that it stands in.
//!
//! Spans come from granit-parser's events: they were right on all but two of 8,471 edits of real workflows, where other
//! readers give starts only. No other module names that crate.

use std::collections::HashSet;
use std::fmt;

use crate::text::{ByteSpan, Position};

use super::build;

/// A YAML text and its tree. The text is never changed: edits are splices made elsewhere.
#[derive(Debug, Clone)]
pub struct Document {
    /// The whole text, a byte order mark included.
    pub source: String,
    /// The root; none for a text without a node.
    pub root: Option<Node>,
    /// Anchors that an alias uses.
    pub(super) used_anchors: HashSet<usize>,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// From its first byte to behind its last: quotes, brackets and a block scalar's header included; anchor, tag,
    /// comments and blank lines around it not. Slicing the source with it gives the very node.
    pub span: ByteSpan,
    /// What it is.
    pub kind: NodeKind,
    /// Its anchor (`&name`), by number.
    pub anchor: Option<usize>,
    /// Its tag (`!name`), if it has one.
    pub tag: Option<String>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// A scalar.
    Scalar {
        /// Its value, unquoted and unfolded; empty when nothing is written.
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
    /// An alias (`*name`) of an anchor, by number.
    Alias(usize),
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
    /// The value; an empty plain scalar behind the colon when nothing is written.
    pub value: Node,
}

impl Entry {
    /// From the key's first byte to behind the value's last.
    pub fn span(&self) -> ByteSpan {
        ByteSpan::new(self.key.span.start, self.value.span.end.max(self.key.span.end))
    }
}

/// An item of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where its dash stands; none in a flow sequence.
    pub dash: Option<usize>,
    /// The item.
    pub value: Node,
}

/// Why a text is no YAML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {message}")]
pub struct SyntaxError {
    /// Where the parser stopped.
    pub position: Position,
    /// What it said.
    pub message: String,
}

impl Document {
    /// Reads `source`, which may begin with a byte order mark.
    ///
    /// # Errors
    /// When it is no YAML, nests deeper than 200 levels, or holds more than one document.
    pub fn parse(source: &str) -> Result<Self, SyntaxError> {
        let (root, used_anchors) = build::tree(source)?;
        Ok(Self { source: source.to_owned(), root, used_anchors })
    }

    /// The node at `route`; aliases on the way are not followed.
    pub fn get(&self, route: &Route) -> Option<&Node> {
        route.0.iter().try_fold(self.root.as_ref()?, |node, key| node.child(key))
    }

    /// The node itself, or for an alias the node that it stands for.
    pub fn resolve<'a>(&'a self, node: &'a Node) -> &'a Node {
        let NodeKind::Alias(anchor) = node.kind else { return node };
        self.root.as_ref().and_then(|root| root.anchored(anchor)).unwrap_or(node)
    }

    /// The value under `name` of a mapping, aliases followed.
    pub fn under<'a>(&'a self, node: &'a Node, name: &str) -> Option<&'a Node> {
        self.resolve(node).get(name).map(|value| self.resolve(value))
    }

    /// The source text of `span`; empty when it is none of this document's.
    pub fn slice(&self, span: ByteSpan) -> &str {
        self.source.get(span.range()).unwrap_or("")
    }

    /// Whether the node at `route`, or one above it, has an anchor that an alias uses: an edit there would change two places.
    pub fn is_shared(&self, route: &Route) -> bool {
        let mut node = self.root.as_ref();
        let mut keys = route.0.iter();
        while let Some(here) = node {
            if here.anchor.is_some_and(|anchor| self.used_anchors.contains(&anchor)) {
                return true;
            }
            node = keys.next().and_then(|key| here.child(key));
        }
        false
    }

    /// Where `offset` stands.
    pub fn position(&self, offset: usize) -> Position {
        Position::of(&self.source, offset)
    }

    /// The line end that the text uses most: `\r\n` or `\n`.
    pub fn line_end(&self) -> &'static str {
        let windows = self.source.matches("\r\n").count();
        let all = memchr::memchr_iter(b'\n', self.source.as_bytes()).count();
        if windows * 2 > all { "\r\n" } else { "\n" }
    }
}

impl Node {
    /// The child that `key` names; of a key that stands twice, the first.
    pub fn child(&self, key: &Key) -> Option<&Self> {
        match (key, &self.kind) {
            (Key::Name(name), NodeKind::Mapping { .. }) => self.get(name),
            (Key::Index(index), NodeKind::Sequence { items, .. }) => items.get(*index).map(|item| &item.value),
            _ => None,
        }
    }

    /// The node below (or this one) that bears the anchor.
    fn anchored(&self, anchor: usize) -> Option<&Self> {
        if self.anchor == Some(anchor) {
            return Some(self);
        }
        match &self.kind {
            NodeKind::Mapping { entries, .. } => entries.iter().find_map(|e| e.key.anchored(anchor).or_else(|| e.value.anchored(anchor))),
            NodeKind::Sequence { items, .. } => items.iter().find_map(|item| item.value.anchored(anchor)),
            NodeKind::Scalar { .. } | NodeKind::Alias(_) => None,
        }
    }

    /// The value under `name`, in a mapping that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.entry(name).map(|entry| &entry.value)
    }

    /// The entry under `name`, in a mapping that has it.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key.as_str() == Some(name))
    }

    /// A mapping's entries; none for any other node.
    pub fn entries(&self) -> &[Entry] {
        if let NodeKind::Mapping { entries, .. } = &self.kind { entries } else { &[] }
    }

    /// A sequence's items; none for any other node.
    pub fn items(&self) -> &[Item] {
        if let NodeKind::Sequence { items, .. } = &self.kind { items } else { &[] }
    }

    /// A scalar's value.
    pub fn as_str(&self) -> Option<&str> {
        if let NodeKind::Scalar { value, .. } = &self.kind { Some(value) } else { None }
    }

    /// A scalar's style.
    pub fn style(&self) -> Option<ScalarStyle> {
        if let NodeKind::Scalar { style, .. } = &self.kind { Some(*style) } else { None }
    }

    /// Whether it is written in brackets or braces.
    pub fn is_flow(&self) -> bool {
        matches!(self.kind, NodeKind::Mapping { flow: true, .. } | NodeKind::Sequence { flow: true, .. })
    }

    /// Whether it is a mapping.
    pub fn is_mapping(&self) -> bool {
        matches!(self.kind, NodeKind::Mapping { .. })
    }

    /// Whether it is a sequence.
    pub fn is_sequence(&self) -> bool {
        matches!(self.kind, NodeKind::Sequence { .. })
    }

    /// Whether nothing is written, or `~` or `null`.
    pub fn is_null(&self) -> bool {
        self.style() == Some(ScalarStyle::Plain) && matches!(self.as_str(), Some("" | "~" | "null" | "Null" | "NULL"))
    }
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

impl Route {
    /// The way to the root.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// This way and one mapping key further.
    #[must_use]
    pub fn key(&self, name: &str) -> Self {
        self.with(Key::Name(name.to_owned()))
    }

    /// This way and one item further.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Key::Index(index))
    }

    fn with(&self, key: Key) -> Self {
        let mut keys = self.0.clone();
        keys.push(key);
        Self(keys)
    }

    /// The way to the parent, and the last part.
    pub fn split_last(&self) -> Option<(Self, &Key)> {
        let (last, parents) = self.0.split_last()?;
        Some((Self(parents.to_vec()), last))
    }

    /// The last part, when it is an index.
    pub fn last_index(&self) -> Option<usize> {
        if let Some(Key::Index(index)) = self.0.last() { Some(*index) } else { None }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, key) in self.0.iter().enumerate() {
            match key {
                Key::Name(name) if position == 0 => formatter.write_str(name)?,
                Key::Name(name) => write!(formatter, ".{name}")?,
                Key::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}
