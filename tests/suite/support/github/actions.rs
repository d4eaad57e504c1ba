//! Runs, jobs, logs, annotations, check runs, contents.

use serde_json::{Value, json};

use super::Shared;
use super::http::{Answer, Asked};
use super::state::{Run, State};

fn not_found() -> Answer {
    Answer::message(404, "Not Found")
}

pub(super) fn answer(asked: &Asked, rest: &[&str], shared: &Shared) -> Answer {
    let state = shared.state.lock().unwrap();
    match rest {
        ["actions", "runs"] => runs(asked, &state),
        ["actions", "runs", id, rest @ ..] => match id.parse().ok().and_then(|id: u64| state.runs.get(&id)) {
            Some(run) => one(asked, id, rest, run),
            None => not_found(),
        },
        ["actions", "jobs", id, "logs"] => match state.runs.values().find_map(|run| run.job_logs.get(&id.parse().unwrap())) {
            Some(_) => moved(&format!("/storage/job/{id}"), asked),
            None => not_found(),
        },
        ["check-runs", id, "annotations"] => {
            let found = state.runs.values().find_map(|run| run.annotations.get(&id.parse().unwrap()).cloned());
            Answer::json(200, &found.unwrap_or_else(|| json!([])))
        }
        ["commits", _, "check-runs"] => Answer::json(200, &json!({"total_count": state.check_runs.len(), "check_runs": state.check_runs})),
        ["contents", path @ ..] => {
            drop(state);
            contents(&path.join("/"), &asked.query("ref").unwrap_or_default(), shared)
        }
        _ => not_found(),
    }
}

fn one(asked: &Asked, id: &str, rest: &[&str], run: &Run) -> Answer {
    match rest {
        [] | ["attempts", _] => Answer::json(200, &run.record),
        ["jobs"] | ["attempts", _, "jobs"] => {
            let page: usize = asked.query("page").and_then(|page| page.parse().ok()).unwrap_or(1);
            let per_page: usize = asked.query("per_page").and_then(|page| page.parse().ok()).unwrap_or(30);
            let jobs: Vec<Value> = run.jobs.iter().skip((page - 1) * per_page).take(per_page).cloned().collect();
            let answer = Answer::json(200, &json!({"total_count": run.jobs.len(), "jobs": jobs}));
            if run.jobs.len() > page * per_page {
                return answer.with("link", format!("<https://api.example/jobs?per_page={per_page}&page={}>; rel=\"next\"", page + 1));
            }
            answer
        }
        ["logs"] | ["attempts", _, "logs"] => match &run.logs {
            Some(_) => moved(&format!("/storage/run/{id}"), asked),
            None => Answer::message(410, "Server Error"),
        },
        _ => not_found(),
    }
}

/// Logs lie on another host: another name for this machine is another origin.
fn moved(path: &str, asked: &Asked) -> Answer {
    let port = asked.header("host").unwrap().rsplit(':').next().unwrap();
    Answer { status: 302, headers: vec![("location".to_owned(), format!("http://localhost:{port}{path}"))], body: Vec::new() }
}

pub(super) fn storage(asked: &Asked, shared: &Shared) -> Answer {
    let state = shared.state.lock().unwrap();
    let parts: Vec<&str> = asked.path().split('/').skip(2).collect();
    let body = match parts.as_slice() {
        ["run", id] => state.runs.get(&id.parse().unwrap()).and_then(|run| run.logs.clone()),
        ["job", id] => state.runs.values().find_map(|run| run.job_logs.get(&id.parse().unwrap())).map(|text| text.clone().into_bytes()),
        _ => None,
    };
    body.map_or_else(not_found, |body| Answer { status: 200, headers: Vec::new(), body })
}

fn runs(asked: &Asked, state: &State) -> Answer {
    let same = |run: &Value, field: &str, query: &str| asked.query(query).is_none_or(|wanted| run[field] == wanted.as_str());
    let fits = |run: &&Value| {
        let status = asked.query("status").is_none_or(|wanted| run["conclusion"] == wanted.as_str() || run["status"] == wanted.as_str());
        status && same(run, "head_branch", "branch") && same(run, "head_sha", "head_sha")
    };
    let number = |name: &str, usual: usize| asked.query(name).map_or(usual, |text| text.parse().unwrap());
    let (page, per_page) = (number("page", 1), number("per_page", 30));
    let found: Vec<&Value> = state.runs.values().rev().map(|run| &run.record).filter(fits).collect();
    let shown: Vec<&Value> = found.iter().skip((page - 1) * per_page).take(per_page).copied().collect();
    Answer::json(200, &json!({"total_count": found.len(), "workflow_runs": shown}))
}

fn contents(path: &str, reference: &str, shared: &Shared) -> Answer {
    let output =
        std::process::Command::new("git").arg("-C").arg(&shared.bare).args(["show", &format!("{reference}:{path}")]).output().unwrap();
    if !output.status.success() {
        return not_found();
    }
    let encoded = super::git::base64(&output.stdout);
    Answer::json(
        200,
        &json!({"type": "file", "encoding": "base64", "size": output.stdout.len(), "name": path.rsplit('/').next().unwrap(), "path": path, "content": encoded, "sha": "0"}),
    )
}
