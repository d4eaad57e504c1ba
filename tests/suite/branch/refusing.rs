//! Situations in which no branch may be made: the reason and the next command are named, and nothing changes.

use std::fs;

use gh_autoheal::branch::Unpatchable;
use gh_autoheal::patch::{FileChange, FilePatch};
use gh_autoheal::text::RepoPath;

use super::*;
use crate::support::git::scrubbed;

/// Asks for the branch, expects a refusal, and that it left no trace beyond objects nothing refers to.
fn refused(repo: &Repo, patch: &PatchSet, branch: &str) -> BranchError {
    let before = State::of(repo);
    let error = heal_with(repo, patch, &commit_on(branch)).unwrap_err();
    assert_eq!(State::of(repo), before, "{error}");
    sound(repo);
    error
}

#[test]
fn a_branch_with_other_contents_is_never_moved() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["branch", BRANCH]);
        let found = repo.git(&["rev-parse", BRANCH]);
        let exists = BranchError::BranchExists { branch: BRANCH.to_owned(), found };
        assert_eq!(refused(&repo, &patch(), BRANCH), exists);
        repo.git(&["pack-refs", "--all"]);
        assert_eq!(refused(&repo, &patch(), BRANCH), exists);
        assert!(exists.hints().iter().any(|hint| hint.ends_with(&format!("git branch -D {BRANCH}"))));
        repo.git(&["branch", "-D", BRANCH]);
        heal_and_judge(&repo);
    });
}

#[test]
fn a_branch_that_is_a_symbolic_reference_is_left_alone() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["symbolic-ref", &format!("refs/heads/{BRANCH}"), "refs/heads/main"]);
        assert!(matches!(refused(&repo, &patch(), BRANCH), BranchError::BranchExists { .. }));
    });
}

#[test]
fn branches_that_clash_as_file_and_folder_are_refused_loose_and_packed() {
    scrubbed(|| {
        for (existing, wanted) in [("auto-heal", "auto-heal/x/y"), ("auto-heal/x", "auto-heal/x/y"), ("auto-heal/x", "auto-heal")] {
            let repo = repository();
            repo.git(&["config", "core.logAllRefUpdates", "false"]);
            repo.git(&["branch", existing]);
            let in_the_way = BranchError::BranchInTheWay { branch: wanted.to_owned(), obstacle: existing.to_owned() };
            assert_eq!(refused(&repo, &patch(), wanted), in_the_way);
            repo.git(&["pack-refs", "--all"]);
            assert_eq!(refused(&repo, &patch(), wanted), in_the_way);
            let bare = repo.bare();
            assert_eq!(refused(&bare, &patch(), wanted), in_the_way);
            let hint = in_the_way.hints().remove(0);
            let words: Vec<_> = hint.split(' ').skip(1).collect();
            repo.git(&words);
            assert!(heal_on(&repo, wanted).is_ok(), "{hint}");
        }
    });
}

#[test]
fn names_that_only_look_alike_are_no_clash() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["branch", "auto-heal-x"]);
        repo.git(&["branch", "auto"]);
        repo.git(&["tag", "auto-heal"]);
        repo.git(&["update-ref", "refs/remotes/origin/auto-heal", "HEAD"]);
        heal_and_judge(&repo);
    });
}

#[test]
fn a_name_that_git_refuses_is_refused() {
    scrubbed(|| {
        let repo = repository();
        for name in ["", "a..b", "a b", "-d", "a.lock", "HEAD", "a/.b", "a\u{7}", "x/", "a@{b", "a~1"] {
            assert!(matches!(refused(&repo, &patch(), name), BranchError::BranchName { .. }), "{name:?}");
            assert!(!repo.try_git(&["check-ref-format", "--branch", name]).0, "{name:?}");
        }
    });
}

#[test]
fn a_held_lock_is_named() {
    scrubbed(|| {
        let repo = repository();
        let lock = repo.git_dir().join(format!("refs/heads/{BRANCH}.lock"));
        fs::create_dir_all(lock.parent().unwrap()).unwrap();
        fs::write(&lock, "").unwrap();
        let BranchError::BranchLocked { lock: named, .. } = refused(&repo, &patch(), BRANCH) else { panic!("locked") };
        fs::remove_file(named).unwrap();
        heal_and_judge(&repo);
    });
}

#[test]
fn links_submodules_folders_and_missing_files_are_not_patched() {
    scrubbed(|| {
        let repo = repository();
        repo.entry("120000", ".github/workflows/link.yml", "ci.yml").entry("120000", "linked", ".github");
        repo.entry("160000", "sub", &repo.git(&["rev-parse", "HEAD"])).commit("odd entries");
        repo.git(&["reset", "--quiet", "--hard"]);
        let cases = [
            (".github/workflows/link.yml", Unpatchable::Link),
            ("linked/workflows/ci.yml", Unpatchable::BehindLink),
            ("sub", Unpatchable::Submodule),
            ("sub/ci.yml", Unpatchable::Submodule),
            (".github", Unpatchable::Folder),
            ("nowhere.yml", Unpatchable::Missing),
            ("README.md/x", Unpatchable::Missing),
        ];
        for (path, wanted) in cases {
            let make_executable = FilePatch { path: RepoPath::new(path).unwrap(), change: FileChange::MakeExecutable };
            for patch in [text_patch(path, "ci.yml", "x"), PatchSet { files: vec![make_executable] }] {
                let error = refused(&repo, &patch, BRANCH);
                assert!(matches!(error, BranchError::Unpatchable { reason, .. } if reason == wanted), "{path}: {error}");
                assert!(!error.hints().is_empty());
            }
        }
        assert_eq!(repo.git(&["ls-tree", &heal_and_judge(&repo).commit, "sub"]).split(' ').next(), Some("160000"));
    });
}

#[test]
fn a_patch_for_another_text_is_refused_whole() {
    scrubbed(|| {
        let repo = repository();
        let mut two = patch();
        two.files.extend(text_patch("README.md", "Read you.\n", "x").files);
        let error = refused(&repo, &two, BRANCH);
        assert_eq!(error.to_string().split_once(" in ").unwrap().0, "`README.md`");
        assert!(matches!(error, BranchError::Unpatchable { reason: Unpatchable::Changed, .. }));
    });
}

#[test]
fn a_patch_that_changes_nothing_makes_no_branch() {
    scrubbed(|| {
        let repo = repository();
        for nothing in [PatchSet::default(), text_patch(WORKFLOW, BEFORE, BEFORE)] {
            assert!(matches!(refused(&repo, &nothing, BRANCH), BranchError::NothingToCommit { .. }));
        }
    });
}

#[test]
fn a_broken_signer_leaves_no_branch() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["config", "commit.gpgSign", "true"]);
        repo.git(&["config", "gpg.program", "/nonexistent/signer"]);
        assert!(matches!(refused(&repo, &patch(), BRANCH), BranchError::Signing { .. }));
        assert_eq!(repo.git(&["count-objects"]), repository().git(&["count-objects"]));
    });
}

#[test]
fn no_name_is_invented_where_git_may_not_either() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["config", "user.useConfigOnly", "true"]);
        heal_and_judge(&repo);
        repo.git(&["config", "--unset", "user.email"]);
        assert!(matches!(refused(&repo, &patch(), "auto-heal/2"), BranchError::NoIdentity { .. }));
    });
}

#[test]
fn a_work_tree_that_waits_for_the_branch_is_not_given_it() {
    scrubbed(|| {
        let repo = repository();
        let base = head(&open(repo.path()));
        repo.git(&["symbolic-ref", "HEAD", &format!("refs/heads/{BRANCH}")]);
        let error = open(repo.path()).commit(&base, &patch(), &commit_on(BRANCH)).unwrap_err();
        assert_eq!(error, BranchError::BranchCheckedOut { branch: BRANCH.to_owned() });
    });
}

#[test]
fn an_empty_message_is_refused() {
    scrubbed(|| {
        let repo = repository();
        let empty = Commit { message: "\n".to_owned(), ..commit_on(BRANCH) };
        assert!(matches!(heal_with(&repo, &patch(), &empty), Err(BranchError::Message { .. })));
    });
}
