//! Turns the findings of an inspection into failures with remedies, and what may be healed into one patch.

use std::collections::BTreeSet;

use super::knowledge::ALMANAC;
use super::{Failure, Healing, Inspected, Remedy, Verdict};
use crate::diagnosis::{CauseLine, Diagnosis};
use crate::edit::{self, Edit, Runner, Scene};
use crate::inspection::{self, Cure, CureChange, Finding, improves};
use crate::patch::{self, FileChange, FilePatch, PatchSet, Permit};
use crate::repository::Repository;
use crate::rules::{RemedyKind, Safety};
use crate::text::{ByteSpan, Fingerprint, RepoPath};
use crate::workflow::Document;

/// Cures tried for one file: a text with more faults is no workflow.
const MOST: usize = 120;

/// Inspects `files` and heals what can be healed: one patch for all, each change upon those before it and proved on its own.
pub fn inspect(repository: &Repository, files: &[RepoPath], allowed: Safety) -> Healing {
    let mut healing = Healing { failures: Vec::new(), patch: PatchSet::default(), skipped: Vec::new() };
    let mut current = repository.clone();
    for path in files {
        let found = inspection::inspect(&current, path);
        if found.is_empty() {
            continue;
        }
        let text = current.text(path.as_str()).unwrap_or("").to_owned();
        let mended = mend(&mut current, path, Scope::All, allowed);
        healing.failures.extend(failures(path, &text, found, &mended));
        healing.patch.files.extend(whole(&text, path, &current, &mended));
    }
    healing.failures.sort_by_key(|failure| failure.inspected.as_ref().map(|inspected| inspected.level));
    healing
}

/// The text of `path` without anything for which the platform refuses it, and what that permits; the reason when something stays.
pub(super) fn without_errors(repository: &Repository, path: &RepoPath) -> Result<(String, Vec<Permit>), String> {
    let mut current = repository.clone();
    let mended = mend(&mut current, path, Scope::Refusals, Safety::NeedsReview);
    let left = inspection::inspect(&current, path).into_iter().find(|finding| finding.check.refuses());
    match left {
        Some(finding) => {
            let help = finding.help.as_deref().map_or_else(String::new, |help| format!("; {}", help.trim_end_matches('.')));
            let refused = mended.refused.iter().find(|(key, _)| *key == finding.check.id).map(|(_, why)| format!("; {why}"));
            Err(format!("{path}:{}: {}{help}{}", finding.position, finding.message, refused.unwrap_or_default()))
        }
        None if mended.steps.is_empty() => Err(format!("{path}: nothing is wrong with this file")),
        None => {
            let permits = mended.steps.iter().flat_map(|step| step.permits.clone()).collect();
            Ok((current.text(path.as_str()).unwrap_or("").to_owned(), permits))
        }
    }
}

/// Which findings are healed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// All of them.
    All,
    /// Those for which the platform refuses the file.
    Refusals,
}

/// What was done to a file.
#[derive(Debug, Default)]
struct Mended {
    steps: Vec<Step>,
    /// Checks whose cure was refused, and why.
    refused: Vec<(&'static str, String)>,
}

/// One cure that proved itself.
#[derive(Debug)]
struct Step {
    /// What it heals.
    heals: Vec<Healed>,
    title: String,
    safety: Safety,
    patch: PatchSet,
    permits: Vec<Permit>,
}

/// What tells a finding that is healed: by its line as well, and where an earlier cure changed that, without it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Healed {
    key: String,
    kind: String,
}

impl Healed {
    fn new(text: &str, finding: &Finding) -> Self {
        Self { key: key(text, finding), kind: format!("{}\n{}", finding.check.id, finding.message) }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.key == other.key
    }

    fn is_alike(&self, other: &Self) -> bool {
        self.kind == other.kind
    }

    /// Takes out of `others` the first that is this one.
    fn taken_from<T>(&self, others: &mut Vec<(Self, T)>, is: fn(&Self, &Self) -> bool) -> Option<T> {
        let at = others.iter().position(|(other, _)| is(self, other))?;
        Some(others.remove(at).1)
    }
}

/// Heals one finding after the other, the first first, as long as each change leaves fewer of them.
fn mend(current: &mut Repository, path: &RepoPath, scope: Scope, allowed: Safety) -> Mended {
    let mut mended = Mended::default();
    let mut tried = BTreeSet::new();
    let mut found = inspection::inspect(current, path);
    for _ in 0..MOST {
        let text = current.text(path.as_str()).unwrap_or("").to_owned();
        let meant = |finding: &&Finding| scope == Scope::All || finding.check.refuses();
        let open = |finding: &&Finding| meant(finding) && finding.cure.is_some() && !tried.contains(&key(&text, finding));
        let Some(finding) = found.iter().find(open).cloned() else { break };
        let Some(cure) = &finding.cure else { break };
        match attempt(current, path, cure) {
            Ok(patch) => {
                let after = patch::patched(current, &patch);
                let left = inspection::inspect(&after, path);
                let heals = gone(&text, &found, after.text(path.as_str()).unwrap_or(""), &left);
                if heals.is_empty() || !improves(&found, &left) {
                    tried.insert(key(&text, &finding));
                    mended.refused.push((finding.check.id, "the change would not make the file better".to_owned()));
                    continue;
                }
                let made = cure.safety <= allowed;
                mended.steps.push(Step { heals, title: cure.title.clone(), safety: cure.safety, patch, permits: permits(cure) });
                if made {
                    (*current, found) = (after, left);
                } else {
                    tried.insert(key(&text, &finding));
                }
            }
            Err(reason) => {
                tried.insert(key(&text, &finding));
                mended.refused.push((finding.check.id, reason));
            }
        }
    }
    mended
}

/// The proved patch of a cure.
fn attempt(repository: &Repository, path: &RepoPath, cure: &Cure) -> Result<PatchSet, String> {
    let edits: Vec<Edit> = match &cure.change {
        CureChange::Edits(edits) => edits.clone(),
        CureChange::Verb(spec, place) => {
            let text = repository.text(path.as_str()).ok_or("the file has no text")?;
            let document = Document::parse(text).map_err(|error| error.to_string())?;
            let scene = Scene { repository, document: &document, place, runner: &Runner::default(), knowledge: &ALMANAC };
            edit::apply(spec, &scene).map_err(|refusal| refusal.to_string())?
        }
    };
    let patch = patch::prove(repository, &edits).map_err(|unproved| format!("the change could not be proved: {unproved}"))?;
    patch::guard(&patch, &permits(cure)).map_err(|masked| masked.to_string())?;
    Ok(patch)
}

fn permits(cure: &Cure) -> Vec<Permit> {
    let grants =
        cure.grants.iter().map(|(job, scope, access)| Permit::Scope { job: job.clone(), scope: scope.clone(), access: access.clone() });
    let label = match &cure.change {
        CureChange::Verb(spec, _) if spec.verb == "replace-runner-label" => spec.arguments.get("from").cloned(),
        _ => None,
    };
    grants.chain(label.map(Permit::Label)).collect()
}

/// What tells a finding from others, also when lines above it came or went.
fn key(text: &str, finding: &Finding) -> String {
    format!("{}\n{}\n{}", finding.check.id, finding.message, line(text, finding.span).1.trim())
}

/// The line that a span starts in: where it begins, and its text.
fn line(text: &str, span: ByteSpan) -> (usize, &str) {
    let start = text.get(..span.start.min(text.len())).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    (start, text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or(""))
}

/// The findings that are no longer there.
fn gone(before: &str, had: &[Finding], after: &str, has: &[Finding]) -> Vec<Healed> {
    let mut left: Vec<(Healed, ())> = has.iter().map(|finding| (Healed::new(after, finding), ())).collect();
    let had = had.iter().map(|finding| Healed::new(before, finding));
    // Those on lines that did not change first, so that none of them is taken for another.
    let moved: Vec<Healed> = had.filter(|one| one.taken_from(&mut left, Healed::is_same).is_none()).collect();
    moved.into_iter().filter(|one| one.taken_from(&mut left, Healed::is_alike).is_none()).collect()
}

/// Each finding as a failure, with the cure that healed it or could.
fn failures(path: &RepoPath, text: &str, found: Vec<Finding>, mended: &Mended) -> Vec<Failure> {
    let mut healed: Vec<(Healed, &Step)> =
        mended.steps.iter().flat_map(|step| step.heals.iter().map(move |one| (one.clone(), step))).collect();
    let named: Vec<Healed> = found.iter().map(|finding| Healed::new(text, finding)).collect();
    let mut steps: Vec<Option<&Step>> = named.iter().map(|one| one.taken_from(&mut healed, Healed::is_same)).collect();
    for (one, step) in named.iter().zip(&mut steps).filter(|(_, step)| step.is_none()) {
        *step = one.taken_from(&mut healed, Healed::is_alike);
    }
    let refused = |finding: &Finding| mended.refused.iter().find(|(id, _)| *id == finding.check.id).map(|(_, why)| why.clone());
    found.iter().zip(steps).map(|(finding, step)| failure(path, text, finding, step, refused(finding))).collect()
}

fn failure(path: &RepoPath, text: &str, finding: &Finding, step: Option<&Step>, refused: Option<String>) -> Failure {
    let (start, line) = line(text, finding.span);
    let inside = finding.span.end.min(start + line.len()).max(finding.span.start);
    let width = text.get(finding.span.start..inside).map_or(1, |covered| covered.chars().count()).max(1);
    let cause = CauseLine {
        file: path.to_string(),
        number: finding.position.line,
        span: ByteSpan::new(start, start + line.len()),
        text: line.trim_end().to_owned(),
        index: None,
    };
    let diagnosis = Diagnosis {
        job: None,
        step: None,
        rule: Some(finding.check.id.to_owned()),
        category: finding.check.category,
        rank: None,
        confidence: inspection::confidence(finding.check),
        cause: Some(cause),
        captures: std::collections::BTreeMap::new(),
        exit_code: None,
    };
    let remedy = match (step, &finding.cure) {
        (Some(step), _) => Remedy {
            title: step.title.clone(),
            safety: step.safety,
            kind: RemedyKind::Workflow,
            advice: None,
            patch: Some(step.patch.clone()),
            permits: Vec::new(),
            refused: None,
        },
        (None, Some(cure)) => advice(cure.title.clone(), refused),
        (None, None) => advice(finding.help.clone().unwrap_or_else(|| "Correct it by hand".to_owned()), None),
    };
    let verdict = if remedy.patch.is_some() { Verdict::Healable } else { Verdict::Advice };
    Failure {
        diagnosis,
        fingerprint: Fingerprint::of([path.as_str(), finding.check.id, &finding.message, line.trim()]),
        verdict,
        explanation: format!("{}. {}", finding.message.trim_end_matches('.'), finding.check.explanation),
        remedies: vec![remedy],
        workflow: Some(path.clone()),
        unlocated: None,
        inspected: Some(Inspected {
            level: finding.check.level,
            column: finding.position.column,
            width,
            message: finding.message.clone(),
            help: finding.help.clone(),
        }),
    }
}

fn advice(title: String, refused: Option<String>) -> Remedy {
    Remedy { title, safety: Safety::AdviceOnly, kind: RemedyKind::Manual, advice: None, patch: None, permits: Vec::new(), refused }
}

/// The file's first text and its last, and the modes of other files.
fn whole(before: &str, path: &RepoPath, current: &Repository, mended: &Mended) -> Vec<FilePatch> {
    let mut files = Vec::new();
    let after = current.text(path.as_str()).unwrap_or("");
    if after != before {
        let change = FileChange::Text { before: before.to_owned(), after: after.to_owned() };
        files.push(FilePatch { path: path.clone(), change });
    }
    let others = mended.steps.iter().flat_map(|step| &step.patch.files).filter(|file| file.change == FileChange::MakeExecutable);
    for file in others {
        let made = current.entries.get(&file.path) == Some(&crate::repository::EntryKind::Executable);
        if made && !files.contains(file) {
            files.push(file.clone());
        }
    }
    files
}
