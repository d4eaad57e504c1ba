//! Cuts a value into its texts and its expressions.

use std::ops::Range;

/// A piece of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text as it is.
    Text(Range<usize>),
    /// An expression.
    Expression {
        /// With its brackets.
        outer: Range<usize>,
        /// What stands between them.
        inner: Range<usize>,
    },
    /// An expression that is not closed: to the end of the value.
    Unclosed(Range<usize>),
}

/// Whether a value has an expression.
pub fn is_template(value: &str) -> bool {
    value.contains("${{")
}

/// The parts of a value, in order (actions/runner, `TemplateReader.ParseScalar`): `}}` inside of quotes closes nothing.
pub fn parts(value: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(open) = value.get(at..).and_then(|rest| rest.find("${{")).map(|open| at + open) {
        if open > at {
            parts.push(Part::Text(at..open));
        }
        let Some(close) = close(value, open + 3) else {
            parts.push(Part::Unclosed(open..value.len()));
            return parts;
        };
        parts.push(Part::Expression { outer: open..close + 2, inner: open + 3..close });
        at = close + 2;
    }
    if at < value.len() {
        parts.push(Part::Text(at..value.len()));
    }
    parts
}

fn close(value: &str, from: usize) -> Option<usize> {
    let bytes = value.as_bytes();
    let mut quoted = false;
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Enough of a text for a message.
pub(super) fn shortened(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(57).chain("...".chars()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hide_what_would_close() {
        let value = "a ${{ x == '}}' }} b";
        assert_eq!(parts(value), [Part::Text(0..2), Part::Expression { outer: 2..18, inner: 5..16 }, Part::Text(18..20)]);
        assert_eq!(parts("${{ x }"), [Part::Unclosed(0..7)]);
        assert_eq!(parts("plain"), [Part::Text(0..5)]);
        assert!(parts("").is_empty());
    }
}
