//! `heal`: diagnoses, patches, and commits the patch on a new branch.

use super::progress::Progress;
use super::{pipeline, print};
use crate::failure::{Exit, Failure};
use crate::options::{Output, Request};
use crate::report::Outcome;

/// Runs it.
pub(super) fn run(request: &Request, output: &Output) -> Result<Exit, Failure> {
    let progress = Progress::start(output);
    let outcome = pipeline::run(request, &progress)?;
    drop(progress);
    print::outcome(&outcome, output)?;
    Ok(exit(&outcome))
}

/// Nothing failed, or something was healed: done. Else a script must know that a person is needed.
pub(super) fn exit(outcome: &Outcome) -> Exit {
    if outcome.healing.failures.is_empty() || outcome.heals() { Exit::Done } else { Exit::NothingHealable }
}
