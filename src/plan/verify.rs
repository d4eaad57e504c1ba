//! Turns a plan that somebody hands in into one that may be carried out, or the reason why not. It never looks at the log.

use super::{BRANCH_WORD, Change, File, Plan, VERSION};
use crate::config::{Config, OptionalJob};
use crate::patch::{self, Permit};
use crate::rules::RuleSet;

/// Files of a plan.
const FILES: usize = 20;

/// Bytes of a changed file: workflows stay far below.
const LARGEST: usize = 1 << 20;

/// Bytes of a plan's file.
pub const LARGEST_PLAN: u64 = 32 << 20;

/// Causes of a plan.
const CAUSES: usize = 500;

/// Verbs whose rules may grant a scope of the token.
const GRANTS: &[&str] = &["add-permission", "grant-permission"];

/// Why a plan is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is no plan.
    #[error("it is no plan of this program: {0}")]
    Unreadable(String),
    /// Its form is of another version.
    #[error("its form has version {0}; this program knows {VERSION}")]
    Version(u32),
    /// It is larger than any plan of this program.
    #[error("it has {what}; a plan has at most {most}")]
    TooMuch {
        /// What there is too much of.
        what: String,
        /// The bound.
        most: usize,
    },
    /// It changes what no remedy changes.
    #[error("{0} is neither a workflow nor an action, and only its run bit may be set")]
    Foreign(String),
    /// A name or id that git or GitHub would not take.
    #[error("`{0}` is no {1}")]
    Word(String, &'static str),
    /// The change cannot be proved.
    #[error("{0}: the change cannot be proved: {1}")]
    Unproved(String, String),
    /// The change means something else than it says.
    #[error("{0}: the change differs from what the plan declares")]
    OtherMeaning(String),
    /// The change hides a failure or widens trust.
    #[error("{0}")]
    Masked(String),
    /// It asks for leave that none of its rules gives.
    #[error("it wants leave to {0}, which no rule that it names gives")]
    Permit(String),
}

/// Proves a plan: its size, its names, its change, its guard. Object ids are the shell's part, where git is.
///
/// # Errors
/// With the first thing that does not hold.
pub fn verify(plan: &Plan, rules: &RuleSet, config: &Config) -> Result<(), Refused> {
    bound(plan.causes.len(), CAUSES, "cause")?;
    for name in [&plan.run.repository, &plan.run.head_repository].into_iter().flatten() {
        word(name, "owner/name", |text| text.split('/').count() == 2 && text.split('/').all(is_name))?;
    }
    if let Some(sha) = &plan.run.head_sha {
        word(sha, "object id", is_id)?;
    }
    let Some(change) = &plan.change else { return Ok(()) };
    names(plan, change)?;
    bound(change.files.len(), FILES, "file")?;
    change.files.iter().try_for_each(file)?;
    change.permits.iter().try_for_each(|permit| permitted(permit, plan, (rules, config)))?;
    patch::guard(&change.patch(), &change.permits).map_err(|masked| Refused::Masked(masked.to_string()))
}

fn names(plan: &Plan, change: &Change) -> Result<(), Refused> {
    let commit = &change.commit;
    for id in [&commit.id, &commit.tree, &commit.base, &commit.base_tree] {
        word(id, "object id", is_id)?;
    }
    let tail = format!("-{}", plan.fingerprint.short());
    let own = |name: &str| is_branch(name) && name.contains(BRANCH_WORD) && name.ends_with(&tail);
    word(&change.branch, "branch of this program for these causes", own)?;
    if let Some(onto) = &change.onto {
        word(onto, "branch", is_branch)?;
    }
    for person in [&commit.author, &commit.committer] {
        let sound = |text: &str| !text.is_empty() && text.len() < 400 && !text.contains(['\n', '<', '>', '\0']);
        word(&person.name, "name", sound)?;
        word(&person.email, "address", sound)?;
    }
    let message = &commit.message;
    word(message.get(..40.min(message.len())).unwrap_or(""), "commit message", |_| message.len() < 64 << 10 && !message.contains('\0'))
}

fn file(file: &File) -> Result<(), Refused> {
    let path = file.path.as_str();
    word(&file.before.id, "object id", is_id)?;
    word(&file.after.id, "object id", is_id)?;
    let modes = (file.before.mode.as_str(), file.after.mode.as_str());
    if !matches!(modes, ("100644", "100644" | "100755") | ("100755", "100755")) {
        return Err(Refused::Word(format!("{} to {}", modes.0, modes.1), "change of a file's mode that a remedy makes"));
    }
    let (Some(before), Some(after)) = (&file.before.text, &file.after.text) else {
        let only_mode = file.before.text.is_none() && file.after.text.is_none() && file.before.id == file.after.id;
        return if only_mode && modes.0 != modes.1 { Ok(()) } else { Err(Refused::OtherMeaning(path.to_owned())) };
    };
    if !file.path.is_workflow() && !file.path.is_action() {
        return Err(Refused::Foreign(path.to_owned()));
    }
    bound(before.len().max(after.len()), LARGEST, "byte")?;
    let found = patch::differences(before, after).map_err(|error| Refused::Unproved(path.to_owned(), error.to_string()))?;
    if found == file.differences { Ok(()) } else { Err(Refused::OtherMeaning(path.to_owned())) }
}

/// A permit counts when a rule that the plan names makes such a change.
fn permitted(permit: &Permit, plan: &Plan, (rules, config): (&RuleSet, &Config)) -> Result<(), Refused> {
    let named = plan.healed().filter_map(|cause| rules.get(cause.rule.as_deref()?));
    let mut verbs = named.flat_map(|rule| &rule.remedies).flat_map(|remedy| &remedy.edit).map(|edit| edit.verb.as_str());
    let names_a_cause = |optional: &OptionalJob| plan.healed().filter_map(|cause| cause.job.as_deref()).any(|job| optional.names("", job));
    match permit {
        Permit::Scope { scope, access, .. } if !verbs.any(|verb| GRANTS.contains(&verb)) => {
            Err(Refused::Permit(format!("grant `{scope}: {access}`")))
        }
        Permit::Label(label) if !verbs.any(|verb| verb == "replace-runner-label") => {
            Err(Refused::Permit(format!("take the label `{label}` away")))
        }
        Permit::OptionalJob(job) if !config.optional_jobs.iter().any(|optional| optional.names(job, job) || names_a_cause(optional)) => {
            Err(Refused::Permit(format!("let the job `{job}` fail")))
        }
        Permit::Scope { .. } | Permit::Label(_) | Permit::OptionalJob(_) => Ok(()),
    }
}

fn bound(number: usize, most: usize, noun: &str) -> Result<(), Refused> {
    if number <= most { Ok(()) } else { Err(Refused::TooMuch { what: crate::report::inline::count(number, noun), most }) }
}

fn word(text: &str, what: &'static str, sound: impl Fn(&str) -> bool) -> Result<(), Refused> {
    if sound(text) { Ok(()) } else { Err(Refused::Word(text.chars().take(80).collect(), what)) }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() < 120
        && text != "."
        && text != ".."
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The part of git's rules for branch names that keeps an address an address; git applies all of them.
fn is_branch(text: &str) -> bool {
    let odd = |c: char| c.is_control() || " ~^:?*[\\\"".contains(c);
    !text.is_empty()
        && text.len() < 250
        && !text.starts_with(['-', '/'])
        && !text.contains("..")
        && !text.contains("//")
        && !text.chars().any(odd)
}
