//! What to inspect, and how far to go with it.

use std::path::PathBuf;

use super::Depth;
use crate::cli::{AllowArg, Check};
use crate::rules::Safety;

/// What to inspect, and how far to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRequest {
    /// Files and folders; none for the workflows and actions of the checkout.
    pub files: Vec<PathBuf>,
    /// The checkout; none for the one around the current folder.
    pub repo: Option<PathBuf>,
    /// The revision to heal.
    pub base: Option<String>,
    /// The greatest risk of a change that is made.
    pub allowed: Safety,
    /// How far to go: [`Depth::Diagnose`] reads the work tree, the others a commit.
    pub depth: Depth,
}

pub(super) fn request(typed: &Check) -> CheckRequest {
    let depth = match (typed.fix, typed.dry_run) {
        (false, _) => Depth::Diagnose,
        (true, true) => Depth::Preview,
        (true, false) => Depth::Commit,
    };
    // Without `--fix` the change is shown whatever its risk.
    let allowed = match typed.allow {
        AllowArg::Safe if typed.fix => Safety::Safe,
        AllowArg::Safe | AllowArg::NeedsReview => Safety::NeedsReview,
    };
    CheckRequest { files: typed.files.clone(), repo: typed.repo.clone(), base: typed.base.clone(), allowed, depth }
}
