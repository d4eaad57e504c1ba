//! What happens while watching, one line each.
#![expect(clippy::disallowed_methods, reason = "shell: stamps each event")]

use serde::Serialize;

use crate::commands::{print, streams};
use crate::failure::{Failure, Kind};
use crate::github::RepoName;
use crate::options::{Destination, Format, Output};
use crate::report::inline::one_line;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum What {
    /// It begins.
    Watching,
    /// A run's causes were named, and nothing was changed.
    Diagnosed,
    /// A branch heals a run.
    Healed,
    /// All causes of a run are known.
    Known,
    /// Nothing failed in a run: somebody cancelled it.
    Nothing,
    /// Issue and pull request are there.
    Published,
    /// It waits until the rate limit leaves more.
    Waiting,
    /// Something went wrong.
    Error,
    /// It ends.
    Stopped,
}

impl What {
    const fn word(self) -> &'static str {
        match self {
            Self::Watching => "watching",
            Self::Diagnosed => "diagnosed",
            Self::Healed => "healed",
            Self::Known => "known",
            Self::Nothing => "nothing",
            Self::Published => "published",
            Self::Waiting => "waiting",
            Self::Error => "error",
            Self::Stopped => "stopped",
        }
    }
}

/// What happened, as one line for a person or a program.
#[derive(Debug, Serialize)]
struct Event<'a> {
    version: u32,
    /// RFC 3339, in UTC.
    time: String,
    event: What,
    /// `owner/name`; null for what concerns all of them.
    repository: Option<String>,
    run: Option<u64>,
    /// What the plan goes by.
    fingerprint: Option<&'a str>,
    message: &'a str,
}

/// Where an event belongs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct About<'a> {
    /// The repository.
    pub(super) repo: Option<&'a RepoName>,
    /// The run.
    pub(super) run: Option<u64>,
    /// The plan.
    pub(super) fingerprint: Option<&'a str>,
}

/// Refuses a format that is no line for each event.
///
/// # Errors
/// When it is one.
pub(super) fn check(output: &Output) -> Result<(), Failure> {
    match output.format {
        Format::Text | Format::Json { .. } => Ok(()),
        _ => {
            Err(Failure::new(Kind::Usage, "`watch` prints a line for each event, as text or JSON")
                .hint("leave out --format, or say `--json`"))
        }
    }
}

/// Prints an event.
///
/// # Errors
/// When standard output cannot be written.
pub(super) fn say(output: &Output, about: About<'_>, what: What, message: &str) -> Result<(), Failure> {
    let time = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let repository = about.repo.map(RepoName::full);
    let text = match &output.format {
        Format::Json { filter } => {
            let event = Event { version: 1, time, event: what, repository, run: about.run, fingerprint: about.fingerprint, message };
            print::json(&event, filter.as_deref(), Destination::Pipe)?
        }
        _ => {
            let repository = repository.map_or_else(String::new, |name| format!(" {name}"));
            let run = about.run.map_or_else(String::new, |run| format!(" run {run}"));
            format!("{time}{repository}{run} {}: {}\n", what.word(), one_line(message))
        }
    };
    streams::result(&text, output)
}
