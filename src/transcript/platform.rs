//! Turns the runner's own wording into what it means.

use super::StepKind;

/// The kind of a step by its display name: the runner names its own steps (actions/runner, `JobExtension`).
pub(super) fn kind_of_step(name: &str) -> StepKind {
    match name {
        "Set up job" | "Initialize containers" => StepKind::Setup,
        "Complete job" => StepKind::Complete,
        "Stop containers" => StepKind::Post,
        _ if name.starts_with("Pre Run ") || name.starts_with("Pre ") && name.contains('@') => StepKind::Setup,
        _ if name.starts_with("Post ") => StepKind::Post,
        _ => StepKind::Main,
    }
}

/// The exit code in `Process completed with exit code 1.`, which ends every failed script.
pub(super) fn script_exit_code(text: &str) -> Option<i32> {
    leading_number(without_prefix(text).strip_prefix("Process completed with exit code ")?)
}

/// The exit code in `Docker run failed with exit code 1` and `The process '/usr/bin/git' failed with exit code 128`.
pub(super) fn program_exit_code(text: &str) -> Option<i32> {
    let (before, code) = without_prefix(text).rsplit_once(" failed with exit code ")?;
    (before.starts_with("Docker ") || before.starts_with("The process ")).then(|| leading_number(code))?
}

fn leading_number(text: &str) -> Option<i32> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'-').unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// The text behind the `Error: ` that stands for `##[error]` in pasted text.
fn without_prefix(text: &str) -> &str {
    text.strip_prefix("Error: ").unwrap_or(text)
}

/// Starts of error lines that the runner itself writes when a step or job is over (platform facts and failures.md, section 5).
const ENDINGS: [&str; 22] = [
    "The operation was canceled",
    "The runner has received a shutdown signal",
    "The action '",
    "The job running on runner ",
    "The hosted runner",
    "The self-hosted runner",
    "Unable to process file command '",
    "Unable to process command '",
    "The `set-env` command is disabled",
    "The `add-path` command is disabled",
    "Docker pull failed with exit code",
    "Docker build failed with exit code",
    "Docker run failed with exit code",
    "Docker start fail with exit code",
    "Docker login for '",
    "One or more containers failed to start",
    "Can't find 'action.yml'",
    "Fail to load ",
    "Unable to resolve action ",
    "An action could not be found at the URI",
    "This request has been automatically failed because it uses a deprecated version",
    "The template is not valid",
];

/// Whether an error line is the runner's own word that a step is over.
pub(super) fn ends_step(text: &str) -> bool {
    let text = without_prefix(text);
    script_exit_code(text).is_some_and(|code| code != 0) || ENDINGS.iter().any(|ending| text.starts_with(ending))
}
