//! Turns what a repository has into the files that `init` would write, and what its owner must know beside them.

use super::{Drift, Issues, OutOfReach, PATH, drift, listening, updated, workflow};
use crate::config::{self, Config};
use crate::repository::Repository;

/// Where editors find the configuration's schema.
const SCHEMA: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/raw/main/docs/autoheal.schema.json");

/// What `init` is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// The files that are not there yet.
    Install(Issues),
    /// Nothing new: the list of an automation that is there, put in step.
    Update,
}

/// What would be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    /// The files, in the order in which a reader wants them.
    pub files: Vec<Proposed>,
    /// What a reader must know, as sentences.
    pub remarks: Vec<String>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// Its path.
    pub path: &'static str,
    /// Its text now; none where there is no such file.
    pub before: Option<String>,
    /// Its text afterwards: the same where it is left as it is.
    pub after: String,
}

impl Proposed {
    /// Whether anything is written.
    pub fn changes(&self) -> bool {
        self.before.as_deref() != Some(self.after.as_str())
    }
}

/// Why nothing can be proposed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no workflow to listen to.
    #[error("there is no workflow to heal: `.github/workflows` holds none that runs by itself")]
    NothingToHeal,
    /// There is no automation whose list could be put in step.
    #[error("there is no {PATH} to update")]
    NothingToUpdate,
    /// The list cannot be put in step.
    #[error(transparent)]
    OutOfReach(#[from] OutOfReach),
}

/// What would be written into a repository with these texts.
///
/// # Errors
/// When there is nothing to listen to, or to update.
pub fn proposal(repository: &Repository, limits: &Config, wish: Wish) -> Result<Proposal, Refused> {
    let found = listening(repository);
    let existing = repository.text(PATH);
    let mut proposal = Proposal::default();
    match (wish, existing) {
        (Wish::Update, None) => return Err(Refused::NothingToUpdate),
        (Wish::Update, Some(text)) => {
            proposal.remarks.extend(drifted(&drift(text, repository)?));
            proposal.files.push(file(PATH, Some(text), updated(text, repository)?));
        }
        (Wish::Install(_), None) if found.names.is_empty() => return Err(Refused::NothingToHeal),
        (Wish::Install(issues), None) => {
            proposal.files.push(file(PATH, None, workflow(&found.names, issues, limits.branch_prefix())));
        }
        (Wish::Install(_), Some(text)) => {
            proposal.files.push(file(PATH, Some(text), text.to_owned()));
            match drift(text, repository) {
                Ok(drift) if drift.is_none() => {}
                Ok(drift) => {
                    proposal.remarks.extend(drifted(&drift));
                    proposal.remarks.push("`gh autoheal init --update` puts the list in step.".to_owned());
                }
                Err(error) => proposal.remarks.push(format!("{error}: whether it is in step cannot be told.")),
            }
        }
    }
    if matches!(wish, Wish::Install(_)) {
        let existing = repository.text(config::PATH);
        let after = existing.map_or_else(|| config::commented(SCHEMA), str::to_owned);
        proposal.files.push(file(config::PATH, existing, after));
    }
    proposal.remarks.extend(found.passed.iter().map(|(path, why)| format!("{path} is not listened to: {why}.")));
    let nameless = found.nameless.iter();
    proposal
        .remarks
        .extend(nameless.map(|path| format!("{path} has no `name:`, so GitHub calls it by its path. A name is safer to listen to.")));
    Ok(proposal)
}

fn file(path: &'static str, before: Option<&str>, after: String) -> Proposed {
    Proposed { path, before: before.map(str::to_owned), after }
}

/// How the list is out of step, in sentences.
fn drifted(drift: &Drift) -> Vec<String> {
    let quoted = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let missing = (!drift.missing.is_empty()).then(|| format!("{PATH} does not listen to {}.", quoted(&drift.missing)));
    let gone = (!drift.gone.is_empty()).then(|| format!("{PATH} listens to {}, and no workflow is called so.", quoted(&drift.gone)));
    missing.into_iter().chain(gone).collect()
}
