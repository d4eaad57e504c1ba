//! The conversation that publishes a plan: look first, push, then the issues, then the pull request, then Copilot.
//!
//! Each step asks what is there before it adds to it, so a conversation that broke off anywhere is completed by the next one.

mod issues;
mod lookup;
mod pulls;

use super::scopes::Way;
use super::{Api, GitPush, Listed, RepoName, TokenKind, Wire, copilot, push, push_command, scopes};
use crate::failure::{Exit, Failure, Kind};
use crate::plan::{Change, Copilot, Label, Plan, Policy};
use crate::text::Fingerprint;

/// How the branch gets to GitHub.
#[derive(Debug, Clone)]
pub enum Via {
    /// With the user's own git.
    Git(GitPush),
    /// Through the Git data API.
    Api,
    /// It does not: only issues are opened.
    Nothing,
}

/// What happened to an issue or pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It is new.
    Opened,
    /// It was there, and tells of one more run now.
    Updated,
    /// It was there, and has nothing new to tell.
    Unchanged,
    /// It was closed, and is open again.
    Reopened,
    /// Somebody closed it or took its label off: that is respected.
    Left,
}

/// An issue or pull request.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Opened {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// What happened to it.
    pub standing: Standing,
    /// The cause that an issue is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
}

/// What came of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Publication {
    /// `owner/name`, as it is called today.
    pub repository: String,
    /// The branch, where it is on GitHub.
    pub branch: Option<String>,
    /// Whether it was pushed now.
    pub pushed: bool,
    /// One issue a cause.
    pub issues: Vec<Opened>,
    /// The pull request.
    pub pull: Option<Opened>,
    /// What a reader must know besides.
    pub notes: Vec<String>,
}

/// One publishing.
pub struct Publisher<'a> {
    /// What carries the requests.
    pub wire: &'a mut dyn Wire,
    /// The repository.
    pub repo: RepoName,
    /// How to go about it.
    pub policy: &'a Policy,
    /// How the branch gets there.
    pub via: &'a Via,
    /// The kind of the token.
    pub token: TokenKind,
    /// Now: seconds since 1970.
    pub now: i64,
    /// What this call may still open.
    pub left: &'a mut usize,
    /// What this call has opened: a listing may lag behind it.
    pub fresh: &'a mut Vec<Listed>,
    /// Told of each command that is run or, in a rehearsal, would be.
    pub rehearsed: Option<&'a mut dyn FnMut(Vec<String>)>,
}

impl std::fmt::Debug for Publisher<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Publisher").field("repo", &self.repo).finish_non_exhaustive()
    }
}

/// What the steps of one publishing share.
struct Talk<'a, 'w> {
    api: Api<'w>,
    plan: &'a Plan,
    policy: &'a Policy,
    site: String,
    now: i64,
    known: lookup::Known,
    left: &'a mut usize,
    fresh: &'a mut Vec<Listed>,
    /// Labels that are there.
    ensured: Vec<String>,
    /// The issues that this conversation opened.
    numbers: Vec<(Fingerprint, u64)>,
    made: Publication,
}

impl Publisher<'_> {
    /// Publishes a plan that was verified.
    ///
    /// # Errors
    /// When the token may not do it, GitHub refuses or cannot be reached. What was done until then stays, and the next
    /// publishing completes it.
    pub fn publish(self, plan: &Plan) -> Result<Publication, Failure> {
        refuse_loops(plan)?;
        let mut api = Api { wire: self.wire, repo: self.repo };
        let (repository, reply) = api.repository()?;
        if let Some(named) = RepoName::parse(&repository.full_name, &api.repo.host) {
            // It may have been renamed: writes are not redirected.
            api.repo = named;
        }
        let change = plan.change.as_ref().filter(|_| !matches!(self.via, Via::Nothing));
        let way = if matches!(self.via, Via::Git(push) if !push.uses_token()) { Way::Key } else { Way::Token };
        let workflows = change.filter(|change| change.touches_workflows()).map(|_| way);
        scopes::check(&mut api, &repository, &reply, self.token, workflows)?;
        let known = lookup::known(&mut api, plan, self.policy, (self.now, self.fresh))?;
        let site = api.repo.site();
        let made = Publication { repository: api.repo.full(), ..Publication::default() };
        let mut talk = Talk {
            api,
            plan,
            policy: self.policy,
            site,
            now: self.now,
            known,
            left: self.left,
            fresh: self.fresh,
            numbers: Vec::new(),
            ensured: Vec::new(),
            made,
        };
        let onto = change.map(|change| change.onto.clone().unwrap_or_else(|| repository.default_branch.clone()));
        let wanted = change.zip(onto.as_deref()).map(|(change, onto)| talk.wants_pull(change, onto)).transpose()?.unwrap_or(false);
        if let Some(change) = change.filter(|_| wanted) {
            talk.push(change, self.via, self.rehearsed)?;
        }
        if repository.has_issues {
            talk.issues()?;
        } else {
            talk.note("This repository has no issues.".to_owned());
        }
        if let Some((change, onto)) = change.zip(onto.as_deref()) {
            talk.pull(change, onto, wanted)?;
        }
        talk.copilot(onto.as_deref().unwrap_or(&repository.default_branch))?;
        Ok(talk.made)
    }
}

/// Runs of forks are only reported, and our own branches are never healed.
fn refuse_loops(plan: &Plan) -> Result<(), Failure> {
    let refused = |message: String| Err(Failure::new(Kind::Plan, message).exits(Exit::NothingHealable));
    if plan.is_of_own_branch() {
        return refused("this run is one of our own branch: it is reported and not healed, so that nothing loops".to_owned());
    }
    if plan.run.is_of_fork() {
        return refused("this run's commit comes from a fork: it is reported, and nothing is published for it".to_owned());
    }
    Ok(())
}

impl Talk<'_, '_> {
    fn note(&mut self, words: String) {
        self.made.notes.push(words);
    }

    /// Sees to it that labels are there, asking for each once.
    fn ensure(&mut self, labels: &[&Label]) -> Result<(), Failure> {
        for label in labels {
            if !self.ensured.contains(&label.name) {
                self.api.ensure_label(label)?;
                self.ensured.push(label.name.clone());
            }
        }
        Ok(())
    }

    /// Takes one from what may still be opened; says so when nothing is left.
    fn may_open(&mut self, what: &str) -> bool {
        if *self.left == 0 {
            let most = self.policy.caps.per_run;
            self.note(format!("{what} was not opened: one call opens {most} at most (`--max-per-run`)."));
            return false;
        }
        if self.known.today >= self.policy.caps.per_day {
            let most = self.policy.caps.per_day;
            self.note(format!("{what} was not opened: {most} were opened within 24 hours (`--max-per-day`)."));
            return false;
        }
        *self.left -= 1;
        self.known.today += 1;
        true
    }

    /// Puts the branch there, unless it is there with this very commit.
    fn push(&mut self, change: &Change, via: &Via, rehearsed: Option<&mut dyn FnMut(Vec<String>)>) -> Result<(), Failure> {
        match self.api.tip(&change.branch)? {
            Some(found) if found == change.commit.id => {
                self.made.branch = Some(change.branch.clone());
                return Ok(());
            }
            Some(found) if self.known.own_pull(change).is_none() => {
                return Err(Failure::new(
                    Kind::Branch,
                    format!("the branch {} on {} holds {found}; expected none, or {}", change.branch, self.api.repo, change.commit.id),
                )
                .hint(format!("if it is not needed: `git push {} --delete {}`", self.site, change.branch)));
            }
            Some(_) => {
                self.note(format!("The branch {} has other commits by now: it is left as it is.", change.branch));
                self.made.branch = Some(change.branch.clone());
                return Ok(());
            }
            None => {}
        }
        match (via, rehearsed) {
            (Via::Git(git), Some(told)) => told(push_command(&git.remote, change)),
            (Via::Git(git), None) => git.push(change)?,
            (Via::Api, _) => {
                let notes = push::through_api(&mut self.api, change)?;
                self.made.notes.extend(notes);
            }
            (Via::Nothing, _) => return Ok(()),
        }
        self.made.branch = Some(change.branch.clone());
        self.made.pushed = true;
        Ok(())
    }

    /// Asks Copilot for what the policy says, once.
    fn copilot(&mut self, base: &str) -> Result<(), Failure> {
        if self.policy.copilot == Copilot::Off {
            return Ok(());
        }
        if let Some(pull) = self.made.pull.clone().filter(|pull| pull.standing == Standing::Opened) {
            let words = copilot::review(&mut self.api, pull.number)?;
            self.note(words);
        }
        if self.policy.copilot == Copilot::Assign {
            let unhealed: Vec<u64> = self.known.fresh_unhealed.clone();
            for number in unhealed {
                let words = copilot::assign(&mut self.api, number, base)?;
                self.note(words);
            }
        }
        Ok(())
    }
}
