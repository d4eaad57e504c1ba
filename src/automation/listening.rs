//! Which workflows the automation listens to, and which it cannot.

use std::collections::BTreeMap;

use super::{NAME, PATH};
use crate::repository::Repository;
use crate::text::RepoPath;
use crate::workflow::{Node, Workflow};

/// `workflow_run` starts at most three workflows one after another
/// (<https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_run>).
const LONGEST_CHAIN: usize = 3;

/// The workflows to listen to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listening {
    /// Their names, sorted.
    pub names: Vec<String>,
    /// Workflows that are passed over, and why.
    pub passed: Vec<(RepoPath, Passed)>,
    /// Workflows without a `name:`. GitHub calls them by their path, and so does the list.
    pub nameless: Vec<RepoPath>,
}

/// Why a workflow is passed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Passed {
    /// It never runs by itself.
    #[error("other workflows call it: its failures are theirs")]
    OnlyCalled,
    /// It cannot be read.
    #[error("it is no YAML that can be read: {0}")]
    Unreadable(String),
    /// It listens to the automation itself.
    #[error("it listens to `{NAME}` itself, and the two would start each other")]
    Listener,
    /// The platform would not start the automation behind it.
    #[error("it stands third in a chain of `workflow_run`, and GitHub starts nothing behind the third")]
    TooDeep,
}

/// Which workflows of a repository the automation can listen to.
pub fn listening(repository: &Repository) -> Listening {
    let mut found = Listening::default();
    let mut workflows = Vec::new();
    for (path, text) in repository.workflows().filter(|(path, _)| path.as_str() != PATH) {
        match Workflow::read(path.clone(), text) {
            Ok(workflow) => workflows.push(workflow),
            Err(error) => found.passed.push((path.clone(), Passed::Unreadable(error.to_string()))),
        }
    }
    let chains: BTreeMap<String, Vec<String>> = workflows.iter().map(|workflow| (called(workflow), listens_to(workflow))).collect();
    for workflow in &workflows {
        let name = called(workflow);
        let path = workflow.path.clone();
        match () {
            () if events(workflow).iter().all(|event| event == "workflow_call") => found.passed.push((path, Passed::OnlyCalled)),
            () if name == NAME || listens_to(workflow).iter().any(|other| other == NAME) => found.passed.push((path, Passed::Listener)),
            () if depth(&name, &chains, 0) >= LONGEST_CHAIN => found.passed.push((path, Passed::TooDeep)),
            () => {
                if workflow.name().is_none() {
                    found.nameless.push(path);
                }
                found.names.push(name);
            }
        }
    }
    found.names.sort();
    found.names.dedup();
    found.passed.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

/// What GitHub calls a workflow: its name, else its path.
fn called(workflow: &Workflow) -> String {
    workflow.name().map_or_else(|| workflow.path.to_string(), str::to_owned)
}

/// The events that start it.
fn events(workflow: &Workflow) -> Vec<String> {
    let Some(node) = workflow.top("on") else { return Vec::new() };
    if let Some(event) = node.as_str() {
        return vec![event.to_owned()];
    }
    let items = node.items().iter().filter_map(|item| workflow.document.resolve(&item.value).as_str());
    let keys = node.entries().iter().filter_map(|entry| entry.key.as_str());
    items.chain(keys).map(str::to_owned).collect()
}

/// The names under `on.workflow_run.workflows`.
pub(super) fn listens_to(workflow: &Workflow) -> Vec<String> {
    let document = &workflow.document;
    let list = workflow.top("on").and_then(|on| document.under(on, "workflow_run")).and_then(|run| document.under(run, "workflows"));
    let items = |list: &Node| match list.as_str() {
        Some(one) => vec![one.to_owned()],
        None => list.items().iter().filter_map(|item| document.resolve(&item.value).as_str().map(str::to_owned)).collect(),
    };
    list.map(items).unwrap_or_default()
}

/// How many workflows started each other before this one, at the shortest: a workflow that a push starts too counts from there.
fn depth(name: &str, chains: &BTreeMap<String, Vec<String>>, level: usize) -> usize {
    let before = chains.get(name).filter(|before| !before.is_empty() && level < LONGEST_CHAIN);
    before.map_or(0, |before| 1 + before.iter().map(|other| depth(other, chains, level + 1)).min().unwrap_or(0))
}
