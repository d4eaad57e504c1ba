//! What a configuration means, and what is said about mistakes in it.

use serde_yaml::{Mapping, Value};

use super::*;

fn wrong(text: &str) -> Vec<String> {
    Config::read(text).expect_err(text).iter().map(ToString::to_string).collect()
}

#[test]
fn every_key_is_read() {
    let text = "# limits\nversion: 1\nallow: safe\nrules:\n  off: [a-b, 'c']\noptional-jobs:\n  - docs\n  - { workflow: ci.yml, job: test, matrix: \
                { arch: arm64, node: 22, edge: true } }\nbranch-prefix: ci/heal/\nlabels:\n  - auto-heal\n  - needs love\n";
    let config = Config::read(text).expect("sound");
    assert_eq!(config.allow, Some(Safety::Safe));
    assert_eq!(config.rules_off, ["a-b", "c"]);
    let docs = OptionalJob { job: "docs".into(), workflow: None, matrix: Vec::new() };
    let values = [("arch", "arm64"), ("node", "22"), ("edge", "true")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    let test = OptionalJob { job: "test".into(), workflow: Some("ci.yml".into()), matrix: values.to_vec() };
    assert_eq!(config.optional_jobs, [docs, test]);
    assert_eq!((config.branch_prefix(), config.labels()), ("ci/heal/", vec!["auto-heal", "needs love"]));
}

#[test]
fn an_empty_file_limits_nothing() {
    for text in ["", "# nothing\n", "version: 1\n", "---\n"] {
        assert_eq!(Config::read(text).as_ref(), Ok(&Config::default()), "{text:?}");
    }
    assert_eq!((Config::default().branch_prefix(), Config::default().labels()), (BRANCH_PREFIX, LABELS.to_vec()));
    assert_eq!(Config::default().limited(Safety::NeedsReview), Safety::NeedsReview);
}

#[test]
fn a_mistake_says_where_and_what_was_meant() {
    assert_eq!(wrong("alow: safe\n"), [".github/autoheal.yml:1:1: the configuration has no key `alow`; did you mean `allow`?"]);
    assert_eq!(wrong("allow: sage\n"), [".github/autoheal.yml:1:8: `allow` is `sage`; did you mean `safe`?"]);
    assert_eq!(wrong("allow: everything\n"), [".github/autoheal.yml:1:8: `allow` is `everything`; expected `safe` or `needs-review`"]);
    assert_eq!(wrong("version: 2\n"), [".github/autoheal.yml:1:10: `version` is `2`, and this program knows version 1 only"]);
    assert_eq!(wrong("rules: [a]\n"), [".github/autoheal.yml:1:8: `rules` is a list; expected keys: off"]);
    assert_eq!(wrong("rules:\n  off: a-rule\n"), [".github/autoheal.yml:2:8: `off` is `a-rule`; expected a list: `off: [one, another]`"]);
    assert_eq!(wrong("labels: []\n"), [".github/autoheal.yml:1:9: `labels` is an empty list: leave the key out"]);
    assert_eq!(wrong("allow: safe\nallow: safe\n"), [".github/autoheal.yml:2:1: `allow` stands here a second time"]);
    assert_eq!(
        wrong("- a\n"),
        [
            ".github/autoheal.yml:1:1: the configuration is a list; expected keys: version, allow, rules, optional-jobs, branch-prefix, labels"
        ]
    );
    assert_eq!(
        wrong("optional-jobs:\n  - workflow: ci.yml\n"),
        [".github/autoheal.yml:2:5: an item of `optional-jobs` lacks the key `job`"]
    );
    for prefix in ["'-x/'", "a..b", "a b", "'/x'", "''", "x//", "~"] {
        assert!(wrong(&format!("branch-prefix: {prefix}\n"))[0].contains("the beginning of a branch's name"), "{prefix}");
    }
    assert!(wrong(&format!("labels: [{}]\n", "x".repeat(51)))[0].contains("at most 50"));
    assert!(wrong("allow: [\n")[0].starts_with(".github/autoheal.yml:"));
}

#[test]
fn several_mistakes_are_told_in_their_order() {
    let told = wrong("lables: [x]\nallow: no\nrules:\n  of: [x]\n");
    let places: Vec<&str> = told.iter().map(|line| line.split(':').nth(1).unwrap_or("")).collect();
    assert_eq!(places, ["1", "2", "4"], "{told:?}");
}

#[test]
fn a_declaration_names_a_job_a_file_or_a_leg() {
    let text = "optional-jobs:\n  - docs\n  - { job: test, workflow: ci.yml, matrix: { arch: arm64 } }\n";
    let config = Config::read(text).expect("sound");
    let leg = |arch: &str| Leg { values: Mapping::from_iter([("arch".into(), Value::from(arch))]), segments: vec![arch.to_owned()] };
    let file = ".github/workflows/ci.yml";
    assert!(config.optional(file, "docs", "docs", None).is_some());
    assert!(config.optional(file, "build-docs", "docs (3.12)", None).is_some(), "by its name in the run");
    assert!(config.optional(file, "nightly-docs", "nightly-docs", None).is_none());
    assert!(config.optional(file, "test", "test (arm64)", Some(&leg("arm64"))).is_some());
    assert!(config.optional(file, "test", "test (x64)", Some(&leg("x64"))).is_none());
    assert!(config.optional(file, "test", "test", None).is_none(), "a leg that is not known");
    assert!(config.optional(".github/workflows/other.yml", "test", "test (arm64)", Some(&leg("arm64"))).is_none());
}

#[test]
fn the_commented_file_and_the_examples_are_sound() {
    let file = commented("https://example.org/schema.json");
    assert_eq!(Config::read(&file), Ok(Config::default()), "{file}");
    assert!(file.lines().all(|line| line.chars().count() <= 96), "{file}");
    // Every example, taken out of its comment, is a file that holds.
    let all: String = table::TABLE.iter().map(|key| format!("{}\n", key.example)).collect();
    let config = Config::read(&all).expect("sound");
    assert_eq!(config.optional_jobs.len(), 2);
}

#[test]
fn the_schema_and_the_reader_agree() {
    let schema = jsonschema::validator_for(&schema()).expect("a schema");
    let agree = |text: &str| {
        let value: serde_json::Value = serde_yaml::from_str(text).expect("YAML");
        assert_eq!(schema.is_valid(&value), Config::read(text).is_ok(), "{text}: {:?}", Config::read(text));
    };
    let all: String = table::TABLE.iter().map(|key| format!("{}\n", key.example)).collect();
    for text in [
        all.as_str(),
        "",
        "alow: safe",
        "allow: sage",
        "version: 2",
        "rules: [a]",
        "rules: { off: x }",
        "rules: { off: [X] }",
        "labels: []",
        "labels: ['a,b']",
        "branch-prefix: a..b",
        "branch-prefix: auto-heal-",
        "optional-jobs: [{ workflow: ci.yml }]",
        "optional-jobs: [{ job: a, workflow: ../ci.yml }]",
        "optional-jobs: [{ job: a, matrix: {} }]",
        "optional-jobs: [{ job: a, matrix: { x: [1] } }]",
        "optional-jobs: [{ job: a, matrix: { x: 1 } }, b]",
    ] {
        agree(text);
    }
}
