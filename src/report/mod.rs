//! Turns what was found and done into what people and programs read: a page, JSON, Markdown, a diff, annotations, SARIF.
//!
//! Everything foreign becomes [`crate::text::Redacted`] on its way in. Pure: the shell decides about colour and width.

pub mod around;
pub mod checks;
pub mod commit;
pub mod diff;
pub mod document;
pub mod fold;
pub mod github;
pub mod inline;
pub mod markdown;
pub mod page;
pub mod prose;
pub mod rule_check;
pub mod rules;
pub mod sarif;
pub mod summary;

pub use around::Around;
pub use commit::commit_message;
pub use document::{Document, ErrorDocument};
pub use page::{Colour, Layout};
pub(crate) use page::{Ink, Sheet};

#[cfg(test)]
pub(crate) mod example;

use crate::remedy::{Failure, Healing, Remedy};
use crate::rules::Safety;
use crate::transcript::{Job, Step, Transcript};

/// Everything that a report tells.
#[derive(Debug)]
pub struct Outcome {
    /// The source as the user named it, for the commands that a page suggests.
    pub source: String,
    /// What the source says.
    pub transcript: Transcript,
    /// What failed and what heals it.
    pub healing: Healing,
    /// The greatest risk that the user allowed for a patch.
    pub allowed: Safety,
    /// The commit that the patch was made for; none without a repository.
    pub base: Option<String>,
    /// What became of the patch.
    pub deed: Deed,
    /// What a reader must know besides: another base than the run's commit, an author that git does not name.
    pub notes: Vec<String>,
    /// What came of running failed steps before and after the patch; empty where nobody asked for it.
    pub verified: Vec<Verified>,
    /// What is told besides the failures.
    pub around: Around,
}

/// What came of running a failed step here, before and after its patch.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// The failure.
    #[serde(skip)]
    pub fingerprint: crate::text::Fingerprint,
    /// Without the patch: `same-cause`, `fails-otherwise`, `passes`, `stopped`, `not-run`.
    pub before: &'static str,
    /// With the patch, in the same words; null when the failure did not show here.
    pub after: Option<&'static str>,
    /// Whether it failed for the same cause without the patch, and passed with it.
    pub cured: bool,
    /// The same in words.
    pub words: crate::text::Redacted,
}

/// What became of the patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Nothing was to be changed: the user asked for the diagnosis only.
    Diagnosed,
    /// It was shown and left no trace.
    Previewed,
    /// It was committed. A heal without any patch ends as [`Deed::Previewed`]: it left no trace either.
    Committed {
        /// The new branch.
        branch: String,
        /// The commit's id.
        commit: String,
        /// Whether it is new.
        news: News,
    },
    /// It was committed cause by cause, each on a branch of its own.
    CommittedApart(Vec<MadeBranch>),
}

/// A branch that a heal made, or found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBranch {
    /// Its name.
    pub branch: String,
    /// The commit's id.
    pub commit: String,
    /// Whether it is new.
    pub news: News,
}

/// Whether a branch is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It was made now.
    Created,
    /// The same heal made it before.
    AlreadyThere,
}

impl Outcome {
    /// What came of running a failure's step before and after its patch.
    pub fn verified(&self, failure: &Failure) -> Option<&Verified> {
        self.verified.iter().find(|verified| verified.fingerprint == failure.fingerprint)
    }

    /// The job that a failure belongs to.
    pub fn job(&self, failure: &Failure) -> Option<&Job> {
        self.transcript.jobs.get(failure.diagnosis.job?)
    }

    /// The step that a failure belongs to.
    pub fn step(&self, failure: &Failure) -> Option<&Step> {
        self.job(failure)?.steps.get(failure.diagnosis.step?)
    }

    /// The remedy that the whole patch contains for a failure: the first with a change that the user allowed.
    pub fn made<'a>(&self, failure: &'a Failure) -> Option<&'a Remedy> {
        made(&self.healing, self.allowed, failure)
    }

    /// Whether a failure has a patch that waits for the user to allow it.
    pub fn held_back(&self, failure: &Failure) -> bool {
        self.made(failure).is_none() && failure.remedies.iter().any(|remedy| remedy.patch.is_some() && remedy.safety > self.allowed)
    }

    /// Whether anything was or would be changed.
    pub fn heals(&self) -> bool {
        !self.healing.patch.files.is_empty()
    }
}

/// The remedy of `failure` that `healing`'s whole patch contains.
pub(crate) fn made<'a>(healing: &Healing, allowed: Safety, failure: &'a Failure) -> Option<&'a Remedy> {
    let contained = |remedy: &&Remedy| {
        remedy.patch.as_ref().is_some_and(|patch| {
            let part_of_whole = |path| healing.patch.files.iter().any(|file| &file.path == path);
            !patch.files.is_empty() && patch.files.iter().all(|file| part_of_whole(&file.path))
        })
    };
    failure.remedies.iter().filter(|remedy| remedy.safety <= allowed).find(contained)
}
