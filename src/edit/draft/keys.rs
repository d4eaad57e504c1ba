//! Turns wishes about a mapping's keys into splices.

use serde_yaml::{Mapping, Value};

use super::Draft;
use crate::edit::layout;
use crate::edit::write::{self, Around};
use crate::edit::{Intent, Refusal};
use crate::text::ByteSpan;
use crate::workflow::{Entry, Key, Node, NodeKind, Route};

impl Draft<'_> {
    /// Sets `key` of the mapping at `mapping`: replaces a scalar, or inserts the key behind the last of `behind` that is
    /// there, or at the end.
    pub(in crate::edit) fn put(&mut self, mapping: &Route, key: &str, value: Value, behind: &[&str]) -> Result<(), Refusal> {
        let node = self.own(mapping)?;
        if node.get(key).is_some() {
            return self.set(&mapping.key(key), value);
        }
        match &node.kind {
            NodeKind::Mapping { entries, flow } if !entries.is_empty() => {
                let sibling = entries.iter().rfind(|entry| entry.key.as_str().is_some_and(|name| behind.contains(&name)));
                let sibling = sibling.or_else(|| entries.last());
                if *flow {
                    self.put_in_flow(sibling, key, &value)?
                } else {
                    self.put_in_block(mapping, entries, sibling, key, &value)?
                }
                self.intend(&mapping.key(key), value);
            }
            NodeKind::Mapping { .. } => self.fill(mapping, node, Mapping::from_iter([(Value::from(key), value)]))?,
            _ if node.is_null() && node.span.is_empty() => self.begin(mapping, key, value)?,
            _ => return Err(Refusal::DoesNotFit(format!("`{mapping}` is no mapping"))),
        }
        Ok(())
    }

    /// Sets `key` below `parent.child`, making `child` where it is absent.
    pub(in crate::edit) fn put_below(
        &mut self,
        parent: &Route,
        child: &str,
        key: &str,
        value: Value,
        behind: &[&str],
    ) -> Result<(), Refusal> {
        if self.own(parent)?.get(child).is_some() {
            return self.put(&parent.key(child), key, value, &[]);
        }
        self.put(parent, child, Value::Mapping(Mapping::from_iter([(Value::from(key), value)])), behind)
    }

    fn put_in_flow(&mut self, sibling: Option<&Entry>, key: &str, value: &Value) -> Result<(), Refusal> {
        let Some(sibling) = sibling else { return Err(Refusal::DoesNotFit("the mapping is empty".to_owned())) };
        let key = write::scalar(&Value::from(key), Around::Flow, &self.habits)?;
        let text = format!(", {key}: {}", write::flow(value, &self.habits)?);
        self.splice(ByteSpan::at(sibling.span().end), &text);
        Ok(())
    }

    fn put_in_block(
        &mut self,
        mapping: &Route,
        entries: &[Entry],
        sibling: Option<&Entry>,
        key: &str,
        value: &Value,
    ) -> Result<(), Refusal> {
        let (Some(first), Some(sibling)) = (entries.first(), sibling) else {
            return Err(Refusal::DoesNotFit("the mapping is empty".to_owned()));
        };
        let column = layout::column(self.source(), first.key.span.start);
        let text = write::entry(key, value, column, self.indent(mapping), &self.habits)?;
        // Comments at the keys' column belong to the key below them; behind the last key, to the mapping.
        let is_last = entries.last().is_some_and(|last| last.key.span == sibling.key.span);
        let beyond = if is_last { column.saturating_sub(1) } else { column };
        let at = layout::end_of_block(self.source(), sibling.span().end, beyond);
        self.insert_lines(at, &format!("{}{text}", " ".repeat(column)));
        Ok(())
    }

    /// Gives an empty mapping, `{}`, its entries.
    pub(in crate::edit) fn fill_empty(&mut self, mapping: &Route, entries: Mapping) -> Result<(), Refusal> {
        let node = self.own(mapping)?;
        match &node.kind {
            NodeKind::Mapping { entries: had, .. } if had.is_empty() => self.fill(mapping, node, entries),
            _ => Err(Refusal::DoesNotFit(format!("`{mapping}` is no empty mapping"))),
        }
    }

    /// `{}` gets its first entries.
    fn fill(&mut self, mapping: &Route, node: &Node, entries: Mapping) -> Result<(), Refusal> {
        let source = self.source();
        let before = source.get(..node.span.start).unwrap_or("");
        let behind = source.get(node.span.end..layout::line_end(source, node.span.end)).unwrap_or("");
        let in_block = before.trim_end_matches(' ').ends_with(':') && behind.trim().is_empty() && !self.in_flow(mapping);
        match self.key_column(mapping).filter(|_| in_block) {
            Some(column) => {
                let indent = self.indent(mapping);
                let mut text = String::new();
                for (key, value) in &entries {
                    let entry = write::entry(key.as_str().unwrap_or(""), value, column + indent, indent, &self.habits)?;
                    text.push_str(&format!("\n{}{entry}", " ".repeat(column + indent)));
                }
                let start = before.trim_end_matches(' ').len();
                self.splice(ByteSpan::new(start, node.span.end), &text);
            }
            None => {
                let text = write::flow(&Value::Mapping(entries.clone()), &self.habits)?;
                self.splice(node.span, &text);
            }
        }
        self.intend(mapping, Value::Mapping(entries));
        Ok(())
    }

    /// `key:` with nothing behind it gets its first key.
    fn begin(&mut self, mapping: &Route, key: &str, value: Value) -> Result<(), Refusal> {
        let node = self.own(mapping)?;
        if node.anchor.is_some() || node.tag.is_some() || self.in_flow(mapping) {
            return Err(Refusal::DoesNotFit(format!("`{mapping}` is empty in a way that cannot be filled with certainty")));
        }
        let Some(column) = self.key_column(mapping) else { return Err(Refusal::DoesNotFit(format!("`{mapping}` has no key"))) };
        let indent = self.indent(mapping);
        let text = write::entry(key, &value, column + indent, indent, &self.habits)?;
        let at = layout::next_line(self.source(), node.span.end);
        self.insert_lines(at, &format!("{}{text}", " ".repeat(column + indent)));
        self.intend(mapping, Value::Mapping(Mapping::from_iter([(Value::from(key), value)])));
        Ok(())
    }

    /// Gives a word that stands alone behind its key another value, a mapping too: `permissions: read-all`.
    pub(in crate::edit) fn replace(&mut self, route: &Route, value: Value) -> Result<(), Refusal> {
        let node = self.own(route)?;
        let source = self.source();
        let behind = source.get(node.span.end..layout::line_end(source, node.span.end)).unwrap_or("");
        let Some(column) = self.key_column(route).filter(|_| behind.trim().is_empty() && !self.in_flow(route)) else {
            let text = write::flow(&value, &self.habits)?;
            self.splice(node.span, &text);
            self.intend(route, value);
            return Ok(());
        };
        if node.as_str().is_none()
            || node.tag.is_some()
            || node.anchor.is_some()
            || source.get(node.span.range()).unwrap_or("").contains('\n')
        {
            return Err(Refusal::DoesNotFit(format!("`{route}` is no single word")));
        }
        let text = write::entry("k", &value, column, self.indent(route), &self.habits)?;
        let start = source.get(..node.span.start).unwrap_or("").trim_end_matches(' ').len();
        self.splice(ByteSpan::new(start, node.span.end), text.strip_prefix("k:").unwrap_or(&text));
        self.intend(route, value);
        Ok(())
    }

    /// Whether a node above `route` is written in brackets or braces.
    pub(super) fn in_flow(&self, route: &Route) -> bool {
        (0..route.0.len()).any(|depth| {
            let above = Route(route.0.iter().take(depth).cloned().collect());
            self.document.get(&above).is_some_and(Node::is_flow)
        })
    }

    /// Gives the key at `route` another name.
    pub(in crate::edit) fn rename(&mut self, route: &Route, name: &str) -> Result<(), Refusal> {
        self.own(route)?;
        let Some((parent, Key::Name(old))) = route.split_last() else { return Err(Refusal::DoesNotFit(format!("`{route}` is no key"))) };
        let mapping = self.own(&parent)?;
        if mapping.get(name).is_some() {
            return Err(Refusal::DoesNotFit(format!("`{parent}` has both `{old}` and `{name}`")));
        }
        let Some(entry) = mapping.entry(old) else { return Err(Refusal::DoesNotFit(format!("the file has no `{route}`"))) };
        let around = if mapping.is_flow() { Around::Flow } else { Around::Block };
        let text = write::scalar(&Value::from(name), around, &self.habits)?;
        self.splice(entry.key.span, &text);
        self.intents.push(Intent::Rename { route: route.clone(), name: name.to_owned() });
        Ok(())
    }

    /// Removes the key at `route` and what stands below it; a mapping that would be empty goes with it.
    pub(in crate::edit) fn remove_key(&mut self, route: &Route) -> Result<(), Refusal> {
        let Some((parent, Key::Name(name))) = route.split_last() else { return Err(Refusal::DoesNotFit(format!("`{route}` is no key"))) };
        let mapping = self.own(&parent)?;
        let entries = mapping.entries();
        let Some(position) = entries.iter().position(|entry| entry.key.as_str() == Some(name)) else {
            return Err(Refusal::AlreadySo(format!("the absence of `{route}`")));
        };
        if entries.len() == 1 {
            return if parent.0.is_empty() {
                Err(Refusal::DoesNotFit("the file would be empty".to_owned()))
            } else {
                self.remove_key(&parent)
            };
        }
        let span = if mapping.is_flow() { flow_span(entries, position) } else { self.block_span(entries, position)? };
        self.splice(span, "");
        self.intents.push(Intent::Remove { route: route.clone() });
        Ok(())
    }

    /// The bytes of an entry of a block mapping: its lines; behind a dash, up to the next key.
    fn block_span(&self, entries: &[Entry], position: usize) -> Result<ByteSpan, Refusal> {
        let Some(entry) = entries.get(position) else { return Err(Refusal::DoesNotFit("no such key".to_owned())) };
        let source = self.source();
        let column = layout::column(source, entry.key.span.start);
        if layout::begins_line(source, entry.key.span.start) {
            let end = layout::end_of_block(source, entry.span().end, column);
            return Ok(self.lines(layout::line_start(source, entry.key.span.start), end));
        }
        let next = entries.get(position + 1).map(|next| next.key.span.start);
        let Some(next) = next else { return Err(Refusal::DoesNotFit("the key shares its line".to_owned())) };
        let between = source.get(entry.span().end..next).unwrap_or("");
        if !between.trim().is_empty() {
            return Err(Refusal::DoesNotFit("a comment stands between the keys".to_owned()));
        }
        Ok(ByteSpan::new(entry.key.span.start, next))
    }
}

/// The bytes of an entry of a flow mapping, with one comma.
fn flow_span(entries: &[Entry], position: usize) -> ByteSpan {
    let span = |position: usize| entries.get(position).map_or(ByteSpan::at(0), Entry::span);
    match position.checked_sub(1) {
        Some(before) => ByteSpan::new(span(before).end, span(position).end),
        None => ByteSpan::new(span(position).start, span(position + 1).start),
    }
}
