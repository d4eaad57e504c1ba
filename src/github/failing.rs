//! Which workflows fail now: the newest run of each decides, whatever failed before it.

use std::collections::BTreeSet;

use super::fetch::completed;
use super::{ApiError, Found, RepoName, Wire};

/// The newest run of each workflow that failed, of a branch or of all together, the newest first. Own branches are left out.
///
/// # Errors
/// When GitHub cannot be reached or refuses.
pub fn failing_runs(wire: &mut dyn Wire, repo: &RepoName, branch: Option<&str>) -> Result<Vec<Found>, ApiError> {
    Ok(newest(completed(wire, repo, branch)?))
}

fn newest(runs: Vec<Found>) -> Vec<Found> {
    // A cancelled run says nothing about its workflow.
    let tells = |run: &Found| run.failed() || run.conclusion.as_deref() == Some("success");
    let mut seen = BTreeSet::new();
    let latest = runs.into_iter().filter(|run| !run.is_own() && tells(run)).filter(|run| seen.insert(run.path.clone()));
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
