//! The words of `doctor`.

use std::path::PathBuf;

use clap::Args;

/// The long help.
pub(super) const DOCTOR: &str = "\
Check the whole set-up of this repository: tools, checkout, workflows, automation, configuration, own rules, and what GitHub \
allows.

Each line is good (✓), worth a look (!) or wrong (✗), and says what to do. The exit code is 1 when something is wrong. With a \
token, GitHub is asked for the settings that publishing needs; nothing is changed, and `--offline` asks nothing.";

/// `doctor`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Doctor {
    /// Ask nothing of GitHub
    #[arg(long)]
    pub offline: bool,
    /// The checkout [default: the one around this folder]
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// A folder of your own rules [default: .github/autoheal/rules of the checkout]
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}
