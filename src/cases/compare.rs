//! Turns a healing into rows: beside what a case expects, or alone for a source of which nothing is known.

use super::row::{digest, safe};
use super::write::word;
use super::{Case, Expected, ExpectedCause, ExpectedFailure, LOG, Row, RowKind, RowOutcome};
use crate::remedy::{Failure, Healing};
use crate::report::diff;
use crate::transcript::Transcript;

/// The row of a case. `patch` is the expected one, and none where the case has no repository to patch.
pub fn rows_of_case(name: &str, case: &Case, patch: Option<&str>, transcript: &Transcript, healing: &Healing) -> Row {
    let mut row = Row::new(name, RowKind::Case, RowOutcome::Wrong);
    row.failures = healing.failures.len();
    if let Some(first) = healing.failures.first() {
        describe(&mut row, transcript, first);
    }
    let found = diff::unified(&healing.patch);
    row.patch = digest(&found);
    let mut wrong = Vec::new();
    match (&case.expected, healing.failures.first()) {
        (Expected::Nothing, None) => row.rule_right = Some(true),
        (Expected::Nothing, Some(failure)) => {
            row.rule_right = Some(false);
            wrong.push(format!("nothing shall fail, but {} is found", named(failure)));
        }
        (Expected::Failure(expected), found) => {
            expect(&mut row, expected);
            judge(&mut row, expected, found, &mut wrong);
        }
    }
    if let Some(patch) = patch {
        let right = patch == found;
        row.patch_right = Some(right);
        match (right, patch.is_empty(), found.is_empty()) {
            (true, ..) => {}
            (false, true, _) => wrong.push("there is a patch, and none is expected".to_owned()),
            (false, _, true) => wrong.push("the expected patch is not made".to_owned()),
            (false, ..) => wrong.push("the patch is another one".to_owned()),
        }
    }
    if let Some(second) = healing.failures.get(1).filter(|_| matches!(case.expected, Expected::Failure(_))) {
        wrong.push(format!("{} is found too", named(second)));
    }
    if wrong.is_empty() {
        row.outcome = RowOutcome::Right;
    } else {
        row.wrong = Some(safe(&wrong.join("; ")));
    }
    row
}

/// The rows of a source of which nothing is known: one a failure, one for a source without any.
pub fn rows_of_source(name: &str, transcript: &Transcript, healing: &Healing) -> Vec<Row> {
    if healing.failures.is_empty() {
        return vec![Row::new(name, RowKind::Source, RowOutcome::Green)];
    }
    let row = |(index, failure): (usize, &Failure)| {
        let outcome = if failure.diagnosis.rule.is_some() { RowOutcome::Explained } else { RowOutcome::Unexplained };
        let mut row = Row::new(name, RowKind::Source, outcome);
        (row.failure, row.failures) = (index, healing.failures.len());
        describe(&mut row, transcript, failure);
        row
    };
    healing.failures.iter().enumerate().map(row).collect()
}

/// The row of what could not be read.
pub fn unreadable(name: &str, kind: RowKind, why: &str) -> Row {
    Row { wrong: Some(safe(why)), ..Row::new(name, kind, RowOutcome::Unreadable) }
}

fn describe(row: &mut Row, transcript: &Transcript, failure: &Failure) {
    let diagnosis = &failure.diagnosis;
    let job = diagnosis.job.and_then(|job| transcript.jobs.get(job));
    let step = job.zip(diagnosis.step).and_then(|(job, step)| job.steps.get(step));
    row.rule = diagnosis.rule.as_deref().map(safe);
    row.category = Some(diagnosis.category);
    row.verdict = Some(failure.verdict);
    row.job = job.map(|job| safe(&job.name));
    row.step = step.and_then(|step| step.name.as_deref()).map(safe);
    row.fingerprint = Some(failure.fingerprint.clone());
    row.confidence = Some(diagnosis.confidence);
    if let Some(cause) = &diagnosis.cause {
        row.cause_file = Some(safe(&cause.file));
        row.cause_line = Some(cause.number.get());
        row.cause_text = Some(safe(&cause.text));
    }
}

fn expect(row: &mut Row, expected: &ExpectedFailure) {
    row.expected_rule = expected.rule.as_deref().map(safe);
    row.expected_category = Some(expected.category);
    row.expected_verdict = Some(expected.verdict);
    row.expected_line = match expected.cause {
        Some(ExpectedCause::Line(line)) => Some(line.get()),
        _ => None,
    };
}

fn judge(row: &mut Row, expected: &ExpectedFailure, found: Option<&Failure>, wrong: &mut Vec<String>) {
    let Some(failure) = found else {
        row.rule_right = Some(false);
        wrong.push("nothing is found".to_owned());
        return;
    };
    let diagnosis = &failure.diagnosis;
    let mut check = |right: bool, words: &dyn Fn() -> String| {
        if !right {
            wrong.push(words());
        }
        Some(right)
    };
    row.rule_right = check(diagnosis.rule == expected.rule, &|| {
        format!("the rule is {}, expected {}", named(failure), expected.rule.as_deref().unwrap_or("none"))
    });
    row.category_right = check(diagnosis.category == expected.category, &|| {
        format!("the category is {}, expected {}", word(diagnosis.category), word(expected.category))
    });
    row.verdict_right = check(failure.verdict == expected.verdict, &|| {
        format!("the verdict is {}, expected {}", word(failure.verdict), word(expected.verdict))
    });
    row.line_right = check(is_line(expected, failure), &|| told_line(expected, failure));
    row.captures_right = check(diagnosis.captures == expected.captures, &|| told_captures(expected, failure));
    if let Some(fingerprint) = &expected.fingerprint {
        check(failure.fingerprint.as_str() == fingerprint, &|| {
            format!("the fingerprint is {}, expected {fingerprint}", failure.fingerprint)
        });
    }
}

/// Whether the cause is the very line.
fn is_line(expected: &ExpectedFailure, failure: &Failure) -> bool {
    match (&expected.cause, &failure.diagnosis.cause) {
        (None, None) => true,
        (Some(ExpectedCause::Line(line)), Some(found)) => found.number == *line && found.file.rsplit('/').next() == Some(LOG),
        (Some(ExpectedCause::Noted(text)), Some(found)) => found.text.trim() == text.trim(),
        _ => false,
    }
}

fn told_line(expected: &ExpectedFailure, failure: &Failure) -> String {
    let wanted = match &expected.cause {
        Some(ExpectedCause::Line(line)) => format!("line {line}"),
        Some(ExpectedCause::Noted(text)) => format!("`{text}`"),
        None => "no line".to_owned(),
    };
    match &failure.diagnosis.cause {
        Some(found) => format!("the cause is line {} (`{}`), expected {wanted}", found.number, found.text.trim()),
        None => format!("no line is the cause, expected {wanted}"),
    }
}

fn told_captures(expected: &ExpectedFailure, failure: &Failure) -> String {
    let found = &failure.diagnosis.captures;
    let names = expected.captures.keys().chain(found.keys());
    let Some(name) = names.into_iter().find(|name| expected.captures.get(*name) != found.get(*name)) else { return String::new() };
    let show = |value: Option<&String>| value.map_or_else(|| "nothing".to_owned(), |value| format!("`{value}`"));
    format!("`{name}` captures {}, expected {}", show(found.get(name)), show(expected.captures.get(name)))
}

fn named(failure: &Failure) -> &str {
    failure.diagnosis.rule.as_deref().unwrap_or("none (unexplained)")
}
