//! What is sent, in which order, and what stays as it is.

use super::{heal, healed, publish};

#[test]
fn a_first_publishing_opens_branch_issue_and_pull_request() {
    let (github, repo, branch) = healed();
    let said = publish(&github, &repo, &[]).ends(0);
    let made = said.json();
    assert_eq!(made["pushed"], true, "{made}");
    assert_eq!(github.tip(&branch).as_deref(), Some(repo.git(&["rev-parse", &branch]).as_str()));
    let state = github.state();
    assert_eq!(state.issues.len(), 2);
    let (issue, pull) = (&state.issues[&1], &state.issues[&2]);
    assert_eq!(issue["title"], "[Auto-Heal] Workflow Failure: CI");
    assert_eq!(pull["title"], "[Auto-Heal] Fix workflow: CI");
    assert!(pull["body"].as_str().unwrap().contains("Fixes #1."));
    assert_eq!(state.pulls[&2]["draft"], true, "it needs a review");
    assert_eq!(state.pulls[&2]["base"]["ref"], "main");
    let exchanges = &state.exchanges;
    let last = exchanges.last().unwrap();
    assert_eq!(
        (last.line().as_str(), last.version.as_deref()),
        ("POST /repos/octo/weather/pulls/2/copilot-code-review", Some("2026-03-10"))
    );
}

#[test]
fn what_a_rehearsal_shows_is_what_is_sent() {
    let (github, repo, _) = healed();
    let shown = publish(&github, &repo, &["--dry-run"]).ends(0).json();
    assert!(github.exchanges().is_empty(), "a rehearsal is offline");
    publish(&github, &repo, &[]).ends(0);
    let sent = github.exchanges();
    let steps: Vec<&serde_json::Value> = shown["steps"].as_array().unwrap().iter().filter(|step| step["kind"] == "request").collect();
    assert_eq!(steps.len(), sent.len());
    let prefix = format!("http://{}/api/v3", github.host());
    // GitHub gives numbers, and the clock goes on.
    let plain = |text: &str| {
        let text = text.replace("/issues/2/", "/issues/0/").replace("/pulls/2/", "/pulls/0/").replace("Fixes #1.", "Fixes #0.");
        text.split("since=").map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit())).collect::<String>()
    };
    for (step, exchange) in steps.iter().zip(&sent) {
        let shown = format!("{} {}", step["method"].as_str().unwrap(), step["url"].as_str().unwrap().strip_prefix(&prefix).unwrap());
        assert_eq!(plain(&shown), plain(&exchange.line()));
        assert_eq!(plain(&step["body"].to_string()), plain(&exchange.body.clone().unwrap_or_default().to_string()), "{shown}");
    }
}

#[test]
fn publishing_twice_opens_nothing_twice() {
    let (github, repo, _) = healed();
    publish(&github, &repo, &[]).ends(0);
    let before = github.state().published();
    github.exchanges();
    let again = publish(&github, &repo, &[]).ends(0).json();
    assert_eq!(again["pushed"], false);
    assert_eq!(github.state().published(), before);
    let writes: Vec<String> =
        github.exchanges().iter().filter(|exchange| exchange.writes()).map(super::super::support::github::Exchange::line).collect();
    assert!(writes.is_empty(), "{writes:?}");
}

#[test]
fn a_cause_that_is_seen_again_is_counted_in_its_issue() {
    let (github, repo, branch) = healed();
    publish(&github, &repo, &[]).ends(0);
    assert_eq!(heal(&github, &repo, 101), branch, "the same failure heals to the same branch");
    let made = publish(&github, &repo, &[]).ends(0).json();
    assert_eq!(made["issues"][0]["standing"], "updated", "{made}");
    let state = github.state();
    let body = state.issues[&1]["body"].as_str().unwrap();
    assert!(body.contains("Seen 2 times") && body.contains("/actions/runs/101"), "{body}");
    assert_eq!((state.issues.len(), state.comments.len()), (2, 0), "the first day has no comment");
}

#[test]
fn the_api_makes_the_very_same_commit() {
    let (github, repo, branch) = healed();
    let plan = repo.beside("plan.json");
    let folder = repo.git_dir().join("autoheal/plans");
    let kept = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    std::fs::copy(kept, &plan).unwrap();
    // Another machine: no checkout, only the plan.
    let said = github.program(["publish", "--json", "-R", "octo/weather"]).arg(&plan).run().ends(0);
    assert_eq!(said.json()["pushed"], true, "{said:?}");
    assert_eq!(github.tip(&branch).as_deref(), Some(repo.git(&["rev-parse", &branch]).as_str()));
}

#[test]
fn what_is_sent_is_what_github_documents() {
    let (github, repo, _) = healed();
    publish(&github, &repo, &["--copilot", "assign"]).ends(0);
    heal(&github, &repo, 101);
    publish(&github, &repo, &[]).ends(0);
    let exchanges = github.exchanges();
    if let Some(covered) = super::openapi::check(&exchanges) {
        assert!(covered >= 20, "{covered} of {}", exchanges.len());
    }
    let (github, repo, _) = healed();
    publish(&github, &repo, &["--via", "api"]).ends(0);
    super::openapi::check(&github.exchanges());
}
