//! Turns what is told besides the failures into words: what changed since a green run, and what each job ran in.

use std::collections::BTreeMap;

use serde::Serialize;

use super::inline::{bounded, cut, one_line};
use super::markdown::code;
use super::{Ink, Outcome, Sheet};
use crate::baseline::{Change, ChangeKind};
use crate::text::{OperatingSystem, Redacted};
use crate::transcript::Job;

/// Changes of one kind that a page shows; a program reads them all in `--json`.
const SHOWN: usize = 12;
/// How much of a commit's id a page shows.
const SHORT: usize = 10;

/// What is told besides the failures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// What changed since a green run; none when no such run was given.
    pub changes: Option<Vec<Change>>,
    /// For each job the versions of tools that its log tells of; none when its surroundings were not asked for.
    pub versions: Option<Vec<BTreeMap<String, String>>>,
}

/// Something that is not as it was in the green run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeEntry {
    /// The jobs that it holds for.
    pub jobs: Vec<Redacted>,
    /// What kind of thing changed.
    pub kind: ChangeKind,
    /// Its name; null for what a job has one of.
    pub name: Option<Redacted>,
    /// As it was; null for something new.
    pub before: Option<Redacted>,
    /// As it is; null for something gone.
    pub after: Option<Redacted>,
}

/// What the run was, and what its jobs ran in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactsEntry {
    /// The event that started the run.
    pub event: Option<Redacted>,
    /// The commit that ran.
    pub commit: Option<Redacted>,
    /// One entry a job.
    pub jobs: Vec<JobEntry>,
}

/// What a job ran in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobEntry {
    /// The job's display name.
    pub job: Redacted,
    /// The runner's system.
    pub os: Option<OperatingSystem>,
    /// The runner's image.
    pub image: Option<Redacted>,
    /// Its version.
    pub image_version: Option<Redacted>,
    /// The runner program's version.
    pub runner_version: Option<Redacted>,
    /// The evaluated `runs-on`.
    pub labels: Vec<Redacted>,
    /// The image of the job's container.
    pub container: Option<Redacted>,
    /// The access of the run's token, by scope.
    pub permissions: BTreeMap<String, Redacted>,
    /// Whose secrets the job got: `Actions`, `Dependabot` or `None`.
    pub secret_source: Option<Redacted>,
    /// The actions and the commits that their refs meant.
    pub actions: Vec<ActionEntry>,
    /// Versions of tools and packages that the log tells of; those of a job that succeeded are not read.
    pub versions: BTreeMap<String, Redacted>,
}

/// An action as the runner resolved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActionEntry {
    /// `owner/name`, perhaps with a path.
    pub action: Redacted,
    /// The ref that the workflow asked for.
    pub reference: Redacted,
    /// The commit it meant.
    pub sha: Option<Redacted>,
}

/// The changes as the document tells them.
pub(super) fn changes(outcome: &Outcome) -> Option<Vec<ChangeEntry>> {
    let safe = |text: &Option<String>| text.as_deref().map(bounded);
    let entry = |change: &Change| ChangeEntry {
        jobs: change.jobs.iter().map(|job| bounded(job)).collect(),
        kind: change.kind,
        name: (!change.name.is_empty()).then(|| bounded(&change.name)),
        before: safe(&change.before),
        after: safe(&change.after),
    };
    outcome.around.changes.as_ref().map(|changes| changes.iter().map(entry).collect())
}

/// The surroundings as the document tells them.
pub(super) fn facts(outcome: &Outcome) -> Option<FactsEntry> {
    let versions = outcome.around.versions.as_ref()?;
    let run = &outcome.transcript.run;
    let jobs = outcome.transcript.jobs.iter().zip(versions).map(|(job, versions)| job_entry(job, versions));
    let safe = |text: &Option<String>| text.as_deref().map(bounded);
    Some(FactsEntry { event: safe(&run.event), commit: safe(&run.head_sha), jobs: jobs.collect() })
}

fn job_entry(job: &Job, versions: &BTreeMap<String, String>) -> JobEntry {
    let safe = |text: &Option<String>| text.as_deref().map(bounded);
    let pair = |(name, value): (&String, &String)| (one_line(name), bounded(value));
    let facts = &job.facts;
    JobEntry {
        job: bounded(&job.name),
        os: facts.os,
        image: safe(&facts.image),
        image_version: safe(&facts.image_version),
        runner_version: safe(&facts.runner_version),
        labels: facts.labels.iter().map(|label| bounded(label)).collect(),
        container: safe(&facts.container),
        permissions: facts.permissions.iter().map(|(scope, access)| pair((scope, access))).collect(),
        secret_source: safe(&facts.secret_source),
        actions: facts
            .actions
            .iter()
            .map(|action| ActionEntry { action: bounded(&action.action), reference: bounded(&action.reference), sha: safe(&action.sha) })
            .collect(),
        versions: versions.iter().map(pair).collect(),
    }
}

/// The part of the page.
pub(super) fn render(sheet: &mut Sheet, outcome: &Outcome) {
    if let Some(changes) = &outcome.around.changes {
        sheet.blank();
        let heading =
            if changes.is_empty() { "Nothing that the logs tell of changed since it was green." } else { "Changed since it was green" };
        sheet.line(&[(Ink::Strong, heading)]);
        for row in change_rows(changes) {
            line(sheet, &row);
        }
    }
    for (job, rows) in fact_rows(outcome) {
        sheet.blank();
        sheet.line(&[(Ink::Strong, &format!("Surroundings of {job}"))]);
        for row in rows {
            line(sheet, &row);
        }
    }
}

fn line(sheet: &mut Sheet, (label, words): &Row) {
    let words = cut(words, sheet.width.saturating_sub(16));
    sheet.line(&[(Ink::Plain, "  "), (Ink::Faint, &format!("{label:<12}")), (Ink::Plain, "  "), (Ink::Plain, &words)]);
}

/// The part of the Markdown page.
pub(super) fn markdown(out: &mut String, outcome: &Outcome) {
    let mut section = |heading: &str, rows: Vec<Row>| {
        out.push_str(&format!("### {heading}\n\n"));
        for (label, words) in rows {
            out.push_str(&format!("- {label}: {}\n", code(&words)));
        }
        out.push('\n');
    };
    if let Some(changes) = &outcome.around.changes {
        section(if changes.is_empty() { "Nothing changed since it was green" } else { "Changed since it was green" }, change_rows(changes));
    }
    for (job, rows) in fact_rows(outcome) {
        section(&format!("Surroundings of {}", code(&job)), rows);
    }
}

/// A label and what it labels, safe to show.
type Row = (&'static str, String);

fn change_rows(changes: &[Change]) -> Vec<Row> {
    let mut rows = Vec::new();
    for of_kind in changes.chunk_by(|one, two| one.kind == two.kind) {
        rows.extend(of_kind.iter().take(SHOWN).map(|change| (label(change.kind), words(change))));
        if of_kind.len() > SHOWN {
            rows.push(("", format!("and {} more", of_kind.len() - SHOWN)));
        }
    }
    rows
}

const fn label(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Image => "image",
        ChangeKind::Runner => "runner",
        ChangeKind::Container => "container",
        ChangeKind::Action => "action",
        ChangeKind::Permission => "permission",
        ChangeKind::Version => "version",
        ChangeKind::NewLine => "new line",
    }
}

fn words(change: &Change) -> String {
    let side = |text: &Option<String>| match (text, change.kind) {
        (Some(sha), ChangeKind::Action) => one_line(sha).chars().take(SHORT).collect(),
        (Some(text), _) => one_line(text),
        (None, _) => "none".to_owned(),
    };
    if change.kind == ChangeKind::NewLine {
        return side(&change.after);
    }
    let name = if change.name.is_empty() { String::new() } else { format!("{} ", one_line(&change.name)) };
    format!("{name}{} → {}", side(&change.before), side(&change.after))
}

fn fact_rows(outcome: &Outcome) -> Vec<(String, Vec<Row>)> {
    let Some(facts) = facts(outcome) else { return Vec::new() };
    let event = facts.event.as_ref().map(|event| one_line(event.as_str()));
    let rows = |entry: &JobEntry| {
        let text = |text: &Option<Redacted>| text.as_ref().map(|text| one_line(text.as_str()));
        let list = |items: Vec<String>| (!items.is_empty()).then(|| items.join(", "));
        let image =
            text(&entry.image).map(|image| [Some(image), text(&entry.image_version)].into_iter().flatten().collect::<Vec<_>>().join(" "));
        let pairs = |map: &BTreeMap<String, Redacted>, between: &str| {
            list(map.iter().map(|(name, value)| format!("{name}{between}{}", one_line(value.as_str()))).collect())
        };
        let mut rows: Vec<Row> = Vec::new();
        let mut add = |label: &'static str, words: Option<String>| rows.extend(words.map(|words| (label, words)));
        add("event", event.clone());
        add("image", image);
        add("runner", text(&entry.runner_version));
        add("labels", list(entry.labels.iter().map(|label| one_line(label.as_str())).collect()));
        add("container", text(&entry.container));
        add("permissions", pairs(&entry.permissions, ": "));
        add("secrets of", text(&entry.secret_source));
        for action in &entry.actions {
            let sha: String = action.sha.as_ref().map_or("", |sha| sha.as_str()).chars().take(SHORT).collect();
            add(
                "action",
                Some(format!("{}@{} {sha}", one_line(action.action.as_str()), one_line(action.reference.as_str())).trim_end().to_owned()),
            );
        }
        add("versions", pairs(&entry.versions, " "));
        (one_line(entry.job.as_str()), rows)
    };
    facts.jobs.iter().map(rows).filter(|(_, rows)| !rows.is_empty()).collect()
}
