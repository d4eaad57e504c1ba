//! Nothing typed: says where we stand and what is most useful here; on a terminal it offers to look for a failed run and heal it.

#![expect(clippy::disallowed_methods, reason = "shell: a saved run may lie in the current folder")]

use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::target::{Target, target};
use super::{check, heal, pipeline, print, store, streams, work_tree};
use crate::automation;
use crate::branch::Checkout;
use crate::cli::Cli;
use crate::failure::{Exit, Failure, Kind};
use crate::github::failing_runs;
use crate::options::{Depth, Format, Heal, Output, Prompts, Proof, Request, Scope, Source};
use crate::report::inline::{count, one_line, shell_word};
use crate::report::prose;
use crate::rules::Safety;

/// Lines of prose longer than this are hard to read.
const READABLE: usize = 96;

/// Names of the current folder that are looked at.
const LOOKED_AT: usize = 10_000;

/// Something that can be done here.
#[derive(Debug, serde::Serialize)]
struct Step {
    /// Why.
    reason: String,
    /// What to type.
    command: String,
}

/// What can be done here, for programs.
#[derive(Debug, serde::Serialize)]
struct Document<'a> {
    version: u32,
    repository: Option<String>,
    branch: Option<String>,
    steps: &'a [Step],
}

/// Where we stand.
struct Here {
    checkout: Checkout,
    branch: Option<String>,
    aim: Option<Target>,
}

/// Runs it.
pub(super) fn run(output: &Output) -> Result<Exit, Failure> {
    let Some(here) = here() else {
        use clap::CommandFactory as _;
        return streams::result(&Cli::command().render_help().to_string(), output).map(|()| Exit::Done);
    };
    let steps = steps(&here, output);
    match &output.format {
        Format::Text => {}
        Format::Json { filter } => {
            let repository = here.aim.as_ref().map(|aim| aim.repo.full());
            let document = Document { version: 1, repository, branch: here.branch.clone(), steps: &steps };
            let text = print::json(&document, filter.as_deref(), output.destination)?;
            return streams::result(&text, output).map(|()| Exit::Done);
        }
        _ => {
            return Err(Failure::new(Kind::Usage, "no command was given; what can be done here is printed as text or JSON")
                .hint("gh autoheal --help"));
        }
    }
    if let Some(aim) = here.aim.as_ref().filter(|aim| output.prompts == Prompts::Allowed && aim.tokens.token(&aim.repo.host).is_some())
        && let Some(exit) = offer(&here, aim, output)?
    {
        return Ok(exit);
    }
    streams::result(&page(&here, &steps, output), output)?;
    Ok(Exit::Done)
}

fn here() -> Option<Here> {
    let checkout = Checkout::discover(Path::new(".")).ok().flatten()?;
    let branch = checkout.head_branch();
    let aim = target(None, Some(&checkout)).ok();
    Some(Here { checkout, branch, aim })
}

/// What is most useful here, offline: the first first.
fn steps(here: &Here, output: &Output) -> Vec<Step> {
    let program = &output.layout.program;
    let mut steps = Vec::new();
    let mut add = |reason: String, command: &str| steps.push(Step { reason, command: format!("{program} {command}") });
    if let Some(run) = saved_run() {
        add(
            format!("A run is saved here in {run}: name its causes, and see what heals it."),
            &format!("heal {} --dry-run", shell_word(&run)),
        );
    }
    let unpublished = store::all(&here.checkout)
        .into_iter()
        .find(|plan| plan.change.is_some() && store::publication(&here.checkout, &plan.fingerprint).is_none());
    if let Some(change) = unpublished.and_then(|plan| plan.change) {
        add(format!("The branch {} heals a run, and is not published.", one_line(&change.branch)), "publish --dry-run");
    }
    let mistakes = check::of_work_tree(&here.checkout).failures.len();
    if mistakes > 0 {
        add(format!("The workflows here have {}.", count(mistakes, "mistake")), "check");
    }
    if here.aim.is_some() {
        add("Save the newest failed run of this branch, to be read offline.".to_owned(), "fetch");
    }
    match work_tree::around(None).ok() {
        Some(tree) if tree.texts.workflows().next().is_none() => {}
        Some(tree) if tree.texts.text(automation::PATH).is_none() => {
            add("Failed runs are not healed by themselves here: install that, after seeing it.".to_owned(), "init");
        }
        _ => add("Check the whole set-up.".to_owned(), "doctor"),
    }
    add("See it work on a built-in failure.".to_owned(), "demo");
    steps
}

/// A bundle of `fetch`, or an archive, in the current folder: the newest by its name.
fn saved_run() -> Option<String> {
    let entries = std::fs::read_dir(".").into_iter().flatten().flatten().take(LOOKED_AT);
    let names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let is_run = |name: &&String| {
        let id = name.strip_prefix("run-").map(|rest| rest.trim_end_matches(".zip"));
        id.is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
            || name.starts_with("logs") && name.ends_with(".zip")
    };
    names.iter().filter(is_run).max_by_key(|name| (name.len(), (*name).clone())).cloned()
}

fn page(here: &Here, steps: &[Step], output: &Output) -> String {
    let place = here.aim.as_ref().map_or_else(|| "This checkout".to_owned(), |aim| format!("A checkout of {}", one_line(&aim.repo.full())));
    let branch = here.branch.as_ref().map_or_else(String::new, |branch| format!(", on the branch {}", one_line(branch)));
    let mut lines = vec![format!("{place}{branch}."), String::new()];
    for step in steps {
        lines.extend(prose::flow(&step.reason, "", output.layout.width.min(READABLE)));
        lines.push(format!("  › {}", step.command));
        lines.push(String::new());
    }
    lines.push(format!("Everything else: {} --help", output.layout.program));
    lines.join("\n") + "\n"
}

/// Asks whether to look for a failed run, and whether to heal it; none where the answer is no, or nothing failed.
fn offer(here: &Here, aim: &Target, output: &Output) -> Result<Option<Exit>, Failure> {
    let branch = here.branch.as_deref();
    let of = branch.map_or_else(String::new, |branch| format!(" of the branch {}", one_line(branch)));
    let question = format!("Ask {} for a failing run{of} in {}? [Y/n] ", aim.repo.host, one_line(&aim.repo.full()));
    if !agrees(&streams::ask(&question)?, true) {
        return Ok(None);
    }
    let progress = Progress::start(output);
    progress.says(&format!("asking {}", aim.repo.host));
    let mut client = aim.client(Some(&aim.token()?), output)?;
    let failed = failing_runs(&mut client, &aim.repo, branch)?.into_iter().next();
    drop(progress);
    let Some(run) = failed else {
        streams::result(&format!("✓ Nothing{of} fails.\n\n"), output)?;
        return Ok(None);
    };
    let name = run.name.as_deref().map_or_else(String::new, |name| format!(" ({})", one_line(name)));
    streams::result(&format!("Run {}{name} failed.\n\n", run.id), output)?;
    let request = request(run.id);
    let progress = Progress::start(output);
    let examined = pipeline::read(&request, &progress)?;
    drop(progress);
    let preview = pipeline::finish(examined, &Request { depth: Depth::Preview, ..request.clone() }, Vec::new())?;
    print::outcome(&preview.outcome, output)?;
    if !preview.outcome.heals() || !agrees(&streams::ask("\nCommit this on a new branch? [y/N] ")?, false) {
        return Ok(Some(heal::exit(&preview.outcome)));
    }
    let task = Heal { request, scope: Scope::One, proof: Proof::Text, plan: None, publish: None };
    heal::run(&task, output).map(Some)
}

fn request(id: u64) -> Request {
    Request::whole(Source::Path(PathBuf::from(id.to_string())), Safety::NeedsReview, Depth::Commit)
}

/// Whether an answer is yes; an empty one is what is usual.
fn agrees(answer: &str, usual: bool) -> bool {
    match answer.trim().to_ascii_lowercase().as_str() {
        "" => usual,
        "y" | "yes" => true,
        _ => false,
    }
}
