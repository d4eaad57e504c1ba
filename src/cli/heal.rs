//! The words of `heal`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::publish::PolicyArgs;
use super::source::{ReadingArgs, repository};

pub(super) const HEAL: &str = "\
Diagnose, patch, and commit the patch on a new branch.

Only the new branch is written: your own branch, index and files stay as they are. Changes that cure the cause and \
alter nothing that anybody could mind are made at once; those that a person should agree with wait for \
`--allow needs-review`.

Several sources, or `--all-failed`, heal each distinct cause once, on a branch of its own, whatever the number of runs that it broke, \
and end in one summary. `--publish` and `--plan` keep the causes of one run apart, too: one pull request a cause.";

/// What stands below the help of `heal`.
pub(super) const AFTER: &str = "\
A SOURCE is any of:
  a run-log archive (logs.zip), or the folder it unpacks to
  a bundle folder: logs.zip, run.json, jobs.json, annotations/
  the log of one job, or the text of `gh run view --log` or `--log-failed`
  an excerpt pasted from the web page
  -, for any of these texts on standard input
  a run on GitHub: its number, or its address

Examples:
  gh autoheal heal logs.zip --dry-run
  gh autoheal heal 1234567 1234568 --publish
  gh autoheal heal --all-failed --branch main --dry-run
  gh autoheal heal --all-failed -R octo-org/weather -R octo-org/rain --publish
  gh autoheal heal --all-failed --org octo-org --publish --allow needs-review";

/// `heal`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Heal {
    /// The logs: archive, folder, text, a run, or - for standard input
    #[arg(value_name = "SOURCE", required_unless_present = "all_failed")]
    pub sources: Vec<String>,
    /// The repository on GitHub that ran it; with --all-failed one or several
    #[arg(long = "repository", short = 'R', value_name = "OWNER/NAME", value_parser = repository)]
    pub repositories: Vec<String>,
    /// With what to read them.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Show what would be committed, and leave no trace
    #[arg(long)]
    pub dry_run: bool,
    /// Make changes up to this risk
    #[arg(long, value_name = "SAFETY", value_enum, default_value_t)]
    pub allow: AllowArg,
    /// Run the failed step here before and after the patch: the repository's own code runs on this machine
    #[arg(long)]
    pub verify: bool,
    /// Write what would be published into this file
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Push the branch, open issue and pull request: the only way to the network
    #[arg(long, conflicts_with = "dry_run")]
    pub publish: bool,
    /// What fails now on GitHub.
    #[command(flatten)]
    pub failed: FailedArgs,
    /// How to publish.
    #[command(flatten)]
    pub policy: PolicyArgs,
}

/// What fails now on GitHub.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Many runs")]
pub struct FailedArgs {
    /// Every workflow whose newest run failed, instead of a SOURCE
    #[arg(long, conflicts_with = "sources")]
    pub all_failed: bool,
    /// The repositories of this organisation or person, which are not archived and no forks; may be repeated
    #[arg(long, value_name = "OWNER", requires = "all_failed")]
    pub org: Vec<String>,
    /// Only runs of this branch [default: all]
    #[arg(long, value_name = "NAME", requires = "all_failed")]
    pub branch: Option<String>,
    /// At most so many runs of a repository
    #[arg(long, value_name = "N", default_value_t = 20, requires = "all_failed")]
    pub max_runs: usize,
}

/// The greatest risk of a change, as typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum AllowArg {
    /// Changes that cure the cause and alter nothing else
    #[default]
    Safe,
    /// Changes that a person must agree with, too
    NeedsReview,
}
