//! Turns a person's word that a job is optional into the remedy that lets it fail without failing the run.
//!
//! The word is the repository's configuration, or a matrix value such as `experimental: true` of the failed leg. A job's name
//! says nothing: names with `nightly` or `arm64` in them must pass like any other.

use std::collections::BTreeMap;

use serde_yaml::Value;

use super::heal::Case;
use super::place::Ground;
use super::{Remedy, Verdict};
use crate::config::OptionalJob;
use crate::diagnosis::Diagnosis;
use crate::patch::Permit;
use crate::repository::Repository;
use crate::rules::{EditSpec, RemedyKind, Safety};
use crate::workflow::matrix::Leg;
use crate::workflow::{Document, Locator, Place, Workflow};

/// Matrix keys whose `true` declares a leg optional. The first is the one of GitHub's own example
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idcontinue-on-error>).
const DECLARING: &[&str] =
    &["experimental", "optional", "allow-failure", "allow_failure", "allowed-to-fail", "may-fail", "continue-on-error"];

/// A job that somebody declared optional, and the edit that makes it so.
#[derive(Debug)]
pub(super) struct Optional {
    /// The job's id.
    job: String,
    /// The legs that are meant, as an expression; none for the whole job.
    legs: Option<String>,
    /// Who says so.
    by: &'static str,
}

impl Optional {
    /// The declaration that a failure's job falls under.
    pub(super) fn of(case: &Case<'_>, repository: &Repository, diagnosis: &Diagnosis, ground: &Ground, verdict: Verdict) -> Option<Self> {
        let job = ground.place.job.clone()?;
        let log = diagnosis.job.and_then(|index| Some((index, case.transcript.jobs.get(index)?)));
        let workflow = Workflow::read(ground.place.file.clone(), repository.text(ground.place.file.as_str())?).ok()?;
        let has_matrix = workflow.job(&job).is_some_and(|job| job.get("strategy").is_some());
        let leg = log.filter(|_| has_matrix).and_then(|(index, _)| Locator::new(case.transcript, repository, case.chosen).leg(index));
        let name = log.map_or("", |(_, log)| log.name.as_str());
        if let Some(declared) = case.config.optional(ground.place.file.as_str(), &job, name, leg.as_ref()) {
            return Some(Self { job, legs: expression(declared, leg.as_ref()), by: crate::config::PATH });
        }
        // What will pass on the next attempt needs no such change, unless somebody wrote down that he wants it.
        let key = declaring(leg.as_ref().filter(|_| verdict != Verdict::Transient)?)?;
        Some(Self { job, legs: Some(format!("{} == true", member(key))), by: "the matrix" })
    }

    /// The edit.
    pub(super) fn specs(&self) -> Vec<EditSpec> {
        let when = self.legs.iter().map(|legs| ("when".to_owned(), legs.clone()));
        vec![EditSpec { verb: "optional-job".to_owned(), arguments: when.collect::<BTreeMap<_, _>>() }]
    }

    /// What the guard must know: this job, and no other, may be let fail.
    pub(super) fn permit(&self) -> Permit {
        Permit::OptionalJob(self.job.clone())
    }

    /// The remedy in words, not made yet.
    pub(super) fn remedy(&self) -> Remedy {
        let legs = self.legs.as_ref().map_or_else(String::new, |legs| format!(" where `{legs}`"));
        Remedy {
            title: format!("Let job `{}`{legs} fail without failing the run: {} declares it optional", self.job, self.by),
            safety: Safety::NeedsReview,
            kind: RemedyKind::Workflow,
            advice: None,
            permits: Vec::new(),
            patch: None,
            refused: None,
        }
    }
}

/// The one job that waits for the runner label of the message. A job that no runner took left no log to be found by.
pub(super) fn waiting_job(repository: &Repository, diagnosis: &Diagnosis) -> Option<Ground> {
    let label = diagnosis.captures.get("label")?;
    let mut found = Vec::new();
    for (path, text) in repository.workflows() {
        let Ok(workflow) = Workflow::read(path.clone(), text) else { continue };
        for job in workflow.jobs() {
            if job.id == label || job.runs_on().contains(&label.as_str()) {
                found.push(Place { file: path.clone(), job: Some(job.id.to_owned()), step: None, caller: None });
            }
        }
    }
    let place = found.pop().filter(|_| found.is_empty())?;
    let document = repository.text(place.file.as_str()).and_then(|text| Document::parse(text).ok());
    Some(Ground { place, document })
}

/// `matrix.arch == 'arm64' && matrix.python == 3.13`: the legs of a declaration.
fn expression(declared: &OptionalJob, leg: Option<&Leg>) -> Option<String> {
    let compared = |(key, value): &(String, String)| {
        let typed = leg.and_then(|leg| leg.values.get(key.as_str()));
        // A truth value is equal to no text; a number is compared as one anyway.
        let literal = match typed {
            Some(Value::Bool(_) | Value::Number(_)) => value.clone(),
            _ => format!("'{}'", value.replace('\'', "''")),
        };
        format!("{} == {literal}", member(key))
    };
    let parts: Vec<String> = declared.matrix.iter().map(compared).collect();
    (!parts.is_empty()).then(|| parts.join(" && "))
}

/// `matrix.arch`, or `matrix['a key']` for a name that the dot cannot take.
fn member(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let starts = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts && key.chars().all(plain) { format!("matrix.{key}") } else { format!("matrix['{}']", key.replace('\'', "''")) }
}

/// The matrix key by which the leg declares itself optional.
fn declaring(leg: &Leg) -> Option<&'static str> {
    DECLARING.iter().find(|key| leg.values.get(**key) == Some(&Value::Bool(true))).copied()
}
