//! What a rule must say beyond its form: sound patterns, known verbs, placeholders that something fills.

use std::collections::BTreeSet;

use super::pattern::{compile, names};
use super::template::placeholders;
use super::{InvalidRule, Pick, Point, RemedySpec, Rule, Safety};
use crate::edit;
use crate::text::Position;

/// The mark in front of an example's cause line.
pub const MARK: &str = ">>> ";

/// Everything that is wrong with a rule that could be read.
pub(super) fn rule(file: &str, text: &str, rule: &Rule) -> Vec<InvalidRule> {
    let mut check = Check { file, text, wrong: Vec::new(), groups: BTreeSet::new() };
    check.words(rule);
    check.patterns(rule);
    check.references(rule);
    for (index, remedy) in rule.remedies.iter().enumerate() {
        check.remedy(index, remedy);
    }
    check.examples(rule);
    check.wrong
}

/// An error at the first place behind `keys` where `needle` stands.
pub fn at(file: &str, text: &str, keys: &[&str], needle: &str, message: impl Into<String>) -> InvalidRule {
    InvalidRule { file: file.to_owned(), position: place(text, keys, needle), message: message.into() }
}

/// Where `needle` stands behind `keys`, each key's line being sought behind the one before; as far as they are found.
fn place(text: &str, keys: &[&str], needle: &str) -> Position {
    let mut offset = 0;
    for key in keys {
        let tail = text.get(offset..).unwrap_or("");
        let mut start = 0;
        let found = tail.split_inclusive('\n').find_map(|line| {
            let begins = line.trim_start_matches([' ', '-', '{', '[']);
            let column = line.len() - begins.len();
            let here = start + column;
            start += line.len();
            begins.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')).then_some(here)
        });
        let Some(found) = found else { break };
        offset += found;
    }
    let first = needle.lines().next().unwrap_or("");
    let found = text.get(offset..).and_then(|tail| tail.find(first)).filter(|_| !first.is_empty());
    Position::of(text, offset + found.unwrap_or(0))
}

struct Check<'a> {
    file: &'a str,
    text: &'a str,
    wrong: Vec<InvalidRule>,
    /// The names that patterns catch.
    groups: BTreeSet<String>,
}

impl Check<'_> {
    fn refuse(&mut self, keys: &[&str], needle: &str, message: impl Into<String>) {
        self.wrong.push(at(self.file, self.text, keys, needle, message));
    }

    fn words(&mut self, rule: &Rule) {
        if !is_kebab(&rule.id) {
            self.wrong.push(InvalidRule::at_top(
                self.file,
                format!("`{}` is no id: expected lower-case words joined by `-`, as in `npm-lockfile-out-of-sync.yml`", rule.id),
            ));
        }
        let summary = rule.summary.trim();
        if summary.is_empty() || summary.contains('\n') || summary.ends_with('.') {
            self.refuse(&["summary"], "", "the summary is one line without a full stop");
        }
        if rule.explanation.trim().is_empty() {
            self.refuse(&["explanation"], "", "the explanation is empty");
        }
    }

    fn patterns(&mut self, rule: &Rule) {
        let detect = &rule.detect;
        if detect.line.0.is_empty() {
            self.refuse(&["detect", "line"], "", "no pattern: expected at least one");
        }
        let optional = |pattern: &Option<String>| pattern.iter().cloned().collect::<Vec<_>>();
        let all = [
            ("line", detect.line.0.clone()),
            ("except", detect.except.0.clone()),
            ("above", optional(&detect.above)),
            ("below", optional(&detect.below)),
            ("not-near", optional(&detect.not_near)),
            ("uses", optional(&detect.uses)),
            ("shell", optional(&detect.shell)),
        ];
        for (key, patterns) in all {
            for pattern in patterns {
                match compile(&pattern) {
                    Ok(regex) if matches!(key, "line" | "above" | "below") => {
                        self.groups.extend(names(&regex).map(str::to_owned));
                    }
                    Ok(_) => {}
                    Err(error) => {
                        let reason = error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
                        let reason = reason.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
                        self.refuse(&["detect", key], &pattern, format!("`{key}` is no regular expression: {reason}"));
                    }
                }
            }
        }
        self.placeholders(&["explanation"], &rule.explanation);
        let pointed = match detect.point {
            Point::Line => true,
            Point::Above => detect.above.is_some(),
            Point::Below => detect.below.is_some(),
        };
        if !pointed {
            self.refuse(&["detect", "point"], "", "`point` names a pattern that the rule does not have");
        }
        if !detect.summaries.is_empty() && detect.pick != Pick::Common {
            self.refuse(&["detect", "summaries"], "", "`summaries` needs `pick: common`, which counts the messages");
        }
    }

    fn references(&mut self, rule: &Rule) {
        for reference in &rule.references {
            if !reference.starts_with("https://") {
                self.refuse(&["references"], reference, format!("`{reference}` is no https address"));
            }
        }
        if rule.detect.outranks.contains(&rule.id) {
            self.refuse(&["detect", "outranks"], &rule.id, "a rule cannot outrank itself");
        }
    }

    fn placeholders(&mut self, keys: &[&str], words: &str) {
        for name in placeholders(words) {
            if !self.groups.contains(name) {
                self.refuse(keys, &format!("{{{name}}}"), format!("`{{{name}}}` stands for nothing: no pattern has a group of that name"));
            }
        }
    }

    fn remedy(&mut self, index: usize, remedy: &RemedySpec) {
        self.placeholders(&["remedies", "title"], &remedy.title);
        if let Some(advice) = &remedy.advice {
            self.placeholders(&["remedies", "advice"], advice);
        }
        if remedy.edit.is_empty() && remedy.advice.is_none() {
            self.refuse(&["remedies"], &remedy.title, format!("remedy {} has neither `edit` nor `advice`", index + 1));
        }
        if !remedy.edit.is_empty() && remedy.safety == Safety::AdviceOnly {
            self.refuse(&["remedies"], &remedy.title, "`advice-only` and `edit` exclude each other");
        }
        for edit in &remedy.edit {
            if let Err(wrong) = edit::check(edit) {
                self.refuse(&["remedies", "edit"], &wrong.word, wrong.message);
            }
            for value in edit.arguments.values() {
                self.placeholders(&["remedies", "edit"], value);
            }
        }
    }

    fn examples(&mut self, rule: &Rule) {
        if rule.examples.is_empty() {
            self.refuse(&["examples"], "", "no example: a rule without one may never match");
        }
        if rule.near_misses.is_empty() {
            self.refuse(&["near-misses"], "", "no near miss: a rule without one may match too much");
        }
        for example in &rule.examples {
            if example.log.lines().filter(|line| line.starts_with(MARK)).count() > 1 {
                self.refuse(&["examples"], &example.name, format!("an example has one cause line: more than one begins with `{MARK}`"));
            }
            if example.patched.is_some() && example.workflow.is_none() {
                self.refuse(&["examples"], &example.name, "`patched` needs the `workflow` that it comes from");
            }
            for name in example.captures.keys() {
                if !self.groups.contains(name) {
                    self.refuse(&["examples"], &format!("{name}:"), format!("no pattern has a group named `{name}`"));
                }
            }
        }
    }
}

fn is_kebab(id: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    id.bytes().next().is_some_and(|first| first.is_ascii_lowercase()) && id.split('-').all(word)
}
