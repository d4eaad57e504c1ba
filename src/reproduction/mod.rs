//! Turns a failed step, as log and workflow tell it, into a script that can be run here, and what came of it into a verdict.
//!
//! The runner's own way is kept: the script in a file of its temporary folder, started by the very command that the log names, with its
//! environment and the runner's files and variables. What the log masks stays unknown.

mod document;
mod expression;
mod heard;
mod launcher;
mod patched;
mod paths;
mod plan;
mod readme;
mod script;
mod shell;
mod values;
#[cfg(test)]
mod tests;

pub use document::{Document, RunEntry, words};
pub use heard::{Heard, Listener, Verdict};
pub use launcher::{folder, launcher, runner_files, variables};
pub use patched::{Cure, Verification, patched};
pub use paths::Paths;
pub use plan::{CheckoutStep, Deed, Plan, PlannedStep, Refused, plan};
pub use readme::readme;
pub use script::Script;
pub use shell::Shell;

/// What stands for a secret, before the name of the variable that holds it.
pub const PLACEHOLDER: &str = "placeholder-for-";
