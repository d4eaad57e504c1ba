//! The recorded logs beside the project, their labels, and how a diagnosis compares with them.

use std::fs;
use std::path::{Path, PathBuf};

use gh_autoheal::archive::{self, Input, Limits};
use gh_autoheal::diagnosis::{Diagnosis, diagnose};
use gh_autoheal::findings::{Circumstances, Fingerprints, find};
use gh_autoheal::rules::RuleSet;
use gh_autoheal::transcript::{self, Transcript};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::docs::word;
use crate::project::path;

/// A line this many lines away from a labelled one still shows it: a trace has more than one good line.
const REACH: usize = 3;
/// A diagnosis with this confidence or more claims to know.
const CONFIDENT: f64 = 0.8;
/// The label of a run in which nothing failed.
const GREEN: &str = "none";

/// Which part of the recorded logs a case belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Read by those who write rules; the confidences come from these.
    Open,
    /// Only ever counted: it tells how rules do on logs that nobody wrote them for.
    HeldBack,
}

/// A log with its label.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) part: Part,
    file: PathBuf,
    /// The acceptable categories, the label itself first.
    categories: Vec<String>,
    /// The acceptable lines, plain.
    causes: Vec<String>,
}

/// How the diagnosis of a case compares with its label.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a figure of its own")]
pub(crate) struct Score {
    /// The line is an acceptable one.
    pub(crate) line: bool,
    /// It is, or stands at most three lines from one.
    pub(crate) near: bool,
    /// The category is acceptable.
    pub(crate) category: bool,
    /// No rule explains it.
    pub(crate) unexplained: bool,
    /// Confident, and neither near nor of an acceptable category.
    pub(crate) misled: bool,
    /// The rule that spoke.
    pub(crate) rule: Option<String>,
    /// Category and line as said.
    pub(crate) said: String,
}

/// All cases; none where the logs are not beside the project.
pub(crate) fn cases() -> Option<Vec<Case>> {
    let folder = path("../shared/corpus/logs");
    let index = fs::read_to_string(folder.join("index.jsonl")).ok()?;
    Some(index.lines().filter_map(|line| serde_json::from_str(line).ok()).filter_map(|case: Value| Case::read(&folder, &case)).collect())
}

impl Case {
    fn read(folder: &Path, case: &Value) -> Option<Self> {
        let text = |key: &str| case.get(key).and_then(Value::as_str).map(str::to_owned);
        let texts = |key: &str| -> Vec<String> {
            let list = case.get(key).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let id = text("id")?;
        let categories = text("category").into_iter().chain(texts("also")).collect();
        let causes = texts("cause").iter().map(|cause| plain(cause)).collect();
        Some(Self { part: part_of(&id), file: folder.join(text("file")?), id, categories, causes })
    }

    /// What was to be said, for a person.
    pub(crate) fn wanted(&self) -> String {
        format!("{}: {}", self.categories.join(", "), self.causes.first().map_or("", String::as_str))
    }

    /// Diagnoses the case by `rules` and compares the first failure with the label.
    pub(crate) fn score(&self, rules: &RuleSet) -> Score {
        let green = self.categories.first().is_some_and(|category| category == GREEN);
        let Some(transcript) = self.transcript() else { return Score::default() };
        let findings = find(&transcript, rules, &Fingerprints::new(rules), &Circumstances::default());
        let Some(first) = diagnose(&transcript, rules, &findings).into_iter().next() else {
            return Score { line: green, near: green, category: green, unexplained: !green, ..Score::default() };
        };
        if green {
            return Score { misled: true, rule: first.rule, ..Score::default() };
        }
        self.compare(&transcript, &first)
    }

    fn transcript(&self) -> Option<Transcript> {
        let bytes = fs::read(&self.file).ok()?;
        let mut archive = archive::open(Input::File { name: "case".to_owned(), bytes }, Limits::default()).ok()?;
        transcript::read(&mut archive).ok()
    }

    fn compare(&self, transcript: &Transcript, first: &Diagnosis) -> Score {
        let text = first.cause.as_ref().map_or("", |cause| &cause.text);
        let line = self.causes.iter().any(|cause| same(&plain(text), cause));
        let near = line || self.is_near(transcript, first);
        let said = word(&first.category);
        let category = self.categories.contains(&said);
        Score {
            line,
            near,
            category,
            unexplained: first.rule.is_none(),
            misled: first.confidence >= CONFIDENT && !near && !category,
            rule: first.rule.clone(),
            said: format!("{said} {:.2}: {text}", first.confidence),
        }
    }

    /// Blank lines do not count as distance.
    fn is_near(&self, transcript: &Transcript, diagnosis: &Diagnosis) -> bool {
        let job = diagnosis.job.and_then(|job| transcript.jobs.get(job));
        let Some((job, index)) = job.zip(diagnosis.cause.as_ref().and_then(|cause| cause.index)) else { return false };
        let line = |index: usize| plain(job.text.text(index));
        let is_label = |text: &String| self.causes.iter().any(|cause| same(text, cause));
        let above = (0..index).rev().map(line).filter(|text| !text.is_empty()).take(REACH);
        let below = (index + 1..job.text.len()).map(line).filter(|text| !text.is_empty()).take(REACH);
        above.chain(below).any(|text| is_label(&text))
    }
}

/// About a third is held back, by a hash of the id: the same third on every machine.
fn part_of(id: &str) -> Part {
    match Sha256::digest(id.as_bytes()).first() {
        Some(0..0x50) => Part::HeldBack,
        _ => Part::Open,
    }
}

fn same(found: &str, wanted: &str) -> bool {
    let (short, long) = if found.len() < wanted.len() { (found, wanted) } else { (wanted, found) };
    found == wanted || short.len() >= 25 && long.contains(short)
}

/// A line without stamp, marker and odd blanks, in lower case.
fn plain(text: &str) -> String {
    let text = text.rsplit('\t').next().unwrap_or(text).trim_start_matches('\u{feff}');
    let stamped = text.len() > 29 && text.as_bytes().get(10) == Some(&b'T') && text.as_bytes().get(27) == Some(&b'Z');
    let mut text = if stamped { text.get(29..).unwrap_or(text) } else { text }.trim();
    while let Some(rest) = ["##[error]", "##[warning]", "Error: ", "error: "].iter().find_map(|start| text.strip_prefix(start)) {
        text = rest.trim();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
