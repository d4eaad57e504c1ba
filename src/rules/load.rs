//! Turns a rule file into a rule, strictly: whatever is odd is refused with its place.

use serde::Deserialize as _;

use super::literals::{self, Literal};
use super::{Rule, check};
use crate::text::{LineNumber, Position};

/// Why a rule file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{position}: {message}")]
pub struct InvalidRule {
    /// The file.
    pub file: String,
    /// Where in it.
    pub position: Position,
    /// What was found and what was expected.
    pub message: String,
}

impl InvalidRule {
    /// An error about a file as a whole.
    pub(super) fn at_top(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), position: Position { line: LineNumber::FIRST, column: 1 }, message: message.into() }
    }
}

/// Reads a rule's text without looking at what it says.
///
/// # Errors
/// When it is no YAML, lacks a key or holds one that nobody knows.
pub(super) fn read(id: &str, text: &str) -> Result<Rule, serde_yaml::Error> {
    let mut rule = Rule::deserialize(serde_yaml::Deserializer::from_str(text))?;
    id.clone_into(&mut rule.id);
    Ok(rule)
}

/// Reads a rule file named `file` and checks all that it says, patterns included; returns for each pattern the texts of which one
/// must occur.
///
/// # Errors
/// Everything that is wrong with it.
pub fn rule(file: &str, text: &str) -> Result<(Rule, Vec<Vec<Literal>>), Vec<InvalidRule>> {
    let id = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let id = id.strip_suffix(".yml").or_else(|| id.strip_suffix(".yaml")).unwrap_or(id);
    let rule = read(id, text).map_err(|error| vec![not_read(file, &error)])?;
    let mut wrong = check::rule(file, text, &rule);
    let mut sets = Vec::new();
    for pattern in &rule.detect.line.0 {
        match literals::required(pattern) {
            Ok(set) => sets.push(set),
            // An invalid pattern is reported by the check above.
            Err(message) if super::pattern::compile(pattern).is_ok() => {
                wrong.push(check::at(file, text, &["detect", "line"], pattern, message))
            }
            Err(_) => {}
        }
    }
    if wrong.is_empty() { Ok((rule, sets)) } else { Err(wrong) }
}

fn not_read(file: &str, error: &serde_yaml::Error) -> InvalidRule {
    let position = error.location().map_or(Position { line: LineNumber::FIRST, column: 1 }, |location| Position {
        line: LineNumber::new(u32::try_from(location.line()).unwrap_or(1)),
        column: u32::try_from(location.column()).unwrap_or(1),
    });
    let message = error.to_string();
    // The position stands in front already.
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    InvalidRule { file: file.to_owned(), position, message: message.to_owned() }
}
