//! Plans and what became of them, as files beside the branches: below `autoheal` of git's common folder.
#![expect(clippy::disallowed_methods, reason = "shell: reads and writes plans")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::whole_file;
use crate::branch::Checkout;
use crate::failure::{Failure, Kind};
use crate::github::{Health, Publication, Visit};
use crate::plan::{self, Plan, mail, several, verify};
use crate::text::Fingerprint;

/// The folder of plans.
fn plans(checkout: &Checkout) -> PathBuf {
    checkout.common_dir().join("autoheal").join("plans")
}

/// Keeps a plan beside its branch.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn keep(checkout: &Checkout, plan: &Plan) -> Result<PathBuf, Failure> {
    let path = plans(checkout).join(format!("{}.json", plan.fingerprint));
    write_plans(&path, std::slice::from_ref(plan))?;
    Ok(path)
}

/// Writes plans into a file.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write_plans(path: &Path, plans: &[Plan]) -> Result<(), Failure> {
    let text = several::written(plans).map_err(|error| Failure::new(Kind::Internal, format!("the plan is no JSON: {error}")))?;
    whole_file::write(path, text.as_bytes())
}

/// Keeps the change of a plan as a mail for `git am`.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn keep_mail(checkout: &Checkout, plan: &Plan) -> Result<Option<PathBuf>, Failure> {
    let Some(change) = &plan.change else { return Ok(None) };
    let path = checkout.common_dir().join("autoheal").join("patches").join(format!("{}.patch", plan.fingerprint));
    whole_file::write(&path, mail::mail(change).as_bytes())?;
    Ok(Some(path))
}

/// Reads a file of one plan or several, bounded.
///
/// # Errors
/// When it is not there, too large, or no plan.
pub(super) fn read_plans(path: &Path) -> Result<Vec<Plan>, Failure> {
    let name = path.display().to_string();
    let cannot = |error: std::io::Error| Failure::new(Kind::Source, format!("cannot read `{name}`: {error}"));
    let length = fs::metadata(path).map_err(cannot)?.len();
    if length > verify::LARGEST_PLAN {
        return Err(Failure::new(Kind::Plan, format!("`{name}` is too large for a plan: {length} bytes")));
    }
    let text = fs::read_to_string(path).map_err(cannot)?;
    several::read(&text).map_err(|refused| {
        Failure::new(Kind::Plan, format!("`{name}`: {refused}")).hint("a plan is written by `gh autoheal heal … --plan FILE`")
    })
}

/// All plans kept beside the branches, the newest first; a file that is none is left out.
pub(super) fn all(checkout: &Checkout) -> Vec<Plan> {
    let entries = fs::read_dir(plans(checkout)).into_iter().flatten().flatten();
    let mut found: Vec<(SystemTime, Plan)> = entries
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "json"))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, read_plans(&entry.path()).ok()?)))
        .flat_map(|(when, plans)| plans.into_iter().map(move |plan| (when, plan)))
        .collect();
    found.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.fingerprint.cmp(&other.1.fingerprint)));
    found.into_iter().map(|(_, plan)| plan).collect()
}

/// What became of a plan.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Published {
    version: u32,
    /// `owner/name`.
    pub(super) repository: String,
    /// The pull request.
    pub(super) pull: Option<u64>,
    /// Its page, else that of the first issue.
    pub(super) url: Option<String>,
    /// The issues.
    pub(super) issues: Vec<u64>,
    /// When it was published last: seconds since 1970.
    pub(super) at: i64,
    /// What the run of the pull request says, where somebody asked.
    #[serde(default)]
    pub(super) health: Option<Health>,
    /// That run.
    #[serde(default)]
    pub(super) run: Option<u64>,
    /// Whether it is merged.
    #[serde(default)]
    pub(super) merged: bool,
}

fn published_path(checkout: &Checkout, fingerprint: &Fingerprint) -> PathBuf {
    checkout.common_dir().join("autoheal").join("published").join(format!("{fingerprint}.json"))
}

/// What became of a plan, where it was published from here.
pub(super) fn publication(checkout: &Checkout, fingerprint: &Fingerprint) -> Option<Published> {
    let text = fs::read_to_string(published_path(checkout, fingerprint)).ok()?;
    serde_json::from_str(&text).ok()
}

/// Remembers what was published.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn remember(checkout: &Checkout, plan: &Plan, made: &Publication, at: i64) -> Result<(), Failure> {
    let before = publication(checkout, &plan.fingerprint);
    let published = Published {
        version: 1,
        repository: made.repository.clone(),
        pull: made.pull.as_ref().map(|pull| pull.number),
        url: made.pull.as_ref().or(made.issues.first()).map(|opened| opened.url.clone()),
        issues: made.issues.iter().map(|issue| issue.number).collect(),
        at,
        health: before.as_ref().and_then(|before| before.health),
        run: before.as_ref().and_then(|before| before.run),
        merged: before.is_some_and(|before| before.merged),
    };
    write_published(checkout, &plan.fingerprint, &published)
}

/// Remembers how a pull request fares; one that was opened elsewhere is not of this checkout's history.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn learn(checkout: &Checkout, visit: &Visit) -> Result<(), Failure> {
    let fingerprint = plan::together(visit.fingerprints.iter().map(Fingerprint::as_str).collect());
    let Some(known) = publication(checkout, &fingerprint).filter(|known| known.pull == Some(visit.number)) else { return Ok(()) };
    let published = Published { health: Some(visit.health), run: visit.run, merged: visit.merged, ..known };
    write_published(checkout, &fingerprint, &published)
}

fn write_published(checkout: &Checkout, fingerprint: &Fingerprint, published: &Published) -> Result<(), Failure> {
    let text =
        serde_json::to_string_pretty(published).map_err(|error| Failure::new(Kind::Internal, format!("the record is no JSON: {error}")))?;
    whole_file::write(&published_path(checkout, fingerprint), format!("{text}\n").as_bytes())
}
