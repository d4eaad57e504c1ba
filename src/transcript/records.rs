//! Turns the API's records into facts of the run, and joins a job's records with its text.

use super::platform::kind_of_step;
use super::{Annotation, AnnotationLevel, Conclusion, Job, JobFacts, LogText, RunFacts, Step, StepKind};
use crate::archive::names;
use crate::archive::{AnnotationRecord, JobRecord, Records, RunRecord, StepRecord};
use crate::text::{LineNumber, RepoPath, Timestamp};

/// What a record says of the run.
pub(super) fn run_facts(record: &RunRecord) -> RunFacts {
    let path = record.path.as_deref().map(|path| path.split_once('@').map_or(path, |(path, _)| path));
    let owner = |repository: &Option<crate::archive::RepositoryRecord>| repository.as_ref().and_then(|it| it.full_name.clone());
    let time = record.run_started_at.as_deref().or(record.created_at.as_deref());
    RunFacts {
        id: record.id,
        url: record.html_url.clone(),
        workflow_name: record.name.clone(),
        path: path.and_then(|path| RepoPath::new(path).ok()),
        repository: owner(&record.repository),
        head_repository: owner(&record.head_repository),
        head_sha: record.head_sha.as_deref().and_then(super::facts::hexadecimal),
        head_branch: record.head_branch.clone(),
        event: record.event.clone(),
        attempt: record.run_attempt,
        conclusion: record.conclusion.as_deref().and_then(Conclusion::of),
        started_at: time.and_then(Timestamp::parse),
    }
}

/// Finds the record of a job: by its whole name, by its name as files spell it, else by place among equals
/// (platform facts, section 3). `taken` marks the records that are found.
pub(super) fn find<'a>(records: &'a [JobRecord], taken: &mut [bool], whole: Option<&str>, spelled: Option<&str>) -> Option<&'a JobRecord> {
    let mut pick = |fits: &dyn Fn(&JobRecord) -> bool| {
        let index = records.iter().zip(taken.iter()).position(|(record, taken)| !taken && fits(record))?;
        if let Some(flag) = taken.get_mut(index) {
            *flag = true;
        }
        records.get(index)
    };
    let by_name = whole.and_then(|name| pick(&|record| record.name == name));
    by_name.or_else(|| {
        let spelled = spelled.or(whole)?;
        pick(&|record| record.name == spelled)
            .or_else(|| pick(&|record| names::comparable(&record.name) == names::comparable(spelled)))
            .or_else(|| pick(&|record| names::can_be(spelled, &record.name)))
    })
}

/// Writes what a record says into a job.
pub(super) fn join(job: &mut Job, record: &JobRecord) {
    record.name.clone_into(&mut job.name);
    job.id = record.id;
    job.url.clone_from(&record.html_url);
    job.conclusion = record.conclusion.as_deref().and_then(Conclusion::of);
    if !record.labels.is_empty() {
        job.facts.labels.clone_from(&record.labels);
    }
    let time = |text: &Option<String>| text.as_deref().and_then(Timestamp::parse);
    job.facts.started_at = time(&record.started_at).or(job.facts.started_at);
    job.facts.completed_at = time(&record.completed_at).or(job.facts.completed_at);
}

/// A job of which only the record is there: it never started, or the archive has a hole.
pub(super) fn job_without_text(record: &JobRecord) -> Job {
    let step = |record: &StepRecord| {
        let conclusion = record.conclusion.as_deref().and_then(Conclusion::of);
        Step {
            number: Some(record.number),
            name: Some(record.name.clone()),
            kind: kind_of_step(&record.name),
            echoes: Vec::new(),
            lines: 0..0,
            conclusion,
            failed: conclusion == Some(Conclusion::Failure),
        }
    };
    let mut job = Job {
        name: String::new(),
        url: None,
        id: None,
        conclusion: None,
        facts: JobFacts::default(),
        text: LogText::default(),
        steps: record.steps.iter().filter(|step| step.conclusion.as_deref() != Some("skipped")).map(step).collect(),
        annotations: Vec::new(),
    };
    join(&mut job, record);
    job.facts.os = job.facts.labels.iter().find_map(|label| super::facts::system_of_label(label));
    job
}

/// Gives steps the names and conclusions of their records.
pub(super) fn join_steps(steps: &mut Vec<Step>, text: &LogText, records: &[StepRecord]) {
    if records.is_empty() {
        return;
    }
    if steps.iter().any(|step| step.number.is_some()) {
        for step in steps.iter_mut() {
            if let Some(record) = records.iter().find(|record| Some(record.number) == step.number) {
                adopt(step, record);
            }
        }
        return;
    }
    let mut ran: Vec<&StepRecord> = records.iter().filter(|record| record.conclusion.as_deref() != Some("skipped")).collect();
    ran.sort_by_key(|record| record.number);
    let mut next = [0_usize; 3];
    let mut joined: Vec<Step> = Vec::with_capacity(steps.len());
    for mut step in steps.drain(..) {
        let lane = match step.kind {
            StepKind::Main | StepKind::Unknown => 0,
            StepKind::Post => 1,
            StepKind::Setup | StepKind::Complete => 2,
        };
        let of_lane: Vec<&StepRecord> = ran.iter().copied().filter(|record| lane_of(record) == lane).collect();
        let position = next.get(lane).copied().unwrap_or(0);
        let start = text.line(step.lines.start).and_then(|line| line.stamp);
        match choose(&of_lane, position, &step, start) {
            Some(found) => {
                if let Some(record) = of_lane.get(found) {
                    adopt(&mut step, record);
                }
                if let Some(next) = next.get_mut(lane) {
                    *next = found + 1;
                }
                joined.push(step);
            }
            // An inner step of a composite action: it belongs to the step before it.
            None => match joined.last_mut().filter(|last| lane == 0 && last.conclusion.is_some() && last.lines.end == step.lines.start) {
                Some(last) => {
                    last.lines.end = step.lines.end;
                    last.echoes.append(&mut step.echoes);
                }
                None => joined.push(step),
            },
        }
    }
    *steps = joined;
}

fn lane_of(record: &StepRecord) -> usize {
    match kind_of_step(&record.name) {
        StepKind::Main | StepKind::Unknown => 0,
        StepKind::Post => 1,
        StepKind::Setup | StepKind::Complete => 2,
    }
}

/// The record of a step that begins at `start`, at or behind `position`: by name, else by its time, which is whole seconds.
fn choose(records: &[&StepRecord], position: usize, step: &Step, start: Option<Timestamp>) -> Option<usize> {
    let time = |text: &Option<String>| text.as_deref().and_then(Timestamp::parse).map(Timestamp::seconds);
    if step.kind == StepKind::Complete || step.kind == StepKind::Setup {
        let name = step.name.as_deref().unwrap_or("Set up job");
        return records.iter().position(|record| record.name == name);
    }
    let start = start.map(Timestamp::seconds);
    let mut found = None;
    for (index, record) in records.iter().enumerate().skip(position) {
        let (begins, ends) = (time(&record.started_at), time(&record.completed_at));
        match (start, begins) {
            (Some(start), Some(begins)) if begins > start => break,
            (Some(start), Some(_)) => {
                found = Some(index);
                // A step that was over before cannot hold this one.
                if ends.is_none_or(|end| end >= start) {
                    break;
                }
            }
            _ if step.name.as_deref() == Some(record.name.as_str()) => return Some(index),
            _ => {}
        }
    }
    found
}

fn adopt(step: &mut Step, record: &StepRecord) {
    step.number = Some(record.number);
    step.name = Some(record.name.clone());
    step.kind = kind_of_step(&record.name);
    step.conclusion = record.conclusion.as_deref().and_then(Conclusion::of);
}

/// Shares out what the platform noted: to each job what its id names, the rest to the run.
pub(super) fn share_annotations(records: &Records, jobs: &mut [Job]) -> Vec<Annotation> {
    let mut rest = Vec::new();
    for (id, record) in &records.annotations {
        let note = annotation(record);
        match jobs.iter_mut().find(|job| id.is_some() && job.id == *id) {
            Some(job) => job.annotations.push(note),
            None => rest.push(note),
        }
    }
    for run in &records.check_runs {
        let has_notes = run.id.is_some() && records.annotations.iter().any(|(id, _)| *id == run.id);
        let is_job = jobs.iter().any(|job| run.id.is_some() && job.id == run.id);
        let Some(output) = run.output.as_ref().filter(|_| !has_notes && !is_job) else { continue };
        let Some(message) = output.text.as_ref().or(output.summary.as_ref()).filter(|text| !text.trim().is_empty()) else { continue };
        let is_bad = !matches!(run.conclusion.as_deref(), Some("success" | "neutral" | "skipped"));
        rest.push(Annotation {
            path: run.name.as_deref().and_then(|name| RepoPath::new(name).ok()).filter(RepoPath::is_workflow),
            line: None,
            level: if is_bad { AnnotationLevel::Failure } else { AnnotationLevel::Notice },
            title: output.title.clone(),
            message: message.clone(),
            source: run.source.clone(),
        });
    }
    rest
}

fn annotation(record: &AnnotationRecord) -> Annotation {
    let path = record.path.as_deref().filter(|path| *path != ".github").and_then(|path| RepoPath::new(path).ok());
    Annotation {
        line: path.as_ref().and(record.start_line).map(LineNumber::new),
        path,
        level: match record.annotation_level.as_deref() {
            Some("notice") => AnnotationLevel::Notice,
            Some("warning") => AnnotationLevel::Warning,
            _ => AnnotationLevel::Failure,
        },
        title: record.title.clone().filter(|title| !title.is_empty()),
        message: record.message.clone().unwrap_or_default(),
        source: record.source.clone(),
    }
}
