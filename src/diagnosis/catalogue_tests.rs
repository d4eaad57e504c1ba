//! What every rule of the catalogue must keep: strict form, its own examples, silence elsewhere.

use std::fmt::Write as _;

use super::example::{explained, read, verify, verify_silent};
use crate::rules::{RuleSet, load};

fn catalogue() -> RuleSet {
    let builtin = RuleSet::builtin();
    let files: Vec<(String, &str)> = (0..builtin.len()).map(|index| (format!("{}.yml", builtin.id(index)), builtin.text(index))).collect();
    match RuleSet::parse(files.iter().map(|(name, text)| (name.as_str(), *text))) {
        Ok(rules) => rules,
        Err(wrong) => {
            let lines: Vec<String> = wrong.iter().map(|wrong| format!("src/rules/catalog/{wrong}")).collect();
            panic!("\n{}\n", lines.join("\n"));
        }
    }
}

fn demand(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_rule_is_read_strictly_and_prepared_alike_when_building_and_when_running() {
    let (read, built) = (catalogue(), RuleSet::builtin());
    let pairs = built.all_literals().zip(read.all_literals()).filter(|(built, read)| built != read);
    let mut wrong: Vec<String> =
        pairs.map(|((rule, pattern, _), _)| format!("{}: literals of pattern {pattern} differ", built.id(rule))).collect();
    for index in 0..built.len() {
        let rule = built.rule(index).expect("read above");
        if built.patterns(index) != read.patterns(index) {
            wrong.push(format!("{}: one of them lacks patterns", rule.id));
        }
        for other in &rule.detect.outranks {
            match built.get(other) {
                None => wrong.push(format!("{}: outranks `{other}`, which does not exist", rule.id)),
                Some(other) if other.detect.rank != rule.detect.rank => {
                    wrong.push(format!("{}: outranks `{}`, whose rank differs anyway", rule.id, other.id));
                }
                Some(_) => {}
            }
        }
        for other in rule.detect.summaries.iter().filter(|other| built.get(other).is_none()) {
            wrong.push(format!("{}: the summary `{other}` does not exist", rule.id));
        }
    }
    demand(&wrong);
}

#[test]
fn every_rule_explains_its_examples_on_the_marked_line() {
    let rules = RuleSet::builtin();
    let examples = rules.iter().flat_map(|rule| rule.examples.iter().map(move |example| (rule, example)));
    let wrong: Vec<String> = examples
        .filter_map(|(rule, example)| {
            let error = verify(rules, &rule.id, example).err()?;
            Some(format!("{}: {}: {error}", rule.id, example.name))
        })
        .collect();
    demand(&wrong);
}

#[test]
fn every_rule_is_silent_on_its_near_misses() {
    let rules = RuleSet::builtin();
    let misses = rules.iter().flat_map(|rule| rule.near_misses.iter().map(move |miss| (rule, miss)));
    let wrong: Vec<String> = misses
        .filter_map(|(rule, miss)| {
            let error = verify_silent(rules, &rule.id, &miss.log).err()?;
            Some(format!("{}: {}: {error}", rule.id, miss.name))
        })
        .collect();
    demand(&wrong);
}

const HEAD: &str = "\
# Rule / example: the other rules that fire on it. Examples on which no other fires are left out, and so is the frame
# `process-exit-code`, which fires on nearly all. Written by `AUTOHEAL_BLESS=1 cargo test --lib catalogue`.
";

/// The runner's own frame around every failed script.
const FRAME: &str = "process-exit-code";

/// Which rules fire on whose examples. A rule of equal rank that fires on another rule's example must be outranked by it: else
/// the order of lines decides, by accident.
#[test]
fn no_two_rules_of_equal_rank_claim_the_same_example() {
    let rules = RuleSet::builtin();
    let mut table = String::from(HEAD);
    let mut wrong = Vec::new();
    for rule in rules.iter() {
        for example in &rule.examples {
            let (findings, _) = explained(rules, &read(&example.log).expect("an example is a log"));
            let mut others = Vec::new();
            for finding in &findings {
                let Some(other) = rules.rule(finding.rule).filter(|other| other.id != rule.id && other.id != FRAME) else { continue };
                let rank = format!("{:?}", finding.rank).to_lowercase();
                others.push(format!("{} ({rank})", other.id));
                let settled = rule.detect.outranks.contains(&other.id);
                if finding.rank == rule.detect.rank && !settled {
                    wrong.push(format!(
                        "{}: {}: `{}` of equal rank fires too; say `outranks` or narrow one",
                        rule.id, example.name, other.id
                    ));
                }
            }
            if !others.is_empty() {
                let _ = writeln!(table, "{} / {}: {}", rule.id, example.name, others.join(", "));
            }
        }
    }
    demand(&wrong);
    compare_with_blessed(&table);
}

#[expect(clippy::disallowed_methods, reason = "a test reads and blesses its snapshot")]
fn compare_with_blessed(table: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/cross-fire.txt");
    if std::env::var_os("AUTOHEAL_BLESS").is_some() {
        std::fs::write(path, table).expect("testdata can be written");
    }
    let blessed = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    let changed: Vec<String> = table
        .lines()
        .filter(|line| !blessed.lines().any(|old| old == *line))
        .map(|line| format!("+ {line}"))
        .chain(blessed.lines().filter(|line| !table.lines().any(|new| new == *line)).map(|line| format!("- {line}")))
        .collect();
    assert!(changed.is_empty(), "\ntestdata/cross-fire.txt differs (AUTOHEAL_BLESS=1 accepts it):\n{}\n", changed.join("\n"));
}

#[test]
fn a_rule_file_with_an_error_is_refused_at_its_place() {
    let rules = RuleSet::builtin();
    let index = rules.index_of("command-not-found").expect("a rule of the catalogue");
    let sound = rules.text(index);
    assert!(load::rule("command-not-found.yml", sound).is_ok());
    for (old, new, place, message) in [
        ("detect:", "detekt:", "detekt:", "unknown field `detekt`"),
        ("  rank: cause", "  rang: cause", "rang: cause", "unknown field `rang`"),
        ("  rank: cause", "  rank: because", "because", "unknown variant `because`"),
        ("verb: install-command", "verb: install-comand", "install-comand", "is no verb"),
        ("command: '{command}' }", "comand: '{command}' }", "comand: '{", "has no argument `comand`"),
        ("title: Install `{command}`", "title: Install `{tool}`", "{tool}", "`{tool}` stands for nothing"),
        ("': (?:source|", "': (?:source(|", ": (?:source(|", "`except` is no regular expression"),
        ("  line:\n", "  line:\n    - '^ab:(.*)'\n", "^ab:(.*)", "at least 4 bytes"),
        ("category: missing-command", "category: missing-comand", "missing-comand", "unknown variant"),
        ("https://docs.github.com/actions/reference/runners", "http://docs.github.com/x", "http://docs", "no https address"),
    ] {
        let text = sound.replacen(old, new, 1);
        let wrong = load::rule("command-not-found.yml", &text).expect_err(new);
        let first = wrong.first().expect("an error");
        assert!(first.message.contains(message), "{new}: {first}");
        let line = text.lines().nth(first.position.line.index()).unwrap_or_default();
        assert!(line.contains(place), "{new}: {first}: {line}");
    }
    let wrong = load::rule("Command_Not.yml", sound).expect_err("no id");
    assert_eq!(
        wrong.first().map(ToString::to_string).as_deref().map(|text| text.starts_with("Command_Not.yml:1:1: `Command_Not` is no id")),
        Some(true)
    );
}
