//! The summary that a person reads.

use super::rows::{Place, Row, State, healed, rows, runs};
use crate::options::{Depth, Heal, Output};
use crate::report::inline::{count, cut, one_line};
use crate::report::{Ink, Sheet};

/// Runs that a row names.
const NAMED: usize = 3;

/// The page.
pub(super) fn render(places: &[Place], task: &Heal, output: &Output) -> String {
    let mut sheet = Sheet::new(&output.layout);
    for place in places {
        sheet.blank();
        let head =
            format!("{}: {}, {}", one_line(&place.repository), count(place.runs, "run"), count(place.causes.len(), "distinct cause"));
        sheet.line(&[(Ink::Strong, &cut(&head, sheet.width))]);
        place.causes.iter().for_each(|row| cause(&mut sheet, row));
        for wrong in &place.errors {
            sheet.blank();
            told(&mut sheet, (Ink::BadStrong, "✗"), &format!("{}: {}", one_line(&wrong.source), one_line(wrong.message.as_str())));
            for hint in &wrong.hints {
                sheet.line(&[(Ink::Plain, "    "), (Ink::Faint, &one_line(hint.as_str()))]);
            }
        }
        for note in &place.notes {
            sheet.blank();
            told(&mut sheet, (Ink::Careful, "!"), note);
        }
    }
    sheet.blank();
    let (all, cured) = (rows(places).count(), healed(places));
    let verb = if task.request.depth == Depth::Preview { "can be healed" } else { "healed" };
    let words = match all {
        0 => format!("{}: nothing fails.", count(runs(places), "run")),
        _ => format!("{}, {}: {cured} {verb}.", count(runs(places), "run"), count(all, "distinct cause")),
    };
    let mark = if all == 0 || cured > 0 { (Ink::Good, "✓ ") } else { (Ink::Careful, "! ") };
    sheet.line(&[mark, (Ink::Plain, &words)]);
    sheet.finish()
}

fn told(sheet: &mut Sheet, (ink, mark): (Ink, &str), words: &str) {
    for (index, line) in crate::report::prose::flow(words, "", sheet.width.saturating_sub(4)).iter().enumerate() {
        sheet.line(&[(Ink::Plain, "  "), (ink, if index == 0 { mark } else { " " }), (Ink::Plain, " "), (Ink::Plain, line)]);
    }
}

fn cause(sheet: &mut Sheet, row: &Row) {
    let (ink, mark) = match row.state {
        State::Healed | State::Healable if row.branch.is_some() => (Ink::Good, "✓"),
        _ => (Ink::Careful, "!"),
    };
    sheet.blank();
    let rule = row.rule.as_deref().unwrap_or("no rule explains it");
    sheet.line(&[(Ink::Plain, "  "), (ink, mark), (Ink::Plain, " "), (Ink::Strong, &cut(&one_line(rule), sheet.width.saturating_sub(4)))]);
    let steps = [Some(row.workflow.as_str()), row.job.as_deref(), row.step.as_deref()];
    let place: Vec<String> = steps.into_iter().flatten().map(one_line).collect();
    let mut lines = vec![place.join(" › ")];
    lines.extend(row.cause.as_ref().map(|line| one_line(line.as_str())));
    lines.push(seen(row));
    lines.push(what(row));
    lines.extend(row.issue.iter().chain(&row.pull).map(|url| one_line(url)));
    for line in lines {
        sheet.line(&[(Ink::Plain, "    "), (Ink::Plain, &cut(&line, sheet.width.saturating_sub(4)))]);
    }
}

/// The runs that it broke.
fn seen(row: &Row) -> String {
    let names: Vec<String> = row.sources.iter().take(NAMED).map(|name| one_line(name)).collect();
    match row.sources.len() - names.len() {
        0 => format!("in {}", names.join(", ")),
        more => format!("in {} and {more} more", names.join(", ")),
    }
}

/// What was done, or what is to be done.
fn what(row: &Row) -> String {
    let remedy = row.remedy.as_deref().map(one_line);
    match (row.state, &row.branch) {
        (State::Healed, Some(branch)) => format!("healed on {}", one_line(branch)),
        (State::Healed | State::Healable, _) => remedy.map_or_else(|| "can be healed".to_owned(), |remedy| format!("would: {remedy}")),
        (State::HeldBack, _) => "a change waits for --allow needs-review".to_owned(),
        (State::Advice, _) => remedy.unwrap_or_else(|| "not the workflow's fault".to_owned()),
        (State::Transient, _) => "likely to pass on another run".to_owned(),
        (State::Unexplained, _) => "the line is a guess".to_owned(),
    }
}
