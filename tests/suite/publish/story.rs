//! The whole story, its requests readable in `testdata/publish`: a bundle is healed and published, seen again, merged, followed.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::super::support::git::Repo;
use super::super::support::github::{Exchange, GitHub, Run};
use super::fetching::archive;
use super::{TEXT, WORKFLOW, bundle, job, publish};

/// A chapter: what was typed, and each request with the fields that it sent.
fn chapter(out: &mut String, title: &str, exchanges: &[Exchange], host: &str) {
    let _ = writeln!(out, "## {title}\n");
    for exchange in exchanges {
        let _ = writeln!(out, "{} -> {}", exchange.line(), exchange.status);
        for (name, value) in exchange.body.iter().filter_map(Value::as_object).flatten() {
            match value.as_str().filter(|text| text.contains('\n')) {
                Some(text) => {
                    let _ = writeln!(out, "    {name}:");
                    text.trim_end().lines().for_each(|line| out.push_str(&format!("    | {line}\n")));
                }
                None => out.push_str(&format!("    {name}: {value}\n")),
            }
        }
    }
    out.push('\n');
    *out = out.replace(host, "HOST");
}

/// Dates of today, which the story must not depend on.
fn settled(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut line = line.to_owned();
        for key in ["since=", "commented=", "since "] {
            if let Some(at) = line.find(key).map(|at| at + key.len()) {
                let end = line[at..].find(|c: char| !c.is_ascii_digit() && c != '-').map_or(line.len(), |length| at + length);
                if end > at + 8 {
                    line.replace_range(at..end, "DATE");
                }
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn heal(github: &GitHub, repo: &Repo, id: u64) {
    let source = bundle(repo, id);
    github.program(["heal", &source, "--allow", "needs-review"]).within(repo.path()).run().ends(0);
}

/// The run of our branch, or of `main` after the merge.
fn run_of(github: &GitHub, id: u64, branch: &str, conclusion: &str) {
    let sha = github.tip(branch).unwrap();
    let record = json!({
        "id": id, "name": "CI", "path": WORKFLOW, "head_sha": sha, "head_branch": branch, "event": "push", "run_attempt": 1,
        "status": "completed", "conclusion": conclusion, "html_url": format!("https://github.example/octo/weather/actions/runs/{id}"),
        "repository": {"full_name": "octo/weather"}, "head_repository": {"full_name": "octo/weather"},
    });
    github.state().runs.insert(id, Run { record, jobs: vec![job(id)], logs: Some(archive()), ..Run::default() });
}

fn follow(github: &GitHub, repo: &Repo) -> Value {
    publish(github, repo, &["--follow"]).ends(0).json()["pulls"][0].clone()
}

#[test]
fn from_a_bundle_to_a_merge_that_healed() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    let host = github.host();
    let mut story = "# What is sent from a bundle to a merge; git's own exchanges are left out\n\n".to_owned();
    heal(&github, &repo, 100);
    assert!(github.exchanges().is_empty(), "healing is offline");
    publish(&github, &repo, &[]).ends(0);
    let mut all = github.exchanges();
    chapter(&mut story, "gh autoheal publish", &all, &host);
    heal(&github, &repo, 101);
    publish(&github, &repo, &[]).ends(0);
    let again = github.exchanges();
    chapter(&mut story, "Seen again in run 101: gh autoheal publish", &again, &host);
    all.extend(again);
    let branch = github.state().pulls[&2]["head"]["ref"].as_str().unwrap().to_owned();
    run_of(&github, 200, &branch, "success");
    {
        let mut state = github.state();
        state.issues.get_mut(&2).unwrap()["state"] = json!("closed");
        let pull = state.pulls.get_mut(&2).unwrap();
        pull["merged_at"] = json!("2026-10-02T10:00:00Z");
        pull["merge_commit_sha"] = pull["head"]["sha"].clone();
    }
    let visit = follow(&github, &repo);
    assert_eq!((&visit["health"], &visit["merged"]), (&json!("green"), &json!(true)), "{visit}");
    let followed = github.exchanges();
    chapter(&mut story, "Merged: gh autoheal publish --follow", &followed, &host);
    all.extend(followed);
    follow(&github, &repo);
    assert!(github.exchanges().iter().all(|exchange| !exchange.writes()), "followed twice, written once");
    super::openapi::check(&all);
    let said = github.program(["history"]).within(repo.path()).run().ends(0).shows("merged, green");
    assert!(github.exchanges().is_empty(), "history is offline: {said:?}");
    github.program(["history", "--html", "history.html"]).within(repo.path()).run().ends(0);
    assert!(std::fs::read_to_string(repo.path().join("history.html")).unwrap().contains("merged, green"));
    let story = settled(&story);
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/publish/story.md");
    let commit = repo.git(&["rev-parse", &branch]);
    let story = story.replace(&commit, "COMMIT").replace(&repo.git(&["rev-parse", "main"])[..10], "BASE");
    if std::env::var_os("AUTOHEAL_BLESS").is_some() {
        std::fs::create_dir_all(kept.parent().unwrap()).unwrap();
        std::fs::write(&kept, &story).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&kept).unwrap_or_default().replace("\r\n", "\n"), story, "if this is right: cargo xtask bless");
}

#[test]
fn a_fix_that_does_not_heal_becomes_a_draft_again() {
    let (github, repo, branch) = super::healed();
    publish(&github, &repo, &[]).ends(0);
    github.state().pulls.get_mut(&2).unwrap()["draft"] = json!(false);
    assert_eq!(follow(&github, &repo)["health"], "waiting");
    run_of(&github, 1_000_201, &branch, "failure");
    let visit = follow(&github, &repo);
    assert_eq!(visit["health"], "still-fails", "{visit}");
    {
        let state = github.state();
        assert_eq!(state.pulls[&2]["draft"], true);
        assert_eq!(state.comments.len(), 1);
        assert!(state.comments[0].1.contains("still fails for the same cause"));
    }
    follow(&github, &repo);
    assert_eq!(github.state().comments.len(), 1, "said once");
    github.program(["history"]).within(repo.path()).run().ends(0).shows("still fails");
}
