//! Writes a rule's skeleton.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};

use crate::project::{Done, path};

/// The folder of the rules.
const CATALOGUE: &str = "src/rules/catalog";

/// A rule that reads well enough to build and fails its tests: its first key is unknown, and its example is not what its pattern
/// looks for. The words in capitals stand for what is missing.
const SKELETON: &str = r"unfinished: delete this line when the rest is filled in
summary: FILL IN what happened, in one line, without a full stop
explanation: |
  FILL IN what happened and why, for a person who reads the issue. {name} stands for what the pattern's group of that name caught.
# The categories stand in docs/rules.md.
category: other
references:
  - https://example.invalid/FILL-IN-where-the-tool-or-the-platform-documents-it
detect:
  # cause: this is it. symptom: follows from it. wrapper: a frame around it.
  rank: cause
  # `^` is the beginning of the message, behind time stamp and marker.
  line: '^FILL IN the message, with (?P<name>\S+) for what changes$'
remedies:
  - title: FILL IN what it does, as an order
    # safe: nobody could mind. needs-review: a person must agree. advice-only: words.
    safety: advice-only
    # workflow, repository, rerun or manual: where the repair belongs.
    kind: manual
    advice: FILL IN what to do by hand. With edits, write them instead.
examples:
  - name: FILL IN what this log shows
    # Where the tool itself printed it: `recorded: pip 23.2.1`, the tool and its version. Else leave it out.
    log: |
      >>> FILL IN the failed step's log; this mark stands before the cause line
near-misses:
  - name: FILL IN what looks alike and is something else
    log: |
      FILL IN its log
";

/// Writes `src/rules/catalog/NAME.yml`; never over a file that is there.
pub(crate) fn write(name: &str) -> Done {
    if !is_id(name) {
        return Err(
            format!("`{name}` is no rule's name: expected lower-case words joined by dashes, such as npm-lockfile-out-of-sync").into()
        );
    }
    let relative = format!("{CATALOGUE}/{name}.yml");
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path(&relative)) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(format!("{relative} exists").into()),
        Err(error) => return Err(format!("{relative}: {error}").into()),
    };
    file.write_all(SKELETON.as_bytes())?;
    println!("{relative}\n\nFill it in, then:\n  cargo test -q catalogue\n  cargo xtask bless\n  git add -A && git commit");
    Ok(())
}

/// Lower-case words and digits joined by single dashes.
fn is_id(name: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.len() <= 60 && name.split('-').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_joined_by_dashes_name_a_rule() {
        for name in ["npm-lockfile-out-of-sync", "git2", "a"] {
            assert!(is_id(name), "{name}");
        }
        for name in ["", "-a", "a--b", "A", "a_b", "../a", "a.yml"] {
            assert!(!is_id(name), "{name}");
        }
    }

    #[test]
    fn the_skeleton_is_refused_until_it_is_filled_in() {
        let read = gh_autoheal::rules::RuleSet::parse([("skeleton.yml", SKELETON)]);
        let words = match read {
            Ok(_) => panic!("the skeleton must not pass as a rule"),
            Err(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        };
        assert!(!words.is_empty());
    }
}
