//! Knows which bytes of the file each byte of a scalar's value was read from.

use crate::text::ByteSpan;
use crate::workflow::{Document, Node, ScalarStyle};

/// A scalar's value and where its bytes are written.
#[derive(Debug, Clone)]
pub struct Written {
    /// For each byte of the value its offset in the file, and one more for the end.
    offsets: Vec<usize>,
    style: ScalarStyle,
}

impl Written {
    /// Follows the value through quotes, escapes, folds and indentation; nothing for what is no scalar, or was read in a way that
    /// cannot be followed.
    pub fn new(document: &Document, node: &Node) -> Option<Self> {
        let (value, style) = (node.as_str()?, node.style()?);
        let source = document.slice(node.span);
        let (first, last) = match style {
            ScalarStyle::Plain => (0, source.len()),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => (1, source.len().saturating_sub(1).max(1)),
            ScalarStyle::Literal | ScalarStyle::Folded => (source.find('\n').map_or(source.len(), |newline| newline + 1), source.len()),
        };
        let body = source.get(first..last)?;
        let base = node.span.start + first;
        let mut offsets = aligned(value, body, style)?;
        offsets.iter_mut().for_each(|offset| *offset += base);
        Some(Self { offsets, style })
    }

    /// Where the bytes `start..end` of the value are written.
    pub fn span(&self, start: usize, end: usize) -> Option<ByteSpan> {
        let from = *self.offsets.get(start)?;
        // The end is behind the last byte, not before the next: escapes and folds may stand between.
        let to = if end > start { self.offsets.get(end - 1)? + 1 } else { from };
        let next = *self.offsets.get(end)?;
        let widened = matches!(self.style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) && next.saturating_sub(to) < 8;
        Some(ByteSpan::new(from, if widened && end > start { next.max(to) } else { to.max(from) }))
    }

    /// `text` as it must be written at this place.
    pub fn encoded(&self, text: &str) -> String {
        match self.style {
            ScalarStyle::SingleQuoted => text.replace('\'', "''"),
            ScalarStyle::DoubleQuoted => text.replace('\\', "\\\\").replace('"', "\\\""),
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => text.to_owned(),
        }
    }
}

/// Walks value and source together: runs of white space stand for each other, an escape for what it means.
fn aligned(value: &str, source: &str, style: ScalarStyle) -> Option<Vec<usize>> {
    let (value, source) = (value.as_bytes(), source.as_bytes());
    let mut offsets = Vec::with_capacity(value.len() + 1);
    let mut at = 0;
    let mut index = 0;
    while let Some(byte) = value.get(index) {
        if byte.is_ascii_whitespace() && source.get(at).is_none_or(u8::is_ascii_whitespace) {
            let run = |bytes: &[u8], from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_whitespace()).count();
            let (here, there) = (run(value, index), run(source, at));
            for step in 0..here {
                offsets.push(at + there.saturating_sub(here - step));
            }
            (index, at) = (index + here, at + there);
            continue;
        }
        // White space that folding took away, and the joint of a double-quoted text.
        while source.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        let (meant, length) = match (style, source.get(at)?) {
            (ScalarStyle::SingleQuoted, b'\'') => (vec![b'\''], 2),
            (ScalarStyle::DoubleQuoted, b'\\') => escape(source.get(at + 1..)?)?,
            (_, byte) => (vec![*byte], 1),
        };
        if meant.is_empty() {
            at += length;
            continue;
        }
        if value.get(index..index + meant.len())? != meant.as_slice() {
            return None;
        }
        offsets.extend(std::iter::repeat_n(at, meant.len()));
        (index, at) = (index + meant.len(), at + length);
    }
    offsets.push(at);
    Some(offsets)
}

/// What a backslash and the bytes behind it mean, and how long they are together.
fn escape(behind: &[u8]) -> Option<(Vec<u8>, usize)> {
    let plain = |byte: u8| Some((vec![byte], 2));
    match behind.first()? {
        b'n' => plain(b'\n'),
        b't' | b'\t' => plain(b'\t'),
        b'r' => plain(b'\r'),
        b'0' => plain(0),
        b'e' => plain(0x1b),
        byte @ (b'"' | b'\\' | b'/' | b' ') => plain(*byte),
        b'\n' | b'\r' => Some((Vec::new(), 2)),
        b'x' => unicode(behind, 2),
        b'u' => unicode(behind, 4),
        b'U' => unicode(behind, 8),
        _ => None,
    }
}

fn unicode(behind: &[u8], digits: usize) -> Option<(Vec<u8>, usize)> {
    let text = std::str::from_utf8(behind.get(1..=digits)?).ok()?;
    let character = char::from_u32(u32::from_str_radix(text, 16).ok()?)?;
    Some((character.to_string().into_bytes(), digits + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `part` of the value under `k` is written as.
    fn written(text: &str, part: &str) -> Option<String> {
        let document = Document::parse(text).expect("parses");
        let node = document.root.as_ref()?.get("k")?;
        let at = node.as_str()?.find(part)?;
        let span = Written::new(&document, node)?.span(at, at + part.len())?;
        Some(document.slice(span).to_owned())
    }

    #[test]
    fn every_style_is_followed() {
        assert_eq!(written("k: a == 'x' && b\n", "'x'").as_deref(), Some("'x'"));
        assert_eq!(written("k: 'a == ''x'' && b'\n", "'x'").as_deref(), Some("''x''"));
        assert_eq!(written("k: \"a == \\\"x\\\" && b\"\n", "\"x\"").as_deref(), Some("\\\"x\\\""));
        assert_eq!(written("k: |\n  one\n    ${{ x }}\n  two\n", "x }}").as_deref(), Some("x }}"));
        assert_eq!(written("k: >-\n  one\n  two ${{ x }}\n", "${{ x").as_deref(), Some("${{ x"));
        assert_eq!(written("k: one\n  two ${{ x }}\n", "${{ x").as_deref(), Some("${{ x"));
        assert_eq!(written("k: \"ü\\n${{ x }}\"\r\n", "${{ x").as_deref(), Some("${{ x"));
        assert_eq!(written("k: \"\\u00fc ${{ x }}\"\n", "${{ x").as_deref(), Some("${{ x"));
    }
}
