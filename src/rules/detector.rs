//! Turns what a rule looks for into compiled patterns, each compiled when it is first needed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::{Category, Detect};
use crate::text::relayed;

/// How much of a very long line a pattern sees: its beginning and its end (one line of 20 MB must not cost minutes).
const SEEN_HEAD: usize = 16 * 1024;
const SEEN_TAIL: usize = 4 * 1024;
/// Bytes that one compiled pattern may take.
const PATTERN_LIMIT: usize = 4 << 20;

/// What a rule looks for, ready to look.
#[derive(Debug)]
pub struct Detector {
    /// The category that the rule stands for.
    pub category: Category,
    /// What the rule's file says.
    pub detect: Detect,
    /// The patterns of the cause line.
    line: Vec<Pattern>,
    except: Vec<Pattern>,
    /// The pattern of a line above.
    pub above: Option<Pattern>,
    /// The pattern of a line below.
    pub below: Option<Pattern>,
    /// The pattern that no line nearby may match.
    pub not_near: Option<Pattern>,
    /// The pattern of the step's action.
    pub uses: Option<Pattern>,
    /// The pattern of the step's shell line.
    pub shell: Option<Pattern>,
}

/// The names and texts that a pattern's named groups caught.
pub type Captures = BTreeMap<String, String>;

impl Detector {
    /// Makes ready what `detect` says; nothing is compiled yet.
    pub fn new(category: Category, detect: Detect) -> Self {
        let patterns = |texts: &[String]| texts.iter().map(|text| Pattern::new(text)).collect();
        let optional = |text: &Option<String>| text.as_deref().map(Pattern::new);
        Self {
            line: patterns(&detect.line.0),
            except: patterns(&detect.except.0),
            above: optional(&detect.above),
            below: optional(&detect.below),
            not_near: optional(&detect.not_near),
            uses: optional(&detect.uses),
            shell: optional(&detect.shell),
            category,
            detect,
        }
    }

    /// Whether one of these patterns of the cause line matches the line; if so, what the first that does has caught.
    pub fn line(&self, text: &str, patterns: &[usize]) -> Option<Captures> {
        let seen = seen(text);
        let caught = patterns.iter().filter_map(|index| self.line.get(*index)).find_map(|pattern| pattern.captures(&seen))?;
        (!self.except.iter().any(|pattern| pattern.matches(&seen))).then_some(caught)
    }
}

/// A pattern that is compiled when it is first used.
#[derive(Debug)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    fn new(text: &str) -> Self {
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
        regex.is_match(&seen) || self.is_anchored() && relayed(&seen).any(|rest| regex.is_match(rest))
    }

    /// What its named groups catch in `text`, if it matches.
    pub fn captures(&self, text: &str) -> Option<Captures> {
        let regex = self.regex()?;
        let seen = seen(text);
        let behind = || relayed(&seen).filter(|_| self.is_anchored()).find_map(|rest| regex.captures(rest));
        let caught = regex.captures(&seen).or_else(behind)?;
        let named = regex.capture_names().flatten();
        Some(named.filter_map(|name| Some((name.to_owned(), caught.name(name)?.as_str().to_owned()))).collect())
    }
}

/// Compiles a pattern: a leading `^` also takes the `Error: ` that the web page writes in front of a message.
///
/// # Errors
/// When it is no regular expression or too large.
pub fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    const PAGE: &str = "^(?:(?:Error|error|ERROR): )?";
    let flags = leading_flags(pattern);
    let (flags, rest) = pattern.split_at_checked(flags).unwrap_or(("", pattern));
    let whole = match rest.strip_prefix('^') {
        Some(behind) => Cow::Owned(format!("{flags}{PAGE}{behind}")),
        None => Cow::Borrowed(pattern),
    };
    RegexBuilder::new(&whole).size_limit(PATTERN_LIMIT).build()
}

/// How long a leading `(?i)` is.
fn leading_flags(pattern: &str) -> usize {
    let inside = pattern.strip_prefix("(?").and_then(|rest| rest.split_once(')'));
    inside.filter(|(flags, _)| flags.bytes().all(|flag| flag.is_ascii_lowercase() || flag == b'-')).map_or(0, |(flags, _)| flags.len() + 3)
}

/// What a pattern sees of a line.
fn seen(line: &str) -> Cow<'_, str> {
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
    fn a_very_long_line_is_seen_at_both_ends_only() {
        let line = format!("begin {} middle {} end", "é".repeat(20_000), "x".repeat(20_000));
        assert!(Pattern::new("^begin").matches(&line) && Pattern::new("end$").matches(&line));
        assert!(!Pattern::new("middle").matches(&line));
    }
}
