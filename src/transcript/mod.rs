//! Turns log files into jobs, steps and lines, each line with its way back to the source's bytes.

use std::ops::Range;
use std::time::Duration;

mod assemble;
mod clean;
#[cfg(test)]
mod corpus;
mod collect;
mod echo;
mod facts;
mod log_text;
mod marker;
mod outcome;
mod platform;
mod read;
mod records;
mod segment;
#[cfg(test)]
mod tests;

pub use log_text::{Line, LogText, Origin};
pub use read::{read, read_with};

use crate::archive::SourceKind;
use crate::text::{LineNumber, OperatingSystem, Problem, RepoPath, Timestamp};

/// A run as its logs tell it.
#[derive(Debug)]
pub struct Transcript {
    /// What kind of source it was read from.
    pub kind: SourceKind,
    /// What is known of the run as a whole.
    pub run: RunFacts,
    /// Its jobs, in the order of the source.
    pub jobs: Vec<Job>,
    /// Annotations that belong to no job: an invalid workflow file.
    pub annotations: Vec<Annotation>,
    /// What was odd.
    pub problems: Vec<Problem>,
}

/// What becomes of the text of a job that certainly succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GreenText {
    /// It is not kept: nothing in it can be a cause.
    Dropped,
    /// It is kept, to compare with.
    Kept,
}

/// What is known of a run as a whole; from a bundle's records, else from the logs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFacts {
    /// The run's id.
    pub id: Option<u64>,
    /// Its page.
    pub url: Option<String>,
    /// The workflow's name.
    pub workflow_name: Option<String>,
    /// The workflow's file.
    pub path: Option<RepoPath>,
    /// `owner/name` of the repository that ran it.
    pub repository: Option<String>,
    /// `owner/name` of the repository that the commit comes from.
    pub head_repository: Option<String>,
    /// The commit that ran, forty or sixty-four hexadecimal digits.
    pub head_sha: Option<String>,
    /// The branch that ran.
    pub head_branch: Option<String>,
    /// The event that started it.
    pub event: Option<String>,
    /// Counted from 1.
    pub attempt: Option<u32>,
    /// How it ended.
    pub conclusion: Option<Conclusion>,
    /// When it started.
    pub started_at: Option<Timestamp>,
}

/// How a run, job or step ended (the API's words; those that do not matter here are `Other`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conclusion {
    /// `success`.
    Success,
    /// `failure`, `startup_failure` and `timed_out`.
    Failure,
    /// `cancelled`: by a person, by concurrency, or by the job's own time limit.
    Cancelled,
    /// `skipped`.
    Skipped,
    /// Any other word.
    Other,
}

/// One job (one leg of a matrix).
#[derive(Debug)]
pub struct Job {
    /// The display name, whole where the log says it (`Complete job name:`), else as the source spells it:
    /// `caller / callee (leg, values)`.
    pub name: String,
    /// Its page.
    pub url: Option<String>,
    /// The job's id of the API.
    pub id: Option<u64>,
    /// How it ended, where a record says so.
    pub conclusion: Option<Conclusion>,
    /// What its set-up says about its surroundings.
    pub facts: JobFacts,
    /// Its text, cleaned; empty for a job that certainly succeeded.
    pub text: LogText,
    /// Its steps in order; their line ranges cover the text without a gap or an overlap.
    pub steps: Vec<Step>,
    /// What the platform noted about it outside its log.
    pub annotations: Vec<Annotation>,
}

/// What a job's set-up, `system.txt` and records say about its surroundings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFacts {
    /// The workflow file that defines the job (the called one for a reusable workflow), from `Job defined at:` or `Uses:`.
    pub defined_at: Option<DefinedAt>,
    /// The system of the runner.
    pub os: Option<OperatingSystem>,
    /// `ubuntu-24.04`: what the label meant that day.
    pub image: Option<String>,
    /// Version of the image.
    pub image_version: Option<String>,
    /// Version of the runner program.
    pub runner_version: Option<String>,
    /// The evaluated `runs-on`.
    pub labels: Vec<String>,
    /// The image of the job's container, when it runs in one.
    pub container: Option<String>,
    /// Effective permissions of `GITHUB_TOKEN`: scope as in a workflow (`contents`), access (`read`, `write`, `none`).
    pub permissions: Vec<(String, String)>,
    /// `Actions`, `Dependabot` or `None`.
    pub secret_source: Option<String>,
    /// The resolved actions.
    pub actions: Vec<ResolvedAction>,
    /// First stamp or record.
    pub started_at: Option<Timestamp>,
    /// Last stamp or record.
    pub completed_at: Option<Timestamp>,
}

impl JobFacts {
    /// How long the job ran.
    pub fn duration(&self) -> Option<Duration> {
        Some(self.completed_at?.since(self.started_at?))
    }
}

/// A workflow file at a ref, as the service names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedAt {
    /// `owner/name`.
    pub repository: String,
    /// The file.
    pub path: RepoPath,
    /// The ref or commit.
    pub reference: String,
}

/// An action as the runner resolved it: `Download action repository 'actions/checkout@v4' (SHA:…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedAction {
    /// `owner/name`, perhaps with a path.
    pub action: String,
    /// The ref that the workflow asked for.
    pub reference: String,
    /// The commit it meant.
    pub sha: Option<String>,
}

/// Something that the platform noted outside the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The file it points to; none where it points to no file (`.github`).
    pub path: Option<RepoPath>,
    /// The line it points to.
    pub line: Option<LineNumber>,
    /// How grave it is.
    pub level: AnnotationLevel,
    /// A heading such as `Invalid workflow file`.
    pub title: Option<String>,
    /// The text.
    pub message: String,
    /// The file inside the source that holds it.
    pub source: String,
}

/// How grave an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotationLevel {
    /// For information.
    Notice,
    /// A warning.
    Warning,
    /// An error.
    Failure,
}

/// One step of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The platform's number, where a file name or record says it; numbers have gaps and are no positions.
    pub number: Option<u32>,
    /// The display name, as far as the source says it: `Run pytest`, `Build`, `Post Run actions/checkout@v4`.
    pub name: Option<String>,
    /// What kind of step it is.
    pub kind: StepKind,
    /// The actions and scripts it ran, as the log echoes them: one for a plain step, several for a composite action.
    pub echoes: Vec<Echo>,
    /// Its lines, as indices into the job's text.
    pub lines: Range<usize>,
    /// How it ended, where a record says so.
    pub conclusion: Option<Conclusion>,
    /// Whether its own text says that it failed: an exit code, an error marker without a recorded success.
    pub failed: bool,
}

/// What kind of step it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// `Set up job`, `Initialize containers`, `Pre …`, and what stands before any step.
    Setup,
    /// A step of the workflow.
    Main,
    /// `Post …`, `Stop containers`.
    Post,
    /// `Complete job`.
    Complete,
    /// Not told by the source.
    Unknown,
}

/// What the log echoes when a script or an action starts: a group `Run …` whose lines are source, never output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echo {
    /// The first line behind `Run `: of the script, or `owner/name@ref`.
    pub title: String,
    /// The script, lines joined by `\n`; none for an action.
    pub script: Option<String>,
    /// The action, `owner/name[/path]@ref` or `./path`; none for a script.
    pub uses: Option<String>,
    /// `with:` as evaluated.
    pub with: Vec<(String, String)>,
    /// `env:` as evaluated.
    pub env: Vec<(String, String)>,
    /// The text behind `shell: `.
    pub shell: Option<String>,
    /// The echo's own lines, as indices into the job's text.
    pub lines: Range<usize>,
}

/// What kind of line it is. Only some can be a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// What a program wrote.
    Output,
    /// `##[error]…`, `::error …::…`, or `Error: …` in an excerpt.
    Error,
    /// `##[warning]…`, `[warning]…`.
    Warning,
    /// `##[notice]…`.
    Notice,
    /// `##[debug]…`.
    Debug,
    /// `##[group]…`: a heading.
    Group,
    /// `##[endgroup]`.
    EndGroup,
    /// A line of an echoed script, action or environment: source, never output.
    Echo,
    /// `##[command]…`, `[command]…`: a program about to start.
    Command,
    /// What a program wrote in a green run, too.
    Known,
    /// `##[section]…`, `##[start-action …]`, `##[end-action …]`, `##[add-matcher]…`.
    Marker,
}

impl Step {
    /// The exit code that the runner noted for it: of its script, else of its container or program.
    pub fn exit_code(&self, text: &LogText) -> Option<i32> {
        outcome::exit_code(self.lines.clone(), text)
    }
}

impl Conclusion {
    /// Reads the API's word; none for an empty one.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "" => return None,
            "success" => Self::Success,
            "failure" | "startup_failure" | "timed_out" => Self::Failure,
            "cancelled" => Self::Cancelled,
            "skipped" => Self::Skipped,
            _ => Self::Other,
        })
    }
}

impl LineKind {
    /// Whether a line of this kind can say why a step failed.
    pub const fn can_be_cause(self) -> bool {
        matches!(self, Self::Output | Self::Error)
    }
}
