//! Turns a plan into the requests that would be sent, by the very code that sends them.

use serde::Serialize;
use serde_json::Value;

use super::super::print;
use super::{Job, now};
use crate::failure::Failure;
use crate::github::{Publisher, Rehearsal, Request, Step, Via};
use crate::options::{Format, Output};
use crate::report::inline::shell_word;
use crate::text::Redacted;

/// One step, for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
enum Entry {
    /// A request.
    Request {
        /// `POST`.
        method: &'static str,
        /// The whole address.
        url: String,
        /// The body, as it is sent.
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
    },
    /// A command.
    Command {
        /// Word by word.
        words: Vec<String>,
    },
}

/// All steps in their order, as text or as a document.
pub(super) fn rehearse(job: &Job<'_>, output: &Output) -> Result<String, Failure> {
    let steps = steps(job)?;
    let entries: Vec<Entry> = steps.into_iter().map(|step| entry(job, step)).collect();
    match &output.format {
        Format::Json { filter } => {
            #[derive(Serialize)]
            struct Document<'a> {
                version: u32,
                repository: String,
                steps: &'a [Entry],
            }
            let document = Document { version: 1, repository: job.aim.repo.to_string(), steps: &entries };
            print::json(&document, filter.as_deref(), output.destination)
        }
        _ => Ok(text(job, &entries)),
    }
}

fn steps(job: &Job<'_>) -> Result<Vec<Step>, Failure> {
    let via = job.via(None);
    let ids = job.change().map(|change| (change.commit.tree.clone(), change.commit.id.clone()));
    let default = job.change().and_then(|change| change.onto.clone()).unwrap_or_else(|| "main".to_owned());
    let mut wire = Rehearsal::new(job.aim.repo.clone(), &default, ids);
    let mut commands: Vec<Vec<String>> = Vec::new();
    let mut told = |words: Vec<String>| commands.push(words);
    let policy = job.policy()?;
    let mut left = policy.caps.per_run;
    let publisher = Publisher {
        wire: &mut wire,
        repo: job.aim.repo.clone(),
        policy: &policy,
        via: &via,
        token: Job::usual_token(),
        now: now(),
        left: &mut left,
        rehearsed: Some(&mut told),
    };
    publisher.publish(job.plan)?;
    let mut steps = wire.steps;
    // The push stands behind the question for the branch, and before anything is written.
    let first_write = steps.iter().position(|step| matches!(step, Step::Request(request) if !request.asks)).unwrap_or(steps.len());
    let after_tip = steps.iter().position(|step| matches!(step, Step::Request(request) if request.path.contains("/git/ref/heads/")));
    let place = after_tip.map_or(first_write, |at| at + 1);
    if matches!(via, Via::Git(_)) {
        for words in commands.into_iter().rev() {
            steps.insert(place.min(steps.len()), Step::Command(words));
        }
    }
    Ok(steps)
}

fn entry(job: &Job<'_>, step: Step) -> Entry {
    match step {
        Step::Request(Request { method, path, body, .. }) => {
            let host = &job.aim.repo.host;
            let url = if path == "/graphql" { host.graphql() } else { format!("{}{path}", host.api()) };
            Entry::Request { method: method.word(), url, body }
        }
        Step::Command(words) => Entry::Command { words },
    }
}

fn text(job: &Job<'_>, entries: &[Entry]) -> String {
    let mut out = format!(
        "What would be sent to {}, in this order, if nothing of it is there yet. Nothing was sent.\n\
         GitHub gives the numbers of issues and pull requests; 0 stands for them.\n",
        job.aim.repo
    );
    for (index, entry) in entries.iter().enumerate() {
        out.push_str(&format!("\n{}. ", index + 1));
        match entry {
            Entry::Command { words } => {
                let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
                out.push_str(&format!("{}\n", words.join(" ")));
            }
            Entry::Request { method, url, body } => {
                out.push_str(&format!("{method} {url}\n"));
                if let Some(body) = body {
                    fields(&mut out, body);
                }
            }
        }
    }
    Redacted::new(&out).as_str().to_owned()
}

/// One line a field, and a long text below its name.
fn fields(out: &mut String, body: &Value) {
    for (name, value) in body.as_object().into_iter().flatten() {
        match value.as_str().filter(|text| text.contains('\n')) {
            Some(text) => {
                out.push_str(&format!("   {name}:\n"));
                text.trim_end().lines().for_each(|line| out.push_str(&format!("     | {line}\n")));
            }
            None => out.push_str(&format!("   {name}: {value}\n")),
        }
    }
}
