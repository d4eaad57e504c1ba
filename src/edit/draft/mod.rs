//! Turns wishes about nodes into splices over the text, and notes what each shall mean.
//!
//! The layout follows the file: its indentation, dashes, quotes, blank lines and line ends. Where the text cannot be changed
//! with certainty — a shared anchor, a value folded over lines — a draft refuses.

mod items;
mod keys;
mod scalars;
mod scripts;

use serde_yaml::Value;

use super::layout::{self, Habits};
use super::{Change, Edit, Intent, Refusal, Splice};
use crate::text::{ByteSpan, RepoPath};
use crate::workflow::{Document, Key, Node, NodeKind, Route};

/// Edits of one document, as they are gathered.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    document: &'a Document,
    habits: Habits,
    splices: Vec<Splice>,
    intents: Vec<Intent>,
}

impl<'a> Draft<'a> {
    /// Begins with no change.
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, habits: Habits::of(document), splices: Vec::new(), intents: Vec::new() }
    }

    /// The edit of `path`, when anything changes.
    pub(super) fn finish(self, path: &RepoPath, otherwise: &str) -> Result<Vec<Edit>, Refusal> {
        if self.splices.is_empty() {
            return Err(Refusal::AlreadySo(otherwise.to_owned()));
        }
        Ok(vec![Edit { path: path.clone(), change: Change::Text { splices: self.splices, intents: self.intents } }])
    }

    /// Whether nothing changes yet.
    pub(super) const fn is_empty(&self) -> bool {
        self.splices.is_empty()
    }

    fn source(&self) -> &'a str {
        &self.document.source
    }

    /// The node at `route`, when an edit there changes this place only.
    fn own(&self, route: &Route) -> Result<&'a Node, Refusal> {
        let document = self.document;
        if document.is_shared(route) {
            return Err(Refusal::DoesNotFit(format!("`{route}` is shared by an alias: a change would show in two places")));
        }
        let node = document.get(route).ok_or_else(|| Refusal::DoesNotFit(format!("the file has no `{route}`")))?;
        if let NodeKind::Alias(_) = node.kind {
            return Err(Refusal::DoesNotFit(format!("`{route}` is an alias of a node that stands elsewhere")));
        }
        Ok(node)
    }

    fn splice(&mut self, span: ByteSpan, text: &str) {
        let text = text.replace("\r\n", "\n");
        let text = if self.document.line_end() == "\n" { text } else { text.replace('\n', self.document.line_end()) };
        self.splices.push(Splice { span, text });
    }

    /// Inserts whole lines where a line begins, or behind the last line of a text that may lack its line end.
    fn insert_lines(&mut self, at: usize, lines: &str) {
        let source = self.source();
        let text =
            if at == source.len() && !source.is_empty() && !source.ends_with('\n') { format!("\n{lines}") } else { format!("{lines}\n") };
        self.splice(ByteSpan::at(at), &text);
    }

    /// The whole lines from `start` up to `end`, to be removed: those at the end of a text that lacks its last line end take the
    /// one above along.
    fn lines(&self, start: usize, end: usize) -> ByteSpan {
        let source = self.source();
        let above = source.get(..start).unwrap_or("");
        let open = end == source.len() && !source.ends_with('\n');
        ByteSpan::new(if open { above.trim_end_matches(['\r', '\n']).len() } else { start }, end)
    }

    /// How far keys below a key are indented at `route`.
    fn indent(&self, route: &Route) -> usize {
        let in_steps = route.0.iter().any(|key| matches!(key, Key::Index(_)));
        if in_steps { self.habits.step_indent } else { self.habits.indent }
    }

    /// The column of the key that holds the node at `route`.
    fn key_column(&self, route: &Route) -> Option<usize> {
        let (parent, last) = route.split_last()?;
        let Key::Name(name) = last else { return None };
        let entry = self.document.get(&parent)?.entry(name)?;
        Some(layout::column(self.source(), entry.key.span.start))
    }

    fn intend(&mut self, route: &Route, value: Value) {
        self.intents.push(Intent::Set { route: route.clone(), value });
    }
}
