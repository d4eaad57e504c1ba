//! Runs become bundles: whole, resumed, expired, with holes.

use serde_json::{Value, json};

use super::super::support::github::{Exchange, Fault, GitHub, Run};
use super::{TEXT, WORKFLOW, job, log};

/// Run 100 of the server's `main`, with these jobs in the archive.
pub(super) fn run(github: &GitHub, id: u64, logs: Option<Vec<u8>>) -> Value {
    let sha = github.tip("main").unwrap();
    let record = json!({
        "id": id, "name": "CI", "path": WORKFLOW, "head_sha": sha, "head_branch": "main", "event": "push", "run_attempt": 1,
        "status": "completed", "conclusion": "failure", "html_url": format!("https://github.example/octo/weather/actions/runs/{id}"),
        "repository": {"full_name": "octo/weather"}, "head_repository": {"full_name": "octo/weather"},
    });
    let run = Run { record: record.clone(), jobs: vec![job(id)], logs, ..Run::default() };
    github.state().runs.insert(id, run);
    record
}

pub(super) fn archive() -> Vec<u8> {
    gh_autoheal::archive::packed(&[("0_test.txt".to_owned(), log().into_bytes())]).unwrap()
}

fn heals(github: &GitHub, repo: &super::Repo, source: &str) {
    let said = github.program(["diagnose", source, "--json"]).within(repo.path()).run().ends(0);
    assert_eq!(said.json()["failures"][0]["rule"], "python-module-not-found", "{said:?}");
    assert_eq!(said.json()["source"]["kind"], "bundle");
}

#[test]
fn a_run_becomes_a_folder_or_a_zip_that_is_read_offline() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    run(&github, 1_000_100, Some(archive()));
    for target in ["saved", "saved.zip"] {
        let said = github.program(["fetch", "1000100", "-o", target, "--json"]).within(repo.path()).run().ends(0);
        assert_eq!(said.json()["notes"], json!([]), "{said:?}");
        assert!(!repo.path().join(format!("{target}.partial")).exists());
        super::openapi::check(&github.exchanges());
        heals(&github, &repo, target);
    }
    let saved = repo.path().join("saved");
    for name in ["run.json", "jobs.json", "logs.zip", "check-runs.json", "annotations/10001000.json", "workflow/ci.yml"] {
        assert!(saved.join(name).is_file(), "{name}");
    }
    assert_eq!(std::fs::read_to_string(saved.join("workflow/ci.yml")).unwrap(), TEXT);
}

#[test]
fn the_newest_failed_run_of_the_branch_is_meant_without_a_number() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    run(&github, 1_000_100, Some(archive()));
    run(&github, 1_000_101, Some(archive()));
    github.state().runs.get_mut(&1_000_101).unwrap().record["conclusion"] = json!("success");
    github.program(["fetch"]).within(repo.path()).run().ends(0).shows("Saved run 1000100");
    github.program(["fetch", "--branch", "other"]).within(repo.path()).run().ends(1).complains("no run of the branch other");
    github.program(["fetch", "7"]).within(repo.path()).run().ends(1).complains("has no run 7");
    github.program(["fetch", "nonsense"]).within(repo.path()).run().ends(2).complains("names no run");
}

#[test]
fn jobs_that_the_archive_lacks_are_fetched_one_by_one() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    let empty = gh_autoheal::archive::packed(&[("test (0)/system.txt".to_owned(), b"x".to_vec())]).unwrap();
    run(&github, 1_000_100, Some(empty));
    {
        let mut state = github.state();
        let run = state.runs.get_mut(&1_000_100).unwrap();
        // More than gh's 25, and more than one page of jobs.
        run.jobs = (0..130)
            .map(|index| {
                let mut job = job(1_000_100);
                job["id"] = json!(5_000 + index);
                job["name"] = json!(format!("test ({index})"));
                if index >= 40 {
                    job["conclusion"] = json!("success");
                }
                job
            })
            .collect();
        run.job_logs = (0..40).map(|index| (5_000 + index, log())).collect();
    }
    github.program(["fetch", "1000100", "-o", "saved"]).within(repo.path()).run().ends(0);
    let said = github.program(["diagnose", "saved", "--json"]).within(repo.path()).run().ends(0);
    assert_eq!(said.json()["failures"].as_array().unwrap().len(), 40);
    assert_eq!(said.json()["source"]["jobs"], 130);
}

#[test]
fn expired_logs_are_said_and_the_rest_is_fetched() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    run(&github, 1_000_100, None);
    let said = github.program(["fetch", "1000100", "-o", "saved", "--json"]).within(repo.path()).run().ends(0);
    assert!(said.json()["notes"][0].as_str().unwrap().contains("expired"), "{said:?}");
    assert!(repo.path().join("saved/jobs.json").is_file() && !repo.path().join("saved/logs.zip").exists());
}

#[test]
fn a_fetch_that_broke_off_goes_on_where_it_stopped() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    run(&github, 1_000_100, Some(archive()));
    github.state().fail("annotations", Fault::status(500, "Server Error"));
    github.state().fail("annotations", Fault::status(500, "Server Error"));
    github.state().fail("annotations", Fault::status(500, "Server Error"));
    github.state().fail("annotations", Fault::status(500, "Server Error"));
    github.program(["fetch", "1000100", "-o", "saved"]).within(repo.path()).run().ends(1).complains("run the same command again");
    assert!(!repo.path().join("saved").exists(), "nothing half made stands at the target");
    github.exchanges();
    github.program(["fetch", "1000100", "-o", "saved"]).within(repo.path()).run().ends(0);
    let asked: Vec<String> = github.exchanges().iter().map(Exchange::line).collect();
    assert!(asked.iter().all(|line| !line.contains("/logs") && !line.contains("/jobs")), "{asked:?}");
    heals(&github, &repo, "saved");
}

#[test]
fn nothing_of_a_person_s_is_written_over() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    run(&github, 1_000_100, Some(archive()));
    repo.write("mine/notes.md", "mine");
    github.program(["fetch", "1000100", "-o", "mine"]).within(repo.path()).run().ends(1).complains("nothing is written over it");
    github.program(["fetch", "1000100", "-o", "."]).within(repo.path()).run().ends(1);
    assert_eq!(std::fs::read_to_string(repo.path().join("mine/notes.md")).unwrap(), "mine");
}

#[test]
fn a_run_is_fetched_and_healed_in_one_go() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    run(&github, 1_000_100, Some(archive()));
    let address = format!("https://{}/octo/weather/actions/runs/1000100/job/5", github.host());
    for source in ["1000100", &address] {
        let said = github.program(["heal", source, "--allow", "needs-review", "--json"]).within(repo.path()).run().ends(0);
        assert!(said.json()["branch"].as_str().unwrap().starts_with("auto-heal/"), "{said:?}");
    }
}

#[test]
fn a_run_that_goes_on_is_read_as_far_as_it_failed() {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, TEXT)]);
    run(&github, 1_000_100, None);
    let diagnose = || github.program(["diagnose", "1000100", "--json"]).within(repo.path()).run();
    {
        let mut state = github.state();
        let run = state.runs.get_mut(&1_000_100).unwrap();
        run.record["status"] = json!("in_progress");
        run.record["conclusion"] = Value::Null;
        let mut own = job(1_000_100);
        own["id"] = json!(7);
        own["name"] = json!("explain");
        own["status"] = json!("in_progress");
        own["conclusion"] = Value::Null;
        own["steps"] = json!([{"number": 1, "name": "Set up job", "status": "completed", "conclusion": "success"}]);
        run.jobs.push(own);
        run.job_logs = [(10_001_000, log())].into();
    }
    // A job of the same run, behind the one that failed: its log is there, the run's is not yet.
    let said = diagnose().ends(0);
    assert_eq!(said.json()["failures"][0]["rule"], "python-module-not-found", "{said:?}");
    assert_eq!(said.json()["failures"].as_array().unwrap().len(), 1, "{said:?}");
    // The last step of the job itself: its log comes later; what failed is named all the same.
    {
        let mut state = github.state();
        let run = state.runs.get_mut(&1_000_100).unwrap();
        run.jobs.truncate(1);
        run.jobs[0]["status"] = json!("in_progress");
        run.jobs[0]["conclusion"] = Value::Null;
        run.job_logs.clear();
    }
    let said = diagnose().ends(0);
    let failures = said.json()["failures"].clone();
    assert_eq!(
        (failures[0]["step"]["name"].clone(), failures[0]["verdict"].clone()),
        (json!("Run pytest"), json!("unexplained")),
        "{said:?}"
    );
    github.state().runs.get_mut(&1_000_100).unwrap().jobs[0]["steps"] = json!([]);
    diagnose().ends(1).complains("still in progress");
}
