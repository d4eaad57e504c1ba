//! Which steps of a job may hold the reason of its failure.

use std::ops::Range;

use crate::archive::SourceKind;
use crate::rules::{Pick, Rank, RuleSet};
use crate::transcript::{Conclusion, Job, LineKind, LogText, Transcript};

/// The steps that may hold the reason, and how sure it is that there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suspects {
    /// These steps failed.
    Failed(Vec<usize>),
    /// The job failed or was cancelled, or a person pasted it because it failed, but no step says so: these have text.
    Somewhere(Vec<usize>),
    /// Nothing says that the job failed: only the runner's own last words count.
    LastWords(Vec<usize>),
    /// The job succeeded.
    None,
}

impl Suspects {
    /// The steps, as indices into the job's.
    pub fn steps(&self) -> impl Iterator<Item = usize> + use<> {
        let steps = match self {
            Self::Failed(steps) | Self::Somewhere(steps) | Self::LastWords(steps) => steps.clone(),
            Self::None => Vec::new(),
        };
        steps.into_iter()
    }

    /// Whether a match of the rule counts in these steps.
    pub(super) fn allows(&self, rules: &RuleSet, rule: usize) -> bool {
        let last_word = || rules.detector(rule).is_some_and(|d| d.detect.pick == Pick::Last && d.detect.rank == Rank::Cause);
        !matches!(self, Self::LastWords(_)) || last_word()
    }
}

/// The steps of a job that may hold the reason of its failure.
pub fn suspects(transcript: &Transcript, job: &Job) -> Suspects {
    if matches!(job.conclusion, Some(Conclusion::Success | Conclusion::Skipped)) {
        return Suspects::None;
    }
    let steps = || job.steps.iter().enumerate();
    let failed: Vec<usize> =
        steps().filter(|(_, step)| step.failed || step.conclusion == Some(Conclusion::Failure)).map(|(i, _)| i).collect();
    if !failed.is_empty() {
        return Suspects::Failed(failed);
    }
    let cancelled: Vec<usize> =
        steps().filter(|(_, step)| step.conclusion == Some(Conclusion::Cancelled)).map(|(index, _)| index).collect();
    if !cancelled.is_empty() {
        return Suspects::Failed(cancelled);
    }
    let with_text = steps().filter(|(_, step)| !step.lines.is_empty() && step.conclusion != Some(Conclusion::Success));
    let with_text = with_text.map(|(index, _)| index).collect();
    let certain = matches!(job.conclusion, Some(Conclusion::Failure | Conclusion::Cancelled));
    if certain || transcript.kind == SourceKind::Excerpt { Suspects::Somewhere(with_text) } else { Suspects::LastWords(with_text) }
}

/// The exit code that the step's last wrapper line names.
pub fn exit_code(text: &LogText, lines: Range<usize>) -> Option<i32> {
    const WORDS: &str = " with exit code ";
    // The runner writes it as the last error of the step; what follows are notes of the step's end.
    lines
        .rev()
        .filter(|line| text.line(*line).is_some_and(|line| matches!(line.kind, LineKind::Error | LineKind::Output)))
        .take(200)
        .find_map(|line| {
            let text = text.text(line);
            let text = text.strip_prefix("##[error]").or_else(|| text.strip_prefix("Error: ")).unwrap_or(text);
            let runner = text.starts_with("Process completed with exit code ") || text.starts_with("The process '");
            let (_, code) = text.rsplit_once(WORDS).filter(|_| runner)?;
            code.trim_end_matches('.').parse().ok()
        })
}
