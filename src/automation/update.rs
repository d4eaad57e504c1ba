//! Compares the automation's list with the workflows that there are, and puts it in step without touching anything else.

use serde_yaml::Value;

use super::listening::{listening, listens_to};
use super::{PATH, scalar};
use crate::repository::Repository;
use crate::text::RepoPath;
use crate::workflow::{Document, Item, Node, Workflow, readers};

/// How the automation's list differs from the workflows that there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    /// Workflows that it does not listen to.
    pub missing: Vec<String>,
    /// Names that no workflow has.
    pub gone: Vec<String>,
}

impl Drift {
    /// Whether the list is in step.
    pub fn is_none(&self) -> bool {
        self.missing.is_empty() && self.gone.is_empty()
    }
}

/// Why the list cannot be compared or put in step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutOfReach {
    /// The file is no YAML.
    #[error("{PATH}:{0}")]
    Unreadable(String),
    /// It has no such list.
    #[error("{PATH} has no list `on.workflow_run.workflows`")]
    NoList,
    /// The list is written in a way that cannot be changed with certainty.
    #[error("the list of {PATH} cannot be changed with certainty")]
    Unclear,
}

/// How the list of the automation `text` differs from the repository's workflows.
///
/// # Errors
/// When the list cannot be found.
pub fn drift(text: &str, repository: &Repository) -> Result<Drift, OutOfReach> {
    let workflow = read(text)?;
    let known = listens_to(&workflow);
    if known.is_empty() && list(&workflow).is_none() {
        return Err(OutOfReach::NoList);
    }
    let wanted = listening(repository).names;
    Ok(Drift {
        missing: wanted.iter().filter(|name| !known.contains(name)).cloned().collect(),
        gone: known.iter().filter(|name| !wanted.contains(name)).cloned().collect(),
    })
}

/// The automation with its list in step: names that no workflow has are taken out, missing ones put at the end.
///
/// # Errors
/// When the list cannot be found, or not be changed with certainty.
pub fn updated(text: &str, repository: &Repository) -> Result<String, OutOfReach> {
    let drift = drift(text, repository)?;
    let workflow = read(text)?;
    let node = list(&workflow).ok_or(OutOfReach::NoList)?;
    let kept: Vec<String> = listens_to(&workflow).into_iter().filter(|name| !drift.gone.contains(name)).collect();
    let wanted: Vec<String> = kept.into_iter().chain(drift.missing.iter().cloned()).collect();
    let spliced = if node.is_sequence() && !node.is_flow() { in_lines(&workflow.document, node, &drift) } else { None };
    let changed = spliced.unwrap_or_else(|| {
        let names: Vec<String> = wanted.iter().map(|name| serde_json::json!(name).to_string()).collect();
        format!("{}[{}]{}", before(text, node), names.join(", "), behind(text, node))
    });
    if is_proved(text, &changed, &wanted) { Ok(changed) } else { Err(OutOfReach::Unclear) }
}

fn read(text: &str) -> Result<Workflow, OutOfReach> {
    let path = RepoPath::new(PATH).map_err(|_| OutOfReach::NoList)?;
    Workflow::read(path, text).map_err(|error| OutOfReach::Unreadable(error.to_string()))
}

fn list(workflow: &Workflow) -> Option<&Node> {
    let run = workflow.document.under(workflow.top("on")?, "workflow_run")?;
    run.get("workflows").filter(|list| list.as_str().is_some() || list.is_sequence())
}

fn before<'a>(text: &'a str, node: &Node) -> &'a str {
    text.get(..node.span.start).unwrap_or("")
}

fn behind<'a>(text: &'a str, node: &Node) -> &'a str {
    text.get(node.span.end..).unwrap_or("")
}

/// A list with one name a line: lines go and come, comments stay.
fn in_lines(document: &Document, node: &Node, drift: &Drift) -> Option<String> {
    let text = &document.source;
    let line_start = |offset: usize| text.get(..offset).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
    let line_end = |offset: usize| text.get(offset..).and_then(|tail| tail.find('\n')).map_or(text.len(), |at| offset + at + 1);
    let gone = |item: &&Item| item.value.as_str().is_some_and(|name| drift.gone.iter().any(|other| other == name));
    let last = node.items().last()?;
    let indent = text.get(line_start(last.dash?)..last.dash?).filter(|indent| indent.trim().is_empty())?;
    let mut out = String::new();
    let mut from = 0;
    for item in node.items().iter().filter(gone) {
        let start = line_start(item.dash?);
        out.push_str(text.get(from..start)?);
        from = line_end(item.value.span.end);
    }
    let end = line_end(last.value.span.end);
    out.push_str(text.get(from..end.max(from))?);
    if !out.ends_with('\n') {
        out.push_str(document.line_end());
    }
    for name in &drift.missing {
        out.push_str(&format!("{indent}- {}{}", scalar(name), document.line_end()));
    }
    out.push_str(text.get(end.max(from)..)?);
    Some(out)
}

/// Whether the list says what it shall, and nothing else has another meaning.
fn is_proved(old: &str, new: &str, wanted: &[String]) -> bool {
    let (Ok(mut old), Ok(mut new)) = (readers::first(old), readers::first(new)) else { return false };
    let names = take(&mut new);
    take(&mut old);
    names.is_some_and(|names| names == wanted) && old == new
}

/// Takes the list out of a workflow's value.
fn take(root: &mut Value) -> Option<Vec<String>> {
    let list = root.get_mut("on")?.get_mut("workflow_run")?.get_mut("workflows")?;
    let items = std::mem::replace(list, Value::Null);
    Some(items.as_sequence()?.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
}
