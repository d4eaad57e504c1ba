//! Turns `.github/autoheal.yml` into the limits that a repository sets: rules off, the risk allowed, jobs declared optional,
//! the branch prefix, labels.
//!
//! One table says what the file may hold; the strict reader, the JSON schema for editors, docs/configuration.md and the
//! commented file that `init` writes all come from it.

mod check;
mod pages;
mod schema;
mod table;

use std::fmt;

use crate::rules::{RuleSet, Safety};
use crate::text::Position;
use crate::workflow::matrix::Leg;
use crate::workflow::value::{shown, value_of};
use crate::workflow::{Document, Node};

pub use pages::{commented, manual};
pub use schema::schema;

/// Where a repository keeps its configuration. It lies beside `.github/workflows`, never in it: a file in there is run.
pub const PATH: &str = ".github/autoheal.yml";

/// What stands in front of a healed branch's name unless the repository says otherwise.
pub const BRANCH_PREFIX: &str = "auto-heal/";

/// The labels of an issue or pull request unless the repository says otherwise.
pub const LABELS: &[&str] = &["auto-heal"];

/// The limits that a repository sets. The default is what holds without a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// The greatest risk of a change that may be made, whatever the command line says; none where it decides alone.
    pub allow: Option<Safety>,
    /// Ids of rules that are not asked.
    pub rules_off: Vec<String>,
    /// Jobs whose failure need not fail the run.
    pub optional_jobs: Vec<OptionalJob>,
    /// What stands in front of a healed branch's name.
    pub branch_prefix: Option<String>,
    /// The labels of what is published.
    pub labels: Option<Vec<String>>,
}

/// A job whose failure need not fail the run: a person has declared it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionalJob {
    /// The job's id, or its name in a run without the matrix' values.
    pub job: String,
    /// The workflow's file name or path; none for every workflow.
    pub workflow: Option<String>,
    /// The matrix values of the legs that are meant, as the platform writes them; none for all legs.
    pub matrix: Vec<(String, String)>,
}

/// Something that is wrong in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub position: Position,
    /// What was found and what was expected, in a sentence without a capital and a full stop.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{PATH}:{}: {}", self.position, self.message)
    }
}

impl Config {
    /// Reads the file's text, strictly.
    ///
    /// # Errors
    /// With everything that is wrong in it, in the order of the text.
    pub fn read(text: &str) -> Result<Self, Vec<Mistake>> {
        let document = Document::parse(text).map_err(|error| vec![Mistake { position: error.position, message: error.message }])?;
        let Some(root) = document.root.as_ref().filter(|root| !root.is_null()) else { return Ok(Self::default()) };
        let mistakes = check::mistakes(&document, root);
        if mistakes.is_empty() { Ok(extract(&document, root)) } else { Err(mistakes) }
    }

    /// What stands in front of a healed branch's name: `auto-heal/`.
    pub fn branch_prefix(&self) -> &str {
        self.branch_prefix.as_deref().unwrap_or(BRANCH_PREFIX)
    }

    /// The labels of an issue or pull request.
    pub fn labels(&self) -> Vec<&str> {
        match &self.labels {
            Some(labels) => labels.iter().map(String::as_str).collect(),
            None => LABELS.to_vec(),
        }
    }

    /// The smaller of the risk that was asked for and the one allowed here.
    pub fn limited(&self, asked: Safety) -> Safety {
        self.allow.map_or(asked, |most| asked.min(most))
    }

    /// The rules without those that are turned off.
    pub fn rules(&self, rules: &RuleSet) -> RuleSet {
        rules.without(&self.rules_off)
    }

    /// Rules that are turned off and do not exist: a slip of the pen, or a rule of another version.
    pub fn unknown_rules<'a>(&'a self, rules: &'a RuleSet) -> impl Iterator<Item = &'a str> {
        self.rules_off.iter().map(String::as_str).filter(|id| rules.index_of(id).is_none())
    }

    /// The declaration that a failed job falls under: its workflow's path, its id, its name in the run, and its leg where one is
    /// known. A declaration for legs counts only for a leg that is known.
    pub fn optional(&self, workflow: &str, id: &str, name: &str, leg: Option<&Leg>) -> Option<&OptionalJob> {
        self.optional_jobs.iter().find(|declared| {
            declared.is_in(workflow)
                && declared.names(id, name)
                && (declared.matrix.is_empty() || leg.is_some_and(|leg| declared.covers(leg)))
        })
    }
}

impl OptionalJob {
    /// Whether a workflow of this path is meant.
    pub fn is_in(&self, path: &str) -> bool {
        self.workflow.as_deref().is_none_or(|wanted| path == wanted || path.rsplit('/').next() == Some(wanted))
    }

    /// Whether a job of this id, or of this name in a run, is meant.
    pub fn names(&self, id: &str, name: &str) -> bool {
        // A called workflow's job is `caller / job`, a leg is `job (values)`.
        let own = name.rsplit(" / ").next().unwrap_or(name);
        self.job == id || self.job == name || Some(self.job.as_str()) == own.split(" (").next()
    }

    fn covers(&self, leg: &Leg) -> bool {
        self.matrix.iter().all(|(key, value)| leg.values.get(key.as_str()).and_then(shown).as_ref() == Some(value))
    }
}

fn extract(document: &Document, root: &Node) -> Config {
    let text = |holder: &Node, key: &str| document.under(holder, key).and_then(Node::as_str).map(str::to_owned);
    let texts = |node: &Node| -> Vec<String> {
        node.items().iter().filter_map(|item| document.resolve(&item.value).as_str().map(str::to_owned)).collect()
    };
    let optional = |node: &Node| {
        let node = document.resolve(node);
        let values = document.under(node, "matrix").map_or(&[][..], Node::entries);
        let value = |node: &Node| value_of(document, node).ok().as_ref().and_then(shown);
        OptionalJob {
            job: node.as_str().map(str::to_owned).or_else(|| text(node, "job")).unwrap_or_default(),
            workflow: text(node, "workflow"),
            matrix: values.iter().filter_map(|entry| Some((entry.key.as_str()?.to_owned(), value(&entry.value)?))).collect(),
        }
    };
    Config {
        allow: text(root, "allow").map(|word| if word == "safe" { Safety::Safe } else { Safety::NeedsReview }),
        rules_off: document.under(root, "rules").and_then(|rules| document.under(rules, "off")).map(texts).unwrap_or_default(),
        optional_jobs: document
            .under(root, "optional-jobs")
            .map_or(&[][..], Node::items)
            .iter()
            .map(|item| optional(&item.value))
            .collect(),
        branch_prefix: text(root, "branch-prefix"),
        labels: document.under(root, "labels").map(texts),
    }
}

#[cfg(test)]
mod tests;
