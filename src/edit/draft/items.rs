//! Turns wishes about a sequence's items into splices.

use serde_yaml::Value;

use super::Draft;
use crate::edit::layout;
use crate::edit::write;
use crate::edit::{Intent, Refusal};
use crate::text::ByteSpan;
use crate::workflow::{Item, Node, NodeKind, Route};

impl Draft<'_> {
    /// Inserts `value` into the sequence before the item `before`; its length appends.
    pub(in crate::edit) fn insert(&mut self, sequence: &Route, before: usize, value: Value) -> Result<(), Refusal> {
        let node = self.own(sequence)?;
        let NodeKind::Sequence { flow, items } = &node.kind else {
            return Err(Refusal::DoesNotFit(format!("`{sequence}` is no list")));
        };
        let before = before.min(items.len());
        if *flow {
            self.insert_in_flow(node, items, before, &value)?
        } else {
            self.insert_in_block(items, before, &value)?
        }
        self.intents.push(Intent::Insert { sequence: sequence.clone(), before, value });
        Ok(())
    }

    fn insert_in_flow(&mut self, node: &Node, items: &[Item], before: usize, value: &Value) -> Result<(), Refusal> {
        let text = write::flow(value, &self.habits)?;
        match (items.get(before), items.last()) {
            (Some(next), _) => self.splice(ByteSpan::at(next.value.span.start), &format!("{text}, ")),
            (None, Some(last)) => self.splice(ByteSpan::at(last.value.span.end), &format!(", {text}")),
            (None, None) => self.splice(ByteSpan::at(node.span.start + 1), &text),
        }
        Ok(())
    }

    fn insert_in_block(&mut self, items: &[Item], before: usize, value: &Value) -> Result<(), Refusal> {
        let reference = items.get(before).or_else(|| items.last());
        let Some(dash) = reference.and_then(|item| item.dash) else { return Err(Refusal::DoesNotFit("the list is empty".to_owned())) };
        let source = self.source();
        let column = layout::column(source, dash);
        let gap = reference.map_or(2, |item| item.value.span.start.saturating_sub(dash));
        let on_line = reference.is_some_and(|item| !source.get(dash..item.value.span.start).unwrap_or("").contains('\n'));
        let habits = layout::Habits { dash_gap: if on_line { gap.clamp(2, 9) } else { self.habits.dash_gap }, ..self.habits };
        let text = format!("{}{}", " ".repeat(column), write::item_text(value, column, &habits)?);
        let spaced = self.are_spaced(items);
        match items.get(before) {
            Some(_) if !layout::begins_line(source, dash) => Err(Refusal::DoesNotFit("the list begins inside a line".to_owned())),
            Some(_) => {
                let at = layout::start_with_comments(source, dash);
                // A step that a blank line sets off, with its comment, stays set off.
                let set_off = at > 0 && layout::line_at(source, layout::line_start(source, at - 1)).trim().is_empty();
                let blank = if spaced || set_off { "\n" } else { "" };
                self.insert_lines(at, &format!("{text}{blank}"));
                Ok(())
            }
            None => {
                let end = items.last().map_or(dash, |item| item.value.span.end.max(dash + 1));
                let blank = if spaced { "\n" } else { "" };
                self.insert_lines(layout::end_of_block(source, end, column), &format!("{blank}{text}"));
                Ok(())
            }
        }
    }

    /// Whether blank lines stand between the items; asked of the file's other lists of steps when there is only one.
    fn are_spaced(&self, items: &[Item]) -> bool {
        let (mut spaced, mut pairs) = self.gaps(items);
        if pairs == 0
            && let Some(root) = &self.document.root
        {
            let jobs = root.get("jobs").map_or(&[][..], Node::entries);
            for steps in jobs.iter().filter_map(|job| job.value.get("steps")) {
                let (more, of) = self.gaps(steps.items());
                spaced += more;
                pairs += of;
            }
        }
        spaced * 2 > pairs
    }

    /// How many neighbours have a blank line between them, and how many there are.
    fn gaps(&self, items: &[Item]) -> (usize, usize) {
        let mut spaced = 0;
        for pair in items.windows(2) {
            if let [first, second] = pair {
                let between = second.dash.and_then(|dash| self.source().get(first.value.span.end..dash)).unwrap_or("");
                let lines = between.lines().skip(1);
                let count = between.lines().count();
                spaced += usize::from(lines.take(count.saturating_sub(2)).any(|line| line.trim().is_empty()));
            }
        }
        (spaced, items.len().saturating_sub(1))
    }

    /// Removes the item `index` of a sequence that has others.
    pub(in crate::edit) fn remove_item(&mut self, sequence: &Route, index: usize) -> Result<(), Refusal> {
        let items = self.own(sequence)?.items();
        let Some(item) = items.get(index).filter(|_| items.len() > 1) else {
            return Err(Refusal::DoesNotFit(format!("`{sequence}` would be empty")));
        };
        let span = match (item.dash, index.checked_sub(1).and_then(|before| items.get(before)), items.get(index + 1)) {
            (Some(dash), ..) => {
                let span = self.item_lines(items, index, dash)?;
                self.lines(span.start, span.end)
            }
            (None, Some(before), _) => ByteSpan::new(before.value.span.end, item.value.span.end),
            (None, None, Some(next)) => ByteSpan::new(item.value.span.start, next.value.span.start),
            (None, None, None) => item.value.span,
        };
        self.splice(span, "");
        self.intents.push(Intent::Remove { route: sequence.index(index) });
        Ok(())
    }

    /// An item's lines, its comments and the blank lines that part it from the next (for the last: from the one before).
    fn item_lines(&self, items: &[Item], index: usize, dash: usize) -> Result<ByteSpan, Refusal> {
        let source = self.source();
        if !layout::begins_line(source, dash) {
            return Err(Refusal::DoesNotFit("the list begins inside a line".to_owned()));
        }
        let Some(item) = items.get(index) else { return Err(Refusal::DoesNotFit("no such item".to_owned())) };
        let column = layout::column(source, dash);
        let start = layout::start_with_comments(source, dash);
        let end = layout::end_of_block(source, item.value.span.end.max(dash + 1), column);
        if let Some(next) = items.get(index + 1).and_then(|next| next.dash) {
            let next = layout::start_with_comments(source, next);
            let parted = source.get(end..next).is_some_and(|between| between.trim().is_empty());
            return Ok(ByteSpan::new(start, if parted { next } else { end }));
        }
        let above = items.get(index.saturating_sub(1)).map_or(start, |above| layout::next_line(source, above.value.span.end));
        let parted = source.get(above..start).is_some_and(|between| between.trim().is_empty());
        Ok(ByteSpan::new(if parted && above < start { above } else { start }, end))
    }

    /// Moves an item of a block sequence, with its comments, before an earlier one.
    pub(in crate::edit) fn move_item(&mut self, sequence: &Route, from: usize, before: usize, value: Value) -> Result<(), Refusal> {
        let node = self.own(sequence)?;
        let items = node.items();
        let place = |index: usize| items.get(index).and_then(|item| item.dash);
        let (Some(dash), Some(target), Some(item)) = (place(from), place(before), items.get(from)) else {
            return Err(Refusal::DoesNotFit(format!("`{sequence}` is no list of lines")));
        };
        let source = self.source();
        if !layout::begins_line(source, target) || before >= from {
            return Err(Refusal::DoesNotFit("the step does not stand below its new place".to_owned()));
        }
        let start = layout::start_with_comments(source, dash);
        let end = layout::end_of_block(source, item.value.span.end.max(dash + 1), layout::column(source, dash));
        let lines = source.get(start..end).unwrap_or("").trim_end_matches(['\r', '\n']);
        let blank = if self.are_spaced(items) { "\n" } else { "" };
        self.insert_lines(layout::start_with_comments(source, target), &format!("{lines}{blank}"));
        let span = self.item_lines(items, from, dash)?;
        let span = self.lines(span.start, span.end);
        self.splice(span, "");
        self.intents.push(Intent::Insert { sequence: sequence.clone(), before, value });
        self.intents.push(Intent::Remove { route: sequence.index(from) });
        Ok(())
    }
}
