//! `reproduce`: the failed step as a script that can be run here, and what comes of running it.

mod container;
mod folder;
mod machine;
mod play;
pub(super) mod verify;

use std::path::{Path, PathBuf};

use super::pipeline::{self, Examined};
use super::progress::Progress;
use super::{print, source, streams};
use crate::archive::Limits;
use crate::cases::{Answer, Material, Signature, Subject};
use crate::failure::{Exit, Failure, Kind};
use crate::options::{Format, Output, Prompts, Reproduce, Running, Start, Where};
use crate::remedy;
use crate::report::{diff, inline};
use crate::reproduction::{self, Deed, Document, Heard, Listener, Paths, Plan, PlannedStep, RunEntry, Script, Verdict};
use play::Stage;

/// Runs it.
pub(super) fn run(task: &Reproduce, output: &Output) -> Result<Exit, Failure> {
    let progress = Progress::start(output);
    progress.says(&format!("reading {}", task.request.source.name()));
    let limits = Limits { total: task.request.max_size, ..Limits::default() };
    let input = source::read(&task.request.source, limits)?;
    let examined = pipeline::examine(input, limits, &task.request, &progress)?;
    drop(progress);
    let Some(failure) = chosen(task, &examined)? else {
        streams::result("Nothing failed here, so there is nothing to reproduce.\n", output)?;
        return Ok(Exit::Done);
    };
    let root = folder(task, failure)?;
    let paths = Paths::of(&root.display().to_string(), &examined.transcript, failure.diagnosis.job);
    let commit = examined.ground.base().map(|base| base.commit.as_str());
    let plan = reproduction::plan(&examined.transcript, &failure.diagnosis, examined.ground.repository(), commit, &paths)
        .map_err(|refused| Failure::new(Kind::Unsupported, format!("this failure cannot be run here: {refused}")))?;
    let plan = Plan { missing: [plan.missing, examined.notes.clone()].concat(), ..plan };
    let Some(script) = script(&plan) else { return Err(Failure::new(Kind::Internal, "the plan has no script")) };
    let made = folder::write(&root, &plan, &paths, &examined.ground)?;
    let text = matches!(output.format, Format::Text);
    if text {
        streams::result(&reproduction::words(&plan, script, &root.display().to_string(), &output.layout), output)?;
        for left_out in made.iter().take(10) {
            streams::error(&format!("note: not in the checkout: {}\n", inline::one_line(left_out)));
        }
    }
    let entry = if may_run(task, output) { Some(play_it(task, &examined, failure, &plan, &paths)?) } else { None };
    if let Format::Json { filter } = &output.format {
        let document = Document::new(&plan, script, &root.display().to_string(), failure.fingerprint.as_str(), entry);
        streams::result(&print::json(&document, filter.as_deref(), output.destination)?, output)?;
        return Ok(Exit::Done);
    }
    match entry {
        Some(entry) => {
            let mark = if entry.verdict == Verdict::SameCause.word() { "✓" } else { "!" };
            let mut out = format!("{mark} {}\n", entry.words);
            if mark == "!" {
                out.push_str(&differences(&plan, &entry));
            }
            streams::result(&out, output)?;
        }
        None => streams::result(&format!("  Run it: sh {}\n", inline::shell_word(&root.join("run.sh").display().to_string())), output)?,
    }
    Ok(Exit::Done)
}

/// What may explain that it comes out otherwise here.
fn differences(plan: &Plan, entry: &RunEntry) -> String {
    let mut out = format!("  This machine: {}\n", entry.system);
    for tool in &entry.tools {
        out.push_str(&format!("  {}\n", inline::one_line(tool.as_str())));
    }
    for missing in plan.missing.iter().take(8) {
        out.push_str(&format!("  {}\n", inline::one_line(missing)));
    }
    out
}

/// The failure that is meant: the first of those that were asked for.
fn chosen<'a>(task: &Reproduce, examined: &'a Examined) -> Result<Option<&'a remedy::Failure>, Failure> {
    let all = &examined.healing.failures;
    let Some(wanted) = &task.step else { return Ok(all.first()) };
    let found = all.iter().find(|failure| pipeline::is_step(&examined.transcript, &failure.diagnosis, wanted));
    if found.is_none() && !all.is_empty() {
        return Err(Failure::new(Kind::Usage, format!("no failed step is called `{wanted}`"))
            .hint("`gh autoheal diagnose SOURCE` names the failed steps"));
    }
    Ok(found)
}

/// The folder to write, as an absolute path: launchers name it.
fn folder(task: &Reproduce, failure: &remedy::Failure) -> Result<PathBuf, Failure> {
    let rule = failure.diagnosis.rule.as_deref().unwrap_or("unexplained");
    let dir = task.output.clone().unwrap_or_else(|| PathBuf::from(format!("reproduce-{rule}-{}", failure.fingerprint.short())));
    std::path::absolute(&dir).map_err(|error| Failure::new(Kind::Output, format!("cannot find `{}`: {error}", dir.display())))
}

/// The failed step's script.
fn script(plan: &Plan) -> Option<&Script> {
    match &plan.steps.last()?.deed {
        Deed::Run(script) => Some(script),
        _ => None,
    }
}

/// With `--run`, or with a yes where somebody can say it.
fn may_run(task: &Reproduce, output: &Output) -> bool {
    if task.running == Running::Yes {
        return true;
    }
    if !matches!(output.format, Format::Text) || output.prompts != Prompts::Allowed {
        return false;
    }
    let answer = streams::ask("Run it? It is the repository's own code, and it can do whatever you can. [y/N] ");
    answer.is_ok_and(|answer| matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Runs it, and hears what it says.
fn play_it(task: &Reproduce, examined: &Examined, failure: &remedy::Failure, plan: &Plan, paths: &Paths) -> Result<RunEntry, Failure> {
    let system = machine::system();
    let tools = machine::versions(plan, Path::new(&paths.root));
    let entry = |verdict: &Verdict, exit_code| RunEntry {
        verdict: verdict.word(),
        words: inline::bounded(&verdict.words()),
        exit_code,
        system: inline::bounded(&system),
        tools: tools.iter().map(|line| inline::bounded(line)).collect(),
    };
    let container = match task.place {
        Where::Here => None,
        Where::Container => match container::find(plan.container.as_deref()) {
            Ok(container) => Some(container),
            Err(why) => return Ok(entry(&Verdict::NotRun(why), None)),
        },
    };
    let steps: Vec<PlannedStep> = match task.start {
        Start::First => plan.steps.clone(),
        Start::Failed => plan.steps.iter().skip(plan.steps.len() - 1).cloned().collect(),
    };
    let stage = Stage { plan, paths, time: task.time, container: container.as_ref() };
    let mut say = |line: &str| streams::error(&format!("{}\n", inline::bounded(line)));
    let played = stage.play(&steps, &mut |_| Ok(()), &mut say)?;
    let verdict = match played {
        play::Played::Last(heard) => {
            let exit = heard.exit;
            return Ok(entry(&hear(examined, failure, paths, &heard), exit));
        }
        play::Played::Stopped(why) => Verdict::Stopped(why),
        play::Played::Earlier { name, exit } => {
            Verdict::NotRun(format!("the earlier step `{}` fails here with exit code {exit}", inline::one_line(&name)))
        }
        play::Played::Unable(why) => Verdict::NotRun(why),
    };
    Ok(entry(&verdict, None))
}

/// Whether it is the failure of the run.
fn hear(examined: &Examined, failure: &remedy::Failure, paths: &Paths, heard: &Heard) -> Verdict {
    let signature = Signature::of(failure, String::new());
    // What the base commit holds does not change what a line says, and without it a question is quick.
    let subject = Subject { transcript: &examined.transcript, failure, signature: &signature, repository: None, workflow: None };
    let listener = Listener::new(&subject, |material| answer(material, examined));
    listener.hear(heard, paths, |material| answer(material, examined))
}

fn answer(material: &Material, examined: &Examined) -> Answer {
    let (_, healing) = pipeline::of_material(material, (&examined.rules, &examined.config), Limits::default()).ok()?;
    let only = healing.failures.first()?;
    Some((Signature::of(only, diff::unified(&healing.patch)), None))
}

/// A path as text, for a place that takes only that.
fn text(path: &Path) -> String {
    path.display().to_string()
}
