//! Turns offsets into lines and columns, and a text into the habits that new lines follow.

use crate::workflow::{Document, Node, NodeKind, ScalarStyle};

/// Where the line of `offset` begins; behind a byte order mark.
pub(super) fn line_start(source: &str, offset: usize) -> usize {
    let start = source.get(..offset).unwrap_or("").rfind('\n').map_or(0, |newline| newline + 1);
    if start == 0 && source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { start }
}

/// Where the line of `offset` ends: at its line feed, or at the end of the text.
pub(super) fn line_end(source: &str, offset: usize) -> usize {
    source.get(offset..).and_then(|rest| rest.find('\n')).map_or(source.len(), |newline| offset + newline)
}

/// Where the line below that of `offset` begins; the end of the text for the last one.
pub(super) fn next_line(source: &str, offset: usize) -> usize {
    (line_end(source, offset) + 1).min(source.len())
}

/// How many bytes stand before `offset` on its line.
pub(super) fn column(source: &str, offset: usize) -> usize {
    offset.saturating_sub(line_start(source, offset))
}

/// The line that begins at `start`, without its line end.
pub(super) fn line_at(source: &str, start: usize) -> &str {
    source.get(start..line_end(source, start)).unwrap_or("").trim_end_matches('\r')
}

/// How many blanks a line begins with.
pub(super) fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether only blanks stand before `offset` on its line, or blanks and dashes.
pub(super) fn begins_line(source: &str, offset: usize) -> bool {
    source.get(line_start(source, offset)..offset).is_some_and(|before| before.bytes().all(|byte| byte == b' '))
}

/// The offset behind everything that belongs to a node which ends at `end` and whose key or dash stands at `column`: the
/// rest of its line, and comment lines deeper than it.
pub(super) fn end_of_block(source: &str, end: usize, column: usize) -> usize {
    let mut behind = next_line(source, end);
    let mut at = behind;
    while at < source.len() {
        let line = line_at(source, at);
        let text = line.trim_start_matches(' ');
        if text.starts_with('#') && indentation(line) > column {
            behind = next_line(source, at);
        } else if !text.is_empty() {
            break;
        }
        at = next_line(source, at);
    }
    behind
}

/// Where the comment lines begin that stand directly above the line of `offset`, at the column of `offset`; the line's own
/// start without any.
pub(super) fn start_with_comments(source: &str, offset: usize) -> usize {
    let column = column(source, offset);
    let mut start = line_start(source, offset);
    while start > 0 {
        let above = line_start(source, start - 1);
        let line = line_at(source, above);
        if above == start || !line.trim_start_matches(' ').starts_with('#') || indentation(line) != column {
            break;
        }
        start = above;
    }
    start
}

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Habits {
    /// Blanks from a mapping's key to the keys below it.
    pub(super) indent: usize,
    /// The same, inside steps.
    pub(super) step_indent: usize,
    /// Blanks from a key to the dashes below it.
    pub(super) dash_indent: usize,
    /// Characters from a dash to its text.
    pub(super) dash_gap: usize,
    /// The quote that the file prefers.
    pub(super) quote: char,
}

impl Habits {
    /// Reads the habits of a document.
    pub(super) fn of(document: &Document) -> Self {
        let mut count = Count::default();
        if let Some(root) = &document.root {
            count.visit(&document.source, root, Inside::Mapping);
        }
        let indent = most(&count.indents).unwrap_or(2);
        Self {
            indent,
            step_indent: most(&count.step_indents).unwrap_or(indent),
            dash_indent: most_or_none(&count.dashes).unwrap_or(indent),
            dash_gap: most(&count.gaps).unwrap_or(2),
            quote: if count.double > count.single { '"' } else { '\'' },
        }
    }
}

#[derive(Default)]
struct Count {
    indents: [usize; 9],
    step_indents: [usize; 9],
    dashes: [usize; 9],
    gaps: [usize; 9],
    single: usize,
    double: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Mapping,
    Sequence,
}

impl Count {
    fn visit(&mut self, source: &str, node: &Node, inside: Inside) {
        match &node.kind {
            NodeKind::Scalar { style: ScalarStyle::SingleQuoted, .. } => self.single += 1,
            NodeKind::Scalar { style: ScalarStyle::DoubleQuoted, .. } => self.double += 1,
            NodeKind::Mapping { entries, flow } => {
                for entry in entries {
                    if !flow && !entry.value.is_flow() {
                        self.below(source, entry.key.span.start, &entry.value, inside);
                    }
                    self.visit(source, &entry.value, inside);
                }
            }
            NodeKind::Sequence { items, .. } => {
                for item in items {
                    if let Some(dash) = item.dash {
                        bump(&mut self.gaps, item.value.span.start.saturating_sub(dash));
                    }
                    self.visit(source, &item.value, Inside::Sequence);
                }
            }
            _ => {}
        }
    }

    fn below(&mut self, source: &str, key: usize, value: &Node, inside: Inside) {
        let from = column(source, key);
        match &value.kind {
            NodeKind::Mapping { entries, .. } => {
                let Some(first) = entries.first() else { return };
                let indents = if inside == Inside::Sequence { &mut self.step_indents } else { &mut self.indents };
                bump(indents, column(source, first.key.span.start).saturating_sub(from));
            }
            NodeKind::Sequence { items, .. } => {
                let Some(dash) = items.first().and_then(|item| item.dash) else { return };
                bump(&mut self.dashes, column(source, dash).saturating_sub(from));
            }
            _ => {}
        }
    }
}

fn bump(counts: &mut [usize; 9], width: usize) {
    if let Some(count) = counts.get_mut(width) {
        *count += 1;
    }
}

/// The width seen most, of those that are not none.
fn most(counts: &[usize; 9]) -> Option<usize> {
    (1..counts.len()).filter(|width| counts.get(*width).is_some_and(|count| *count > 0)).max_by_key(|width| counts.get(*width))
}

/// The width seen most.
fn most_or_none(counts: &[usize; 9]) -> Option<usize> {
    (0..counts.len()).filter(|width| counts.get(*width).is_some_and(|count| *count > 0)).max_by_key(|width| counts.get(*width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_are_those_of_the_file() {
        let document =
            Document::parse("on: push\njobs:\n    a:\n        steps:\n        -   uses: x\n            with:\n              y: \"1\"\n")
                .expect("parses");
        let habits = Habits::of(&document);
        assert_eq!(habits, Habits { indent: 4, step_indent: 2, dash_indent: 0, dash_gap: 4, quote: '"' });
    }

    #[test]
    fn comments_above_and_deeper_ones_below_belong() {
        let text = "s:\n  # of b\n  - b: 1\n    # still b\n\n    # too\n  # of c\n  - c: 2\n";
        let b = text.find("- b").expect("there");
        let c = text.find("- c").expect("there");
        assert_eq!(start_with_comments(text, b), 3);
        assert_eq!(&text[end_of_block(text, b, 2)..c], "  # of c\n  ");
    }
}
