//! What is read of the base commit, and that reading leaves no trace.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use gh_autoheal::branch::{BaseChoice, BaseReason};
use gh_autoheal::repository::{EntryKind, LARGEST_TEXT};

use super::*;
use crate::support::git::{DATE, scrubbed};

fn run(checkout: &Checkout, sha: &str) -> Base {
    checkout.base(BaseChoice::Run(Some(sha.to_owned()))).unwrap()
}

fn asked(checkout: &Checkout, revision: &str) -> Result<Base, BranchError> {
    checkout.base(BaseChoice::Revision(revision.to_owned()))
}

/// Every file below a folder, with its length and time of change.
fn files_below(folder: &Path) -> BTreeMap<PathBuf, (u64, std::time::SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let data = entry.metadata().unwrap();
        if data.is_dir() {
            found.extend(files_below(&entry.path()));
        }
        found.insert(entry.path(), (data.len(), data.modified().unwrap()));
    }
    found
}

#[test]
fn the_commit_of_the_run_is_the_base_where_the_checkout_has_it() {
    scrubbed(|| {
        let repo = repository();
        let first = repo.git(&["rev-parse", "HEAD"]);
        let second = repo.commit("second");
        let checkout = open(repo.path());
        let base = run(&checkout, &first);
        assert_eq!(base, Base { commit: first.clone(), reason: BaseReason::RunCommit, seconds: DATE, branch: None });
        assert_eq!(run(&checkout, &second).branch.as_deref(), Some("main"));
        for wanted in ["0123456789012345678901234567890123456789", &first[..8], "main", "", "ü", &"0".repeat(64)] {
            let base = run(&checkout, wanted);
            assert_eq!((base.commit, base.reason), (second.clone(), BaseReason::HeadInstead { wanted: wanted.to_owned() }));
        }
        assert_eq!(head(&checkout).reason, BaseReason::Head);
    });
}

#[test]
fn a_revision_is_read_as_git_reads_it() {
    scrubbed(|| {
        let repo = repository();
        let first = repo.git(&["rev-parse", "HEAD"]);
        repo.git(&["tag", "--annotate", "--message", "release", "v1"]);
        repo.git(&["branch", "old"]);
        repo.git(&["remote", "add", "up/stream", "https://example.org/x.git"]);
        repo.git(&["update-ref", "refs/remotes/up/stream/release/1", "HEAD"]);
        repo.commit("second");
        let checkout = open(repo.path());
        let cases =
            [("v1", None), ("HEAD~1", None), (&first[..10], None), ("old", Some("old")), ("up/stream/release/1", Some("release/1"))];
        for (revision, branch) in cases {
            let base = asked(&checkout, revision).unwrap();
            assert_eq!(
                (base.commit.as_str(), base.reason, base.branch.as_deref()),
                (first.as_str(), BaseReason::Asked, branch),
                "{revision}"
            );
        }
        assert_eq!(asked(&checkout, "HEAD").unwrap().branch.as_deref(), Some("main"));
        for odd in ["nope", "", "main..old", "-x", "HEAD~9", "a b", "refs/heads/", "@{-9}", ":/nothing", "^{", "main^{blob}"] {
            assert!(matches!(asked(&checkout, odd), Err(BranchError::UnknownRevision { .. })), "{odd}: {:?}", asked(&checkout, odd));
        }
        assert!(matches!(asked(&checkout, "HEAD:README.md"), Err(BranchError::NotACommit { .. })));
    });
}

#[test]
fn a_branch_without_a_commit_is_named() {
    scrubbed(|| {
        let repo = Repo::new();
        let checkout = open(repo.path());
        let unborn = BranchError::Unborn { branch: "main".to_owned() };
        assert_eq!(checkout.base(BaseChoice::Run(None)), Err(unborn.clone()));
        assert_eq!(checkout.base(BaseChoice::Run(Some("0".repeat(40)))), Err(unborn));
    });
}

#[test]
fn a_snapshot_lists_everything_and_reads_what_is_wanted() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["update-index", "--chmod=+x", "run.sh"]);
        repo.file(".github/actions/x/action.yml", "name: x\n").file("sub/dir/package.json", "{}").file("src/main.rs", "");
        repo.file(".github/workflows/latin.yml", b"name: \xe4\n").file(".github/big.yml", vec![b' '; LARGEST_TEXT + 1]);
        repo.entry("120000", ".github/workflows/link.yml", "ci.yml");
        repo.entry("160000", "vendor/lib", &repo.git(&["rev-parse", "HEAD"])).commit("all kinds");
        repo.write(WORKFLOW, "edited, not committed");
        let before = files_below(repo.path());
        let checkout = open(repo.path());
        let snapshot = checkout.snapshot(&head(&checkout)).unwrap();
        assert_eq!(files_below(repo.path()), before, "reading leaves no trace");
        let kinds: Vec<_> = snapshot.entries.iter().map(|(path, kind)| (path.as_str(), *kind)).collect();
        let expected = [
            (".github/actions/x/action.yml", EntryKind::File),
            (".github/big.yml", EntryKind::File),
            (WORKFLOW, EntryKind::File),
            (".github/workflows/latin.yml", EntryKind::File),
            (".github/workflows/link.yml", EntryKind::Link),
            ("README.md", EntryKind::File),
            ("run.sh", EntryKind::Executable),
            ("src/main.rs", EntryKind::File),
            ("sub/dir/package.json", EntryKind::File),
            ("vendor/lib", EntryKind::Submodule),
        ];
        assert_eq!(kinds, expected);
        let texts: Vec<_> = snapshot.texts.keys().map(RepoPath::as_str).collect();
        assert_eq!(texts, [".github/actions/x/action.yml", WORKFLOW, "sub/dir/package.json"]);
        assert_eq!(snapshot.text(WORKFLOW), Some(BEFORE));
    });
}

#[test]
fn what_a_partial_clone_lacks_is_named_with_the_command_that_fetches_it() {
    scrubbed(|| {
        let repo = repository();
        repo.git(&["config", "uploadpack.allowFilter", "true"]);
        repo.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        let partial = repo.cloned(&["--bare", "--filter=blob:none"]);
        let checkout = open(partial.path());
        let base = head(&checkout);
        let error = checkout.snapshot(&base).unwrap_err();
        assert_eq!(error, BranchError::NotFetched { commit: base.commit.clone(), paths: vec![WORKFLOW.to_owned()] });
        assert!(matches!(checkout.commit(&base, &patch(), &commit_on(BRANCH)), Err(BranchError::NotFetched { .. })));
        let hint = error.hints().remove(0);
        let words: Vec<_> = hint.strip_suffix(" > /dev/null").unwrap().split(' ').skip(1).collect();
        partial.git(&words);
        let checkout = open(partial.path());
        assert_eq!(checkout.snapshot(&base).unwrap().text(WORKFLOW), Some(BEFORE));
        let committed = checkout.commit(&base, &patch(), &commit_on(BRANCH)).unwrap();
        partial.git(&["push", "--quiet", "origin", BRANCH]);
        assert_eq!(repo.git(&["rev-parse", BRANCH]), committed.commit);
    });
}
