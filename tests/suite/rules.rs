//! A user's own rules: checked with their places, in force where they lie, and never half.

use std::fs;

use super::support::git::Repo;
use super::support::program::Program;

const RULE: &str = "summary: The frobnicator is out of ink
explanation: The frobnicator {name} printed nothing.
category: configuration
detect:
  rank: cause
  line: '^frobnicator (?P<name>\\S+) is out of ink$'
remedies:
  - title: Say which frobnicator
    safety: needs-review
    kind: workflow
    edit: [{ verb: rewrite-run, from: frobnicate, to: frobnicate --ink }]
examples:
  - name: one
    log: |
      ##[group]Run frobnicate
      frobnicate
      ##[endgroup]
      >>> frobnicator a is out of ink
      ##[error]Process completed with exit code 1.
    captures: { name: a }
    workflow: |
      on: push
      jobs:
        print:
          runs-on: ubuntu-24.04
          steps:
            - run: frobnicate
    patched: |
      on: push
      jobs:
        print:
          runs-on: ubuntu-24.04
          steps:
            - run: frobnicate --ink
near-misses:
  - name: another
    log: |
      frobnicator a is full
      ##[error]Process completed with exit code 1.
";

/// A repository with these own rules.
fn with_rules(rules: &[(&str, &str)]) -> Repo {
    let repo = Repo::new();
    for (name, text) in rules {
        repo.file(&format!(".github/autoheal/rules/{name}"), text);
    }
    repo.commit("base");
    repo
}

#[test]
fn a_sound_rule_of_the_repository_passes_and_is_in_force() {
    let repo = with_rules(&[("ink.yml", RULE)]);
    let said = Program::new(["rules", "check"]).within(repo.path()).run().ends(0);
    assert_eq!(said.out, "✓ ink  1 example, 1 near miss\n\n1 rule, all sound.\n");
    let log = "frobnicator b is out of ink\n##[error]Process completed with exit code 1.\n";
    let document = Program::new(["diagnose", "-", "--json"]).within(repo.path()).input(log).run().json();
    assert_eq!(document["failures"][0]["rule"], "ink");
    assert_eq!(document["failures"][0]["captures"]["name"], "b");
}

#[test]
fn each_mistake_is_told_with_file_line_and_column() {
    for (old, new, line, words) in [
        ("  rank: cause", "  rang: cause", 5, "unknown field `rang`"),
        ("{name} printed", "{ink} printed", 2, "`{ink}` stands for nothing"),
        (">>> frobnicator a", ">>> frobnicator of a", 13, "example `one`: no rule explains it"),
        ("captures: { name: a }", "captures: { name: b }", 13, "`name` is Some(\"a\"), expected `b`"),
        ("- run: frobnicate --ink", "- run: frobnicate --pen", 13, "the patched workflow differs at line 6"),
        ("a is full", "a is out of ink", 36, "near miss `another`: it matches"),
        ("verb: rewrite-run", "verb: rewrite-all", 11, "`rewrite-all`"),
    ] {
        let text = RULE.replacen(old, new, 1);
        assert_ne!(text, RULE, "{old}");
        let repo = with_rules(&[("ink.yml", &text)]);
        let document = Program::new(["rules", "check", "--json"]).within(repo.path()).run().ends(1).json();
        let first = &document["mistakes"][0];
        assert!(first["message"].as_str().unwrap().contains(words), "{new}: {document}");
        assert_eq!(
            (first["file"].as_str(), first["line"].as_u64()),
            (Some(".github/autoheal/rules/ink.yml"), Some(line)),
            "{new}: {document}"
        );
        assert_eq!(document["rules"][0]["sound"], false);
    }
}

#[test]
fn files_and_folders_are_checked_as_they_are_named() {
    let repo = with_rules(&[("ink.yml", RULE)]);
    let other = repo.path().join("other");
    fs::create_dir_all(&other).unwrap();
    fs::write(other.join("pen.yml"), RULE.replace("rank: cause", "rank: because")).unwrap();
    fs::write(other.join("ink.yml"), RULE).unwrap();
    let check = |paths: &[&str]| Program::new(["rules", "check"]).args(paths).within(repo.path()).run();
    check(&["other/ink.yml"]).ends(0).shows("✓ ink");
    check(&["other"]).ends(1).shows("other/pen.yml:5:9").shows("2 rules, 1 with mistakes.");
    check(&["other/ink.yml", ".github/autoheal/rules"]).ends(1).shows("`other/ink.yml` holds a rule with the same id, `ink`");
    check(&["nowhere.yml"]).ends(1).complains("cannot read `nowhere.yml`");
    check(&["other", "--format", "github"]).ends(1).shows("::error file=other/pen.yml,line=5,col=9::");
    Program::new(["rules", "check", "other", "--format", "sarif"]).within(repo.path()).run().ends(2).complains("no such format");
}

#[test]
fn without_rules_of_its_own_a_repository_is_told_what_to_type() {
    let repo = with_rules(&[]);
    Program::new(["rules", "check"]).within(repo.path()).run().ends(1).complains("there is no folder .github/autoheal/rules");
}
