//! Turns the head of a log line into its time stamp and the message behind it.

use crate::text::Timestamp;

/// What a byte order mark becomes when UTF-8 is read as Latin-1, code page 437 or 850, and written back.
const BROKEN_MARKS: [&str; 4] = ["\u{feff}", "\u{ef}\u{bb}\u{bf}", "∩╗┐", "´╗┐"];

/// How many foreign characters may stand before a stamp: the remains of two byte order marks.
const MAX_REMAINS: usize = 6;

/// Splits a line into its stamp and its message; byte order marks before either, whole or broken by a code page, are dropped.
///
/// A stamp is the .NET round-trip form `2026-08-17T13:15:44.1234567Z` and one blank (actions/runner).
pub(crate) fn split(line: &str) -> (Option<Timestamp>, &str) {
    let found = match line.as_bytes().first() {
        None => return (None, line),
        Some(first) if first.is_ascii_digit() => at_start(line),
        Some(first) if !first.is_ascii() || *first == b'?' => behind_mark(line),
        Some(_) => None,
    };
    match found {
        Some((stamp, message)) => (Some(stamp), without_mark(message)),
        None => (None, without_mark(line)),
    }
}

/// The text behind the byte order marks that it starts with.
pub(crate) fn without_mark(text: &str) -> &str {
    let mut rest = text;
    while !rest.as_bytes().first().is_none_or(u8::is_ascii) {
        let Some(next) = BROKEN_MARKS.iter().find_map(|mark| rest.strip_prefix(mark)) else { break };
        rest = next;
    }
    rest
}

/// A stamp behind what a code page made of a byte order mark: `∩╗┐2026-…`, `??2026-…`; `锘?026-…` has lost its first digit.
fn behind_mark(line: &str) -> Option<(Timestamp, &str)> {
    for (offset, character) in line.char_indices().take(MAX_REMAINS) {
        let rest = line.get(offset..)?;
        if character.is_ascii_digit() {
            return at_start(rest).or_else(|| without_first_digit(rest));
        }
        if character.is_ascii() && character != '?' {
            return None;
        }
    }
    None
}

fn without_first_digit(rest: &str) -> Option<(Timestamp, &str)> {
    let (stamp, length) = parse(rest.as_bytes(), Year::WithoutMillennium)?;
    Some((stamp, behind(rest, length)?))
}

fn at_start(line: &str) -> Option<(Timestamp, &str)> {
    let (stamp, length) = parse(line.as_bytes(), Year::Whole)?;
    Some((stamp, behind(line, length)?))
}

/// The message behind a stamp of `length` bytes: one blank belongs to the stamp.
fn behind(line: &str, length: usize) -> Option<&str> {
    let rest = line.get(length..)?;
    match rest.as_bytes().first() {
        None => Some(rest),
        Some(b' ') => rest.get(1..),
        // A stamp runs into its message only where something ate the blank.
        Some(byte) if byte.is_ascii_alphanumeric() => None,
        Some(_) => Some(rest),
    }
}

/// Whether all four digits of the year are there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Year {
    Whole,
    WithoutMillennium,
}

/// Reads `2026-08-17T13:15:44.1234567Z` at the start of `bytes`: the point in time, and how many bytes it takes.
fn parse(bytes: &[u8], year: Year) -> Option<(Timestamp, usize)> {
    let mut reader = Digits { bytes, at: 0 };
    let year = match year {
        Year::Whole => reader.number(4)?,
        Year::WithoutMillennium => 2000 + reader.number(3)?,
    };
    reader.expect(b'-')?;
    let month = reader.number(2)?;
    reader.expect(b'-')?;
    let day = reader.number(2)?;
    reader.expect(b'T')?;
    let hour = reader.number(2)?;
    reader.expect(b':')?;
    let minute = reader.number(2)?;
    reader.expect(b':')?;
    let second = reader.number(2)?;
    let ticks = reader.fraction()?;
    reader.expect(b'Z')?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some((Timestamp::from_ticks(seconds * 10_000_000 + ticks), reader.at))
}

struct Digits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Digits<'_> {
    fn number(&mut self, width: usize) -> Option<i64> {
        let digits = self.bytes.get(self.at..self.at + width)?;
        let mut value = 0;
        for digit in digits {
            if !digit.is_ascii_digit() {
                return None;
            }
            value = value * 10 + i64::from(digit - b'0');
        }
        self.at += width;
        Some(value)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.bytes.get(self.at) == Some(&byte)).then(|| self.at += 1)
    }

    /// The fraction of a second in units of 100 ns; none at all counts as zero, further digits are cut.
    fn fraction(&mut self) -> Option<i64> {
        if self.expect(b'.').is_none() {
            return Some(0);
        }
        let (mut ticks, mut unit, start) = (0, 1_000_000, self.at);
        while let Some(digit) = self.bytes.get(self.at).filter(|byte| byte.is_ascii_digit() && self.at < start + 12) {
            ticks += i64::from(digit - b'0') * unit;
            unit /= 10;
            self.at += 1;
        }
        (self.at > start).then_some(ticks)
    }
}

/// Days since 1970-01-01 of a date in the Gregorian calendar (Howard Hinnant's `days_from_civil`).
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: &str = "2026-08-17T13:15:44.1234567Z";

    #[test]
    fn a_stamp_agrees_with_the_reader_of_rfc_3339() {
        for text in [STAMP, "2024-02-29T00:00:00.0000001Z", "1999-12-31T23:59:59.9999999Z", "2026-03-01T01:02:03Z"] {
            assert_eq!(split(&format!("{text} x")), (Timestamp::parse(text), "x"), "{text}");
        }
    }

    #[test]
    fn broken_byte_order_marks_hide_no_stamp() {
        let stamp = Timestamp::parse(STAMP);
        for mark in ["\u{feff}", "\u{feff}\u{feff}", "∩╗┐", "´╗┐", "ï»¿", "??", "?"] {
            assert_eq!(split(&format!("{mark}{STAMP} \u{feff}text")), (stamp, "text"), "{mark}");
        }
        assert_eq!(split("锘?026-08-17T13:15:44.1234567Z text"), (stamp, "text"), "the first digit is eaten");
    }

    #[test]
    fn what_only_resembles_a_stamp_stays_text() {
        for line in [
            "2026-08-17 13:15:44 x",
            "2026-13-17T13:15:44.1234567Z x",
            "2026-08-17T13:15:44.Z",
            "20",
            "",
            "?",
            "été",
            "2026-08-17T13:15:44Zulu",
        ] {
            assert_eq!(split(line), (None, line));
        }
    }

    #[test]
    fn an_empty_line_keeps_its_stamp() {
        assert_eq!(split(STAMP).1, "");
        assert_eq!(split(&format!("{STAMP} ")).1, "");
        assert_eq!(split(&format!("{STAMP}   x")).1, "  x");
    }
}
