//! `heal`: diagnoses, patches, and commits the patch on a new branch; with `--publish` goes on to GitHub.

use super::pipeline::Healed;
use super::progress::Progress;
use super::reproduce::verify;
use super::{pipeline, print, publish, store, streams};
use crate::failure::{Exit, Failure};
use crate::options::{Heal, Output, Proof, Volume};
use crate::report::{Deed, Outcome, inline};

/// Runs it.
pub(super) fn run(task: &Heal, output: &Output) -> Result<Exit, Failure> {
    let progress = Progress::start(output);
    let examined = pipeline::read(&task.request, &progress)?;
    drop(progress);
    // The scripts speak to a person only: their words are no part of the result.
    let mut say = |line: &str| {
        if output.volume == Volume::Usual {
            streams::error(&format!("  | {}\n", inline::bounded(line)));
        }
    };
    let verified = if task.proof == Proof::Run { verify::all(&examined, examined.allowed, &mut say)? } else { Vec::new() };
    let healed = pipeline::finish(examined, &task.request, verified)?;
    keep(&healed, task)?;
    let published = match (&task.publish, &healed.plan) {
        (Some(publishing), Some(plan)) => {
            if output.format == crate::options::Format::Text {
                print::outcome(&healed.outcome, output)?;
            }
            Some(publish::of_heal(plan, healed.checkout.as_ref(), task.request.repository.as_deref(), publishing, output)?)
        }
        _ => None,
    };
    match &published {
        Some(publication) => print::published(&healed.outcome, publication, output)?,
        None => print::outcome(&healed.outcome, output)?,
    }
    Ok(exit(&healed.outcome))
}

/// Keeps the plan beside a branch that was made, and where the user wants it.
fn keep(healed: &Healed, task: &Heal) -> Result<(), Failure> {
    let Some(plan) = &healed.plan else { return Ok(()) };
    if let (Deed::Committed { .. }, Some(checkout)) = (&healed.outcome.deed, &healed.checkout) {
        store::keep(checkout, plan)?;
    }
    task.plan.as_deref().map_or(Ok(()), |path| store::write_plan(path, plan))
}

/// Nothing failed, or something was healed: done. Else a script must know that a person is needed.
pub(super) fn exit(outcome: &Outcome) -> Exit {
    if outcome.healing.failures.is_empty() || outcome.heals() { Exit::Done } else { Exit::NothingHealable }
}
