//! Turns foreign text into short, safe, single lines.

use unicode_width::UnicodeWidthChar as _;

use crate::text::Redacted;

/// No line of a report shows more bytes of one log line than this: longer ones are bundles and data, not messages.
pub const LONGEST: usize = 16 << 10;

/// Safe text of at most [`LONGEST`] bytes; what is cut shows as `…`.
pub fn bounded(text: &str) -> Redacted {
    if text.len() <= LONGEST {
        return Redacted::new(text);
    }
    // A secret that the cut splits is no longer recognised, so the look goes further than what is kept.
    let safe = Redacted::new(head(text, LONGEST * 2));
    Redacted::new(&format!("{}…", head(safe.as_str(), LONGEST)))
}

/// Safe text on one line: line ends and tabs become spaces.
pub fn one_line(text: &str) -> String {
    bounded(text).as_str().split(['\n', '\t']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Safe text of a log's line for a terminal: tabs reach the next multiple of eight columns, as a terminal does.
pub fn log_line(text: &str) -> String {
    let safe = bounded(text);
    let mut out = String::with_capacity(safe.as_str().len());
    let mut column = 0;
    for character in safe.as_str().chars() {
        match character {
            '\t' => {
                let stop = 8 - column % 8;
                out.extend(std::iter::repeat_n(' ', stop));
                column += stop;
            }
            '\n' => out.push(' '),
            other => {
                column += other.width().unwrap_or(0);
                out.push(other);
            }
        }
    }
    out
}

/// `text` in at most `columns` columns; what is cut shows as `…`.
pub fn cut(text: &str, columns: usize) -> String {
    if unicode_width::UnicodeWidthStr::width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > columns {
            break;
        }
        out.push(character);
    }
    out.push('…');
    out
}

/// `text` as one word of a POSIX shell: quoted where it holds anything but plain characters.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,=".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// `1 failure`, `2 failures`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The longest beginning of at most `bytes` bytes that ends at a character.
fn head(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_by_columns_not_by_bytes() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("日本語", 5), "日本…");
    }

    #[test]
    fn shell_words_cannot_break_out() {
        assert_eq!(shell_word("logs/run.zip"), "logs/run.zip");
        assert_eq!(shell_word("a b'; rm x"), r"'a b'\''; rm x'");
    }

    #[test]
    fn a_secret_at_the_cut_does_not_survive() {
        let long = format!("{}{}", "x ".repeat(LONGEST / 2 - 4), format_args!("ghp_{}", "a1".repeat(18)));
        assert!(!bounded(&long).as_str().contains("ghp_"));
    }

    #[test]
    fn tabs_reach_their_stops() {
        assert_eq!(log_line("a\tb"), "a       b");
    }
}
