//! Turns diagnoses into failures with remedies, and the remedies that may be made into one patch.

use super::optional::{self, Optional};
use super::place::{Ground, ground};
use super::plan::Plan;
use super::{Failure, Healing, Remedy, Skipped, Verdict};
use crate::config::Config;
use crate::diagnosis::{Diagnosis, normalised};
use crate::patch::{self, FileChange, FilePatch, PatchSet, Permit};
use crate::repository::Repository;
use crate::rules::template::filled;
use crate::rules::{RemedyKind, RemedySpec, Rule, RuleSet, Safety};
use crate::text::{Fingerprint, RepoPath};
use crate::transcript::Transcript;

/// Everything that healing looks at.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// What the source says.
    pub transcript: &'a Transcript,
    /// The rules in force.
    pub rules: &'a RuleSet,
    /// The base commit; without one nothing can be patched.
    pub repository: Option<&'a Repository>,
    /// The workflow that the user named.
    pub chosen: Option<&'a RepoPath>,
    /// The limits that the repository sets.
    pub config: &'a Config,
    /// The greatest risk that a patch may take.
    pub allowed: Safety,
}

/// Finds what can be done about each diagnosis, and makes what may be made: one patch for all, each change upon those before it,
/// so that a cause met twice is healed once.
pub fn heal(case: &Case<'_>, diagnoses: Vec<Diagnosis>) -> Healing {
    let mut work = Work { case, repository: case.repository.cloned(), patch: PatchSet::default(), skipped: Vec::new() };
    let failures = diagnoses.into_iter().map(|diagnosis| work.treat(diagnosis)).collect();
    Healing { failures, patch: work.patch, skipped: work.skipped }
}

struct Work<'a> {
    case: &'a Case<'a>,
    /// The base commit with the patch so far.
    repository: Option<Repository>,
    patch: PatchSet,
    skipped: Vec<Skipped>,
}

impl Work<'_> {
    fn treat(&mut self, diagnosis: Diagnosis) -> Failure {
        let rule = diagnosis.rule.as_deref().and_then(|id| self.case.rules.get(id));
        let ground = self.repository.as_ref().map(|repository| ground(self.case, repository, &diagnosis));
        let mut remedies = rule.map(|rule| self.remedies(rule, &diagnosis, ground.as_ref())).unwrap_or_default();
        let verdict = verdict(rule, &remedies, self.case.repository.is_some());
        let optional = ground.as_ref().and_then(|ground| self.optional(&diagnosis, ground.as_ref().ok(), verdict));
        let verdict = if optional.is_some() { Verdict::Healable } else { verdict };
        remedies.extend(optional);
        let explanation = rule.map_or_else(unexplained, |rule| filled(&rule.explanation, &diagnosis.captures).trim_end().to_owned());
        let (workflow, unlocated) = match ground {
            Some(Ok(ground)) => (Some(ground.place.file), None),
            Some(Err(reason)) => (None, Some(reason)),
            None => (None, None),
        };
        let fingerprint = fingerprint(self.case.transcript, &diagnosis);
        Failure { diagnosis, fingerprint, verdict, explanation, remedies, workflow, unlocated, inspected: None }
    }

    /// The rule's remedies; the first that fits and is allowed joins the patch, and those behind it that fit too are offered in words.
    fn remedies(&mut self, rule: &Rule, diagnosis: &Diagnosis, ground: Option<&Result<Ground, String>>) -> Vec<Remedy> {
        let mut made = false;
        let mut remedies = Vec::new();
        for spec in &rule.remedies {
            let mut remedy = offered(spec, diagnosis);
            if !spec.edit.is_empty() {
                match self.plan(spec, diagnosis, ground) {
                    Some(Ok(_)) if made => {}
                    // What does not fit is no alternative to what does.
                    Some(Err(_)) if remedies.iter().any(|remedy: &Remedy| remedy.patch.is_some()) => continue,
                    Some(Ok(patch)) => {
                        remedy.permits = self.permits(spec, diagnosis, ground);
                        made = spec.safety <= self.case.allowed;
                        if made {
                            self.join(&patch);
                        }
                        remedy.patch = Some(patch);
                    }
                    Some(Err(reason)) => {
                        self.skip(rule, &reason);
                        remedy.refused = Some(reason);
                    }
                    None => {}
                }
            }
            remedies.push(remedy);
        }
        remedies
    }

    /// The proved patch of a remedy; none without a repository.
    fn plan(&self, spec: &RemedySpec, diagnosis: &Diagnosis, ground: Option<&Result<Ground, String>>) -> Option<Result<PatchSet, String>> {
        let repository = self.repository.as_ref()?;
        let plan = Plan { case: self.case, diagnosis, specs: &spec.edit, permits: &[] };
        Some(match ground? {
            Ok(ground) => plan.patch(repository, ground),
            Err(reason) => plan.patch_without_place(repository).unwrap_or_else(|| Err(reason.clone())),
        })
    }

    /// Where nothing else heals the failure of a job that a person declared optional: to let it fail.
    fn optional(&mut self, diagnosis: &Diagnosis, ground: Option<&Ground>, verdict: Verdict) -> Option<Remedy> {
        let repository = self.repository.as_ref().filter(|_| verdict != Verdict::Healable)?;
        let waiting = if ground.is_none() { optional::waiting_job(repository, diagnosis) } else { None };
        let ground = ground.or(waiting.as_ref())?;
        let optional = Optional::of(self.case, repository, diagnosis, ground, verdict)?;
        let (specs, permits) = (optional.specs(), [optional.permit()]);
        let plan = Plan { case: self.case, diagnosis, specs: &specs, permits: &permits };
        let patch = plan.patch(repository, ground).ok()?;
        let mut remedy = optional.remedy();
        if remedy.safety <= self.case.allowed {
            self.join(&patch);
        }
        remedy.permits = permits.to_vec();
        remedy.patch = Some(patch);
        Some(remedy)
    }

    /// What the remedy's rule declares beyond the guard's rules.
    fn permits(&self, spec: &RemedySpec, diagnosis: &Diagnosis, ground: Option<&Result<Ground, String>>) -> Vec<Permit> {
        let (Some(repository), Some(Ok(ground))) = (self.repository.as_ref(), ground) else { return Vec::new() };
        Plan { case: self.case, diagnosis, specs: &spec.edit, permits: &[] }.scopes(repository, ground)
    }

    fn skip(&mut self, rule: &Rule, reason: &str) {
        let skipped = Skipped { rule: rule.id.clone(), reason: reason.to_owned() };
        if !self.skipped.contains(&skipped) {
            self.skipped.push(skipped);
        }
    }

    /// Takes a patch into the whole one: a file's first text and its last.
    fn join(&mut self, patch: &PatchSet) {
        if let Some(repository) = &mut self.repository {
            *repository = patch::patched(repository, patch);
        }
        for file in &patch.files {
            match (self.patch.files.iter_mut().find(|known| known.path == file.path), &file.change) {
                (Some(FilePatch { change: FileChange::Text { after, .. }, .. }), FileChange::Text { after: newer, .. }) => {
                    after.clone_from(newer)
                }
                (Some(known), change) if known.change == *change => {}
                _ => self.patch.files.push(file.clone()),
            }
        }
        self.patch.files.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// The remedy in words.
fn offered(spec: &RemedySpec, diagnosis: &Diagnosis) -> Remedy {
    let fill = |text: &String| filled(text, &diagnosis.captures);
    Remedy {
        title: fill(&spec.title),
        safety: spec.safety,
        kind: spec.kind,
        advice: spec.advice.as_ref().map(fill),
        patch: None,
        permits: Vec::new(),
        refused: None,
    }
}

/// What scripts do with a failure. Without a repository an edit that the rule names is offered, not made.
fn verdict(rule: Option<&Rule>, remedies: &[Remedy], tried: bool) -> Verdict {
    let Some(rule) = rule else { return Verdict::Unexplained };
    let offers = rule.remedies.iter().any(|spec| !spec.edit.is_empty());
    let first = remedies.first().map(|remedy| remedy.kind);
    match () {
        () if remedies.iter().any(|remedy| remedy.patch.is_some()) => Verdict::Healable,
        () if offers && !tried => Verdict::Healable,
        () if first == Some(RemedyKind::Rerun) => Verdict::Transient,
        () => Verdict::Advice,
    }
}

fn unexplained() -> String {
    "The step's last lines, and the annotations on the run's page, may tell more.".to_owned()
}

/// The same cause in the same step of the same workflow is the same failure, whatever the run, the leg or the source's form.
fn fingerprint(transcript: &Transcript, diagnosis: &Diagnosis) -> Fingerprint {
    let job = diagnosis.job.and_then(|job| transcript.jobs.get(job));
    let step = job.zip(diagnosis.step).and_then(|(job, step)| job.steps.get(step));
    let run = &transcript.run;
    let defined = job.and_then(|job| job.facts.defined_at.as_ref()).map(|defined| defined.path.as_str());
    let workflow = run.path.as_ref().map(RepoPath::as_str).or(defined).or(run.workflow_name.as_deref()).unwrap_or("");
    let leg = job.map_or("", |job| job.name.split(" (").next().unwrap_or(""));
    let name = step.and_then(|step| step.name.as_deref()).unwrap_or("");
    let cause = diagnosis.cause.as_ref().map(|cause| normalised(&cause.text)).unwrap_or_default();
    Fingerprint::of([workflow, leg, name, diagnosis.rule.as_deref().unwrap_or("unexplained"), &cause])
}
