//! `heal`: diagnoses, patches, and commits the patch on a new branch.

use super::progress::Progress;
use super::reproduce::verify;
use super::{pipeline, print, streams};
use crate::failure::{Exit, Failure};
use crate::options::{Output, Proof, Request, Volume};
use crate::report::{Outcome, inline};

/// Runs it.
pub(super) fn run(request: &Request, proof: Proof, output: &Output) -> Result<Exit, Failure> {
    let progress = Progress::start(output);
    let examined = pipeline::read(request, &progress)?;
    drop(progress);
    // The scripts speak to a person only: their words are no part of the result.
    let mut say = |line: &str| {
        if output.volume == Volume::Usual {
            streams::error(&format!("  | {}\n", inline::bounded(line)));
        }
    };
    let verified = if proof == Proof::Run { verify::all(&examined, examined.allowed, &mut say)? } else { Vec::new() };
    let outcome = Outcome { verified, ..pipeline::finish(examined, request)? };
    print::outcome(&outcome, output)?;
    Ok(exit(&outcome))
}

/// Nothing failed, or something was healed: done. Else a script must know that a person is needed.
pub(super) fn exit(outcome: &Outcome) -> Exit {
    if outcome.healing.failures.is_empty() || outcome.heals() { Exit::Done } else { Exit::NothingHealable }
}
