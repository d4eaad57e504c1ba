//! `check` as a user and as a script meets it: what it says of a work tree, what it heals, and how it ends.

use std::fs;

use serde_json::Value;
use snapbox::{IntoData as _, assert_data_eq, file, str};
use tempfile::TempDir;

use super::support::git::Repo;
use super::support::program::{Program, Said};

/// Three mistakes: a key, an expression, a condition.
const WRONG: &str = "\
name: CI
on: push
jobs:
  build:
    run-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: make
        if: github.ref = 'refs/heads/main'
      - run: echo ${{ secret.TOKEN }}
";

fn repository(text: &str) -> Repo {
    let repo = Repo::new();
    repo.file(".github/workflows/ci.yml", text);
    repo.file("Makefile", "all:\n");
    repo.commit("base");
    repo
}

/// Every reference, and what git sees of the work tree.
fn state(repo: &Repo) -> String {
    format!("{}{}", repo.git(&["for-each-ref"]), repo.git(&["status", "--porcelain"]))
}

fn check(repo: &Repo, flags: &[&str]) -> Said {
    Program::new(["check"]).args(flags).arg("--repo").arg(repo.path()).within(repo.path()).env("COLUMNS", "100").run()
}

#[test]
fn findings_read_like_a_compilers() {
    let said = check(&repository(WRONG), &[]).ends(3);
    assert_data_eq!(&said.out, file!["snapshots/check.txt"].raw());
    assert_data_eq!(
        check(&repository(&WRONG.replace("run-on", "runs-on").replace(" = ", " == ").replace("secret.", "secrets.")), &[]).ends(0).out,
        str![[r#"
✓ Nothing is wrong here.

"#]]
        .raw()
    );
}

#[test]
fn the_document_has_level_and_column_and_neither_job_nor_step() {
    let said = check(&repository(WRONG), &["--json"]).ends(3);
    let document: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(document["source"]["kind"], "checkout");
    let failures = document["failures"].as_array().unwrap();
    assert_eq!(failures.len(), 3, "{document:#}");
    for failure in failures {
        assert_eq!(failure["level"], "error");
        assert!(failure["job"].is_null() && failure["step"].is_null());
        assert_eq!(failure["cause"]["file"], ".github/workflows/ci.yml");
        assert!(failure["cause"]["column"].as_u64().unwrap() > 1);
    }
    assert_eq!(document["patches"].as_array().unwrap().len(), 1);
    assert!(document["branch"].is_null() && document["base"].is_null());
}

#[test]
fn what_is_healed_is_committed_and_nothing_else_is_touched() {
    let repo = repository(WRONG);
    let before = state(&repo);
    let preview = check(&repo, &["--fix", "--dry-run", "--allow", "needs-review", "--json"]).ends(0);
    assert_eq!(state(&repo), before);
    let said = check(&repo, &["--fix", "--allow", "needs-review", "--json"]).ends(0);
    let document: Value = serde_json::from_str(&said.out).unwrap();
    let previewed: Value = serde_json::from_str(&preview.out).unwrap();
    assert_eq!(document["patches"], previewed["patches"]);
    let branch = document["branch"].as_str().unwrap();
    assert!(branch.starts_with("auto-heal/workflow-ci-"), "{branch}");
    let healed = repo.git(&["show", &format!("{branch}:.github/workflows/ci.yml")]);
    let expected = WRONG.replace("run-on", "runs-on").replace(" = ", " == ").replace("secret.", "secrets.");
    assert_eq!(healed.trim_end(), expected.trim_end());
    assert_eq!(fs::read_to_string(repo.path().join(".github/workflows/ci.yml")).unwrap(), WRONG);
    // The same again makes the same branch.
    let again: Value = serde_json::from_str(&check(&repo, &["--fix", "--allow", "needs-review", "--json"]).ends(0).out).unwrap();
    assert_eq!(again["commit"], document["commit"]);
}

#[test]
fn what_may_not_be_made_is_held_back() {
    let repo = repository(WRONG);
    let said = check(&repo, &["--fix", "--json"]).ends(3);
    let document: Value = serde_json::from_str(&said.out).unwrap();
    let after = document["patches"][0]["after"].as_str().unwrap();
    assert!(after.contains("github.ref == 'refs/heads/main'") && after.contains("run-on"), "{after}");
}

#[test]
fn the_work_tree_is_read_unless_it_is_healed() {
    let repo = repository(&WRONG.replace("run-on", "runs-on").replace(" = ", " == ").replace("secret.", "secrets."));
    repo.file(".github/workflows/new.yml", "on: push\njobs: {}\nnme: x\n");
    assert!(check(&repo, &[]).ends(3).out.contains(".github/workflows/new.yml:3:1: error: Unexpected value 'nme'"));
    check(&repo, &["--fix"]).ends(0);
}

#[test]
fn files_can_be_named_where_no_repository_is() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.yml"), WRONG).unwrap();
    fs::write(folder.path().join("b.yaml"), [0xff, 0xfe]).unwrap();
    let run = |names: &[&str]| Program::new(["check"]).args(names).within(folder.path()).run();
    assert!(run(&["a.yml"]).ends(3).out.starts_with("a.yml:5:5: error: Unexpected value 'run-on'"));
    assert!(run(&["."]).ends(3).out.contains("cannot read"));
    assert!(run(&["b.yaml"]).ends(1).err.contains("cannot read `b.yaml`"));
    assert!(run(&["c.yml"]).ends(1).err.contains("cannot read `c.yml`"));
    assert!(run(&[]).ends(1).err.contains("no git repository"));
}

#[test]
fn files_outside_of_the_checkout_are_inspected_by_themselves() {
    let repo = repository(WRONG);
    let folder = TempDir::new().unwrap();
    let calls = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/other.yml\n";
    fs::write(folder.path().join("a.yml"), calls).unwrap();
    let outside = folder.path().join("a.yml");
    let run = |names: &[&str]| Program::new(["check"]).args(names).within(repo.path()).run();
    assert!(run(&[outside.to_str().unwrap()]).ends(0).out.contains("Nothing is wrong"));
    repo.file(".github/workflows/b.yml", calls);
    assert!(run(&[".github/workflows/b.yml"]).ends(3).out.contains("call-target"));
    let both = run(&[outside.to_str().unwrap(), ".github/workflows/b.yml"]).ends(2);
    assert!(both.err.contains("lies outside of the repository"), "{}", both.err);
}

#[test]
fn a_check_can_be_explained() {
    let said = Program::new(["explain", "cron-syntax"]).run().ends(0);
    assert!(said.out.contains("A schedule that is no cron expression"), "{}", said.out);
    let json: Value = serde_json::from_str(&Program::new(["explain", "cron-syntax", "--json"]).run().ends(0).out).unwrap();
    assert_eq!((json["id"].as_str(), json["level"].as_str()), (Some("cron-syntax"), Some("error")));
    assert!(Program::new(["explain", "cron-sintax"]).run().err.contains("did you mean `cron-syntax`"));
}

#[test]
fn annotations_and_sarif_name_the_very_place() {
    let repo = repository(WRONG);
    let said = check(&repo, &["--format", "github"]).ends(3);
    assert!(
        said.out.starts_with("::error file=.github/workflows/ci.yml,line=5,col=5,title=unexpected-key::Unexpected value 'run-on'"),
        "{}",
        said.out
    );
    let sarif: Value = serde_json::from_str(&check(&repo, &["--format", "sarif"]).ends(3).out).unwrap();
    let region = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(region["artifactLocation"]["uri"], ".github/workflows/ci.yml");
    assert_eq!((region["region"]["startLine"].as_u64(), region["region"]["startColumn"].as_u64()), (Some(5), Some(5)));
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"], "error");
}

#[test]
fn sarif_is_valid_against_its_published_schema() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/ci-tools/sarif/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
    let Ok(text) = fs::read_to_string(path) else {
        println!("skipped: .ci/run installs the schema of SARIF");
        return;
    };
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    // The published pattern of languages has a bracket too many for readers of regular expressions that are strict.
    for owner in ["toolComponent", "run"] {
        schema["definitions"][owner]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let sound = WRONG.replace("run-on", "runs-on").replace(" = ", " == ").replace("secret.", "secrets.");
    for text in [WRONG, sound.as_str(), "on: push\njobs: [\n", "", "é: \"\u{1b}\"\n"] {
        let said = check(&repository(text), &["--format", "sarif"]);
        let log: Value = serde_json::from_str(&said.out).unwrap();
        let errors: Vec<String> = validator.iter_errors(&log).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert_eq!(log["version"], "2.1.0");
    }
}

#[test]
fn no_file_is_written_by_a_check() {
    let repo = repository(WRONG);
    let before = state(&repo);
    check(&repo, &[]).ends(3);
    assert_eq!(state(&repo), before);
}
