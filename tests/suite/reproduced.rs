//! What a run here has shown, on its way into plan, page and pull request; and what is said where a step cannot run here.

use std::fs;

use super::support::git::Repo;
use super::support::program::Program;

const WORKFLOW: &str = ".github/workflows/ci.yml";

/// A repository whose build script lacks its run bit, and the log of its run; `setup` stands before the step.
fn failing(shell: &str, setup: &[&str]) -> (Repo, String) {
    let repo = Repo::new();
    let text = "name: CI\non: [push]\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v7\n      - run: ./build.sh\n";
    repo.file(WORKFLOW, text).file("build.sh", "#!/bin/sh\necho built\n");
    repo.commit("base");
    let mut lines: Vec<String> = vec!["Current runner version: '2.336.0'".to_owned(), "Complete job name: test".to_owned()];
    lines.extend(setup.iter().map(|line| (*line).to_owned()));
    lines.extend(["##[group]Run ./build.sh".to_owned(), "\u{1b}[36;1m./build.sh\u{1b}[0m".to_owned(), format!("shell: {shell}")]);
    let script = "/home/runner/work/_temp/0b7b9d6e-3f4c-4f43-8d4e-1f5e2f9d8a11.sh: line 1: ./build.sh: Permission denied";
    lines.extend(["##[endgroup]", script, "##[error]Process completed with exit code 126."].map(str::to_owned));
    let log = repo.beside("log.txt");
    let stamped = lines.iter().enumerate().map(|(at, line)| format!("2026-10-01T10:00:{at:02}.1234567Z {line}\n")).collect::<String>();
    fs::write(&log, stamped).unwrap();
    (repo, log.display().to_string())
}

#[test]
fn what_a_run_here_has_shown_stands_in_the_page_the_plan_and_the_pull_request() {
    let (repo, log) = failing("/usr/bin/bash -e {0}", &[]);
    let plan = repo.beside("plan.json").display().to_string();
    let words = "reproduced here, cured here";
    let heal = ["heal", &log, "--dry-run", "--verify", "--allow", "needs-review", "--plan", &plan];
    Program::new(heal).arg("--repo").arg(repo.path()).run().ends(0).shows(words);
    let kept: serde_json::Value = serde_json::from_str(&fs::read_to_string(&plan).unwrap()).unwrap();
    assert_eq!(kept["causes"][0]["verified"], words, "{kept}");
    let shown = Program::new(["publish", &plan, "--dry-run", "--json", "-R", "octo/weather"]).run().ends(0).json();
    let steps = shown["steps"].as_array().unwrap();
    let pull = steps.iter().find(|step| step["url"].as_str().is_some_and(|url| url.ends_with("/pulls"))).unwrap();
    assert!(pull["body"]["body"].as_str().unwrap().contains(&format!("Run where this was made: {words}")), "{pull}");
}

#[test]
fn a_container_that_is_not_here_is_said_and_nothing_runs() {
    let create = "##[command]/usr/bin/docker create --name 0a1b_x --label abc --workdir /__w/weather/weather -v \"/var/run/docker.sock\":\"/var/run/docker.sock\" --entrypoint \"tail\" registry.example/nowhere:9 \"-f\" \"/dev/null\"";
    let (repo, log) = failing("sh -e {0}", &[create]);
    let run = |more: &[&str]| {
        let program = Program::new(["reproduce", &log, "--run", "--json"]).args(more).arg("--repo").arg(repo.path());
        program.arg("-o").arg(repo.beside(&format!("out{}", more.len()))).run().ends(0).json()
    };
    let said = run(&["--container"]);
    assert_eq!(said["run"]["verdict"], "not-run", "{said}");
    let words = said["run"]["words"].as_str().unwrap();
    assert!(words.contains("neither docker nor podman has the image registry.example/nowhere:9"), "{words}");
    let (repo, log) = failing("/usr/bin/bash -e {0}", &[]);
    let program = Program::new(["reproduce", &log, "--run", "--json", "--container"]).arg("--repo").arg(repo.path());
    let said = program.arg("-o").arg(repo.beside("out")).run().ends(0).json();
    assert!(said["run"]["words"].as_str().unwrap().contains("the job ran in no container"), "{said}");
}

/// The same step in PowerShell: run where it is, and said where it is not.
#[test]
fn a_step_of_powershell_is_run_where_that_is() {
    let (repo, log) = failing("/usr/bin/pwsh -command \". '{0}'\"", &[]);
    let program = Program::new(["reproduce", &log, "--run", "--json"]).arg("--repo").arg(repo.path());
    let said = program.arg("-o").arg(repo.beside("out")).run();
    let words = format!("{}{}", said.out, said.err);
    if std::process::Command::new("pwsh").arg("-v").output().is_ok() {
        assert_eq!(said.code, 0, "{words}");
    } else {
        eprintln!("skipped in part: no pwsh here");
        assert!(words.contains("pwsh") && words.contains("not"), "{words}");
    }
}
