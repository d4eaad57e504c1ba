//! Turns the first lines of a text into what kind of text it is.

use super::{ArchiveError, SourceKind, lines, stamp};

/// How many bytes are looked at.
const SAMPLE: usize = 64 << 10;

/// Starts of files that people hand in by mistake.
const NOT_TEXT: [&[u8]; 10] =
    [b"\x1f\x8b", b"\x89PNG", b"%PDF", b"\x7fELF", b"MZ\x90", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd"];

/// Whether bytes are a zip archive: they start with an entry, or with the directory of an empty or split archive.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    matches!(bytes, [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..])
}

/// Whether bytes are text that can be read at all.
///
/// # Errors
/// When there is nothing in it, or it is no text.
pub(super) fn check_text(name: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xff | 0xfe);
    if bytes.iter().all(is_blank) {
        return Err(ArchiveError::Empty { name: name.to_owned() });
    }
    let is_binary = match lines::Encoding::of(bytes) {
        lines::Encoding::Utf8 => {
            let lossy = String::from_utf8_lossy(sample);
            let odd = |character: &char| matches!(character, '\0'..='\x06' | '\x0e'..='\x1a' | '\x7f' | '\u{fffd}');
            NOT_TEXT.iter().any(|magic| bytes.starts_with(magic))
                || lossy.chars().filter(odd).count() * 10 > sample.len().min(lossy.chars().count())
        }
        lines::Encoding::Utf16Le | lines::Encoding::Utf16Be => {
            let text = lines::decode(sample);
            let odd = |character: &char| matches!(character, '\0' | '\u{fffd}');
            text.chars().filter(odd).count() * 4 > text.chars().count()
        }
    };
    if is_binary {
        let start = bytes.iter().take(8).map(|byte| byte.escape_ascii().to_string()).collect();
        return Err(ArchiveError::NotText { name: name.to_owned(), start });
    }
    Ok(())
}

/// Tells a raw log, gh's text and an excerpt apart by where their first lines have stamps.
pub(crate) fn text_kind(bytes: &[u8]) -> SourceKind {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let (mut stamped, mut tabbed) = (0_usize, 0_usize);
    lines::for_each(sample, |line| {
        let text = stamp::without_mark(line.text);
        if stamp::split(text).0.is_some() {
            stamped += 1;
        } else if split_columns(text).is_some_and(|(_, _, message)| stamp::split(message).0.is_some()) {
            tabbed += 1;
        }
    });
    match (stamped, tabbed) {
        (0, 0) => SourceKind::Excerpt,
        (stamped, tabbed) if tabbed > stamped => SourceKind::GhLog,
        _ => SourceKind::Log,
    }
}

/// Splits a line of gh's text into job, step and message, at the first two tabs only; tabs in messages are frequent.
pub(crate) fn split_columns(line: &str) -> Option<(&str, &str, &str)> {
    let (job, rest) = line.split_once('\t')?;
    let (step, message) = rest.split_once('\t')?;
    Some((job, step, message))
}
