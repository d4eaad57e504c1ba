//! The words of `watch`.

use std::path::PathBuf;

use clap::Args;

use super::AllowArg;
use super::publish::PolicyArgs;
use super::source::repository;

/// The long help.
pub(super) const WATCH: &str = "\
Poll repositories for failed runs, and heal each cause once.

Asks GitHub every few seconds, in a way that costs nothing of the rate limit while nothing changes. A run that failed is fetched, \
diagnosed, and healed on a new branch of its checkout; a cause that was seen before is counted, not healed again. What was seen \
is kept in your state folder, so that watching goes on after a restart where it stopped. Ctrl-C ends it. Nothing is published \
without `--publish`.";

/// What stands below the help.
pub(super) const AFTER: &str = "\
Examples:
  gh autoheal watch
  gh autoheal watch --once --publish
  gh autoheal watch --repo weather --repo climate --exec 'jq .fingerprint'
  gh autoheal watch -R octo-org/weather --webhook https://monitor.example/heals";

/// `watch`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Watch {
    /// A checkout to heal; may be given more than once [default: the one around this folder]
    #[arg(long, value_name = "DIR")]
    pub repo: Vec<PathBuf>,
    /// A repository without a checkout: its runs are diagnosed; may be given more than once
    #[arg(long = "repository", short = 'R', value_name = "OWNER/NAME", value_parser = repository)]
    pub repository: Vec<String>,
    /// Make changes up to this risk
    #[arg(long, value_name = "SAFETY", value_enum, default_value_t)]
    pub allow: AllowArg,
    /// Look once, heal what is found, and end
    #[arg(long)]
    pub once: bool,
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub interval: u64,
    /// Run a shell command for each new cause, with the plan as JSON on its standard input
    #[arg(long, value_name = "CMD")]
    pub exec: Option<String>,
    /// Post the plan of each new cause as JSON to this address
    #[arg(long, value_name = "URL")]
    pub webhook: Option<String>,
    /// Push what was healed, open issue and pull request
    #[arg(long)]
    pub publish: bool,
    /// How to publish.
    #[command(flatten)]
    pub policy: PolicyArgs,
}
