//! Turns diagnoses into what their rules say about them, without a patch. `remedy::heal` takes this file's place.

use crate::diagnosis::Diagnosis;
use crate::patch::PatchSet;
use crate::remedy::{Failure, Healing, Remedy, Verdict};
use crate::rules::{RemedyKind, RemedySpec, Rule, RuleSet, template};
use crate::text::Fingerprint;
use crate::transcript::Transcript;

/// What the rules say.
pub(super) fn healing(transcript: &Transcript, rules: &RuleSet, diagnoses: Vec<Diagnosis>) -> Healing {
    let failures = diagnoses.into_iter().map(|diagnosis| failure(transcript, rules, diagnosis)).collect();
    Healing { failures, patch: PatchSet::default(), skipped: Vec::new() }
}

fn failure(transcript: &Transcript, rules: &RuleSet, diagnosis: Diagnosis) -> Failure {
    let rule = diagnosis.rule.as_deref().and_then(|id| rules.get(id));
    let job = diagnosis.job.and_then(|job| transcript.jobs.get(job));
    let step = job.zip(diagnosis.step).and_then(|(job, step)| job.steps.get(step)?.name.as_deref()).unwrap_or("");
    let line = diagnosis.cause.as_ref().map_or("", |cause| cause.text.as_str());
    let job = job.map_or("", |job| job.name.split(" (").next().unwrap_or(""));
    let fingerprint = Fingerprint::of([rule.map_or(line, |rule| rule.id.as_str()), job, step]);
    let filled = |text: &str| template::filled(text, &diagnosis.captures);
    let remedy = |spec: &RemedySpec| Remedy {
        title: filled(&spec.title),
        safety: spec.safety,
        kind: spec.kind,
        advice: spec.advice.as_deref().map(filled),
        patch: None,
        refused: None,
    };
    let remedies = rule.map(|rule| rule.remedies.iter().map(remedy).collect()).unwrap_or_default();
    let explanation = rule.map_or_else(|| unexplained(&diagnosis), |rule| filled(&rule.explanation));
    Failure { verdict: verdict(rule), fingerprint, explanation, remedies, workflow: None, unlocated: None, diagnosis }
}

fn verdict(rule: Option<&Rule>) -> Verdict {
    match rule.map(|rule| rule.remedies.first().map(|remedy| remedy.kind)) {
        None => Verdict::Unexplained,
        Some(Some(RemedyKind::Rerun)) => Verdict::Transient,
        Some(_) => Verdict::Advice,
    }
}

fn unexplained(diagnosis: &Diagnosis) -> String {
    match diagnosis.exit_code {
        Some(code) => format!("The step ended with exit code {code}."),
        None => "The step failed.".to_owned(),
    }
}
