//! Turns the workflows of a repository into the one that heals them: what `init` writes, and whether it is still in step.

mod listening;
mod proposal;
mod update;

use crate::almanac;

pub use listening::{Listening, Passed, listening};
pub use proposal::{Proposal, Proposed, Refused, Wish, proposal};
pub use update::{Drift, OutOfReach, drift, updated};

/// Where the automation lies.
pub const PATH: &str = ".github/workflows/auto-heal.yml";

/// The automation's own name.
pub const NAME: &str = "Auto-heal";

/// The label that asks for a heal of the run that an issue names.
pub const LABEL: &str = "auto-heal";

/// `owner/name` of the extension's repository.
pub const EXTENSION: &str = "gh-autoheal/gh-autoheal";

const WORKFLOW: &str = include_str!("workflow.yml");
const INSTALL: &str = include_str!("install.yml");
const ISSUES: &str = include_str!("issues.yml");

/// The actions that the automation uses.
const ACTIONS: &[&str] = &["actions/checkout", "actions/create-github-app-token", "actions/download-artifact", "actions/upload-artifact"];

/// What starts the automation besides failed runs and a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issues {
    /// Nothing.
    Ignored,
    /// An issue that gets the label [`LABEL`].
    Labelled,
}

/// The automation's text for a repository. `prefix` is what its healed branches begin with.
pub fn workflow(names: &[String], issues: Issues, prefix: &str) -> String {
    let list: Vec<String> = names.iter().map(|name| format!("      - {}", scalar(name))).collect();
    let failed =
        "contains(fromJSON('[\"failure\", \"timed_out\", \"cancelled\", \"startup_failure\"]'), github.event.workflow_run.conclusion)";
    let (start, run, events) = match issues {
        Issues::Ignored => ("github.event_name == 'workflow_dispatch'".to_owned(), "github.event.workflow_run.id || inputs.run", ""),
        Issues::Labelled => (
            format!("github.event_name == 'workflow_dispatch' ||\n      github.event.label.name == '{LABEL}'"),
            "github.event.workflow_run.id || inputs.run || github.event.issue.body",
            ISSUES,
        ),
    };
    let condition = format!(
        "{start} ||\n      ({failed} &&\n      !startsWith(github.event.workflow_run.head_branch, '{}'))",
        prefix.replace('\'', "''")
    );
    let install = INSTALL.replace("<repository>", EXTENSION).replace("<version>", concat!("v", env!("CARGO_PKG_VERSION")));
    let mut text = WORKFLOW.replace("<names>", &list.join("\n")).replace("<install>\n", &format!("{install}\n"));
    text = text.replace("<issues>\n", &format!("{events}\n")).replace("<if>", &condition).replace("<run>", run);
    for action in ACTIONS {
        text = text.replace(&format!("<{action}>"), &pin(action));
    }
    text
}

/// The newest commit of an action that the almanac vouches for, with its version behind it.
fn pin(name: &str) -> String {
    let pinned = almanac::action(name).and_then(|action| (1..=action.newest_major()).rev().find_map(|major| action.newest_pin(major)));
    pinned.map_or_else(String::new, |(version, commit)| format!("{commit} # v{version}"))
}

/// A name as YAML, quoted where a reader might take it for something else.
fn scalar(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || " _./()-".contains(c);
    let starts = name.starts_with(|c: char| c.is_alphabetic() || c == '.') && !name.ends_with(' ');
    let word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&name.to_ascii_lowercase().as_str());
    if starts && !word && name.chars().all(plain) { name.to_owned() } else { serde_json::json!(name).to_string() }
}

#[cfg(test)]
mod tests;
