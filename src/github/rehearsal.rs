//! The wire to nowhere: it writes down what would be sent, and answers as a repository where nothing of ours is yet.

use serde_json::{Value, json};

use super::{ApiError, Method, Reply, RepoName, Request, Wire, segment};

/// Something that would be done, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A request to the API.
    Request(Request),
    /// A command, word by word.
    Command(Vec<String>),
}

/// The rehearsed wire.
#[derive(Debug)]
pub struct Rehearsal {
    repo: RepoName,
    default_branch: String,
    commit: Option<(String, String)>,
    labels: Vec<String>,
    /// What would be done so far.
    pub steps: Vec<Step>,
}

/// The number of an issue or pull request that GitHub has not given yet.
const UNNUMBERED: u64 = 0;

impl Rehearsal {
    /// Rehearses for this repository. `commit` holds the ids of tree and commit that a server would find.
    pub fn new(repo: RepoName, default_branch: &str, commit: Option<(String, String)>) -> Self {
        Self { repo, default_branch: default_branch.to_owned(), commit, labels: Vec::new(), steps: Vec::new() }
    }

    /// The same for the next plan of the same call.
    pub fn next(&mut self, commit: Option<(String, String)>) {
        self.commit = commit;
    }

    fn answer(&self, request: &Request) -> (u16, Value) {
        let inside = request.path.strip_prefix(&self.repo.path()).unwrap_or(&request.path);
        let inside = inside.split('?').next().unwrap_or(inside);
        let parts: Vec<&str> = inside.split('/').skip(1).collect();
        match (request.method, parts.as_slice()) {
            (Method::Get, []) => (
                200,
                json!({
                    "full_name": self.repo.full(), "default_branch": self.default_branch, "private": false, "archived": false,
                    "has_issues": true, "html_url": self.repo.site(), "permissions": {"push": true},
                }),
            ),
            (Method::Get, ["issues" | "pulls"]) => (200, json!([])),
            (Method::Get, ["search", "issues"]) => (200, json!({"total_count": 0, "items": []})),
            (Method::Get, ["branches", ..]) => (200, json!({"name": "base"})),
            (Method::Get, ["pulls", _, "requested_reviewers"]) => (200, json!({"users": []})),
            (Method::Get, ["labels", name]) if self.labels.iter().any(|label| segment(label) == *name) => (200, json!({"name": name})),
            (Method::Get, _) => (404, json!({"message": "Not Found"})),
            (Method::Post, ["issues"]) => (201, self.numbered("issues", request)),
            (Method::Post, ["pulls"]) => (201, self.numbered("pull", request)),
            (Method::Post, ["git", "blobs"]) => (201, json!({"sha": ""})),
            (Method::Post, ["git", "trees"]) => (201, json!({"sha": self.commit.as_ref().map(|(tree, _)| tree)})),
            (Method::Post, ["git", "commits"]) => (201, json!({"sha": self.commit.as_ref().map(|(_, commit)| commit)})),
            (Method::Post, ["issues", _, "labels"]) => (200, json!([])),
            (Method::Post, _) => (201, json!({})),
            _ => (200, json!({})),
        }
    }

    fn numbered(&self, kind: &str, request: &Request) -> Value {
        let body = request.body.as_ref().and_then(|body| body.get("body")).cloned();
        json!({
            "number": UNNUMBERED, "html_url": format!("{}/{kind}/{UNNUMBERED}", self.repo.site()), "state": "open", "body": body,
            "node_id": "", "title": "",
        })
    }
}

impl Wire for Rehearsal {
    fn send(&mut self, request: &Request) -> Result<Reply, ApiError> {
        let (status, body) = self.answer(request);
        if request.method == Method::Post && request.path == format!("{}/labels", self.repo.path()) {
            let name = request.body.as_ref().and_then(|body| body.get("name")?.as_str());
            self.labels.extend(name.map(str::to_owned));
        }
        self.steps.push(Step::Request(request.clone()));
        Ok(Reply { status, headers: Vec::new(), body: body.to_string().into_bytes() })
    }
}
