//! Runner labels that no runner answers to: retired ones, and misspelt ones.

use super::file::File;
use super::{Cure, CureChange, Finding};
use crate::almanac;
use crate::edit::EditSpec;
use crate::rules::Safety;
use crate::text::nearest;
use crate::workflow::{Job, Node, Place};

/// Labels without a runner in `runs-on`, and in the matrix values that it reads.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    file.workflow
        .jobs()
        .iter()
        .flat_map(|job| labels(job).into_iter().filter_map(|node| finding(file, job, node)).collect::<Vec<_>>())
        .collect()
}

/// The scalars that name the labels of a job.
pub(super) fn labels<'a>(job: &Job<'a>) -> Vec<&'a Node> {
    let document = &job.workflow().document;
    let Some(runs_on) = job.get("runs-on") else { return Vec::new() };
    let list = if runs_on.is_mapping() { document.under(runs_on, "labels") } else { Some(runs_on) };
    let Some(list) = list else { return Vec::new() };
    let own: Vec<&Node> =
        if list.is_sequence() { list.items().iter().map(|item| document.resolve(&item.value)).collect() } else { vec![list] };
    // Own runners may have any label; a group's may too.
    if own.iter().any(|node| node.as_str() == Some("self-hosted")) || runs_on.is_mapping() {
        return Vec::new();
    }
    let mut labels = Vec::new();
    for node in own {
        match node.as_str().and_then(axis) {
            Some(axis) => labels.extend(values(job, &axis)),
            None => labels.push(node),
        }
    }
    labels
}

/// `os` of `${{ matrix.os }}`.
fn axis(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim();
    let name = inner.strip_prefix("matrix.")?;
    name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).then(|| name.to_owned())
}

/// The values of a matrix's axis that are written out.
fn values<'a>(job: &Job<'a>, axis: &str) -> Vec<&'a Node> {
    let document = &job.workflow().document;
    let Some(matrix) = job.get("strategy").and_then(|strategy| document.under(strategy, "matrix")) else { return Vec::new() };
    let own = document.under(matrix, axis).map_or(&[][..], Node::items).iter().map(|item| document.resolve(&item.value));
    let included = document.under(matrix, "include").map_or(&[][..], Node::items).iter();
    let included = included.filter_map(|item| document.under(&item.value, axis));
    own.chain(included).filter(|node| node.as_str().is_some()).collect()
}

fn finding(file: &File<'_>, job: &Job<'_>, node: &Node) -> Option<Finding> {
    let text = node.as_str()?;
    let Some(label) = almanac::runner_label(text) else { return misspelt(file, job, node, text) };
    if !label.is_gone_by(almanac::date()) {
        return None;
    }
    let since = label.gone.as_ref().map_or_else(String::new, |gone| format!(" since {}", gone.as_str()));
    let finding = file.finding("runner-label-retired", node.span, format!("no runner answers to `{text}`{since}"))?;
    Some(finding.with_cure(label.replacement.as_ref().map(|to| replaced(file, job, text, to))))
}

/// A label that differs from one of GitHub's in letters alone. Own runners have labels of their own, but none that differ so little.
fn misspelt(file: &File<'_>, job: &Job<'_>, node: &Node, text: &str) -> Option<Finding> {
    let rest = |text: &str| text.chars().filter(|c| !c.is_ascii_alphabetic()).collect::<String>();
    let known = almanac::runner_labels().iter().filter(|label| !label.is_gone_by(almanac::date()));
    let right = nearest(text, known.map(|label| label.label.as_str())).filter(|right| rest(right) == rest(text))?;
    let message = format!("GitHub has no runner `{text}`; did you mean `{right}`");
    let finding = file.finding("runner-label-unknown", node.span, message)?;
    Some(finding.with_cure(Some(replaced(file, job, text, right))))
}

fn replaced(file: &File<'_>, job: &Job<'_>, from: &str, to: &str) -> Cure {
    let arguments = [("from".to_owned(), from.to_owned()), ("to".to_owned(), to.to_owned())].into();
    let place = Place { file: file.path.clone(), job: Some(job.id.to_owned()), step: None, caller: None };
    Cure {
        title: format!("Run on `{to}` instead of `{from}`"),
        safety: Safety::NeedsReview,
        change: CureChange::Verb(EditSpec { verb: "replace-runner-label".to_owned(), arguments }, place),
        grants: Vec::new(),
    }
}
