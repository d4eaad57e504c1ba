//! `publish --follow`: whether the runs of our pull requests went green.

use std::path::Path;

use super::super::progress::Progress;
use super::super::target::Target;
use super::super::{fetch, pipeline, print, source, store, streams};
use crate::archive::Limits;
use crate::branch::Checkout;
use crate::failure::{Exit, Failure, Kind};
use crate::github::{Health, RepoName, Visit, follow};
use crate::options::{Depth, Format, Output, PublishRequest, Request, Source};
use crate::report::inline::one_line;
use crate::rules::Safety;
use crate::text::Fingerprint;

/// What was seen, for programs.
#[derive(Debug, serde::Serialize)]
struct Document<'a> {
    version: u32,
    repository: String,
    pulls: &'a [Visit],
}

/// Runs it.
pub(super) fn run(
    request: &PublishRequest,
    label: &str,
    aim: &Target,
    checkout: Option<&Checkout>,
    output: &Output,
) -> Result<Exit, Failure> {
    let token = aim.token()?;
    let mut client = aim.client(Some(&token), output)?;
    let mut second = aim.client(Some(&token), output)?;
    let progress = Progress::start(output);
    let mut diagnose =
        |_: &mut dyn crate::github::Wire, run: &crate::github::Found| causes(&mut second, &aim.repo, run, request, &progress);
    let visits = follow(&mut client, &aim.repo, label, &mut diagnose)?;
    drop(progress);
    if let Some(checkout) = checkout {
        for visit in &visits {
            store::learn(checkout, visit)?;
        }
    }
    let text = match &output.format {
        Format::Json { filter } => {
            let document = Document { version: 1, repository: aim.repo.full(), pulls: &visits };
            print::json(&document, filter.as_deref(), output.destination)?
        }
        _ => page(&visits),
    };
    streams::result(&text, output)?;
    Ok(Exit::Done)
}

/// The causes of a failed run, as any command would name them.
fn causes(
    client: &mut crate::github::Client,
    repo: &RepoName,
    run: &crate::github::Found,
    request: &PublishRequest,
    progress: &Progress,
) -> Result<Vec<Fingerprint>, Failure> {
    let folder = tempfile::Builder::new().prefix("gh-autoheal-").tempdir();
    let folder = folder.map_err(|error| Failure::new(Kind::Output, format!("cannot write to the folder for temporary files: {error}")))?;
    let place = folder.path().join("run");
    let which = crate::github::Which::Id(run.id);
    let (found, record) = crate::github::find(client, repo, &which, Some(run.run_attempt))?;
    fetch::save(client, repo, (&found, &record), &place, progress)?;
    let limits = Limits::default();
    let whole = Request::whole(Source::Path(place.clone()), Safety::Safe, Depth::Diagnose);
    let diagnosis = Request { repo: request.repo.clone(), ..whole };
    let input = source::read(&Source::Path(Path::new(&place).to_owned()), limits)?;
    let outcome = pipeline::heal(input, limits, &diagnosis, progress)?;
    Ok(outcome.healing.failures.into_iter().map(|failure| failure.fingerprint).collect())
}

fn page(visits: &[Visit]) -> String {
    if visits.is_empty() {
        return "Nothing of ours is published here.\n".to_owned();
    }
    let mut out = String::new();
    for visit in visits {
        let (mark, words) = match (visit.health, visit.merged) {
            (Health::Green, true) => ('✓', "is merged, and its run is green"),
            (Health::Green, false) => ('✓', "heals: its run is green"),
            (Health::Waiting, true) => ('!', "is merged, and no run tells yet"),
            (Health::Waiting, false) => ('!', "waits: no run tells yet"),
            (Health::StillFails, true) => ('✗', "is merged, and the same cause is still there"),
            (Health::StillFails, false) => ('✗', "is a draft now: the same cause is still there"),
            (Health::OtherFailure, _) => ('!', "does not fail for this cause any more, and fails for another"),
            (Health::Closed, _) => ('!', "was closed"),
        };
        out.push_str(&format!("{mark} Pull request #{} {words}: {}\n", visit.number, one_line(&visit.url)));
    }
    out
}
