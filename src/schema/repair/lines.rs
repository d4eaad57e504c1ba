//! A text as lines, and what their shape tells without a parser.

use super::super::syntax::key_end;
use crate::text::ByteSpan;

/// A text's lines, without line ends; a repair changes lines in place, so their number stays.
#[derive(Debug, Clone)]
pub(super) struct Lines<'a> {
    /// The original lines.
    pub(super) original: Vec<&'a str>,
    /// Offset of each in the text.
    starts: Vec<usize>,
    /// `\r\n` or `\n`.
    end: &'static str,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let (mut original, mut starts, mut offset) = (Vec::new(), Vec::new(), 0);
        for line in text.split_inclusive('\n') {
            let content = line.strip_suffix('\n').unwrap_or(line);
            original.push(content.strip_suffix('\r').unwrap_or(content));
            starts.push(offset);
            offset += line.len();
        }
        Self { original, starts, end: if text.contains("\r\n") { "\r\n" } else { "\n" } }
    }

    /// The splices that turn the original lines into `new`; a new line may hold `\n`.
    pub(super) fn splices(&self, new: &[String]) -> Vec<(ByteSpan, String)> {
        let pairs = self.original.iter().zip(&self.starts).zip(new);
        let changed = pairs.filter(|((old, _), new)| *old != new);
        changed.map(|((old, start), new)| splice(old, *start, &new.replace('\n', self.end))).collect()
    }
}

/// The smallest splice that turns one line into another.
fn splice(old: &str, start: usize, new: &str) -> (ByteSpan, String) {
    let (from, to) = common(old, new);
    let span = ByteSpan::new(start + from, start + old.len() - to);
    (span, new.get(from..new.len() - to).unwrap_or("").to_owned())
}

/// How many bytes two lines share at the start and at the end.
fn common(old: &str, new: &str) -> (usize, usize) {
    let from: usize = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let rest = |text: &str| text.get(from..).unwrap_or("").to_owned();
    let (old, new) = (rest(old), rest(new));
    let to = old.chars().rev().zip(new.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    (from, to)
}

/// How many characters differ between two versions of a line.
pub(super) fn difference(old: &str, new: &str) -> usize {
    let (from, to) = common(old, new);
    old.len().saturating_sub(from + to).max(new.len().saturating_sub(from + to))
}

/// Blanks and tabs at the start.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Whether nothing but white space or a comment stands there.
pub(super) fn is_silent(line: &str) -> bool {
    let body = line.trim_start();
    body.is_empty() || body.starts_with('#')
}

/// Whether a line looks like a key or an item of a list.
pub(super) fn looks_structural(line: &str) -> bool {
    let body = line.trim_start();
    body.starts_with("- ") || body == "-" || key_end(body).is_some()
}

/// The line with its indentation changed to `to` blanks.
pub(super) fn reindented(line: &str, to: usize) -> String {
    format!("{}{}", " ".repeat(to), line.trim_start_matches([' ', '\t']))
}

/// Whether a line opens a block scalar: `run: |`, `- >-`, with a comment perhaps.
pub(super) fn opens_block(line: &str) -> bool {
    let body = line.split(" #").next().unwrap_or(line).trim_end();
    let Some(mark) = body.rfind(['|', '>']) else { return false };
    let modifiers = body.get(mark + 1..).unwrap_or("");
    let before = body.get(..mark).unwrap_or("").trim_end();
    modifiers.len() <= 2
        && modifiers.chars().all(|c| matches!(c, '-' | '+' | '1'..='9'))
        && (before.ends_with(':') || before.ends_with('-'))
}

/// The lines from `first` on that hang below it: deeper ones, and the silent ones between them.
pub(super) fn block_end<S: AsRef<str>>(lines: &[S], first: usize) -> usize {
    let Some(own) = lines.get(first).map(|line| indent(line.as_ref())) else { return first };
    run_end(lines, first + 1, own + 1).max(first + 1)
}

/// Where the run of lines that are indented by at least `least` ends, `from` on. Blank lines and comments farther left count
/// only between others.
pub(super) fn run_end<S: AsRef<str>>(lines: &[S], from: usize, least: usize) -> usize {
    let mut end = from;
    for (index, line) in lines.iter().enumerate().skip(from) {
        let line = line.as_ref();
        let silent = is_silent(line);
        if indent(line) < least || line.trim().is_empty() {
            if silent {
                continue;
            }
            break;
        }
        end = index + 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_headers_are_told_from_pipes() {
        for header in ["run: |", "  - run: >-", "- |", "x: |2-  # why"] {
            assert!(opens_block(header), "{header}");
        }
        for other in ["run: a | b", "run: a |", "echo x > y", "a: b"] {
            assert!(!opens_block(other), "{other}");
        }
    }

    #[test]
    fn splices_are_as_small_as_the_change() {
        let text = "a:\r\n b: x\r\nc";
        let lines = Lines::new(text);
        let new = ["a:".to_owned(), "  b: x".to_owned(), "c: d\ne".to_owned()];
        let splices = lines.splices(&new);
        assert_eq!(super::super::applied(text, &splices).as_deref(), Some("a:\r\n  b: x\r\nc: d\r\ne"));
        assert_eq!(splices[0].1, " ");
    }
}
