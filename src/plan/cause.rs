//! Turns failures into the distinct causes of a plan.

use super::Cause;
use super::excerpt::{excerpt, safe_line};
use crate::remedy::{Failure, Verdict};
use crate::report::Outcome;
use crate::report::inline::{bounded, one_line};
use crate::transcript::Job;

/// Lines of a step's script that a plan keeps.
const SCRIPT_LINES: usize = 40;

/// Each fingerprint once, in the order of the failures; `healed` says whether the change was made.
pub(super) fn causes(outcome: &Outcome, changed: bool) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    for failure in &outcome.healing.failures {
        let job = outcome.job(failure).map(|job| one_line(&job.name));
        match causes.iter_mut().find(|cause| cause.fingerprint == failure.fingerprint) {
            Some(known) => {
                let new = job.filter(|job| known.job.as_ref() != Some(job) && !known.alike.contains(job));
                known.alike.extend(new);
            }
            None => causes.push(cause(outcome, failure, changed)),
        }
    }
    causes
}

fn cause(outcome: &Outcome, failure: &Failure, changed: bool) -> Cause {
    let job = outcome.job(failure);
    let step = outcome.step(failure);
    let line = failure.diagnosis.cause.as_ref();
    let made = outcome.made(failure).filter(|_| changed);
    let remedy = made.or(failure.remedies.first());
    let script = step.and_then(|step| step.echoes.iter().rev().find_map(|echo| echo.script.as_deref()));
    Cause {
        fingerprint: failure.fingerprint.clone(),
        verdict: failure.verdict,
        healed: made.is_some(),
        rule: failure.diagnosis.rule.as_deref().map(one_line),
        category: failure.diagnosis.category,
        confidence: failure.diagnosis.confidence,
        job: job.map(|job| one_line(&job.name)),
        alike: Vec::new(),
        step_number: step.and_then(|step| step.number),
        step: step.and_then(|step| step.name.as_deref()).map(one_line),
        url: page(outcome, job, failure),
        file: line.map(|line| one_line(&line.file)),
        line: line.map(|line| line.number.get()),
        text: line.map(|line| safe_line(&line.text)),
        explanation: bounded(&failure.explanation).as_str().to_owned(),
        remedy: remedy.map(|remedy| one_line(&remedy.title)),
        safety: remedy.map(|remedy| remedy.safety),
        advice: remedy.and_then(|remedy| remedy.advice.as_deref()).map(|advice| bounded(advice).as_str().to_owned()),
        verified: outcome.verified(failure).map(|verified| verified.words.as_str().to_owned()),
        script: script.map(|script| script.lines().take(SCRIPT_LINES).map(safe_line).collect::<Vec<_>>().join("\n")),
        excerpt: excerpt(job, failure),
    }
}

/// The page of the job, at the line where that is known: `…/job/8#step:4:118`.
fn page(outcome: &Outcome, job: Option<&Job>, failure: &Failure) -> Option<String> {
    let run = outcome.transcript.run.url.as_deref();
    let page = job.and_then(|job| job.url.as_deref()).or(run).filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    let sound = page.len() < 300 && page.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:/%".contains(c));
    let step = job.zip(failure.diagnosis.step).and_then(|(job, step)| job.steps.get(step));
    let index = failure.diagnosis.cause.as_ref().and_then(|cause| cause.index);
    let anchor = step
        .zip(index)
        .and_then(|(step, index)| Some(format!("#step:{}:{}", step.number?, index.checked_sub(step.lines.start)? + 1)))
        .filter(|_| page.contains("/job/"));
    sound.then(|| format!("{page}{}", anchor.unwrap_or_default()))
}

impl Cause {
    /// Whether an issue is worth a person's time: not for what passes when it is run again.
    pub fn wants_issue(&self) -> bool {
        self.verdict != Verdict::Transient
    }
}
