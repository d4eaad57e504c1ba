//! Turns an outcome into the summary of a step: one table that tells all, then each failure in full, then what to type.

use super::fold;
use super::inline::{count, cut, one_line};
use super::markdown::{self, code};
use super::{Deed, Layout, Outcome};
use crate::remedy::{Failure, Verdict};

/// GitHub refuses a step's summary of more than 1024 KiB, whole
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>).
const LARGEST: usize = 1000 << 10;

/// Columns of a cell.
const CELL: usize = 100;

/// Rows of the table.
const ROWS: usize = 50;

/// The summary.
pub fn render(outcome: &Outcome, layout: &Layout) -> String {
    let groups = fold::groups(outcome);
    let jobs = outcome.transcript.jobs.len();
    let mut out = match groups.len() {
        0 => "## Nothing failed here\n\n".to_owned(),
        number if jobs > 1 => format!("## {} in {}\n\n", count(number, "failure"), count(jobs, "job")),
        number => format!("## {}\n\n", count(number, "failure")),
    };
    if !groups.is_empty() {
        out.push_str("| where | what the log says | what heals it |\n|---|---|---|\n");
    }
    for group in groups.iter().take(ROWS) {
        out.push_str(&row(outcome, group.lead, group.others.len()));
    }
    out.push('\n');
    let details = markdown::render(outcome);
    let kept = if out.len() + details.len() <= LARGEST {
        details
    } else {
        "The details are too long for a summary; the log of this step has them.\n".to_owned()
    };
    out.push_str(&kept);
    if let Some(next) = next(outcome, layout) {
        out.push_str(&format!("\n{next}\n"));
    }
    out
}

fn row(outcome: &Outcome, failure: &Failure, others: usize) -> String {
    let job = outcome.job(failure).map_or_else(|| "the whole run".to_owned(), |job| one_line(&job.name));
    let step =
        outcome.step(failure).and_then(|step| step.name.as_deref()).map_or_else(String::new, |name| format!(" › {}", one_line(name)));
    let more = if others > 0 { format!(" and {}", count(others, "other job")) } else { String::new() };
    let cause = failure.diagnosis.cause.as_ref().map_or_else(String::new, |cause| cell_code(&cause.text));
    let remedy = outcome.made(failure).or(failure.remedies.first()).map(|remedy| markdown::prose(&one_line(&remedy.title)));
    let heals = match (remedy, failure.verdict) {
        (Some(remedy), Verdict::Healable) => remedy,
        (Some(remedy), Verdict::Transient) => format!("{remedy} (run it again)"),
        (Some(remedy), _) => format!("{remedy} (by hand)"),
        (None, _) => "no rule explains it".to_owned(),
    };
    format!("| {} | {cause} | {} |\n", cell(&markdown::prose(&format!("{job}{step}{more}"))), cell(&heals))
}

/// Text of a cell: a bar would end it.
fn cell(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('|', "\\|")
}

fn cell_code(text: &str) -> String {
    cell(&code(&cut(one_line(text).trim(), CELL)))
}

/// What to type to have the change, where one is offered.
fn next(outcome: &Outcome, layout: &Layout) -> Option<String> {
    let offered = outcome.healing.failures.iter().any(|failure| failure.remedies.iter().any(|remedy| remedy.patch.is_some()));
    let run = outcome.transcript.run.id?;
    (offered && !matches!(outcome.deed, Deed::Committed { .. } | Deed::CommittedApart(_))).then(|| {
        format!(
            "In a checkout, {} commits the change on a new branch.",
            code(&format!("{} heal {run} --allow needs-review", layout.program))
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;
    use crate::report::Colour;

    fn layout() -> Layout {
        Layout { width: 80, colour: Colour::Off, program: "gh autoheal".to_owned() }
    }

    #[test]
    fn a_table_stands_above_the_details() {
        let text = render(&example::committed(), &layout());
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
        assert!(text.starts_with("## 2 failures in ") && rows.len() == 4, "{text}");
        assert!(
            rows[2].contains("and 2 other jobs") && rows[2].contains("`E   ModuleNotFoundError: No module named 'requests'`"),
            "{rows:?}"
        );
        assert!(rows[3].ends_with("| no rule explains it |"), "{rows:?}");
    }

    #[test]
    fn a_log_line_cannot_break_out_of_its_cell() {
        assert_eq!(cell_code("a | b ` c\n| d"), "``a \\| b ` c \\| d``");
    }
}
