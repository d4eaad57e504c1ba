//! Whole stories: a log, a repository, and what comes of them. One folder of `testdata/scenarios` each.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::git::{Repo, scrubbed};
use super::support::program::{Program, Said};

const WORKFLOW: &str = ".github/workflows/ci.yml";

/// Every scenario's folder, in order.
fn scenarios() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/scenarios");
    let mut found: Vec<PathBuf> = fs::read_dir(root).unwrap().flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn scenario(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/scenarios").join(name);
    assert!(folder.is_dir(), "no scenario {name}");
    folder
}

/// A repository that holds the scenario's workflow and its other files.
fn repository(folder: &Path) -> Repo {
    let repo = Repo::new();
    repo.file(WORKFLOW, fs::read(folder.join("workflow.yml")).unwrap());
    let files = folder.join("files");
    if files.is_dir() {
        lay(&repo, &files, "");
    }
    repo.commit("base");
    repo
}

fn lay(repo: &Repo, folder: &Path, prefix: &str) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            lay(repo, &entry.path(), &format!("{name}/"));
        } else {
            repo.file(&name, fs::read(entry.path()).unwrap());
        }
    }
}

fn heal(folder: &Path, repo: &Repo, flags: &[&str]) -> Said {
    let log = folder.join("log.txt");
    let source = if log.exists() { log } else { folder.join("source") };
    let program = Program::new(["heal"]).arg(source).arg("--repo").arg(repo.path()).arg("--allow").arg("needs-review");
    flags.iter().fold(program, |program, flag| program.arg(flag)).run()
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("-")
}

/// A line a failure, then why nothing was changed where that is so, then the change.
fn told(document: &Value) -> String {
    let mut out = String::new();
    for failure in document["failures"].as_array().unwrap() {
        let (rule, verdict, category) = (word(failure, "rule"), word(failure, "verdict"), word(failure, "category"));
        let _ = writeln!(out, "{rule} {verdict} {category} | {}", word(&failure["cause"], "text"));
    }
    for skipped in document["skipped"].as_array().unwrap() {
        let _ = writeln!(out, "skipped {}: {}", word(skipped, "rule"), word(skipped, "reason"));
    }
    for patch in document["patches"].as_array().unwrap() {
        if let Some(mode) = patch["mode"].as_str() {
            let _ = writeln!(out, "mode {mode} {}", word(patch, "path"));
        }
        out.push_str(word(patch, "diff"));
    }
    out
}

#[test]
fn every_scenario_ends_as_its_folder_says() {
    let bless = env::var_os("AUTOHEAL_BLESS").is_some();
    let mut wrong = Vec::new();
    for folder in scenarios() {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let repo = repository(&folder);
        let said = heal(&folder, &repo, &["--dry-run", "--json"]);
        assert!(matches!(said.code, 0 | 3), "{name}: {said:?}");
        let found = told(&said.json());
        assert!(!found.is_empty(), "{name}: nothing was found");
        assert_eq!(said.code == 0, !said.json()["patches"].as_array().unwrap().is_empty(), "{name}: exit {}", said.code);
        let expected = folder.join("expected.txt");
        if bless {
            fs::write(&expected, &found).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default().replace("\r\n", "\n") != found {
            wrong.push(format!("{name} now ends so:\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}\nIf this is right: cargo xtask bless", wrong.join("\n"));
}

#[test]
fn a_dry_run_leaves_no_trace() {
    for name in ["e1-missing-python-module-real", "x4-permission-error"] {
        let folder = scenario(name);
        let repo = repository(&folder);
        let state = || (repo.git(&["for-each-ref"]), repo.git(&["count-objects", "-v"]), repo.git(&["status", "--porcelain", "--ignored"]));
        let before = state();
        let said = heal(&folder, &repo, &["--dry-run", "--json"]).ends(0);
        assert_eq!(before, state(), "{name}");
        let document = said.json();
        assert!(document["branch"].is_null() && document["commit"].is_null(), "{name}: {document}");
    }
}

#[test]
fn a_healed_scenario_is_one_commit_on_one_new_branch() {
    scrubbed(|| {
        for (name, slug, stat) in [
            ("e1-missing-python-module-real", "python-tests", "1 file changed, 1 insertion(+), 1 deletion(-)"),
            ("e2-job-time-out-real", "build-docker-image", "1 file changed, 1 insertion(+), 1 deletion(-)"),
            ("s1-token-scope", "demo-scope", "1 file changed, 3 insertions(+)"),
            ("x4-permission-error", "demo-permission", "mode change 100644 => 100755 gradlew"),
        ] {
            let folder = scenario(name);
            let repo = repository(&folder);
            let before = repo.git(&["rev-parse", "HEAD"]);
            let document = heal(&folder, &repo, &["--json"]).ends(0).json();
            let (branch, commit) = (word(&document, "branch"), word(&document, "commit"));
            assert_branch(branch, slug);
            assert_eq!(repo.git(&["rev-parse", branch]), commit, "{name}");
            assert_eq!(repo.git(&["rev-parse", &format!("{branch}^")]), before, "{name}");
            assert_eq!(word(&document, "base"), before, "{name}");
            let shown = repo.git(&["show", "--stat", "--summary", "--format=%B", branch]);
            assert!(shown.contains(stat), "{name}: {shown}");
            for trailer in ["Autoheal-Rule: ", "Autoheal-Fingerprint: "] {
                assert!(shown.contains(&format!("\n{trailer}")), "{name}: {shown}");
            }
            assert_eq!(repo.git(&["status", "--porcelain"]), "", "{name}");
            assert_eq!(repo.git(&["rev-parse", "HEAD"]), before, "{name}");
            assert_eq!(repo.git(&["symbolic-ref", "HEAD"]), "refs/heads/main", "{name}");
            repo.git(&["fsck", "--strict", "--no-dangling"]);
        }
    });
}

/// `auto-heal/workflow-<slug>-<8 hex>`.
fn assert_branch(branch: &str, slug: &str) {
    let fingerprint = branch.strip_prefix(&format!("auto-heal/workflow-{slug}-")).unwrap_or_else(|| panic!("{branch}"));
    assert!(fingerprint.len() == 8 && fingerprint.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')), "{branch}");
}

#[test]
fn healing_twice_makes_one_commit() {
    let folder = scenario("e1-missing-python-module-real");
    let repo = repository(&folder);
    let first = heal(&folder, &repo, &["--json"]).ends(0).json();
    let again = heal(&folder, &repo, &["--json"]).ends(0).json();
    assert_eq!((&first["branch"], &first["commit"]), (&again["branch"], &again["commit"]));
    assert_eq!(repo.git(&["for-each-ref", "--format=x"]).lines().count(), 2);
    heal(&folder, &repo, &[]).ends(0).shows("lready healed");
}

#[test]
fn the_same_failure_gives_the_same_commit_in_another_clone() {
    let folder = scenario("e2-job-time-out-real");
    let one = repository(&folder);
    let other = one.cloned(&[]);
    let commit = |repo: &Repo| heal(&folder, repo, &["--jq", ".commit"]).ends(0).out;
    assert_eq!(commit(&one), commit(&other));
}

#[test]
fn a_branch_with_another_commit_is_left_alone() {
    let folder = scenario("e1-missing-python-module-real");
    let repo = repository(&folder);
    let branch = heal(&folder, &repo, &["--jq", ".branch"]).ends(0).out.trim().to_owned();
    repo.git(&["update-ref", &format!("refs/heads/{branch}"), "HEAD"]);
    let said = heal(&folder, &repo, &[]).ends(1).complains(&branch).complains("hint: ");
    assert!(said.err.contains("git branch"), "what to type is missing: {said:?}");
    assert_eq!(repo.git(&["rev-parse", &branch]), repo.git(&["rev-parse", "HEAD"]));
}

#[test]
fn a_dirty_work_tree_stays_as_it_is() {
    let folder = scenario("e1-missing-python-module-real");
    let repo = repository(&folder);
    repo.write(WORKFLOW, "name: mine\n").write("notes.txt", "x");
    let before = repo.git(&["status", "--porcelain"]);
    heal(&folder, &repo, &[]).ends(0);
    assert_eq!(repo.git(&["status", "--porcelain"]), before);
    assert_eq!(fs::read_to_string(repo.path().join(WORKFLOW)).unwrap(), "name: mine\n");
}

#[test]
fn without_leave_a_change_that_needs_review_is_offered_and_not_made() {
    let folder = scenario("e2-job-time-out-real");
    let repo = repository(&folder);
    let said = Program::new(["heal"]).arg(folder.join("log.txt")).arg("--repo").arg(repo.path()).run().ends(3);
    assert!(said.out.contains("--allow needs-review"), "{said:?}");
    assert_eq!(repo.git(&["for-each-ref", "--format=%(refname)"]), "refs/heads/main");
}
