//! Turns what a developer has at hand — a zip, a folder, a text — into named log files.
//!
//! Only this folder names the `zip` crate. It reads bytes that the shell hands in and touches no file itself.

mod contents;
mod error;
mod grouping;
pub(crate) mod lines;
pub(crate) mod names;
mod open;
mod pack;
mod records;
pub(crate) mod sniff;
pub(crate) mod stamp;
#[cfg(test)]
mod tests;

pub use error::ArchiveError;
pub use open::open;
pub use pack::{jobs_without_text, packed, with_jobs};
pub use records::{AnnotationRecord, CheckOutputRecord, CheckRunRecord, JobRecord, Records, RepositoryRecord, RunRecord, StepRecord};

use self::contents::Contents;
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
    /// No log at all: the files of a checkout.
    Checkout,
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
    /// Where its texts are.
    contents: Contents,
}

impl Archive {
    /// Inflates one text.
    ///
    /// # Errors
    /// When the text is broken, or it brings the source beyond its limits; inflating stops there.
    pub fn read(&mut self, part: &Part) -> Result<Vec<u8>, ArchiveError> {
        self.contents.read(part.index)
    }
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
