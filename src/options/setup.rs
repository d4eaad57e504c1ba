//! What to set up, and how.

use std::path::PathBuf;

use crate::automation::{Issues, Wish};
use crate::cli::{Doctor, Init};

/// What `init` shall do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The checkout; none for the one around the current folder.
    pub repo: Option<PathBuf>,
    /// What is wished for.
    pub wish: Wish,
    /// Whether it is written.
    pub consent: Consent,
}

/// Whether files may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Show only.
    Withheld,
    /// Ask.
    Asked,
    /// Given on the command line.
    Given,
}

pub(super) fn setup(typed: &Init) -> Setup {
    let issues = if typed.issues { Issues::Labelled } else { Issues::Ignored };
    let consent = match (typed.dry_run, typed.yes) {
        (true, _) => Consent::Withheld,
        (false, true) => Consent::Given,
        (false, false) => Consent::Asked,
    };
    Setup { repo: typed.repo.clone(), wish: if typed.update { Wish::Update } else { Wish::Install(issues) }, consent }
}

/// What `doctor` shall look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckUp {
    /// The checkout; none for the one around the current folder.
    pub repo: Option<PathBuf>,
    /// A folder of the user's own rules.
    pub rules: Option<PathBuf>,
    /// How far to go.
    pub reach: Reach,
}

/// How far a command may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// This machine.
    Here,
    /// GitHub too.
    Online,
}

pub(super) fn check_up(typed: &Doctor) -> CheckUp {
    let reach = if typed.offline { Reach::Here } else { Reach::Online };
    CheckUp { repo: typed.repo.clone(), rules: typed.rules.clone(), reach }
}
