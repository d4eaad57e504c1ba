//! The REST and GraphQL API, where the program uses it.

use serde_json::{Value, json};

use super::http::{Answer, Asked, decoded};
use super::state::State;
use super::{REPO, Shared, actions, git};

/// Answers a request that came with the right token.
pub(super) fn answer(asked: &Asked, shared: &Shared) -> Answer {
    if asked.path() == "/api/graphql" {
        return graphql(asked, &mut shared.state.lock().unwrap());
    }
    let path = asked.path().strip_prefix("/api/v3").unwrap_or(asked.path());
    let parts: Vec<String> = path.split('/').skip(1).map(decoded).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    if let ["search", "issues"] = parts.as_slice() {
        return search(asked, &shared.state.lock().unwrap());
    }
    if let [kind @ ("orgs" | "users"), owner, "repos"] = parts.as_slice() {
        let state = shared.state.lock().unwrap();
        return match state.owners.get(&format!("{kind}/{owner}")) {
            Some(list) => Answer::json(200, list),
            None => Answer::message(404, "Not Found"),
        };
    }
    let ["repos", owner, name, rest @ ..] = parts.as_slice() else { return Answer::message(404, "Not Found") };
    if format!("{owner}/{name}") != REPO {
        return Answer::message(404, "Not Found");
    }
    if let (Some((status, value)), "GET") = (shared.state.lock().unwrap().settings.get(&rest.join("/")), asked.method.as_str()) {
        return Answer::json(*status, value);
    }
    match rest {
        ["git", rest @ ..] => git::data(&asked.method, rest, &asked.json(), &shared.bare),
        ["branches", branch @ ..] => match git::tip(&shared.bare, &branch.join("/")) {
            Some(sha) => Answer::json(200, &json!({"name": branch.join("/"), "commit": {"sha": sha}})),
            None => Answer::message(404, "Branch not found"),
        },
        ["actions" | "check-runs" | "commits" | "contents", ..] => actions::answer(asked, rest, shared),
        ["pulls"] if asked.method == "POST" => open_pull(asked, shared),
        _ => simple(asked, rest, &mut shared.state.lock().unwrap()),
    }
}

fn simple(asked: &Asked, rest: &[&str], state: &mut State) -> Answer {
    let body = asked.json();
    match (asked.method.as_str(), rest) {
        ("GET", []) => {
            let answer = Answer::json(200, &state.repository);
            match &state.scopes {
                Some(scopes) => answer.with("x-oauth-scopes", scopes.clone()),
                None => answer,
            }
        }
        ("GET", ["issues"]) => listing(asked, state),
        ("POST", ["issues"]) => open_issue(&body, state),
        ("PATCH", ["issues", number]) => change(number, &body, state),
        ("POST", ["issues", number, "comments"]) => {
            state.comments.push((number.parse().unwrap(), body["body"].as_str().unwrap().to_owned()));
            Answer::json(201, &json!({"id": 1, "body": body["body"]}))
        }
        ("POST", ["issues", number, "labels"]) => add_labels(number, &body, state),
        ("POST", ["issues", number, "assignees"]) => {
            let taken = if state.reviewer_counts { json!([{"login": "Copilot"}]) } else { json!([]) };
            Answer::json(201, &json!({"number": number.parse::<u64>().unwrap(), "assignees": taken}))
        }
        ("GET", ["labels", name]) if state.labels.iter().any(|label| label == name) => Answer::json(200, &json!({"name": name})),
        ("POST", ["labels"]) => {
            let name = body["name"].as_str().unwrap().to_owned();
            if state.labels.contains(&name) {
                return Answer::json(
                    422,
                    &json!({"message": "Validation Failed", "errors": [{"resource": "Label", "code": "already_exists", "field": "name"}]}),
                );
            }
            state.labels.push(name.clone());
            Answer::json(201, &json!({"name": name, "color": body["color"], "description": body["description"]}))
        }
        ("GET", ["pulls"]) => pulls(asked, state),
        ("GET", ["pulls", number]) => one_pull(number, state),
        ("POST", ["pulls", _, "copilot-code-review"]) => Answer::json(state.copilot.0, &state.copilot.1),
        ("POST", ["pulls", _, "requested_reviewers"]) => {
            let login = body["reviewers"][0].as_str().unwrap();
            if login != "copilot-pull-request-reviewer[bot]" {
                return Answer::message(
                    422,
                    "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator",
                );
            }
            if state.reviewer_counts {
                state.reviewers.push("Copilot".to_owned());
            }
            Answer::json(201, &json!({"number": 1}))
        }
        ("GET", ["pulls", _, "requested_reviewers"]) => {
            let users: Vec<Value> = state.reviewers.iter().map(|login| json!({"login": login})).collect();
            Answer::json(200, &json!({"users": users, "teams": []}))
        }
        _ => Answer::message(404, "Not Found"),
    }
}

fn labelled(names: &Value) -> Value {
    names.as_array().into_iter().flatten().map(|name| json!({"name": name})).collect::<Vec<_>>().into()
}

fn open_issue(body: &Value, state: &mut State) -> Answer {
    if body["body"].as_str().is_some_and(|text| text.chars().count() > 65_536) {
        return Answer::message(422, "Validation Failed: body is too long (maximum is 65536 characters)");
    }
    let number = state.next_number();
    let issue = json!({
        "number": number, "html_url": format!("https://github.example/{REPO}/issues/{number}"), "state": "open", "title": body["title"],
        "body": body["body"], "labels": labelled(&body["labels"]), "created_at": state.created, "author_association": "MEMBER",
        "user": {"login": "octocat", "type": "User"}, "node_id": format!("I_{number}"),
    });
    state.issues.insert(number, issue.clone());
    Answer::json(201, &issue)
}

fn open_pull(asked: &Asked, shared: &Shared) -> Answer {
    let body = asked.json();
    let mut state = shared.state.lock().unwrap();
    let refused = |message: &str| {
        Answer::json(
            422,
            &json!({"message": "Validation Failed", "errors": [{"resource": "PullRequest", "code": "custom", "message": message}]}),
        )
    };
    if !state.may_open {
        return Answer::message(403, "GitHub Actions is not permitted to create or approve pull requests.");
    }
    if body["draft"] == true && !state.drafts {
        return refused("Draft pull requests are not supported in this repository.");
    }
    let (head, base) = (body["head"].as_str().unwrap(), body["base"].as_str().unwrap());
    let (Some(sha), Some(_)) = (git::tip(&shared.bare, head), git::tip(&shared.bare, base)) else {
        return refused("The head or base branch is not there.");
    };
    if state.pulls.values().any(|pull| pull["head"]["ref"] == head && pull["state"] == "open") {
        return refused(&format!("A pull request already exists for octo:{head}."));
    }
    let number = state.next_number();
    let url = format!("https://github.example/{REPO}/pull/{number}");
    let issue = json!({
        "number": number, "html_url": url, "state": "open", "title": body["title"], "body": body["body"], "labels": [],
        "created_at": state.created, "author_association": "MEMBER", "user": {"login": "octocat", "type": "User"},
        "pull_request": {"url": url, "html_url": url, "diff_url": url, "patch_url": url}, "node_id": format!("PR_{number}"),
    });
    let pull = json!({
        "draft": body["draft"], "merged_at": null, "merge_commit_sha": null, "base": {"ref": base},
        "head": {"ref": head, "sha": sha, "repo": {"full_name": REPO}}, "state": "open",
    });
    state.issues.insert(number, issue);
    state.pulls.insert(number, pull);
    Answer { status: 201, ..one_pull(&number.to_string(), &state) }
}

/// A pull request as its own endpoint gives it: the issue's fields and its own.
fn whole_pull(number: u64, state: &State) -> Option<Value> {
    let mut whole = state.issues.get(&number)?.clone();
    let fields = state.pulls.get(&number)?;
    let object = whole.as_object_mut().unwrap();
    object.remove("pull_request");
    for (name, value) in fields.as_object().unwrap() {
        object.insert(name.clone(), value.clone());
    }
    let open = state.issues[&number]["state"].clone();
    object.insert("state".to_owned(), open);
    Some(whole)
}

fn one_pull(number: &str, state: &State) -> Answer {
    match number.parse().ok().and_then(|number| whole_pull(number, state)) {
        Some(pull) => Answer::json(200, &pull),
        None => Answer::message(404, "Not Found"),
    }
}

fn pulls(asked: &Asked, state: &State) -> Answer {
    let head = asked.query("head");
    let fits = |pull: &Value| head.as_deref().is_none_or(|head| format!("octo:{}", pull["head"]["ref"].as_str().unwrap()) == head);
    let found: Vec<Value> = state.pulls.keys().rev().filter_map(|number| whole_pull(*number, state)).filter(fits).collect();
    Answer::json(200, &found.into())
}

fn listing(asked: &Asked, state: &State) -> Answer {
    let label = asked.query("labels").unwrap();
    let page: usize = asked.query("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let per_page: usize = asked.query("per_page").and_then(|page| page.parse().ok()).unwrap_or(30);
    let has = |issue: &&Value| issue["labels"].as_array().unwrap().iter().any(|known| known["name"] == label.as_str());
    let found: Vec<Value> = state.issues.values().rev().filter(has).cloned().collect();
    let shown: Vec<Value> = found.iter().skip((page - 1) * per_page).take(per_page).cloned().collect();
    let answer = Answer::json(200, &shown.into());
    if found.len() > page * per_page {
        let query: Vec<String> =
            asked.target.split_once('?').unwrap().1.split('&').filter(|pair| !pair.starts_with("page=")).map(str::to_owned).collect();
        return answer.with("link", format!("<https://api.example/issues?{}&page={}>; rel=\"next\"", query.join("&"), page + 1));
    }
    answer
}

fn change(number: &str, body: &Value, state: &mut State) -> Answer {
    let Some(issue) = number.parse::<u64>().ok().and_then(|number| state.issues.get_mut(&number)) else {
        return Answer::message(404, "Not Found");
    };
    for (name, value) in body.as_object().unwrap() {
        issue[name] = value.clone();
    }
    Answer::json(200, issue)
}

fn add_labels(number: &str, body: &Value, state: &mut State) -> Answer {
    let Some(issue) = number.parse::<u64>().ok().and_then(|number| state.issues.get_mut(&number)) else {
        return Answer::message(404, "Not Found");
    };
    for label in labelled(&body["labels"]).as_array().unwrap() {
        let labels = issue["labels"].as_array_mut().unwrap();
        if !labels.contains(label) {
            labels.push(label.clone());
        }
    }
    Answer::json(200, &issue["labels"])
}

fn search(asked: &Asked, state: &State) -> Answer {
    let query = asked.query("q").unwrap();
    let text = query.split('"').nth(1).unwrap();
    let holds = |issue: &&Value| issue["body"].as_str().is_some_and(|body| body.contains(text)) && issue["pull_request"].is_null();
    let items: Vec<Value> = state.issues.values().filter(holds).cloned().collect();
    Answer::json(200, &json!({"total_count": items.len(), "incomplete_results": false, "items": items}))
}

fn graphql(asked: &Asked, state: &mut State) -> Answer {
    let body = asked.json();
    let query = body["query"].as_str().unwrap();
    if query.contains("viewer") {
        return Answer::json(200, &json!({"data": {"viewer": {"login": state.viewer}}}));
    }
    if query.contains("suggestedActors") {
        let mut nodes = vec![json!({"login": "octocat"})];
        nodes.extend(state.agent.then(|| json!({"login": "copilot-swe-agent"})));
        return Answer::json(200, &json!({"data": {"repository": {"suggestedActors": {"nodes": nodes}}}}));
    }
    if query.contains("convertPullRequestToDraft") {
        let id = body["variables"]["id"].as_str().unwrap().to_owned();
        let number: u64 = id.strip_prefix("PR_").unwrap().parse().unwrap();
        state.pulls.get_mut(&number).unwrap()["draft"] = json!(true);
        return Answer::json(200, &json!({"data": {"convertPullRequestToDraft": {"pullRequest": {"isDraft": true}}}}));
    }
    Answer::json(200, &json!({"errors": [{"message": "unknown"}]}))
}
