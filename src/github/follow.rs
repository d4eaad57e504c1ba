//! After the merge, or before it: whether a pull request's own run went green. What still fails for the same cause becomes a draft.

use serde::Deserialize;
use serde_json::{Value, json};

use super::api::Api;
use super::fetch::Found;
use super::{ApiError, Listed, RepoName, Request, Wire, segment};
use crate::failure::Failure;
use crate::plan;
use crate::plan::Followed;
use crate::plan::marker::{Kind, Marker};
use crate::text::Fingerprint;

/// What a pull request's run says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// The run went green: the change heals.
    Green,
    /// It is not there yet, or still running.
    Waiting,
    /// It fails for the cause that the change was to heal.
    StillFails,
    /// It fails, and not for that cause.
    OtherFailure,
    /// Somebody closed it.
    Closed,
}

/// A pull request that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Visit {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// The causes that it heals.
    pub fingerprints: Vec<Fingerprint>,
    /// Whether it is merged.
    pub merged: bool,
    /// The run that tells.
    pub run: Option<u64>,
    /// What that says.
    pub health: Health,
}

/// Tells which causes a failed run has; the shell fetches and diagnoses it.
pub type Diagnose<'a> = &'a mut dyn FnMut(&mut dyn Wire, &Found) -> Result<Vec<Fingerprint>, Failure>;

/// Looks at every pull request of ours, the newest first; what a look finds is written down there once.
///
/// # Errors
/// When GitHub cannot be reached or refuses.
pub fn follow(wire: &mut dyn Wire, repo: &RepoName, label: &str, diagnose: Diagnose<'_>) -> Result<Vec<Visit>, Failure> {
    let mut api = Api { wire, repo: repo.clone() };
    let mut visits = Vec::new();
    for item in api.labelled(label)? {
        let marker = Marker::read(item.text()).filter(|marker| marker.kind == Kind::Pull && item.pull_request.is_some());
        if let Some(marker) = marker {
            visits.push(visit(&mut api, &marker, item.number, diagnose)?);
        }
    }
    Ok(visits)
}

fn visit(api: &mut Api<'_>, marker: &Marker, number: u64, diagnose: Diagnose<'_>) -> Result<Visit, Failure> {
    let pull = api.pull(number)?;
    let merged = pull.merged_at.is_some();
    let mut visit =
        Visit { number, url: pull.html_url.clone(), fingerprints: marker.fingerprints.clone(), merged, run: None, health: Health::Waiting };
    if !merged && !pull.is_open() {
        visit.health = Health::Closed;
        return Ok(visit);
    }
    let merge = pull.merge_commit_sha.clone().filter(|_| merged);
    let sha = merge.or_else(|| pull.head.as_ref().map(|head| head.sha.clone()));
    let Some(run) = sha.map(|sha| run_of(api, &sha, marker)).transpose()?.flatten() else { return Ok(visit) };
    visit.run = Some(run.id);
    if !run.is_complete() {
        return Ok(visit);
    }
    let before = Followed::read(pull.text()).filter(|followed| followed.run == run.id);
    visit.health = match (run.conclusion.as_deref(), &before) {
        (Some("success"), _) => Health::Green,
        (_, Some(followed)) if followed.still_fails => Health::StillFails,
        (_, Some(_)) => Health::OtherFailure,
        _ if run.failed() => {
            let found = diagnose(api.wire, &run)?;
            let same = found.iter().any(|fingerprint| marker.names(fingerprint));
            if same { Health::StillFails } else { Health::OtherFailure }
        }
        _ => Health::Waiting,
    };
    if visit.health == Health::StillFails && pull.is_open() && !pull.draft {
        into_draft(api, &pull)?;
    }
    if before.is_none() && visit.health != Health::Waiting {
        note(api, &pull, &visit, run.id)?;
    }
    Ok(visit)
}

/// The newest run of the workflow on a commit.
fn run_of(api: &mut Api<'_>, sha: &str, marker: &Marker) -> Result<Option<Found>, Failure> {
    #[derive(Deserialize)]
    struct Page {
        workflow_runs: Vec<Found>,
    }
    let request = Request::get(api.below(&format!("/actions/runs?head_sha={}&per_page=100", segment(sha))));
    let page: Page = api.must(&request)?.json(&request.path)?;
    let same = |run: &Found| marker.workflow.as_deref().is_none_or(|path| run.path.split('@').next() == Some(path));
    Ok(page.workflow_runs.into_iter().filter(same).max_by_key(|run| run.id))
}

/// A failed fix is taken back: as a draft it cannot be merged by a click.
fn into_draft(api: &mut Api<'_>, pull: &Listed) -> Result<(), Failure> {
    let query = "mutation($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { isDraft } } }";
    let request = Request::graphql(json!({"query": query, "variables": {"id": pull.node_id}}));
    let value: Value = api.must(&request)?.json(&request.path)?;
    match value.get("errors").and_then(|errors| errors.get(0)?.get("message")?.as_str()) {
        // A repository without drafts: the comment says enough.
        Some(words) if words.to_ascii_lowercase().contains("draft") => Ok(()),
        Some(words) => Err(ApiError::Refused { path: "POST /graphql".to_owned(), status: 200, message: words.to_owned() }.into()),
        None => Ok(()),
    }
}

/// Writes down what a run said, once; a person is told in a comment when the change does not heal.
fn note(api: &mut Api<'_>, pull: &Listed, visit: &Visit, run: u64) -> Result<(), Failure> {
    let site = api.repo.site();
    let words = match visit.health {
        Health::Green => "went green: the change heals",
        Health::StillFails => "still fails for the same cause",
        _ => "fails for another cause",
    };
    let followed = Followed { run, still_fails: visit.health == Health::StillFails };
    let body = followed.within(pull.text(), words, &site);
    if plan::fits(&body) {
        api.change_issue(pull.number, json!({"body": body}))?;
    }
    if followed.still_fails {
        api.comment(pull.number, &plan::comment_still_failing(run, &site))?;
    }
    Ok(())
}
