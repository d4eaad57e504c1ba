//! `check`: says what is wrong with the workflows of a checkout, without a log; `--fix` heals them as `heal` does.

mod files;
mod work_tree;

use std::path::Path;

use super::pipeline::{self, committed, refused};
use super::progress::Progress;
use super::store;
use super::{config_file, plain_folder, print};
use crate::archive::SourceKind;
use crate::branch::{Base, BaseChoice, Checkout};
use crate::config::Config;
use crate::failure::{Exit, Failure, Kind};
use crate::inspection;
use crate::options::{CheckRequest, Depth, Output};
use crate::plan::Record;
use crate::remedy::{self, Healing};
use crate::report::{Around, Deed, Outcome};
use crate::repository::Repository;
use crate::rules::Safety;
use crate::text::RepoPath;
use crate::transcript::{RunFacts, Transcript};

/// Runs it.
pub(super) fn run(request: &CheckRequest, output: &Output) -> Result<Exit, Failure> {
    let progress = Progress::start(output);
    progress.says("inspecting the workflows");
    let outcome = inspect(request)?;
    drop(progress);
    print::outcome(&outcome, output)?;
    Ok(exit(&outcome))
}

/// What is wrong in the work tree of a checkout, whatever its configuration may be like.
pub(super) fn of_work_tree(checkout: &Checkout) -> Healing {
    let mut repository = head(checkout);
    if let Some(workdir) = checkout.workdir() {
        work_tree::overlay(&mut repository, workdir);
    }
    let config = config_file::load(checkout.workdir(), Some(&repository)).unwrap_or_default();
    let mut healing = remedy::inspect(&repository, &all(&repository), Safety::NeedsReview);
    healing.failures.retain(|failure| !failure.diagnosis.rule.as_ref().is_some_and(|rule| config.rules_off.contains(rule)));
    healing
}

/// Done when nothing is wrong or all of it was healed; else a person is needed.
fn exit(outcome: &Outcome) -> Exit {
    let healed = |failure: &remedy::Failure| outcome.deed != Deed::Diagnosed && outcome.made(failure).is_some();
    if outcome.healing.failures.iter().all(healed) { Exit::Done } else { Exit::NothingHealable }
}

/// What a patch would start from.
struct Ground {
    checkout: Option<(Checkout, Base)>,
    repository: Repository,
    files: Vec<RepoPath>,
    config: Config,
    notes: Vec<String>,
}

fn inspect(request: &CheckRequest) -> Result<Outcome, Failure> {
    let mut ground = ground(request)?;
    let allowed = ground.config.limited(request.allowed);
    let mut healing = remedy::inspect(&ground.repository, &ground.files, allowed);
    healing.failures.retain(|failure| !failure.diagnosis.rule.as_ref().is_some_and(|rule| ground.config.rules_off.contains(rule)));
    let transcript = Transcript {
        kind: SourceKind::Checkout,
        run: RunFacts::default(),
        jobs: Vec::new(),
        annotations: Vec::new(),
        problems: Vec::new(),
    };
    let (deed, record) = deed(request, &transcript, &mut healing, &mut ground)?;
    let named = pipeline::workflow_name(&transcript, &ground.repository, &healing);
    let base = ground.checkout.as_ref().map(|(_, base)| base.commit.clone()).filter(|_| request.depth != Depth::Diagnose);
    let outcome = Outcome {
        source: "check".to_owned(),
        transcript,
        healing,
        allowed,
        base,
        deed,
        notes: ground.notes,
        verified: Vec::new(),
        around: Around::default(),
    };
    if let (Deed::Committed { .. }, Some(record), Some((checkout, _))) = (&outcome.deed, record, &ground.checkout) {
        // So that `publish` can carry it out like any other heal.
        if let Some(plan) = pipeline::planned(&outcome, &named, Some(record))? {
            store::keep(checkout, &plan)?;
        }
    }
    Ok(outcome)
}

fn deed(
    request: &CheckRequest,
    transcript: &Transcript,
    healing: &mut Healing,
    ground: &mut Ground,
) -> Result<(Deed, Option<Record>), Failure> {
    match (&request.depth, &ground.checkout) {
        (Depth::Diagnose, _) => Ok((Deed::Diagnosed, None)),
        (Depth::Commit, Some((checkout, base))) if !healing.patch.files.is_empty() => {
            let allowed = ground.config.limited(request.allowed);
            committed((transcript, healing), (checkout, base, &ground.repository), (allowed, &ground.config), &mut ground.notes)
        }
        (Depth::Commit | Depth::Preview, _) => Ok((Deed::Previewed, None)),
    }
}

fn ground(request: &CheckRequest) -> Result<Ground, Failure> {
    let dir = request.repo.as_deref().unwrap_or(Path::new("."));
    let checkout = Checkout::discover(dir).map_err(|error| refused(Kind::Repository, &error))?;
    let Some(checkout) = checkout else { return folder_ground(request, dir) };
    let workdir = checkout.workdir().map(Path::to_owned);
    if let Some(workdir) = &workdir
        && files::are_outside(&request.files, workdir)?
    {
        return alone(request, Repository::default(), dir);
    }
    if request.depth == Depth::Diagnose
        && let Some(workdir) = &workdir
    {
        let mut repository = head(&checkout);
        work_tree::overlay(&mut repository, workdir);
        let (files, notes) = files::chosen(&request.files, Some(workdir), &mut repository)?;
        let config = config_file::load(Some(workdir), Some(&repository))?;
        return Ok(Ground { checkout: None, repository, files, config, notes });
    }
    let choice = request.base.clone().map_or(BaseChoice::Run(None), BaseChoice::Revision);
    let base = checkout.base(choice).map_err(|error| refused(Kind::Repository, &error))?;
    let mut repository = checkout.snapshot(&base).map_err(|error| refused(Kind::Repository, &error))?;
    let mut notes = workdir.as_ref().map_or_else(Vec::new, |workdir| work_tree::uncommitted(&repository, workdir));
    let (files, unread) = files::chosen(&request.files, workdir.as_deref(), &mut repository)?;
    notes.extend(unread);
    let config = config_file::load(workdir.as_deref(), Some(&repository))?;
    Ok(Ground { checkout: Some((checkout, base)), repository, files, config, notes })
}

/// The last commit; nothing where there is none yet.
fn head(checkout: &Checkout) -> Repository {
    let base = checkout.base(BaseChoice::Run(None));
    base.and_then(|base| checkout.snapshot(&base)).unwrap_or_default()
}

/// A folder that no repository contains, or files alone.
fn folder_ground(request: &CheckRequest, dir: &Path) -> Result<Ground, Failure> {
    let found = plain_folder::read(dir);
    if found.is_none() && request.files.is_empty() {
        let place = request.repo.as_ref().map_or_else(|| "this folder".to_owned(), |dir| format!("`{}`", dir.display()));
        let failure = Failure::new(Kind::Repository, format!("there is no git repository around {place}, and no workflow in it"));
        return Err(failure.hint("run it in a checkout of the repository, name one with `--repo DIR`, or name files"));
    }
    alone(request, found.unwrap_or_default(), dir)
}

/// Files that are inspected with nothing but themselves, or with the folder that they lie in.
fn alone(request: &CheckRequest, mut repository: Repository, dir: &Path) -> Result<Ground, Failure> {
    let (files, mut notes) = files::chosen(&request.files, Some(dir), &mut repository)?;
    let config = config_file::load(Some(dir), Some(&repository))?;
    notes.extend((request.depth != Depth::Diagnose).then(|| pipeline::NO_REPOSITORY.to_owned()));
    Ok(Ground { checkout: None, repository, files, config, notes })
}

/// The workflows and actions of a repository, where none is named.
fn all(repository: &Repository) -> Vec<RepoPath> {
    inspection::files(repository)
}
