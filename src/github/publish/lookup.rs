//! What of ours is there already.

use crate::failure::Failure;
use crate::github::{Api, ApiError, Listed};
use crate::plan::marker::{Kind, Marker};
use crate::plan::{Change, Plan, Policy};
use crate::text::{Fingerprint, Timestamp};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Everything of ours that a plan may meet.
#[derive(Debug, Default)]
pub(super) struct Known {
    issues: Vec<(Marker, Listed)>,
    pulls: Vec<(Marker, Listed)>,
    /// The pull requests of the plan's own branch, in whatever state.
    pub(super) of_branch: Vec<Listed>,
    /// How many of ours were opened within 24 hours.
    pub(super) today: usize,
    /// Issues opened in this conversation for which no patch exists.
    pub(super) fresh_unhealed: Vec<u64>,
}

/// Looks for what has our label and a marker. A marker alone proves nothing: everybody may write one, but only those with a say in
/// the repository can label.
pub(super) fn known(api: &mut Api<'_>, plan: &Plan, policy: &Policy, (now, fresh): (i64, &[Listed])) -> Result<Known, Failure> {
    let mut known = Known::default();
    for item in api.labelled(&policy.labels.own.name)? {
        let Some(marker) = Marker::read(item.text()) else { continue };
        let age = item.created_at.as_deref().and_then(Timestamp::parse).map(|created| now.saturating_sub(created.seconds()));
        if age.is_some_and(|age| age < DAY) {
            known.today += 1;
        }
        match marker.kind {
            Kind::Issue if item.pull_request.is_none() => known.issues.push((marker, item)),
            Kind::Pull if item.pull_request.is_some() => known.pulls.push((marker, item)),
            Kind::Issue | Kind::Pull => {}
        }
    }
    known.take_in(fresh);
    if let Some(change) = &plan.change {
        known.of_branch = api.pulls_of(&change.branch)?;
    }
    Ok(known)
}

/// How much of a plan another pull request has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// It heals all that the plan heals.
    Whole,
    /// It heals some of it.
    Part,
}

impl Known {
    /// What this call has opened and the listing does not tell yet.
    fn take_in(&mut self, fresh: &[Listed]) {
        for item in fresh {
            let Some(marker) = Marker::read(item.text()) else { continue };
            let known = match marker.kind {
                Kind::Issue => &mut self.issues,
                Kind::Pull => &mut self.pulls,
            };
            if !known.iter().any(|(_, known)| known.number == item.number) {
                known.insert(0, (marker, item.clone()));
                self.today += 1;
            }
        }
    }

    /// The issue about a cause: an open one before a closed one, the newest of those.
    pub(super) fn issue(&self, fingerprint: &Fingerprint) -> Option<&Listed> {
        let mut about = self.issues.iter().filter(|(marker, _)| marker.names(fingerprint)).map(|(_, item)| item);
        let first = about.clone().next();
        about.find(|item| item.is_open()).or(first)
    }

    /// The pull request of the plan's own branch: an open one before a closed one.
    pub(super) fn own_pull(&self, _: &Change) -> Option<&Listed> {
        self.of_branch.iter().find(|item| item.is_open()).or(self.of_branch.first())
    }

    /// Another open pull request that heals these causes, or some of them: no cause gets two.
    pub(super) fn covering(&self, plan: &Plan) -> Option<(&Listed, Extent)> {
        let open = || self.pulls.iter().filter(|(_, item)| item.is_open());
        let whole = open().find(|(marker, _)| plan.healed().all(|cause| marker.names(&cause.fingerprint)));
        let part = || open().find(|(marker, _)| plan.healed().any(|cause| marker.names(&cause.fingerprint)));
        let found = whole.map(|(_, item)| (item, Extent::Whole));
        found.or_else(|| part().map(|(_, item)| (item, Extent::Part)))
    }
}

/// An issue about this cause whose label somebody took off. Only the word of a bot, or of somebody who belongs to the
/// repository, counts: else everybody could write an issue that silences this program.
pub(super) fn opted_out(api: &mut Api<'_>, fingerprint: &Fingerprint) -> Result<Option<Listed>, Failure> {
    let found = match api.search(fingerprint.as_str()) {
        Ok(found) => found,
        Err(ApiError::Cancelled) => return Err(ApiError::Cancelled.into()),
        // The listing by label has answered; without the search only an opt-out is overlooked.
        Err(ApiError::Refused { status: 403 | 422, .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let belongs = |item: &Listed| {
        item.user.as_ref().is_some_and(|user| user.kind == "Bot")
            || matches!(item.author_association.as_deref(), Some("OWNER" | "MEMBER" | "COLLABORATOR"))
    };
    let about = |item: &Listed| Marker::read(item.text()).is_some_and(|marker| marker.kind == Kind::Issue && marker.names(fingerprint));
    Ok(found.into_iter().find(|item| about(item) && belongs(item)))
}
