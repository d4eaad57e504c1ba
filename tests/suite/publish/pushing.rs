//! Pushes to a real bare repository, by its path and over HTTP, and what its hooks refuse.

use std::os::unix::fs::PermissionsExt as _;

use super::super::support::github::GitHub;
use super::{healed, publish};

/// A hook of the bare repository.
fn hook(github: &GitHub, text: &str) -> std::path::PathBuf {
    let path = github.bare().join("hooks/pre-receive");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// git's own way to send an address elsewhere, for pushes alone: they go by the file's path.
fn by_path(repo: &super::Repo, github: &GitHub) {
    let address = format!("http://{}/octo/weather.git", github.host());
    repo.git(&["config", &format!("url.{}.pushInsteadOf", github.bare().display()), &address]);
}

#[test]
fn a_push_goes_by_path_as_well_as_over_http() {
    for way in ["http", "path"] {
        let (github, repo, branch) = healed();
        if way == "path" {
            by_path(&repo, &github);
            // Over HTTP nobody would get in.
            github.state().fail("GET /octo/weather.git/info/refs", super::super::support::github::Fault::status(403, "no"));
        }
        let made = publish(&github, &repo, &[]).ends(0).json();
        assert_eq!(made["pushed"], true, "{way}: {made}");
        assert_eq!(github.tip(&branch).as_deref(), Some(repo.git(&["rev-parse", &branch]).as_str()), "{way}");
        assert_eq!(github.state().all_met(), way == "http", "{way}");
        let (mine, theirs) = (repo.git(&["status", "--porcelain"]), repo.git(&["rev-parse", "--abbrev-ref", "HEAD"]));
        assert_eq!((mine.as_str(), theirs.as_str()), ("", "main"), "{way}: the work tree is as it was");
    }
}

#[test]
fn what_a_hook_refuses_leaves_everything_as_it_was() {
    for way in ["http", "path"] {
        let (github, repo, branch) = healed();
        if way == "path" {
            by_path(&repo, &github);
        }
        let path = hook(&github, "echo 'policy: no pushes on Fridays' >&2; exit 1");
        let said = publish(&github, &repo, &[]).ends(1).complains("no pushes on Fridays").complains("run the same command again");
        assert!(!said.err.contains("gho_"), "{way}");
        assert!(github.tip(&branch).is_none() && github.state().issues.is_empty(), "{way}: nothing was opened for what is not there");
        std::fs::remove_file(path).unwrap();
        publish(&github, &repo, &[]).ends(0);
        assert_eq!(github.state().pulls.len(), 1, "{way}");
    }
}

/// What GitHub says to tokens that may not change workflows; only the push itself shows it of a token without visible scopes.
#[test]
fn a_push_that_is_refused_for_its_workflow_says_how_to_get_the_right() {
    let refusals = [
        "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission",
        "refusing to allow an OAuth App to create or update workflow `.github/workflows/ci.yml` without `workflow` scope",
        "refusing to allow a Personal Access Token to create or update workflow `.github/workflows/ci.yml` without `workflow` scope",
    ];
    for words in refusals {
        let (github, repo, branch) = healed();
        github.state().scopes = None;
        hook(&github, &format!("cat >&2 <<'END'\n{words}\nEND\nexit 1"));
        let said = publish(&github, &repo, &[]).ends(4).complains("gh auth refresh -s workflow").complains("Workflows: write");
        let patch = said.err.lines().find_map(|line| line.split("--keep-cr ").nth(1)).unwrap();
        assert!(repo.path().join(patch).is_file(), "{said:?}");
        assert!(github.tip(&branch).is_none() && github.state().issues.is_empty());
    }
}

#[test]
fn a_header_that_checkout_left_behind_does_not_win_over_the_token() {
    let (github, repo, branch) = healed();
    let key = format!("http.http://{}/.extraheader", github.host());
    repo.git(&["config", &key, "AUTHORIZATION: basic d3Jvbmc6d3Jvbmc="]);
    publish(&github, &repo, &[]).ends(0);
    assert!(github.tip(&branch).is_some());
}

#[test]
fn a_branch_that_somebody_else_holds_is_left_alone() {
    let (github, repo, branch) = healed();
    repo.git(&["push", "--quiet", github.bare().to_str().unwrap(), &format!("main:refs/heads/{branch}")]);
    publish(&github, &repo, &[]).ends(1).complains("expected none");
    assert_eq!(github.tip(&branch), github.tip("main"));
    assert!(github.state().issues.is_empty());
}
