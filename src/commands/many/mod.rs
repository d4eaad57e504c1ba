//! `heal` of many runs: each distinct cause once, whatever the number of runs that it broke, and one summary of all.

mod page;
mod rounds;
mod rows;

use rounds::{Round, Run, rounds};
use rows::{Place, Tally};

use super::apart;
use super::progress::Progress;
use super::publish::{self, Line};
use super::target::target;
use super::{heal, pipeline, print, store, streams};
use crate::failure::{Exit, Failure, Kind};
use crate::github::{Publication, bring};
use crate::options::{Depth, Format, Heal, Output, Request};
use crate::plan::Plan;

/// Runs it.
pub(super) fn run(task: &Heal, output: &Output) -> Result<Exit, Failure> {
    if !matches!(output.format, Format::Text | Format::Json { .. }) {
        return Err(Failure::new(Kind::Usage, "several runs end in one summary, which is text or JSON")
            .hint("leave --format out, or heal one source at a time"));
    }
    let progress = Progress::start(output);
    let rounds = rounds(task, output, &progress)?;
    refuse_what_would_be_lost(task, &rounds)?;
    let mut places = Vec::new();
    let mut plans = Vec::new();
    for round in rounds {
        let mut work = Work { task, output, progress: &progress, tally: Tally::default(), line: None, plans: Vec::new() };
        let place = match work.round(&round) {
            Err(failure) if is_cancelled(&failure) => return Err(failure),
            result => Place::new(round.name, work.tally, result.err()),
        };
        places.push(place);
        plans.extend(work.plans);
    }
    if let Some(path) = task.plan.as_deref().filter(|_| !plans.is_empty()) {
        store::write_plans(path, &plans)?;
    }
    drop(progress);
    let text = match &output.format {
        Format::Json { filter } => print::json(&rows::Document::new(&places), filter.as_deref(), output.destination)?,
        _ => page::render(&places, task, output),
    };
    streams::result(&text, output)?;
    if let Some(words) = rows::complaint(&places) {
        streams::error(&format!("error: {words}\n"));
    }
    Ok(rows::exit(&places))
}

/// Somebody pressed Ctrl-C: then nothing more is begun.
fn is_cancelled(failure: &Failure) -> bool {
    failure.kind == Kind::Network && failure.exit == Exit::Usage
}

/// A branch in a folder that goes afterwards helps nobody.
fn refuse_what_would_be_lost(task: &Heal, rounds: &[Round]) -> Result<(), Failure> {
    if task.plan.is_some() && rounds.len() > 1 {
        return Err(Failure::new(Kind::Usage, "a plan is of one repository, and several are named")
            .hint("heal them one by one with --plan, or all of them with --publish"));
    }
    let kept = task.publish.is_some() || task.plan.is_some() || task.request.depth == Depth::Preview;
    match rounds.iter().find(|round| round.away.is_some() && !kept) {
        Some(round) => Err(Failure::new(Kind::Usage, format!("{} is not checked out here, so a branch would have no place", round.name))
            .hint("publish it at once: --publish; or look first: --dry-run")
            .hint("or run the same command in a checkout of it")),
        None => Ok(()),
    }
}

/// The work on one repository.
struct Work<'a> {
    task: &'a Heal,
    output: &'a Output,
    progress: &'a Progress,
    tally: Tally,
    line: Option<Line>,
    plans: Vec<Plan>,
}

impl Work<'_> {
    /// Heals the runs of one repository. What goes wrong with one run is told, and the others go on.
    fn round(&mut self, round: &Round) -> Result<(), Failure> {
        let folder = match &round.away {
            Some(_) => Some(
                tempfile::Builder::new()
                    .prefix("gh-autoheal-")
                    .tempdir()
                    .map_err(|error| Failure::new(Kind::Output, format!("cannot write to the folder for temporary files: {error}")))?,
            ),
            None => None,
        };
        for run in round.runs.clone()? {
            let mut request = Request { source: run.source.clone(), repository: round.repository.clone(), ..self.task.request.clone() };
            if let Some(folder) = &folder {
                request.repo = Some(folder.path().to_owned());
            }
            match self.one(round, &run, &request) {
                Err(failure) if is_cancelled(&failure) => return Err(failure),
                Err(failure) => self.tally.wrong(&run, failure),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    fn one(&mut self, round: &Round, run: &Run, request: &Request) -> Result<(), Failure> {
        if let (Some(away), Some(dir)) = (&round.away, &request.repo) {
            self.progress.says(&format!("fetching {}", round.name));
            bring(dir, &away.repo, Some(&away.token()?), &run.commit)?;
        }
        let examined = pipeline::read(request, self.progress)?;
        let verified = heal::verified(&examined, self.task.proof, self.output)?;
        let done = apart::finish(examined, request, verified)?;
        heal::keep(&done.plans, done.checkout.as_ref(), request)?;
        self.tally.healed(run, &done);
        for plan in &done.plans {
            if !self.plans.iter().any(|known| known.fingerprint == plan.fingerprint) {
                self.plans.push(plan.clone());
            }
        }
        let Some(publishing) = &self.task.publish else { return Ok(()) };
        if done.plans.is_empty() {
            return Ok(());
        }
        let aim = target(request.repository.as_deref(), done.checkout.as_ref())?;
        let line = match &mut self.line {
            Some(line) => line,
            line => line.insert(Line::open(&aim, publishing, self.output)?),
        };
        self.progress.says(&format!("publishing to {}", aim.repo));
        for plan in &done.plans {
            let made: Vec<Publication> =
                publish::of_heal(std::slice::from_ref(plan), done.checkout.as_ref(), (&aim, &mut *line), publishing)?;
            made.iter().for_each(|made| self.tally.published(plan, made));
        }
        Ok(())
    }
}
