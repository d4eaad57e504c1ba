//! A regular expression as rules write it, compiled when it is first used.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use regex_automata::meta::{BuildError, Config, Regex};
use regex_automata::util::{primitives::PatternID, syntax};
use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};

use crate::text::relayed;

/// How much of a very long line a pattern sees: its beginning and its end (one line of 20 MB must not cost minutes).
const SEEN_HEAD: usize = 16 * 1024;
const SEEN_TAIL: usize = 4 * 1024;
/// Bytes that one compiled pattern may take.
const PATTERN_LIMIT: usize = 4 << 20;

/// The names and texts that a pattern's named groups caught.
pub type Captures = BTreeMap<String, String>;

/// A pattern that is compiled when it is first used.
#[derive(Debug)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Keeps the pattern's text; nothing is compiled yet.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), compiled: OnceLock::new() }
    }

    /// Whether it wants the beginning of a message, which may stand behind another program's prefix.
    fn is_anchored(&self) -> bool {
        let flags = leading_flags(&self.text);
        self.text.get(flags..).is_some_and(|rest| rest.starts_with('^') || rest.starts_with("(?:^"))
    }

    /// A pattern that cannot be compiled never matches; `load` has refused it before.
    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.text).ok()).as_ref()
    }

    /// Whether it matches somewhere in `text`, which is a whole line, or at the beginning of what another program relays in it.
    pub fn matches(&self, text: &str) -> bool {
        let Some(regex) = self.regex() else { return false };
        let seen = seen(text);
        regex.is_match(&*seen) || self.is_anchored() && relayed(&seen).any(|rest| regex.is_match(rest))
    }

    /// What its named groups catch in `text`, if it matches.
    pub fn captures(&self, text: &str) -> Option<Captures> {
        let regex = self.regex()?;
        let seen = seen(text);
        let behind = || relayed(&seen).filter(|_| self.is_anchored()).find_map(|rest| caught(regex, rest));
        caught(regex, &seen).or_else(behind)
    }
}

/// The named groups of the first match in `text`.
fn caught(regex: &Regex, text: &str) -> Option<Captures> {
    let mut found = regex.create_captures();
    regex.captures(text, &mut found);
    found.is_match().then(|| {
        let group = |name: &str| {
            let bytes = text.as_bytes().get(found.get_group_by_name(name)?.range())?;
            Some((name.to_owned(), String::from_utf8_lossy(bytes).into_owned()))
        };
        names(regex).filter_map(group).collect()
    })
}

/// The names of a pattern's groups.
pub fn names(regex: &Regex) -> impl Iterator<Item = &str> {
    regex.group_info().pattern_names(PatternID::ZERO).flatten()
}

/// Code points that are not ASCII.
const FOREIGN: u32 = 0x0011_0000 - 0x80;
/// More code points than there are blanks and digits that are not ASCII, and the 2,048 surrogates, which no class takes.
const BLANKS_AND_DIGITS: u32 = 4_000;

/// How many of them `\w` takes.
static LETTERS: LazyLock<u32> = LazyLock::new(|| match regex_syntax::parse(r"\w").map(Hir::into_kind) {
    Ok(HirKind::Class(class)) => foreign(&class),
    _ => FOREIGN,
});

/// Compiles a pattern: a leading `^` also takes the `Error: ` that the web page writes in front of a message.
///
/// # Errors
/// When it is no regular expression or too large.
pub fn compile(pattern: &str) -> Result<Regex, Box<BuildError>> {
    const PAGE: &str = "^(?:(?:Error|error|ERROR): )?";
    let flags = leading_flags(pattern);
    let (flags, rest) = pattern.split_at_checked(flags).unwrap_or(("", pattern));
    let whole = match rest.strip_prefix('^') {
        Some(behind) => Cow::Owned(format!("{flags}{PAGE}{behind}")),
        None => Cow::Borrowed(pattern),
    };
    // The engines left out take longer to build than a pattern's few lines take to search.
    let engines = Config::new().onepass(false).dfa(false).nfa_size_limit(Some(PATTERN_LIMIT));
    let build = |syntax: syntax::Config, pattern: &str| {
        let built = Regex::builder().configure(engines.clone()).syntax(syntax).build(pattern);
        built.map_err(Box::new)
    };
    // A pattern that writes out a class of other characters cannot be read by bytes.
    if reads_bytes(&whole)
        && let Ok(regex) = build(syntax::Config::new().unicode(false).utf8(false), &by_bytes(&whole))
    {
        return Ok(regex);
    }
    build(syntax::Config::new(), &whole)
}

/// Whether a pattern matches the same when it reads bytes instead of characters, which takes a tenth of the time to compile: all its
/// classes are ASCII, or repeat without bound and take nearly everything or all letters, so that they end at a character of ASCII or at
/// the line's end. Blanks, digits and word boundaries of other scripts are given up; letters are not.
fn reads_bytes(pattern: &str) -> bool {
    regex_syntax::parse(pattern).is_ok_and(|hir| repeats_or_is_ascii(&hir))
}

fn repeats_or_is_ascii(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => true,
        HirKind::Class(class) => foreign(class) <= BLANKS_AND_DIGITS,
        HirKind::Repetition(repetition) => match repetition.sub.kind() {
            HirKind::Class(class) if repetition.max.is_none() => {
                let foreign = foreign(class);
                foreign <= BLANKS_AND_DIGITS || foreign == *LETTERS || foreign >= FOREIGN - BLANKS_AND_DIGITS
            }
            _ => repeats_or_is_ascii(&repetition.sub),
        },
        HirKind::Capture(capture) => repeats_or_is_ascii(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(repeats_or_is_ascii),
    }
}

/// How many characters that are not ASCII a class takes.
fn foreign(class: &Class) -> u32 {
    let Class::Unicode(class) = class else { return 0 };
    let size = |range: &ClassUnicodeRange| (u32::from(range.end()) + 1).saturating_sub(u32::from(range.start()).max(0x80));
    class.iter().map(size).sum()
}

/// A pattern that is read by bytes: each `\w` also takes the bytes of characters that are not ASCII.
fn by_bytes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut inside = false;
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => match rest.next() {
                Some('w') if inside => out.push_str(r"\w\x80-\xFF"),
                Some('w') => out.push_str(r"[\w\x80-\xFF]"),
                Some(escaped) => out.extend(['\\', escaped]),
                None => out.push('\\'),
            },
            '[' | ']' => {
                inside = character == '[';
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

/// How long a leading `(?i)` is.
fn leading_flags(pattern: &str) -> usize {
    let inside = pattern.strip_prefix("(?").and_then(|rest| rest.split_once(')'));
    inside.filter(|(flags, _)| flags.bytes().all(|flag| flag.is_ascii_lowercase() || flag == b'-')).map_or(0, |(flags, _)| flags.len() + 3)
}

/// What a pattern sees of a line.
pub(super) fn seen(line: &str) -> Cow<'_, str> {
    if line.len() <= SEEN_HEAD + SEEN_TAIL {
        return Cow::Borrowed(line);
    }
    let head = line.floor_char_boundary(SEEN_HEAD);
    let tail = line.ceil_char_boundary(line.len() - SEEN_TAIL);
    // A line end between the two: no line holds one, so no text that must occur is made up at the seam.
    Cow::Owned([line.get(..head).unwrap_or(""), "\n", line.get(tail..).unwrap_or("")].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_message_may_stand_behind_the_pages_prefix() {
        let pattern = Pattern::new("^cannot open (?P<file>.+)$");
        assert_eq!(pattern.captures("Error: cannot open a b").map(|c| c["file"].clone()).as_deref(), Some("a b"));
        assert!(pattern.matches("cannot open x") && !pattern.matches("note: cannot open x"));
        assert!(Pattern::new("(?i)^CANNOT").matches("error: cannot"));
        assert!(Pattern::new("^error: linker").matches("error: linker"));
    }

    #[test]
    fn bytes_are_read_only_where_no_character_is_cut() {
        for pattern in [r"^ERROR: (?P<what>[^']+)'", r"(?i)found \d+ errors?\s*$", r"module (\S+) .*\bx", r"module '([\w.]+)'"] {
            assert!(reads_bytes(pattern), "{pattern}");
        }
        for pattern in [r"^. (?P<count>\d+) failing", r"module '(\w{1,9})'", r"^\W+failed", ".{0,20}: failed"] {
            assert!(!reads_bytes(pattern), "{pattern}");
            assert!(compile(pattern).is_ok(), "{pattern}");
        }
        let caught = Pattern::new("^cannot open '(?P<file>[^']+)'").captures("cannot open 'größe.txt'");
        assert_eq!(caught.map(|caught| caught["file"].clone()).as_deref(), Some("größe.txt"));
        let caught = Pattern::new(r"cannot open \[(?P<file>[\w.]+)\] in \w+!").captures("cannot open [größe.txt] in Köln!");
        assert_eq!(caught.map(|caught| caught["file"].clone()).as_deref(), Some("größe.txt"));
        assert!(Pattern::new("^. (?P<count>[0-9]+) failing").matches("✗ 3 failing"));
    }

    #[test]
    fn a_very_long_line_is_seen_at_both_ends_only() {
        let line = format!("begin {} middle {} end", "é".repeat(20_000), "x".repeat(20_000));
        assert!(Pattern::new("^begin").matches(&line) && Pattern::new("end$").matches(&line));
        assert!(!Pattern::new("middle").matches(&line));
    }
}
