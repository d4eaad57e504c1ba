//! Turns another text of a script into splices: in a block scalar line by line, on one line by replacing it.

use serde_yaml::Value;

use super::Draft;
use crate::edit::Refusal;
use crate::edit::layout;
use crate::edit::write::{self, Around};
use crate::text::ByteSpan;
use crate::workflow::{Node, Route, ScalarStyle};

impl Draft<'_> {
    /// Gives the script at `route` the lines of `script`; line ends behind its last line stay as they are.
    pub(in crate::edit) fn script(&mut self, route: &Route, script: &str) -> Result<(), Refusal> {
        let node = self.own(route)?;
        let (Some(old), Some(style)) = (node.as_str(), node.style()) else {
            return Err(Refusal::DoesNotFit(format!("`{route}` is no text")));
        };
        let body = script.trim_end_matches('\n');
        let old_body = old.trim_end_matches('\n');
        if body == old_body {
            return Err(Refusal::AlreadySo(format!("the script of `{route}`")));
        }
        let kept = format!("{body}{}", old.get(old_body.len()..).unwrap_or(""));
        let one_line = !self.source().get(node.span.range()).unwrap_or("").contains('\n');
        match style {
            ScalarStyle::Literal => self.literal_lines(route, node, old_body, body)?,
            ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if one_line && !body.contains('\n') => {
                return self.set(route, Value::String(kept));
            }
            ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if one_line => {
                return self.spread_out(route, node, body);
            }
            ScalarStyle::DoubleQuoted | ScalarStyle::SingleQuoted => {
                return Err(Refusal::DoesNotFit(format!("`{route}` is a quoted text over several lines")));
            }
            ScalarStyle::Plain | ScalarStyle::Folded if body.contains('\n') && !old_body.contains('\n') => {
                return self.spread_out(route, node, body);
            }
            ScalarStyle::Plain | ScalarStyle::Folded => self.word(route, node, style, (old_body, body))?,
        }
        self.intend(route, Value::String(kept));
        Ok(())
    }

    /// A script of one line becomes a literal block; a comment behind it stays behind the block's mark.
    fn spread_out(&mut self, route: &Route, node: &Node, body: &str) -> Result<(), Refusal> {
        let source = self.source();
        let line_end = layout::line_end(source, node.span.end);
        let behind = source.get(node.span.end..line_end).unwrap_or("").trim_end_matches('\r');
        let comment = behind.trim_start().starts_with('#');
        if !(behind.trim().is_empty() || comment) || self.in_flow(route) || node.tag.is_some() || node.anchor.is_some() {
            return Err(Refusal::DoesNotFit(format!("`{route}` cannot become a block of lines here")));
        }
        let Some(column) = self.key_column(route) else { return Err(Refusal::DoesNotFit(format!("`{route}` has no key"))) };
        let value = format!("{body}\n");
        let text = write::literal(&value, column + self.indent(route))?;
        match text.split_once('\n').filter(|_| comment) {
            Some((mark, lines)) => {
                self.splice(node.span, mark);
                self.splice(ByteSpan::at(node.span.end + behind.len()), &format!("\n{lines}"));
            }
            None => self.splice(node.span, &text),
        }
        self.intend(route, Value::String(value));
        Ok(())
    }

    /// Splices the lines of a literal block that differ.
    fn literal_lines(&mut self, route: &Route, node: &Node, old: &str, new: &str) -> Result<(), Refusal> {
        let source = self.source();
        let content = layout::next_line(source, node.span.start);
        let Some(first) = old.lines().position(|line| !line.trim().is_empty()) else {
            return Err(Refusal::DoesNotFit(format!("the script of `{route}` is empty")));
        };
        let starts = line_starts(source, content, old.lines().count().max(1));
        let first_line = starts.get(first).map_or("", |start| layout::line_at(source, *start));
        let depth = layout::indentation(first_line).saturating_sub(layout::indentation(old.lines().nth(first).unwrap_or("")));
        let margin = " ".repeat(depth);
        let old: Vec<&str> = old.split('\n').collect();
        let new: Vec<&str> = new.split('\n').collect();
        for change in similar::capture_diff_slices(similar::Algorithm::Myers, &old, &new) {
            if matches!(change.tag(), similar::DiffTag::Equal) {
                continue;
            }
            let (gone, come) = (change.old_range(), change.new_range());
            let lines =
                new.get(come).unwrap_or(&[]).iter().map(|line| if line.is_empty() { String::new() } else { format!("{margin}{line}") });
            let lines = lines.collect::<Vec<_>>().join("\n");
            let start = starts.get(gone.start).copied().unwrap_or(source.len());
            if gone.is_empty() {
                let at = if gone.start < old.len() { start } else { layout::next_line(source, node.span.end) };
                self.insert_lines(at, &lines);
            } else if lines.is_empty() && change.new_range().is_empty() {
                let end = starts.get(gone.end).copied().unwrap_or_else(|| layout::next_line(source, node.span.end));
                self.splice(ByteSpan::new(start, end), "");
            } else {
                let last = starts.get(gone.end.saturating_sub(1)).copied().unwrap_or(start);
                let end = last + layout::line_at(source, last).len();
                self.splice(ByteSpan::new(start, end), &lines);
            }
        }
        Ok(())
    }

    /// A change within one line of a text that is folded over lines.
    fn word(&mut self, route: &Route, node: &Node, style: ScalarStyle, (old, new): (&str, &str)) -> Result<(), Refusal> {
        let refusal = || Refusal::DoesNotFit(format!("`{route}` is folded over several lines"));
        let shared = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
        let start = (0..=shared).rev().find(|at| old.is_char_boundary(*at) && new.is_char_boundary(*at)).unwrap_or(0);
        let (old_rest, new_rest) = (old.get(start..).unwrap_or(""), new.get(start..).unwrap_or(""));
        let same = old_rest.bytes().rev().zip(new_rest.bytes().rev()).take_while(|(a, b)| a == b).count();
        let same =
            (0..=same).rev().find(|at| old_rest.is_char_boundary(old_rest.len() - at) && new_rest.is_char_boundary(new_rest.len() - at));
        let same = same.unwrap_or(0);
        let gone = old_rest.get(..old_rest.len() - same).unwrap_or("");
        let come = new_rest.get(..new_rest.len() - same).unwrap_or("");
        let safe = style == ScalarStyle::Folded || write::is_plain_safe(&format!("a{come}a"), Around::Block);
        if gone.contains('\n') || come.contains('\n') || !safe {
            return Err(refusal());
        }
        let from = if style == ScalarStyle::Folded { layout::next_line(self.source(), node.span.start) } else { node.span.start };
        let text = self.source().get(from..node.span.end).ok_or_else(refusal)?;
        let words = |text: &str| text.chars().filter(|character| !character.is_whitespace()).count();
        let before = words(old.get(..start).unwrap_or(""));
        let begins = behind_words(text, before).ok_or_else(refusal)?;
        // An insertion stands right behind the word before it; a replacement begins at its first letter.
        let lead = gone.len() - gone.trim_start().len();
        let begins = if gone.trim().is_empty() { begins } else { begins + blank(text, begins) - lead.min(blank(text, begins)) };
        let ends = behind_words(text, before + words(gone)).ok_or_else(refusal)?;
        let ends = if gone.trim().is_empty() { begins } else { ends };
        let come = if gone.trim().is_empty() && !gone.is_empty() { come.trim_end() } else { come };
        self.splice(ByteSpan::new(from + begins, from + ends.max(begins)), come);
        Ok(())
    }
}

/// The offset behind the first `count` characters that are no blanks.
fn behind_words(text: &str, count: usize) -> Option<usize> {
    if count == 0 {
        return Some(blank(text, 0));
    }
    text.char_indices().filter(|(_, character)| !character.is_whitespace()).nth(count - 1).map(|(at, character)| at + character.len_utf8())
}

/// How many bytes of blanks stand at `offset`.
fn blank(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or("");
    rest.len() - rest.trim_start().len()
}

/// Where `count` lines begin, from `start` on.
fn line_starts(source: &str, start: usize, count: usize) -> Vec<usize> {
    let mut starts = vec![start];
    while starts.len() < count {
        let next = starts.last().map_or(source.len(), |last| layout::next_line(source, *last));
        if next >= source.len() {
            break;
        }
        starts.push(next);
    }
    starts
}
