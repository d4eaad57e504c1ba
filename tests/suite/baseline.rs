//! A failed run beside a green one, on the command line: what changed is told, and what stands in both is no cause.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::support::program::{Program, Said};

const HEAD: &str = "\
Current runner version: '2.330.0'
##[group]Runner Image
Image: ubuntu-24.04
Version: IMAGE
##[endgroup]
Download action repository 'actions/checkout@v4' (SHA:11bd71901bbe5b1630ceea73d27597364c9af683)
Complete job name: test
##[group]Run ./check
./check
shell: /usr/bin/bash -e {0}
##[endgroup]
error: the probe of an optional device failed
";

fn log(image: &str, tail: &str) -> String {
    let text = format!("{}{tail}", HEAD.replace("IMAGE", image));
    text.lines().map(|line| format!("2026-01-02T03:04:05.0000000Z {line}\n")).collect()
}

fn said(flags: &[&str]) -> Said {
    let folder = TempDir::new().unwrap();
    let bad = log(
        "20260201.1",
        "git version 2.53.0\nthe gauge reads nothing\n##[error]Process completed with exit code 1.\nCleaning up orphan processes\n",
    );
    let good = log("20260101.1", "git version 2.52.0\nCleaning up orphan processes\n");
    fs::write(folder.path().join("0_test.txt"), bad).unwrap();
    fs::write(folder.path().join("good.txt"), good).unwrap();
    Program::new(["diagnose", "0_test.txt"]).args(flags).within(folder.path()).run()
}

fn document(flags: &[&str]) -> Value {
    let said = said(flags);
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {} {}", said.out, said.err))
}

#[test]
fn what_changed_since_the_green_run_is_told_in_every_form() {
    let document = document(&["--json", "--baseline", "good.txt"]);
    let changes = document["changes"].as_array().unwrap();
    let of_kind = |kind: &str| changes.iter().find(|change| change["kind"] == kind).unwrap_or_else(|| panic!("{kind} in {changes:?}"));
    assert_eq!(of_kind("image")["after"], "ubuntu-24.04 20260201.1");
    assert_eq!((&of_kind("version")["name"], &of_kind("version")["before"]), (&Value::from("git"), &Value::from("2.52.0")));
    assert_eq!(of_kind("new-line")["after"], "the gauge reads nothing");
    assert!(!document["failures"][0]["cause"]["text"].as_str().unwrap().contains("probe"), "{document}");
    for format in ["text", "markdown"] {
        let said = said(&["--format", format, "--baseline", "good.txt"]);
        assert!(said.out.contains("ubuntu-24.04 20260101.1 → ubuntu-24.04 20260201.1"), "{format}: {}", said.out);
    }
}

#[test]
fn without_a_green_run_nothing_is_compared() {
    let document = document(&["--json"]);
    assert!(document.get("changes").is_none() && document.get("facts").is_none());
    assert!(document["failures"][0]["cause"]["text"].as_str().unwrap().contains("probe"), "{document}");
}

#[test]
fn a_run_that_failed_is_no_baseline() {
    let said = said(&["--baseline", "0_test.txt"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("no job of") && said.err.contains("hint: "), "{}", said.err);
}

#[test]
fn the_surroundings_of_each_job_are_told_where_asked_for() {
    let document = document(&["--json", "--facts"]);
    let job = &document["facts"]["jobs"][0];
    assert_eq!((&job["image_version"], &job["versions"]["git"]), (&Value::from("20260201.1"), &Value::from("2.53.0")));
    assert_eq!(job["actions"][0]["action"], "actions/checkout");
    assert!(said(&["--facts"]).out.contains("Surroundings of test"));
}
