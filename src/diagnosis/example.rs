//! Turns a rule's example into a transcript and says whether the rules explain it as the example demands.

use crate::archive::SourceKind;
use crate::diagnosis::{Diagnosis, diagnose};
use crate::findings::{Circumstances, EveryLine, Finding, find};
use crate::rules::check::MARK;
use crate::rules::{Example, RuleSet};
use crate::transcript::{Job, JobFacts, LogText, RunFacts, Step, StepKind, Transcript};

/// An example's log as a transcript, and the index of its marked line.
#[derive(Debug)]
pub struct Read {
    /// One job with one failed step.
    pub transcript: Transcript,
    /// Index of the line behind the mark; none where no line is marked.
    pub marked: Option<usize>,
}

/// Reads an example's log: one failed step, without stamps; `##[error]` counts as the page's `Error: `.
pub fn read(log: &str) -> Read {
    let marked = log.lines().position(|line| line.starts_with(MARK));
    let lines = log.lines().map(|line| {
        let line = line.strip_prefix(MARK).unwrap_or(line);
        line.strip_prefix("##[error]").map_or_else(|| line.to_owned(), |message| format!("Error: {message}"))
    });
    let text = LogText::plain("example", &lines.collect::<Vec<_>>().join("\n"));
    let step =
        Step { number: None, name: None, kind: StepKind::Main, echoes: Vec::new(), lines: 0..text.len(), conclusion: None, failed: true };
    let job = Job {
        name: String::new(),
        url: None,
        id: None,
        conclusion: None,
        facts: JobFacts::default(),
        text,
        steps: vec![step],
        annotations: Vec::new(),
    };
    let transcript =
        Transcript { kind: SourceKind::Excerpt, run: RunFacts::default(), jobs: vec![job], annotations: Vec::new(), problems: Vec::new() };
    Read { transcript, marked }
}

/// What the rules say about a log: all findings and the one diagnosis.
pub fn explained(rules: &RuleSet, read: &Read) -> (Vec<Finding>, Option<Diagnosis>) {
    let findings = find(&read.transcript, rules, &EveryLine, &Circumstances::default());
    let diagnosis = diagnose(&read.transcript, rules, &findings).into_iter().next();
    (findings, diagnosis)
}

/// Whether the rule named `id` explains its example, on the marked line and with the captures that the example names.
///
/// # Errors
/// What was found instead.
pub fn verify(rules: &RuleSet, id: &str, example: &Example) -> Result<(), String> {
    let read = read(&example.log);
    let (_, diagnosis) = explained(rules, &read);
    let diagnosis = diagnosis.ok_or("nothing is diagnosed")?;
    let cause = diagnosis.cause.as_ref();
    let line = || cause.map_or("no line", |cause| cause.text.as_str()).to_owned();
    match &diagnosis.rule {
        Some(rule) if rule == id => {}
        Some(rule) => return Err(format!("`{rule}` explains it, on `{}`", line())),
        None => return Err(format!("no rule explains it; the guess is `{}`", line())),
    }
    if read.marked.is_some() && cause.and_then(|cause| cause.index) != read.marked {
        return Err(format!("the cause is seen on another line: `{}`", line()));
    }
    for (name, wanted) in &example.captures {
        match diagnosis.captures.get(name) {
            Some(caught) if caught == wanted => {}
            caught => return Err(format!("`{name}` is {caught:?}, expected `{wanted}`")),
        }
    }
    Ok(())
}

/// Whether the rule named `id` stays silent on a log.
///
/// # Errors
/// The line on which it does not.
pub fn verify_silent(rules: &RuleSet, id: &str, log: &str) -> Result<(), String> {
    let read = read(log);
    let (findings, _) = explained(rules, &read);
    let Some(found) = findings.iter().find(|finding| rules.id(finding.rule) == id) else { return Ok(()) };
    let line = match found.place {
        crate::findings::Place::Line { line, .. } | crate::findings::Place::Annotation { line, .. } => line,
    };
    Err(format!("it matches line {}: {:?}", line + 1, log.lines().nth(line).unwrap_or("")))
}
