//! Nothing typed, on a terminal: a failing run is offered to be healed.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::json;

use super::super::support::git::{Repo, scrub};
use super::super::support::github::{GitHub, TOKEN};
use super::super::support::program::BINARY;
use super::fetching::{archive, run};
use super::{TEXT, WORKFLOW};

/// Types these answers into a terminal of the program's own; none where this machine has no `script`.
fn typed(github: &GitHub, repo: &Repo, answers: &str) -> Option<String> {
    let there = Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("skipped: no `script` here that gives a terminal");
        return None;
    }
    let mut script = Command::new("script");
    scrub(&mut script, &repo.beside("home"));
    script.args(["-qec", BINARY, "/dev/null"]).current_dir(repo.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    script
        .env("GH_ENTERPRISE_TOKEN", TOKEN)
        .env("GH_HOST", github.host())
        .env("GH_PATH", "/nowhere/gh")
        .env("NO_COLOR", "1")
        .env("TERM", "xterm");
    let mut child = script.spawn().unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

fn branches(repo: &Repo) -> usize {
    repo.git(&["for-each-ref", "--format=%(refname)", "refs/heads/auto-heal"]).lines().count()
}

#[test]
fn a_failing_run_is_found_and_healed_by_saying_yes_twice() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    run(&github, 1_000_100, Some(archive()));
    let Some(said) = typed(&github, &repo, "n\n") else { return };
    assert!(said.contains("for a failing run of the branch main in octo/weather?") && said.contains("› "), "{said}");
    assert!(github.exchanges().is_empty(), "nobody agreed to ask");
    let said = typed(&github, &repo, "y\nn\n").unwrap();
    assert!(said.contains("Run 1000100 (CI) failed.") && said.contains("No module named 'requests'"), "{said}");
    assert_eq!(branches(&repo), 0, "{said}");
    let said = typed(&github, &repo, "\ny\n").unwrap();
    assert_eq!(branches(&repo), 1, "{said}");
    assert!(github.exchanges().iter().all(|exchange| !exchange.writes()));
    run(&github, 1_000_101, None);
    github.state().runs.get_mut(&1_000_101).unwrap().record["conclusion"] = json!("success");
    let said = typed(&github, &repo, "y\n").unwrap();
    assert!(said.contains("✓ Nothing of the branch main fails."), "{said}");
}

#[test]
fn without_a_terminal_nobody_is_asked_and_nothing_is_sent() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    let said = github.program([""; 0]).within(repo.path()).run().ends(0);
    assert!(said.out.starts_with("A checkout of octo/weather, on the branch main.\n"), "{said:?}");
    for step in ["› gh-autoheal fetch\n", "› gh-autoheal init\n", "› gh-autoheal demo\n", "gh-autoheal --help"] {
        assert!(said.out.contains(step), "{step}: {said:?}");
    }
    repo.write("run-1000100/run.json", "{}").write(WORKFLOW, TEXT.replace("runs-on", "run-on"));
    let document = github.program(["--json"]).within(repo.path()).run().ends(0).json();
    let commands: Vec<&str> = document["steps"].as_array().unwrap().iter().map(|step| step["command"].as_str().unwrap()).collect();
    assert_eq!(commands[..3], ["gh-autoheal heal run-1000100 --dry-run", "gh-autoheal check", "gh-autoheal fetch"]);
    github.program(["--format", "sarif"]).within(repo.path()).run().ends(2);
    assert!(github.exchanges().is_empty());
}
