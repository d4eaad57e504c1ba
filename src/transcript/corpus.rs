//! Turns the recorded failures beside the project into a test: the cause lies in a step that is marked as failed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::tests::transcript;
use super::*;
use crate::archive;

fn plain(text: &str) -> String {
    let mut text = text.trim();
    loop {
        let before = text;
        for prefix in ["##[error]", "##[warning]", "Error: ", "error: "] {
            text = text.strip_prefix(prefix).unwrap_or(text).trim();
        }
        if text == before {
            return text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        }
    }
}

fn is_same(found: &str, wanted: &str) -> bool {
    let (short, long) = if found.len() < wanted.len() { (found, wanted) } else { (wanted, found) };
    found == wanted || short.len() >= 25 && long.contains(short)
}

/// The text of a wanted line as the log's own message: an index may quote stamps and columns.
fn wanted(line: &str) -> String {
    let message = line.rsplit_once('\t').map_or(line, |(_, message)| message);
    let mut clean = String::new();
    clean::push(&mut clean, archive::stamp::split(message).1);
    plain(&clean)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the corpus is read from files")]
fn the_cause_of_recorded_failures_lies_in_a_failed_step() {
    let corpus = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/logs"));
    let Ok(index) = std::fs::read_to_string(corpus.join("index.jsonl")) else {
        println!("skipped: no corpus beside the project");
        return;
    };
    let (mut hits, mut cases, mut misses) = (0, 0, Vec::new());
    for case in index.lines().map(|line| serde_json::from_str::<BTreeMap<String, serde_json::Value>>(line).unwrap()) {
        let (id, file) = (case["id"].as_str().unwrap(), case["file"].as_str().unwrap());
        let transcript = transcript(file, &std::fs::read(corpus.join(file)).unwrap());
        let failed: Vec<(&Job, &Step)> =
            transcript.jobs.iter().flat_map(|job| job.steps.iter().filter(|step| step.failed).map(move |step| (job, step))).collect();
        if case["category"] == "none" {
            assert!(failed.is_empty(), "{id} is green: {:?}", failed.iter().map(|(job, step)| (&job.name, &step.name)).collect::<Vec<_>>());
            continue;
        }
        cases += 1;
        assert!(!failed.is_empty(), "{id} has no failed step");
        let causes: Vec<String> = case["cause"].as_array().unwrap().iter().map(|line| wanted(line.as_str().unwrap())).collect();
        let holds = |job: &Job, step: &Step| {
            step.lines.clone().any(|line| {
                let text = plain(job.text.text(line));
                causes.iter().any(|cause| is_same(&text, cause))
            })
        };
        if failed.iter().any(|(job, step)| holds(job, step)) {
            hits += 1;
        } else {
            misses.push(id.to_owned());
            println!("{id} wants {:?}", causes.first());
        }
        let steps: Vec<String> = failed.iter().map(|(job, step)| format!("{}/{}", job.name, step.name.as_deref().unwrap_or("?"))).collect();
        println!(
            "{id} {:?} jobs {} failed {} {:?} label {} | {}",
            transcript.kind,
            transcript.jobs.len(),
            failed.len(),
            steps,
            case.get("job").map_or("-".into(), ToString::to_string),
            case.get("step").map_or("-".into(), ToString::to_string)
        );
    }
    println!("{hits} of {cases}; missing {misses:?}");
    assert!(hits * 100 >= cases * 95, "{hits} of {cases}: {misses:?}");
}
