//! A run, from GitHub into a bundle: its records, its logs, what the platform noted, the workflow that ran.

mod shelf;
mod standing;

pub use shelf::Shelf;
pub use standing::{repositories_of, standing_failures};

use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Api, refusal};
use super::{ApiError, Client, RepoName, Request, Wire, segment};
use crate::archive;
use crate::failure::{Failure, Kind};
use crate::plan::OWN_BRANCHES;

/// Pages of a list that are read.
const PAGES: u32 = 40;

/// Bytes of a run's logs that are fetched at most.
const LARGEST_LOGS: u64 = 4 << 30;

/// Bytes of a workflow's file.
const LARGEST_WORKFLOW: usize = 1 << 20;

/// Conclusions of a run or job that failed, as gh counts them, and `cancelled`: so a job that ran into its limit ends.
const FAILED: &[&str] = &["failure", "timed_out", "startup_failure", "cancelled", "action_required"];

/// Which run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// This one.
    Id(u64),
    /// The newest failed one of a branch, or of any.
    Newest(Option<String>),
}

/// A run that was found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Found {
    /// Its id.
    pub id: u64,
    /// Counted from 1.
    #[serde(default = "one")]
    pub run_attempt: u32,
    /// The workflow's name.
    #[serde(default)]
    pub name: Option<String>,
    /// The workflow's file.
    #[serde(default)]
    pub path: String,
    /// The commit.
    #[serde(default)]
    pub head_sha: String,
    /// The branch.
    #[serde(default)]
    pub head_branch: Option<String>,
    /// `completed`, else it is still running.
    #[serde(default)]
    pub status: Option<String>,
    /// How it ended.
    #[serde(default)]
    pub conclusion: Option<String>,
}

const fn one() -> u32 {
    1
}

impl Found {
    /// Whether it failed.
    pub fn failed(&self) -> bool {
        self.conclusion.as_deref().is_some_and(|word| FAILED.contains(&word) && word != "cancelled")
    }

    /// Whether it ran on a branch that a heal made.
    pub fn is_own(&self) -> bool {
        self.head_branch.as_deref().is_some_and(|name| name.starts_with(OWN_BRANCHES))
    }

    /// Whether it ended.
    pub fn is_complete(&self) -> bool {
        self.status.as_deref().is_none_or(|status| status == "completed")
    }
}

#[derive(Debug, Deserialize)]
struct Job {
    id: u64,
    name: String,
    #[serde(default)]
    conclusion: Option<String>,
}

/// The runs of a branch that failed, the newest first; of any branch without one. Our own branches are left out.
///
/// # Errors
/// When GitHub cannot be reached or refuses.
pub fn failed_runs(wire: &mut dyn Wire, repo: &RepoName, branch: Option<&str>) -> Result<Vec<Found>, Failure> {
    let runs = completed(wire, repo, branch)?;
    Ok(runs.into_iter().filter(|run| run.failed() && !run.is_own()).collect())
}

/// The newest hundred runs of a branch, or of any, that ended.
///
/// # Errors
/// When GitHub cannot be reached or refuses.
pub(super) fn completed(wire: &mut dyn Wire, repo: &RepoName, branch: Option<&str>) -> Result<Vec<Found>, ApiError> {
    #[derive(Deserialize)]
    struct Page {
        workflow_runs: Vec<Found>,
    }
    let mut api = Api { wire, repo: repo.clone() };
    let branch = branch.map_or_else(String::new, |branch| format!("&branch={}", segment(branch)));
    let request = Request::get(api.below(&format!("/actions/runs?status=completed&per_page=100{branch}")));
    let page: Page = api.must(&request)?.json(&request.path)?;
    Ok(page.workflow_runs)
}

/// Finds the run that is meant.
///
/// # Errors
/// When there is none, or it is still running.
pub fn find(wire: &mut dyn Wire, repo: &RepoName, which: &Which, attempt: Option<u32>) -> Result<(Found, Value), Failure> {
    let id = match which {
        Which::Id(id) => *id,
        Which::Newest(branch) => {
            let runs = failed_runs(wire, repo, branch.as_deref())?;
            let place = branch.as_ref().map_or_else(|| repo.to_string(), |branch| format!("the branch {branch} of {repo}"));
            runs.first().map(|run| run.id).ok_or_else(|| {
                Failure::new(Kind::Source, format!("no run of {place} failed lately"))
                    .hint("name a run: `gh run list`, or another branch: --branch NAME")
            })?
        }
    };
    let (found, record) = read(wire, repo, id, attempt)?;
    if found.is_complete() { Ok((found, record)) } else { Err(unfinished(&found)) }
}

/// Finds a run of which something failed already, though it may go on: what a later job of the same run can read of it.
///
/// # Errors
/// When there is none, or it is running and nothing in it has failed so far.
pub fn find_so_far(wire: &mut dyn Wire, repo: &RepoName, id: u64, attempt: Option<u32>) -> Result<(Found, Value), Failure> {
    let (found, record) = read(wire, repo, id, attempt)?;
    if found.is_complete() {
        return Ok((found, record));
    }
    let mut api = Api { wire, repo: repo.clone() };
    let request = Request::get(api.below(&format!("/actions/runs/{id}/attempts/{}/jobs?per_page=100&page=1", found.run_attempt)));
    let jobs: Value = api.must(&request)?.json(&request.path)?;
    let conclusion = |value: &Value| value.get("conclusion").and_then(Value::as_str).is_some_and(|word| FAILED.contains(&word));
    let steps = |job: &Value| job.get("steps").and_then(Value::as_array).is_some_and(|steps| steps.iter().any(conclusion));
    let jobs = jobs.get("jobs").and_then(Value::as_array);
    let failed = jobs.is_some_and(|jobs| jobs.iter().any(|job| conclusion(job) || steps(job)));
    if failed { Ok((found, record)) } else { Err(unfinished(&found)) }
}

fn unfinished(found: &Found) -> Failure {
    let (id, status) = (found.id, found.status.as_deref().unwrap_or("running"));
    Failure::new(Kind::Source, format!("run {id} is still {}: its logs come when it is complete", status.replace('_', " ")))
        .hint(format!("wait for it: `gh run watch {id}`"))
}

fn read(wire: &mut dyn Wire, repo: &RepoName, id: u64, attempt: Option<u32>) -> Result<(Found, Value), Failure> {
    let mut api = Api { wire, repo: repo.clone() };
    let attempt = attempt.map_or_else(String::new, |attempt| format!("/attempts/{attempt}"));
    let request = Request::get(api.below(&format!("/actions/runs/{id}{attempt}")));
    let Some(reply) = api.maybe(&request)? else {
        return Err(Failure::new(Kind::Source, format!("{repo} has no run {id}{attempt}, or this token may not see it"))
            .hint("check the number: `gh run list`, and the repository: -R OWNER/NAME"));
    };
    Ok((reply.json(&request.path)?, reply.json(&request.path)?))
}

/// One fetch.
pub struct Fetch<'a> {
    /// The way to GitHub.
    pub client: &'a mut Client,
    /// The repository.
    pub repo: RepoName,
    /// Where the files go.
    pub shelf: &'a mut Shelf,
    /// Hears what is being fetched.
    pub told: &'a dyn Fn(&str),
    /// What a reader must know besides.
    pub notes: Vec<String>,
}

impl std::fmt::Debug for Fetch<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Fetch").field("repo", &self.repo).finish_non_exhaustive()
    }
}

impl Fetch<'_> {
    /// Fetches everything of a run that is not on the shelf yet.
    ///
    /// # Errors
    /// When GitHub cannot be reached or a file not written; what is on the shelf stays there for the next try.
    pub fn run(&mut self, found: &Found, record: &Value) -> Result<(), Failure> {
        self.shelf.put("run.json", record.to_string().as_bytes())?;
        let jobs = self.jobs(found)?;
        self.logs(found, &jobs)?;
        self.annotations(&jobs)?;
        self.check_runs(found, jobs.is_empty())?;
        self.workflow(found)
    }

    fn api(&mut self) -> Api<'_> {
        Api { wire: self.client, repo: self.repo.clone() }
    }

    /// All pages of a list, as one document.
    fn pages(&mut self, path: &str, key: &str) -> Result<Option<Value>, Failure> {
        let (mut all, mut page) = (Vec::new(), 1);
        loop {
            let mut api = self.api();
            let request = Request::get(api.below(&format!("{path}?per_page=100&page={page}")));
            let Some(reply) = api.maybe(&request)? else { return Ok(None) };
            let mut value: Value = reply.json(&request.path)?;
            match (value.get_mut(key).map(Value::take), value) {
                (Some(Value::Array(list)), _) | (None, Value::Array(list)) => all.extend(list),
                _ => {
                    return Err(ApiError::NotJson { path: path.to_owned(), reason: format!("it holds no list `{key}`") }.into());
                }
            }
            match reply.next_page().filter(|next| *next > page && *next <= PAGES) {
                Some(next) => page = next,
                None => return Ok(Some(Value::Array(all))),
            }
        }
    }

    fn jobs(&mut self, found: &Found) -> Result<Vec<Job>, Failure> {
        if !self.shelf.has("jobs.json") {
            (self.told)("the jobs");
            let path = format!("/actions/runs/{}/attempts/{}/jobs", found.id, found.run_attempt);
            let list = self.pages(&path, "jobs")?.unwrap_or_else(|| json!([]));
            let count = list.as_array().map_or(0, Vec::len);
            self.shelf.put("jobs.json", json!({"total_count": count, "jobs": list}).to_string().as_bytes())?;
        }
        #[derive(Deserialize)]
        struct Jobs {
            jobs: Vec<Job>,
        }
        let text = self.shelf.read("jobs.json")?;
        let jobs: Jobs =
            serde_json::from_slice(&text).map_err(|error| ApiError::NotJson { path: "the jobs".to_owned(), reason: error.to_string() })?;
        Ok(jobs.jobs)
    }

    /// The archive of the whole run; jobs that it lacks one by one.
    fn logs(&mut self, found: &Found, jobs: &[Job]) -> Result<(), Failure> {
        if self.shelf.has("logs.zip") || jobs.is_empty() {
            return Ok(());
        }
        (self.told)("the logs");
        let path = format!("/actions/runs/{}/attempts/{}/logs", found.id, found.run_attempt);
        let zip = self.download(&path, "logs.zip.whole")?;
        let failed: Vec<&Job> = jobs.iter().filter(|job| job.conclusion.as_deref().is_some_and(|word| FAILED.contains(&word))).collect();
        let wanted: Vec<String> = failed.iter().map(|job| job.name.clone()).collect();
        let missing = match &zip {
            Some(zip) => archive::jobs_without_text(zip, &wanted).map_err(Failure::from)?,
            None => wanted,
        };
        let mut fetched = Vec::new();
        for job in failed.iter().filter(|job| missing.contains(&job.name)) {
            (self.told)(&format!("the log of {}", job.name));
            match self.download(&format!("/actions/jobs/{}/logs", job.id), &format!("job-{}.txt", job.id))? {
                Some(text) => fetched.push((job.name.clone(), text)),
                // A run that expired as a whole has no job's log either.
                None if zip.is_none() => break,
                None => self.notes.push(format!("The log of the job {} is not there (any more).", job.name)),
            }
        }
        match (zip, fetched.is_empty()) {
            (Some(zip), true) => self.shelf.put("logs.zip", &zip)?,
            (None, true) => self.notes.push("The logs of this run have expired; the rest was fetched.".to_owned()),
            (zip, false) => {
                let whole = archive::with_jobs(zip, &fetched).map_err(Failure::from)?;
                self.shelf.put("logs.zip", &whole)?;
            }
        }
        self.shelf.forget(&["logs.zip.whole"])?;
        for job in &failed {
            self.shelf.forget(&[&format!("job-{}.txt", job.id)])?;
        }
        Ok(())
    }

    /// A file behind a redirect; none when it is not there any more. What came whole before is not fetched again.
    fn download(&mut self, path: &str, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        if self.shelf.has(name) {
            return self.shelf.read(name).map(Some);
        }
        let request = Request::get(format!("{}{path}", self.repo.path())).at_most(LARGEST_LOGS);
        let mut file = self.shelf.begin(name)?;
        let told = self.told;
        let reply = self.client.download(&request, &mut file, &|bytes| told(&format!("the logs, {} MB so far", bytes >> 20)))?;
        match reply.status {
            200..=299 => {
                self.shelf.finish(name, file)?;
                self.shelf.read(name).map(Some)
            }
            404 | 410 => Ok(None),
            _ => Err(refusal(&request, &reply).into()),
        }
    }

    fn annotations(&mut self, jobs: &[Job]) -> Result<(), Failure> {
        for job in jobs.iter().filter(|job| !matches!(job.conclusion.as_deref(), Some("success" | "skipped"))) {
            if !self.annotations_of(job.id)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The annotations of a job or check run; whether others are worth asking for.
    fn annotations_of(&mut self, id: u64) -> Result<bool, Failure> {
        let name = format!("annotations/{id}.json");
        if self.shelf.has(&name) {
            return Ok(true);
        }
        (self.told)("the annotations");
        match self.pages(&format!("/check-runs/{id}/annotations"), "annotations") {
            Ok(list) => self.shelf.put(&name, list.unwrap_or_else(|| json!([])).to_string().as_bytes()).map(|()| true),
            Err(failure) if failure.message.contains("with 403") => {
                self.notes.push("This token may not read annotations (checks: read); the rest was fetched.".to_owned());
                Ok(false)
            }
            Err(failure) => Err(failure),
        }
    }

    /// What the platform says about the commit: an invalid workflow file has no job to say it.
    fn check_runs(&mut self, found: &Found, without_jobs: bool) -> Result<(), Failure> {
        let sound = found.head_sha.bytes().all(|byte| byte.is_ascii_hexdigit()) && !found.head_sha.is_empty();
        if self.shelf.has("check-runs.json") || !sound {
            return Ok(());
        }
        (self.told)("the checks of the commit");
        let list = match self.pages(&format!("/commits/{}/check-runs", found.head_sha), "check_runs") {
            Err(failure) if failure.message.contains("with 403") => return Ok(()),
            list => list?.unwrap_or_else(|| json!([])),
        };
        if without_jobs {
            let failed =
                list.as_array().into_iter().flatten().filter(|run| run.get("conclusion").and_then(Value::as_str) == Some("failure"));
            for id in failed.filter_map(|run| run.get("id").and_then(Value::as_u64)).take(20) {
                self.annotations_of(id)?;
            }
        }
        self.shelf.put("check-runs.json", json!({"check_runs": list}).to_string().as_bytes())
    }

    /// The workflow as it ran.
    fn workflow(&mut self, found: &Found) -> Result<(), Failure> {
        let path = found.path.split('@').next().unwrap_or("");
        let Ok(path) = crate::text::RepoPath::new(path) else { return Ok(()) };
        let name = format!("workflow/{}", path.file_name());
        if self.shelf.has(&name) || !path.is_workflow() {
            return Ok(());
        }
        (self.told)("the workflow");
        let segments: Vec<String> = path.as_str().split('/').map(segment).collect();
        let mut api = self.api();
        let request = Request::get(api.below(&format!("/contents/{}?ref={}", segments.join("/"), segment(&found.head_sha))));
        let Some(reply) = api.maybe(&request)? else { return Ok(()) };
        let value: Value = reply.json(&request.path)?;
        let text = value.get("content").and_then(Value::as_str).and_then(decoded).filter(|text| text.len() <= LARGEST_WORKFLOW);
        text.map_or(Ok(()), |text| self.shelf.put(&name, &text))
    }
}

/// Base 64, with the line ends that the API puts in.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_decoded() {
        assert_eq!(decoded("bmFtZTog\nY2kK").as_deref(), Some(&b"name: ci\n"[..]));
        assert_eq!(decoded("YQ==").as_deref(), Some(&b"a"[..]));
        assert_eq!(decoded("no*"), None);
    }
}
