//! `diagnose`: names the cause of each failure.

use super::progress::Progress;
use super::{pipeline, print};
use crate::failure::{Exit, Failure};
use crate::options::{Output, Request};

/// Runs it. What was found is the result, so that finding a failure is no error.
pub(super) fn run(request: &Request, output: &Output) -> Result<Exit, Failure> {
    let progress = Progress::start(output);
    let outcome = pipeline::run(request, &progress)?;
    drop(progress);
    print::outcome(&outcome, output)?;
    Ok(Exit::Done)
}
