//! Situations in which the branch is made.

use std::fs;

use gh_autoheal::branch::{BaseChoice, FALLBACK_EMAIL, FALLBACK_NAME, Identity, Outcome};
use gh_autoheal::patch::{FileChange, FilePatch};
use gh_autoheal::text::RepoPath;

use super::*;
use crate::support::git::{scrubbed, scrubbed_with};

#[test]
fn a_clean_checkout_gets_one_branch_and_nothing_else() {
    scrubbed(|| {
        let repo = repository();
        let server = repo.bare();
        let committed = heal_and_judge(&repo);
        assert_eq!(committed.identity, Identity::Configured);
        let raw = repo.git(&["cat-file", "commit", BRANCH]);
        assert!(raw.contains("author Tester <tester@example.org> 1700000000 +0000\n"), "{raw}");
        assert!(repo.git(&["reflog", "show", BRANCH]).contains("branch: created by gh-autoheal"));
        repo.git(&["push", "--quiet", server.path().to_str().unwrap(), BRANCH]);
        assert_eq!(server.git(&["rev-parse", BRANCH]), committed.commit);
        repo.git(&["checkout", "--quiet", BRANCH]);
        repo.git(&["gc", "--quiet", "--prune=now"]);
        sound(&repo);
    });
}

#[test]
fn a_second_time_finds_the_branch_and_changes_nothing() {
    scrubbed(|| {
        let repo = repository();
        let first = heal_and_judge(&repo);
        let objects = repo.git(&["count-objects"]);
        let again = heal_on(&repo, BRANCH).unwrap();
        assert_eq!((again.outcome, &again.commit), (Outcome::AlreadyThere, &first.commit));
        repo.git(&["config", "user.name", "Somebody Else"]);
        let later = Commit { when: 1_800_000_000, ..commit_on(BRANCH) };
        let again = heal_with(&repo, &patch(), &later).unwrap();
        assert_eq!((again.outcome, &again.commit), (Outcome::AlreadyThere, &first.commit));
        repo.git(&["pack-refs", "--all"]);
        assert_eq!(heal_on(&repo, BRANCH).unwrap().commit, first.commit);
        assert_eq!(repo.git(&["count-objects"]), objects);
    });
}

#[test]
fn the_same_failure_gives_the_same_commit_in_another_clone() {
    let dates = |_: &Path| ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|name| (name.to_owned(), "@5 +0100".to_owned())).to_vec();
    scrubbed_with(dates, || {
        let repo = repository();
        let clone = repo.cloned(&[]);
        assert_eq!(heal_and_judge(&repo).commit, heal_and_judge(&clone).commit);
    });
}

#[test]
fn edits_staged_and_unstaged_and_a_held_index_stay_as_they_are() {
    scrubbed(|| {
        let repo = repository();
        repo.file("staged.txt", "staged\n").write("README.md", "Changed.\n").write("untracked", "x");
        repo.file(WORKFLOW, "on: [push, pull_request]\n").write(WORKFLOW, "broken: [\n");
        fs::write(repo.git_dir().join("index.lock"), "").unwrap();
        heal_and_judge(&repo);
    });
}

#[test]
fn a_merge_in_progress_stays_in_progress() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["checkout", "--quiet", "-b", "other"]);
        repo.file("README.md", "Theirs.\n").commit("theirs");
        repo.git(&["checkout", "--quiet", "main"]);
        repo.file("README.md", "Ours.\n").commit("ours");
        assert!(!repo.try_git(&["merge", "other"]).0);
        heal_and_judge(&repo);
    });
}

#[test]
fn a_bare_repository_will_do() {
    scrubbed(|| {
        let repo = repository().bare();
        heal_and_judge(&repo);
        assert!(open(repo.path()).is_bare());
        assert_eq!(open(repo.path()).workdir(), None);
    });
}

#[test]
fn a_shallow_clone_will_do() {
    scrubbed(|| {
        let repo = repository();
        repo.file("README.md", "More.\n").commit("second");
        let shallow = repo.cloned(&["--depth=1"]);
        assert!(open(shallow.path()).is_shallow());
        let before = State::of(&shallow);
        let committed = heal_on(&shallow, BRANCH).unwrap();
        before.judge(&shallow, &committed);
        shallow.git(&["push", "--quiet", "origin", BRANCH]);
        assert_eq!(repo.git(&["rev-parse", BRANCH]), committed.commit);
    });
}

#[test]
fn a_linked_work_tree_shares_the_branch() {
    scrubbed(|| {
        let repo = repository();
        let linked = repo.beside("linked");
        repo.git(&["worktree", "add", "--quiet", "-b", "topic", linked.to_str().unwrap()]);
        let before = State::of(&repo);
        let checkout = open(&linked);
        assert_ne!(checkout.git_dir(), checkout.common_dir());
        assert_eq!(checkout.workdir(), Some(linked.as_path()));
        let base = head(&checkout);
        assert_eq!(base.branch.as_deref(), Some("topic"));
        let committed = checkout.commit(&base, &patch(), &commit_on(BRANCH)).unwrap();
        before.judge(&repo, &committed);
        assert_eq!(repo.git(&["-C", linked.to_str().unwrap(), "status", "--porcelain"]), "");
    });
}

#[test]
fn a_detached_head_stays_detached() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["checkout", "--quiet", "--detach"]);
        assert_eq!(head(&open(repo.path())).branch, None);
        heal_and_judge(&repo);
    });
}

#[test]
fn a_sha256_repository_will_do() {
    scrubbed(|| {
        let repo = filled(Repo::sha256());
        assert_eq!(heal_and_judge(&repo).commit.len(), 64);
    });
}

#[test]
fn packed_objects_and_references_will_do() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["tag", "v1"]);
        repo.git(&["branch", "auto-heal/other"]);
        repo.git(&["gc", "--quiet"]);
        heal_and_judge(&repo);
    });
}

#[test]
fn borrowed_objects_will_do() {
    scrubbed(|| {
        let repo = repository();
        let borrower = repo.cloned(&["--shared", &format!("--reference={}", repo.path().display())]);
        assert!(borrower.git_dir().join("objects/info/alternates").exists());
        heal_and_judge(&borrower);
    });
}

#[test]
fn line_ends_of_the_blob_stay_whatever_the_attributes_say() {
    scrubbed(|| {
        let repo = repository();
        let (before, after) = (BEFORE.replace('\n', "\r\n"), AFTER.replace('\n', "\r\n"));
        repo.git(&["config", "core.autocrlf", "false"]);
        repo.file(WORKFLOW, &before).commit("CRLF in the blob");
        repo.file(".gitattributes", "*.yml text eol=lf\n").commit("attributes that disagree");
        repo.git(&["config", "core.autocrlf", "true"]);
        let state = State::of(&repo);
        let committed = heal_with(&repo, &text_patch(WORKFLOW, &before, &after), &commit_on(BRANCH)).unwrap();
        state.judge(&repo, &committed);
        let blob = repo.git(&["cat-file", "blob", &format!("{BRANCH}:{WORKFLOW}")]);
        assert_eq!(blob, after.trim_end_matches('\n'));
        assert_eq!(repo.git(&["diff", "--numstat", "main", BRANCH]), format!("1\t1\t{WORKFLOW}"));
    });
}

#[test]
fn modes_are_kept_and_the_run_bit_can_be_set() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["update-index", "--chmod=+x", WORKFLOW]);
        repo.entry("120000", "link", "README.md").commit("an executable workflow");
        repo.git(&["checkout", "--quiet", "--", "."]);
        let mut patch = patch();
        patch.files.push(FilePatch { path: RepoPath::new("run.sh").unwrap(), change: FileChange::MakeExecutable });
        let state = State::of(&repo);
        let committed = heal_with(&repo, &patch, &commit_on(BRANCH)).unwrap();
        state.judge(&repo, &committed);
        let raw = repo.git(&["diff", "--raw", "--no-abbrev", "main", BRANCH]);
        let lines: Vec<_> = raw.lines().collect();
        assert!(lines.len() == 2 && lines[0].starts_with(":100755 100755 ") && lines[1].starts_with(":100644 100755 "), "{raw}");
    });
}

#[test]
fn without_an_identity_the_named_fallback_signs() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["config", "--unset", "user.name"]);
        repo.git(&["config", "--unset", "user.email"]);
        let committed = heal_and_judge(&repo);
        assert_eq!(committed.identity, Identity::Fallback);
        let people = repo.git(&["log", "-1", "--format=%an <%ae>, %cn <%ce>", BRANCH]);
        assert_eq!(people, format!("{FALLBACK_NAME} <{FALLBACK_EMAIL}>, {FALLBACK_NAME} <{FALLBACK_EMAIL}>"));
        repo.git(&["config", "user.name", "Only a Name"]);
        let committed = heal_on(&repo, "auto-heal/2").unwrap();
        assert_eq!(committed.identity, Identity::Fallback);
        assert_eq!(repo.git(&["log", "-1", "--format=%an <%ae>", "auto-heal/2"]), format!("Only a Name <{FALLBACK_EMAIL}>"));
    });
}

#[test]
fn author_and_committer_come_from_the_environment_first() {
    let people = |_: &Path| {
        let names = [("GIT_AUTHOR_NAME", "An <Author>"), ("GIT_AUTHOR_EMAIL", "a@example.org"), ("GIT_COMMITTER_NAME", "A Committer")];
        names.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    };
    scrubbed_with(people, || {
        let repo = repository();
        heal_and_judge(&repo);
        let people = repo.git(&["log", "-1", "--format=%an <%ae>, %cn <%ce>", BRANCH]);
        assert_eq!(people, "An Author <a@example.org>, A Committer <tester@example.org>");
    });
}

#[test]
fn commits_are_signed_where_the_configuration_asks_for_it() {
    scrubbed(|| {
        let repo = repository();
        let key = repo.beside("key");
        let made = std::process::Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
        if !made.is_ok_and(|status| status.success()) {
            eprintln!("skipped: ssh-keygen is not here");
            return;
        }
        let public = fs::read_to_string(key.with_extension("pub")).unwrap();
        fs::write(repo.beside("signers"), format!("tester@example.org {public}")).unwrap();
        for (name, value) in [("gpg.format", "ssh"), ("commit.gpgSign", "true")] {
            repo.git(&["config", name, value]);
        }
        repo.git(&["config", "user.signingKey", key.to_str().unwrap()]);
        repo.git(&["config", "gpg.ssh.allowedSignersFile", repo.beside("signers").to_str().unwrap()]);
        let committed = heal_and_judge(&repo);
        assert_eq!(repo.git(&["log", "-1", "--format=%G?", BRANCH]), "G");
        let again = heal_on(&repo, BRANCH).unwrap();
        assert_eq!((again.outcome, again.commit), (Outcome::AlreadyThere, committed.commit));
    });
}

#[test]
fn an_older_revision_can_be_the_base() {
    scrubbed(|| {
        let repo = repository();
        let first = repo.git(&["rev-parse", "HEAD"]);
        repo.file(WORKFLOW, "on: push\n").commit("second");
        let checkout = open(repo.path());
        let base = checkout.base(BaseChoice::Revision("HEAD~1".to_owned())).unwrap();
        let state = State::of(&repo);
        let committed = checkout.commit(&base, &patch(), &commit_on(BRANCH)).unwrap();
        state.judge(&repo, &committed);
        assert_eq!(repo.git(&["rev-parse", &format!("{BRANCH}^")]), first);
    });
}
