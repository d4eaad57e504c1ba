//! Turns a rule's example into a transcript and says whether the rules explain it as the example demands.

use crate::archive::{self, Input, Limits};
use crate::diagnosis::{Diagnosis, diagnose};
use crate::findings::{Circumstances, EveryLine, Finding, Place, find};
use crate::rules::check::MARK;
use crate::rules::{Example, Rank, RuleSet};
use crate::text::LineNumber;
use crate::transcript::{self, Transcript};

/// An example's log as a transcript, and the number of its marked line.
#[derive(Debug)]
pub struct Read {
    /// What the log says.
    pub transcript: Transcript,
    /// The line behind the mark; none where no line is marked.
    pub marked: Option<LineNumber>,
}

/// Reads an example's log as any source is read: an excerpt, or with stamps one job's log.
///
/// # Errors
/// When it is no log.
pub fn read(log: &str) -> Result<Read, String> {
    let marked = log.lines().position(|line| line.starts_with(MARK)).map(LineNumber::from_index);
    let lines: Vec<&str> = log.lines().map(|line| line.strip_prefix(MARK).unwrap_or(line)).collect();
    let input = Input::File { name: "example".to_owned(), bytes: (lines.join("\n") + "\n").into_bytes() };
    let mut archive = archive::open(input, Limits::default()).map_err(|error| error.to_string())?;
    let transcript = transcript::read(&mut archive).map_err(|error| error.to_string())?;
    Ok(Read { transcript, marked })
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
    let read = read(&example.log)?;
    let (findings, diagnosis) = explained(rules, &read);
    // A frame explains nothing by itself: it is enough that it is seen.
    if findings.iter().any(|finding| rules.id(finding.rule) == id && finding.rank == Rank::Wrapper) {
        return Ok(());
    }
    let diagnosis = diagnosis.ok_or("nothing is diagnosed")?;
    let cause = diagnosis.cause.as_ref();
    let line = || cause.map_or("no line", |cause| cause.text.as_str()).to_owned();
    match &diagnosis.rule {
        Some(rule) if rule == id => {}
        Some(rule) => return Err(format!("`{rule}` explains it, on `{}`", line())),
        None => return Err(format!("no rule explains it; the guess is `{}`", line())),
    }
    if read.marked.is_some() && cause.map(|cause| cause.number) != read.marked {
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
    let read = read(log)?;
    let (findings, _) = explained(rules, &read);
    let Some(found) = findings.iter().find(|finding| rules.id(finding.rule) == id) else { return Ok(()) };
    let Place::Line { job, line, .. } = found.place else { return Err("it matches an annotation".to_owned()) };
    let text = read.transcript.jobs.get(job).map_or("", |job| job.text.text(line));
    Err(format!("it matches {text:?}"))
}
