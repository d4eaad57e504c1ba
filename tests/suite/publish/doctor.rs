//! What `doctor` asks of GitHub, and what it makes of the answers.

use serde_json::{Value, json};

use super::super::support::git::Repo;
use super::super::support::github::{Fault, GitHub};
use super::super::support::program::{Program, Said};
use super::{TEXT, WORKFLOW};

fn start() -> (GitHub, Repo) {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    Program::new(["init", "--yes"]).within(repo.path()).run().ends(0);
    let all = [
        ("actions/permissions", json!({"enabled": true, "allowed_actions": "all"})),
        ("actions/permissions/workflow", json!({"default_workflow_permissions": "read", "can_approve_pull_request_reviews": false})),
        ("actions/workflows/auto-heal.yml", workflow("active")),
        ("actions/variables/AUTOHEAL_PUBLISH", variable("app")),
    ];
    github.state().settings = all.into_iter().map(|(path, value)| (path.to_owned(), (200, value))).collect();
    (github, repo)
}

fn workflow(state: &str) -> Value {
    json!({
        "id": 1, "node_id": "W_1", "name": "Auto-heal", "path": ".github/workflows/auto-heal.yml", "state": state,
        "created_at": "2026-10-01T10:00:00Z", "updated_at": "2026-10-01T10:00:00Z", "url": "https://github.example/w",
        "html_url": "https://github.example/w", "badge_url": "https://github.example/w",
    })
}

fn variable(value: &str) -> Value {
    json!({"name": "AUTOHEAL_PUBLISH", "value": value, "created_at": "2026-10-01T10:00:00Z", "updated_at": "2026-10-01T10:00:00Z"})
}

fn doctor(github: &GitHub, repo: &Repo) -> Said {
    github.program(["doctor"]).within(repo.path()).run()
}

#[test]
fn a_repository_that_is_set_up_whole_reads_so() {
    let (github, repo) = start();
    let said = doctor(&github, &repo).ends(0).shows("\nGitHub\n");
    for words in [
        "✓ octo/weather is public; its default branch is main",
        "✓ the token from GH_ENTERPRISE_TOKEN may push, open, and change workflows",
        "✓ Actions run, and all are allowed",
        "✓ the automation is active on main",
        "✓ the automation publishes, with an App",
        "✓ Actions may not open pull requests with GITHUB_TOKEN",
        "✓ the label `auto-heal` is made when something is published",
        "✓ Copilot's coding agent can be given what nothing here heals",
    ] {
        assert!(said.out.contains(words), "`{words}` is missing: {}", said.out);
    }
    assert!(said.out.lines().all(|line| line.chars().count() <= 80), "{said:?}");
    let asked = github.exchanges();
    assert!(asked.iter().all(|exchange| !exchange.writes() || exchange.path.ends_with("/graphql")), "{asked:?}");
    super::openapi::check(&asked);
    let document = github.program(["doctor", "--json"]).within(repo.path()).run().ends(0).json();
    let about: Vec<&str> = document["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["chapter"] == "GitHub")
        .map(|check| check["about"].as_str().unwrap())
        .collect();
    assert_eq!(about, ["repository", "token", "actions", "automation", "publishing", "pull-requests", "label", "copilot"]);
    github.exchanges();
    github.program(["doctor", "--offline"]).within(repo.path()).run().ends(0);
    assert!(github.exchanges().is_empty());
}

#[test]
fn what_github_does_not_allow_is_said_with_what_to_do() {
    let (github, repo) = start();
    let says = |change: &dyn Fn(&GitHub), code: i32, words: &[&str]| {
        let (github, repo) = start();
        change(&github);
        let said = doctor(&github, &repo).ends(code);
        let plain = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(plain.contains(word), "`{word}` is missing: {plain}");
        }
    };
    let set = |path: &'static str, status: u16, value: Value| {
        move |github: &GitHub| drop(github.state().settings.insert(path.to_owned(), (status, value.clone())))
    };
    let refused = json!({"message": "Resource not accessible by integration"});
    says(&set("actions/permissions", 200, json!({"enabled": false})), 1, &["✗ Actions are turned off", "Settings › Actions › General"]);
    says(
        &set("actions/permissions", 200, json!({"enabled": true, "allowed_actions": "local_only"})),
        1,
        &["✗ Actions run, but none from outside"],
    );
    says(&set("actions/permissions", 403, refused), 0, &["✓ whether Actions are allowed is shown to administrators only"]);
    says(
        &set("actions/workflows/auto-heal.yml", 200, workflow("disabled_inactivity")),
        1,
        &["✗ the automation is off: disabled inactivity", "gh workflow enable auto-heal.yml"],
    );
    says(
        &set("actions/workflows/auto-heal.yml", 404, json!({"message": "Not Found"})),
        0,
        &["! the automation is not on main yet", "merge it there"],
    );
    says(&set("actions/variables/AUTOHEAL_PUBLISH", 200, variable("yes")), 1, &["✗ the variable AUTOHEAL_PUBLISH is `yes`"]);
    says(&set("actions/variables/AUTOHEAL_PUBLISH", 404, json!({"message": "Not Found"})), 0, &["✓ the automation diagnoses only"]);
    says(
        &|github| github.state().scopes = Some("repo".to_owned()),
        0,
        &["! the token from GH_ENTERPRISE_TOKEN lacks the scope `workflow`", "gh auth refresh -s workflow"],
    );
    says(&|github| github.state().scopes = None, 0, &["a token without scopes", "Workflows: write"]);
    says(&|github| github.state().agent = false, 0, &["✓ Copilot's coding agent is not available here"]);
    says(&|github| github.state().repository["archived"] = json!(true), 1, &["✗ octo/weather is archived"]);
    says(&|github| github.state().repository["permissions"]["push"] = json!(false), 0, &["may not push to octo/weather"]);
    says(&|github| github.state().token = "another".to_owned(), 1, &["✗ GitHub refused GET", "gh auth login"]);
    (0..4).for_each(|_| github.state().fail("GET /api/v3/repos/octo/weather", Fault::Cut));
    doctor(&github, &repo).ends(1).shows("cannot be reached");
    let without = github.program(["doctor"]).env("GH_ENTERPRISE_TOKEN", "").within(repo.path()).run().ends(0);
    assert!(without.out.contains("! GitHub was not asked: there is no token for"), "{without:?}");
}
