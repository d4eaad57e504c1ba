//! All checks, sorted by id; `docs/check.md` tells of each.

use super::Level::{Error, Warning};
use super::{Check, Level};
use crate::rules::Category;

const fn row(id: &'static str, level: Level, category: Category, summary: &'static str, explanation: &'static str) -> Check {
    Check { id, level, category, summary, explanation }
}

use Category::{Configuration, Deprecated, MissingFile, Permission, WorkflowInvalid, YamlSyntax};

/// All checks.
pub static CHECKS: &[Check] = &[
    row(
        "action-input-missing",
        Error,
        WorkflowInvalid,
        "An action lacks an input that it needs",
        "The action stops at once with `Input required and not supplied`.",
    ),
    row(
        "action-input-unknown",
        Warning,
        Configuration,
        "An action is given an input that it does not have",
        "The runner warns and passes over the input, so that it has no effect.",
    ),
    row(
        "action-reference",
        Error,
        WorkflowInvalid,
        "An action is named in a form that the platform does not read",
        "A step's `uses` is `owner/name@ref`, `owner/name/path@ref`, `./path` or `docker://image`; without a ref no job starts.",
    ),
    row(
        "action-refused",
        Error,
        Deprecated,
        "A version of an action that the service refuses",
        "The service fails each job that uses it before its first step.",
    ),
    row(
        "call-input",
        Error,
        WorkflowInvalid,
        "A call does not fit the inputs or secrets of the called workflow",
        "The platform compares both before anything runs, and starts no job when they do not fit.",
    ),
    row(
        "call-permissions",
        Error,
        Permission,
        "A called workflow asks for more rights than its caller has",
        "A called workflow can have at most the rights of the job that calls it; the platform refuses the whole run.",
    ),
    row(
        "call-target",
        Error,
        WorkflowInvalid,
        "A called workflow is not there, or cannot be called",
        "A job that calls a workflow of this repository needs that file, with `workflow_call` among its events.",
    ),
    row(
        "comparison-constant",
        Warning,
        Configuration,
        "A comparison whose outcome never changes",
        "The two sides can never be equal, whatever the run: the condition always has the same outcome.",
    ),
    row(
        "condition-always-true",
        Warning,
        Configuration,
        "A condition that is always true because of text around its expression",
        "Only a condition that is one whole expression is evaluated. With any text around it the value is a text, and a text that is \
         not empty counts as true.",
    ),
    row(
        "cron-impossible",
        Warning,
        Configuration,
        "A schedule on a day that no calendar has",
        "No month of those named has this day, so the schedule never starts anything.",
    ),
    row("cron-syntax", Error, WorkflowInvalid, "A schedule that is no cron expression", "The platform refuses the file for it."),
    row(
        "cron-too-often",
        Warning,
        Configuration,
        "A schedule that starts more often than the platform does",
        "Between two runs of a schedule lie five minutes at least; what is asked beyond that does not happen.",
    ),
    row(
        "duplicate-key",
        Error,
        WorkflowInvalid,
        "A key that stands twice in one mapping",
        "The platform refuses the file: it does not guess which of the two counts.",
    ),
    row("empty-step", Error, WorkflowInvalid, "A step that neither runs nor uses anything", "Each step needs a `run` or a `uses`."),
    row(
        "exclusive-filters",
        Error,
        WorkflowInvalid,
        "Two filters of one event that exclude each other",
        "`branches`, `tags` and `paths` cannot stand beside their `-ignore` forms; patterns with `!` exclude within the plain one.",
    ),
    row(
        "expression-context",
        Error,
        WorkflowInvalid,
        "A context that is not there at this place",
        "Each key knows only the contexts that exist when the platform reads it; any other name stops the whole file.",
    ),
    row(
        "expression-function",
        Error,
        WorkflowInvalid,
        "A function that is not there, or called wrongly",
        "The platform refuses the file for it.",
    ),
    row(
        "expression-not-allowed",
        Error,
        WorkflowInvalid,
        "An expression where none may stand",
        "This key is read before anything is evaluated.",
    ),
    row(
        "expression-property",
        Warning,
        Configuration,
        "A property that is not there",
        "What is not there evaluates to nothing, without a word in the log.",
    ),
    row("expression-syntax", Error, WorkflowInvalid, "An expression that does not read", "The platform refuses the file for it."),
    row(
        "expression-unclosed",
        Error,
        WorkflowInvalid,
        "An expression that is not closed",
        "`${{` needs a `}}`; without it the platform refuses the file.",
    ),
    row(
        "heredoc-unclosed",
        Warning,
        Configuration,
        "A here-document that nothing ends",
        "Bash takes the rest of the script for its text, and does not run it.",
    ),
    row(
        "input-declaration",
        Warning,
        Configuration,
        "An input that is declared in a way that does not work",
        "Who starts the workflow by hand cannot choose what is not offered, and the default is not what the input takes.",
    ),
    row(
        "invalid-id",
        Error,
        WorkflowInvalid,
        "An id that the platform does not accept",
        "Ids begin with a letter or `_`, go on with letters, digits, `_` and `-`, and are there once.",
    ),
    row(
        "job-without-checkout",
        Warning,
        MissingFile,
        "A local action without a checkout before it",
        "The runner looks for the action in the workspace, and the workspace is empty.",
    ),
    row("limit-exceeded", Error, WorkflowInvalid, "More than the platform takes", "The platform refuses the file for it."),
    row(
        "local-action-missing",
        Warning,
        MissingFile,
        "A local action that is not in the repository",
        "The runner stops with `Can't find 'action.yml', 'action.yaml' or 'Dockerfile'`.",
    ),
    row(
        "lock-file-missing",
        Warning,
        MissingFile,
        "A lock file that a step needs and the repository lacks",
        "The step stops at once: it does not make lock files, it reads them.",
    ),
    row(
        "matrix-invalid",
        Error,
        WorkflowInvalid,
        "A matrix that the platform does not build",
        "The platform builds the matrix before anything runs, and starts no job when it cannot.",
    ),
    row("missing-key", Error, WorkflowInvalid, "A key that must be there is not", "The platform refuses the file for it."),
    row(
        "needs-cycle",
        Error,
        WorkflowInvalid,
        "Jobs that wait for each other",
        "None of them can ever start, so the platform refuses the file.",
    ),
    row("no-event", Error, WorkflowInvalid, "No event starts the workflow", "Without an event in `on` the platform refuses the file."),
    row(
        "number-changes",
        Warning,
        Configuration,
        "A value that YAML reads as another number",
        "Without quotes the value is a number, and what is handed on is that number as the platform writes it.",
    ),
    row(
        "pattern-never-matches",
        Warning,
        Configuration,
        "A pattern that matches nothing",
        "The filter never lets the event through by this pattern.",
    ),
    row(
        "runner-label-retired",
        Error,
        Deprecated,
        "A runner label that no runner answers to",
        "The image is gone: the job waits for a runner that never comes, and is cancelled after a day.",
    ),
    row(
        "runner-label-unknown",
        Warning,
        Configuration,
        "A runner label that looks misspelt",
        "Where no own runner has this label, the job waits for a runner that never comes, and is cancelled after a day.",
    ),
    row(
        "script-missing",
        Warning,
        MissingFile,
        "A script that is not in the repository",
        "The shell stops with `No such file or directory`.",
    ),
    row(
        "script-not-executable",
        Warning,
        Permission,
        "A script without the run bit",
        "The shell stops with `Permission denied`, exit code 126.",
    ),
    row(
        "shell-syntax",
        Error,
        Configuration,
        "A script that bash does not read",
        "Bash runs what stands before the place, and ends with exit code 2 there.",
    ),
    row("shell-unknown", Error, Configuration, "A shell that is not there", "The runner cannot start the step's script."),
    row("unexpected-key", Error, WorkflowInvalid, "A key that is not known at this place", "The platform refuses the file for it."),
    row("unexpected-value", Error, WorkflowInvalid, "A value that its key does not take", "The platform refuses the file for it."),
    row(
        "unknown-activity",
        Warning,
        Configuration,
        "An activity type that the event does not have",
        "The event never has this type, so that it starts nothing.",
    ),
    row(
        "unknown-filter",
        Warning,
        Configuration,
        "A filter that the event does not have",
        "The platform passes over it, so that the event starts the workflow without that filter.",
    ),
    row("unknown-need", Error, WorkflowInvalid, "A job that waits for a job that is not there", "The platform refuses the file for it."),
    row(
        "unknown-scope",
        Warning,
        Permission,
        "A scope of the token that is not known",
        "The platform refuses scopes that it does not know. This list is dated: a scope may be newer than it.",
    ),
    row(
        "workflow-command-deprecated",
        Warning,
        Deprecated,
        "A workflow command that will be refused",
        "The runner warns at each use; what the command did is done by appending to a file now.",
    ),
    row(
        "workflow-command-disabled",
        Error,
        Deprecated,
        "A workflow command that the runner refuses",
        "The runner stops the step: what the command did is done by appending to a file now.",
    ),
    row(
        "working-directory-missing",
        Warning,
        MissingFile,
        "A working directory that is not in the repository",
        "The runner cannot start the shell there.",
    ),
    row(
        "yaml-syntax",
        Error,
        YamlSyntax,
        "The text is no YAML",
        "The platform cannot read the file, so that no job starts. The mistake stands at this place or a few lines above.",
    ),
];

/// Errors for which the platform does not refuse the file: it runs, and fails.
pub(super) const RUNS: &[&str] =
    &["action-input-missing", "action-refused", "runner-label-retired", "shell-syntax", "shell-unknown", "workflow-command-disabled"];

/// The checks that `schema` makes: syntax and structure.
pub(super) const STRUCTURE: &[&str] = &[
    "duplicate-key",
    "empty-step",
    "exclusive-filters",
    "invalid-id",
    "missing-key",
    "needs-cycle",
    "no-event",
    "unexpected-key",
    "unexpected-value",
    "unknown-need",
    "unknown-scope",
    "yaml-syntax",
];

/// The check of this id.
pub fn check(id: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.id == id)
}
