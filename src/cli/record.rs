//! The words of `record`.

use std::path::PathBuf;

use clap::Args;

use super::source::SourceArgs;

/// What stands above the flags of `record`.
pub(super) const RECORD: &str = "\
Turn each failure of a run into a case that can be committed and replayed.

Writes one folder a failure: the shortest log that still gives the same diagnosis, without secrets and without names of hosts and users, \
the verdict marked in it; the workflow; the expected patch. Read it before you commit it: it is text, and `replay` checks it.";

/// `record`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Record {
    /// What to read.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Look at this step only: its name, or its number
    #[arg(long, value_name = "STEP")]
    pub step: Option<String>,
    /// The folder that holds the cases [default: .github/autoheal/cases of the checkout]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Call the case so [default: the rule and the failure's fingerprint]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Replace a case of that name
    #[arg(long)]
    pub force: bool,
}
