//! The words about what was healed.

use std::path::PathBuf;

use clap::Args;

pub(super) const HISTORY: &str = "\
Show what was healed in this checkout, where it was published, and how it went.

Reads what `heal` and `publish` keep beside the branches, and asks nobody: `publish --follow` learns from GitHub whether the runs of \
the pull requests went green.";

/// `history`, as typed.
#[derive(Debug, Clone, Args)]
pub struct History {
    /// Write one HTML page as well
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// The checkout [default: the one around this folder]
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
}
