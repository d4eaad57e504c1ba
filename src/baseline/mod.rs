//! Compares a failed run with a green one: what stands in both logs is no cause, and what differs around the jobs may be one.

use std::collections::BTreeMap;

use crate::findings::{Suspects, suspects};
use crate::transcript::{Job, JobFacts, Transcript};

mod known;
mod versions;

pub use known::dismiss_known;
pub use versions::versions;

/// New lines of a failed step that are told.
const NEW_LINES: usize = 8;

/// Something around a job that is not as it was in the green run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The jobs that it holds for.
    pub jobs: Vec<String>,
    /// What kind of thing changed.
    pub kind: ChangeKind,
    /// Its name: the action with its ref, the scope, the tool; empty for what a job has one of.
    pub name: String,
    /// As it was in the green run; none for something new.
    pub before: Option<String>,
    /// As it is now; none for something gone.
    pub after: Option<String>,
}

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// The runner's image: name and version.
    Image,
    /// The runner program's version.
    Runner,
    /// The image of the job's container.
    Container,
    /// The commit that an action's ref means.
    Action,
    /// The access of the run's token to a scope.
    Permission,
    /// The version of a tool or package, as the log tells it.
    Version,
    /// A line of a failed step that the green run does not have.
    NewLine,
}

/// Whether a run has a job that succeeded, and so can be compared with.
pub fn is_green(run: &Transcript) -> bool {
    run.jobs.iter().any(is_green_job)
}

fn is_green_job(job: &Job) -> bool {
    !job.text.is_empty() && !job.steps.iter().any(|step| step.failed)
}

/// What changed around the failed jobs of `run` since the run `green`. Lines count as new that [`dismiss_known`] left as they were.
pub fn changes(run: &Transcript, green: &Transcript) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    for job in run.jobs.iter().filter(|job| !matches!(suspects(run, job), Suspects::None)) {
        let Some(before) = counterpart(job, green) else { continue };
        let mut differences = Differences::default();
        differences.facts(&before.facts, &job.facts);
        differences.maps(ChangeKind::Version, &versions(&before.text), &versions(&job.text));
        differences.new_lines(job);
        for (kind, name, before, after) in differences.found {
            let same =
                |change: &&mut Change| change.kind == kind && change.name == name && change.before == before && change.after == after;
            match all.iter_mut().find(same) {
                Some(change) => change.jobs.push(job.name.clone()),
                None => all.push(Change { jobs: vec![job.name.clone()], kind, name, before, after }),
            }
        }
    }
    all.sort_by_key(|change| change.kind);
    all
}

/// The green run's job of the same name; else one whose name differs in matrix values only; else its only one.
fn counterpart<'a>(job: &Job, green: &'a Transcript) -> Option<&'a Job> {
    let stem = |name: &str| name.split(" (").next().unwrap_or(name).to_owned();
    let mut jobs = green.jobs.iter().filter(|job| is_green_job(job));
    let same = jobs.clone().find(|other| other.name == job.name);
    let alike = || jobs.clone().find(|other| stem(&other.name) == stem(&job.name));
    same.or_else(alike).or_else(|| jobs.next().filter(|_| jobs.next().is_none()))
}

type Difference = (ChangeKind, String, Option<String>, Option<String>);

#[derive(Default)]
struct Differences {
    found: Vec<Difference>,
}

impl Differences {
    /// What only one of the two logs tells is no change: a log may be cut.
    fn one(&mut self, kind: ChangeKind, before: Option<String>, after: Option<String>) {
        if before.is_some() && after.is_some() && before != after {
            self.found.push((kind, String::new(), before, after));
        }
    }

    fn maps(&mut self, kind: ChangeKind, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) {
        for (name, now) in after {
            let then = before.get(name);
            if then != Some(now) && !before.is_empty() {
                self.found.push((kind, name.clone(), then.cloned(), Some(now.clone())));
            }
        }
        // A failed job ends early: that a tool is not named is no change.
        let gone = before.iter().filter(|(name, _)| kind == ChangeKind::Permission && !after.is_empty() && !after.contains_key(*name));
        self.found.extend(gone.map(|(name, then)| (kind, name.clone(), Some(then.clone()), None)));
    }

    fn facts(&mut self, before: &JobFacts, after: &JobFacts) {
        let image = |facts: &JobFacts| {
            let name = facts.image.clone()?;
            Some(facts.image_version.as_ref().map_or(name.clone(), |version| format!("{name} {version}")))
        };
        self.one(ChangeKind::Image, image(before), image(after));
        self.one(ChangeKind::Runner, before.runner_version.clone(), after.runner_version.clone());
        self.one(ChangeKind::Container, before.container.clone(), after.container.clone());
        let permissions = |facts: &JobFacts| facts.permissions.iter().cloned().collect();
        self.maps(ChangeKind::Permission, &permissions(before), &permissions(after));
        let actions = |facts: &JobFacts| -> BTreeMap<String, String> {
            let resolved =
                facts.actions.iter().filter_map(|action| Some((format!("{}@{}", action.action, action.reference), action.sha.clone()?)));
            resolved.collect()
        };
        self.maps(ChangeKind::Action, &actions(before), &actions(after));
    }

    /// The first lines of each failed step that the green run does not have: there the two part.
    fn new_lines(&mut self, job: &Job) {
        for step in job.steps.iter().filter(|step| step.failed) {
            let can_tell = |line: &usize| job.text.line(*line).is_some_and(|line| line.kind.can_be_cause());
            let texts = step.lines.clone().filter(can_tell).map(|line| job.text.text(line).trim()).filter(|text| !text.is_empty());
            self.found.extend(texts.take(NEW_LINES).map(|text| (ChangeKind::NewLine, String::new(), None, Some(text.to_owned()))));
        }
    }
}

#[cfg(test)]
mod tests;
