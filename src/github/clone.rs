#![expect(clippy::disallowed_methods, reason = "shell: starts the user's own git")]
//! A commit of a repository that is not checked out here: fetched with the user's own git into a folder of its own, without history.

use std::path::Path;
use std::process::{Command, Stdio};

use super::push::{DROPPED, SHOWN, lend};
use super::{RepoName, Token};
use crate::failure::{Failure, Kind};

/// The one folder whose files are written: it holds the configuration and the repository's own rules.
const WRITTEN: &str = ".github";

/// Settings under which a foreign repository can start nothing here: no hooks, no links, no filter that loads more.
const HARMLESS: &[&str] = &["core.hooksPath=/dev/null", "core.symlinks=false", "core.fsmonitor=false", "gc.auto=0"];

/// Brings a commit into a folder, which becomes a repository.
///
/// # Errors
/// When git is not there, or the commit is not to be had.
pub fn bring(dir: &Path, repo: &RepoName, token: Option<&Token>, commit: &str) -> Result<(), Failure> {
    let sound = !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !sound {
        return Err(Failure::new(Kind::Source, format!("`{commit}` is no commit")));
    }
    let url = format!("{}.git", repo.site());
    let git = |words: &[&str]| run(dir, (&url, token), words);
    if !dir.join(".git").exists() {
        git(&["init", "--quiet", "--template="])
            .and_then(|()| git(&["remote", "add", "origin", &url]))
            .map_err(|said| failed(repo, &said))?;
    }
    git(&["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "origin", commit])
        .map_err(|said| failed(repo, &said))?;
    // A commit without the folder has nothing to be healed either: what follows says so better.
    let _ = git(&["checkout", "--quiet", "FETCH_HEAD", "--", WRITTEN]);
    Ok(())
}

/// Runs git; what it complained of when it failed.
fn run(dir: &Path, (url, token): (&str, Option<&Token>), words: &[&str]) -> Result<(), String> {
    let mut git = Command::new("git");
    git.args(HARMLESS.iter().flat_map(|setting| ["-c", setting])).args(words).current_dir(dir).stdin(Stdio::null());
    for name in DROPPED {
        git.env_remove(name);
    }
    git.env("GIT_TERMINAL_PROMPT", "0").env("GCM_INTERACTIVE", "never").env("GIT_LFS_SKIP_SMUDGE", "1").env("LC_ALL", "C");
    lend(&mut git, url, token);
    let output = git.output().map_err(|error| format!("git cannot be started: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn failed(repo: &RepoName, said: &str) -> Failure {
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).take(SHOWN).collect();
    Failure::new(Kind::Network, format!("{repo} cannot be fetched with git:\n{}", lines.join("\n")))
        .hint("`gh auth status` tells which account is used; or run the same command in a checkout of the repository")
}
