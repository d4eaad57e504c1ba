//! Many runs at once: each distinct cause once, one pull request a cause, one summary.

use serde_json::{Value, json};

use super::super::support::git::Repo;
use super::super::support::github::{GitHub, Run};
use super::{TEXT, WORKFLOW, job, log, publish};

/// Another job of the workflow, which lacks a command.
const SECOND: &str = "\x20 docs:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: ninja docs
";

fn both() -> String {
    format!("{TEXT}{SECOND}")
}

fn docs_log() -> String {
    let lines = [
        "##[group]Run ninja docs",
        "\u{1b}[36;1mninja docs\u{1b}[0m",
        "shell: /usr/bin/bash -e {0}",
        "##[endgroup]",
        "/home/runner/work/_temp/0b7b9d6e-3f4c-4f43-8d4e-1f5e2f9d8a11.sh: line 1: ninja: command not found",
        "##[error]Process completed with exit code 127.",
    ];
    lines.iter().map(|line| format!("2026-10-01T10:00:10.0000000Z {line}\n")).collect()
}

fn docs_job(run: u64) -> Value {
    json!({
        "id": run * 10 + 1, "run_id": run, "name": "docs", "status": "completed", "conclusion": "failure",
        "html_url": format!("https://github.example/octo/weather/actions/runs/{run}/job/{}", run * 10 + 1),
        "started_at": "2026-10-01T10:00:00Z", "completed_at": "2026-10-01T10:01:00Z", "labels": ["ubuntu-24.04"],
        "steps": [
            {"name": "Set up job", "number": 1, "status": "completed", "conclusion": "success"},
            {"name": "Run actions/checkout@v4", "number": 2, "status": "completed", "conclusion": "success"},
            {"name": "Run ninja docs", "number": 3, "status": "completed", "conclusion": "failure"},
        ],
    })
}

/// A run of the server's `main` on which these jobs failed; none means that it was green.
fn run(github: &GitHub, id: u64, branch: &str, jobs: &[&str]) {
    let sha = github.tip("main").unwrap();
    let conclusion = if jobs.is_empty() { "success" } else { "failure" };
    let record = json!({
        "id": id, "name": "CI", "path": WORKFLOW, "head_sha": sha, "head_branch": branch, "event": "push", "run_attempt": 1,
        "status": "completed", "conclusion": conclusion, "html_url": format!("https://github.example/octo/weather/actions/runs/{id}"),
        "repository": {"full_name": "octo/weather"}, "head_repository": {"full_name": "octo/weather"},
    });
    let text = |name: &str| if name == "docs" { docs_log() } else { log() };
    let files: Vec<(String, Vec<u8>)> =
        jobs.iter().enumerate().map(|(at, name)| (format!("{at}_{name}.txt"), text(name).into_bytes())).collect();
    let jobs = jobs.iter().map(|name| if *name == "docs" { docs_job(id) } else { job(id) }).collect();
    let logs = (!files.is_empty()).then(|| gh_autoheal::archive::packed(&files).unwrap());
    github.state().runs.insert(id, Run { record, jobs, logs, ..Run::default() });
}

fn heal(github: &GitHub, repo: &Repo, more: &[&str]) -> super::Said {
    github.program(["heal", "--allow", "needs-review", "--json"]).args(more).within(repo.path()).run()
}

/// Titles of the pull requests, with the causes that their markers name.
fn pulls(github: &GitHub) -> Vec<(u64, usize)> {
    let state = github.state();
    let causes = |number: &u64| {
        let body = state.issues[number]["body"].as_str().unwrap();
        let marker = body.rsplit("fingerprint=").next().unwrap();
        marker.split([' ', '\n']).next().unwrap().split(',').count()
    };
    state.pulls.keys().map(|number| (*number, causes(number))).collect()
}

#[test]
fn several_sources_heal_each_cause_once() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, &both())]);
    for (id, jobs) in [(1_000_100, vec!["test"]), (1_000_101, vec!["test", "docs"]), (1_000_102, vec!["docs"])] {
        run(&github, id, "main", &jobs);
    }
    let said = heal(&github, &repo, &["1000100", "1000101", "1000102"]).ends(0).json();
    assert_eq!((&said["runs"], &said["causes"], &said["healed"]), (&json!(3), &json!(2), &json!(2)), "{said}");
    let causes = said["repositories"][0]["causes"].as_array().unwrap();
    assert!(causes.iter().all(|cause| cause["sources"].as_array().unwrap().len() == 2 && cause["state"] == "healed"), "{said}");
    let branches = repo.git(&["branch", "--list", "auto-heal/*"]);
    assert_eq!(branches.lines().count(), 2, "{branches}");
    let text = github.program(["heal", "--allow", "needs-review", "1000100", "1000101"]).within(repo.path()).run().ends(0);
    let text = text.shows("2 runs, 2 distinct causes: 2 healed.").shows("in 1000100, 1000101");
    assert!(text.out.lines().all(|line| line.chars().count() <= 80), "{text:?}");
    heal(&github, &repo, &["1000100", "1000101", "--format", "sarif"]).ends(2);
}

#[test]
fn a_source_that_cannot_be_read_is_told_and_the_others_are_healed() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    let source = super::bundle(&repo, 100);
    let said = heal(&github, &repo, &["nowhere.zip", &source]).ends(1).json();
    assert_eq!((&said["runs"], &said["healed"]), (&json!(1), &json!(1)), "{said}");
    assert!(said["repositories"][0]["errors"][0]["message"].as_str().unwrap().contains("nowhere.zip"), "{said}");
}

#[test]
fn each_cause_of_a_run_gets_its_own_pull_request() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, &both())]);
    run(&github, 1_000_101, "main", &["test", "docs"]);
    let made = heal(&github, &repo, &["1000101", "--publish"]).ends(0).json();
    assert_eq!(made["publications"].as_array().unwrap().len(), 2, "{made}");
    assert_eq!(made["branches"].as_array().unwrap().len(), 2, "{made}");
    assert_eq!(pulls(&github), [(2, 1), (4, 1)]);
    let before = github.state().published();
    heal(&github, &repo, &["1000101", "--publish"]).ends(0);
    assert_eq!(github.state().published(), before, "a second time nothing changes");
    // A later run with one of the causes alone opens nothing new, and is counted.
    run(&github, 1_000_102, "main", &["docs"]);
    heal(&github, &repo, &["1000102", "--publish"]).ends(0);
    let state = github.state();
    assert_eq!((state.issues.len(), state.pulls.len()), (4, 2));
    assert!(state.issues[&3]["body"].as_str().unwrap().contains("Seen 2 times"));
}

#[test]
fn a_branch_that_heals_several_causes_opens_no_second_pull_request_for_one() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, &both())]);
    run(&github, 1_000_100, "main", &["test"]);
    run(&github, 1_000_101, "main", &["test", "docs"]);
    heal(&github, &repo, &["1000100", "--publish"]).ends(0);
    let whole = heal(&github, &repo, &["1000101"]).ends(0).json();
    let made = publish(&github, &repo, &[whole["branch"].as_str().unwrap()]).ends(0).json();
    assert!(made["notes"].to_string().contains("heals a part of this"), "{made}");
    assert_eq!(github.state().pulls.len(), 1);
}

#[test]
fn a_plan_of_several_causes_is_published_elsewhere_as_it_was_shown() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, &both())]);
    run(&github, 1_000_101, "main", &["test", "docs"]);
    let plan = repo.beside("plan.json");
    heal(&github, &repo, &["1000101", "--dry-run", "--plan", plan.to_str().unwrap()]).ends(0);
    assert_eq!(repo.git(&["branch", "--list", "auto-heal/*"]), "", "a dry run leaves no branch");
    github.exchanges();
    let elsewhere = |more: &[&str]| github.program(["publish", "--json", "-R", "octo/weather"]).arg(&plan).args(more).run().ends(0).json();
    let shown = elsewhere(&["--dry-run"]);
    assert!(github.exchanges().is_empty());
    let made = elsewhere(&[]);
    assert_eq!(made["publications"].as_array().unwrap().len(), 2, "{made}");
    let sent: Vec<String> = github.exchanges().iter().map(|exchange| exchange.method.clone()).collect();
    let steps: Vec<&str> = shown["steps"].as_array().unwrap().iter().map(|step| step["method"].as_str().unwrap()).collect();
    assert_eq!(steps, sent);
    assert_eq!(pulls(&github), [(2, 1), (4, 1)]);
}

#[test]
fn all_that_fails_now_is_healed_and_what_is_green_again_is_not() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, &both())]);
    run(&github, 1_000_100, "main", &["docs"]);
    run(&github, 1_000_101, "main", &["test"]);
    run(&github, 1_000_102, "side", &["docs"]);
    run(&github, 1_000_103, "side", &[]);
    run(&github, 1_000_104, "auto-heal/workflow-ci-00000000", &["docs"]);
    let made = heal(&github, &repo, &["--all-failed", "--publish"]).ends(0).json();
    assert_eq!((&made["runs"], &made["causes"]), (&json!(1), &json!(1)), "{made}");
    let cause = &made["repositories"][0]["causes"][0];
    assert_eq!(cause["sources"], json!(["run 1000101"]), "{made}");
    assert!(cause["pull"].as_str().unwrap().ends_with("/pull/2"), "{made}");
    let exchanges = github.exchanges();
    super::openapi::check(&exchanges);
    heal(&github, &repo, &["--all-failed", "--publish"]).ends(0);
    assert_eq!(github.state().pulls.len(), 1);
    heal(&github, &repo, &["--all-failed", "--branch", "side"]).ends(0);
    heal(&github, &repo, &["--all-failed", "x.zip"]).ends(2);
    heal(&github, &repo, &["--org", "octo"]).ends(2);
}

#[test]
fn repositories_are_worked_through_without_a_checkout_of_them() {
    let (one, two) = (GitHub::start(), GitHub::start());
    for github in [&one, &two] {
        github.checkout(&[(WORKFLOW, &both()), (".github/autoheal.yml", "branch-prefix: mended/\n")]);
        run(github, 1_000_100, "main", &["test", "docs"]);
    }
    let names: Vec<String> = [&one, &two].iter().map(|github| format!("{}/octo/weather", github.host())).collect();
    let missing = format!("{}/octo/missing", one.host());
    let many = |more: &[&str]| {
        let program =
            one.program(["heal", "--all-failed", "--allow", "needs-review", "--json", "-R", &names[0], "-R", &missing, "-R", &names[1]]);
        program.args(more).run()
    };
    many(&[]).ends(2).complains("is not checked out here");
    let seen = many(&["--dry-run"]).ends(1).json();
    assert_eq!(seen["repositories"][0]["causes"][0]["state"], "healable", "{seen}");
    assert_eq!((&seen["runs"], &seen["causes"]), (&json!(2), &json!(4)), "{seen}");
    let made = many(&["--publish"]).ends(1).json();
    assert!(made["repositories"][1]["errors"][0]["message"].as_str().unwrap().contains("404"), "{made}");
    for github in [&one, &two] {
        assert_eq!(pulls(github), [(2, 1), (4, 1)], "{made}");
        let head = github.state().pulls[&2]["head"]["ref"].as_str().unwrap().to_owned();
        assert!(head.starts_with("mended/"), "the repository's own configuration holds: {head}");
    }
    many(&["--publish"]).ends(1);
    assert_eq!(pulls(&one).len(), 2);
}

#[test]
fn an_owner_s_repositories_are_worked_through() {
    for kind in ["orgs", "users"] {
        let github = GitHub::start();
        github.checkout(&[(WORKFLOW, TEXT)]);
        run(&github, 1_000_100, "main", &["test"]);
        let repository = |name: &str, archived: bool, fork: bool| json!({"full_name": format!("octo/{name}"), "default_branch": "main", "archived": archived, "fork": fork});
        let list = json!([repository("weather", false, false), repository("old", true, false), repository("copy", false, true)]);
        github.state().owners.insert(format!("{kind}/octo"), list);
        let program = github.program(["heal", "--all-failed", "--org", "octo", "--publish", "--allow", "needs-review", "--json"]);
        let made = program.run().ends(0).json();
        assert_eq!(made["repositories"].as_array().unwrap().len(), 1, "{made}");
        assert_eq!(github.state().pulls.len(), 1);
        super::openapi::check(&github.exchanges());
        github.program(["heal", "--all-failed", "--org", "nobody", "--dry-run"]).run().ends(1).complains("no organisation or person");
    }
}
