//! The inspection finds what the platform refuses, points at the very bytes, and heals it.

use super::*;
use crate::repository::EntryKind;

/// The path that all tests inspect.
fn path() -> RepoPath {
    RepoPath::new(".github/workflows/ci.yml").expect("a path")
}

/// What is found in `text`, alone or beside `files`: `line:column: check: message`.
fn found(text: &str, files: &[(&str, &str)]) -> Vec<String> {
    let mut repository = Repository::default();
    for (path, text) in files {
        let path = RepoPath::new(path).expect("a path");
        repository.entries.insert(path.clone(), EntryKind::File);
        repository.texts.insert(path, (*text).to_owned());
    }
    let findings = inspect_text(&repository, &path(), text);
    findings.iter().map(|finding| format!("{}: {}: {}", finding.position, finding.check.id, finding.message)).collect()
}

/// A workflow with these lines in one job's only step.
fn step(lines: &str) -> String {
    format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - {}\n", lines.trim_end().replace('\n', "\n        "))
}

#[test]
fn every_check_has_its_texts_and_stands_once_in_order() {
    for pair in CHECKS.windows(2) {
        assert!(pair[0].id < pair[1].id, "{} stands before {}", pair[0].id, pair[1].id);
    }
    for check in CHECKS {
        assert!(!check.summary.ends_with('.') && check.explanation.ends_with('.'), "{}", check.id);
    }
}

#[test]
fn a_deed_becomes_an_order() {
    assert_eq!(order("quotes the value in line 3; moves line 4"), "Quote the value in line 3; move line 4");
    assert_eq!(order(""), "");
}

#[test]
fn expressions_are_judged_where_they_stand() {
    let cases = [
        (
            step("run: echo ${{ secret.A }}"),
            vec!["6:23: expression-context: Unrecognized named-value: 'secret'. Located at position 1 within expression: secret.A"],
        ),
        (
            step("if: secrets.A != ''\nrun: x"),
            vec!["6:13: expression-context: Unrecognized named-value: 'secrets'. Located at position 1 within expression: secrets.A != ''"],
        ),
        (
            step("run: echo ${{ github.ref"),
            vec![
                "6:19: expression-unclosed: The expression is not closed. An unescaped ${{ sequence was found, but the closing }} sequence was not found.",
            ],
        ),
        (step("uses: ${{ matrix.action }}"), vec!["6:15: expression-not-allowed: A template expression is not allowed in this context"]),
        (
            step("run: echo ${{ steps.none.outputs.x }}"),
            vec!["6:29: expression-property: there is no `steps.none` here, so the value is empty"],
        ),
        (
            step("if: ${{ github.event_name == 'pul_request' }}\nrun: x"),
            vec!["6:38: comparison-constant: this comparison is never true: the other side never has this value"],
        ),
        (
            step("if: ${{ github.ref }} == 'x'\nrun: x"),
            vec!["6:13: condition-always-true: this condition is always true: the text around its expression makes it a text"],
        ),
        (
            step("if: |\n  ${{ github.ref == 'x' }}\nrun: x"),
            vec!["6:13: condition-always-true: this condition is always true: the line end behind its expression makes it a text"],
        ),
        (
            step("if: github.event.inputs.x || inputs.y\nrun: x"),
            vec!["6:45: expression-property: there is no `inputs.y` here, so the value is empty"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(found(&text, &[]), expected, "{text}");
    }
}

#[test]
fn what_is_declared_is_there() {
    let text = "on:\n  workflow_dispatch:\n    inputs:\n      flag: { type: boolean }\njobs:\n  a:\n    runs-on: ubuntu-latest\n    outputs:\n      o: ${{ steps.s.outputs.x }}\n    strategy:\n      matrix:\n        os: [x]\n        include:\n          - { extra: 1 }\n    steps:\n      - { id: s, run: echo }\n      - run: echo ${{ steps.s.outcome }} ${{ matrix.extra }}\n        if: inputs.flag == true\n  b:\n    needs: [a]\n    runs-on: ubuntu-latest\n    if: always() && needs.a.result == 'success'\n    steps:\n      - run: echo ${{ needs.a.outputs.o }}\n";
    assert_eq!(found(text, &[]), Vec::<String>::new());
    let wrong =
        text.replace("outputs.o }}\n", "outputs.p }}\n").replace("flag == true", "flag == 'true'").replace("matrix.extra", "matrix.extras");
    assert_eq!(
        found(&wrong, &[]),
        [
            "17:53: expression-property: there is no `matrix.extras` here, so the value is empty",
            "18:28: comparison-constant: this comparison is never true: the other side is `true` or `false`, which equals no text",
            "24:39: expression-property: there is no `needs.a.outputs.p` here, so the value is empty",
        ]
    );
}
