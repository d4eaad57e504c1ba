//! Watching: each cause is healed once, whatever happens meanwhile.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::{Value, json};

use super::super::support::git::Repo;
use super::super::support::github::{Fault, GitHub, Run};
use super::super::support::program::{Program, Said};
use super::{TEXT, WORKFLOW, job, log};

/// What each cause lacks.
const MODULES: [&str; 6] = ["requests", "numpy", "yaml", "pandas", "httpx", "click"];

/// Run `id`, green or lacking a module.
fn add(github: &GitHub, id: u64, lacks: Option<&str>) {
    let sha = github.tip("main").unwrap();
    let conclusion = if lacks.is_some() { "failure" } else { "success" };
    let record = json!({
        "id": id, "name": "CI", "path": WORKFLOW, "head_sha": sha, "head_branch": "main", "event": "push", "run_attempt": 1,
        "status": "completed", "conclusion": conclusion, "html_url": format!("https://github.example/octo/weather/actions/runs/{id}"),
        "repository": {"full_name": "octo/weather"}, "head_repository": {"full_name": "octo/weather"},
    });
    let text = log().replace("requests", lacks.unwrap_or(""));
    let logs = lacks.map(|_| gh_autoheal::archive::packed(&[("0_test.txt".to_owned(), text.into_bytes())]).unwrap());
    github.state().runs.insert(id, Run { record, jobs: vec![job(id)], logs, ..Run::default() });
}

/// Of two hundred runs, thirty fail, for six causes.
fn fill(github: &GitHub, ids: impl Iterator<Item = u64>) {
    for id in ids {
        let failed = id % 20 < 3;
        let cause = usize::try_from(id / 20 * 3 + id % 20).unwrap() % MODULES.len();
        add(github, id, failed.then(|| MODULES[cause]));
    }
}

fn start() -> (GitHub, Repo) {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    (github, repo)
}

fn watch(github: &GitHub, repo: &Repo, more: &[&str]) -> Program {
    let program = github.program(["watch", "--allow", "needs-review", "--json"]).args(more).within(repo.path());
    program.env("XDG_STATE_HOME", repo.beside("state"))
}

fn events(out: &str) -> Vec<Value> {
    out.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// How many events of a kind there were.
fn count(said: &str, kind: &str) -> usize {
    events(said).iter().filter(|event| event["event"] == kind).count()
}

fn branches(repo: &Repo) -> usize {
    repo.git(&["for-each-ref", "--format=%(refname)", "refs/heads/auto-heal"]).lines().count()
}

#[test]
fn thirty_failures_of_six_causes_are_healed_six_times() {
    let (github, repo) = start();
    fill(&github, 0..200);
    let said = watch(&github, &repo, &["--once"]).run().ends(0);
    assert_eq!((count(&said.out, "healed"), count(&said.out, "known")), (6, 24), "{said:?}");
    assert_eq!(branches(&repo), 6);
    super::openapi::check(&github.exchanges());
    let again = watch(&github, &repo, &["--once"]).run().ends(0);
    assert_eq!(events(&again.out).len(), 1, "{again:?}");
    let asked = github.exchanges();
    assert!(asked.len() <= 4 && asked.iter().all(|exchange| exchange.path.contains("/actions/runs?")), "{asked:?}");
}

#[test]
fn killed_and_started_again_it_still_heals_six_times() {
    let (github, repo) = start();
    let heard = repo.beside("heard");
    let command = format!("grep -o '\"fingerprint\": *\"[0-9a-f]*\"' | head -n 1 >> '{}'", heard.display());
    // Where it is killed: after so many more requests. Any order of numbers would do.
    let mut chance = 7_u64;
    for round in 0..10 {
        fill(&github, round * 20..(round + 1) * 20);
        chance = (chance * 31 + 11) % 41;
        let mut running = watch(&github, &repo, &["--interval", "1", "--exec", &command]).start();
        github.exchanges();
        running.until(|running| {
            let waits =
                running.out().lines().count() > 0 && github.state().exchanges.iter().filter(|exchange| exchange.status == 304).count() > 1;
            waits || github.state().exchanges.len() as u64 >= chance
        });
        running.signal("KILL");
        assert_eq!(running.end(), None);
    }
    watch(&github, &repo, &["--once", "--exec", &command]).run().ends(0);
    assert_eq!(branches(&repo), 6);
    let heard = std::fs::read_to_string(heard).unwrap();
    assert_eq!(heard.lines().collect::<BTreeSet<_>>().len(), 6, "{heard}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    let said = watch(&github, &repo, &["--once"]).run().ends(0);
    assert_eq!(events(&said.out).len(), 1, "everything was dealt with: {said:?}");
}

#[test]
fn it_sees_what_ends_meanwhile_asks_for_nothing_twice_and_stops_when_told_to() {
    let (github, repo) = start();
    for name in ["TERM", "INT"] {
        let mut running = watch(&github, &repo, &["--interval", "1"]).start();
        running.until(|running| count(&running.out(), "watching") == 1);
        github.exchanges();
        // Two looks while nothing changes: nothing is sent again.
        running.until(|_| github.state().exchanges.iter().filter(|exchange| exchange.status == 304).count() >= 4);
        let id = if name == "TERM" { 1 } else { 2 };
        add(&github, id, Some("requests"));
        running.until(|running| count(&running.out(), if id == 1 { "healed" } else { "known" }) == 1);
        running.signal(name);
        assert_eq!(running.end(), Some(0));
        assert_eq!(count(&running.out(), "stopped"), 1, "{}", running.out());
    }
    assert_eq!(branches(&repo), 1);
}

#[test]
fn published_once_and_never_without_being_asked() {
    let (github, repo) = start();
    add(&github, 1, Some("requests"));
    add(&github, 2, Some("requests"));
    let said = watch(&github, &repo, &["--once"]).run().ends(0);
    assert_eq!(count(&said.out, "healed"), 1, "{said:?}");
    assert!(github.exchanges().iter().all(|exchange| !exchange.writes()));
    // A watcher that goes farther does so for what was only healed.
    add(&github, 3, Some("requests"));
    let said = watch(&github, &repo, &["--once", "--publish"]).run().ends(0);
    assert_eq!(count(&said.out, "published"), 1, "{said:?}");
    super::openapi::check(&github.exchanges());
    let opened = {
        let state = github.state();
        (state.issues.len(), state.pulls.len())
    };
    assert_eq!(opened, (2, 1));
    add(&github, 4, Some("requests"));
    let said = watch(&github, &repo, &["--once", "--publish"]).run().ends(0);
    assert_eq!((count(&said.out, "published"), count(&said.out, "known")), (0, 1), "{said:?}");
}

#[test]
fn one_watcher_a_repository_and_a_line_for_what_goes_wrong() {
    let (github, repo) = start();
    let mut running = watch(&github, &repo, &[]).start();
    running.until(|running| count(&running.out(), "watching") == 1);
    watch(&github, &repo, &["--once"]).run().ends(1).complains("another `watch` looks after");
    running.signal("TERM");
    assert_eq!(running.end(), Some(0));
    add(&github, 1, Some("requests"));
    (0..4).for_each(|_| github.state().fail("/actions/runs?", Fault::status(500, "Server Error")));
    let said: Said = watch(&github, &repo, &["--once"]).run().ends(1);
    assert_eq!(count(&said.out, "error"), 1, "{said:?}");
    github.state().fail("/actions/runs?", Fault::status(401, "Bad credentials"));
    watch(&github, &repo, &["--once"]).run().ends(4).complains("gh auth login");
    watch(&github, &repo, &["--format", "markdown"]).run().ends(2);
}

#[test]
fn a_plan_is_posted_and_a_command_that_fails_is_no_end() {
    let (github, repo) = start();
    add(&github, 1, Some("requests"));
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}/heals?key=secret", listener.local_addr().unwrap());
    let monitor = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut text = Vec::new();
        let mut part = [0; 4096];
        let whole = |text: &[u8]| {
            let text = String::from_utf8_lossy(text).into_owned();
            let (head, body) = text.split_once("\r\n\r\n")?;
            let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())?;
            (body.len() >= length).then_some(text)
        };
        loop {
            let read = stream.read(&mut part).unwrap();
            text.extend_from_slice(&part[..read]);
            if let Some(text) = whole(&text) {
                stream.write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n").unwrap();
                return text;
            }
        }
    });
    let said = watch(&github, &repo, &["--once", "--webhook", &address, "--exec", "exit 7"]).run().ends(0);
    assert_eq!(count(&said.out, "error"), 1, "{said:?}");
    let text = monitor.join().unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /heals?key=secret ") && !head.to_ascii_lowercase().contains("authorization"), "{head}");
    let plan: Value = serde_json::from_str(body).unwrap();
    assert_eq!(plan["causes"][0]["rule"], "python-module-not-found");
    let wrong: Vec<Value> = events(&said.out).into_iter().filter(|event| event["event"] == "error").collect();
    assert!(wrong.len() == 1 && wrong[0]["message"].as_str().unwrap().contains("exit status: 7"), "{said:?}");
    add(&github, 2, Some("numpy"));
    let nobody = format!("http://{}/?key=secret", TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap());
    let said = watch(&github, &repo, &["--once", "--webhook", &nobody]).run().ends(0);
    assert_eq!(count(&said.out, "error"), 1, "{said:?}");
    assert!(!said.out.contains("secret"), "an address may hold a secret: {said:?}");
    watch(&github, &repo, &["--webhook", "http://monitor.example/"]).run().ends(2).complains("https");
}

#[test]
fn without_a_checkout_runs_are_diagnosed_and_with_one_healed_afterwards() {
    let (github, repo) = start();
    add(&github, 1, Some("requests"));
    let elsewhere = tempfile::tempdir().unwrap();
    let watch_by_name = || watch(&github, &repo, &["--once", "-R", "octo/weather"]).within(elsewhere.path());
    let said = watch_by_name().run().ends(0);
    assert_eq!(count(&said.out, "diagnosed"), 1, "{said:?}");
    assert!(said.out.contains("CI (python-module-not-found): it can be healed in a checkout"), "{said:?}");
    assert_eq!(branches(&repo), 0);
    add(&github, 2, Some("requests"));
    assert_eq!(count(&watch_by_name().run().ends(0).out, "known"), 1);
    add(&github, 3, Some("requests"));
    assert_eq!(count(&watch(&github, &repo, &["--once"]).run().ends(0).out, "healed"), 1);
}

#[test]
fn own_branches_cancelled_runs_and_expired_logs_are_left_in_peace() {
    let (github, repo) = start();
    for id in 1..=4 {
        add(&github, id, Some("requests"));
    }
    {
        let mut state = github.state();
        state.runs.get_mut(&1).unwrap().record["head_branch"] = json!("auto-heal/workflow-ci-0123abcd");
        state.runs.get_mut(&2).unwrap().record["path"] = json!(".github/workflows/auto-heal.yml@main");
        let cancelled = state.runs.get_mut(&3).unwrap();
        cancelled.record["conclusion"] = json!("cancelled");
        cancelled.jobs[0]["conclusion"] = json!("cancelled");
        cancelled.logs = Some(
            gh_autoheal::archive::packed(&[(
                "0_test.txt".to_owned(),
                b"2026-10-01T10:00:10.0000000Z ##[error]The operation was canceled.\n".to_vec(),
            )])
            .unwrap(),
        );
        state.runs.get_mut(&4).unwrap().logs = None;
    }
    let said = watch(&github, &repo, &["--once"]).run().ends(0);
    let runs: Vec<u64> = events(&said.out).iter().filter_map(|event| event["run"].as_u64()).collect();
    assert_eq!(runs, [4, 3], "{said:?}");
    assert_eq!(count(&said.out, "nothing"), 1, "{said:?}");
    assert_eq!(branches(&repo), 0);
}

#[test]
fn a_person_reads_a_line_for_each_event() {
    let (github, repo) = start();
    add(&github, 1, Some("requests"));
    add(&github, 2, Some("requests"));
    let program = github.program(["watch", "--once", "--allow", "needs-review"]).within(repo.path());
    let said = program.env("XDG_STATE_HOME", repo.beside("state")).run().ends(0);
    let lines: Vec<&str> = said.out.lines().map(|line| line.split_once("Z ").unwrap().1).collect();
    let branch = repo.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads/auto-heal"]);
    let healed = format!("octo/weather run 2 healed: CI (python-module-not-found) on the branch {branch}");
    let known = "octo/weather run 1 known: python-module-not-found: seen before in 1 run";
    assert_eq!(lines, ["octo/weather watching: once, heals in this checkout", &healed, known]);
}
