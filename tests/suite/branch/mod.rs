//! The new branch, judged by the real git: complete, sound, and the only thing that changed.

mod committing;
mod discovering;
mod durable;
mod reading;
mod refusing;

use std::fs;
use std::path::Path;

use gh_autoheal::branch::{Base, BaseChoice, BranchError, Checkout, Commit, Committed, Outcome};
use gh_autoheal::patch::{FileChange, FilePatch, PatchSet};
use gh_autoheal::text::RepoPath;

use crate::support::git::Repo;

const WORKFLOW: &str = ".github/workflows/ci.yml";
const BEFORE: &str = "on: push\njobs:\n  test:\n    runs-on: ubuntu-20.04\n    steps: []\n";
const AFTER: &str = "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps: []\n";
const BRANCH: &str = "auto-heal/ci-0f1e2d3c";
const MESSAGE: &str = "ci: run on ubuntu-24.04\n\nubuntu-20.04 is gone.";

/// A repository with one workflow, one script and one commit.
fn repository() -> Repo {
    filled(Repo::new())
}

fn filled(repo: Repo) -> Repo {
    repo.file(WORKFLOW, BEFORE).file("README.md", "Read me.\n").entry("100644", "run.sh", "#!/bin/sh\n");
    repo.commit("first");
    repo.git(&["checkout", "--quiet", "--", "."]);
    repo
}

fn text_patch(path: &str, before: &str, after: &str) -> PatchSet {
    let change = FileChange::Text { before: before.to_owned(), after: after.to_owned() };
    PatchSet { files: vec![FilePatch { path: RepoPath::new(path).unwrap(), change }] }
}

fn patch() -> PatchSet {
    text_patch(WORKFLOW, BEFORE, AFTER)
}

fn commit_on(branch: &str) -> Commit {
    Commit { branch: branch.to_owned(), message: MESSAGE.to_owned(), when: 1_700_000_000 }
}

fn open(path: &Path) -> Checkout {
    Checkout::discover(path).unwrap().expect("a repository")
}

fn head(checkout: &Checkout) -> Base {
    checkout.base(BaseChoice::Run(None)).unwrap()
}

/// Commits the patch on the branch, without judging.
fn heal_with(repo: &Repo, patch: &PatchSet, commit: &Commit) -> Result<Committed, BranchError> {
    let checkout = open(repo.path());
    checkout.commit(&head(&checkout), patch, commit)
}

fn heal_on(repo: &Repo, branch: &str) -> Result<Committed, BranchError> {
    heal_with(repo, &patch(), &commit_on(branch))
}

/// Commits the usual patch and judges the result: everything must hold that holds in every situation.
fn heal_and_judge(repo: &Repo) -> Committed {
    let before = State::of(repo);
    let committed = heal_on(repo, BRANCH).unwrap();
    assert_eq!(committed.outcome, Outcome::Created);
    before.judge(repo, &committed);
    assert_eq!(repo.git(&["show", "--stat=80", "--format=", BRANCH]).lines().next(), Some(" .github/workflows/ci.yml | 2 +-"));
    assert_eq!(repo.git(&["show", &format!("{BRANCH}:{WORKFLOW}")]), AFTER.trim_end());
    committed
}

/// All that must not change, as git and the file system see it.
#[derive(Debug, PartialEq, Eq)]
struct State {
    status: (bool, String),
    references: Vec<String>,
    work_trees: String,
    files: Vec<(String, Option<Vec<u8>>)>,
}

impl State {
    fn of(repo: &Repo) -> Self {
        let git_dir = repo.git_dir();
        let common = repo.path().join(repo.git(&["rev-parse", "--git-common-dir"]));
        let places = [git_dir.join("index"), git_dir.join("HEAD"), common.join("HEAD"), common.join("config"), common.join("packed-refs")];
        let mut files: Vec<_> = places.iter().map(|place| (place.display().to_string(), fs::read(place).ok())).collect();
        // What lies beside objects, references and their logs stays as it is: no ORIG_HEAD, no lock, no stray file.
        let mut names: Vec<_> = fs::read_dir(&git_dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name != "logs");
        names.sort();
        files.push((names.join(" "), None));
        Self {
            status: repo.try_git(&["status", "--porcelain=v2", "--branch", "--untracked-files=all"]),
            references: repo.git(&["for-each-ref"]).lines().map(str::to_owned).collect(),
            work_trees: repo.git(&["worktree", "list", "--porcelain"]),
            files,
        }
    }

    /// The branch is there, sound, on its base, and nothing else happened.
    fn judge(self, repo: &Repo, committed: &Committed) {
        let branch = &committed.branch;
        let mut after = Self::of(repo);
        let new = format!("{} commit\trefs/heads/{branch}", committed.commit);
        let place = after.references.iter().position(|line| *line == new).expect("the new reference");
        after.references.remove(place);
        assert_eq!(after, self);
        sound(repo);
        let log = repo.git(&["log", "-1", "--format=%at %ct %ai|%B", branch]);
        assert_eq!(log.trim_end(), format!("1700000000 1700000000 2023-11-14 22:13:20 +0000|{MESSAGE}"));
        let clone = repo.cloned(&["--no-local", "--bare"]);
        assert_eq!(clone.git(&["rev-parse", branch]), committed.commit);
        sound(&clone);
    }
}

/// `git fsck` finds nothing to say.
fn sound(repo: &Repo) {
    let (success, text) = repo.try_git(&["fsck", "--strict", "--full", "--no-dangling", "--no-progress"]);
    let complaints: Vec<_> = text.lines().filter(|line| !line.starts_with("notice:")).collect();
    assert!(success && complaints.is_empty(), "{text}");
}
