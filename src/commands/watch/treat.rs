//! One failed run: fetched, diagnosed, healed, published, handed on.
#![expect(clippy::disallowed_methods, reason = "shell: a run without a checkout gets a folder to stand in")]

use std::fs;
use std::path::{Path, PathBuf};

use super::event::{About, What, say};
use super::hand;
use super::journal::{Journal, Reach, Treatment};
use crate::commands::apart::{self, Apart};
use crate::commands::pipeline::{self, Examined};
use crate::commands::progress::Progress;
use crate::commands::target::Target;
use crate::commands::{fetch, publish, store};
use crate::failure::{Failure, Kind};
use crate::github::{self, Attempt, Client, Stop, Which, find};
use crate::options::{Depth, Output, Request, Source, WatchRequest};
use crate::plan::Plan;
use crate::report::{Deed, News};
use crate::rules::{Category, Safety};

/// What treats the runs of one repository.
pub(super) struct Ward<'a> {
    /// The repository.
    pub(super) aim: &'a Target,
    /// The way to it.
    pub(super) client: &'a mut Client,
    /// The checkout that is healed; without one, runs are diagnosed.
    pub(super) checkout: Option<&'a Path>,
    /// What was seen.
    pub(super) journal: &'a mut Journal,
    /// What was asked for.
    pub(super) request: &'a WatchRequest,
    /// How to print.
    pub(super) output: &'a Output,
    /// Whether to end.
    pub(super) stop: &'a Stop,
}

/// What a watcher does about each cause.
pub(super) fn treatment(request: &WatchRequest, checkout: Option<&Path>) -> Treatment {
    let reach = match (checkout, request.allowed) {
        (None, _) => Reach::Diagnosed,
        (Some(_), Safety::Safe) => Reach::Healed,
        (Some(_), _) => Reach::HealedForReview,
    };
    Treatment { reach, published: request.publish.is_some() }
}

impl Ward<'_> {
    /// Deals with a run. It is remembered when everything about it is done: what breaks off is done again, and whatever is done twice
    /// finds what is there.
    ///
    /// # Errors
    /// When GitHub cannot be reached, or something cannot be read or written.
    pub(super) fn treat(&mut self, run: Attempt) -> Result<(), Failure> {
        let folder = tempfile::Builder::new().prefix("gh-autoheal-watch-").tempdir();
        let folder =
            folder.map_err(|error| Failure::new(Kind::Output, format!("cannot write to the folder for temporary files: {error}")))?;
        let wanted = treatment(self.request, self.checkout);
        let (examined, asked) = self.examine(run, folder.path())?;
        let failures = &examined.healing.failures;
        let causes: Vec<String> = failures.iter().map(|failure| failure.fingerprint.to_string()).collect();
        let stopped = failures.iter().all(|failure| category(&examined, failure) == Category::Cancelled);
        if stopped {
            self.say(run, None, What::Nothing, "nothing in it failed")?;
            return self.journal.treated(run, &[], wanted);
        }
        if causes.iter().all(|cause| self.journal.has_treated(cause, wanted)) {
            let names = rules(failures.iter().map(|failure| failure.diagnosis.rule.as_deref()));
            let times = causes.iter().map(|cause| self.journal.runs_of(cause)).max().unwrap_or(0);
            let message = format!("{names}: seen before in {}", crate::report::inline::count(usize::try_from(times).unwrap_or(0), "run"));
            self.say(run, causes.first().map(String::as_str), What::Known, &message)?;
            return self.journal.treated(run, &causes, wanted);
        }
        let done = apart::finish(examined, &asked, Vec::new())?;
        for plan in &done.plans {
            self.tell(run, &done, plan)?;
            self.publish(run, &done, plan)?;
            self.hand_on(run, plan)?;
        }
        self.journal.treated(run, &causes, wanted)
    }

    /// Fetches a run and names its causes.
    fn examine(&mut self, (id, attempt): Attempt, folder: &Path) -> Result<(Examined, Request), Failure> {
        let place = folder.join("run");
        let progress = Progress::default();
        let (found, record) = find(self.client, &self.aim.repo, &Which::Id(id), Some(attempt))?;
        fetch::save(self.client, &self.aim.repo, (&found, &record), &place, &progress)?;
        let repo = match self.checkout {
            Some(checkout) => checkout.to_owned(),
            None => stand_in(folder, &place)?,
        };
        let depth = if self.checkout.is_some() { Depth::Commit } else { Depth::Preview };
        let whole = Request::whole(Source::Path(place), self.request.allowed, depth);
        let asked = Request { repo: Some(repo), repository: Some(self.aim.repo.full()), ..whole };
        Ok((pipeline::read(&asked, &progress)?, asked))
    }

    /// Tells what became of a run, and keeps its plan beside its branch.
    fn tell(&self, run: Attempt, done: &Apart, plan: &Plan) -> Result<(), Failure> {
        let names = rules(plan.causes.iter().map(|cause| cause.rule.as_deref()));
        let names = format!("{} ({names})", plan.run.workflow);
        let fingerprint = Some(plan.fingerprint.as_str());
        match (made(&done.outcome.deed, plan), &done.checkout) {
            (Some((branch, news)), Some(checkout)) => {
                store::keep(checkout, plan)?;
                let before = if news == News::Created { "" } else { ", as before" };
                self.say(run, fingerprint, What::Healed, &format!("{names} on the branch {branch}{before}"))
            }
            _ => {
                let reason = match (self.checkout, done.outcome.healing.patch.files.is_empty()) {
                    (None, false) => "it can be healed in a checkout",
                    (Some(_), _) if self.request.allowed == Safety::Safe && needs_review(plan) => {
                        "a change that cures it waits for `--allow needs-review`"
                    }
                    _ => "no change of a workflow heals it here",
                };
                self.say(run, fingerprint, What::Diagnosed, &format!("{names}: {reason}"))
            }
        }
    }

    fn publish(&self, run: Attempt, done: &Apart, plan: &Plan) -> Result<(), Failure> {
        let Some(publishing) = &self.request.publish else { return Ok(()) };
        let mut line = publish::Line::open(self.aim, publishing, self.output)?;
        let made = publish::of_heal(std::slice::from_ref(plan), done.checkout.as_ref(), (self.aim, &mut line), publishing)?;
        let opened = made.iter().flat_map(|made| made.issues.iter().chain(made.pull.iter()));
        let links: Vec<&str> = opened.map(|opened| opened.url.as_str()).collect();
        let message = if links.is_empty() { "nothing had to be opened".to_owned() } else { links.join(" ") };
        self.say(run, Some(plan.fingerprint.as_str()), What::Published, &message)
    }

    /// Hands the plan to the user's command and address. Each may get a plan again when this program ends meanwhile: its fingerprint
    /// tells.
    fn hand_on(&self, run: Attempt, plan: &Plan) -> Result<(), Failure> {
        if self.request.exec.is_none() && self.request.webhook.is_none() {
            return Ok(());
        }
        let json = plan.to_json().map_err(|error| Failure::new(Kind::Internal, format!("the plan is no JSON: {error}")))?;
        let command = self.request.exec.as_deref().and_then(|command| hand::execute(command, &json, self.stop).err());
        let address = self.request.webhook.as_deref().and_then(|address| github::post(address, &json, self.stop).err());
        let wrong = command.map(|reason| format!("--exec: {reason}")).into_iter();
        for message in wrong.chain(address.map(|error| format!("--webhook: {error}"))) {
            self.say(run, Some(plan.fingerprint.as_str()), What::Error, &message)?;
        }
        Ok(())
    }

    fn say(&self, run: Attempt, fingerprint: Option<&str>, what: What, message: &str) -> Result<(), Failure> {
        say(self.output, About { repo: Some(&self.aim.repo), run: Some(run.0), fingerprint }, what, message)
    }
}

/// The branch that a heal made for a plan, and whether it is new.
fn made<'a>(deed: &Deed, plan: &'a Plan) -> Option<(&'a str, News)> {
    let wanted = &plan.change.as_ref()?.branch;
    match deed {
        Deed::Committed { branch, news, .. } if branch == wanted => Some((wanted, *news)),
        Deed::CommittedApart(all) => all.iter().find(|made| made.branch == *wanted).map(|made| (wanted.as_str(), made.news)),
        _ => None,
    }
}

fn category(examined: &Examined, failure: &crate::remedy::Failure) -> Category {
    let rule = failure.diagnosis.rule.as_deref().and_then(|id| pipeline::each(&examined.rules).find(|rule| rule.id == id));
    rule.map_or(Category::Other, |rule| rule.category)
}

/// Whether a change exists that was not allowed.
fn needs_review(plan: &Plan) -> bool {
    plan.causes.iter().any(|cause| cause.verdict == crate::remedy::Verdict::Healable)
}

/// The names of the rules that explain the causes, each once.
fn rules<'a>(names: impl Iterator<Item = Option<&'a str>>) -> String {
    let mut names: Vec<&str> = names.map(|name| name.unwrap_or("unexplained")).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

/// A folder with the workflow that ran and nothing else: what a run is read against without a checkout.
fn stand_in(folder: &Path, bundle: &Path) -> Result<PathBuf, Failure> {
    let root = folder.join("files");
    let workflows = root.join(".github").join("workflows");
    let cannot = |error: std::io::Error| Failure::new(Kind::Output, format!("cannot write `{}`: {error}", workflows.display()));
    fs::create_dir_all(&workflows).map_err(cannot)?;
    for entry in fs::read_dir(bundle.join("workflow")).into_iter().flatten().flatten() {
        fs::copy(entry.path(), workflows.join(entry.file_name())).map_err(cannot)?;
    }
    Ok(root)
}
