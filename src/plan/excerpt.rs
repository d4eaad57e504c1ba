//! Turns the log around a cause into a few safe lines.

use crate::remedy::Failure;
use crate::report::inline::{bounded, cut};
use crate::transcript::Job;

/// Lines above the cause: what led to it mostly stands there.
const ABOVE: usize = 12;

/// Lines below it.
const BELOW: usize = 6;

/// Columns of a line.
const WIDEST: usize = 400;

/// The lines around the cause, within its step.
pub(super) fn excerpt(job: Option<&Job>, failure: &Failure) -> Vec<String> {
    let Some((job, index)) = job.zip(failure.diagnosis.cause.as_ref().and_then(|cause| cause.index)) else { return Vec::new() };
    let step = failure.diagnosis.step.and_then(|step| job.steps.get(step)).map_or(0..job.text.len(), |step| step.lines.clone());
    let start = index.saturating_sub(ABOVE).max(step.start).min(index);
    let end = (index + BELOW + 1).min(step.end).max(index + 1);
    (start..end).map(|line| safe_line(job.text.text(line))).collect()
}

/// One safe line of bounded width.
pub(super) fn safe_line(text: &str) -> String {
    cut(bounded(text).as_str().replace('\n', " ").trim_end(), WIDEST)
}
