//! More than the platform takes.

use super::Finding;
use super::file::File;
use crate::workflow::Job;

/// Jobs that one matrix may make (<https://docs.github.com/actions/reference/limits>).
const MOST_LEGS: usize = 256;

/// Matrices that are too large.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    file.workflow.jobs().iter().filter_map(|job| legs(file, job)).collect()
}

fn legs(file: &File<'_>, job: &Job<'_>) -> Option<Finding> {
    let document = file.document();
    let matrix = document.under(job.get("strategy")?, "matrix").filter(|matrix| matrix.is_mapping())?;
    // What is excluded makes it smaller by what only the platform's own builder tells.
    if matrix.get("exclude").is_some() {
        return None;
    }
    let mut number: usize = 1;
    for entry in matrix.entries().iter().filter(|entry| entry.key.as_str() != Some("include")) {
        let value = document.resolve(&entry.value);
        number = number.saturating_mul(if value.is_sequence() { value.items().len().max(1) } else { return None });
    }
    let own = matrix.entries().iter().any(|entry| entry.key.as_str() != Some("include"));
    let included = matrix.get("include").map_or(0, |include| include.items().len());
    let number = if own { number } else { included };
    let key = job.get("strategy").and_then(|strategy| strategy.entry("matrix")).map(|entry| entry.key.span)?;
    let message = format!("the matrix makes {number} jobs, and the platform takes {MOST_LEGS} at most");
    (number > MOST_LEGS).then(|| file.finding("limit-exceeded", key, message)).flatten()
}
