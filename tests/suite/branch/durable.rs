//! A process killed at any moment leaves no branch, or the complete one.

use std::env;
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use gh_autoheal::branch::Outcome;

use super::*;
use crate::support::git::{scrub, scrubbed};

/// Names the repository to the child that is going to be killed.
const VICTIM: &str = "KILLED_IN";

/// How many commits a child makes if nobody stops it.
const COMMITS: usize = 500;

/// How often a process is killed.
const KILLS: u64 = 15;

#[test]
#[ignore = "the child of the test below"]
fn child() {
    let Some(path) = env::var_os(VICTIM) else { return };
    let checkout = open(Path::new(&path));
    let base = head(&checkout);
    for number in 0..COMMITS {
        let commit = Commit { message: format!("number {number}\n"), ..commit_on(&format!("auto-heal/{number}")) };
        let after = format!("{AFTER}# {number}\n");
        checkout.commit(&base, &text_patch(WORKFLOW, BEFORE, &after), &commit).unwrap();
    }
}

#[test]
fn a_killed_process_leaves_only_complete_branches() {
    scrubbed(|| {
        let repo = repository();
        let git_dir = repo.git_dir();
        let before = State::of(&repo);
        let mut made = 0;
        for round in 0..KILLS {
            let mut child = Command::new(env::current_exe().unwrap());
            child.args(["--exact", "branch::durable::child", "--ignored", "--test-threads=1"]);
            scrub(&mut child, repo.path());
            let mut child = child.env(VICTIM, repo.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // Different moments, from the first write on: no moment is the right one to wait for.
            while child.try_wait().unwrap().is_none() && references(&repo) <= made {
                thread::sleep(Duration::from_micros(100));
            }
            thread::sleep(Duration::from_micros(round * 400));
            child.kill().unwrap();
            child.wait().unwrap();
            made = judge_after_kill(&repo, &git_dir);
        }
        assert!(made > 0, "at least one branch was made");
        for branch in branches(&repo) {
            repo.git(&["update-ref", "-d", &branch]);
        }
        assert_eq!(State::of(&repo), before);
        repo.git(&["gc", "--quiet", "--prune=now"]);
        sound(&repo);
    });
}

/// How many reference files there are, as seen from outside while a process writes.
fn references(repo: &Repo) -> usize {
    fs::read_dir(repo.path().join(".git/refs/heads/auto-heal")).map_or(0, Iterator::count)
}

fn branches(repo: &Repo) -> Vec<String> {
    repo.git(&["for-each-ref", "--format=%(refname)", "refs/heads/auto-heal"]).lines().map(str::to_owned).collect()
}

/// Each branch is whole, the next run is not blocked by more than one stale lock, and nothing else changed.
fn judge_after_kill(repo: &Repo, git_dir: &Path) -> usize {
    sound(repo);
    let branches = branches(repo);
    for branch in &branches {
        let number = branch.rsplit('/').next().unwrap();
        let text = repo.git(&["show", &format!("{branch}:{WORKFLOW}")]);
        assert_eq!(text, format!("{AFTER}# {number}"));
        assert_eq!(
            repo.git(&["log", "-1", "--format=%P %B", branch]).trim_end(),
            format!("{} number {number}", repo.git(&["rev-parse", "main"]))
        );
    }
    for entry in fs::read_dir(git_dir.join("refs/heads/auto-heal")).into_iter().flatten().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "lock") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    branches.len()
}

#[test]
fn two_processes_at_once_make_one_branch() {
    scrubbed(|| {
        let repo = repository();
        let before = State::of(&repo);
        let outcomes: Vec<_> = thread::scope(|scope| {
            let racers: Vec<_> = (0..4).map(|_| scope.spawn(|| heal_on(&repo, BRANCH))).collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        let created: Vec<_> = outcomes.iter().flatten().filter(|committed| committed.outcome == Outcome::Created).collect();
        let [created] = created[..] else { panic!("{outcomes:?}") };
        assert!(outcomes.iter().flatten().all(|committed| committed.commit == created.commit));
        before.judge(&repo, created);
    });
}
