//! Turns an outcome into the page that a person reads: for each failure where, why, what heals it, and what to type next.

mod cause;
mod checked;
mod change;
mod next;
mod paint;

pub use paint::{Colour, Layout};
pub(crate) use paint::{Ink, Sheet};

use std::collections::BTreeMap;

use super::fold::{self, Group};
use super::inline::{count, cut, one_line};
use super::{Outcome, prose};
use crate::archive::SourceKind;
use crate::patch::PatchSet;
use crate::remedy::Failure;
use crate::rules::measured;

/// Distinct failures shown in full; a person reads the first ones, a program reads `--json`.
const SHOWN: usize = 5;

/// Other legs named one by one.
const LEGS: usize = 8;

/// Lines of prose longer than this are hard to read, however wide the terminal is.
const READABLE: usize = 96;

/// Oddities of the source that are told.
const PROBLEMS: usize = 3;

/// The page.
pub fn render(outcome: &Outcome, layout: &Layout) -> String {
    let mut sheet = Sheet::new(layout);
    if outcome.transcript.kind == SourceKind::Checkout {
        checked::render(&mut sheet, outcome, layout);
        return sheet.finish();
    }
    let groups = fold::groups(outcome);
    if groups.is_empty() {
        green(&mut sheet, outcome);
    }
    let mut shown: Vec<&PatchSet> = Vec::new();
    for group in groups.iter().take(SHOWN) {
        sheet.blank();
        failure(&mut sheet, outcome, group, &mut shown);
    }
    rest(&mut sheet, groups.get(SHOWN..).unwrap_or_default());
    super::around::render(&mut sheet, outcome);
    skipped(&mut sheet, outcome);
    problems(&mut sheet, outcome);
    notes(&mut sheet, outcome);
    next::render(&mut sheet, outcome, &groups, layout);
    sheet.finish()
}

/// Only the diff, safe to show.
pub fn render_diff(patch: &PatchSet, layout: &Layout) -> String {
    let mut sheet = Sheet::new(layout);
    for line in patch.files.iter().flat_map(super::diff::lines) {
        change::whole_diff_line(&mut sheet, &line);
    }
    sheet.finish()
}

fn green(sheet: &mut Sheet, outcome: &Outcome) {
    let jobs = outcome.transcript.jobs.len();
    let words = match (outcome.transcript.kind, jobs) {
        (SourceKind::Excerpt, _) | (_, 0) => "Nothing failed here: no line tells of a failure.".to_owned(),
        (_, 1) => "Nothing failed here: 1 job, and it is green.".to_owned(),
        _ => format!("Nothing failed here: {jobs} jobs, all green."),
    };
    sheet.line(&[(Ink::Good, "✓"), (Ink::Plain, " "), (Ink::Plain, &words)]);
}

fn failure<'a>(sheet: &mut Sheet, outcome: &'a Outcome, group: &Group<'a>, shown: &mut Vec<&'a PatchSet>) {
    let lead = group.lead;
    heading(sheet, outcome, lead);
    legs(sheet, outcome, &group.others);
    sheet.blank();
    cause::render(sheet, outcome, lead);
    sheet.blank();
    for line in prose::wrapped(super::inline::bounded(&lead.explanation).as_str(), sheet.width.min(READABLE) - 2) {
        sheet.line(&[(Ink::Plain, "  "), (Ink::Plain, &line)]);
    }
    trust(sheet, lead);
    sheet.blank();
    change::render(sheet, outcome, lead, shown);
    if let Some(verified) = outcome.verified(lead) {
        sheet.blank();
        let (mark, ink) = if verified.cured { ("✓ ", Ink::Good) } else { ("! ", Ink::Careful) };
        sheet.line(&[
            (Ink::Plain, "  "),
            (ink, mark),
            (Ink::Plain, &cut(&one_line(verified.words.as_str()), sheet.width.saturating_sub(4))),
        ]);
    }
}

/// `✗ job › step`.
fn heading(sheet: &mut Sheet, outcome: &Outcome, failure: &Failure) {
    let job = outcome.job(failure).map_or_else(|| "The whole run".to_owned(), |job| one_line(&job.name));
    if job.is_empty() {
        let step = outcome.step(failure).map_or_else(String::new, |step| step_name(step.number, step.name.as_deref()));
        sheet.line(&[(Ink::BadStrong, "✗"), (Ink::Plain, " "), (Ink::Strong, &cut(&step, sheet.width - 2))]);
        return;
    }
    let Some(step) = outcome.step(failure).map(|step| step_name(step.number, step.name.as_deref())) else {
        let job = cut(&job, sheet.width - 2);
        sheet.line(&[(Ink::BadStrong, "✗"), (Ink::Plain, " "), (Ink::Strong, &job)]);
        return;
    };
    let job = cut(&job, sheet.width.saturating_sub(24).max(20));
    let left = sheet.width.saturating_sub(unicode_width::UnicodeWidthStr::width(job.as_str()) + 5);
    let step = cut(&step, left);
    sheet.line(&[(Ink::BadStrong, "✗"), (Ink::Plain, " "), (Ink::Strong, &job), (Ink::Faint, " › "), (Ink::Strong, &step)]);
}

/// A step as people call it.
fn step_name(number: Option<u32>, name: Option<&str>) -> String {
    match (name, number) {
        (Some(name), _) => one_line(name),
        (None, Some(number)) => format!("step {number}"),
        (None, None) => "a step that the log does not name".to_owned(),
    }
}

fn legs(sheet: &mut Sheet, outcome: &Outcome, others: &[&Failure]) {
    if others.is_empty() {
        return;
    }
    let mut names: Vec<String> = others.iter().take(LEGS).filter_map(|other| outcome.job(other)).map(|job| one_line(&job.name)).collect();
    if others.len() > LEGS {
        names.push(format!("{} more", others.len() - LEGS));
    }
    for line in prose::flow(&format!("the same in {}", names.join(", ")), "", sheet.width.min(READABLE) - 2) {
        sheet.line(&[(Ink::Plain, "  "), (Ink::Faint, &line)]);
    }
}

/// How far the diagnosis can be trusted, and by which rule.
fn trust(sheet: &mut Sheet, failure: &Failure) {
    let words = match &failure.diagnosis.rule {
        Some(rule) => match measured::recorded(rule) {
            Some((right, seen)) => format!("{}, right in {right} of {seen} recorded cases", one_line(rule)),
            None => one_line(rule),
        },
        None if failure.diagnosis.cause.is_some() => "No rule explains this failure: the line above is a guess.".to_owned(),
        None => "No rule explains this failure.".to_owned(),
    };
    sheet.blank();
    for line in prose::flow(&words, "", sheet.width - 2) {
        sheet.line(&[(Ink::Plain, "  "), (Ink::Faint, &line)]);
    }
}

/// What a reader must know of the base and the author.
fn notes(sheet: &mut Sheet, outcome: &Outcome) {
    for note in &outcome.notes {
        sheet.blank();
        for (index, line) in prose::flow(&one_line(note), "", sheet.width.min(READABLE) - 2).iter().enumerate() {
            sheet.line(&[(Ink::Careful, if index == 0 { "!" } else { " " }), (Ink::Plain, " "), (Ink::Plain, line)]);
        }
    }
}

/// One line for the failures that are not shown.
fn rest(sheet: &mut Sheet, groups: &[Group<'_>]) {
    if groups.is_empty() {
        return;
    }
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for group in groups {
        let kind = group.lead.diagnosis.rule.as_deref().map_or_else(|| "unexplained".to_owned(), one_line);
        *kinds.entry(kind).or_default() += 1 + group.others.len();
    }
    let failures = kinds.values().sum();
    let list: Vec<String> =
        kinds.iter().map(|(kind, number)| if *number == 1 { kind.clone() } else { format!("{kind} ({number})") }).collect();
    sheet.blank();
    let words = format!("and {}: {}", count(failures, "more failure"), list.join(", "));
    for (index, line) in prose::flow(&words, "", sheet.width - 2).iter().enumerate() {
        let mark = if index == 0 { "✗ " } else { "  " };
        sheet.line(&[(Ink::BadStrong, mark), (Ink::Plain, line)]);
    }
}

fn skipped(sheet: &mut Sheet, outcome: &Outcome) {
    for skipped in &outcome.healing.skipped {
        sheet.blank();
        let words = format!("{} changes nothing here: {}", one_line(&skipped.rule), one_line(&skipped.reason));
        noted(sheet, "", &words);
    }
}

fn problems(sheet: &mut Sheet, outcome: &Outcome) {
    let problems = &outcome.transcript.problems;
    if !problems.is_empty() {
        sheet.blank();
    }
    for problem in problems.iter().take(PROBLEMS) {
        noted(sheet, "", &format!("{}: {}", one_line(&problem.place), one_line(&problem.message)));
    }
    if problems.len() > PROBLEMS {
        noted(sheet, "", &format!("and {} are odd in this source", count(problems.len() - PROBLEMS, "more place")));
    }
}

/// A remark with a `!`, behind `indent`.
fn noted(sheet: &mut Sheet, indent: &str, words: &str) {
    for (index, line) in prose::flow(words, "", sheet.width.min(READABLE) - 2 - indent.len()).iter().enumerate() {
        let mark = if index == 0 { "! " } else { "  " };
        sheet.line(&[(Ink::Plain, indent), (Ink::Careful, mark), (Ink::Plain, line)]);
    }
}

#[cfg(test)]
mod tests;
