//! Turns what was examined into one commit and one plan a cause, so that each can be published, judged and merged by itself.

use super::pipeline::{self, Examined};
use crate::branch::Checkout;
use crate::failure::Failure;
use crate::options::Request;
use crate::patch::PatchSet;
use crate::plan::Plan;
use crate::remedy::{self, Case, Healing};
use crate::report::{self, Around, Deed, MadeBranch, Outcome, Verified};
use crate::text::Fingerprint;

/// What became of a source.
pub(super) struct Apart {
    /// What a report tells of all of it.
    pub(super) outcome: Outcome,
    /// What would be published: one plan for each change, and one for all that nothing here heals.
    pub(super) plans: Vec<Plan>,
    /// The checkout.
    pub(super) checkout: Option<Checkout>,
}

/// Commits each cause by itself, where that was asked for. Causes that the very same change heals stay together.
///
/// # Errors
/// When a branch cannot be made; those before it stay, and the same heal finds them there.
pub(super) fn finish(examined: Examined, request: &Request, verified: Vec<Verified>) -> Result<Apart, Failure> {
    let parts = parts(&examined, request);
    if parts.len() < 2 || pipeline::withheld(&examined).is_some() {
        let healed = pipeline::finish(examined, request, verified)?;
        return Ok(Apart { outcome: healed.outcome, plans: healed.plan.into_iter().collect(), checkout: healed.checkout });
    }
    let Examined { transcript, healing, ground, config, allowed, mut notes, around, .. } = examined;
    let request = &Request { allowed, ..request.clone() };
    let named =
        ground.repository().map_or_else(|| "run".to_owned(), |repository| pipeline::workflow_name(&transcript, repository, &healing));
    let base = ground.base().map(|base| base.commit.clone());
    let source = request.source.name();
    let outcome = |transcript, healing, deed, notes, verified, around| Outcome {
        source: source.clone(),
        transcript,
        healing,
        allowed,
        base: base.clone(),
        deed,
        notes,
        verified,
        around,
    };
    let (mut plans, mut branches, mut transcript) = (Vec::new(), Vec::new(), transcript);
    for mut part in parts {
        let (deed, record) = pipeline::deed(&transcript, &mut part, &ground, (request, &config), &mut notes)?;
        if let Deed::Committed { branch, commit, news } = &deed {
            branches.push(MadeBranch { branch: branch.clone(), commit: commit.clone(), news: *news });
        }
        let part = outcome(transcript, part, deed, Vec::new(), verified.clone(), Around::default());
        plans.extend(pipeline::planned(&part, &named, record)?);
        transcript = part.transcript;
    }
    let rest = rest(&healing, &plans);
    let rest = outcome(transcript, rest, Deed::Previewed, Vec::new(), Vec::new(), Around::default());
    plans.extend(pipeline::planned(&rest, &named, None)?);
    notes.sort();
    notes.dedup();
    let deed = if branches.is_empty() { Deed::Previewed } else { Deed::CommittedApart(branches) };
    let outcome = outcome(rest.transcript, healing, deed, notes, verified, around);
    Ok(Apart { outcome, plans, checkout: ground.checkout() })
}

/// Each distinct cause that can be healed, with a patch of its own.
fn parts(examined: &Examined, request: &Request) -> Vec<Healing> {
    let Examined { transcript, rules, config, ground, healing, allowed, .. } = examined;
    let case = Case { transcript, rules, repository: ground.repository(), chosen: request.workflow.as_ref(), config, allowed: *allowed };
    let mut known: Vec<&Fingerprint> = Vec::new();
    let mut parts: Vec<Healing> = Vec::new();
    for failure in healing.failures.iter().filter(|failure| report::made(healing, *allowed, failure).is_some()) {
        if known.contains(&&failure.fingerprint) {
            continue;
        }
        known.push(&failure.fingerprint);
        let legs = healing.failures.iter().filter(|other| other.fingerprint == failure.fingerprint);
        let part = remedy::heal(&case, legs.map(|leg| leg.diagnosis.clone()).collect());
        match parts.iter_mut().find(|known| known.patch == part.patch) {
            _ if part.patch.files.is_empty() => {}
            Some(same) => same.failures.extend(part.failures),
            None => parts.push(part),
        }
    }
    parts
}

/// What no plan tells yet: it needs a person.
fn rest(healing: &Healing, plans: &[Plan]) -> Healing {
    let told = |fingerprint: &Fingerprint| plans.iter().flat_map(|plan| &plan.causes).any(|cause| cause.fingerprint == *fingerprint);
    let failures = healing.failures.iter().filter(|failure| !told(&failure.fingerprint)).cloned().collect();
    Healing { failures, patch: PatchSet::default(), skipped: Vec::new() }
}
