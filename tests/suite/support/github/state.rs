//! What the server holds, and how it shall fail.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Answer, Exchange, REPO};

/// How an exchange goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// The connection ends before anything happens.
    Cut,
    /// It happens, and the connection ends before the reply.
    CutAfter,
    /// Another reply, and nothing happens.
    Answer(Answer),
    /// Nothing happens for this long.
    Slow(Duration),
    /// It happens, and no reply comes for this long.
    SlowAfter(Duration),
}

impl Fault {
    pub(crate) fn status(status: u16, message: &str) -> Self {
        Self::Answer(Answer::message(status, message))
    }
}

/// A run of Actions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    pub(crate) record: Value,
    pub(crate) jobs: Vec<Value>,
    /// The zip; none when it expired.
    pub(crate) logs: Option<Vec<u8>>,
    pub(crate) job_logs: BTreeMap<u64, String>,
    pub(crate) annotations: BTreeMap<u64, Value>,
}

/// Everything.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) exchanges: Vec<Exchange>,
    faults: Vec<(String, Fault)>,
    /// Issues and pull requests by number: what the listing of issues gives.
    pub(crate) issues: BTreeMap<u64, Value>,
    /// The fields that only a pull request has.
    pub(crate) pulls: BTreeMap<u64, Value>,
    pub(crate) labels: Vec<String>,
    pub(crate) comments: Vec<(u64, String)>,
    pub(crate) reviewers: Vec<String>,
    pub(crate) runs: BTreeMap<u64, Run>,
    pub(crate) check_runs: Vec<Value>,
    /// The token that it knows.
    pub(crate) token: String,
    /// `X-OAuth-Scopes`; none for tokens without scopes.
    pub(crate) scopes: Option<String>,
    pub(crate) repository: Value,
    pub(crate) viewer: String,
    /// The repositories of `orgs/NAME` and `users/NAME`.
    pub(crate) owners: BTreeMap<String, Value>,
    /// Whether Actions, or whoever asks, may open pull requests.
    pub(crate) may_open: bool,
    pub(crate) drafts: bool,
    /// What the endpoint of Copilot's review says.
    pub(crate) copilot: (u16, Value),
    /// Replies about settings, by the path below the repository; what is not here is not found.
    pub(crate) settings: BTreeMap<String, (u16, Value)>,
    /// Whether Copilot's coding agent can be assigned.
    pub(crate) agent: bool,
    /// Whether a reviewer that is asked for is really asked.
    pub(crate) reviewer_counts: bool,
    /// Now, as RFC 3339.
    pub(crate) created: String,
}

impl Default for State {
    fn default() -> Self {
        Self {
            exchanges: Vec::new(),
            faults: Vec::new(),
            issues: BTreeMap::new(),
            pulls: BTreeMap::new(),
            labels: Vec::new(),
            comments: Vec::new(),
            reviewers: Vec::new(),
            runs: BTreeMap::new(),
            check_runs: Vec::new(),
            token: super::TOKEN.to_owned(),
            scopes: Some("gist, repo, workflow".to_owned()),
            repository: json!({
                "full_name": REPO, "default_branch": "main", "private": false, "archived": false, "has_issues": true,
                "permissions": {"admin": false, "push": true, "pull": true},
            }),
            viewer: "octocat".to_owned(),
            owners: BTreeMap::new(),
            may_open: true,
            drafts: true,
            copilot: (201, json!({})),
            settings: BTreeMap::new(),
            agent: true,
            reviewer_counts: true,
            created: "2020-01-01T00:00:00Z".to_owned(),
        }
    }
}

impl State {
    /// The next exchange whose `METHOD path` holds `words` goes wrong.
    pub(crate) fn fail(&mut self, words: &str, fault: Fault) {
        self.faults.push((words.to_owned(), fault));
    }

    /// Takes the fault for a request.
    pub(super) fn fault(&mut self, method: &str, target: &str) -> Option<Fault> {
        let line = format!("{method} {target}");
        let index = self.faults.iter().position(|(words, _)| line.contains(words.as_str()))?;
        Some(self.faults.remove(index).1)
    }

    /// Whether every fault was met.
    pub(crate) fn all_met(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn next_number(&self) -> u64 {
        self.issues.keys().last().copied().unwrap_or(0) + 1
    }

    /// Everything that publishing may change, to compare.
    pub(crate) fn published(&self) -> (Vec<Value>, Vec<Value>, Vec<(u64, String)>) {
        let without_labels = |value: &Value| value.clone();
        (self.issues.values().map(without_labels).collect(), self.pulls.values().cloned().collect(), self.comments.clone())
    }
}
