//! Checks ids and what jobs wait for.

use std::collections::{BTreeMap, BTreeSet};

use super::{Problem, ProblemKind};
use crate::text::{ByteSpan, Position};
use crate::workflow::{Document, Node};

/// Problems of ids and of `needs`.
pub(super) fn problems(document: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    let jobs = document.root.as_ref().and_then(|root| document.under(root, "jobs")).map_or(&[][..], Node::entries);
    let ids: Vec<&str> = jobs.iter().filter_map(|job| job.key.as_str()).collect();
    let mut graph: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for job in jobs {
        let Some(id) = job.key.as_str() else { continue };
        check_id(document, &job.key, &mut problems);
        let value = document.resolve(&job.value);
        let needs = document.under(value, "needs").map_or_else(Vec::new, |needs| names(document, needs));
        for (span, need) in &needs {
            // The platform compares ids without regard to case.
            if !ids.iter().any(|id| id.eq_ignore_ascii_case(need)) {
                let others = ids.iter().filter(|other| **other != id).map(|other| (*other).to_owned()).collect();
                let kind = ProblemKind::UnknownNeed { need: (*need).to_owned(), jobs: others };
                problems.push(problem(document, *span, format!("Job '{id}' depends on unknown job '{need}'."), kind));
            }
        }
        graph.insert(id.to_ascii_lowercase(), needs.iter().map(|(_, need)| need.to_ascii_lowercase()).collect());
        step_ids(document, value, &mut problems);
    }
    if let Some(job) = jobs.iter().find(|job| job.key.as_str().is_some_and(|id| reaches_itself(&graph, &id.to_ascii_lowercase()))) {
        let id = job.key.as_str().unwrap_or("");
        let message = format!("Job '{id}' depends on itself, which creates a cycle in the dependency graph.");
        problems.push(problem(document, job.key.span, message, ProblemKind::Cycle));
    }
    problems
}

fn problem(document: &Document, span: ByteSpan, message: String, kind: ProblemKind) -> Problem {
    Problem { span, position: Position::of(&document.source, span.start), message, kind }
}

fn names<'a>(document: &'a Document, node: &'a Node) -> Vec<(ByteSpan, &'a str)> {
    match node.as_str() {
        Some(text) => vec![(node.span, text)],
        None => node.items().iter().filter_map(|item| Some((item.value.span, document.resolve(&item.value).as_str()?))).collect(),
    }
}

fn step_ids(document: &Document, job: &Node, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for item in document.under(job, "steps").map_or(&[][..], Node::items) {
        let Some(id) = document.under(&item.value, "id") else { continue };
        check_id(document, id, problems);
        let Some(text) = id.as_str() else { continue };
        // A step that an alias repeats brings its id along; the platform says so itself.
        if !seen.insert(text.to_ascii_lowercase()) {
            let message = format!("The identifier '{text}' may not be used more than once within the same scope.");
            problems.push(problem(document, id.span, message, ProblemKind::Identifier));
        }
    }
}

/// Ids of jobs and steps (actions/runner, `IdBuilder`).
fn check_id(document: &Document, node: &Node, problems: &mut Vec<Problem>) {
    let Some(id) = node.as_str().filter(|id| !id.is_empty() && !id.contains("${{")) else { return };
    let sound = id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let message = if !sound || id.starts_with(|c: char| c.is_ascii_digit() || c == '-') || id.len() >= 100 {
        format!(
            "The identifier '{id}' is invalid. IDs may only contain alphanumeric characters, '_', and '-'. IDs must start with a letter or \
             '_' and must be less than 100 characters."
        )
    } else if id.starts_with("__") {
        format!("The identifier '{id}' is invalid. IDs starting with '__' are reserved.")
    } else {
        return;
    };
    problems.push(problem(document, node.span, message, ProblemKind::Identifier));
}

fn reaches_itself(graph: &BTreeMap<String, Vec<String>>, start: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&str> = graph.get(start).into_iter().flatten().map(String::as_str).collect();
    while let Some(job) = next.pop() {
        if job == start {
            return true;
        }
        if seen.insert(job) {
            next.extend(graph.get(job).into_iter().flatten().map(String::as_str));
        }
    }
    false
}
