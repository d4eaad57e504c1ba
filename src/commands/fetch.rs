//! `fetch`: saves a run as a bundle; and the same for a command whose source is a run.
#![expect(clippy::disallowed_methods, reason = "shell: the target may be there already")]

use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::target::{Target, target};
use super::{print, source, streams, whole_file};
use crate::archive::{self, Input, Limits};
use crate::branch::Checkout;
use crate::failure::{Exit, Failure, Kind};
use crate::github::{Fetch, Found, RepoName, Shelf, Which, find, find_so_far};
use crate::options::{FetchRequest, Format, Output, Request, RunName, Source};

/// What was fetched, for programs.
#[derive(Debug, serde::Serialize)]
struct Saved {
    version: u32,
    repository: String,
    run: u64,
    attempt: u32,
    path: String,
    notes: Vec<String>,
}

/// Runs it.
pub(super) fn run(request: &FetchRequest, output: &Output) -> Result<Exit, Failure> {
    let progress = Progress::start(output);
    let checkout = Checkout::discover(request.repo.as_deref().unwrap_or(Path::new("."))).ok().flatten();
    let (aim, which, attempt) = aim(request, checkout.as_ref())?;
    let mut client = aim.client(Some(&aim.token()?), output)?;
    progress.says(&format!("asking {}", aim.repo.host));
    let (found, record) = find(&mut client, &aim.repo, &which, attempt)?;
    let path = request.output.clone().unwrap_or_else(|| usual_place(&found));
    refuse_foreign(&path)?;
    let mut shelf = Shelf::open(&partial(&path), found.id, found.run_attempt)?;
    let says = |what: &str| progress.says(&format!("fetching {what}"));
    let mut fetch = Fetch { client: &mut client, repo: aim.repo.clone(), shelf: &mut shelf, told: &says, notes: Vec::new() };
    fetch.run(&found, &record)?;
    let notes = fetch.notes;
    if is_zip(&path) {
        whole_file::write(&path, &archive::packed(&shelf.files()?)?)?;
        shelf.discard()?;
    } else {
        shelf.becomes(&path)?;
    }
    drop(progress);
    let saved = Saved {
        version: 1,
        repository: aim.repo.full(),
        run: found.id,
        attempt: found.run_attempt,
        path: path.display().to_string(),
        notes,
    };
    let text = match &output.format {
        Format::Json { filter } => print::json(&saved, filter.as_deref(), output.destination)?,
        _ => page(&saved, &found, output),
    };
    streams::result(&text, output)?;
    Ok(Exit::Done)
}

fn page(saved: &Saved, found: &Found, output: &Output) -> String {
    use crate::report::inline::{one_line, shell_word};
    let name = found.name.as_deref().map_or_else(String::new, |name| format!(" ({})", one_line(name)));
    let path = shell_word(&saved.path);
    let mut out = format!("✓ Saved run {}{name} of {} in {path}\n", saved.run, saved.repository);
    for note in &saved.notes {
        out.push_str(&format!("! {}\n", one_line(note)));
    }
    out.push_str(&format!("\n  › {} heal {path}\n", output.layout.program));
    out
}

/// The repository, the run and its attempt, as the request says.
fn aim(request: &FetchRequest, checkout: Option<&Checkout>) -> Result<(Target, Which, Option<u32>), Failure> {
    let Some(run) = &request.run else {
        let branch = request.branch.clone().or_else(|| checkout.and_then(Checkout::head_branch));
        return Ok((target(request.repository.as_deref(), checkout)?, Which::Newest(branch), request.attempt));
    };
    let repository = request.repository.as_deref().or(run.repository.as_deref());
    Ok((target(repository, checkout)?, Which::Id(run.id), request.attempt.or(run.attempt)))
}

/// `run-1234567`, and behind the first attempt `run-1234567-2`.
fn usual_place(found: &Found) -> PathBuf {
    let attempt = if found.run_attempt > 1 { format!("-{}", found.run_attempt) } else { String::new() };
    PathBuf::from(format!("run-{}{attempt}", found.id))
}

fn is_zip(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
}

/// Where the files lie until all of them are there.
fn partial(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    path.with_file_name(name)
}

/// What stands at the target may be replaced when it is a bundle; anything else belongs to somebody.
fn refuse_foreign(path: &Path) -> Result<(), Failure> {
    let taken = |what: &str| {
        Err(Failure::new(Kind::Output, format!("`{}` is {what}; nothing is written over it", path.display()))
            .hint("name another place: -o DIR or -o FILE.zip"))
    };
    if path.file_name().is_none() {
        return taken("no name for a new folder");
    }
    let mut inside = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(_) if path.exists() && !is_zip(path) => return taken("a file"),
        Err(_) => return Ok(()),
    };
    if is_zip(path) || inside.next().is_some() && !path.join("run.json").is_file() { taken("a folder with other things") } else { Ok(()) }
}

/// The input of a request: what lies here, or a run that is fetched for it.
///
/// # Errors
/// When it cannot be read or fetched.
pub(super) fn input(request: &Request, limits: Limits, progress: &Progress) -> Result<Input, Failure> {
    let Some(run) = run_of(&request.source) else { return source::read(&request.source, limits) };
    let checkout = Checkout::discover(request.repo.as_deref().unwrap_or(Path::new("."))).ok().flatten();
    let aim = target(request.repository.as_deref().or(run.repository.as_deref()), checkout.as_ref())?;
    let folder = tempfile::Builder::new().prefix("gh-autoheal-").tempdir();
    let folder = folder.map_err(|error| Failure::new(Kind::Output, format!("cannot write to the folder for temporary files: {error}")))?;
    let place = bundle(&aim, &run, &folder.path().join("run"), progress)?;
    source::read(&Source::Path(place), limits)
}

/// A run's bundle in a folder.
fn bundle(aim: &Target, run: &RunName, folder: &Path, progress: &Progress) -> Result<PathBuf, Failure> {
    let mut client = aim.quiet_client(Some(&aim.token()?))?;
    progress.says(&format!("asking {}", aim.repo.host));
    let (found, record) = find_so_far(&mut client, &aim.repo, run.id, run.attempt)?;
    save(&mut client, &aim.repo, (&found, &record), folder, progress)?;
    Ok(folder.to_owned())
}

/// Fetches a run that was found into a folder.
///
/// # Errors
/// When GitHub cannot be reached, or a file not written.
pub(super) fn save(
    client: &mut crate::github::Client,
    repo: &RepoName,
    (found, record): (&Found, &serde_json::Value),
    folder: &Path,
    progress: &Progress,
) -> Result<(), Failure> {
    let mut shelf = Shelf::open(folder, found.id, found.run_attempt)?;
    let says = |what: &str| progress.says(&format!("fetching {what}"));
    let mut fetch = Fetch { client, repo: repo.clone(), shelf: &mut shelf, told: &says, notes: Vec::new() };
    fetch.run(found, record)?;
    let notes = std::mem::take(&mut fetch.notes);
    shelf.forget(&[".run"])?;
    for note in notes {
        streams::error(&format!("{}\n", crate::report::inline::one_line(&note)));
    }
    Ok(())
}

/// The run that a source names, unless a file of that name is there.
pub(super) fn run_of(source: &Source) -> Option<RunName> {
    let Source::Path(path) = source else { return None };
    if path.exists() {
        return None;
    }
    RunName::parse(path.to_str()?)
}
