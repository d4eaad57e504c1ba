//! `heal`: diagnoses, patches, and commits the patch on a new branch; with `--publish` goes on to GitHub.

use super::apart::{self, Apart};
use super::pipeline::{Examined, Healed};
use super::progress::Progress;
use super::publish::Line;
use super::reproduce::verify;
use super::target::target;
use super::{many, pipeline, print, publish, store, streams};
use crate::branch::Checkout;
use crate::failure::{Exit, Failure};
use crate::options::{Depth, Heal, Output, Proof, Request, Scope, Volume};
use crate::plan::Plan;
use crate::report::{Outcome, Verified, inline};

/// Runs it.
pub(super) fn run(task: &Heal, output: &Output) -> Result<Exit, Failure> {
    if task.scope != Scope::One {
        return many::run(task, output);
    }
    let progress = Progress::start(output);
    let examined = pipeline::read(&task.request, &progress)?;
    drop(progress);
    let verified = verified(&examined, task.proof, output)?;
    let done = finished(examined, task, verified)?;
    keep(&done.plans, done.checkout.as_ref(), &task.request)?;
    if let Some(path) = task.plan.as_deref().filter(|_| !done.plans.is_empty()) {
        store::write_plans(path, &done.plans)?;
    }
    match &task.publish {
        Some(publishing) if !done.plans.is_empty() => {
            if output.format == crate::options::Format::Text {
                print::outcome(&done.outcome, output)?;
            }
            let aim = target(task.request.repository.as_deref(), done.checkout.as_ref())?;
            let mut line = Line::open(&aim, publishing, output)?;
            let published = publish::of_heal(&done.plans, done.checkout.as_ref(), (&aim, &mut line), publishing)?;
            print::published(&done.outcome, &published, output)?;
        }
        _ => print::outcome(&done.outcome, output)?,
    }
    Ok(exit(&done.outcome))
}

/// One commit for all that was found, which is what a person reads; what is to be published is kept apart, cause by cause.
fn finished(examined: Examined, task: &Heal, verified: Vec<Verified>) -> Result<Apart, Failure> {
    if task.plan.is_some() || task.publish.is_some() {
        return apart::finish(examined, &task.request, verified);
    }
    let Healed { outcome, plan, checkout } = pipeline::finish(examined, &task.request, verified)?;
    Ok(Apart { outcome, plans: plan.into_iter().collect(), checkout })
}

/// What running the failed steps here shows, where that was asked for.
///
/// # Errors
/// When a folder cannot be written.
pub(super) fn verified(examined: &Examined, proof: Proof, output: &Output) -> Result<Vec<Verified>, Failure> {
    // The scripts speak to a person only: their words are no part of the result.
    let mut say = |line: &str| {
        if output.volume == Volume::Usual {
            streams::error(&format!("  | {}\n", inline::bounded(line)));
        }
    };
    if proof == Proof::Run { verify::all(examined, examined.allowed, &mut say) } else { Ok(Vec::new()) }
}

/// Keeps plans beside the branches that were made.
///
/// # Errors
/// When a file cannot be written.
pub(super) fn keep(plans: &[Plan], checkout: Option<&Checkout>, request: &Request) -> Result<(), Failure> {
    let Some(checkout) = checkout.filter(|_| request.depth == Depth::Commit) else { return Ok(()) };
    let mut made = plans.iter().filter(|plan| plan.change.is_some());
    made.try_for_each(|plan| store::keep(checkout, plan).map(|_| ()))
}

/// Nothing failed, or something was healed: done. Else a script must know that a person is needed.
pub(super) fn exit(outcome: &Outcome) -> Exit {
    if outcome.healing.failures.is_empty() || outcome.heals() { Exit::Done } else { Exit::NothingHealable }
}
