//! Turns a bundle's JSON files into records of the run, its jobs and what the platform noted about them.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::lines;
use crate::text::Problem;

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
    #[serde(alias = "databaseId")]
    pub id: Option<u64>,
    /// The workflow's name; the file's path for an invalid workflow.
    pub name: Option<String>,
    /// `.github/workflows/ci.yml`, sometimes followed by `@ref`.
    pub path: Option<String>,
    /// The commit that ran.
    #[serde(alias = "headSha")]
    pub head_sha: Option<String>,
    /// The branch that ran.
    #[serde(alias = "headBranch")]
    pub head_branch: Option<String>,
    /// The event that started it.
    pub event: Option<String>,
    /// Counted from 1.
    #[serde(alias = "attempt")]
    pub run_attempt: Option<u32>,
    /// How it ended.
    pub conclusion: Option<String>,
    /// Its page.
    pub html_url: Option<String>,
    /// RFC 3339.
    #[serde(alias = "startedAt")]
    pub run_started_at: Option<String>,
    /// RFC 3339.
    #[serde(alias = "createdAt")]
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
    #[serde(alias = "databaseId")]
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
    #[serde(alias = "startedAt")]
    pub started_at: Option<String>,
    /// RFC 3339.
    #[serde(alias = "completedAt")]
    pub completed_at: Option<String>,
    /// Counted from 1.
    #[serde(alias = "attempt")]
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
    #[serde(alias = "startedAt")]
    pub started_at: Option<String>,
    /// RFC 3339.
    #[serde(alias = "completedAt")]
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
    /// The file inside the source that holds it.
    #[serde(skip)]
    pub source: String,
    /// `Invalid workflow file` for one that the platform rejected.
    pub title: Option<String>,
}

/// A check run, as the API gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct CheckRunRecord {
    /// Its id.
    #[serde(alias = "databaseId")]
    pub id: Option<u64>,
    /// The job's name, or the workflow file's path for one that the platform rejected.
    pub name: Option<String>,
    /// How it ended.
    pub conclusion: Option<String>,
    /// Title, summary and text.
    pub output: Option<CheckOutputRecord>,
    /// The file inside the source that holds it.
    #[serde(skip)]
    pub source: String,
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

/// Which record a bundle's file holds; none for any other file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordFile {
    Run,
    Jobs,
    CheckRuns,
    Annotations(Option<u64>),
}

impl RecordFile {
    /// Tells a bundle's files by name: `run.json`, `jobs.json` (or pages `jobs-2.json`), `check-runs.json`, `annotations/<job id>.json`.
    pub(super) fn of(path: &str) -> Option<Self> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = file.strip_suffix(".json")?;
        let is_page = |name: &str| stem.strip_prefix(name).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'-'));
        match folder {
            "annotations" => Some(Self::Annotations(stem.parse().ok())),
            "" if stem == "run" => Some(Self::Run),
            "" if is_page("jobs") => Some(Self::Jobs),
            "" if is_page("check-runs") => Some(Self::CheckRuns),
            "" => stem.strip_prefix("annotations").map(|id| Self::Annotations(id.trim_start_matches('-').parse().ok())),
            _ => None,
        }
    }
}

impl Records {
    /// Adds what a file says; what cannot be read becomes a problem.
    pub(super) fn add(&mut self, file: RecordFile, path: &str, bytes: &[u8], problems: &mut Vec<Problem>) {
        let text = lines::decode(bytes);
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = Reader { path, problems };
        // `gh api --paginate` writes one document after the other.
        for document in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
            match document {
                Ok(document) => self.add_document(file, document, &mut reader),
                Err(error) => {
                    reader.complain(&error);
                    return;
                }
            }
        }
    }

    fn add_document(&mut self, file: RecordFile, mut document: Value, reader: &mut Reader<'_>) {
        without_nulls(&mut document);
        match file {
            RecordFile::Run => {
                let jobs = document.get("jobs").is_some().then(|| document.clone());
                self.jobs.extend(jobs.into_iter().flat_map(|jobs| items(jobs, "jobs")).filter_map(|job| reader.read(job)));
                self.run = reader.read(document).or(self.run.take());
            }
            RecordFile::Jobs => self.jobs.extend(items(document, "jobs").into_iter().filter_map(|job| reader.read(job))),
            RecordFile::CheckRuns => self.check_runs.extend(items(document, "check_runs").into_iter().filter_map(|run| {
                let mut run: CheckRunRecord = reader.read(run)?;
                reader.path.clone_into(&mut run.source);
                Some(run)
            })),
            RecordFile::Annotations(id) => self.annotations.extend(items(document, "annotations").into_iter().filter_map(|note| {
                let mut note: AnnotationRecord = reader.read(note)?;
                reader.path.clone_into(&mut note.source);
                Some((id, note))
            })),
        }
    }
}

/// Where a record comes from, and where its oddities go.
struct Reader<'a> {
    path: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn read<T: DeserializeOwned>(&mut self, value: Value) -> Option<T> {
        serde_json::from_value(value).map_err(|error| self.complain(&error)).ok()
    }

    fn complain(&mut self, error: &serde_json::Error) {
        self.problems.push(Problem::new(self.path, format!("is no record as the API gives it: {error}")));
    }
}

/// The records of a document: an object that holds a list under `key`, a list of records, or a list of such pages.
fn items(document: Value, key: &str) -> Vec<Value> {
    match document {
        Value::Array(list) => list
            .into_iter()
            .flat_map(|item| match item {
                Value::Array(page) => page,
                Value::Object(ref fields) if fields.contains_key(key) => items(item, key),
                other => vec![other],
            })
            .collect(),
        Value::Object(mut fields) => match fields.remove(key) {
            Some(Value::Array(list)) => list,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Drops fields that are null: the API writes `null` where a field has no value.
fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(without_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(without_nulls),
        _ => {}
    }
}
