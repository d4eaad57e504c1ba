//! The traps of tokens and events: what a token may not do is found before anything is sent.

use serde_json::json;

use super::super::support::github::{GitHub, State};
use super::{WORKFLOW, bundle_of, healed, publish};

struct Trap {
    name: &'static str,
    token: &'static str,
    set: fn(&mut State),
    code: i32,
    says: &'static str,
}

const OAUTH: &str = "gho_0123456789abcdefghijABCDEFGHIJ012345";
const CLASSIC: &str = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
const JOB: &str = "ghs_0123456789abcdefghijABCDEFGHIJ012345";
const FINE: &str = "github_pat_0123456789abcdefghijAB_0123456789";

/// The table of `facts`: tokens, who may do what.
const TRAPS: &[Trap] = &[
    Trap { name: "gh's login with workflow", token: OAUTH, set: |_| {}, code: 0, says: "" },
    Trap {
        name: "gh's login without workflow",
        token: OAUTH,
        set: |state| state.scopes = Some("gist, read:org, repo".to_owned()),
        code: 4,
        says: "gh auth refresh -s workflow",
    },
    Trap {
        name: "a classic token without workflow",
        token: CLASSIC,
        set: |state| state.scopes = Some("repo".to_owned()),
        code: 4,
        says: "lacks the scope `workflow`",
    },
    Trap {
        name: "a classic token for public repositories",
        token: CLASSIC,
        set: |state| state.scopes = Some("public_repo, workflow".to_owned()),
        code: 0,
        says: "",
    },
    Trap {
        name: "the same for a private one",
        token: CLASSIC,
        set: |state| {
            state.scopes = Some("public_repo, workflow".to_owned());
            state.repository["private"] = json!(true);
        },
        code: 4,
        says: "lacks the scope `repo`",
    },
    Trap {
        name: "a job's GITHUB_TOKEN",
        token: JOB,
        set: |state| {
            state.scopes = None;
            state.viewer = "github-actions[bot]".to_owned();
        },
        code: 4,
        says: "never change workflows",
    },
    Trap {
        name: "an App's token",
        token: JOB,
        set: |state| {
            state.scopes = None;
            state.viewer = "healer[bot]".to_owned();
        },
        code: 0,
        says: "",
    },
    Trap { name: "a fine-grained token", token: FINE, set: |state| state.scopes = None, code: 0, says: "" },
    Trap {
        name: "no right to push",
        token: OAUTH,
        set: |state| state.repository["permissions"] = json!({"push": false, "pull": true}),
        code: 4,
        says: "gh repo fork octo/weather",
    },
    Trap { name: "an archive", token: OAUTH, set: |state| state.repository["archived"] = json!(true), code: 1, says: "is archived" },
    Trap { name: "a token that expired", token: OAUTH, set: |state| state.token = "other".to_owned(), code: 4, says: "gh auth login" },
];

#[test]
fn what_a_token_may_not_do_is_found_before_anything_is_sent() {
    for trap in TRAPS {
        let (github, repo, branch) = healed();
        trap.token.clone_into(&mut github.state().token);
        (trap.set)(&mut github.state());
        let program = github.program(["publish", "--json"]).env("GH_ENTERPRISE_TOKEN", trap.token).within(repo.path());
        let said = program.run();
        assert_eq!(said.code, trap.code, "{}: {said:?}", trap.name);
        assert!(said.err.contains(trap.says), "{}: {said:?}", trap.name);
        assert!(!said.err.contains(trap.token) && !said.out.contains(trap.token), "{}", trap.name);
        let writes: Vec<String> = github
            .exchanges()
            .iter()
            .filter(|exchange| exchange.writes() && !exchange.path.contains("graphql"))
            .map(|exchange| exchange.line())
            .collect();
        if trap.code == 0 {
            assert!(github.tip(&branch).is_some(), "{}", trap.name);
        } else {
            assert!(writes.is_empty() && github.tip(&branch).is_none(), "{}: {writes:?}", trap.name);
        }
    }
}

#[test]
fn what_may_not_be_pushed_stays_as_a_patch_that_git_takes() {
    let (github, repo, branch) = healed();
    github.state().scopes = Some("repo".to_owned());
    let said = publish(&github, &repo, &[]).ends(4).complains("git am --keep-cr");
    let path = said.err.lines().find_map(|line| line.split("--keep-cr ").nth(1)).unwrap();
    repo.git(&["switch", "--quiet", "--create", "by-hand"]);
    repo.git(&["am", "--quiet", "--keep-cr", path]);
    let tree = |name: &str| repo.git(&["rev-parse", &format!("{name}^{{tree}}")]);
    assert_eq!(tree("by-hand"), tree(&branch));
    let words = |name: &str| repo.git(&["log", "-1", "--format=%an %ae %ad%n%B", name]);
    assert_eq!(words("by-hand"), words(&branch));
}

#[test]
fn without_a_token_nothing_is_asked() {
    let (github, repo, _) = healed();
    let program = github.program(["publish"]).env("GH_ENTERPRISE_TOKEN", "").within(repo.path());
    program.run().ends(4).complains("gh auth login --hostname");
    assert!(github.exchanges().is_empty());
}

#[test]
fn where_pull_requests_are_forbidden_the_issue_has_a_link() {
    let (github, repo, branch) = healed();
    github.state().may_open = false;
    let made = publish(&github, &repo, &[]).ends(0).json();
    assert!(made["pull"].is_null());
    let link = format!("/compare/main...{}?expand=1", branch.replace('/', "%2F"));
    assert!(made["notes"][0].as_str().unwrap().contains(&link), "{made}");
    let body = github.state().issues[&1]["body"].as_str().unwrap().to_owned();
    assert!(body.contains(&link) && body.contains("```diff"), "{body}");
    github.exchanges();
    let before = github.state().published();
    publish(&github, &repo, &[]).ends(0);
    assert_eq!(github.state().published(), before, "a second time nothing changes");
}

#[test]
fn where_drafts_are_not_to_be_had_the_pull_request_is_open() {
    let (github, repo, _) = healed();
    github.state().drafts = false;
    let made = publish(&github, &repo, &[]).ends(0).json();
    assert_eq!(made["pull"]["standing"], "opened", "{made}");
    assert_eq!(github.state().pulls[&2]["draft"], false);
}

#[test]
fn own_branches_and_forks_are_only_reported() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, super::TEXT)]);
    let sha = repo.git(&["rev-parse", "main"]);
    for (branch, head, says) in [("auto-heal/workflow-ci-00000000", "octo/weather", "nothing loops"), ("main", "someone/weather", "fork")] {
        let source = bundle_of(&repo, 7, branch, &sha, head);
        let heal = github.program(["heal", &source, "--allow", "needs-review"]).within(repo.path()).run().ends(3);
        assert!(heal.out.contains(says), "{heal:?}");
        assert_eq!(repo.git(&["branch", "--list", "auto-heal/*"]), "", "no branch was made");
        let said = github.program(["heal", &source, "--allow", "needs-review", "--publish"]).within(repo.path()).run();
        assert_eq!(said.code, 3, "{said:?}");
        assert!(github.exchanges().is_empty(), "{branch}: nothing was asked");
    }
}

#[test]
fn what_people_closed_or_unlabelled_is_respected() {
    let (github, repo, _) = healed();
    publish(&github, &repo, &[]).ends(0);
    {
        let mut state = github.state();
        state.issues.get_mut(&1).unwrap()["state"] = json!("closed");
        state.issues.get_mut(&1).unwrap()["state_reason"] = json!("not_planned");
        state.issues.get_mut(&2).unwrap()["state"] = json!("closed");
    }
    super::heal(&github, &repo, 101);
    let made = publish(&github, &repo, &[]).ends(0).json();
    assert_eq!((&made["issues"][0]["standing"], &made["pull"]["standing"]), (&json!("left"), &json!("left")), "{made}");
    assert_eq!(github.state().issues.len(), 2);
    // The label is off: found by the search alone.
    github.state().issues.get_mut(&1).unwrap()["labels"] = json!([]);
    let made = publish(&github, &repo, &[]).ends(0).json();
    assert_eq!(made["issues"][0]["standing"], "left", "{made}");
    assert_eq!(github.state().issues.len(), 2);
}

#[test]
fn a_stranger_s_marker_silences_nothing() {
    let (github, repo, branch) = healed();
    let fingerprint = std::fs::read_dir(repo.git_dir().join("autoheal/plans")).unwrap().next().unwrap().unwrap().file_name();
    let fingerprint = fingerprint.to_str().unwrap().trim_end_matches(".json").to_owned();
    assert!(branch.ends_with(&fingerprint[..8]));
    let issue = json!({
        "number": 1, "html_url": "https://github.example/x", "state": "open", "title": "hello", "labels": [], "author_association": "NONE",
        "user": {"login": "stranger", "type": "User"}, "body": format!("<!-- gh-autoheal v1 issue fingerprint={fingerprint} -->"),
        "created_at": "2020-01-01T00:00:00Z",
    });
    github.state().issues.insert(1, issue.clone());
    let made = publish(&github, &repo, &[]).ends(0).json();
    assert_eq!(made["issues"][0]["number"], 2, "{made}");
    assert_eq!(github.state().issues[&1], issue, "the stranger's issue is as it was");
}

#[test]
fn caps_are_kept_and_said() {
    let (github, repo, _) = healed();
    let made = publish(&github, &repo, &["--max-per-run", "1"]).ends(0).json();
    assert_eq!(github.state().issues.len(), 1, "{made}");
    assert!(made["notes"].to_string().contains("--max-per-run"), "{made}");
    let (github, repo, _) = healed();
    let made = publish(&github, &repo, &["--max-per-day", "0"]).ends(0).json();
    assert_eq!(github.state().issues.len(), 0, "{made}");
    assert!(made["notes"].to_string().contains("within 24 hours"), "{made}");
}

#[test]
fn copilot_s_refusals_are_one_calm_line_each() {
    let refusals = [
        ((409, json!({"message": "pending"})), true, "asked for before"),
        ((422, json!({"message": "Unprocessable", "failure_reason": "NO_QUOTA"})), true, "not available here: Unprocessable: NO_QUOTA"),
        ((403, json!({"message": "ACTOR_FLAGGED"})), true, "not available here: ACTOR_FLAGGED"),
        ((429, json!({"message": "RATE_LIMITED"})), true, "not available here: RATE_LIMITED"),
        ((503, json!({"message": "Service unavailable"})), true, "not available here"),
        ((404, json!({"message": "Not Found"})), true, "was asked for a review"),
        ((404, json!({"message": "Not Found"})), false, "asked nobody"),
    ];
    for (copilot, counts, says) in refusals {
        let (github, repo, _) = healed();
        github.state().copilot = copilot.clone();
        github.state().reviewer_counts = counts;
        let made = publish(&github, &repo, &[]).ends(0).json();
        let notes: Vec<&str> = made["notes"].as_array().unwrap().iter().filter_map(|note| note.as_str()).collect();
        assert!(notes.len() == 1 && notes[0].contains(says), "{copilot:?}: {notes:?}");
    }
    let (github, repo, _) = healed();
    publish(&github, &repo, &["--copilot", "off"]).ends(0);
    assert!(github.exchanges().iter().all(|exchange| !exchange.path.contains("copilot")));
}
