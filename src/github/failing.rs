//! Which workflows fail now: the newest run of each decides, whatever failed before it.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Api, ApiError, Found, RepoName, Request, Wire, segment};
use crate::plan::OWN_BRANCHES;

/// The newest run of each workflow that failed, of a branch or of all together, the newest first. Own branches are left out.
///
/// # Errors
/// When GitHub cannot be reached or refuses.
pub fn failing_runs(wire: &mut dyn Wire, repo: &RepoName, branch: Option<&str>) -> Result<Vec<Found>, ApiError> {
    #[derive(Deserialize)]
    struct Page {
        workflow_runs: Vec<Found>,
    }
    let mut api = Api { wire, repo: repo.clone() };
    let branch = branch.map_or_else(String::new, |branch| format!("&branch={}", segment(branch)));
    let request = Request::get(api.below(&format!("/actions/runs?status=completed&per_page=100{branch}")));
    let page: Page = api.must(&request)?.json(&request.path)?;
    Ok(newest(page.workflow_runs))
}

fn newest(runs: Vec<Found>) -> Vec<Found> {
    let own = |run: &Found| run.head_branch.as_deref().is_some_and(|name| name.starts_with(OWN_BRANCHES));
    // A cancelled run says nothing about its workflow.
    let tells = |run: &Found| run.failed() || run.conclusion.as_deref() == Some("success");
    let mut seen = BTreeSet::new();
    let latest = runs.into_iter().filter(|run| !own(run) && tells(run)).filter(|run| seen.insert(run.path.clone()));
    latest.filter(Found::failed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_green_again_is_no_longer_failing() {
        let run = |id: u64, path: &str, branch: &str, conclusion: &str| -> Found {
            serde_json::from_value(serde_json::json!({"id": id, "path": path, "head_branch": branch, "conclusion": conclusion})).unwrap()
        };
        let runs = vec![
            run(9, "ci.yml", "auto-heal/workflow-ci-1", "failure"),
            run(8, "docs.yml", "main", "cancelled"),
            run(7, "ci.yml", "main", "success"),
            run(6, "docs.yml", "main", "timed_out"),
            run(5, "ci.yml", "main", "failure"),
            run(4, "docs.yml", "main", "failure"),
        ];
        assert_eq!(newest(runs).iter().map(|run| run.id).collect::<Vec<_>>(), [6]);
    }
}
