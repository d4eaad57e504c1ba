//! The file that is inspected, and the findings of all families of checks.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::{
    Check, Cure, Finding, actions, calls, check, conditions, declarations, events, expressions, labels, limits, matrices, numbers, scripts,
    shells, structure,
};
use crate::edit::{Change, Edit, Intent, Splice};
use crate::expression::Type;
use crate::repository::Repository;
use crate::text::{ByteSpan, Position, RepoPath};
use crate::workflow::{Document, Node, Route, ScalarStyle, Workflow};

/// The file under inspection.
pub(super) struct File<'a> {
    /// The repository that it lies in.
    pub(super) repository: &'a Repository,
    /// Its path.
    pub(super) path: &'a RepoPath,
    /// Its text, tree and meaning.
    pub(super) workflow: Workflow,
    /// What is known of the contexts, by job and step: many expressions stand in one step.
    pub(super) types: RefCell<HashMap<Owner, Rc<Contexts>>>,
}

/// The job and the step that a value stands in.
pub(super) type Owner = (Option<String>, Option<usize>);

/// What is known of each context.
pub(super) type Contexts = BTreeMap<&'static str, Type>;

/// All findings of a text.
pub(super) fn findings(repository: &Repository, path: &RepoPath, text: &str) -> Vec<Finding> {
    let mut findings = structure::findings(path, text);
    let Ok(workflow) = Workflow::read(path.clone(), text) else { return findings };
    let file = File { repository, path, workflow, types: RefCell::default() };
    findings.extend(expressions::findings(&file));
    findings.extend(conditions::findings(&file));
    findings.extend(events::findings(&file));
    findings.extend(declarations::findings(&file));
    findings.extend(labels::findings(&file));
    findings.extend(numbers::findings(&file));
    findings.extend(limits::findings(&file));
    findings.extend(matrices::findings(&file));
    findings.extend(actions::findings(&file));
    findings.extend(calls::findings(&file));
    findings.extend(scripts::findings(&file));
    findings.extend(shells::findings(&file));
    findings
}

impl File<'_> {
    /// The text and its tree.
    pub(super) const fn document(&self) -> &Document {
        &self.workflow.document
    }

    /// Whether it is an action's metadata and no workflow.
    pub(super) fn is_action(&self) -> bool {
        self.workflow.top("runs").is_some() && self.workflow.top("jobs").is_none()
    }

    /// A finding at `span`.
    pub(super) fn finding(&self, id: &str, span: ByteSpan, message: impl Into<String>) -> Option<Finding> {
        finding(check(id)?, &self.document().source, span, message)
    }

    /// The change of one scalar's value by splices.
    pub(super) fn set(&self, route: &Route, node: &Node, splices: Vec<Splice>, value: String) -> Edit {
        let plain = node.style() == Some(ScalarStyle::Plain);
        let value = if plain { crate::workflow::plain::plain_value(&value) } else { serde_yaml::Value::String(value) };
        Edit { path: self.path.clone(), change: Change::Text { splices, intents: vec![Intent::Set { route: route.clone(), value }] } }
    }
}

/// A finding of a text.
pub(super) fn finding(check: &'static Check, source: &str, span: ByteSpan, message: impl Into<String>) -> Option<Finding> {
    let position = Position::of(source, span.start);
    Some(Finding { check, span, position, message: message.into(), help: None, cure: None })
}

impl Finding {
    /// The same with words on what to do by hand.
    #[must_use]
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with what heals it, where there is something.
    #[must_use]
    pub(super) fn with_cure(mut self, cure: Option<Cure>) -> Self {
        self.cure = cure;
        self
    }
}
