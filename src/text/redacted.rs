//! Foreign text made safe to show.

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

/// Foreign text without secrets and without characters that act on a terminal or deceive a reader.
///
/// Everything that comes from a log, an archive, a workflow or an API reply passes through here before it reaches a
/// report. The runner masks registered secrets only as literal strings, so their other forms and unregistered ones
/// still stand in logs (the tj-actions/changed-files incident of 2025).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct Redacted(String);

/// Forms of well-known secrets, each published by its issuer for secret scanning.
const SECRETS: &str = r"(?x)
      gh[pousr]_[A-Za-z0-9]{20,}            # GitHub tokens
    | github_pat_[A-Za-z0-9_]{22,}
    | glpat-[A-Za-z0-9_\-]{20,}             # GitLab
    | npm_[A-Za-z0-9]{30,}
    | pypi-AgE[A-Za-z0-9_\-]{20,}
    | crates?io[A-Za-z0-9]{28,}
    | dckr_pat_[A-Za-z0-9_\-]{20,}
    | xox[abprs]-[A-Za-z0-9\-]{10,}         # Slack
    | (?:AKIA|ASIA)[A-Z0-9]{16}             # AWS access key ids
    | AIza[A-Za-z0-9_\-]{35}                # Google
    | sk-(?:ant-|proj-)?[A-Za-z0-9_\-]{24,}
    | sk_live_[A-Za-z0-9]{20,}
    | eyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]+   # JSON web tokens
    | -----BEGIN[A-Z\ ]*PRIVATE\ KEY-----(?:[A-Za-z0-9+/=\s]*-----END[A-Z\ ]*PRIVATE\ KEY-----)?";

/// A secret named by what stands around it: only that between the groups is hidden. A port is no password: none has an `@` behind it.
const NAMED: &str = r"(?i)(\bauthorization:\s*(?:basic|bearer|token)\s+)[^\s@'\x22]{6,}|(://[^/\s:@]{1,64}:)[^\s@/'\x22]{3,}(@)";

static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(SECRETS).ok());
static NAMED_SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(NAMED).ok());

impl Redacted {
    /// Makes `text` safe: secrets become `***`, control, bidirectional and invisible characters are written out.
    pub fn new(text: &str) -> Self {
        let mut safe = text.to_owned();
        if let Some(secret) = &*SECRET {
            safe = secret.replace_all(&safe, "***").into_owned();
        }
        if may_name_a_secret(text)
            && let Some(named) = &*NAMED_SECRET
        {
            safe = named.replace_all(&safe, "$1$2***$3").into_owned();
        }
        Self(written_out(&safe))
    }

    /// The safe text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// Whether what names a secret stands in `text` at all: the pattern takes long to compile, and seldom has anything to hide.
fn may_name_a_secret(text: &str) -> bool {
    const HEADER: &[u8] = b"authorization:";
    text.contains("://") || text.as_bytes().windows(HEADER.len()).any(|window| window.eq_ignore_ascii_case(HEADER))
}

/// Writes out what must not reach a terminal or a page; line ends and tabs stay.
fn written_out(text: &str) -> String {
    if !text.chars().any(deceives) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if deceives(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

/// Whether a character acts on a terminal, turns text around or cannot be seen.
fn deceives(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_survive() {
        let token = format!("ghp_{}", "a1".repeat(18));
        assert_eq!(Redacted::new(&format!("token {token}!")).as_str(), "token ***!");
        assert_eq!(Redacted::new("https://me:hunter22@example.org/x").as_str(), "https://me:***@example.org/x");
        assert_eq!(Redacted::new("get http://localhost:4873/@a/b?x=1").as_str(), "get http://localhost:4873/@a/b?x=1");
        assert_eq!(Redacted::new("Authorization: Bearer abcdefgh").as_str(), "Authorization: Bearer ***");
        assert_eq!(Redacted::new("secret scanning found nothing").as_str(), "secret scanning found nothing");
    }

    #[test]
    fn nothing_acts_on_a_terminal() {
        assert_eq!(Redacted::new("a\u{1b}[31mb\u{202e}c\rd").as_str(), "a\\u{1b}[31mb\\u{202e}c\\u{d}d");
    }
}
