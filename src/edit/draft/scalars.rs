//! Turns another value of a scalar into a splice that keeps its quotes.

use serde_yaml::Value;

use super::Draft;
use crate::edit::Refusal;
use crate::edit::layout;
use crate::edit::write::{self, Around};
use crate::text::ByteSpan;
use crate::workflow::{Node, Route, ScalarStyle};

impl Draft<'_> {
    /// Gives the scalar at `route` another value; one in quotes stays in its quotes, and so is a text.
    pub(in crate::edit) fn set(&mut self, route: &Route, value: Value) -> Result<(), Refusal> {
        let node = self.own(route)?;
        let (text, value) = self.in_style(route, node, value)?;
        let source = self.source();
        if source.get(node.span.range()) == Some(text.as_str()) {
            return Ok(());
        }
        let stuck = node.span.is_empty() && source.get(..node.span.start).is_some_and(|before| before.ends_with(':'));
        let text = if stuck { format!(" {text}") } else { text };
        self.splice(node.span, &text);
        self.intend(route, value);
        Ok(())
    }

    /// Brings the version in the comment behind a pin up to date: `# v4.1.1`. Without such a comment nothing happens.
    pub(in crate::edit) fn version_comment(&mut self, route: &Route, version: &str) {
        let source = self.source();
        let Some(end) = self.document.get(route).map(|node| node.span.end) else { return };
        let line = source.get(end..layout::line_end(source, end)).unwrap_or("");
        let Some(mark) = line.find('#').filter(|mark| line.get(..*mark).is_some_and(|blank| blank.trim().is_empty())) else { return };
        let comment = line.get(mark + 1..).unwrap_or("");
        let word = comment.trim_start();
        let start = end + mark + 1 + (comment.len() - word.len());
        let word = word.split_whitespace().next().unwrap_or("");
        let digits = word.strip_prefix('v').unwrap_or(word);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            let version = if word.starts_with('v') { version } else { version.trim_start_matches('v') };
            self.splice(ByteSpan::new(start, start + word.len()), version);
        }
    }

    fn in_style(&self, route: &Route, node: &Node, value: Value) -> Result<(String, Value), Refusal> {
        let source = self.source().get(node.span.range()).unwrap_or("");
        let Some(style) = node.style() else { return Err(Refusal::DoesNotFit(format!("`{route}` is no single word"))) };
        if node.tag.is_some() {
            return Err(Refusal::DoesNotFit(format!("`{route}` has a tag")));
        }
        if source.contains('\n') || matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return Err(Refusal::DoesNotFit(format!("`{route}` stands on several lines")));
        }
        let around = if self.in_flow(route) { Around::Flow } else { Around::Block };
        let quote = match style {
            ScalarStyle::SingleQuoted => '\'',
            ScalarStyle::DoubleQuoted => '"',
            _ => return Ok((write::scalar(&value, around, &self.habits)?, value)),
        };
        let text = match value {
            Value::String(text) => text,
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => number.to_string(),
            _ => return Err(Refusal::DoesNotFit(format!("`{route}` is a text in quotes"))),
        };
        let control = text.chars().any(char::is_control);
        let written = if quote == '"' || control { write::double_quoted(&text) } else { write::quoted(&text, '\'') };
        Ok((written, Value::String(text)))
    }

    /// Writes the scalar at `route`, which reads as a number, as the very text that stands there: `3.10` becomes `'3.10'`.
    pub(in crate::edit) fn quote(&mut self, route: &Route) -> Result<(), Refusal> {
        let node = self.own(route)?;
        let text = self.source().get(node.span.range()).unwrap_or("");
        if node.style() != Some(ScalarStyle::Plain) || node.tag.is_some() || text.contains('\n') || text.is_empty() {
            return Err(Refusal::AlreadySo(format!("`{route}` in quotes")));
        }
        let written = write::quoted(text, self.habits.quote);
        self.splice(node.span, &written);
        self.intend(route, Value::String(text.to_owned()));
        Ok(())
    }
}
