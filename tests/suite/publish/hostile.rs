//! Plans that somebody changed on their way: whatever they say, nothing but workflows and actions is written, and nothing panics.

use gh_autoheal::branch::{Checkout, check_ids};
use gh_autoheal::config::Config;
use gh_autoheal::plan::{self, Plan, several};
use gh_autoheal::rules::RuleSet;
use serde_json::{Value, json};

use super::super::support::git::Repo;
use super::healed;

/// What is put in the place of anything.
fn values() -> Vec<Value> {
    let long = "x".repeat(70_000);
    vec![
        json!("../../etc/passwd"),
        json!("/etc/passwd"),
        json!(".git/hooks/pre-push"),
        json!(".github/workflows/../../README.md"),
        json!("src/main.rs"),
        json!("--upload-pack=touch /nowhere"),
        json!("main"),
        json!("refs/heads/main"),
        json!("a\u{0}b\nc\u{1b}[31m\u{202e}"),
        json!("0000000000000000000000000000000000000000"),
        json!("120000"),
        json!("name: x\non: push\njobs:\n  a:\n    runs-on: x\n    continue-on-error: true\n    steps:\n      - run: y\n"),
        json!(long),
        json!(-1),
        json!(u64::MAX),
        json!(null),
        json!(true),
        json!([]),
        json!({}),
    ]
}

/// Every place of a document.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| places(value, format!("{at}/{key}"), found)),
        Value::Array(list) => list.iter().enumerate().for_each(|(index, value)| places(value, format!("{at}/{index}"), found)),
        _ => {}
    }
    if !at.is_empty() {
        found.push(at);
    }
}

/// Everything of a repository that a plan must not change.
fn outside(repo: &Repo) -> String {
    let branches = repo.git(&["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/main", "refs/remotes", "refs/tags"]);
    format!("{branches}\n{}\n{}", repo.git(&["status", "--porcelain", "--ignored"]), repo.git(&["config", "--list", "--local"]))
}

/// What comes of a plan: refused, or made; then only workflows and actions differ from its base.
fn tried(text: &str, repo: &Repo, checkout: &Checkout, rules: &RuleSet) -> bool {
    let Ok(plans) = several::read(text) else { return false };
    let sound = |plan: &&Plan| plan::verify(plan, rules, &Config::default()).is_ok();
    let mut made = false;
    for plan in plans.iter().filter(sound) {
        // Bodies hold at most what GitHub takes, whatever the plan says.
        for cause in &plan.causes {
            let seen = plan::Seen::first(plan.run.id, 0);
            let issue = plan::issue(plan, cause, &plan::Policy::default(), &seen, "https://github.com/o/r", None);
            assert!(issue.body.chars().count() < 65_536 && issue.title.chars().count() <= 256, "{:.2000}", issue.body);
        }
        let Some(change) = plan.change.as_ref().filter(|change| check_ids(change).is_ok()) else { continue };
        let pull = plan::pull(plan, &plan::Policy::default(), &[], "https://github.com/o/r").unwrap();
        assert!(pull.body.chars().count() < 65_536 && pull.title.chars().count() <= 256);
        let Ok(done) = checkout.recreate(change) else { continue };
        made = true;
        for path in repo.git(&["diff", "--name-only", &format!("{}^", done.commit), &done.commit]).lines() {
            assert!(path.starts_with(".github/workflows/") || path.ends_with("action.yml"), "{path}");
        }
        repo.git(&["update-ref", "-d", &format!("refs/heads/{}", done.branch)]);
    }
    made
}

#[test]
fn a_plan_that_was_changed_writes_nothing_but_workflows() {
    let (_github, repo, branch) = healed();
    let folder = repo.git_dir().join("autoheal/plans");
    let kept = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let sound: Value = serde_json::from_str(&std::fs::read_to_string(kept).unwrap()).unwrap();
    repo.git(&["update-ref", "-d", &format!("refs/heads/{branch}")]);
    let checkout = Checkout::discover(repo.path()).unwrap().unwrap();
    let rules = RuleSet::builtin();
    let before = outside(&repo);
    assert!(tried(&sound.to_string(), &repo, &checkout, rules), "the plan itself is made");
    let mut found = Vec::new();
    places(&sound, String::new(), &mut found);
    let (mut tries, mut made) = (0, 0);
    for place in &found {
        for value in values() {
            let mut changed = sound.clone();
            *changed.pointer_mut(place).unwrap() = value;
            tries += 1;
            made += usize::from(tried(&changed.to_string(), &repo, &checkout, rules));
        }
    }
    assert!(tries > 1_000 && made < tries / 3, "{made} of {tries} were made");
    assert_eq!(outside(&repo), before);
}

#[test]
fn a_plan_of_many_long_causes_has_bodies_that_github_takes() {
    let (_github, repo, _) = healed();
    let folder = repo.git_dir().join("autoheal/plans");
    let kept = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let mut plan: Plan = several::read(&std::fs::read_to_string(kept).unwrap()).unwrap().remove(0);
    // Combining marks have no width, so that no cut by columns catches them.
    let long = "\u{301}`|<>&@#*_".repeat(40_000);
    let mut cause = plan.causes[0].clone();
    cause.job = Some(long.clone());
    cause.step = Some(long.clone());
    cause.text = Some(long.clone());
    cause.file = Some(long.clone());
    cause.remedy = Some(long.clone());
    cause.advice = Some(long.clone());
    cause.rule = Some(long.clone());
    cause.explanation.clone_from(&long);
    cause.script = Some(long.clone());
    cause.excerpt = vec![long.clone(); 3];
    cause.alike = vec![long.clone(); 3];
    cause.verified = Some(long.clone());
    plan.run.workflow = long;
    plan.causes = (0..500)
        .map(|index| plan::Cause { fingerprint: gh_autoheal::text::Fingerprint::of([index.to_string().as_str()]), ..cause.clone() })
        .collect();
    let numbers: Vec<_> = plan.causes.iter().map(|cause| (cause.fingerprint.clone(), u64::MAX)).collect();
    let pull = plan::pull(&plan, &plan::Policy::default(), &numbers, "https://github.com/o/r").unwrap();
    let seen = plan::Seen::first(Some(u64::MAX), 0);
    let issue =
        plan::issue(&plan, &plan.causes[0], &plan::Policy::default(), &seen, "https://github.com/o/r", Some("https://github.com/o/r"));
    for (title, body) in [(&pull.title, &pull.body), (&issue.title, &issue.body)] {
        assert!(title.chars().count() <= 256 && body.chars().count() < 65_536, "{} {}", title.chars().count(), body.chars().count());
        let marker = plan::marker::Marker::read(body).unwrap();
        assert!(marker.names(&plan.causes[0].fingerprint), "what is cut never is the identity");
    }
}

#[test]
fn an_issue_that_people_made_as_long_as_it_may_be_stops_nothing() {
    let (github, repo, _) = healed();
    super::publish(&github, &repo, &[]).ends(0);
    {
        let mut state = github.state();
        let body = state.issues[&1]["body"].as_str().unwrap().to_owned();
        let filled = format!("{}{body}", "ü".repeat(65_536 - body.chars().count()));
        state.issues.get_mut(&1).unwrap()["body"] = json!(filled);
    }
    super::heal(&github, &repo, 123_456_789_012);
    let made = super::publish(&github, &repo, &[]).ends(0).json();
    assert!(made["notes"].to_string().contains("as long as GitHub takes"), "{made}");
    assert_eq!(github.state().issues.len(), 2);
}
