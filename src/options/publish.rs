//! What to publish, where, and how.

use std::path::PathBuf;

use super::RunName;
use crate::cli::{CopilotArg, Fetch, PolicyArgs, Publish, ReopenArg, ViaArg};
use crate::failure::{Failure, Kind};
use crate::plan::{Caps, Copilot, Labels, Policy, Reopen};

/// What to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishRequest {
    /// A branch or a plan's file; none for the branch of the last heal.
    pub what: Option<String>,
    /// How far to go.
    pub mode: PublishMode,
    /// The checkout; none for the one around the current folder.
    pub repo: Option<PathBuf>,
    /// `[HOST/]OWNER/NAME`.
    pub repository: Option<String>,
    /// How to go about it.
    pub publishing: Publishing,
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishMode {
    /// Print what would be sent.
    Rehearse,
    /// Send it.
    Send,
    /// Look at what became of what was sent.
    Follow,
}

/// How the branch gets to GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// With git where there is a checkout, else through the API.
    Fitting,
    /// With the user's own git.
    Git,
    /// Through the API.
    Api,
    /// Not at all.
    IssuesOnly,
}

/// How to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publishing {
    /// How the branch gets there.
    pub way: Way,
    /// Labels, bounds, Copilot.
    pub policy: Policy,
    /// The label that was asked for, before that of the repository's configuration.
    pub label: Option<String>,
}

/// What to fetch, and where to put it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchRequest {
    /// The run; none for the newest failed one of the branch.
    pub run: Option<RunName>,
    /// The branch; none for the current one.
    pub branch: Option<String>,
    /// `[HOST/]OWNER/NAME`.
    pub repository: Option<String>,
    /// The folder or the zip.
    pub output: Option<PathBuf>,
    /// The attempt; none for the last.
    pub attempt: Option<u32>,
    /// The checkout; none for the one around the current folder.
    pub repo: Option<PathBuf>,
}

/// Whose history to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRequest {
    /// The checkout; none for the one around the current folder.
    pub repo: Option<PathBuf>,
    /// A page to write.
    pub html: Option<PathBuf>,
}

pub(super) fn fetch(typed: &Fetch) -> Result<FetchRequest, Failure> {
    let wrong = |text: &str| {
        Failure::new(Kind::Usage, format!("`{text}` names no run; expected its number or its address"))
            .hint("list the runs: `gh run list`; the address is that of the run's page")
    };
    let plain = |text: &str| text.parse().ok().map(|id| RunName { repository: None, id, attempt: None });
    let run = typed.run.as_deref().map(|text| RunName::parse(text).or_else(|| plain(text)).ok_or_else(|| wrong(text))).transpose()?;
    Ok(FetchRequest {
        run,
        branch: typed.branch.clone(),
        repository: typed.repository.clone(),
        output: typed.output.clone(),
        attempt: typed.attempt,
        repo: typed.repo.clone(),
    })
}

pub(super) fn publish(typed: &Publish) -> Result<PublishRequest, Failure> {
    let mode = match (typed.dry_run, typed.follow) {
        (_, true) => PublishMode::Follow,
        (true, false) => PublishMode::Rehearse,
        (false, false) => PublishMode::Send,
    };
    Ok(PublishRequest {
        what: typed.what.clone(),
        mode,
        repo: typed.repo.clone(),
        repository: typed.repository.clone(),
        publishing: publishing(&typed.policy)?,
    })
}

/// Decides how to publish.
///
/// # Errors
/// When two words exclude each other, or a label is none.
pub(super) fn publishing(typed: &PolicyArgs) -> Result<Publishing, Failure> {
    let way = match (typed.via, typed.issue_only) {
        (Some(_), true) => {
            return Err(
                Failure::new(Kind::Usage, "--via says how the branch is pushed, and --issue-only that it is not").hint("leave one out")
            );
        }
        (None, true) => Way::IssuesOnly,
        (Some(ViaArg::Git), false) => Way::Git,
        (Some(ViaArg::Api), false) => Way::Api,
        (None, false) => Way::Fitting,
    };
    let label = typed.label.as_deref().map(str::trim);
    if label
        .is_some_and(|label| label.is_empty() || label.chars().count() > 50 || label.contains(',') || label.chars().any(char::is_control))
    {
        return Err(Failure::new(Kind::Usage, "--label: expected a name of 1 to 50 characters without a comma, such as auto-heal"));
    }
    let policy = Policy {
        labels: Labels::default(),
        reopen: match typed.reopen {
            ReopenArg::Completed => Reopen::WhenCompleted,
            ReopenArg::Always => Reopen::Always,
            ReopenArg::Never => Reopen::Never,
        },
        caps: Caps { per_run: typed.max_per_run, per_day: typed.max_per_day },
        copilot: match typed.copilot {
            CopilotArg::Review => Copilot::Review,
            CopilotArg::Assign => Copilot::Assign,
            CopilotArg::Off => Copilot::Off,
        },
    };
    Ok(Publishing { way, policy, label: label.map(str::to_owned) })
}
