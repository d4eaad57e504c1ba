//! The checkout: its commits, its author, its remote.

use super::Check;
use crate::branch::{BaseChoice, Identity};
use crate::commands::work_tree::WorkTree;
use crate::report::inline::one_line;

pub(super) fn checks(tree: &WorkTree) -> Vec<Check> {
    let mut checks = vec![commits(tree), identity(tree), remote(tree)];
    checks.extend(history(tree));
    checks
}

fn commits(tree: &WorkTree) -> Check {
    match tree.checkout.base(BaseChoice::Run(None)) {
        Ok(base) => {
            let commit = base.commit.get(..10).unwrap_or(&base.commit);
            let branch = base.branch.map_or_else(|| "a detached HEAD".to_owned(), |branch| format!("branch {}", one_line(&branch)));
            Check::good("commit", format!("{branch} at {commit}"))
        }
        Err(error) => Check::wrong("commit", one_line(&error.to_string()), error.hints().join("; ")),
    }
}

fn identity(tree: &WorkTree) -> Check {
    match tree.checkout.identity() {
        Ok((name, Identity::Configured)) => Check::good("identity", format!("commits are made by {}", one_line(&name))),
        Ok((name, Identity::Fallback)) => Check::careful(
            "identity",
            format!("git names no author here, so commits are by {}", one_line(&name)),
            "yours: git config user.name NAME; git config user.email ADDRESS",
        ),
        Err(error) => Check::wrong("identity", one_line(&error.to_string()), error.hints().join("; ")),
    }
}

fn remote(tree: &WorkTree) -> Check {
    match tree.checkout.remotes().first() {
        Some(remote) => Check::good("remote", format!("{} is {}", one_line(&remote.name), one_line(&remote.url))),
        None => Check::careful(
            "remote",
            "there is no remote",
            "healing works without one; publishing needs `-R OWNER/NAME`, or git remote add origin URL",
        ),
    }
}

/// A clone without its history or contents cannot start from every run's commit.
fn history(tree: &WorkTree) -> Option<Check> {
    let (found, advice) = match () {
        () if tree.checkout.is_partial() => ("this is a partial clone: contents may be missing", "git fetch --refetch --no-filter"),
        () if tree.checkout.is_shallow() => {
            ("this clone is shallow: a run's commit may be missing, and HEAD stands in for it", "git fetch --unshallow")
        }
        () => return None,
    };
    Some(Check::careful("history", found, advice))
}
