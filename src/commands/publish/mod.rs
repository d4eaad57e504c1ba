//! `publish`: proves a plan again and carries it out, or shows what would be sent.
#![expect(clippy::disallowed_methods, reason = "shell: an issue tells when its cause was seen, and a plan may be a file")]

mod follow;
mod line;
mod page;
mod rehearse;

use std::path::Path;

pub(super) use line::Line;
pub(super) use page::page;

use super::target::{Chosen, Target, target};
use super::{config_file, print, rule_files, store, streams};
use crate::branch::{self, Checkout};
use crate::failure::{Exit, Failure, Kind};
use crate::github::{GitPush, Publication, Publisher, TokenKind, Via};
use crate::options::{Format, Output, PublishMode, PublishRequest, Publishing, Way};
use crate::plan::{self, Change, Plan, Policy};

/// Runs it.
pub(super) fn run(request: &PublishRequest, output: &Output) -> Result<Exit, Failure> {
    let dir = request.repo.as_deref().unwrap_or(Path::new("."));
    let checkout = match Checkout::discover(dir) {
        Ok(found) => found,
        Err(error) if request.repo.is_some() => {
            return Err(error.hints().into_iter().fold(Failure::new(Kind::Repository, error.to_string()), Failure::hint));
        }
        Err(_) => None,
    };
    let aim = target(request.repository.as_deref(), checkout.as_ref())?;
    if request.mode == PublishMode::Follow {
        let label = own_label(&request.publishing, checkout.as_ref())?;
        return follow::run(request, &label, &aim, checkout.as_ref(), output);
    }
    let plans = chosen(request.what.as_deref(), checkout.as_ref())?;
    let job = |plan| Job { plan, checkout: checkout.as_ref(), aim: &aim, publishing: &request.publishing };
    // All of them before the first is sent.
    plans.iter().try_for_each(|plan| job(plan).verify())?;
    if request.mode == PublishMode::Rehearse {
        let jobs: Vec<Job<'_>> = plans.iter().map(job).collect();
        let text = rehearse::rehearse(&jobs, &aim, output)?;
        streams::result(&text, output)?;
        return Ok(Exit::Done);
    }
    let mut line = Line::open(&aim, &request.publishing, output)?;
    let publications = plans.iter().map(|plan| job(plan).send(&mut line)).collect::<Result<Vec<_>, _>>()?;
    let text = match (&output.format, publications.as_slice()) {
        (Format::Json { filter }, [publication]) => print::json(publication, filter.as_deref(), output.destination)?,
        (Format::Json { filter }, several) => {
            print::json(&serde_json::json!({"version": 1, "publications": several}), filter.as_deref(), output.destination)?
        }
        (_, several) => pages(several, output),
    };
    streams::result(&text, output)?;
    Ok(Exit::Done)
}

/// A page for each publication.
pub(super) fn pages(publications: &[Publication], output: &Output) -> String {
    publications.iter().map(|publication| page(publication, output)).collect::<Vec<_>>().join("\n")
}

/// The label that tells what is ours.
fn own_label(publishing: &Publishing, checkout: Option<&Checkout>) -> Result<String, Failure> {
    let config = config_file::load(checkout.and_then(Checkout::workdir), None)?;
    let configured = config.labels().first().map(|label| (*label).to_owned());
    Ok(publishing.label.clone().or(configured).unwrap_or_else(|| publishing.policy.labels.own.name.clone()))
}

/// Publishes what a heal has just made, over a line that is open.
///
/// # Errors
/// When a plan does not stand up, or GitHub refuses; what was published before stays, and the next call completes it.
pub(super) fn of_heal(
    plans: &[Plan],
    checkout: Option<&Checkout>,
    (aim, line): (&Target, &mut Line),
    publishing: &Publishing,
) -> Result<Vec<Publication>, Failure> {
    let job = |plan| Job { plan, checkout, aim, publishing };
    plans.iter().try_for_each(|plan| job(plan).verify())?;
    plans.iter().map(|plan| job(plan).send(line)).collect()
}

/// One plan on its way.
struct Job<'a> {
    plan: &'a Plan,
    checkout: Option<&'a Checkout>,
    aim: &'a Target,
    publishing: &'a Publishing,
}

impl Job<'_> {
    /// Everything that can be known of a plan without GitHub.
    fn verify(&self) -> Result<(), Failure> {
        let refused = |refused: plan::Refused| {
            Failure::new(Kind::Plan, format!("the plan is not carried out: {refused}")).hint("heal again, and publish the new plan")
        };
        let workdir = self.checkout.and_then(Checkout::workdir);
        let config = config_file::load(workdir, None)?;
        let own = workdir.map(|dir| dir.join(rule_files::USUAL)).filter(|dir| rule_files::present(dir));
        plan::verify(self.plan, &super::pipeline::rules(own.as_deref())?, &config).map_err(refused)?;
        if let Some(change) = &self.plan.change {
            branch::check_ids(change)
                .map_err(|error| Failure::new(Kind::Plan, error.to_string()).hint("heal again, and publish the new plan"))?;
        }
        let of = self.plan.run.repository.as_deref();
        let repo = &self.aim.repo;
        match of {
            Some(other) if self.aim.chosen == Chosen::Remote && !other.eq_ignore_ascii_case(&repo.full()) => {
                Err(Failure::new(Kind::Plan, format!("the run is of {other}, and this checkout's remote leads to {repo}"))
                    .hint(format!("if {repo} is meant: -R {repo}")))
            }
            _ => Ok(()),
        }
    }

    /// The policy with the labels of the repository's configuration, the first of which tells what is ours.
    fn policy(&self) -> Result<Policy, Failure> {
        let mut policy = self.publishing.policy.clone();
        let config = config_file::load(self.checkout.and_then(Checkout::workdir), None)?;
        let mut labels = config.labels().into_iter().map(str::to_owned);
        let first = labels.next();
        if let Some(label) = self.publishing.label.clone().or(first) {
            policy.labels.own.name = label;
        }
        policy.labels.more = labels.collect();
        Ok(policy)
    }

    /// How the branch gets there.
    fn via(&self, token: Option<crate::github::Token>) -> Via {
        let git = |checkout: &Checkout| {
            let remotes: Vec<(String, String)> = checkout.remotes().into_iter().map(|remote| (remote.name, remote.url)).collect();
            Via::Git(GitPush::new(checkout.workdir().unwrap_or(checkout.git_dir()), &self.aim.repo, &remotes, token.clone()))
        };
        match (self.publishing.way, self.checkout) {
            (Way::IssuesOnly, _) => Via::Nothing,
            (Way::Git | Way::Fitting, Some(checkout)) => git(checkout),
            (Way::Api | Way::Fitting | Way::Git, _) => Via::Api,
        }
    }

    /// The commit must be here before git can push it: a plan from elsewhere is made again.
    fn bring_commit(&self, via: &Via) -> Result<(), Failure> {
        let (Some(change), Some(checkout), Via::Git(_)) = (&self.plan.change, self.checkout, via) else { return Ok(()) };
        let refused = |error: branch::BranchError| {
            let failure = error.hints().into_iter().fold(Failure::new(Kind::Plan, error.to_string()), Failure::hint);
            failure.hint("or send the commit without this checkout: `--via api`")
        };
        match checkout.branch_tip(&change.branch).map_err(refused)? {
            Some(tip) if tip == change.commit.id => Ok(()),
            Some(tip) => {
                Err(Failure::new(Kind::Branch, format!("the branch {} holds {tip}, and the plan {}", change.branch, change.commit.id))
                    .hint(format!("to publish your own commit: git push -u origin {}", change.branch))
                    .hint(format!("to publish the plan's: git branch -D {}", change.branch)))
            }
            None => checkout.recreate(change).map(|_| ()).map_err(refused),
        }
    }

    /// Carries the plan out.
    fn send(&self, line: &mut Line) -> Result<Publication, Failure> {
        let via = self.via(Some(line.token.clone()));
        self.bring_commit(&via)?;
        let policy = self.policy()?;
        let Line { client, memory, token, left, fresh } = line;
        let publisher = Publisher {
            wire: &mut memory.over(client),
            repo: self.aim.repo.clone(),
            policy: &policy,
            via: &via,
            token: token.kind(),
            now: now(),
            left,
            fresh,
            rehearsed: None,
        };
        let publication = publisher.publish(self.plan).map_err(|failure| self.with_patch(failure))?;
        if let Some(checkout) = self.checkout {
            store::remember(checkout, self.plan, &publication, now())?;
        }
        Ok(publication)
    }

    /// Where the token is at fault, the change stays: on its branch, and as a mail.
    fn with_patch(&self, failure: Failure) -> Failure {
        let (Some(change), Some(checkout)) = (&self.plan.change, self.checkout) else { return failure };
        if failure.kind != Kind::Authentication {
            return failure;
        }
        let failure = failure.hint(format!("nothing was pushed; the change stays on the branch {}", change.branch));
        match store::keep_mail(checkout, self.plan) {
            Ok(Some(path)) => {
                failure.hint(format!("and as a patch: git am --keep-cr {}", crate::report::inline::shell_word(&path.display().to_string())))
            }
            _ => failure,
        }
    }

    /// What is rehearsed when no token is known.
    const fn usual_token() -> TokenKind {
        TokenKind::OAuth
    }

    fn change(&self) -> Option<&Change> {
        self.plan.change.as_ref()
    }
}

/// The plans that are meant: a file's, a branch's, or the last heal's.
fn chosen(what: Option<&str>, checkout: Option<&Checkout>) -> Result<Vec<Plan>, Failure> {
    let none = |message: String| Failure::new(Kind::Plan, message).hint("heal first: `gh autoheal heal SOURCE`, or name a plan's file");
    if let Some(path) = what.map(Path::new).filter(|path| path.is_file()) {
        return store::read_plans(path);
    }
    let Some(checkout) = checkout else {
        return Err(none(what.map_or_else(
            || "there is no checkout here, and no plan was named".to_owned(),
            |what| format!("there is no plan `{what}`, and no checkout around this folder"),
        )));
    };
    let plans = store::all(checkout);
    let Some(what) = what else {
        let head = checkout.head_branch();
        let of_head = |plan: &&Plan| plan.change.as_ref().is_some_and(|change| Some(&change.branch) == head.as_ref());
        let found = plans.iter().find(of_head).or(plans.first()).cloned();
        return found.map(|plan| vec![plan]).ok_or_else(|| none("nothing was healed in this checkout yet".to_owned()));
    };
    let name = what.strip_prefix("refs/heads/").unwrap_or(what);
    let meant = |plan: &&Plan| plan.fingerprint.as_str() == name || plan.change.as_ref().is_some_and(|change| change.branch == name);
    plans.iter().find(meant).map(|plan| vec![plan.clone()]).ok_or_else(|| {
        let known: Vec<&str> = plans.iter().filter_map(|plan| plan.change.as_ref()).map(|change| change.branch.as_str()).take(5).collect();
        let failure = none(format!("no heal made the branch `{name}`, and there is no such file"));
        if known.is_empty() { failure } else { failure.hint(format!("healed branches: {}", known.join(", "))) }
    })
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
