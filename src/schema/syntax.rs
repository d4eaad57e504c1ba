//! Says in plain words why a text is no YAML, and whether three independent readers take it.

use super::{Problem, ProblemKind};
use crate::text::{ByteSpan, LineNumber, Position};
use crate::workflow::{Document, readers};

/// Whether granit-parser, serde_yaml and yaml-rust2 read `text` as one document.
pub(super) fn is_yaml(text: &str) -> bool {
    Document::parse(text).is_ok()
        && serde_yaml::from_str::<serde_yaml::Value>(body(text)).is_ok()
        && readers::second_error_line(text).is_none()
}

fn body(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn line_number(line: usize) -> LineNumber {
    LineNumber::new(u32::try_from(line).unwrap_or(u32::MAX))
}

/// The lines that the three readers name, the most trusted first, without repetition.
pub(super) fn error_lines(text: &str) -> Vec<LineNumber> {
    let mut lines = Vec::new();
    lines.extend(Document::parse(text).err().map(|error| error.position.line));
    lines.extend(readers::second_error_line(text));
    if let Err(error) = serde_yaml::from_str::<serde_yaml::Value>(body(text)) {
        lines.extend(error.location().map(|location| line_number(location.line())));
        // libyaml names the place at which the broken thing begins behind the place at which it broke.
        let begun = error.to_string();
        let begun = begun.rsplit(" at line ").next().and_then(|rest| rest.split(' ').next()).and_then(|line| line.parse::<usize>().ok());
        lines.extend(begun.map(line_number));
    }
    let mut seen = std::collections::BTreeSet::new();
    lines.retain(|line| seen.insert(*line));
    lines
}

/// Why `text` is no YAML, with the place; nothing for a text that is.
pub fn syntax_problem(text: &str) -> Option<Problem> {
    let (position, parser) = match Document::parse(text) {
        Err(error) => (error.position, error.message),
        Ok(_) => {
            let error = serde_yaml::from_str::<serde_yaml::Value>(body(text)).err()?;
            let location = error.location()?;
            let position = Position { line: line_number(location.line()), column: u32::try_from(location.column()).unwrap_or(1) };
            (position, error.to_string())
        }
    };
    let mut lines = vec![position.line];
    lines.extend(error_lines(text));
    lines.extend(position.line.index().checked_sub(1).map(LineNumber::from_index));
    let clear = lines.iter().find_map(|line| reason(line_text(text, *line)).map(|(column, reason)| (*line, column, reason)));
    let (position, message) = match clear {
        Some((line, column, reason)) => (Position { line, column }, reason),
        None => (position, format!("the YAML parser stops here: {parser}")),
    };
    let start = offset_of(text, position);
    let end = start + text.get(start..).map_or(0, |rest| rest.lines().next().unwrap_or("").len());
    Some(Problem { span: ByteSpan::new(start, end), position, message, kind: ProblemKind::Syntax })
}

fn line_text(text: &str, line: LineNumber) -> &str {
    text.lines().nth(line.index()).unwrap_or("")
}

fn offset_of(text: &str, position: Position) -> usize {
    let start: usize = text.split_inclusive('\n').take(position.line.index()).map(str::len).sum();
    let line = text.get(start..).unwrap_or("");
    let column = position.column.saturating_sub(1) as usize;
    start + line.char_indices().nth(column).map_or(line.len(), |(offset, _)| offset)
}

/// What is evidently wrong with a line, and at which column.
fn reason(line: &str) -> Option<(u32, String)> {
    let indent = line.len() - line.trim_start().len();
    let column = |offset: usize| u32::try_from(line.get(..offset).unwrap_or("").chars().count()).unwrap_or(0) + 1;
    if let Some(tab) = line.get(..indent)?.find('\t') {
        return Some((column(tab), "a tab indents this line; YAML allows only blanks there".to_owned()));
    }
    if ["<<<<<<< ", ">>>>>>> "].iter().any(|marker| line.starts_with(marker)) {
        return Some((1, "a conflict marker of git stands here; the merge was not finished".to_owned()));
    }
    let (start, value) = value_of(line)?;
    let what = match value.chars().next()? {
        '*' => "`*` at the start of a value means an alias; the value needs quotes",
        '@' | '`' => "no value may start with this character; the value needs quotes",
        '%' => "no value may start with `%`; the value needs quotes",
        '"' | '\'' if !is_closed(value) => "the quote that opens here is not closed on this line",
        '[' if !is_closed(value) => "the bracket that opens here is not closed on this line",
        '[' if !ends_with_bracket(value, ']') => "a value that starts with `[` is a list; as text it needs quotes",
        '{' if value.starts_with("{{") => "a value that starts with `{` is a mapping; an expression is `${{ … }}`",
        '"' | '\'' | '[' | '{' | '|' | '>' | '&' | '!' => return None,
        _ if value.contains(": ") || value.ends_with(':') => "a colon in a plain value starts a mapping; the value needs quotes",
        _ => return None,
    };
    Some((column(start), what.to_owned()))
}

/// The value of a `key: value` or `- value` line and its offset.
pub(super) fn value_of(line: &str) -> Option<(usize, &str)> {
    let mut start = line.len() - line.trim_start().len();
    while line.get(start..)?.starts_with("- ") {
        start += 1;
        start += line.get(start..)?.len() - line.get(start..)?.trim_start().len();
    }
    if let Some(colon) = key_end(line.get(start..)?) {
        start += colon + 1;
        start += line.get(start..)?.len() - line.get(start..)?.trim_start().len();
    }
    let value = line.get(start..)?.trim_end();
    (!value.is_empty() && !value.starts_with('#')).then_some((start, value))
}

/// Where the colon behind a plain key stands; only words as workflows have them are keys.
pub(super) fn key_end(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')))?;
    let rest = text.get(end..)?;
    (end > 0 && (rest == ":" || rest.starts_with(": ") || rest.starts_with(":\r") || rest.starts_with(":\t"))).then_some(end)
}

/// Whether a quoted or bracketed value is closed on its line.
fn is_closed(value: &str) -> bool {
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value.get(1..).is_some_and(|rest| rest.contains(quote)),
        Some('[') => value.contains(']'),
        _ => true,
    }
}

fn ends_with_bracket(value: &str, bracket: char) -> bool {
    value.split(" #").next().unwrap_or(value).trim_end().ends_with(bracket)
}
