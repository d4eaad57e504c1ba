//! Turns a case into the text of `case.log`.

use super::read::FIRST;
use super::{Case, Expected, ExpectedCause, ExpectedFailure};

/// The text of a case; reading it gives the case again.
pub fn print(case: &Case) -> String {
    let mut out = format!("{FIRST}\n");
    match &case.expected {
        Expected::Nothing => out.push_str("#! verdict: none\n"),
        Expected::Failure(failure) => header(&mut out, failure),
    }
    if let Some(workflow) = &case.workflow {
        out.push_str(&format!("#! workflow: {workflow}\n"));
    }
    for comment in &case.comments {
        out.push_str(&format!("#: {comment}\n"));
    }
    let marks = Marks::of(case);
    for (index, line) in case.log.lines().enumerate() {
        if marks.cause == Some(index) {
            out.push_str("#> cause\n");
        }
        if MARKS.iter().any(|mark| line.starts_with(mark)) {
            out.push_str("#= ");
        }
        out.push_str(line);
        out.push('\n');
        for (_, name, value) in marks.captures.iter().filter(|(at, ..)| *at == Some(index)) {
            out.push_str(&capture(name, value));
        }
    }
    for (_, name, value) in marks.captures.iter().filter(|(at, ..)| at.is_none()) {
        out.push_str(&capture(name, value));
    }
    out
}

/// How a line of a case begins that is none of the log's.
const MARKS: [&str; 5] = ["#!", "#:", "#>", "#^", "#="];

/// The word that a value is written as.
pub(super) fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

fn header(out: &mut String, failure: &ExpectedFailure) {
    out.push_str(&format!("#! rule: {}\n", failure.rule.as_deref().unwrap_or("none")));
    out.push_str(&format!("#! category: {}\n", word(failure.category)));
    out.push_str(&format!("#! verdict: {}\n", word(failure.verdict)));
    if let Some(fingerprint) = &failure.fingerprint {
        out.push_str(&format!("#! fingerprint: {fingerprint}\n"));
    }
    if let Some(ExpectedCause::Noted(text)) = &failure.cause {
        out.push_str(&format!("#! noted: {text}\n"));
    }
}

fn capture(name: &str, value: &str) -> String {
    let plain = !value.starts_with(['"', ' ']) && !value.ends_with(char::is_whitespace) && !value.chars().any(char::is_control);
    let written = if plain { value.to_owned() } else { serde_json::Value::String(value.to_owned()).to_string() };
    format!("#^ {name}: {written}\n")
}

/// Where the marks stand, as indices of the log's lines.
struct Marks<'a> {
    cause: Option<usize>,
    captures: Vec<(Option<usize>, &'a str, &'a str)>,
}

impl<'a> Marks<'a> {
    fn of(case: &'a Case) -> Self {
        let Expected::Failure(failure) = &case.expected else { return Self { cause: None, captures: Vec::new() } };
        let cause = match &failure.cause {
            Some(ExpectedCause::Line(line)) => Some(line.index()),
            _ => None,
        };
        let lines: Vec<&str> = case.log.lines().collect();
        let captures = failure.captures.iter().map(|(name, value)| (stands(&lines, cause, value), name.as_str(), value.as_str()));
        Self { cause, captures: captures.collect() }
    }
}

/// The line that holds a captured text: the cause, else the nearest one.
fn stands(lines: &[&str], cause: Option<usize>, value: &str) -> Option<usize> {
    let cause = cause?;
    let holds = |index: &usize| lines.get(*index).is_some_and(|line| !value.is_empty() && line.contains(value));
    let nearest = (0..lines.len()).filter(holds).min_by_key(|index| index.abs_diff(cause));
    Some(nearest.unwrap_or(cause))
}
