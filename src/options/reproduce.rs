//! What to reproduce, and how far to go.

use std::path::PathBuf;
use std::time::Duration;

use super::{Depth, Request, source::request};
use crate::cli;
use crate::failure::Failure;
use crate::rules::Safety;

/// What to reproduce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reproduce {
    /// The source, and with what it is read.
    pub request: Request,
    /// The only step to look at: its name or number.
    pub step: Option<String>,
    /// Whether it runs.
    pub running: Running,
    /// Where it begins.
    pub start: Start,
    /// Where it runs.
    pub place: Where,
    /// The folder to write.
    pub output: Option<PathBuf>,
    /// How long it may run.
    pub time: Duration,
}

/// How a patch is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Its text is read again.
    Text,
    /// And the failed step runs before and after it.
    Run,
}

/// Whether a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Running {
    /// A person said so already.
    Yes,
    /// A person is asked, where one is there.
    Ask,
}

/// Where a reproduction begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the failed step.
    Failed,
    /// At the job's first script.
    First,
}

/// Where a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// On this machine.
    Here,
    /// In the job's container.
    Container,
}

pub(super) fn reproduce(typed: &cli::Reproduce) -> Result<Reproduce, Failure> {
    Ok(Reproduce {
        request: request(&typed.source, Safety::NeedsReview, Depth::Diagnose)?,
        step: typed.step.clone(),
        running: if typed.run { Running::Yes } else { Running::Ask },
        start: if typed.from_start { Start::First } else { Start::Failed },
        place: if typed.container { Where::Container } else { Where::Here },
        output: typed.output.clone(),
        time: typed.timeout,
    })
}
