//! The limits that a repository sets are kept: rules off, the risk allowed, optional jobs, the branch prefix.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::git::Repo;
use super::support::program::{Program, Said};

const CONFIG: &str = ".github/autoheal.yml";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The repository and log of a scenario.
fn scenario(name: &str) -> (Repo, PathBuf) {
    let folder = root().join("testdata/scenarios").join(name);
    let repo = Repo::new();
    repo.file(".github/workflows/ci.yml", fs::read(folder.join("workflow.yml")).unwrap()).commit("base");
    (repo, folder.join("log.txt"))
}

fn heal(repo: &Repo, log: &Path, flags: &[&str]) -> Said {
    Program::new(["heal"]).arg(log).args(["--allow", "needs-review"]).args(flags).within(repo.path()).run()
}

#[test]
fn a_mistake_stops_with_its_line_and_column() {
    let (repo, log) = scenario("e1-missing-python-module-real");
    repo.write(CONFIG, "version: 1\nbranch-prefx: x/\nallow: all\n");
    let said = heal(&repo, &log, &[]).ends(1).complains("error: .github/autoheal.yml:2:1: the configuration has no key `branch-prefx`");
    let said = said.complains("did you mean `branch-prefix`?").complains("hint: .github/autoheal.yml:3:8: ");
    assert_eq!(repo.git(&["for-each-ref", "--format=x"]), "x", "{said:?}");
    let document = heal(&repo, &log, &["--json"]).ends(1).json();
    assert_eq!(document["error"]["kind"], "config", "{document}");
}

#[test]
fn a_rule_that_is_off_explains_nothing() {
    let (repo, log) = scenario("e1-missing-python-module-real");
    let rules = |repo: &Repo| heal(repo, &log, &["--dry-run", "--jq", ".failures[].rule"]).out;
    assert!(rules(&repo).contains("python-module-not-found"));
    repo.write(CONFIG, "rules:\n  off: [python-module-not-found, no-such-rule]\n");
    assert!(!rules(&repo).contains("python-module-not-found"));
    heal(&repo, &log, &["--dry-run"]).shows("turns off `no-such-rule`");
}

#[test]
fn no_flag_takes_more_risk_than_the_repository_allows() {
    let (repo, log) = scenario("e2-job-time-out-real");
    heal(&repo, &log, &["--dry-run"]).ends(0).shows("timeout-minutes: 60");
    repo.write(CONFIG, "allow: safe\n");
    let said = heal(&repo, &log, &[]).ends(3).shows("allows safe changes only");
    assert_eq!(repo.git(&["for-each-ref", "--format=x"]), "x", "{said:?}");
}

#[test]
fn the_branch_begins_as_the_repository_says() {
    let (repo, log) = scenario("e1-missing-python-module-real");
    let branch = |repo: &Repo| heal(repo, &log, &["--jq", ".branch"]).ends(0).out;
    let usual = branch(&repo);
    repo.write(CONFIG, "branch-prefix: ci/heal-\n");
    assert_eq!(branch(&repo).trim_end(), usual.trim_end().replace("auto-heal/", "ci/heal-"));
}

#[test]
fn only_a_declared_job_may_fail() {
    let (repo, log) = scenario("e3-no-runner-documented");
    let diff = |repo: &Repo| heal(repo, &log, &["--dry-run", "--format", "diff"]).out;
    assert_eq!(diff(&repo), "", "its name declares nothing");
    repo.write(CONFIG, "optional-jobs: [test-x64]\n");
    assert_eq!(diff(&repo), "", "another job is declared");
    repo.write(CONFIG, "optional-jobs: [{ workflow: ci.yml, job: test-arm64 }]\n");
    let added: Vec<String> =
        diff(&repo).lines().filter(|line| line.starts_with('+') && !line.starts_with("+++")).map(str::to_owned).collect();
    assert_eq!(added, ["+    continue-on-error: true"]);
    let document = heal(&repo, &log, &["--json"]).ends(0).json();
    assert_eq!(document["failures"][0]["verdict"], "healable", "{document}");
    assert!(document["commit"].is_string(), "{document}");
}

/// A red leg that no rule heals: the project's own test fails.
const RED: &str = "##[group]Run make check\nmake check\nshell: /usr/bin/bash -e {0}\n##[endgroup]\nthe flux capacitor is cold\n##[error]Process completed with exit code 2.\n";

#[test]
fn a_declared_leg_may_fail_and_the_others_may_not() {
    let workflow = |legs: &str| {
        format!(
            "on: push\njobs:\n  check:\n    runs-on: ubuntu-24.04\n    strategy:\n      matrix:\n{legs}    steps:\n      - run: make check\n"
        )
    };
    let run = |legs: &str, config: &str, job: &str| {
        let repo = Repo::new();
        repo.file(".github/workflows/ci.yml", workflow(legs)).commit("base");
        repo.write(CONFIG, config);
        let log = repo.beside("logs");
        fs::create_dir_all(log.join(job)).unwrap();
        fs::write(log.join(job).join("2_Run make check.txt"), RED).unwrap();
        let said = heal(&repo, &log, &["--dry-run", "--json"]).json();
        said["patches"][0]["diff"]
            .as_str()
            .unwrap_or("")
            .lines()
            .filter(|line| line.starts_with("+ "))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let legs = "        arch: [x64, arm64]\n        node: [22, 24]\n";
    let config = "optional-jobs: [{ job: check, matrix: { arch: arm64, node: 24 } }]\n";
    assert_eq!(run(legs, config, "check (arm64, 24)"), ["+    continue-on-error: ${{ matrix.arch == 'arm64' && matrix.node == 24 }}"]);
    assert!(run(legs, config, "check (x64, 24)").is_empty());
    let legs = "        include:\n          - { node: 24 }\n          - { node: 25, experimental: true }\n";
    assert_eq!(run(legs, "", "check (25, true)"), ["+    continue-on-error: ${{ matrix.experimental == true }}"]);
    assert!(run(legs, "", "check (24)").is_empty());
}
