//! Writes a job of a transcript as text again, neutral and line by line, so that lines can be left out.

use super::Neutral;
use crate::remedy::Failure;
use crate::text::Timestamp;
use crate::transcript::{Job, LineKind, StepKind, Transcript};

/// In which form a log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As `gh run view --log` writes: job, step, stamp, text. It alone says what the job and its steps are called.
    Columns,
    /// As the runner writes one job: stamp, text.
    Stamped,
    /// As the web page shows: no stamps. Headings without their marker.
    Pasted,
    /// The same, headings with their marker.
    PastedMarked,
}

/// How much a line is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// Anywhere in the job.
    Far,
    /// In the failed step.
    Step,
    /// A heading, a fact about the job, or near the cause.
    Near,
    /// Without it a person does not understand the failure.
    Kept,
}

/// A line that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Laid {
    pub(super) text: String,
    pub(super) need: Need,
    /// Bytes of columns and stamp before its own words.
    pub(super) prefix: usize,
    /// The step and the line of the job that it is; none for what only a record said.
    pub(super) place: Option<(usize, usize)>,
}

/// What gh writes for a step without a name.
const UNKNOWN_STEP: &str = "UNKNOWN STEP";

/// A longer script is not kept for its own sake.
const SCRIPT: usize = 30;

/// Lines above and below the cause that stay, so that a person understands it.
const CONTEXT: (usize, usize) = (2, 1);

/// Lines around the cause that are tried first.
const AROUND: usize = 25;

/// The lines of the failure's job in a form; nothing when the form cannot say what must be said.
pub(super) fn lay(transcript: &Transcript, failure: &Failure, form: Form, neutral: &Neutral) -> Option<Vec<Laid>> {
    let job = transcript.jobs.get(failure.diagnosis.job?)?;
    if form == Form::Columns && (job.name.is_empty() || job.name.contains(['\t', '\n'])) {
        return None;
    }
    let mut writer = Writer { job, form, neutral, failure, in_key: false, out: Vec::new() };
    if form == Form::Columns {
        writer.facts(transcript);
    }
    for index in 0..job.steps.len() {
        writer.step(index);
    }
    Some(writer.out)
}

struct Writer<'a> {
    job: &'a Job,
    form: Form,
    neutral: &'a Neutral,
    failure: &'a Failure,
    /// Whether the lines are those of a private key.
    in_key: bool,
    out: Vec<Laid>,
}

impl Writer<'_> {
    /// What `system.txt` or a record said of the job, as the line of a log that says the same.
    fn facts(&mut self, transcript: &Transcript) {
        let facts = &self.job.facts;
        let stamp = facts.started_at.map(stamped).unwrap_or_else(|| stamped(Timestamp::from_seconds(0)));
        let defined = match (&facts.defined_at, &transcript.run.path) {
            (Some(at), _) => Some((at.repository.clone(), at.path.clone(), at.reference.clone())),
            (None, Some(path)) => {
                let repository = transcript.run.repository.clone().unwrap_or_else(|| "octo-org/app".to_owned());
                Some((repository, path.clone(), "refs/heads/main".to_owned()))
            }
            (None, None) => None,
        };
        let mut lines = Vec::new();
        if let Some((repository, path, reference)) = defined {
            lines.push(format!("Job defined at: {repository}/{path}@{reference}"));
        }
        if !facts.labels.is_empty() {
            lines.push(format!("Requested labels: {}", facts.labels.join(", ")));
        }
        for line in lines {
            let prefix = format!("{}{stamp}", self.columns(Some("Set up job")));
            let text = format!("{prefix}{}", self.neutral.line(&line));
            self.out.push(Laid { text, need: Need::Near, prefix: prefix.len(), place: None });
        }
    }

    fn step(&mut self, index: usize) {
        let Some(step) = self.job.steps.get(index) else { return };
        let columns = self.columns(step.name.as_deref());
        for line in step.lines.clone() {
            let need = self.need(index, line);
            let text = self.line(line);
            let stamp = match self.form {
                Form::Columns | Form::Stamped => self.job.text.line(line).and_then(|line| line.stamp).map(stamped).unwrap_or_default(),
                Form::Pasted | Form::PastedMarked => String::new(),
            };
            let prefix = columns.len() + stamp.len();
            self.out.push(Laid { text: format!("{columns}{stamp}{text}"), need, prefix, place: Some((index, line)) });
        }
    }

    fn columns(&self, step: Option<&str>) -> String {
        match self.form {
            Form::Columns => {
                let step = step.filter(|name| !name.is_empty()).unwrap_or(UNKNOWN_STEP);
                format!("{}\t{}\t", self.neutral.line(&self.job.name), self.neutral.line(&step.replace(['\t', '\n'], " ")))
            }
            _ => String::new(),
        }
    }

    /// The line with its marker, neutral.
    fn line(&mut self, index: usize) -> String {
        let text = self.job.text.text(index);
        if text.contains("-----BEGIN") && text.contains("PRIVATE KEY") {
            self.in_key = !text.contains("-----END");
            return self.neutral.line(text);
        }
        if self.in_key {
            self.in_key = !text.contains("-----END");
            return "***".to_owned();
        }
        let text = self.neutral.line(text);
        let kind = self.job.text.line(index).map_or(LineKind::Output, |line| line.kind);
        match kind {
            LineKind::Error if self.is_pasted() && text.starts_with("Error: ") => text,
            LineKind::Error => format!("##[error]{text}"),
            LineKind::Warning if self.is_pasted() && text.starts_with("Warning: ") => text,
            LineKind::Warning => format!("##[warning]{text}"),
            LineKind::Notice => format!("##[notice]{text}"),
            LineKind::Debug => format!("##[debug]{text}"),
            LineKind::Group if self.form == Form::Pasted => text,
            LineKind::Group => format!("##[group]{text}"),
            LineKind::EndGroup => format!("##[endgroup]{text}"),
            LineKind::Command => format!("[command]{text}"),
            LineKind::Marker if text.starts_with("##[") => text,
            LineKind::Marker => format!("##[section]{text}"),
            LineKind::Output | LineKind::Known | LineKind::Echo => text,
        }
    }

    const fn is_pasted(&self) -> bool {
        matches!(self.form, Form::Pasted | Form::PastedMarked)
    }

    fn need(&self, step: usize, line: usize) -> Need {
        let diagnosis = &self.failure.diagnosis;
        let Some(record) = self.job.text.line(line) else { return Need::Far };
        let text = self.job.text.text(line);
        let here = diagnosis.step == Some(step);
        let cause = diagnosis.cause.as_ref().and_then(|cause| cause.index);
        if here && matches!(record.kind, LineKind::Echo | LineKind::Group | LineKind::EndGroup) {
            let need = self.need_of_echo(step, line);
            if need == Need::Kept {
                return need;
            }
        }
        if here && record.kind == LineKind::Error && text.starts_with("Process completed with exit code ") {
            return Need::Kept;
        }
        if let Some(cause) = cause {
            if line == cause || here && line + CONTEXT.0 >= cause && line <= cause + CONTEXT.1 {
                return Need::Kept;
            }
            if here && line.abs_diff(cause) <= AROUND {
                return Need::Near;
            }
        }
        let kind = self.job.steps.get(step).map(|step| step.kind);
        match record.kind {
            LineKind::Echo | LineKind::Group | LineKind::EndGroup if here => Need::Near,
            LineKind::Error if here => Need::Near,
            LineKind::Group if text.starts_with("Run ") => Need::Near,
            LineKind::Echo if kind != Some(StepKind::Setup) => Need::Near,
            LineKind::Output if matches!(kind, Some(StepKind::Complete)) => Need::Near,
            _ if kind == Some(StepKind::Setup) => Need::Near,
            _ if diagnosis.captures.values().any(|value| value.len() > 3 && text.contains(value.as_str())) => Need::Near,
            _ if here => Need::Step,
            _ => Need::Far,
        }
    }

    /// The heading of the failed step, its script if it is short, its shell.
    fn need_of_echo(&self, step: usize, line: usize) -> Need {
        let echoes = self.job.steps.get(step).map(|step| step.echoes.as_slice()).unwrap_or_default();
        let Some(echo) = echoes.iter().find(|echo| echo.lines.start <= line && line <= echo.lines.end) else { return Need::Near };
        let text = self.job.text.text(line).trim_start();
        let frame = line == echo.lines.start || line == echo.lines.end || text.starts_with("shell: ");
        let script = echo.script.as_deref().unwrap_or("").lines().count();
        let in_script = line > echo.lines.start && line <= echo.lines.start + script;
        if frame || in_script && script <= SCRIPT { Need::Kept } else { Need::Near }
    }
}

/// The stamp as the runner writes it, and one blank.
fn stamped(stamp: Timestamp) -> String {
    let nanoseconds = i128::from(stamp.ticks()) * 100;
    let Ok(instant) = jiff::Timestamp::from_nanosecond(nanoseconds) else { return String::new() };
    format!("{} ", instant.strftime("%Y-%m-%dT%H:%M:%S.%7fZ"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_written_as_the_runner_writes_it() {
        let text = "2026-08-17T13:15:44.1234567Z";
        let stamp = Timestamp::parse(text).unwrap();
        assert_eq!(stamped(stamp), format!("{text} "));
        assert_eq!(stamped(Timestamp::from_seconds(0)), "1970-01-01T00:00:00.0000000Z ");
    }
}
