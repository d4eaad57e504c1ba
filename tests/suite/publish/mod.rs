//! From branch to pull request, against a server that behaves as GitHub does.

mod asking;
mod doctor;
#[cfg(unix)]
mod home;
mod faults;
mod fetching;
mod hostile;
#[cfg(unix)]
mod interrupted;
mod many;
mod pushing;
mod offline;
mod openapi;
mod sending;
mod story;
mod traps;
#[cfg(unix)]
mod watching;

use serde_json::Value;

use super::support::git::Repo;
use super::support::github::GitHub;
use super::support::program::Said;

pub(super) const WORKFLOW: &str = ".github/workflows/ci.yml";

pub(super) const TEXT: &str = "\
name: CI
on:
  push:
  pull_request:
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: '3.12'
      - run: pip install pytest
      - run: pytest
";

/// The log of run `id` as a bundle beside the repository: its test lacks a module.
pub(super) fn bundle(repo: &Repo, id: u64) -> String {
    let sha = repo.git(&["rev-parse", "main"]);
    bundle_of(repo, id, "main", &sha, "octo/weather")
}

pub(super) fn bundle_of(repo: &Repo, id: u64, branch: &str, sha: &str, head: &str) -> String {
    let folder = repo.beside(&format!("bundle-{id}"));
    std::fs::create_dir_all(folder.join("logs")).unwrap();
    let site = "https://github.example/octo/weather";
    let run = serde_json::json!({
        "id": id, "name": "CI", "path": WORKFLOW, "head_sha": sha, "head_branch": branch, "event": "push", "run_attempt": 1,
        "conclusion": "failure", "html_url": format!("{site}/actions/runs/{id}"), "repository": {"full_name": "octo/weather"},
        "head_repository": {"full_name": head},
    });
    let jobs = serde_json::json!({"total_count": 1, "jobs": [job(id)]});
    std::fs::write(folder.join("run.json"), run.to_string()).unwrap();
    std::fs::write(folder.join("jobs.json"), jobs.to_string()).unwrap();
    std::fs::write(folder.join("logs/0_test.txt"), log()).unwrap();
    folder.to_str().unwrap().to_owned()
}

pub(super) fn job(run: u64) -> Value {
    serde_json::json!({
        "id": run * 10, "run_id": run, "name": "test", "status": "completed", "conclusion": "failure",
        "html_url": format!("https://github.example/octo/weather/actions/runs/{run}/job/{}", run * 10),
        "started_at": "2026-10-01T10:00:00Z", "completed_at": "2026-10-01T10:01:00Z", "labels": ["ubuntu-24.04"],
        "steps": [
            {"name": "Set up job", "number": 1, "status": "completed", "conclusion": "success"},
            {"name": "Run actions/checkout@v4", "number": 2, "status": "completed", "conclusion": "success"},
            {"name": "Run actions/setup-python@v5", "number": 3, "status": "completed", "conclusion": "success"},
            {"name": "Run pip install pytest", "number": 4, "status": "completed", "conclusion": "success"},
            {"name": "Run pytest", "number": 5, "status": "completed", "conclusion": "failure"},
        ],
    })
}

/// A whole job's log.
pub(super) fn log() -> String {
    let lines = [
        "##[group]Run pip install pytest",
        "\u{1b}[36;1mpip install pytest\u{1b}[0m",
        "shell: /usr/bin/bash -e {0}",
        "##[endgroup]",
        "Successfully installed pytest-8.3.3",
        "##[group]Run pytest",
        "\u{1b}[36;1mpytest\u{1b}[0m",
        "shell: /usr/bin/bash -e {0}",
        "##[endgroup]",
        "ImportError while importing test module '/home/runner/work/weather/weather/tests/test_weather.py'.",
        "tests/test_weather.py:1: in <module>",
        "    import requests",
        "E   ModuleNotFoundError: No module named 'requests'",
        "ERROR tests/test_weather.py",
        "##[error]Process completed with exit code 2.",
    ];
    lines.iter().map(|line| format!("2026-10-01T10:00:10.0000000Z {line}\n")).collect()
}

/// A server, a checkout of its repository, and the branch that heals run 100.
pub(super) fn healed() -> (GitHub, Repo, String) {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    let branch = heal(&github, &repo, 100);
    (github, repo, branch)
}

/// Heals a run offline.
pub(super) fn heal(github: &GitHub, repo: &Repo, run: u64) -> String {
    let source = bundle(repo, run);
    let said = github.program(["heal", &source, "--allow", "needs-review", "--json"]).within(repo.path()).run().ends(0);
    said.json()["branch"].as_str().unwrap().to_owned()
}

/// Publishes what was healed last.
pub(super) fn publish(github: &GitHub, repo: &Repo, more: &[&str]) -> Said {
    github.program(["publish", "--json"]).args(more).within(repo.path()).run()
}
