//! Lists what may be wrong with one line, and the line as it would be right.

use std::sync::LazyLock;

use super::super::shape;
use super::super::syntax::{key_end, value_of};
use super::lines::{indent, is_silent, opens_block};

/// A kind of repair. A file often holds the same fault many times; then all are repaired in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Tabs become blanks.
    Tab,
    /// A blank comes behind a colon or dash.
    Space,
    /// A colon comes behind a key.
    Colon,
    /// A colon behind a value goes.
    DropColon,
    /// A value gets quotes.
    Quote,
    /// Expressions in a list in brackets get quotes.
    QuoteItems,
    /// A quote or bracket is closed.
    Close,
    /// A key that stands behind a colon gets a line of its own.
    Nest,
    /// Lines move to the right or left by so many columns.
    Shift(i32),
    /// A script's body at the first column moves into its block.
    Heredoc,
}

/// A way to change some lines.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) kind: Kind,
    /// New contents, by line.
    pub(super) lines: Vec<(usize, String)>,
    /// What it does, as a deed.
    pub(super) what: String,
}

impl Candidate {
    pub(super) fn line(kind: Kind, index: usize, new: String, deed: &str) -> Self {
        Self { kind, lines: vec![(index, new)], what: format!("{deed} line {}", index + 1) }
    }
}

/// Every key that a workflow's own places know.
static KEYS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let maps = [&shape::WORKFLOW, &shape::JOB, &shape::CALL, &shape::RUN_STEP, &shape::USES_STEP, &shape::EVENTS, &shape::SCOPES];
    let mut keys: Vec<&str> = maps.iter().flat_map(|map| map.keys.iter().map(|(key, _)| *key)).collect();
    keys.extend(["matrix", "fail-fast", "max-parallel", "branches", "tags", "paths", "types", "inputs", "cron", "group", "run"]);
    keys
});

/// What may be wrong within line `index`.
pub(super) fn candidates(lines: &[String], index: usize) -> Vec<Candidate> {
    let Some(line) = lines.get(index).filter(|line| !is_silent(line)) else { return Vec::new() };
    let mut out = Vec::new();
    let mut add = |kind, new: Option<String>, deed: &str| {
        out.extend(new.filter(|new| new != line).map(|new| Candidate::line(kind, index, new, deed)));
    };
    add(Kind::Space, space_behind_colon(line), "puts a blank behind the colon in");
    add(Kind::Space, space_behind_dash(line), "puts a blank behind the dash in");
    add(Kind::Colon, colon_behind_key(lines, index), "puts a colon behind the key in");
    add(Kind::DropColon, without_last_colon(line), "removes the colon at the end of");
    add(Kind::Quote, quoted_value(line), "quotes the value in");
    add(Kind::QuoteItems, quoted_items(line), "quotes the expressions in");
    for closed in closed(line) {
        add(Kind::Close, Some(closed), "closes the quote or bracket in");
    }
    out.extend(nested(lines, index));
    out
}

/// Where the text behind the dashes of a line begins.
fn body_start(line: &str) -> usize {
    let mut start = indent(line);
    while line.get(start..).is_some_and(|rest| rest.starts_with("- ")) {
        start += 2;
        start += line.get(start..).map_or(0, indent);
    }
    start
}

fn inserted(line: &str, at: usize, text: &str) -> Option<String> {
    Some(format!("{}{text}{}", line.get(..at)?, line.get(at..)?))
}

/// `key:value` as `key: value`; not `http://…` and not `C:\`.
fn space_behind_colon(line: &str) -> Option<String> {
    let start = body_start(line);
    let body = line.get(start..)?;
    let end = body.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))?;
    let rest = body.get(end..)?.strip_prefix(':')?;
    let next = rest.chars().next()?;
    (end > 0 && !next.is_whitespace() && !matches!(next, '/' | '\\' | ':')).then(|| inserted(line, start + end + 1, " "))?
}

/// `-item` as `- item`.
fn space_behind_dash(line: &str) -> Option<String> {
    let start = body_start(line);
    let rest = line.get(start..)?.strip_prefix('-')?;
    rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '\'' | '$')).then(|| inserted(line, start + 1, " "))?
}

/// `key value` or a bare `key` with deeper lines below, with its colon.
fn colon_behind_key(lines: &[String], index: usize) -> Option<String> {
    let line = lines.get(index)?;
    let start = body_start(line);
    let body = line.get(start..)?;
    let end = body.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(body.len());
    let (key, rest) = (body.get(..end)?, body.get(end..)?);
    let below = lines.iter().skip(index + 1).find(|line| !is_silent(line)).map_or(0, |line| indent(line));
    let is_header = rest.trim().is_empty() || rest.trim_start().starts_with('#');
    let known = KEYS.contains(&key) || has_sibling_key(lines, index, start);
    let fits = if is_header { !key.is_empty() && (below > indent(line) || known) } else { known && rest.starts_with(' ') };
    fits.then(|| inserted(line, start + end, ":"))?
}

/// Whether the line above or below, at the same column, is a key, or the line above is one that waits for keys.
fn has_sibling_key(lines: &[String], index: usize, column: usize) -> bool {
    let is_key = |line: &String| body_start(line) == column && line.get(column..).and_then(key_end).is_some();
    let above = lines.iter().take(index).rev().find(|line| !is_silent(line));
    let below = lines.iter().skip(index + 1).find(|line| !is_silent(line));
    let waits = above.is_some_and(|line| body_start(line) < column && line.trim_end().ends_with(':'));
    waits || [above, below].into_iter().flatten().any(is_key)
}

/// `if: a == 'b':` without its last colon.
fn without_last_colon(line: &str) -> Option<String> {
    let (_, value) = value_of(line)?;
    let kept = value.strip_suffix(':')?;
    let is_value = kept.ends_with(['\'', '"', ')', '}']) || kept.contains(' ');
    is_value.then(|| line.trim_end().strip_suffix(':').map(str::to_owned))?
}

/// The value in quotes, a comment behind it left alone.
fn quoted_value(line: &str) -> Option<String> {
    let (start, value) = value_of(line)?;
    if opens_block(line) || value.ends_with(':') || is_quoted(value) {
        return None;
    }
    let text = without_comment(value);
    let end = start + text.len();
    Some(format!("{}{}{}", line.get(..start)?, quoted(text), line.get(end..)?))
}

/// Whether a value is one quoted text from end to end.
fn is_quoted(value: &str) -> bool {
    let text = without_comment(value);
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
    let inner = text.get(1..).unwrap_or("");
    inner.find(quote).is_none_or(|end| end + 1 == inner.len())
}

fn without_comment(value: &str) -> &str {
    value.find(" #").map_or(value, |comment| value.get(..comment).unwrap_or(value)).trim_end()
}

/// A text in the quotes that need the least escaping.
pub(super) fn quoted(text: &str) -> String {
    if text.contains('\'') && !text.contains(['"', '\\']) { format!("\"{text}\"") } else { format!("'{}'", text.replace('\'', "''")) }
}

/// `[a, ${{ b }}]` with the expression in quotes.
fn quoted_items(line: &str) -> Option<String> {
    let (start, value) = value_of(line)?;
    if !value.starts_with(['[', '{']) || value.starts_with("{{") || !value.contains("${{") {
        return None;
    }
    let mut out = line.get(..start)?.to_owned();
    let mut rest = line.get(start..)?;
    while let Some(found) = rest.find("${{") {
        // The item runs from the last separator to the next one behind the expression.
        let item = rest.get(..found)?.rfind([',', '[', '{', ' ']).map_or(0, |at| at + 1);
        let close = found + rest.get(found..)?.find("}}")? + 2;
        let end = close + rest.get(close..)?.find([',', ']', '}', ' ']).unwrap_or(rest.len() - close);
        let text = rest.get(item..end)?;
        out.push_str(rest.get(..item)?);
        if text.starts_with(['"', '\'']) {
            out.push_str(text)
        } else {
            out.push_str(&quoted(text))
        }
        rest = rest.get(end..)?;
    }
    out.push_str(rest);
    Some(out)
}

/// The line with its open quote or bracket closed: at the end, before a comment, or before the next comma or bracket.
fn closed(line: &str) -> Vec<String> {
    let Some((start, value)) = value_of(line) else { return Vec::new() };
    let whole = start + value.len();
    let before_comment = start + without_comment(value).len();
    let mut places = vec![whole, before_comment];
    let Some(missing) = missing_close(value) else { return Vec::new() };
    if matches!(missing, '"' | '\'') && value.starts_with(['[', '{']) {
        let last = start + value.rfind(missing).unwrap_or(0) + 1;
        let next = line.get(last..).and_then(|rest| rest.find([',', ']', '}']));
        places = next.map(|next| last + next).into_iter().collect();
    }
    places.dedup();
    places.iter().filter_map(|place| inserted(line, *place, &missing.to_string())).collect()
}

/// The character that a value lacks at its end.
fn missing_close(value: &str) -> Option<char> {
    let first = value.chars().next()?;
    if matches!(first, '"' | '\'') {
        return (value.matches(first).count() % 2 == 1).then_some(first);
    }
    let close = match first {
        '[' => ']',
        '{' => '}',
        _ => return None,
    };
    let quote = ['"', '\''].into_iter().find(|quote| value.matches(*quote).count() % 2 == 1);
    quote.or_else(|| (value.matches(first).count() > value.matches(close).count()).then_some(close))
}

/// `on: push` with deeper keys below it: `push` becomes a key of its own line, above them.
fn nested(lines: &[String], index: usize) -> Option<Candidate> {
    let line = lines.get(index)?;
    let (start, value) = value_of(line)?;
    let text = without_comment(value);
    let own = body_start(line);
    let word = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let below = lines.iter().skip(index + 1).find(|line| !is_silent(line))?;
    if !word || key_end(line.get(own..)?).is_none() || indent(below) <= own {
        return None;
    }
    let step = indent(below) - own;
    let end = super::lines::run_end(lines, index + 1, own + 1);
    let rest = line.get(start + text.len()..)?;
    let mut changed = vec![(index, format!("{}\n{}{text}:{rest}", line.get(..start)?.trim_end(), " ".repeat(own + step)))];
    for (below, line) in lines.iter().enumerate().take(end).skip(index + 1) {
        if !line.trim().is_empty() {
            changed.push((below, format!("{}{line}", " ".repeat(step))));
        }
    }
    Some(Candidate { kind: Kind::Nest, lines: changed, what: format!("gives `{text}` its own line below line {}", index + 1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(line: &str) -> Vec<String> {
        candidates(&[line.to_owned()], 0).into_iter().map(|candidate| candidate.lines[0].1.clone()).collect()
    }

    #[test]
    fn each_fault_has_its_rewrite() {
        for (line, right) in [
            ("  run:make", "  run: make"),
            ("  -uses: x", "  - uses: x"),
            ("runs-on ubuntu", "runs-on: ubuntu"),
            ("  if: a == 'b':", "  if: a == 'b'"),
            ("title: a: b  # c", "title: 'a: b'  # c"),
            ("- *", "- '*'"),
            ("name: [x] y", "name: '[x] y'"),
            ("run: vm 'a: b'", "run: \"vm 'a: b'\""),
            ("runs-on: [a, ${{ b.c }}]", "runs-on: [a, '${{ b.c }}']"),
            ("name: \"a", "name: \"a\""),
            ("x: [a, b", "x: [a, b]"),
            ("x: ['a, b]", "x: ['a', b]"),
        ] {
            assert!(made(line).contains(&right.to_owned()), "{line}: {:?}", made(line));
        }
    }

    #[test]
    fn sound_quotes_are_left_alone() {
        assert!(made("name: 'it''s'").is_empty() || !made("name: 'it''s'").contains(&"name: '''it''''s'''".to_owned()));
        assert!(made("run: |").is_empty());
        assert!(!made("url:https://x").contains(&"url: https://x".to_owned()) || made("url:https://x").len() < 3);
    }
}
