//! Which repository is meant, and which are refused.

use std::env;
use std::fs;
use std::path::PathBuf;

use gh_autoheal::branch::Remote;

use super::*;
use crate::support::git::{scrubbed, scrubbed_with};

fn home() -> PathBuf {
    PathBuf::from(env::var_os("HOME").unwrap())
}

#[test]
fn the_repository_is_found_from_any_folder_within() {
    scrubbed(|| {
        let repo = repository();
        let checkout = open(&repo.path().join(".github/workflows"));
        assert_eq!(checkout.workdir().unwrap().canonicalize().unwrap(), repo.path().canonicalize().unwrap());
        assert!(!checkout.is_bare() && !checkout.is_shallow() && !checkout.is_partial());
        assert!(open(&repo.git_dir()).git_dir().ends_with(".git"));
    });
}

#[test]
fn no_repository_is_no_error_and_no_folder_is_one() {
    scrubbed(|| {
        assert!(Checkout::discover(&home()).unwrap().is_none());
        fs::write(home().join("file"), "").unwrap();
        for bad in ["file", "nowhere"] {
            assert!(matches!(Checkout::discover(&home().join(bad)), Err(BranchError::NoFolder { .. })));
        }
    });
}

#[test]
fn git_dir_names_the_repository() {
    let named = |home: &Path| vec![("GIT_DIR".to_owned(), home.join("named/.git").display().to_string())];
    scrubbed_with(named, || {
        let other = repository();
        assert!(matches!(Checkout::discover(other.path()), Err(BranchError::GitDir { .. })));
        fs::rename(other.path(), home().join("named")).unwrap();
        let checkout = open(repository().path());
        assert!(checkout.git_dir().starts_with(home().join("named")), "{:?}", checkout.git_dir());
    });
}

#[test]
fn a_relative_git_dir_counts_from_the_folder_asked_about() {
    scrubbed_with(
        |_| vec![("GIT_DIR".to_owned(), "../checkout/.git".to_owned())],
        || {
            let repo = repository();
            assert_eq!(head(&open(repo.path())).commit, repo.git(&["rev-parse", "HEAD"]));
        },
    );
}

#[cfg(unix)]
#[test]
fn a_repository_of_another_owner_is_refused_until_it_is_declared_safe() {
    scrubbed(|| {
        let repo = repository();
        let chown = |path: &Path| std::os::unix::fs::chown(path, Some(4242), Some(4242));
        if chown(repo.path()).is_err() {
            eprintln!("skipped: only root can give a folder away");
            return;
        }
        chown(&repo.path().join(".git")).unwrap();
        let (success, text) = repo.try_git(&["status"]);
        assert!(!success && text.contains("dubious ownership"), "{text}");
        let error = Checkout::discover(repo.path()).unwrap_err();
        assert!(matches!(error, BranchError::DubiousOwnership { .. }), "{error}");
        let hint = error.hints().remove(0);
        assert!(text.contains(&hint), "git says the same: {text}\n{hint}");
        let words: Vec<_> = hint.split(' ').skip(1).collect();
        repo.git(&words);
        heal_on(&repo, BRANCH).unwrap();
        sound(&repo);
    });
}

#[test]
fn reftable_and_unknown_extensions_are_refused_by_name() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["config", "core.repositoryFormatVersion", "1"]);
        repo.git(&["config", "extensions.somethingNew", "true"]);
        let error = Checkout::discover(repo.path()).unwrap_err();
        assert!(error.to_string().contains("`somethingnew`"), "{error}");
        let probe = Repo::new();
        if !probe.try_git(&["init", "--ref-format=reftable", &probe.beside("reftable").display().to_string()]).0 {
            eprintln!("skipped: this git has no reftable");
            return;
        }
        let error = Checkout::discover(&probe.beside("reftable")).unwrap_err();
        assert!(error.to_string().contains("`reftable`"), "{error}");
        assert!(error.hints()[0].ends_with("refs migrate --ref-format=files"));
    });
}

#[test]
fn a_bare_repository_that_was_only_stumbled_upon_is_refused_where_git_would() {
    scrubbed(|| {
        let bare = repository().bare();
        assert!(Checkout::discover(bare.path()).unwrap().is_some());
        fs::write(home().join(".gitconfig"), "[safe]\n\tbareRepository = explicit\n").unwrap();
        assert!(matches!(Checkout::discover(bare.path()), Err(BranchError::ImplicitBare { .. })));
        assert!(Checkout::discover(repository().path()).unwrap().is_some());
    });
}

#[test]
fn remotes_come_default_first_and_without_secrets() {
    scrubbed(|| {
        let repo = repository();
        let remotes = || open(repo.path()).remotes();
        assert_eq!(remotes(), []);
        repo.git(&["remote", "add", "a-fork", "git@github.com:me/project.git"]);
        repo.git(&["remote", "add", "origin", "https://x-access-token:abc@github.com/them/project.git"]);
        repo.git(&["remote", "add", "other", "short:there.git"]);
        repo.git(&["config", "url.https://token@example.org/.insteadOf", "short:"]);
        let remote = |name: &str, url: &str| Remote { name: name.to_owned(), url: url.to_owned() };
        let origin = remote("origin", "https://github.com/them/project.git");
        let fork = remote("a-fork", "git@github.com:me/project.git");
        let other = remote("other", "https://example.org/there.git");
        assert_eq!(remotes(), [origin.clone(), fork.clone(), other.clone()]);
        repo.git(&["config", "branch.main.remote", "other"]);
        assert_eq!(remotes(), [other, origin, fork]);
    });
}
