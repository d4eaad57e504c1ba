//! What holds of the step, job and run around a line.

use crate::findings::{Circumstances, exit_code};
use crate::rules::Condition;
use crate::rules::detector::Detector;
use crate::text::Timestamp;
use crate::transcript::{Job, LineKind, RunFacts, Step, Transcript};

/// The step, job and run around a line.
pub(super) struct Surroundings<'a> {
    run: &'a RunFacts,
    job: Option<(usize, &'a Job)>,
    step: Option<&'a Step>,
    exit: Option<i32>,
    circumstances: &'a Circumstances,
}

/// Whether a line of this kind counts for what a rule asks of the lines around.
pub(super) const fn is_legible(kind: LineKind) -> bool {
    matches!(kind, LineKind::Output | LineKind::Known | LineKind::Error | LineKind::Warning | LineKind::Notice | LineKind::Group)
}

impl<'a> Surroundings<'a> {
    pub(super) fn of_step(transcript: &'a Transcript, job: usize, step: usize, circumstances: &'a Circumstances) -> Self {
        let found = transcript.jobs.get(job);
        let step = found.and_then(|job| job.steps.get(step));
        let exit = found.zip(step).and_then(|(job, step)| exit_code(&job.text, step.lines.clone()));
        Self { run: &transcript.run, job: found.map(|found| (job, found)), step, exit, circumstances }
    }

    pub(super) fn of_annotation(transcript: &'a Transcript, job: Option<usize>, circumstances: &'a Circumstances) -> Self {
        let job = job.and_then(|job| Some((job, transcript.jobs.get(job)?)));
        Self { run: &transcript.run, job, step: None, exit: None, circumstances }
    }

    /// Whether all that the rule asks of step, job and run holds at `line`, written at `stamp`. What is not known counts
    /// as holding for the action, the shell, the system and the exit code, and as not holding for the rest.
    pub(super) fn hold(&self, detector: &Detector, line: usize, stamp: Option<Timestamp>) -> bool {
        let detect = &detector.detect;
        let os = self.job.and_then(|(_, job)| job.facts.os);
        detect.os.is_none_or(|wanted| os.is_none_or(|os| os == wanted))
            && (detect.exit.is_empty() || self.exit.is_none_or(|code| detect.exit.contains(&code)))
            && self.action(detector, line)
            && self.shell(detector, line)
            && detect.when.iter().all(|condition| self.condition(*condition, stamp))
    }

    /// A composite action runs others: any that was started before the line counts.
    fn action(&self, detector: &Detector, line: usize) -> bool {
        let Some(pattern) = &detector.uses else { return true };
        let Some(step) = self.step.filter(|step| !step.echoes.is_empty()) else { return true };
        let before = step.echoes.iter().filter(|echo| echo.lines.start <= line);
        before.filter_map(|echo| echo.uses.as_deref()).any(|uses| pattern.matches(uses))
    }

    /// The script that was started last before the line.
    fn shell(&self, detector: &Detector, line: usize) -> bool {
        let Some(pattern) = &detector.shell else { return true };
        let Some(step) = self.step.filter(|step| !step.echoes.is_empty()) else { return true };
        let last = step.echoes.iter().rfind(|echo| echo.lines.start <= line);
        last.and_then(|echo| echo.shell.as_deref()).is_some_and(|shell| pattern.matches(shell))
    }

    fn condition(&self, condition: Condition, stamp: Option<Timestamp>) -> bool {
        match condition {
            Condition::JobRanIntoItsLimit => self.ran_into_limit(stamp) == Some(true),
            Condition::JobEndedEarly => self.ran_into_limit(stamp) == Some(false),
            Condition::UntrustedTrigger => self.is_untrusted(),
            Condition::TrustedTrigger => !self.is_untrusted(),
            Condition::InContainer => self.job.is_some_and(|(_, job)| job.facts.container.is_some()),
        }
    }

    /// Measured up to the line, which the runner writes when the limit is met; steps that always run come after it.
    fn ran_into_limit(&self, stamp: Option<Timestamp>) -> Option<bool> {
        let (index, job) = self.job?;
        let ran = match (job.facts.started_at, stamp) {
            (Some(start), Some(stamp)) => stamp.since(start),
            _ => job.facts.duration()?,
        };
        Some(super::circumstances::was_met(self.circumstances.limit(index), ran))
    }

    /// <https://docs.github.com/actions/reference/security/secure-use> and `Secret source:` in the log's set-up.
    fn is_untrusted(&self) -> bool {
        let source = self.job.and_then(|(_, job)| job.facts.secret_source.as_deref());
        let withheld = source.is_some_and(|source| matches!(source, "None" | "Dependabot"));
        let fork = match (&self.run.repository, &self.run.head_repository) {
            (Some(repository), Some(head)) => self.run.event.as_deref() == Some("pull_request") && repository != head,
            _ => false,
        };
        withheld || fork
    }
}
