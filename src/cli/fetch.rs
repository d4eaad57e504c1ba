//! The words about fetching a run.

use std::path::PathBuf;

use clap::Args;

use super::source::repository;

pub(super) const FETCH: &str = "\
Save a run as a bundle that every other command reads offline.

Fetches the logs, job by job where the archive lacks one, the records of run and jobs, the annotations, the checks of the commit, \
and the workflow as it ran. A fetch that broke off goes on where it stopped; logs that have expired are said, and the rest is \
fetched.";

pub(super) const AFTER: &str = "\
Examples:
  gh autoheal fetch                        the newest failed run of this branch
  gh autoheal fetch 1234567
  gh autoheal fetch --branch main -o main.zip
  gh autoheal fetch https://github.com/octo-org/weather/actions/runs/1234567/attempts/2";

/// `fetch`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Fetch {
    /// The run: its number or its address [default: the newest failed run of the branch]
    #[arg(value_name = "RUN")]
    pub run: Option<String>,
    /// The newest failed run of this branch [default: the current one]
    #[arg(long, value_name = "NAME", conflicts_with = "run")]
    pub branch: Option<String>,
    /// The repository on GitHub [default: GH_REPO, else the checkout's remotes]
    #[arg(long = "repository", short = 'R', value_name = "[HOST/]OWNER/NAME", value_parser = repository)]
    pub repository: Option<String>,
    /// The folder, or the file that ends in .zip, to make [default: run-<number>]
    #[arg(long, short, value_name = "DIR|FILE.zip")]
    pub output: Option<PathBuf>,
    /// Which attempt of the run [default: the last]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub attempt: Option<u32>,
    /// The checkout [default: the one around this folder]
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
}
