//! Writes again what the API said of a run and one of its jobs, as far as a diagnosis reads it: no person, no page, no id of a run.

use serde_json::{Map, Value, json};

use super::Neutral;
use crate::text::{RepoPath, Timestamp};
use crate::transcript::{Annotation, AnnotationLevel, Conclusion, Job, Transcript};

/// The id that the job of a case has.
const JOB: u64 = 1;

/// The files of a bundle that say the same of the run, and of the job if one is meant: name and text.
pub(super) fn records(transcript: &Transcript, job: Option<&Job>, neutral: &Neutral) -> Vec<(String, String)> {
    let mut files = vec![("run.json".to_owned(), pretty(&run(transcript, neutral)))];
    let noted = |list: &[Annotation]| pretty(&Value::Array(list.iter().map(|note| annotation(note, neutral)).collect()));
    if let Some(job) = job {
        files.push(("jobs.json".to_owned(), pretty(&json!({ "jobs": [job_record(job, neutral)] }))));
        if !job.annotations.is_empty() {
            files.push((format!("annotations/{JOB}.json"), noted(&job.annotations)));
        }
    }
    if !transcript.annotations.is_empty() {
        files.push(("annotations.json".to_owned(), noted(&transcript.annotations)));
    }
    files
}

fn run(transcript: &Transcript, neutral: &Neutral) -> Value {
    let run = &transcript.run;
    let mut out = Map::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            out.insert(key.to_owned(), Value::String(value));
        }
    };
    put("name", run.workflow_name.as_deref().map(|name| neutral.line(name)));
    put("path", run.path.as_ref().map(|path| path.as_str().to_owned()));
    put("event", run.event.clone());
    put("conclusion", run.conclusion.map(word));
    put("run_started_at", run.started_at.and_then(rfc3339));
    if let Some(repository) = &run.repository {
        out.insert("repository".to_owned(), json!({ "full_name": neutral.line(repository) }));
    }
    Value::Object(out)
}

fn job_record(job: &Job, neutral: &Neutral) -> Value {
    let steps = job.steps.iter().map(|step| {
        let name = neutral.line(step.name.as_deref().unwrap_or(""));
        json!({ "name": name, "number": step.number.unwrap_or(0), "conclusion": step.conclusion.map(word) })
    });
    json!({
        "id": JOB,
        "name": neutral.line(&job.name),
        "conclusion": job.conclusion.map(word),
        "labels": job.facts.labels,
        "started_at": job.facts.started_at.and_then(rfc3339),
        "completed_at": job.facts.completed_at.and_then(rfc3339),
        "steps": steps.collect::<Vec<Value>>(),
    })
}

fn annotation(note: &Annotation, neutral: &Neutral) -> Value {
    let level = match note.level {
        AnnotationLevel::Notice => "notice",
        AnnotationLevel::Warning => "warning",
        AnnotationLevel::Failure => "failure",
    };
    let message: Vec<String> = note.message.split('\n').map(|line| neutral.line(line)).collect();
    json!({
        "path": note.path.as_ref().map_or(".github", RepoPath::as_str),
        "start_line": note.line.map_or(1, crate::text::LineNumber::get),
        "annotation_level": level,
        "title": note.title.as_deref().map(|title| neutral.line(title)),
        "message": message.join("\n"),
    })
}

fn word(conclusion: Conclusion) -> String {
    match conclusion {
        Conclusion::Success => "success",
        Conclusion::Failure => "failure",
        Conclusion::Cancelled => "cancelled",
        Conclusion::Skipped => "skipped",
        Conclusion::Other => "neutral",
    }
    .to_owned()
}

fn rfc3339(stamp: Timestamp) -> Option<String> {
    let instant = jiff::Timestamp::from_nanosecond(i128::from(stamp.ticks()) * 100).ok()?;
    Some(instant.to_string())
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
