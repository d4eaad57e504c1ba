//! Turns an outcome into the text that was asked for, and sends it out.

use serde::Serialize;

use super::{jq, streams};
use crate::failure::{Failure, Kind};
use crate::github::Publication;
use crate::options::{Destination, Format, Output};
use crate::report::{Document, Outcome, diff, github, markdown, page, sarif, summary};

/// Prints an outcome.
///
/// # Errors
/// When the jq expression is wrong, or the result cannot be written.
pub(super) fn outcome(outcome: &Outcome, output: &Output) -> Result<(), Failure> {
    let text = match &output.format {
        Format::Text => page::render(outcome, &output.layout),
        Format::Json { filter } => json(&Document::new(outcome), filter.as_deref(), output.destination)?,
        Format::Markdown => markdown::render(outcome),
        Format::Sarif => json(&sarif::render(outcome), None, output.destination)?,
        Format::Diff => patch(outcome, output),
        Format::Github => {
            if let Some(path) = &output.step_summary {
                streams::append(path, &summary::render(outcome, &output.layout))?;
            }
            github::render(outcome)
        }
    };
    streams::result(&text, output)
}

/// Prints an outcome and what was published for it; the page of a person has the outcome already.
///
/// # Errors
/// As [`outcome`].
pub(super) fn published(found: &Outcome, publications: &[Publication], output: &Output) -> Result<(), Failure> {
    match &output.format {
        Format::Text => streams::result(&format!("\n{}", super::publish::pages(publications, output)), output),
        Format::Json { filter } => {
            let broken = |error: serde_json::Error| Failure::new(Kind::Internal, format!("the result is no JSON: {error}"));
            let mut document = serde_json::to_value(Document::new(found)).map_err(broken)?;
            if let Some(document) = document.as_object_mut() {
                match publications {
                    [one] => document.insert("publication".to_owned(), serde_json::to_value(one).map_err(broken)?),
                    several => document.insert("publications".to_owned(), serde_json::to_value(several).map_err(broken)?),
                };
            }
            streams::result(&json(&document, filter.as_deref(), output.destination)?, output)
        }
        _ => outcome(found, output),
    }
}

/// A value as JSON, through a filter where one is given: on a terminal over several lines, in a pipe on one, as gh does.
///
/// # Errors
/// When the jq expression is wrong.
pub(super) fn json(value: &impl Serialize, filter: Option<&str>, destination: Destination) -> Result<String, Failure> {
    let broken = |error: serde_json::Error| Failure::new(Kind::Internal, format!("the result is no JSON: {error}"));
    if let Some(filter) = filter {
        return jq::filtered(filter, &serde_json::to_string(value).map_err(broken)?);
    }
    let mut text = match destination {
        Destination::Terminal => serde_json::to_string_pretty(value),
        Destination::Pipe => serde_json::to_string(value),
    }
    .map_err(broken)?;
    text.push('\n');
    Ok(text)
}

/// Only the patch: to a person safe and painted, to a program the very bytes that `git apply` takes.
fn patch(outcome: &Outcome, output: &Output) -> String {
    match output.destination {
        Destination::Terminal => page::render_diff(&outcome.healing.patch, &output.layout),
        Destination::Pipe => diff::unified(&outcome.healing.patch),
    }
}
