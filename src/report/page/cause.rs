//! Turns a cause line into a window of the log around it, with its place.

use std::ops::Range;

use super::super::Outcome;
use super::super::inline::{cut, log_line, one_line};
use super::paint::{Ink, Sheet};
use crate::diagnosis::CauseLine;
use crate::remedy::Failure;
use crate::transcript::Job;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Lines shown above and below the cause.
const AROUND: usize = 2;

/// Rows that the cause line may take on a narrow terminal.
const ROWS: usize = 6;

pub(super) fn render(sheet: &mut Sheet, outcome: &Outcome, failure: &Failure) {
    let Some(cause) = &failure.diagnosis.cause else { return };
    let place = format!("{}:{}", one_line(&cause.file), cause.number);
    sheet.line(&[(Ink::Plain, "  "), (Ink::Place, &place)]);
    let window = outcome.job(failure).zip(cause.index).map(|(job, index)| (job, index, around(failure, job, index)));
    let widest =
        window.as_ref().and_then(|(job, _, lines)| job.text.line(lines.end.saturating_sub(1))).map_or(cause.number, |line| line.number);
    let gutter = widest.to_string().len().max(cause.number.to_string().len());
    let Some((job, index, lines)) = window else {
        marked(sheet, cause, gutter);
        return;
    };
    for line in lines {
        if line == index { marked(sheet, cause, gutter) } else { context(sheet, job, line, gutter) }
    }
}

/// The lines to show: those around the cause in its own step, of the same file.
fn around(failure: &Failure, job: &Job, index: usize) -> Range<usize> {
    let step = failure.diagnosis.step.and_then(|step| job.steps.get(step)).map_or(0..job.text.len(), |step| step.lines.clone());
    let start = index.saturating_sub(AROUND).max(step.start).min(index);
    let end = (index + AROUND + 1).min(step.end).max(index + 1);
    let file = job.text.origin(index).map(|origin| origin.file);
    let same_file = |line: &usize| job.text.origin(*line).map(|origin| origin.file) == file;
    let start = (start..index).find(same_file).unwrap_or(index);
    let end = (index..end).take_while(same_file).last().map_or(index + 1, |last| last + 1);
    start..end
}

fn context(sheet: &mut Sheet, job: &Job, line: usize, gutter: usize) {
    let number = job.text.origin(line).map(|origin| origin.number.to_string()).unwrap_or_default();
    let room = sheet.width.saturating_sub(gutter + 6);
    let text = cut(&log_line(job.text.text(line)), room);
    let row = format!("    {number:>gutter$}  {text}");
    sheet.line(&[(Ink::Faint, &row)]);
}

/// The cause line itself: whole, on several rows where it is long.
fn marked(sheet: &mut Sheet, cause: &CauseLine, gutter: usize) {
    let room = sheet.width.saturating_sub(gutter + 6).max(20);
    let text = log_line(&cause.text);
    let number = cause.number.to_string();
    for (row, piece) in rows(&text, room, ROWS).iter().enumerate() {
        let (mark, number) = if row == 0 { ("  › ", number.as_str()) } else { ("    ", "") };
        let number = format!("{number:>gutter$}  ");
        sheet.line(&[(Ink::BadStrong, mark), (Ink::Strong, &number), (Ink::Strong, piece)]);
    }
}

/// `text` in rows of at most `room` columns, at most `most` of them; what is cut shows as `…`.
pub(super) fn rows(text: &str, room: usize, most: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    let mut used = 0;
    for character in text.chars() {
        let columns = character.width().unwrap_or(0);
        if used + columns > room {
            if rows.len() == most {
                let last = rows.pop().unwrap_or_default();
                rows.push(cut(&format!("{last}{character}"), last.width()));
                break;
            }
            rows.push(String::new());
            used = 0;
        }
        used += columns;
        if let Some(row) = rows.last_mut() {
            row.push(character);
        }
    }
    rows
}
