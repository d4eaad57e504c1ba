//! Turns a pattern into texts of which one must stand in every line that it matches. Also part of `build.rs`, which does
//! this for the catalogue ahead of time; so it uses nothing of the crate.

use std::borrow::Cow;

use regex_syntax::hir::{Class, Hir, HirKind};

/// A text that a matching line must contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The text; in lower case where `fold` is set.
    pub text: Cow<'static, str>,
    /// Whether upper and lower case ASCII letters count as equal.
    pub fold: bool,
    /// Where its [`WINDOW`] bytes begin that are rarest in logs, in bytes.
    pub window: usize,
}

/// How many bytes the scan looks at together, at every place of the log: no literal may be shorter.
pub const WINDOW: usize = 4;

/// The texts of which one must stand in every line that `pattern` matches: the rarest such set.
///
/// # Errors
/// When the pattern is no regular expression, or no text of four bytes must occur.
pub fn required(pattern: &str) -> Result<Vec<Literal>, String> {
    let hir = regex_syntax::Parser::new().parse(pattern).map_err(|error| format!("the pattern cannot be read: {}", one_line(&error)))?;
    let best = walk(&hir).best.filter(|set| !set.0.is_empty());
    best.map(|set| set.0).ok_or_else(|| {
        format!("the pattern needs a text of at least {WINDOW} bytes that stands in every line it matches; `{pattern}` has none")
    })
}

/// The last line of the error, which says what is wrong; the lines above it repeat the pattern.
fn one_line(error: &regex_syntax::Error) -> String {
    let text = error.to_string();
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("");
    last.trim().trim_start_matches("error: ").to_owned()
}

/// A set of texts of which one must occur.
#[derive(Debug, Clone)]
struct Set(Vec<Literal>);

impl Set {
    /// How rare the most common of them is; more of them cost a little.
    fn worth(&self) -> u32 {
        let rarest = self.0.iter().map(|literal| worth(literal.text.as_bytes())).min().unwrap_or(0);
        rarest.saturating_sub(u32::try_from(self.0.len()).unwrap_or(u32::MAX))
    }
}

/// What a part of a pattern demands.
#[derive(Debug, Default)]
struct Demand {
    /// The rarest set of texts of which one must occur.
    best: Option<Set>,
    /// The one text that the part matches, where it matches only one (upper and lower case aside).
    exact: Option<Run>,
}

/// Adjacent characters that are fixed.
#[derive(Debug, Clone, Default)]
struct Run {
    bytes: Vec<u8>,
    fold: bool,
}

impl Run {
    fn literal(&self) -> Option<Literal> {
        let text = std::str::from_utf8(&self.bytes).ok()?;
        let usable = text.len() >= WINDOW && !text.contains('\n');
        let text = if self.fold { text.to_ascii_lowercase() } else { text.to_owned() };
        let window = rarest_window(text.as_bytes());
        usable.then_some(Literal { text: Cow::Owned(text), fold: self.fold, window })
    }
}

fn walk(hir: &Hir) -> Demand {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Demand { best: None, exact: Some(Run::default()) },
        HirKind::Literal(literal) => exactly(Run { bytes: literal.0.to_vec(), fold: false }),
        HirKind::Class(class) => either_case(class).map_or_else(Demand::default, |letter| exactly(Run { bytes: vec![letter], fold: true })),
        HirKind::Capture(capture) => walk(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min >= 1 => Demand { best: walk(&repetition.sub).best, exact: None },
        HirKind::Repetition(_) => Demand::default(),
        HirKind::Concat(parts) => concat(parts),
        HirKind::Alternation(ways) => alternation(ways),
    }
}

fn exactly(run: Run) -> Demand {
    Demand { best: run.literal().map(|literal| Set(vec![literal])), exact: Some(run) }
}

fn concat(parts: &[Hir]) -> Demand {
    let mut best: Option<Set> = None;
    let mut run = Run::default();
    let mut whole = true;
    for part in parts {
        let demand = walk(part);
        if let Some(exact) = demand.exact {
            run.bytes.extend(exact.bytes);
            run.fold |= exact.fold;
        } else {
            best = rarer(best, exactly(std::mem::take(&mut run)).best);
            best = rarer(best, demand.best);
            whole = false;
        }
    }
    best = rarer(best, exactly(run.clone()).best);
    Demand { best, exact: whole.then_some(run) }
}

fn alternation(ways: &[Hir]) -> Demand {
    let mut all = Vec::new();
    for way in ways {
        let Some(set) = walk(way).best else { return Demand::default() };
        for literal in set.0 {
            if !all.contains(&literal) {
                all.push(literal);
            }
        }
    }
    Demand { best: Some(Set(all)), exact: None }
}

fn rarer(a: Option<Set>, b: Option<Set>) -> Option<Set> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.worth() > a.worth() { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// The lower-case letter of a class that stands for one letter in either case. Under `(?i)` the classes of `k` and `s`
/// also hold the Kelvin sign and the long s, which no tool writes in a message; they are left aside.
fn either_case(class: &Class) -> Option<u8> {
    let Class::Unicode(class) = class else { return None };
    let mut letters = Vec::new();
    for range in class.iter() {
        for character in range.start()..=range.end() {
            if !matches!(character, '\u{212a}' | '\u{17f}') {
                letters.push(character);
            }
            if letters.len() > 2 {
                return None;
            }
        }
    }
    let [upper, lower] = letters.as_slice() else { return None };
    let same = upper.is_ascii_alphabetic() && lower.is_ascii_lowercase() && upper.eq_ignore_ascii_case(lower);
    if same { u8::try_from(*lower).ok() } else { None }
}

/// How rare a text is in logs, roughly: the sum over its bytes, the longest counted part being 24 bytes.
pub fn worth(bytes: &[u8]) -> u32 {
    bytes.iter().take(24).map(|byte| rarity(*byte)).sum()
}

/// Where the bytes of a text begin that are rarest in logs; the first such place.
fn rarest_window(bytes: &[u8]) -> usize {
    let worths = bytes.windows(WINDOW).map(worth).enumerate();
    worths.max_by_key(|(start, worth)| (*worth, std::cmp::Reverse(*start))).map_or(0, |(start, _)| start)
}

/// How rare a byte is in logs, from 1 to 8, upper and lower case alike where a scan folds them.
pub const fn rarity(byte: u8) -> u32 {
    match byte {
        b' ' | b'e' => 1,
        b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b'-' | b'.' | b'/' | b'0' | b'1' => 2,
        b'l' | b'd' | b'c' | b'u' | b'm' | b'p' | b':' | b'2'..=b'9' | b'_' => 3,
        b'f' | b'h' | b'g' | b'b' | b'y' | b'w' | b'(' | b')' | b'"' | b',' => 4,
        b'v' | b'k' | b'A'..=b'Z' | b'\'' | b'`' | b'[' | b']' | b'=' => 5,
        b'x' | b'j' | b'q' | b'z' => 7,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pattern: &str) -> Vec<String> {
        required(pattern).map_or_else(|error| vec![format!("! {error}")], |set| set.into_iter().map(|l| l.text.into_owned()).collect())
    }

    #[test]
    fn the_rarest_text_that_must_occur_is_chosen() {
        assert_eq!(texts(r"^npm (?:ERR!|error) code EUSAGE$"), [" code EUSAGE"]);
        assert_eq!(texts(r"No module named '(?P<module>[^']+)'"), ["No module named '"]);
        assert_eq!(texts(r"(?:x+|linker) .*`(?P<cc>\w+)` not found in path"), ["` not found in path"]);
    }

    #[test]
    fn every_way_of_an_alternation_needs_its_own_text() {
        assert_eq!(texts(r"^(?:cannot open|could not read) \d+$"), ["cannot open", "could not read"]);
        assert!(required(r"^(?:cannot open|\d+)$").is_err());
    }

    #[test]
    fn case_insensitive_texts_are_folded() {
        assert_eq!(required("(?i)Rate Limit Exceeded"), Ok(vec![Literal { text: "rate limit exceeded".into(), fold: true, window: 10 }]));
    }

    #[test]
    fn a_pattern_without_a_fixed_text_is_refused() {
        for pattern in [r"\d+ \w+", "^ab:(.*)", "(?:OOM)?", "a\nbc", "abc"] {
            assert!(required(pattern).is_err(), "{pattern}");
        }
        assert!(required("(unclosed").unwrap_err().contains("unclosed group"));
    }
}
