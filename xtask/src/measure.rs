//! Turns the recorded logs beside the project into how often each rule names the right cause: the source of every confidence.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use gh_autoheal::archive::{self, Input, Limits};
use gh_autoheal::diagnosis::{Diagnosis, diagnose};
use gh_autoheal::findings::{Circumstances, Fingerprints, find};
use gh_autoheal::rules::RuleSet;
use gh_autoheal::transcript::{self, Transcript};
use serde_json::Value;

use crate::docs::word;
use crate::project::{Done, path};

/// A line this many lines away from a labelled one still shows it: a trace has more than one good line.
const REACH: usize = 3;

/// Measures and writes `src/rules/measured.yml`.
pub(crate) fn write() -> Done {
    let folder = path("../shared/corpus/logs");
    let index = fs::read_to_string(folder.join("index.jsonl")).map_err(|error| format!("the recorded logs are not there: {error}"))?;
    let rules = RuleSet::builtin();
    let mut tally: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for line in index.lines().filter(|line| !line.trim().is_empty()) {
        let case: Value = serde_json::from_str(line)?;
        let Some(transcript) = read(&folder, &case) else { continue };
        let findings = find(&transcript, rules, &Fingerprints::new(rules), &Circumstances::default());
        let Some(first) = diagnose(&transcript, rules, &findings).into_iter().next() else { continue };
        if let Some(rule) = &first.rule {
            let (right, seen) = tally.entry(rule.clone()).or_default();
            *seen += 1;
            *right += u32::from(is_right(&transcript, &first, &case));
        }
    }
    let rows: Vec<String> = tally.iter().map(|(rule, (right, seen))| format!("{rule}: {{ right: {right}, seen: {seen} }}\n")).collect();
    let head = "# How often each rule named the right cause on recorded cases. Written by `cargo xtask measure`.\n";
    fs::write(path("src/rules/measured.yml"), format!("{head}{}", if rows.is_empty() { "{}\n".to_owned() } else { rows.concat() }))?;
    let (right, seen) = tally.values().fold((0, 0), |(right, seen), row| (right + row.0, seen + row.1));
    println!("{} rules spoke on {seen} cases and were right on {right}", tally.len());
    Ok(())
}

fn read(folder: &Path, case: &Value) -> Option<Transcript> {
    let file: PathBuf = folder.join(case.get("file")?.as_str()?);
    let bytes = fs::read(&file).ok()?;
    let mut archive = archive::open(Input::File { name: "case".to_owned(), bytes }, Limits::default()).ok()?;
    transcript::read(&mut archive).ok()
}

/// Whether the category is acceptable and the line is a labelled one, or stands near it.
fn is_right(transcript: &Transcript, diagnosis: &Diagnosis, case: &Value) -> bool {
    let texts = |key: &str| -> Vec<String> {
        let list = case.get(key).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut categories: HashSet<String> = texts("also").into_iter().collect();
    categories.extend(case.get("category").and_then(Value::as_str).map(str::to_owned));
    let Some(cause) = &diagnosis.cause else { return false };
    let labels: Vec<String> = texts("cause").iter().map(|text| plain(text)).collect();
    let here = |text: &str| labels.iter().any(|label| same(&plain(text), label));
    let job = diagnosis.job.and_then(|job| transcript.jobs.get(job));
    let near = job.zip(cause.index).is_some_and(|(job, index)| {
        (index.saturating_sub(REACH)..=(index + REACH).min(job.text.len())).any(|line| here(job.text.text(line)))
    });
    categories.contains(&word(&diagnosis.category)) && (here(&cause.text) || near)
}

fn same(found: &str, wanted: &str) -> bool {
    let (short, long) = if found.len() < wanted.len() { (found, wanted) } else { (wanted, found) };
    found == wanted || short.len() >= 25 && long.contains(short)
}

/// A line without stamp, marker and odd blanks, in lower case.
fn plain(text: &str) -> String {
    let text = text.rsplit('\t').next().unwrap_or(text);
    let stamped = text.len() > 29 && text.as_bytes().get(10) == Some(&b'T') && text.as_bytes().get(27) == Some(&b'Z');
    let text = if stamped { text.get(29..).unwrap_or(text) } else { text };
    let text = text.trim_start_matches("##[error]").trim_start_matches("Error: ");
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
