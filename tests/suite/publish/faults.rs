//! Every kind of failure at every point: what is there is complete or as before, and a second publishing completes it.

use std::time::Duration;

use serde_json::Value;

use super::super::support::git::Repo;
use super::super::support::github::{Answer, Fault, GitHub};
use super::{WORKFLOW, heal, publish};

/// The points of a first publishing, in words of `METHOD path`.
pub(super) const POINTS: &[&str] = &[
    "GET /api/v3/repos/octo/weather",
    "GET /api/v3/repos/octo/weather/issues?",
    "GET /api/v3/repos/octo/weather/pulls?",
    "GET /api/v3/repos/octo/weather/branches/",
    "GET /api/v3/repos/octo/weather/git/ref/",
    "GET /octo/weather.git/info/refs",
    "POST /octo/weather.git/git-receive-pack",
    "GET /api/v3/search/issues",
    "GET /api/v3/repos/octo/weather/labels/auto-heal",
    "POST /api/v3/repos/octo/weather/labels",
    "POST /api/v3/repos/octo/weather/issues",
    "POST /api/v3/repos/octo/weather/pulls",
    "POST /api/v3/repos/octo/weather/issues/2/labels",
    "POST /api/v3/repos/octo/weather/pulls/2/copilot-code-review",
];

/// The kinds of failure.
fn faults() -> Vec<(&'static str, Fault)> {
    let limited = |status| Fault::Answer(Answer::message(status, "You have exceeded a secondary rate limit.").with("retry-after", "1"));
    let garbage = Fault::Answer(Answer { status: 200, headers: Vec::new(), body: b"<html>not json".to_vec() });
    let moved = Fault::Answer(Answer::message(307, "Moved").with("location", "http://127.0.0.1:1/elsewhere"));
    vec![
        ("cut", Fault::Cut),
        ("cut after", Fault::CutAfter),
        ("401", Fault::status(401, "Bad credentials")),
        ("403", Fault::status(403, "Resource not accessible by integration")),
        ("403 limited", limited(403)),
        ("404", Fault::status(404, "Not Found")),
        ("409", Fault::status(409, "Conflict")),
        ("422", Fault::status(422, "Validation Failed")),
        ("429", limited(429)),
        ("500", Fault::status(500, "Server Error")),
        ("502", Fault::status(502, "Bad Gateway")),
        ("slow", Fault::Slow(Duration::from_secs(3))),
        ("garbage", garbage),
        ("moved", moved),
    ]
}

/// What is there, without what the clock and the server's own numbers make different.
pub(super) fn state(github: &GitHub, branch: &str) -> Vec<String> {
    let state = github.state();
    let plain = |value: &Value| {
        let labels: Vec<&str> = value["labels"].as_array().unwrap().iter().map(|label| label["name"].as_str().unwrap()).collect();
        let body = value["body"].as_str().unwrap_or("");
        let closes = body.lines().filter(|line| line.starts_with("Fixes #")).collect::<Vec<_>>().join(" ");
        format!("{} {} {labels:?} {closes} marked {}", value["number"], value["title"], body.contains("<!-- gh-autoheal v1 "))
    };
    let mut told: Vec<String> = state.issues.values().map(plain).collect();
    told.push(format!("comments {}", state.comments.len()));
    drop(state);
    told.push(format!("branch {}", github.tip(branch).is_some()));
    told
}

/// One fault at one point, then a publishing without any.
fn case(repo: &Repo, branch: &str, point: &str, (kind, fault): &(&str, Fault)) {
    let github = GitHub::start();
    let case = format!("{kind} at {point}");
    repo.git(&["push", "--quiet", github.bare().to_str().unwrap(), "main"]);
    github.state().fail(point, fault.clone());
    let target = format!("{}/octo/weather", github.host());
    let publish = || {
        let program = github.program(["publish", "--json", "-R", &target]).env("AUTOHEAL_TIMEOUT", "1");
        program.within(repo.path()).run()
    };
    let first = publish();
    assert!(matches!(first.code, 0 | 1 | 4), "{case}: {first:?}");
    assert!(github.state().all_met(), "{case}: the point was not met");
    assert!(!format!("{first:?}").contains("gho_"), "{case}: a token was shown");
    let between = state(&github, branch);
    assert!(between.len() <= 4, "{case}: {between:?}");
    if *kind == "401" && point.contains("/api/") && !point.contains("copilot") && !point.contains("search") {
        assert_eq!(first.code, 4, "{case}: {first:?}");
    }
    let second = publish();
    assert_eq!(second.code, 0, "{case}: {first:?} {second:?}");
    let wanted = [
        "1 \"[Auto-Heal] Workflow Failure: CI\" [\"auto-heal\", \"workflow-failure\"]  marked true",
        "2 \"[Auto-Heal] Fix workflow: CI\" [\"auto-heal\", \"workflow-fix\"] Fixes #1. marked true",
        "comments 0",
        "branch true",
    ];
    assert_eq!(state(&github, branch), wanted, "{case}: {first:?} {second:?}");
    super::openapi::check(&github.exchanges());
}

#[test]
fn after_every_fault_a_second_publishing_completes_what_is_missing() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, super::TEXT)]);
    let branch = heal(&github, &repo, 100);
    repo.git(&["remote", "remove", "origin"]);
    let faults = faults();
    // Everything at the points that write; at each other point every kind in turn, so that each kind meets several points.
    let writes = |point: &&&str| point.starts_with("POST /api") && !point.contains("copilot");
    let mut cases: Vec<(&str, usize)> =
        POINTS.iter().filter(writes).flat_map(|point| (0..faults.len()).map(move |kind| (*point, kind))).collect();
    for (place, point) in POINTS.iter().filter(|point| !writes(point)).enumerate() {
        cases.extend((0..4).map(|turn| (*point, (place * 3 + turn * 4) % faults.len())));
    }
    let (repo, branch, faults) = (&repo, &branch, &faults);
    std::thread::scope(|scope| {
        for part in cases.chunks(cases.len().div_ceil(4)) {
            scope.spawn(move || {
                for (point, kind) in part {
                    // A git server that answers with a redirect or garbage is another program's matter.
                    if !point.contains(".git/") || !matches!(faults[*kind].0, "garbage" | "moved" | "cut after") {
                        case(repo, branch, point, &faults[*kind]);
                    }
                }
            });
        }
    });
}

#[test]
fn a_pull_request_whose_reply_was_lost_is_found_again() {
    let (github, repo, _) = super::healed();
    github.state().fail("POST /api/v3/repos/octo/weather/pulls", Fault::CutAfter);
    publish(&github, &repo, &[]).ends(1).complains("run the same command again");
    assert_eq!(github.state().pulls.len(), 1);
    publish(&github, &repo, &[]).ends(0);
    let state = github.state();
    assert_eq!((state.pulls.len(), state.issues.len()), (1, 2));
}
