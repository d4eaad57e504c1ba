//! One `run:` step, ready to be started.

use super::Shell;

/// One `run:` step, ready to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The step's name: `Run pytest`.
    pub name: String,
    /// The script itself, expressions evaluated as far as log and workflow tell.
    pub text: String,
    /// What starts it.
    pub shell: Shell,
    /// Its variables beside the runner's own; secrets have placeholders.
    pub env: Vec<(String, String)>,
    /// The folder below the workspace; none for the workspace itself.
    pub working_directory: Option<String>,
    /// Names of variables whose value the log masks.
    pub secrets: Vec<String>,
    /// Expressions whose value nothing here tells.
    pub unknown: Vec<String>,
}
