//! Turns a plan into the requests that would be sent, by the very code that sends them.

use serde::Serialize;
use serde_json::Value;

use super::super::print;
use super::super::target::Target;
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
pub(super) fn rehearse(jobs: &[Job<'_>], aim: &Target, output: &Output) -> Result<String, Failure> {
    let entries: Vec<Entry> = steps(jobs, aim)?.into_iter().map(|step| entry(aim, step)).collect();
    match &output.format {
        Format::Json { filter } => {
            #[derive(Serialize)]
            struct Document<'a> {
                version: u32,
                repository: String,
                steps: &'a [Entry],
            }
            let document = Document { version: 1, repository: aim.repo.to_string(), steps: &entries };
            print::json(&document, filter.as_deref(), output.destination)
        }
        _ => Ok(text(aim, &entries)),
    }
}

/// The steps of all plans, one behind the other; what they share stays: labels that are there, what may still be opened.
fn steps(jobs: &[Job<'_>], aim: &Target) -> Result<Vec<Step>, Failure> {
    let default = jobs.iter().filter_map(Job::change).find_map(|change| change.onto.clone()).unwrap_or_else(|| "main".to_owned());
    let mut wire = Rehearsal::new(aim.repo.clone(), &default, None);
    let mut left = jobs.first().map_or(0, |job| job.publishing.policy.caps.per_run);
    let mut steps = Vec::new();
    for job in jobs {
        steps.extend(steps_of(job, &mut wire, &mut left)?);
    }
    Ok(steps)
}

fn steps_of(job: &Job<'_>, wire: &mut Rehearsal, left: &mut usize) -> Result<Vec<Step>, Failure> {
    let via = job.via(None);
    wire.next(job.change().map(|change| (change.commit.tree.clone(), change.commit.id.clone())));
    let mut commands: Vec<Vec<String>> = Vec::new();
    let mut told = |words: Vec<String>| commands.push(words);
    let policy = job.policy()?;
    let publisher = Publisher {
        wire,
        repo: job.aim.repo.clone(),
        policy: &policy,
        via: &via,
        token: Job::usual_token(),
        now: now(),
        left,
        fresh: &mut Vec::new(),
        rehearsed: Some(&mut told),
    };
    publisher.publish(job.plan)?;
    let mut steps = std::mem::take(&mut wire.steps);
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

fn entry(aim: &Target, step: Step) -> Entry {
    match step {
        Step::Request(Request { method, path, body, .. }) => {
            let host = &aim.repo.host;
            let url = if path == "/graphql" { host.graphql() } else { format!("{}{path}", host.api()) };
            Entry::Request { method: method.word(), url, body }
        }
        Step::Command(words) => Entry::Command { words },
    }
}

fn text(aim: &Target, entries: &[Entry]) -> String {
    let mut out = format!(
        "What would be sent to {}, in this order, if nothing of it is there yet. Nothing was sent.\n\
         GitHub gives the numbers of issues and pull requests; 0 stands for them.\n",
        aim.repo
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
