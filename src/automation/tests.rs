//! What the automation listens to, and how its list is put in step.

use super::*;
use crate::repository::Repository;
use crate::schema;
use crate::text::RepoPath;

fn repository(files: &[(&str, &str)]) -> Repository {
    let mut repository = Repository::default();
    for (name, text) in files {
        let path = RepoPath::new(&format!(".github/workflows/{name}")).expect("a path");
        repository.texts.insert(path, (*text).to_owned());
    }
    repository
}

const PUSH: &str = "on: push\njobs: {}\n";

fn named(name: &str) -> String {
    format!("name: {name}\n{PUSH}")
}

fn behind(name: &str, before: &str) -> String {
    format!("name: {name}\non:\n  workflow_run:\n    workflows: [{before}]\njobs: {{}}\n")
}

#[test]
fn every_workflow_is_named_that_runs_by_itself() {
    let (ci, docs) = (named("CI"), named("'Docs: build'"));
    let found = listening(&repository(&[
        ("ci.yml", &ci),
        ("docs.yml", &docs),
        ("nameless.yml", PUSH),
        ("called.yml", "on:\n  workflow_call:\njobs: {}\n"),
        ("broken.yml", "on: [\n"),
        ("auto-heal.yml", &named(NAME)),
        ("answer.yml", &behind("Answer", NAME)),
    ]));
    assert_eq!(found.names, [".github/workflows/nameless.yml", "CI", "Docs: build"]);
    assert_eq!(found.nameless.len(), 1);
    let why: Vec<(&str, String)> = found.passed.iter().map(|(path, why)| (path.file_name(), why.to_string())).collect();
    assert_eq!(why[0], ("answer.yml", Passed::Listener.to_string()));
    assert!(why[1].0 == "broken.yml" && why[1].1.contains("no YAML"), "{why:?}");
    assert_eq!(why[2], ("called.yml", Passed::OnlyCalled.to_string()));
}

#[test]
fn what_stands_third_in_a_chain_starts_nothing() {
    let found = listening(&repository(&[
        ("a.yml", &named("A")),
        ("b.yml", &behind("B", "A")),
        ("c.yml", &behind("C", "B")),
        ("d.yml", &behind("D", "C")),
    ]));
    assert_eq!(found.names, ["A", "B", "C"]);
    assert_eq!(found.passed.iter().map(|(_, why)| why.clone()).collect::<Vec<_>>(), [Passed::TooDeep]);
}

#[test]
fn the_written_workflow_is_one_that_the_platform_takes() {
    for issues in [Issues::Ignored, Issues::Labelled] {
        let text = workflow(&["CI".to_owned(), "on".to_owned(), "a: b # c".to_owned()], issues, "auto-heal/");
        assert_eq!(schema::problems(&text), [], "{text}");
        assert!(!text.contains("@<") && !text.contains("<names>") && !text.contains("\n\n\n"), "{text}");
        assert!(text.contains("      - CI\n      - \"on\"\n      - \"a: b # c\"\n"), "{text}");
        for line in text.lines().filter(|line| line.contains("uses:")) {
            let (_, reference) = line.split_once('@').expect("a reference");
            assert!(reference.len() > 43 && reference[..40].bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
        }
    }
}

#[test]
fn a_list_is_put_in_step_and_nothing_else_changes() {
    let all = repository(&[("ci.yml", &named("CI")), ("docs.yml", &named("Docs"))]);
    let fresh = workflow(&["CI".to_owned(), "Docs".to_owned()], Issues::Ignored, "auto-heal/");
    assert_eq!(drift(&fresh, &all), Ok(Drift::default()));
    assert_eq!(updated(&fresh, &all).as_ref(), Ok(&fresh));
    let old = fresh.replace("      - CI\n      - Docs\n", "      - Old # gone\n      # mine\n      - CI # stays\n");
    let drifted = drift(&old, &all).expect("a list");
    assert_eq!((drifted.missing, drifted.gone), (vec!["Docs".to_owned()], vec!["Old".to_owned()]));
    let new = fresh.replace("      - CI\n      - Docs\n", "      # mine\n      - CI # stays\n      - Docs\n");
    assert_eq!(updated(&old, &all), Ok(new));
}

#[test]
fn lists_in_other_forms_are_put_in_step_too() {
    let all = repository(&[("ci.yml", &named("CI")), ("docs.yml", &named("Docs"))]);
    let with = |list: &str| format!("on:\n  workflow_run:\n    workflows: {list} # all\n    types: [completed]\njobs: {{}}\n");
    let right = with("[\"CI\", \"Docs\"]");
    assert_eq!(updated(&with("[CI]"), &all).as_ref(), Ok(&right));
    assert_eq!(updated(&with("CI"), &all).as_ref(), Ok(&right));
    let windows = "on:\r\n  workflow_run:\r\n    workflows:\r\n    - CI\r\njobs: {}\r\n";
    assert_eq!(updated(windows, &all).as_deref(), Ok(windows.replace("- CI\r\n", "- CI\r\n    - Docs\r\n").as_str()));
    let all_gone = "on:\n  workflow_run:\n    workflows:\n      - Old\njobs: {}\n";
    assert_eq!(updated(all_gone, &all).as_deref(), Ok("on:\n  workflow_run:\n    workflows:\n      - CI\n      - Docs\njobs: {}\n"));
    assert_eq!(updated("on: push\njobs: {}\n", &all), Err(OutOfReach::NoList));
    assert!(matches!(updated("on: [\n", &all), Err(OutOfReach::Unreadable(_))));
}
