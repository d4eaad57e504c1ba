//! Turns what a developer has at hand — a zip, a folder, a text — into named log files.
//!
//! Only this folder names the `zip` crate. It reads bytes that the shell hands in and touches no file itself.

use crate::text::Problem;

/// What the shell read, not yet looked at.
#[derive(Debug)]
pub enum Input {
    /// One file, or standard input: a zip or any of the texts; told apart by its bytes, never by its name.
    File {
        /// The name it was given under, for messages.
        name: String,
        /// The whole of it.
        bytes: Vec<u8>,
    },
    /// A folder: an unpacked archive or a bundle.
    Folder {
        /// The name it was given under, for messages.
        name: String,
        /// Every regular file below it: path with `/`, and content.
        files: Vec<(String, Vec<u8>)>,
    },
}

/// How much is read before the source is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of log text altogether, inflated.
    pub total: u64,
    /// Bytes of one line.
    pub line: u64,
    /// Entries of a zip, or files of a folder.
    pub entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { total: 2 << 30, line: 100 << 20, entries: 100_000 }
    }
}

/// What kind of source it turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A run-log archive.
    Zip,
    /// An unpacked run-log archive.
    Folder,
    /// A folder with `logs.zip`, `run.json`, `jobs.json`, annotations: whatever is there.
    Bundle,
    /// One job's raw log, with stamps.
    Log,
    /// The text of `gh run view --log` or `--log-failed`.
    GhLog,
    /// Text without stamps, pasted from the web page or from an issue.
    Excerpt,
}

/// A source whose directory is known and whose texts are inflated one at a time, when asked for.
#[derive(Debug)]
pub struct Archive {
    /// What kind of source it is.
    pub kind: SourceKind,
    /// The name it was given under.
    pub name: String,
    /// Its jobs' texts; where the source holds a job twice (step files and a job file), one copy is listed: the step files.
    pub jobs: Vec<JobParts>,
    /// What the API said about the run, where a bundle brought it.
    pub records: Records,
    /// What was odd.
    pub problems: Vec<Problem>,
}

/// The texts of one job, in the order of its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobParts {
    /// The job's name as the source spells it; none where the source is one text.
    pub name: Option<String>,
    /// Its texts.
    pub parts: Vec<Part>,
}

/// One text inside the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its path inside the source, as the source spells it.
    pub name: String,
    /// What its place in the source says about it.
    pub role: Role,
    /// Where the archive finds it again.
    index: usize,
}

/// What a file's place in the archive says about it (`facts`: run archives of 2022–2026, three shapes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// `<ordinal>_<job>.txt` at the top: a whole job. The ordinal says nothing about the job's id.
    Job {
        /// The job's name as the file spells it: cut and stripped by the platform.
        job: String,
    },
    /// `<job>/<number>_<step>.txt`: one step.
    Step {
        /// The job's name as the folder spells it.
        job: String,
        /// The step's number: `steps[].number` of the API; it has gaps.
        number: u32,
        /// The step's name as the file spells it.
        step: String,
    },
    /// `<job>/system.txt`: what the service noted before the runner started.
    System {
        /// The job's name as the folder spells it.
        job: String,
    },
    /// A text that is the whole source, or one that follows no pattern.
    Text,
}

/// What the API says about a run; a bundle holds any part of it.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// `run.json`: `GET /repos/{owner}/{repo}/actions/runs/{id}`.
    pub run: Option<RunRecord>,
    /// `jobs.json`: `GET …/runs/{id}/jobs`, all pages.
    pub jobs: Vec<JobRecord>,
    /// `annotations/*.json`: `GET …/check-runs/{job id}/annotations`, each with the job's id where the file name tells it.
    pub annotations: Vec<(Option<u64>, AnnotationRecord)>,
    /// Annotations that `check-runs.json` itself carries for invalid workflow files (title and text of its output).
    pub check_runs: Vec<CheckRunRecord>,
}

/// The run, as the API gives it: fields that are missing stay empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct RunRecord {
    /// The run's id.
    pub id: Option<u64>,
    /// The workflow's name; the file's path for an invalid workflow.
    pub name: Option<String>,
    /// `.github/workflows/ci.yml`, sometimes followed by `@ref`.
    pub path: Option<String>,
    /// The commit that ran.
    pub head_sha: Option<String>,
    /// The branch that ran.
    pub head_branch: Option<String>,
    /// The event that started it.
    pub event: Option<String>,
    /// Counted from 1.
    pub run_attempt: Option<u32>,
    /// How it ended.
    pub conclusion: Option<String>,
    /// Its page.
    pub html_url: Option<String>,
    /// RFC 3339.
    pub run_started_at: Option<String>,
    /// RFC 3339.
    pub created_at: Option<String>,
    /// The repository that ran it.
    pub repository: Option<RepositoryRecord>,
    /// The repository that the commit comes from: another one for a fork.
    pub head_repository: Option<RepositoryRecord>,
}

/// A repository, as the API gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct RepositoryRecord {
    /// `owner/name`.
    pub full_name: Option<String>,
    /// The default branch, where the record is a full one.
    pub default_branch: Option<String>,
}

/// A job, as the API gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct JobRecord {
    /// The job's id, which is its check-run id too.
    pub id: Option<u64>,
    /// The display name.
    pub name: String,
    /// `success`, `failure`, `cancelled`, `skipped`, `timed_out`, …
    pub conclusion: Option<String>,
    /// The evaluated `runs-on`.
    pub labels: Vec<String>,
    /// Empty when no runner took it.
    pub runner_name: Option<String>,
    /// RFC 3339.
    pub started_at: Option<String>,
    /// RFC 3339.
    pub completed_at: Option<String>,
    /// Counted from 1.
    pub run_attempt: Option<u32>,
    /// Its page.
    pub html_url: Option<String>,
    /// Its steps.
    pub steps: Vec<StepRecord>,
}

/// A step, as the API gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct StepRecord {
    /// The display name.
    pub name: String,
    /// As in file names of the archive; it has gaps.
    pub number: u32,
    /// `success`, `failure`, `cancelled`, `skipped`.
    pub conclusion: Option<String>,
    /// RFC 3339.
    pub started_at: Option<String>,
    /// RFC 3339.
    pub completed_at: Option<String>,
}

/// An annotation, as the API gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct AnnotationRecord {
    /// A file of the repository, or `.github` for none.
    pub path: Option<String>,
    /// From 1.
    pub start_line: Option<u32>,
    /// `notice`, `warning` or `failure`.
    pub annotation_level: Option<String>,
    /// The text.
    pub message: Option<String>,
    /// `Invalid workflow file` for one that the platform rejected.
    pub title: Option<String>,
}

/// A check run, as the API gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct CheckRunRecord {
    /// Its id.
    pub id: Option<u64>,
    /// The job's name, or the workflow file's path for one that the platform rejected.
    pub name: Option<String>,
    /// How it ended.
    pub conclusion: Option<String>,
    /// Title, summary and text.
    pub output: Option<CheckOutputRecord>,
}

/// A check run's output, as the API gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct CheckOutputRecord {
    /// One line.
    pub title: Option<String>,
    /// Some lines.
    pub summary: Option<String>,
    /// More.
    pub text: Option<String>,
}

/// Why a source cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// Looks like a zip, but its directory cannot be read.
    #[error("{name} is not a complete zip archive: {reason}")]
    BrokenZip {
        /// The source.
        name: String,
        /// What the reader said.
        reason: String,
    },
    /// An entry needs a password.
    #[error("{name} is encrypted: `{entry}` needs a password, which run logs never do")]
    Encrypted {
        /// The source.
        name: String,
        /// The entry.
        entry: String,
    },
    /// A readable zip or folder that holds no log.
    #[error("{name} holds no run log: found {found}, expected `<job>/<n>_<step>.txt` or `<n>_<job>.txt`")]
    NoLogs {
        /// The source.
        name: String,
        /// What is there instead.
        found: String,
    },
    /// More than the limits allow.
    #[error("{name} is too large: {what} is more than {limit}")]
    TooLarge {
        /// The source.
        name: String,
        /// What grew too large.
        what: String,
        /// The limit, as a person reads it.
        limit: String,
    },
    /// Nothing in it.
    #[error("{name} is empty: expected a run log")]
    Empty {
        /// The source.
        name: String,
    },
    /// Bytes that are neither a zip nor text.
    #[error("{name} is neither a zip archive nor a text: it starts with {start}")]
    NotText {
        /// The source.
        name: String,
        /// Its first bytes, written out.
        start: String,
    },
}

/// Opens a source: tells its kind, reads its directory, groups its texts by job.
///
/// # Errors
/// When it is no run log in any form, broken, encrypted, empty or beyond the limits.
pub fn open(input: Input, limits: Limits) -> Result<Archive, ArchiveError> {
    let _ = limits;
    let (Input::File { name, .. } | Input::Folder { name, .. }) = input;
    Err(ArchiveError::Empty { name })
}
