//! Turns remedies into what a person sees of them: title, safety, diff or advice.

use super::super::diff::{self, LineKind};
use super::super::inline::{bounded, count, log_line, one_line};
use super::super::{Outcome, prose};
use super::cause::rows;
use super::paint::{Ink, Sheet};
use super::{READABLE, noted};
use crate::patch::PatchSet;
use crate::remedy::{Failure, Remedy, Verdict};
use crate::rules::Safety;

/// Lines of one diff on the page; `--format diff` shows all.
const DIFF_LINES: usize = 60;

pub(super) fn render<'a>(sheet: &mut Sheet, outcome: &'a Outcome, failure: &'a Failure, shown: &mut Vec<&'a PatchSet>) {
    let made = outcome.made(failure);
    let Some(best) = made.or_else(|| failure.remedies.iter().find(|remedy| remedy.patch.is_some())).or(failure.remedies.first()) else {
        unlocated(sheet, failure);
        return;
    };
    title(sheet, failure, best, made.is_some());
    if let Some(patch) = &best.patch {
        patch_lines(sheet, patch, shown);
    } else {
        if let Some(refused) = &best.refused {
            sheet.blank();
            noted(sheet, "  ", &format!("no patch: {}", one_line(refused)));
        }
        unlocated(sheet, failure);
        advice(sheet, best);
    }
    others(sheet, failure, best);
}

/// `✓ Install requests before the step (safe)`.
fn title(sheet: &mut Sheet, failure: &Failure, remedy: &Remedy, made: bool) {
    let (mark, ink, safety) = match (remedy.safety, &remedy.patch, made) {
        (Safety::Safe | Safety::NeedsReview, None, _) if untried(failure) => ("!", Ink::Careful, "in a checkout"),
        (Safety::Safe, Some(_), _) => ("✓", Ink::Good, "safe"),
        (Safety::NeedsReview, Some(_), true) => ("✓", Ink::Good, "please review"),
        (Safety::NeedsReview, Some(_), false) => ("!", Ink::Careful, "held back: needs your review"),
        (Safety::AdviceOnly, ..) | (_, None, _) => ("!", Ink::Careful, "for you to do"),
    };
    let words = format!("{} ({safety})", one_line(&remedy.title));
    for (index, line) in prose::flow(&words, "", sheet.width.min(READABLE) - 4).iter().enumerate() {
        let mark = if index == 0 { mark } else { " " };
        sheet.line(&[(Ink::Plain, "  "), (ink, mark), (Ink::Plain, " "), (Ink::Strong, line)]);
    }
}

/// Whether a patch is offered that nobody has tried to make: there is no checkout here.
pub(super) fn untried(failure: &Failure) -> bool {
    failure.verdict == Verdict::Healable && failure.remedies.iter().all(|remedy| remedy.patch.is_none())
}

fn patch_lines<'a>(sheet: &mut Sheet, patch: &'a PatchSet, shown: &mut Vec<&'a PatchSet>) {
    if shown.contains(&patch) {
        sheet.line(&[(Ink::Plain, "    "), (Ink::Faint, "the same change as above")]);
        return;
    }
    shown.push(patch);
    sheet.blank();
    let lines: Vec<diff::Line> = patch.files.iter().flat_map(diff::lines).collect();
    for line in lines.iter().take(DIFF_LINES) {
        diff_line(sheet, line);
    }
    if lines.len() > DIFF_LINES {
        let words = format!("… {}: see --format diff", count(lines.len() - DIFF_LINES, "more line"));
        sheet.line(&[(Ink::Plain, "    "), (Ink::Faint, &words)]);
    }
}

fn diff_line(sheet: &mut Sheet, line: &diff::Line) {
    for row in rows(&shown_text(line), sheet.width - 4, 8) {
        sheet.line(&[(Ink::Plain, "    "), (ink(line.kind), &row)]);
    }
}

/// A line of a diff at the margin and whole, however long it is.
pub(super) fn whole_diff_line(sheet: &mut Sheet, line: &diff::Line) {
    sheet.line(&[(ink(line.kind), &shown_text(line))]);
}

const fn ink(kind: LineKind) -> Ink {
    match kind {
        LineKind::Header => Ink::Strong,
        LineKind::Hunk => Ink::Place,
        LineKind::Context => Ink::Plain,
        LineKind::Added => Ink::Good,
        LineKind::Removed => Ink::Bad,
        LineKind::Note => Ink::Faint,
    }
}

/// A carriage return at the end is the file's own line end, the same on every line: not worth a `\u{d}`.
fn shown_text(line: &diff::Line) -> String {
    log_line(line.text.strip_suffix('\r').unwrap_or(&line.text))
}

fn advice(sheet: &mut Sheet, remedy: &Remedy) {
    let Some(advice) = &remedy.advice else { return };
    sheet.blank();
    for line in prose::wrapped(bounded(advice).as_str(), sheet.width.min(READABLE) - 4) {
        sheet.line(&[(Ink::Plain, "    "), (Ink::Plain, &line)]);
    }
}

fn unlocated(sheet: &mut Sheet, failure: &Failure) {
    // Nothing is to be changed where nothing is explained.
    if let Some(reason) = failure.unlocated.as_ref().filter(|_| failure.diagnosis.rule.is_some()) {
        sheet.blank();
        noted(sheet, "  ", &format!("the place in the workflow is not certain: {}", one_line(reason)));
    }
}

fn others(sheet: &mut Sheet, failure: &Failure, best: &Remedy) {
    let titles: Vec<String> = failure.remedies.iter().filter(|remedy| *remedy != best).map(|remedy| one_line(&remedy.title)).collect();
    if titles.is_empty() {
        return;
    }
    sheet.blank();
    for title in titles {
        for line in prose::flow(&format!("or: {title}"), "    ", sheet.width.min(READABLE) - 4) {
            sheet.line(&[(Ink::Plain, "    "), (Ink::Faint, &line)]);
        }
    }
}
