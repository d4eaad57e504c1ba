//! Tells a failure's job again with other words of the failed step: what a script wrote here, in the frame of the run's own log.

use super::lay::{Form, lay};
use super::record::{Answer, Beside, Material, Subject, forms};
use super::{Neutral, records::records};

/// A job's text up to the words of its failed step.
#[derive(Debug, Clone)]
pub struct Retelling {
    head: String,
    /// What stands before each line of the step.
    prefix: String,
    records: Vec<(String, String)>,
    material: Material,
}

/// The form in which the run's own words give the run's own diagnosis; nothing when there is none.
pub fn retelling(subject: &Subject<'_>, mut ask: impl FnMut(&Material) -> Answer) -> Option<Retelling> {
    let diagnosis = &subject.failure.diagnosis;
    let job = subject.transcript.jobs.get(diagnosis.job?)?;
    let step_index = diagnosis.step?;
    let step = job.steps.get(step_index)?;
    let cause = diagnosis.cause.as_ref().and_then(|cause| cause.index).unwrap_or(step.lines.end);
    let echo = step.echoes.iter().rfind(|echo| echo.lines.end < cause.max(step.lines.start + 1));
    // The line that ends the echo belongs to it.
    let first = echo.map_or(step.lines.start, |echo| (echo.lines.end + 1).min(step.lines.end));
    let neutral = Neutral::of(subject.transcript).secrets_only();
    let base = Material { workflow: subject.workflow.cloned(), repository: subject.repository.cloned(), ..Material::default() };
    for (form, beside) in forms(subject.transcript.kind) {
        let Some(lines) = lay(subject.transcript, subject.failure, form, &neutral) else { continue };
        let is_head = |place: Option<(usize, usize)>| place.is_none_or(|(at, line)| at < step_index || at == step_index && line < first);
        let head: String = lines.iter().filter(|line| is_head(line.place)).map(|line| format!("{}\n", line.text)).collect();
        let of_step = |line: &&super::lay::Laid| line.place.is_some_and(|(at, line)| at == step_index && line + 1 >= first);
        let prefix = lines.iter().find(of_step).map(|line| line.text.get(..line.prefix).unwrap_or_default().to_owned());
        let written = if beside == Beside::Records { records(subject.transcript, Some(job), &neutral) } else { Vec::new() };
        let told = Retelling { head, prefix: prefix.unwrap_or_default(), records: written, material: base.clone() };
        let own: Vec<String> = lines
            .iter()
            .filter(|line| line.place.is_some_and(|(at, line)| at == step_index && line >= first))
            .map(|line| line.text.get(line.prefix..).unwrap_or_default().to_owned())
            .collect();
        let same = |signature: super::Signature| signature.fingerprint == subject.signature.fingerprint;
        if form != Form::PastedMarked && ask(&told.with(&own, None)).is_some_and(|(signature, _)| same(signature)) {
            return Some(told);
        }
    }
    None
}

impl Retelling {
    /// The job with these lines in the failed step, and its exit code as the runner notes it.
    pub fn with(&self, lines: &[String], exit: Option<i32>) -> Material {
        let mut log = self.head.clone();
        let end = exit.map(|code| format!("##[error]Process completed with exit code {code}."));
        for line in lines.iter().chain(&end) {
            log.push_str(&self.prefix);
            log.push_str(line);
            log.push('\n');
        }
        Material { log, records: self.records.clone(), ..self.material.clone() }
    }
}
