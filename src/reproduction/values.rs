//! What the contexts of a run hold, as far as a log and a checkout tell.

use std::collections::BTreeMap;

use super::Paths;
use crate::transcript::{Job, Transcript};

/// Values by context and key, in lower case; `env` keeps its case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Values {
    known: BTreeMap<(String, String), String>,
}

impl Values {
    /// Of a run's job at a commit.
    pub(super) fn new(transcript: &Transcript, job: &Job, commit: Option<&str>, paths: &Paths) -> Self {
        let mut this = Self::default();
        let run = &transcript.run;
        let repository = repository(transcript);
        this.set("github", "repository", &repository);
        if let Some((owner, _)) = repository.split_once('/') {
            this.set("github", "repository_owner", owner);
        }
        let branch = run.head_branch.as_deref().unwrap_or("main");
        this.set("github", "ref_name", branch);
        this.set("github", "ref", &format!("refs/heads/{branch}"));
        this.set("github", "ref_type", "branch");
        this.set("github", "sha", commit.or(run.head_sha.as_deref()).unwrap_or("0000000000000000000000000000000000000000"));
        this.set("github", "event_name", run.event.as_deref().unwrap_or("push"));
        this.set("github", "workflow", run.workflow_name.as_deref().unwrap_or("CI"));
        this.set("github", "run_id", "1");
        this.set("github", "run_number", "1");
        this.set("github", "run_attempt", "1");
        this.set("github", "server_url", "https://github.com");
        this.set("github", "api_url", "https://api.github.com");
        this.set("github", "workspace", &paths.workspace());
        this.set("runner", "temp", &paths.temp());
        this.set("runner", "tool_cache", &paths.tools());
        this.set("runner", "os", "Linux");
        this.set("runner", "arch", "X64");
        this.set("runner", "workspace", &paths.workspace());
        this.set("github", "job", job.name.split([' ', '(']).next().unwrap_or("job"));
        this
    }

    pub(super) fn set(&mut self, context: &str, key: &str, value: &str) {
        let key = if context == "env" { key.to_owned() } else { key.to_ascii_lowercase() };
        self.known.insert((context.to_owned(), key), value.to_owned());
    }

    pub(super) fn get(&self, context: &str, key: &str) -> Option<&str> {
        let key = if context == "env" { key.to_owned() } else { key.to_ascii_lowercase() };
        self.known.get(&(context.to_owned(), key)).map(String::as_str)
    }
}

/// The repository's name as the log tells it.
pub(super) fn repository(transcript: &Transcript) -> String {
    transcript.run.repository.clone().unwrap_or_else(|| "octo-org/app".to_owned())
}
