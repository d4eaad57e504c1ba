//! What to record and what to replay.

use std::path::PathBuf;

use super::{Depth, Request, source::request};
use crate::cli;
use crate::failure::{Failure, Kind};
use crate::rules::Safety;

/// What to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The source, and with what it is read.
    pub request: Request,
    /// The only step to look at: its name or number.
    pub step: Option<String>,
    /// The folder that holds the cases.
    pub output: Option<PathBuf>,
    /// What to call the case.
    pub name: Option<String>,
    /// What becomes of a case of that name.
    pub existing: Existing,
}

/// What becomes of a case that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and another one of that name is an error.
    Keep,
    /// It is replaced.
    Replace,
}

/// What to replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Folders; none for the usual one.
    pub dirs: Vec<PathBuf>,
    /// A folder of the user's own rules.
    pub rules: Option<PathBuf>,
    /// What becomes of the results.
    pub results: Results,
    /// Which part: the first of five is (1, 5).
    pub shard: Option<(usize, usize)>,
    /// Where JUnit's XML goes.
    pub junit: Option<PathBuf>,
    /// Whether rows are printed one by one.
    pub rows: Rows,
    /// Sources that are read at a time; none for one a core.
    pub threads: Option<usize>,
    /// Bytes of log text of one source at most.
    pub max_size: u64,
}

/// What becomes of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Results {
    /// They are compared with those that were accepted.
    Compare,
    /// They are accepted.
    Bless,
}

/// Whether rows are printed one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// All together, in the format that was asked for.
    Together,
    /// One JSON object a line, as they come.
    Lines,
}

pub(super) fn record(typed: &cli::Record) -> Result<Record, Failure> {
    let existing = if typed.force { Existing::Replace } else { Existing::Keep };
    if let Some(name) = &typed.name
        && (name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) || name.chars().any(char::is_control))
    {
        return Err(Failure::new(Kind::Usage, "--name is the name of one folder").hint("such as `--name lockfile-out-of-date`"));
    }
    Ok(Record {
        request: request(&typed.source, Safety::NeedsReview, Depth::Diagnose)?,
        step: typed.step.clone(),
        output: typed.output.clone(),
        name: typed.name.clone(),
        existing,
    })
}

pub(super) fn replay(typed: &cli::Replay) -> Replay {
    Replay {
        dirs: typed.dirs.clone(),
        rules: typed.rules.clone(),
        results: if typed.bless { Results::Bless } else { Results::Compare },
        shard: typed.shard,
        junit: typed.junit.clone(),
        rows: if typed.ndjson { Rows::Lines } else { Rows::Together },
        threads: typed.threads.map(usize::from),
        max_size: typed.max_size,
    }
}
