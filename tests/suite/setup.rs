//! Setting up: what `init` writes, and what `doctor` says about it.

use std::fs;
use std::process::Command;

use snapbox::{assert_data_eq, file};

use super::support::git::Repo;
use super::support::program::{Program, Said};

const AUTOMATION: &str = ".github/workflows/auto-heal.yml";
const CONFIG: &str = ".github/autoheal.yml";
const CI: &str = "name: CI\non: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make check\n";

/// A fresh repository with one workflow.
fn fresh() -> Repo {
    let repo = Repo::new();
    repo.file(".github/workflows/ci.yml", CI).commit("base");
    repo
}

fn run(repo: &Repo, arguments: &[&str]) -> Said {
    Program::new(arguments).within(repo.path()).run()
}

/// The text without what differs between machines and versions.
fn settled(text: &str) -> String {
    let tool = |line: &str| {
        let known = ["✓ gh-autoheal ", "✓ git version", "✓ gh version"].iter().find(|mark| line.contains(**mark));
        known.map_or_else(|| line.to_owned(), |mark| format!("  {mark} [VERSION]"))
    };
    let commit = |line: String| match line.split_once("✓ branch main at ") {
        Some((before, _)) => format!("{before}✓ branch main at [COMMIT]"),
        None => line,
    };
    let text = text.replace(concat!("v", env!("CARGO_PKG_VERSION")), "v[VERSION]");
    text.lines().map(|line| commit(tool(line)) + "\n").collect()
}

/// Whether a tool is here; where it is not, the test says so and passes.
fn is_there(tool: &str) -> bool {
    let there = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("skipped: no {tool} here");
    }
    there
}

#[test]
fn a_fresh_repository_is_set_up_in_one_command() {
    let repo = fresh();
    let said = run(&repo, &["init", "--dry-run"]).ends(0);
    assert_data_eq!(settled(&said.out), file!["snapshots/init.txt"].raw());
    assert!(!repo.path().join(AUTOMATION).exists(), "a dry run writes nothing");
    run(&repo, &["init"]).ends(2).complains("--yes").complains("--dry-run");
    assert!(!repo.path().join(CONFIG).exists(), "nobody agreed");
    run(&repo, &["init", "--yes"]).ends(0).shows("✓ wrote .github/workflows/auto-heal.yml").shows("git add");
    assert_eq!(repo.git(&["status", "--porcelain", "-uall"]), format!("?? {CONFIG}\n?? {AUTOMATION}"));
    run(&repo, &["init", "--yes"]).ends(0).shows("stays as it is").shows("Nothing to write");
}

#[test]
fn files_that_exist_are_never_overwritten() {
    let repo = fresh();
    repo.write(AUTOMATION, "name: mine\non: push\njobs: {}\n").write(CONFIG, "allow: safe\n");
    run(&repo, &["init", "--yes"]).ends(0).shows("has no list");
    assert_eq!(fs::read_to_string(repo.path().join(AUTOMATION)).unwrap(), "name: mine\non: push\njobs: {}\n");
    assert_eq!(fs::read_to_string(repo.path().join(CONFIG)).unwrap(), "allow: safe\n");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let repo = fresh();
    let outside = repo.beside("outside");
    fs::create_dir_all(outside.join("workflows")).unwrap();
    fs::copy(repo.path().join(".github/workflows/ci.yml"), outside.join("workflows/ci.yml")).unwrap();
    fs::remove_dir_all(repo.path().join(".github")).unwrap();
    std::os::unix::fs::symlink(&outside, repo.path().join(".github")).unwrap();
    run(&repo, &["init", "--yes"]).ends(1).complains("is a link");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
}

#[test]
fn the_diff_of_a_set_up_is_one_that_git_applies() {
    let repo = fresh();
    let diff = run(&repo, &["init", "--dry-run", "--format", "diff"]).ends(0).out;
    let file = repo.beside("setup.diff");
    fs::write(&file, diff).unwrap();
    repo.git(&["apply", file.to_str().unwrap()]);
    run(&repo, &["init", "--yes"]).ends(0).shows("Nothing to write");
}

#[test]
fn the_list_is_kept_in_step() {
    let repo = fresh();
    run(&repo, &["init", "--update"]).ends(1).complains("no .github/workflows/auto-heal.yml to update").complains("gh autoheal init");
    run(&repo, &["init", "--yes"]).ends(0);
    repo.write(".github/workflows/docs.yml", CI.replace("CI", "'Docs: build'"));
    fs::rename(repo.path().join(".github/workflows/ci.yml"), repo.path().join(".github/workflows/check.yml")).unwrap();
    run(&repo, &["doctor", "--offline"]).ends(0).shows("does not listen to `Docs: build`").shows("init --update");
    let before = fs::read_to_string(repo.path().join(AUTOMATION)).unwrap();
    run(&repo, &["init", "--update", "--yes"]).ends(0).shows("+      - \"Docs: build\"");
    let after = fs::read_to_string(repo.path().join(AUTOMATION)).unwrap();
    assert_eq!(after, before.replace("      - CI\n", "      - CI\n      - \"Docs: build\"\n"));
    run(&repo, &["doctor", "--offline"]).ends(0).shows("listens to every workflow");
    run(&repo, &["init", "--update", "--yes"]).ends(0).shows("Nothing to write");
}

#[test]
fn other_tools_find_nothing_in_what_is_written() {
    for flags in [&["init", "--yes"][..], &["init", "--yes", "--issues"]] {
        let repo = fresh();
        repo.write(CONFIG, "branch-prefix: it/heals/\n");
        run(&repo, flags).ends(0);
        let checked = |tool: &str, arguments: &[&str]| {
            let output = Command::new(tool).args(arguments).arg(AUTOMATION).current_dir(repo.path()).output().unwrap();
            assert!(
                output.status.success(),
                "{tool}: {}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
        };
        if is_there("actionlint") {
            checked("actionlint", &["-shellcheck=", "-pyflakes="]);
        }
        if is_there("zizmor") {
            checked("zizmor", &["--offline", "--no-progress", "--pedantic"]);
        }
    }
}

#[test]
fn a_healthy_set_up_reads_so() {
    let repo = fresh();
    run(&repo, &["init", "--yes"]).ends(0);
    if is_there("gh") {
        let said = Program::new(["doctor", "--offline"]).within(repo.path()).run().ends(0);
        assert_data_eq!(settled(&said.out), file!["snapshots/doctor.txt"].raw());
    }
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let repo = fresh();
    repo.write(".github/workflows/broken.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    step: []\n");
    repo.write(CONFIG, "allow: sage\n").write(".github/autoheal/rules/mine.yml", "summary: x\nsurprise: y\n");
    let said = run(&repo, &["doctor", "--offline"]).ends(1).complains("mistakes");
    let said =
        said.shows("✗ .github/workflows/broken.yml:5:5: ").shows("✗ .github/autoheal.yml:1:8: `allow` is `sage`; did you mean `safe`?");
    let said = said.shows("✗ mine.yml:2:1: ").shows("! failed runs are not healed by themselves");
    assert!(said.out.lines().all(|line| line.chars().count() <= 80), "{said:?}");
    let document = run(&repo, &["doctor", "--offline", "--json"]).ends(1).json();
    assert_eq!((&document["version"], &document["sound"]), (&1.into(), &false.into()));
    let about = |state: &str| -> Vec<String> {
        let checks = document["checks"].as_array().unwrap().iter().filter(|check| check["state"] == state);
        checks.map(|check| check["about"].as_str().unwrap().to_owned()).collect()
    };
    for wrong in ["workflows", "configuration", "rules"] {
        assert!(about("wrong").contains(&wrong.to_owned()), "{document}");
    }
    assert!(about("careful").contains(&"automation".to_owned()), "{document}");
}

#[test]
fn what_a_configuration_names_must_be_there() {
    let repo = fresh();
    repo.write(CONFIG, "rules:\n  off: [no-such-rule]\noptional-jobs: [test, nightly]\n").write(".github/autoheal.yaml", "");
    let said = run(&repo, &["doctor", "--offline"]).ends(0);
    let said = said.shows("turns off `no-such-rule`").shows("declares `nightly` optional").shows(".github/autoheal.yaml is not read");
    assert!(!said.out.contains("declares `test`"), "{said:?}");
}

#[test]
fn outside_a_repository_the_rest_is_checked_all_the_same() {
    Program::new(["doctor", "--offline"]).run().ends(1).shows("Tools").shows("✗ there is no git repository around this folder");
    Program::new(["init"]).run().ends(1).complains("no git repository");
}
