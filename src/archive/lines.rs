//! Turns a file's bytes into lines of text, each with its place in the bytes.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use crate::text::ByteSpan;

/// How a text is encoded; PowerShell's `>` writes UTF-16 with a byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// One line without its line end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawLine<'a> {
    /// Where it stands in the file's bytes; the line end is not part of it.
    pub(crate) span: ByteSpan,
    /// Its text; bytes that are no text become U+FFFD.
    pub(crate) text: &'a str,
}

/// How many bytes are looked at to tell an encoding.
const SAMPLE: usize = 8 << 10;

impl Encoding {
    /// Tells the encoding by the byte order mark, else by the zeros of ASCII letters in UTF-16.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0xff, 0xfe, ..] => Self::Utf16Le,
            [0xfe, 0xff, ..] => Self::Utf16Be,
            _ => {
                let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
                if memchr(0, sample).is_none() {
                    return Self::Utf8;
                }
                let zeros = |phase: usize| sample.iter().skip(phase).step_by(2).filter(|byte| **byte == 0).count();
                match (zeros(0), zeros(1), sample.len() / 2) {
                    (even, odd, pairs) if odd > pairs / 2 && even < pairs / 8 => Self::Utf16Le,
                    (even, odd, pairs) if even > pairs / 2 && odd < pairs / 8 => Self::Utf16Be,
                    _ => Self::Utf8,
                }
            }
        }
    }

    fn unit(self, pair: &[u8]) -> u16 {
        match (self, pair) {
            (Self::Utf16Be, [high, low]) => u16::from_be_bytes([*high, *low]),
            (_, [low, high]) => u16::from_le_bytes([*low, *high]),
            // Half a unit at the end of a cut file.
            _ => 0xfffd,
        }
    }
}

/// Calls `each` with every line of a file; a line end at the end of the file starts no further line.
pub(crate) fn for_each(bytes: &[u8], mut each: impl FnMut(RawLine<'_>)) {
    match Encoding::of(bytes) {
        Encoding::Utf8 => match str::from_utf8(bytes) {
            Ok(text) => utf8_lines(bytes, |span| {
                if let Some(line) = text.get(span.range()) {
                    each(RawLine { span, text: line });
                }
            }),
            Err(_) => utf8_lines(bytes, |span| {
                let line = String::from_utf8_lossy(bytes.get(span.range()).unwrap_or_default());
                each(RawLine { span, text: &line });
            }),
        },
        encoding => utf16_lines(bytes, encoding, each),
    }
}

/// The whole of a file as text.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match Encoding::of(bytes) {
        Encoding::Utf8 => String::from_utf8_lossy(bytes),
        encoding => {
            Cow::Owned(char::decode_utf16(bytes.chunks(2).map(|pair| encoding.unit(pair))).map(|unit| unit.unwrap_or('\u{fffd}')).collect())
        }
    }
}

fn utf8_lines(bytes: &[u8], mut each: impl FnMut(ByteSpan)) {
    let mut start = 0;
    for end in memchr_iter(b'\n', bytes) {
        each(ByteSpan::new(start, without_returns(bytes, start, end)));
        start = end + 1;
    }
    if start < bytes.len() {
        each(ByteSpan::new(start, without_returns(bytes, start, bytes.len())));
    }
}

/// The end of a line without the carriage returns before its line end.
fn without_returns(bytes: &[u8], start: usize, end: usize) -> usize {
    let line = bytes.get(start..end).unwrap_or_default();
    start + line.iter().rposition(|byte| *byte != b'\r').map_or(0, |last| last + 1)
}

fn utf16_lines(bytes: &[u8], encoding: Encoding, mut each: impl FnMut(RawLine<'_>)) {
    let mut units: Vec<u16> = Vec::new();
    let mut text = String::new();
    let mut start = 0;
    let mut flush = |units: &mut Vec<u16>, start: usize| {
        while units.last() == Some(&u16::from(b'\r')) {
            units.pop();
        }
        text.clear();
        text.extend(char::decode_utf16(units.iter().copied()).map(|unit| unit.unwrap_or('\u{fffd}')));
        let end = (start + units.len() * 2).min(bytes.len());
        units.clear();
        each(RawLine { span: ByteSpan::new(start, end), text: &text });
    };
    for (index, pair) in bytes.chunks(2).enumerate() {
        match encoding.unit(pair) {
            0x0a => {
                flush(&mut units, start);
                start = (index + 1) * 2;
            }
            unit => units.push(unit),
        }
    }
    if start < bytes.len() {
        flush(&mut units, start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
        let mut out = Vec::new();
        for_each(bytes, |line| out.push((line.text.to_owned(), bytes[line.span.range()].to_vec())));
        out
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn lines_end_without_their_line_ends() {
        let texts: Vec<_> = lines(b"a\r\n\nb\rc\r\r\nd").into_iter().map(|line| line.0).collect();
        assert_eq!(texts, ["a", "", "b\rc", "d"]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn utf_16_is_read_in_both_orders_with_and_without_a_mark() {
        for mark in ["\u{feff}", ""] {
            let text = format!("{mark}Aä€🔍\r\nsecond line of it\n");
            for bytes in [utf16(&text, u16::to_le_bytes), utf16(&text, u16::to_be_bytes)] {
                let lines = lines(&bytes);
                assert_eq!(lines.len(), 2, "{mark:?}");
                assert_eq!(lines[0].0, format!("{mark}Aä€🔍"));
                assert_eq!(lines[1].1.len(), "second line of it".len() * 2);
                assert_eq!(decode(&bytes), text);
            }
        }
    }

    #[test]
    fn bytes_that_are_no_text_do_not_stop_the_reading() {
        assert_eq!(lines(b"a\xff\nb").len(), 2);
        assert_eq!(lines(b"\xff\xfea").len(), 1);
    }
}
