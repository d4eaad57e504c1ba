//! Turns a message into clean text: no terminal sequence, of a progress line only what was left standing.

use memchr::{memchr, memrchr};

const ESC: u8 = 0x1b;

/// Appends the clean text of a message.
pub(super) fn push(out: &mut String, message: &str) {
    let message = last_shown(message);
    // Most lines have neither; two quick looks decide.
    let (mut from, bytes) = (0, message.as_bytes());
    while let Some(found) = next_sequence(bytes, from) {
        let end = sequence_end(bytes, found);
        out.push_str(message.get(from..found).unwrap_or_default());
        from = match end {
            Some(end) => end,
            None if bytes.get(found) == Some(&ESC) => found + 1,
            None => {
                // A caret that starts nothing is text.
                out.push('^');
                found + 1
            }
        };
    }
    out.push_str(message.get(from..).unwrap_or_default());
}

/// Whether a message starts in the colour in which the runner echoes scripts, raw or as carets.
pub(super) fn is_script_colour(message: &str) -> bool {
    message.starts_with("\u{1b}[36;1m") || message.starts_with("^[[36;1m")
}

/// What a terminal shows of a line that a progress bar has written over: the last part that is not blank.
fn last_shown(message: &str) -> &str {
    let bytes = message.as_bytes();
    if memchr(b'\r', bytes).is_none() {
        return message;
    }
    let mut end = bytes.len();
    while let Some(at) = memrchr(b'\r', bytes.get(..end).unwrap_or_default()) {
        let part = message.get(at + 1..end).unwrap_or_default();
        if !is_blank(part) {
            return part;
        }
        end = at;
    }
    message.get(..end).unwrap_or_default()
}

fn is_blank(part: &str) -> bool {
    let mut shown = String::new();
    if memchr(ESC, part.as_bytes()).is_some() {
        push(&mut shown, part);
        return shown.trim().is_empty();
    }
    part.trim().is_empty()
}

/// Where the next terminal sequence may start: an escape character, or the caret text of one.
fn next_sequence(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let escape = memchr(ESC, rest);
    let before = rest.get(..escape.unwrap_or(rest.len()))?;
    let mut start = 0;
    while let Some(at) = memchr(b'^', before.get(start..)?) {
        let at = start + at;
        if matches!(before.get(at + 1..at + 3), Some(b"[[" | b"[]")) {
            return Some(from + at);
        }
        start = at + 1;
    }
    escape.map(|at| from + at)
}

/// Where the sequence that starts at `start` ends; none where it is none.
fn sequence_end(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start) == Some(&b'^') {
        return caret_end(bytes, start + 2);
    }
    match bytes.get(start + 1)? {
        b'[' => control_end(bytes, start + 2),
        b']' | b'P' | b'X' | b'^' | b'_' => string_end(bytes, start + 2, &[b"\x07", b"\x1b\\"]).or(Some(start + 2)),
        b' '..=b'/' => {
            let last = (start + 2..bytes.len()).find(|at| !matches!(bytes.get(*at), Some(b' '..=b'/')))?;
            Some(last + usize::from(bytes.get(last).is_some_and(u8::is_ascii)))
        }
        other if other.is_ascii() => Some(start + 2),
        _ => Some(start + 1),
    }
}

/// The end of a control sequence whose parameters start at `at`.
fn control_end(bytes: &[u8], at: usize) -> Option<usize> {
    let last = (at..bytes.len()).find(|at| !matches!(bytes.get(*at), Some(b' '..=b'?'))).unwrap_or(bytes.len());
    Some(last + usize::from(matches!(bytes.get(last), Some(b'@'..=b'~'))))
}

/// The end of a string that one of `ends` closes; none where nothing does: an open string must not hide the rest of a line.
fn string_end(bytes: &[u8], at: usize, ends: &[&[u8]]) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let found = ends.iter().filter_map(|end| Some((memchr::memmem::find(rest, end)?, end.len()))).min()?;
    Some(at + found.0 + found.1)
}

/// The end of a sequence written as caret text, which pagers do; none where it is rather a pattern such as `^[[:alpha:]]`.
fn caret_end(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) == Some(&b']') {
        return string_end(bytes, at + 1, &[b"^G", b"^[\\"]);
    }
    let parameters = at + 1;
    let last = (parameters..bytes.len()).find(|at| !matches!(bytes.get(*at), Some(b'0'..=b'9' | b';' | b'?')))?;
    let is_end = match bytes.get(last)? {
        b'm' | b'K' => true,
        b'A'..=b'H' | b'J' | b'S' | b'T' | b'h' | b'l' => last > parameters,
        _ => false,
    };
    is_end.then_some(last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(message: &str) -> String {
        let mut out = String::new();
        push(&mut out, message);
        out
    }

    #[test]
    fn terminal_sequences_go_and_text_stays() {
        assert_eq!(clean("\u{1b}[36;1mnpm ci\u{1b}[0m"), "npm ci");
        assert_eq!(clean("^[[36;1mnpm ci^[[0m"), "npm ci");
        assert_eq!(clean("a\u{1b}]0;title\u{7}b\u{1b}]8;;https://x\u{1b}\\c"), "abc");
        assert_eq!(clean("ok\u{1b}(B\u{1b}[m"), "ok");
        assert_eq!(clean("^]0;x x^y"), "^]0;x x^y");
        assert_eq!(clean("^[]8;;https://x^Glink^[]8;;^G"), "link");
        assert_eq!(clean("é\u{1b}[Kü\u{1b}"), "éü");
    }

    #[test]
    fn what_only_resembles_a_sequence_stays() {
        for text in ["^[[:alpha:]]", "^[[A-Z]+$", "    ^^^^", "x^[[", "^[["] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn an_open_sequence_hides_nothing() {
        assert_eq!(clean("\u{1b}]0;evil error"), "0;evil error");
        assert_eq!(clean("\u{1b}[\u{1b}[31merror"), "error");
        assert_eq!(clean("\u{1b}ü"), "ü");
    }

    #[test]
    fn of_a_progress_line_the_last_part_is_left() {
        assert_eq!(clean(" 10%\r 50%\r100% done"), "100% done");
        assert_eq!(clean("100% done\r   \r\u{1b}[K"), "100% done");
        assert_eq!(clean("\r\r"), "");
    }
}
