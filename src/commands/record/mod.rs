//! `record`: turns the failures of a run into cases that can be committed and replayed.

mod folder;

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::pipeline::{self, Examined};
use super::progress::Progress;
use super::{print, replay, source, streams};
use crate::archive::Limits;
use crate::cases::{self, Answer, Drawn, Material, Signature, Subject};
use crate::failure::{Exit, Failure, Kind};
use crate::options::{Format, Output, Record};
use crate::remedy;
use crate::report::{diff, inline};
use crate::rules::Safety;

pub(super) use folder::News;

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Document {
    /// The version of this form.
    version: u32,
    /// One a failure.
    cases: Vec<Entry>,
}

/// One case.
#[derive(Debug, Serialize)]
struct Entry {
    /// Its folder.
    path: String,
    /// Whether it is new.
    news: News,
    /// The rule that explains it; null when none does.
    rule: Option<String>,
    /// The identity of the failure across runs.
    fingerprint: String,
    /// Whether the whole source gives the same identity.
    same_fingerprint: bool,
    /// Lines of the log.
    lines: usize,
    /// Bytes of the log.
    bytes: usize,
    /// Bytes of the source's log text.
    source_bytes: u64,
    /// Diagnoses that it took.
    questions: usize,
}

/// Runs it.
pub(super) fn run(task: &Record, output: &Output) -> Result<Exit, Failure> {
    let progress = Progress::start(output);
    progress.says(&format!("reading {}", task.request.source.name()));
    let limits = Limits { total: task.request.max_size, ..Limits::default() };
    let input = source::read(&task.request.source, limits)?;
    let source_bytes = size(&input);
    let examined = pipeline::examine(input, limits, &task.request, &progress)?;
    let chosen = chosen(task, &examined)?;
    let root = output_dir(task, &examined);
    let mut entries = Vec::new();
    for (index, failure) in chosen.iter().enumerate() {
        progress.says(&format!("shortening {} of {}", index + 1, chosen.len()));
        let drawn = drawn(task, &examined, failure)?;
        let path = root.join(name(task, failure, index));
        let news = folder::write(&path, &drawn, task.existing)?;
        entries.push(entry(&path, news, &drawn, source_bytes));
    }
    drop(progress);
    let text = match &output.format {
        Format::Json { filter } => print::json(&Document { version: 1, cases: entries }, filter.as_deref(), output.destination)?,
        _ => words(&entries, &output.layout.program),
    };
    streams::result(&text, output)?;
    Ok(Exit::Done)
}

/// The failures that are meant, each identity once.
fn chosen<'a>(task: &Record, examined: &'a Examined) -> Result<Vec<&'a remedy::Failure>, Failure> {
    let step = |failure: &remedy::Failure| {
        let Some(wanted) = &task.step else { return true };
        pipeline::is_step(&examined.transcript, &failure.diagnosis, wanted)
    };
    let mut seen = Vec::new();
    let mut chosen: Vec<&remedy::Failure> = examined.healing.failures.iter().filter(|failure| step(failure)).collect();
    chosen.retain(|failure| {
        let new = !seen.contains(&&failure.fingerprint);
        seen.push(&failure.fingerprint);
        new
    });
    if chosen.is_empty() && task.step.is_some() && !examined.healing.failures.is_empty() {
        return Err(Failure::new(Kind::Usage, "no failed step is called so").hint("`gh autoheal diagnose SOURCE` names the failed steps"));
    }
    Ok(chosen)
}

/// The shortest case of one failure.
fn drawn(task: &Record, examined: &Examined, failure: &remedy::Failure) -> Result<Drawn, Failure> {
    let repository = examined.ground.repository();
    let workflow = task.request.workflow.as_ref();
    let case = remedy::Case {
        transcript: &examined.transcript,
        rules: &examined.rules,
        repository,
        chosen: workflow,
        config: &examined.config,
        allowed: Safety::NeedsReview,
    };
    // Alone: what heals other failures of the run does not belong into this case.
    let alone = remedy::heal(&case, vec![failure.diagnosis.clone()]);
    let Some(only) = alone.failures.first() else { return Err(Failure::new(Kind::Internal, "a failure got lost")) };
    let signature = Signature::of(only, diff::unified(&alone.patch));
    let subject = Subject { transcript: &examined.transcript, failure: only, signature: &signature, repository, workflow };
    let ask = |material: &Material| answer(material, examined);
    cases::draw(&subject, ask).map_err(|why| Failure::new(Kind::Source, why).hint("keep the archive itself: `replay` reads archives too"))
}

/// What the rules say of some material.
fn answer(material: &Material, examined: &Examined) -> Answer {
    let (_, healing) = pipeline::of_material(material, (&examined.rules, &examined.config), Limits::default()).ok()?;
    let [only] = healing.failures.as_slice() else { return None };
    let cause = only.diagnosis.cause.as_ref();
    let line = cause.filter(|cause| cause.file.rsplit('/').next() == Some(cases::LOG)).map(|cause| cause.number);
    Some((Signature::of(only, diff::unified(&healing.patch)), line))
}

/// Where cases go: the folder that was named, the checkout's usual one, or this folder.
fn output_dir(task: &Record, examined: &Examined) -> PathBuf {
    let usual = || examined.ground.workdir().map(|workdir| workdir.join(replay::USUAL));
    task.output.clone().or_else(usual).unwrap_or_else(|| PathBuf::from("."))
}

fn name(task: &Record, failure: &remedy::Failure, index: usize) -> String {
    match &task.name {
        Some(name) if index == 0 => name.clone(),
        Some(name) => format!("{name}-{}", index + 1),
        None => format!("{}-{}", failure.diagnosis.rule.as_deref().unwrap_or("unexplained"), failure.fingerprint.short()),
    }
}

fn size(input: &crate::archive::Input) -> u64 {
    match input {
        crate::archive::Input::File { bytes, .. } => bytes.len() as u64,
        crate::archive::Input::Folder { files, .. } => files.iter().map(|(_, bytes)| bytes.len() as u64).sum(),
    }
}

fn entry(path: &Path, news: News, drawn: &Drawn, source_bytes: u64) -> Entry {
    let cases::Expected::Failure(expected) = &drawn.case.expected else {
        return Entry {
            path: path.display().to_string(),
            news,
            rule: None,
            fingerprint: String::new(),
            same_fingerprint: false,
            lines: 0,
            bytes: 0,
            source_bytes,
            questions: drawn.questions,
        };
    };
    Entry {
        path: path.display().to_string(),
        news,
        rule: expected.rule.clone(),
        fingerprint: expected.fingerprint.clone().unwrap_or_default(),
        same_fingerprint: drawn.same_fingerprint,
        lines: drawn.material.log.lines().count(),
        bytes: drawn.material.log.len(),
        source_bytes,
        questions: drawn.questions,
    }
}

fn words(entries: &[Entry], program: &str) -> String {
    if entries.is_empty() {
        return "Nothing failed here, so there is nothing to record.\n".to_owned();
    }
    let mut out = String::new();
    for entry in entries {
        let rule = entry.rule.as_deref().unwrap_or("unexplained");
        let news = if entry.news == News::Same { " (it was there already)" } else { "" };
        out.push_str(&format!("✓ {}{news}\n", inline::one_line(&entry.path)));
        out.push_str(&format!("  {rule}: {} of log\n", inline::count(entry.lines, "line")));
    }
    let first = entries.first().map_or("", |entry| entry.path.as_str());
    let folder = Path::new(first).parent().map(|path| path.display().to_string()).filter(|path| !path.is_empty());
    let folder = inline::shell_word(folder.as_deref().unwrap_or("."));
    out.push_str(&format!("\nRead it before you commit it, then replay it: {program} replay {folder}\n"));
    out
}
