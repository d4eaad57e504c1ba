//! The words about going online: publishing, fetching, history.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::source::repository;

pub(super) const PUBLISH: &str = "\
Push a healed branch, open its issues and its pull request, and ask Copilot for a review.

Takes a branch that `heal` made, or a plan that `heal --plan` wrote: a job with the right to write needs no more than the plan, \
proves it again, and never reads the log. Looks first at what is there, so that publishing twice opens nothing twice, and a \
publishing that broke off is completed. `--dry-run` prints every request in order, without sending any.

Needs a token as gh has it: GH_TOKEN, GITHUB_TOKEN, or a login of gh. A change of a workflow needs the scope `workflow`, or the \
permission Workflows: write; a job's own GITHUB_TOKEN never has it.";

pub(super) const PUBLISH_EXAMPLES: &str = "\
Examples:
  gh autoheal publish --dry-run
  gh autoheal publish auto-heal/workflow-ci-0961743e
  gh autoheal publish plan.json --via api -R octo-org/weather
  gh autoheal publish --follow";

/// How to publish; shared by `publish` and `heal --publish`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Publishing")]
pub struct PolicyArgs {
    /// How the branch gets to GitHub [default: git, or api where there is no checkout]
    #[arg(long, value_name = "WAY", value_enum)]
    pub via: Option<ViaArg>,
    /// What to ask Copilot for
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    pub copilot: CopilotArg,
    /// Open issues alone: push nothing, open no pull request
    #[arg(long)]
    pub issue_only: bool,
    /// Whether a closed issue is opened again when its cause is back
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub reopen: ReopenArg,
    /// The label on everything that is opened [default: auto-heal, or what .github/autoheal.yml says]
    #[arg(long, value_name = "NAME")]
    pub label: Option<String>,
    /// Open at most so many issues and pull requests in one call
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub max_per_run: usize,
    /// Open nothing while so many were opened within 24 hours
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub max_per_day: usize,
}

/// How the branch gets to GitHub, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ViaArg {
    /// With your own git
    Git,
    /// Through GitHub's API, without git
    Api,
}

/// What Copilot is asked for, as typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum CopilotArg {
    /// A review of the pull request
    #[default]
    Review,
    /// And its coding agent for what cannot be healed here
    Assign,
    /// Nothing
    Off,
}

/// Whether a closed issue is opened again, as typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ReopenArg {
    /// When it was closed as completed
    #[default]
    Completed,
    /// Always
    Always,
    /// Never
    Never,
}

/// `publish`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Publish {
    /// A branch that `heal` made, or a plan's file [default: the branch of the last heal]
    #[arg(value_name = "BRANCH|PLAN")]
    pub what: Option<String>,
    /// Print every request in order, and send none
    #[arg(long)]
    pub dry_run: bool,
    /// Look at what was published: did it heal? What still fails becomes a draft
    #[arg(long, conflicts_with_all = ["dry_run", "what", "issue_only"])]
    pub follow: bool,
    /// The checkout [default: the one around this folder]
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// The repository on GitHub [default: GH_REPO, else the checkout's remotes]
    #[arg(long = "repository", short = 'R', value_name = "[HOST/]OWNER/NAME", value_parser = repository)]
    pub repository: Option<String>,
    /// How to publish.
    #[command(flatten)]
    pub policy: PolicyArgs,
}
