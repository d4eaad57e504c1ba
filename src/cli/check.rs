//! The words of `check`.

use std::path::PathBuf;

use clap::Args;

use super::AllowArg;

/// The long text of the command.
pub(super) const CHECK: &str = "\
Say what is wrong with the workflows of this checkout, without a run and without a log.

Reads the workflows and actions of the work tree: what GitHub will refuse, and what is certain to go wrong. With `--fix` \
what can be healed is patched, proved and committed on a new branch, as `heal` does: your own branch, index and files stay \
as they are, and the patch starts from the committed files, not from changes that are not committed yet.";

/// What stands below its help.
pub(super) const EXAMPLES: &str = "\
Examples:
  gh autoheal check
  gh autoheal check .github/workflows/ci.yml --format github
  gh autoheal check --fix --dry-run --allow needs-review

Exit codes:
  0  nothing is wrong, or all of it was healed
  1  error
  2  wrong usage
  3  something is wrong that was not healed";

/// `check`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Check {
    /// Workflows, actions or folders [default: those of the checkout]
    #[arg(value_name = "FILES")]
    pub files: Vec<PathBuf>,
    /// The checkout [default: the one around this folder]
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// Commit what can be healed on a new branch
    #[arg(long)]
    pub fix: bool,
    /// Show what would be committed, and leave no trace
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
    /// Make changes up to this risk
    #[arg(long, value_name = "SAFETY", value_enum, default_value_t, requires = "fix")]
    pub allow: AllowArg,
    /// The revision to heal [default: HEAD]
    #[arg(long, value_name = "REV", requires = "fix")]
    pub base: Option<String>,
}
