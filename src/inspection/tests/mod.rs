//! The inspection finds what the platform refuses, points at the very bytes, and heals it.

mod proofs;

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

#[test]
fn what_steps_and_jobs_use_is_compared_with_what_is_there() {
    let callee = "on:\n  workflow_call:\n    inputs:\n      target: { type: string, required: true }\n    secrets:\n      token: { required: true }\njobs:\n  a: { runs-on: ubuntu-latest, steps: [{ run: x }] }\n";
    let call = |with: &str| format!("on: push\njobs:\n  a:\n    uses: ./.github/workflows/called.yml\n{with}");
    let files = [(".github/workflows/called.yml", callee), ("README.md", "")];
    assert_eq!(
        found(&call("    with: { targt: x }\n    secrets: inherit\n"), &files),
        ["5:13: call-input: Invalid input, targt is not defined in the referenced workflow."]
    );
    assert_eq!(
        found(&call(""), &files),
        [
            "4:11: call-input: Input target is required, but not provided while calling.",
            "4:11: call-input: Secret token is required, but not provided while calling.",
        ]
    );
    assert_eq!(found(&call("    with: { target: x }\n    secrets: { token: x }\n"), &files), Vec::<String>::new());
    let asking = callee
        .replace("    inputs:\n      target: { type: string, required: true }\n    secrets:\n      token: { required: true }\n", "")
        .replace("a: { runs-on", "a: { permissions: { issues: write }, runs-on");
    assert_eq!(
        found(&call("    permissions: { contents: read }\n"), &[(".github/workflows/called.yml", &asking)]),
        ["4:11: call-permissions: The nested job 'a' is requesting 'issues: write', but is only allowed 'issues: none'."]
    );
    assert_eq!(
        found(&call(""), &[(".github/workflows/called.yml", &asking)]),
        Vec::<String>::new(),
        "the repository's default is not known"
    );
    let gone = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/gone.yml\n";
    assert_eq!(found(gone, &files), ["4:11: call-target: the repository has no workflow `.github/workflows/gone.yml`"]);
    assert_eq!(found(gone, &[]), Vec::<String>::new(), "alone, a file says nothing of its neighbours");
    let itself = "on: [push, workflow_call]\njobs:\n  a:\n    uses: ./.github/workflows/ci.yml\n";
    assert_eq!(found(itself, &files), ["4:11: limit-exceeded: workflows call each other more than 10 deep, or in a circle"]);
    let cases = [
        (step("uses: actions/checkout"), "6:15: action-reference: Expected format {org}/{repo}[/path]@ref. Actual 'actions/checkout'"),
        (
            step("uses: actions/cache@v5\nwith: { path: x, keys: y }"),
            "7:26: action-input-unknown: Unexpected input 'keys'; did you mean `key`",
        ),
        (step("uses: codecov/codecov-action@v5\nwith: { file_name: x }"), "7:17: action-input-unknown: Unexpected input 'file_name'"),
        (
            step("id: meta\nuses: docker/metadata-action@v5\nwith: { images: x }").trim_end().to_owned()
                + "\n      - run: echo ${{ steps.meta.outputs.created }} ${{ steps.meta.outputs.tags }}\n",
            "9:42: expression-property: there is no `steps.meta.outputs.created` here, so the value is empty",
        ),
        (step("uses: actions/upload-artifact@v4"), "6:15: action-input-missing: Input required and not supplied: path"),
        (step("uses: actions/setup-python@v6\nwith: { python-version: 3.10 }"), "7:33: number-changes: `3.10` is read as the number 3.1"),
        (step("run: echo \"::set-env name=A::b\""), "6:20: workflow-command-disabled: The `set-env` command is disabled"),
    ];
    for (text, expected) in cases {
        assert_eq!(found(&text, &[]), [expected], "{text}");
    }
}

#[test]
fn what_scripts_need_is_looked_for_in_the_tree() {
    let job = |lines: &str| {
        format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - {}\n",
            lines.trim_end().replace('\n', "\n        ")
        )
    };
    let files = [("ci/build.sh", ""), ("package.json", "{}")];
    let cases = [
        ("run: ./ci/build.sh", vec!["7:14: script-not-executable: `ci/build.sh` has no run bit"]),
        ("run: bash ./ci/build.sh", vec![]),
        ("run: ./ci/test.sh", vec!["7:14: script-missing: the repository has no `ci/test.sh`"]),
        ("run: ls\nworking-directory: docs", vec!["8:28: working-directory-missing: the repository has no folder `docs`"]),
        ("run: npm ci", vec!["7:14: lock-file-missing: `npm ci` needs a package-lock.json, and the repository has none"]),
        ("uses: ./action", vec!["7:15: local-action-missing: the repository has no action in `./action`"]),
        ("run: mkdir docs && ./ci/test.sh > x", vec![]),
    ];
    for (lines, expected) in cases {
        assert_eq!(found(&job(lines), &files), expected, "{lines}");
    }
}

#[test]
fn events_and_labels_are_compared_with_dated_tables() {
    let text = "on:\n  schedule:\n    - cron: '0 0 30 2 *'\n    - cron: '0 25 * * *'\n  pull_request:\n    types: [opend]\njobs:\n  a:\n    runs-on: ${{ matrix.os }}\n    strategy:\n      matrix:\n        os: [ubuntu-20.04, ubuntu-latest]\n    steps: [{ run: x }]\n";
    assert_eq!(
        found(text, &[]),
        [
            "3:13: cron-impossible: `0 0 30 2 *` names a day that no calendar has",
            "4:13: cron-syntax: `0 25 * * *` is no schedule: `25` is no hour",
            "6:13: unknown-activity: the event has no activity type `opend`",
            "12:14: runner-label-retired: no runner answers to `ubuntu-20.04` since 2025-04-15",
        ]
    );
}

/// A workflow with this below `on`, and a sound job.
fn on(events: &str) -> String {
    format!("on:\n  {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{{ run: x }}]\n", events.trim_end().replace('\n', "\n  "))
}

#[test]
fn events_are_asked_for_in_vain() {
    let cases = [
        ("release:\n  branches: [main]", vec!["3:5: unknown-filter: the event `release` has no filter `branches`"]),
        ("push:\n  types: [x]", vec!["3:5: unknown-filter: the event `push` has no filter `types`"]),
        (
            "push:\n  paths: ['./src/**']",
            vec!["3:13: pattern-never-matches: `./src/**` matches nothing: paths begin at the root of the repository"],
        ),
        ("push:\n  branches: ['a[b']", vec!["3:16: pattern-never-matches: `a[b` matches nothing: its bracket is not closed"]),
        (
            "push:\n  branches: ['!a']",
            vec!["3:5: pattern-never-matches: all patterns of `branches` exclude, so that nothing is left to match"],
        ),
        ("push:\n  branches: ['**']\n  tags: ['!**']", vec![]),
        ("push:\n  branches-ignore: ['!a', '\\[b']\n  paths: [a/**]", vec![]),
        (
            "schedule:\n  - cron: '* * * * *'",
            vec!["3:13: cron-too-often: `*` asks for runs less than 5 minutes apart, which the platform does not make"],
        ),
        ("check_suite:\n  types: [complete]", vec!["3:13: unknown-activity: the event has no activity type `complete`"]),
        (
            "workflow_dispatch:\n  inputs:\n    a: { type: choice }",
            vec!["4:7: input-declaration: the input `a` is a choice and has no `options`"],
        ),
        (
            "workflow_dispatch:\n  inputs:\n    a: { type: choice, options: [one, two], default: ones }",
            vec!["4:56: input-declaration: the default of `a` is `ones`, and the input takes one of one, two"],
        ),
        ("workflow_dispatch:\n  inputs:\n    a: { type: boolean, default: 'True' }", vec![]),
        (
            "workflow_call:\n  inputs:\n    a: { type: number, default: x }",
            vec!["4:35: input-declaration: the default of `a` is `x`, and the input takes a number"],
        ),
        (
            "workflow_call:\n  secrets:\n    github_token: { required: true }",
            vec![
                "4:7: invalid-id: secret name `github_token` within `workflow_call` can not be used since it would collide with system reserved name",
            ],
        ),
    ];
    for (events, expected) in cases {
        assert_eq!(found(&on(events), &[]), expected, "{events}");
    }
    let many: String = (0..26).map(|number| format!("    i{number}: {{ type: string }}\n")).collect();
    let text = on(&format!("workflow_dispatch:\n  inputs:\n{many}"));
    assert_eq!(found(&text, &[]), ["3:5: limit-exceeded: you may only define up to 25 `inputs` for a `workflow_dispatch` event"]);
}

#[test]
fn shells_and_their_scripts_are_judged() {
    let invalid = "shell-unknown: Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a format string containing '{0}'";
    let cases = [
        ("run: x\nshell: bsh", vec![format!("7:16: {invalid}: `bsh`")]),
        ("run: x\nshell: bash -l", vec![format!("7:16: {invalid}: `bash -l`")]),
        ("run: x\nshell: perl {0}", vec![]),
        ("run: x\nshell: cmd", vec!["7:16: shell-unknown: `cmd` is a shell of Windows, and the job runs on ubuntu-latest".to_owned()]),
        ("run: x\nshell: cmd\nif: runner.os == 'Windows'", vec![]),
        (
            "run: |\n  if true; then\n    echo ${{ github.sha }}\n",
            vec!["7:11: shell-syntax: syntax error: unexpected end of file: `if` has no `fi`".to_owned()],
        ),
        ("run: |\n  cat <<A\n  x\n    A\n", vec!["7:15: heredoc-unclosed: here-document delimited by end-of-file (wanted `A')".to_owned()]),
        ("run: if (1) { }\nshell: pwsh", vec![]),
        ("run: echo \"${{ format('\"') }}\"", vec![]),
    ];
    for (lines, expected) in cases {
        assert_eq!(found(&step(lines), &[]), expected, "{lines}");
    }
    let windows = step("run: if (1) { }").replace("ubuntu-latest", "windows-latest");
    assert_eq!(found(&windows, &[]), Vec::<String>::new());
    let default = format!("defaults: {{ run: {{ shell: zsh }} }}\n{}", step("run: x"));
    assert_eq!(found(&default, &[]), [format!("1:27: {invalid}: `zsh`")]);
}

#[test]
fn what_the_platform_does_not_build_is_named() {
    let matrix = |lines: &str| {
        let lines = lines.trim_end().replace('\n', "\n        ");
        format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        {lines}\n    steps: [{{ run: x }}]\n"
        )
    };
    let cases = [
        ("os: []", vec!["7:9: matrix-invalid: Matrix vector 'os' does not contain any values"]),
        ("include: []", vec!["6:7: matrix-invalid: Matrix must define at least one vector"]),
        ("os: [a]\nexclude: [{ oss: a }]", vec!["8:21: matrix-invalid: Matrix exclude key 'oss' does not match any key within the matrix"]),
        ("os: [a]\nexclude: [{ OS: a }]\ninclude: [{ more: b }]", vec![]),
        ("os: [a]\nexclude: \"${{ fromJSON('[]') }}\"", vec![]),
        ("os: ['${{ github.ref }}']\nexclude: [{ b: a }]", vec![]),
    ];
    for (lines, expected) in cases {
        assert_eq!(found(&matrix(lines), &[]), expected, "{lines}");
    }
    let bare = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n";
    let message = "4:5: missing-key: No steps defined in `steps` and no workflow called in `uses` for the following jobs: a";
    assert_eq!(found(bare, &[]), [message]);
    assert_eq!(found(&format!("{bare}    steps: []\n"), &[]), [message]);
    assert_eq!(
        found(&format!("{bare}    env: {{ A: b, a: c }}\n    steps: [{{ run: x }}]\n"), &[]),
        ["5:18: duplicate-key: 'a' is already defined"]
    );
    let long = step(&format!("run: \"echo ${{{{ github.ref }}}} {}\"", "{".repeat(11_000)));
    assert_eq!(
        found(&long, &[]),
        ["6:14: limit-exceeded: Exceeded max expression length 21000: a text with expressions counts as a whole, here 22031"]
    );
    let label = step("run: x").replace("ubuntu-latest", "ubuntu-lastest");
    assert_eq!(found(&label, &[]), ["4:14: runner-label-unknown: GitHub has no runner `ubuntu-lastest`; did you mean `ubuntu-latest`"]);
    for own in ["ubuntu-2404-2core", "ubuntu-24.04-xl", "gpu"] {
        assert_eq!(found(&step("run: x").replace("ubuntu-latest", own), &[]), Vec::<String>::new());
    }
    let refused = step("uses: actions/upload-artifact@v3\nwith: { path: x }");
    assert_eq!(found(&refused, &[]), ["6:15: action-refused: the service refuses `actions/upload-artifact@v3` since 2025-01-30"]);
    let numbers = step("run: x\nenv: { A: 0x10, B: 12e4, C: 0644, D: 007, E: 1.50, VERSION: 1.50 }");
    assert_eq!(
        found(&numbers, &[]),
        [
            "7:19: number-changes: `0x10` is read as the number 16",
            "7:28: number-changes: `12e4` is read as the number 120000",
            "7:46: number-changes: `007` is read as the number 7",
            "7:69: number-changes: `1.50` is read as the number 1.5",
        ]
    );
}

#[test]
fn what_is_new_is_healed_where_one_answer_is_clear() {
    let fixed = |text: &str| proofs::fixed(text).expect("a repair");
    let cases = [
        (step("run: x\nshell: bash -l"), "bash -l", "bash -l {0}"),
        (step("run: x\nshell: bsh"), "bsh", "bash"),
        (step("run: x\nenv: { A: 0x10 }"), "0x10", "'0x10'"),
        (step("run: x\nenv:\n  A: 012"), "012", "'012'"),
        (on("push:\n  paths: ['./src/**']"), "./src", "src"),
        (on("push:\n  paths:\n    - ./src/**"), "./src", "src"),
        (step("run: x").replace("ubuntu-latest", "ubuntu-lastest"), "lastest", "latest"),
        (step("uses: actions/upload-artifact@v3\nwith: { path: x }"), "@v3", "@v4"),
    ];
    for (text, from, to) in cases {
        assert_eq!(fixed(&text), text.replacen(from, to, 1), "{text}");
    }
}

#[test]
fn findings_of_refusals_are_few_on_shared_workflows() {
    // These never ran: the platform refuses a heredoc at the first column, a key twice, a secret in a condition, a scope.
    let broken = [
        "codeql-macos.yml",
        "codeql-windows.yml",
        "consolidated-ci-cd.yml",
        "ci.yml",
        "android.yml",
        "test-signing.yml",
        "resource-monitor.yml",
    ];
    let texts = crate::patch::shared::workflows();
    let mut wrong = Vec::new();
    for (path, text) in &texts {
        let findings = inspect_text(&Repository::default(), &self::path(), text);
        let refused = findings.iter().find(|finding| finding.check.refuses());
        let known = broken.iter().any(|name| path.ends_with(name))
            && ["anchapin", "dreamsoft", "poiuy105"].iter().any(|owner| path.contains(owner));
        if let (Some(finding), false) = (refused, known) {
            wrong.push(format!("{path}:{}: {}", finding.position, finding.message));
        }
    }
    println!("{} shared files", texts.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(96))]

    #[test]
    fn no_expression_makes_it_panic(text in "[ -~\\n]{0,60}") {
        let types = std::collections::BTreeMap::new();
        let scope = crate::expression::Scope { contexts: &["github", "env"], functions: &["always"], types: &types };
        for fault in crate::expression::faults(&text, &scope) {
            let _ = crate::expression::rewrites(&text, &fault, &scope, &[]);
        }
        let _ = found(&step(&format!("run: \"{text}\"")), &[]);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = found(&text, &[]);
        let _ = found(&step(&text), &[]);
    }
}

#[test]
fn the_manual_names_every_check() {
    let manual = include_str!("../../../docs/check.md");
    for check in CHECKS {
        let level = if check.level == Level::Error { "error" } else { "warning" };
        assert!(manual.contains(&format!("| `{}` | {level} | {} |", check.id, check.summary)), "{}", check.id);
    }
}
