//! Turns the text of `case.log` into a case, strictly: what is not understood is an error with its line.
//!
//! Lines that begin with `#!` stand first and say what is expected; `#> cause` stands above the line that is the cause; `#^ name: value`
//! stands below the line that holds a capture; `#:` begins a comment. `#= ` stands before a line of the log that begins with one of
//! these. Every other line is a line of the log.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IntoDeserializer as _;

use super::{Case, Expected, ExpectedCause, ExpectedFailure};
use crate::remedy::Verdict;
use crate::rules::Category;
use crate::text::{LineNumber, RepoPath};

/// The first line of every case.
pub(super) const FIRST: &str = "#! gh-autoheal case 1";

/// The keys of the header.
const KEYS: &str = "rule, category, verdict, fingerprint, workflow, noted";

/// Why a text is no case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {message}")]
pub struct CaseError {
    /// The line of `case.log`, from 1.
    pub line: LineNumber,
    /// What was found and what was expected.
    pub message: String,
}

/// Whether a text is a case: its first line says so.
pub fn is_case(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    text.starts_with(b"#! gh-autoheal case")
}

/// Reads a case.
///
/// # Errors
/// At the first line that is not understood, or when the header and the marks do not make a whole.
pub fn parse(text: &str) -> Result<Case, CaseError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        reader.line(index, line)?;
    }
    reader.finish(text.lines().count())
}

/// What has been read.
#[derive(Debug, Default)]
struct Reader {
    header: BTreeMap<&'static str, (usize, String)>,
    has_first: bool,
    in_body: bool,
    comments: Vec<String>,
    log: String,
    /// Lines of the log so far.
    lines: usize,
    /// A mark whose line has not come yet: where the mark stands.
    open_mark: Option<usize>,
    /// The marked line of the log, from 0.
    cause: Option<usize>,
    captures: BTreeMap<String, String>,
    first_capture: Option<usize>,
}

impl Reader {
    fn line(&mut self, index: usize, line: &str) -> Result<(), CaseError> {
        if !self.has_first {
            self.has_first = line == FIRST;
            return if self.has_first { Ok(()) } else { Err(wrong(index, format!("a case begins with the line `{FIRST}`"))) };
        }
        let Some(rest) = line.strip_prefix('#') else { return self.log_line(line) };
        match rest.chars().next() {
            Some('!') => self.header_line(index, rest.get(1..).unwrap_or_default()),
            Some(':') => {
                self.comments.push(rest.get(1..).unwrap_or_default().trim().to_owned());
                Ok(())
            }
            Some('>') => self.mark(index, rest.get(1..).unwrap_or_default().trim()),
            Some('^') => self.capture(index, rest.get(1..).unwrap_or_default()),
            Some('=') => self.log_line(rest.strip_prefix("= ").unwrap_or_else(|| rest.get(1..).unwrap_or_default())),
            _ => self.log_line(line),
        }
    }

    fn log_line(&mut self, line: &str) -> Result<(), CaseError> {
        self.in_body = true;
        if self.open_mark.take().is_some() {
            self.cause = Some(self.lines);
        }
        self.log.push_str(line);
        self.log.push('\n');
        self.lines += 1;
        Ok(())
    }

    fn header_line(&mut self, index: usize, rest: &str) -> Result<(), CaseError> {
        if self.in_body {
            return Err(wrong(index, "`#!` belongs above the log; write `#= ` before a line of the log that begins so".to_owned()));
        }
        let Some((key, value)) = rest.split_once(':') else {
            return Err(wrong(index, format!("expected `#! key: value`, with one of the keys {KEYS}")));
        };
        let (key, value) = (key.trim(), value.trim());
        let Some(known) = KEYS.split(", ").find(|known| *known == key) else {
            return Err(wrong(index, format!("there is no key `{}`; the keys are {KEYS}", key.escape_debug())));
        };
        if value.is_empty() {
            return Err(wrong(index, format!("`{known}` has no value")));
        }
        match self.header.insert(known, (index, value.to_owned())) {
            None => Ok(()),
            Some((first, _)) => Err(wrong(index, format!("`{known}` stands in line {} already", first + 1))),
        }
    }

    fn mark(&mut self, index: usize, rest: &str) -> Result<(), CaseError> {
        if rest != "cause" {
            return Err(wrong(index, "expected `#> cause` above the line that is the cause".to_owned()));
        }
        if self.cause.is_some() || self.open_mark.is_some() {
            return Err(wrong(index, "there is a cause already; a case has one".to_owned()));
        }
        self.open_mark = Some(index);
        Ok(())
    }

    fn capture(&mut self, index: usize, rest: &str) -> Result<(), CaseError> {
        let Some((name, value)) = rest.split_once(':') else {
            return Err(wrong(index, "expected `#^ name: value` for what a rule captures".to_owned()));
        };
        let (name, value) = (name.trim(), value.strip_prefix(' ').unwrap_or(value));
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(wrong(index, "a capture's name has letters, digits and `_`".to_owned()));
        }
        let value = match value.starts_with('"') {
            true => {
                serde_json::from_str(value).map_err(|_| wrong(index, "a value that begins with a quote is a JSON string".to_owned()))?
            }
            false => value.to_owned(),
        };
        self.first_capture.get_or_insert(index);
        match self.captures.insert(name.to_owned(), value) {
            None => Ok(()),
            Some(_) => Err(wrong(index, format!("`{name}` is captured already"))),
        }
    }

    fn finish(mut self, length: usize) -> Result<Case, CaseError> {
        if !self.has_first {
            return Err(wrong(0, format!("a case begins with the line `{FIRST}`")));
        }
        if let Some(mark) = self.open_mark {
            return Err(wrong(mark, "no line of the log follows this mark".to_owned()));
        }
        let workflow = self.take("workflow", |text| RepoPath::new(text).map_err(|error| error.to_string()))?;
        let expected = self.expected(length)?;
        Ok(Case { expected, workflow, comments: self.comments, log: self.log })
    }

    fn expected(&mut self, length: usize) -> Result<Expected, CaseError> {
        let Some((at, verdict)) = self.header.remove("verdict") else {
            return Err(wrong(length.min(1), format!("the header lacks `#! verdict: …`: {}", verdicts())));
        };
        if verdict == "none" {
            return self.nothing();
        }
        let verdict = word::<Verdict>(&verdict).ok_or_else(|| wrong(at, format!("`{verdict}` is no verdict: {}", verdicts())))?;
        let rule = self.header.remove("rule").map(|(_, rule)| rule).filter(|rule| rule != "none");
        if rule.is_none() != (verdict == Verdict::Unexplained) {
            return Err(wrong(at, "a failure has a rule, or the verdict `unexplained` and the rule `none`".to_owned()));
        }
        let category = self.take("category", |text| word::<Category>(text).ok_or_else(|| format!("`{text}` is no category")))?;
        let Some(category) = category else { return Err(wrong(at, "the header lacks `#! category: …`".to_owned())) };
        let fingerprint = self.take("fingerprint", |text| {
            let sound = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            if sound { Ok(text.to_owned()) } else { Err("a fingerprint has 16 hexadecimal digits".to_owned()) }
        })?;
        let cause = match (self.cause, self.header.remove("noted")) {
            (Some(_), Some((noted, _))) => {
                return Err(wrong(noted, "a cause is marked in the log, or noted outside it, not both".to_owned()));
            }
            (Some(line), None) => Some(ExpectedCause::Line(LineNumber::from_index(line))),
            (None, Some((_, text))) => Some(ExpectedCause::Noted(text)),
            (None, None) if rule.is_some() => return Err(wrong(at, "no line is marked with `#> cause`".to_owned())),
            (None, None) => None,
        };
        let captures = std::mem::take(&mut self.captures);
        Ok(Expected::Failure(ExpectedFailure { rule, category, verdict, fingerprint, cause, captures }))
    }

    fn nothing(&self) -> Result<Expected, CaseError> {
        let odd = self.header.values().map(|(line, _)| *line).chain(self.first_capture).min();
        match odd {
            Some(line) => Err(wrong(line, "with `verdict: none` nothing else is expected".to_owned())),
            None if self.cause.is_some() => Err(wrong(0, "with `verdict: none` no line is the cause".to_owned())),
            None => Ok(Expected::Nothing),
        }
    }

    fn take<T>(&mut self, key: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Result<Option<T>, CaseError> {
        let Some((line, value)) = self.header.remove(key) else { return Ok(None) };
        read(&value).map(Some).map_err(|message| wrong(line, message))
    }
}

fn verdicts() -> &'static str {
    "healable, advice, transient, unexplained, or none for a log of which nothing failed"
}

/// The value that a fixed word stands for.
fn word<'de, T: Deserialize<'de>>(text: &'de str) -> Option<T> {
    let deserializer: serde::de::value::StrDeserializer<'de, serde::de::value::Error> = text.into_deserializer();
    T::deserialize(deserializer).ok()
}

fn wrong(index: usize, message: String) -> CaseError {
    CaseError { line: LineNumber::from_index(index), message }
}
