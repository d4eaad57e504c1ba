//! The words of `init`.

use std::path::PathBuf;

use clap::Args;

/// The long help.
pub(super) const INIT: &str = "\
Install the workflow that heals this repository's failed runs, and the commented configuration beside it.

Finds out by itself what there is to listen to, shows what it would write, and asks. Files that exist are left as they are. \
With --update the list of an installed workflow is put in step with the workflows that there are now.";

/// What stands below the help.
pub(super) const AFTER: &str = "\
Files:
  .github/workflows/auto-heal.yml  starts when one of the other workflows failed
  .github/autoheal.yml             limits: rules off, the risk allowed, optional jobs, labels

Until the repository's variable AUTOHEAL_PUBLISH is set, failed runs are diagnosed and nothing is published: the token of a \
run may not change workflows. The written file says which token may.";

/// `init`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Init {
    /// Show what would be written, and write nothing
    #[arg(long, visible_alias = "diff")]
    pub dry_run: bool,
    /// Write without asking
    #[arg(long, short, conflicts_with = "dry_run")]
    pub yes: bool,
    /// Put the list of an installed workflow in step, and change nothing else
    #[arg(long, conflicts_with = "issues")]
    pub update: bool,
    /// Also heal the run that an issue names when somebody labels it `auto-heal`
    #[arg(long)]
    pub issues: bool,
    /// The checkout [default: the one around this folder]
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
}
