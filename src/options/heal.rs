//! What to heal, and what to do with the result.

use std::path::PathBuf;

use super::publish::publishing;
use super::source::reading;
use super::{Depth, Proof, Publishing, Request, Source};
use crate::cli::{self, AllowArg};
use crate::failure::{Failure, Kind};
use crate::rules::Safety;

/// What to heal, and what to do with the result.
#[derive(Debug, Clone)]
pub struct Heal {
    /// What to read, and how far to go; of several sources, the first.
    pub request: Request,
    /// What besides.
    pub scope: Scope,
    /// Whether the failed step is run here, before and after the patch.
    pub proof: Proof,
    /// The file that the plan is written to.
    pub plan: Option<PathBuf>,
    /// How to publish; none to stay offline.
    pub publish: Option<Publishing>,
}

/// How much is healed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The one source of the request.
    One,
    /// These sources.
    Several(Vec<Source>),
    /// What fails now on GitHub; the request's source stands for each run.
    Failed(AllFailed),
}

/// What fails now on GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllFailed {
    /// Repositories by name; none, and no owner, means that of the checkout.
    pub repositories: Vec<String>,
    /// Owners, all of whose repositories are meant.
    pub owners: Vec<String>,
    /// The only branch.
    pub branch: Option<String>,
    /// Runs of one repository at most.
    pub most: usize,
}

/// Decides what to heal.
///
/// # Errors
/// When words exclude each other.
pub(super) fn heal(typed: &cli::Heal) -> Result<Heal, Failure> {
    let allowed = match typed.allow {
        AllowArg::Safe => Safety::Safe,
        AllowArg::NeedsReview => Safety::NeedsReview,
    };
    let depth = if typed.dry_run { Depth::Preview } else { Depth::Commit };
    let sources: Vec<Source> = typed.sources.iter().map(|text| Source::of(text)).collect();
    if typed.repositories.len() > 1 && !typed.failed.all_failed {
        return Err(Failure::new(Kind::Usage, "several repositories are named, and a source is of one")
            .hint("name one: -R OWNER/NAME, or heal what fails in all of them: --all-failed"));
    }
    let first = sources.first().cloned().unwrap_or(Source::Standard);
    let repository = typed.repositories.first().map(String::as_str).filter(|_| !typed.failed.all_failed);
    let scope = match (typed.failed.all_failed, sources.len()) {
        (true, _) => Scope::Failed(AllFailed {
            repositories: typed.repositories.clone(),
            owners: typed.failed.org.clone(),
            branch: typed.failed.branch.clone(),
            most: typed.failed.max_runs,
        }),
        (false, 0 | 1) => Scope::One,
        (false, _) => Scope::Several(sources),
    };
    Ok(Heal {
        request: reading(first, repository, &typed.reading, (allowed, depth))?,
        scope,
        proof: if typed.verify { Proof::Run } else { Proof::Text },
        plan: typed.plan.clone(),
        publish: typed.publish.then(|| publishing(&typed.policy)).transpose()?,
    })
}
