//! Turns what was typed and what the environment says into what is meant. Code below sees only this.

mod check;
mod cases;
mod environment;
mod heal;
mod output;
mod reproduce;
mod setup;
mod publish;
mod run_name;
mod source;
mod watch;

use std::path::PathBuf;

use crate::cli::{Cli, Command, RulesTask};
use crate::failure::Failure;
use crate::rules::Safety;

pub use cases::{Existing, Record, Replay, Results, Rows};
pub use check::CheckRequest;
pub use environment::Environment;
pub use heal::{AllFailed, Heal, Scope};
pub use output::{Destination, Format, Output, Prompts, Volume, output, wants_json};
pub use publish::{FetchRequest, HistoryRequest, PublishMode, PublishRequest, Publishing, Way};
use publish::{fetch, publish};
pub use reproduce::{Proof, Reproduce, Running, Start, Where};
pub use run_name::RunName;
pub use setup::{CheckUp, Consent, Reach, Setup};
use setup::{check_up, setup};
use source::request;
pub use source::{Depth, Request, Source, Surroundings};
use watch::watch;
pub use watch::{Span, WatchRequest};

/// What to do.
#[derive(Debug, Clone)]
pub enum Task {
    /// Nothing typed: what is most useful here.
    Home,
    /// Diagnose.
    Diagnose(Request),
    /// Heal.
    Heal(Box<Heal>),
    /// Inspect workflows.
    Check(CheckRequest),
    /// Publish.
    Publish(PublishRequest),
    /// Fetch a run.
    Fetch(FetchRequest),
    /// Watch for failed runs.
    Watch(WatchRequest),
    /// Show what was healed.
    History(HistoryRequest),
    /// Install the automation.
    Init(Setup),
    /// Check the set-up.
    Doctor(CheckUp),
    /// Reproduce a failure.
    Reproduce(Reproduce),
    /// Record cases.
    Record(Record),
    /// Replay cases.
    Replay(Replay),
    /// Show it on a built-in failure.
    Demo,
    /// List the rules.
    Rules {
        /// A folder of the user's own rules.
        rules: Option<PathBuf>,
    },
    /// Check rule files.
    CheckRules {
        /// Files and folders; none means the repository's own folder of rules.
        paths: Vec<PathBuf>,
    },
    /// Explain a rule.
    Explain {
        /// Its id.
        rule: String,
        /// A folder of the user's own rules.
        rules: Option<PathBuf>,
    },
    /// Print a completion script.
    Completion(clap_complete::Shell),
}

/// Decides what to do.
///
/// # Errors
/// When an argument cannot be meant so.
pub fn task(cli: &Cli) -> Result<Task, Failure> {
    Ok(match &cli.command {
        None => Task::Home,
        Some(Command::Diagnose(typed)) => {
            let surroundings = if typed.facts { Surroundings::Told } else { Surroundings::Untold };
            Task::Diagnose(Request { surroundings, ..request(&typed.source, Safety::NeedsReview, Depth::Diagnose)? })
        }
        Some(Command::Heal(typed)) => Task::Heal(Box::new(heal::heal(typed)?)),
        Some(Command::Check(typed)) => Task::Check(check::request(typed)),
        Some(Command::Init(typed)) => Task::Init(setup(typed)),
        Some(Command::Doctor(typed)) => Task::Doctor(check_up(typed)),
        Some(Command::Reproduce(typed)) => Task::Reproduce(reproduce::reproduce(typed)?),
        Some(Command::Record(typed)) => Task::Record(cases::record(typed)?),
        Some(Command::Replay(typed)) => Task::Replay(cases::replay(typed)),
        Some(Command::Publish(typed)) => Task::Publish(publish(typed)?),
        Some(Command::Fetch(typed)) => Task::Fetch(fetch(typed)?),
        Some(Command::Watch(typed)) => Task::Watch(watch(typed)?),
        Some(Command::History(typed)) => Task::History(HistoryRequest { repo: typed.repo.clone(), html: typed.html.clone() }),
        Some(Command::Demo) => Task::Demo,
        Some(Command::Rules(typed)) => match &typed.task {
            None => Task::Rules { rules: typed.rules.clone() },
            Some(RulesTask::Check(typed)) => Task::CheckRules { paths: typed.paths.clone() },
        },
        Some(Command::Explain(typed)) => Task::Explain { rule: typed.rule.clone(), rules: typed.rules.clone() },
        Some(Command::Completion(typed)) => Task::Completion(typed.shell),
    })
}
