//! Turns the findings of an inspection into what a compiler prints: the place, the line, a mark below it, why, and what heals it.

use super::super::inline::{count, cut, log_line, one_line};
use super::super::{Deed, News, Outcome, prose};
use super::paint::{Ink, Layout, Sheet};
use super::{READABLE, notes};
use crate::inspection::Level;
use crate::remedy::{Failure, Inspected};
use crate::rules::Safety;
use unicode_width::UnicodeWidthStr as _;

/// Findings shown in full; `--json` has them all.
const SHOWN: usize = 100;

pub(super) fn render(sheet: &mut Sheet, outcome: &Outcome, layout: &Layout) {
    let failures = &outcome.healing.failures;
    for (index, failure) in failures.iter().take(SHOWN).enumerate() {
        if index > 0 {
            sheet.blank();
        }
        finding(sheet, outcome, failure);
    }
    if failures.len() > SHOWN {
        sheet.blank();
        sheet.line(&[(Ink::Faint, &format!("and {}: see --json", count(failures.len() - SHOWN, "more finding")))]);
    }
    notes(sheet, outcome);
    if !failures.is_empty() {
        sheet.blank();
    }
    summary(sheet, outcome, layout);
}

fn finding(sheet: &mut Sheet, outcome: &Outcome, failure: &Failure) {
    let (Some(inspected), Some(cause)) = (&failure.inspected, &failure.diagnosis.cause) else { return };
    let place = format!("{}:{}:{}", one_line(&cause.file), cause.number, inspected.column);
    let (word, ink) = match inspected.level {
        Level::Error => ("error", Ink::BadStrong),
        Level::Warning => ("warning", Ink::Careful),
    };
    let rule = failure.diagnosis.rule.as_deref().map(one_line).unwrap_or_default();
    sheet.line(&[(Ink::Place, &place), (Ink::Plain, ": "), (ink, word), (Ink::Plain, ": "), (Ink::Strong, &one_line(&inspected.message))]);
    let number = cause.number.to_string();
    let gutter = " ".repeat(number.len());
    let room = sheet.width.saturating_sub(number.len() + 3).max(20);
    let (text, before, width) = window(&cause.text, inspected, room);
    sheet.line(&[(Ink::Faint, &format!("{gutter} |"))]);
    sheet.line(&[(Ink::Faint, &format!("{number} | ")), (Ink::Plain, &text)]);
    let mark = format!("{}{}", " ".repeat(before), "^".repeat(width));
    sheet.line(&[(Ink::Faint, &format!("{gutter} | ")), (ink, &mark)]);
    let why =
        failure.explanation.strip_prefix(inspected.message.trim_end_matches('.')).map_or("", |rest| rest.trim_start_matches(['.', ' ']));
    noted(sheet, &gutter, Ink::Plain, &format!("{} [{rule}]", one_line(why)));
    remedy(sheet, &gutter, outcome, failure, inspected);
}

fn remedy(sheet: &mut Sheet, gutter: &str, outcome: &Outcome, failure: &Failure, inspected: &Inspected) {
    let Some(remedy) = failure.remedies.first() else { return };
    let title = one_line(&remedy.title);
    if remedy.patch.is_some() {
        let held = outcome.held_back(failure);
        let safety = match remedy.safety {
            Safety::Safe => "safe",
            _ if held => "held back: needs your review",
            _ => "please review",
        };
        return noted(sheet, gutter, Ink::Good, &format!("fix: {title} ({safety})"));
    }
    let help = inspected.help.as_deref().map_or_else(|| title.clone(), one_line);
    noted(sheet, gutter, Ink::Careful, &format!("help: {help}"));
    if let Some(refused) = &remedy.refused {
        noted(sheet, gutter, Ink::Faint, &format!("no patch: {}", one_line(refused)));
    }
}

fn noted(sheet: &mut Sheet, gutter: &str, ink: Ink, words: &str) {
    let width = sheet.width.min(READABLE).saturating_sub(gutter.len() + 3).max(20);
    for (index, line) in prose::flow(words, "", width).iter().enumerate() {
        let mark = if index == 0 { " = " } else { "   " };
        sheet.line(&[(Ink::Faint, &format!("{gutter}{mark}")), (ink, line)]);
    }
}

/// The part of a line that fits, how many columns stand before the wrong bytes in it, and how many those are.
fn window(line: &str, inspected: &Inspected, room: usize) -> (String, usize, usize) {
    let start = (inspected.column as usize).saturating_sub(1);
    let before: String = line.chars().take(start).collect();
    let wrong: String = line.chars().skip(start).take(inspected.width).collect();
    // Escapes are shown, so that columns are those of the text that is shown.
    let (shown_before, shown_wrong) = (log_line(&before), log_line(&wrong));
    let rest: String = line.chars().skip(start + inspected.width).collect();
    let whole = format!("{shown_before}{shown_wrong}{}", log_line(&rest));
    let (columns, width) = (shown_before.width(), shown_wrong.width().max(1));
    if whole.width() <= room || columns + width.min(40) + 8 <= room {
        let text = cut(&whole, room);
        let width = width.min(room.saturating_sub(columns).max(1));
        return (text, columns, width);
    }
    // A long line is shown from shortly before the place on.
    let kept: String = shown_before.chars().rev().take(room / 3).collect::<Vec<_>>().into_iter().rev().collect();
    let text = cut(&format!("…{kept}{shown_wrong}{}", log_line(&rest)), room);
    let columns = kept.width() + 1;
    (text, columns, width.min(room.saturating_sub(columns).max(1)))
}

/// What was found and done, in one sentence, and what to type next.
fn summary(sheet: &mut Sheet, outcome: &Outcome, layout: &Layout) {
    let failures = &outcome.healing.failures;
    if failures.is_empty() {
        return sheet.line(&[(Ink::Good, "✓"), (Ink::Plain, " Nothing is wrong here.")]);
    }
    let of = |level: Level| {
        failures.iter().filter(|failure| failure.inspected.as_ref().is_some_and(|inspected| inspected.level == level)).count()
    };
    let kinds: Vec<String> = [(of(Level::Error), "error"), (of(Level::Warning), "warning")]
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| count(*number, word))
        .collect();
    let healed = failures.iter().filter(|failure| outcome.made(failure).is_some()).count();
    let words = match &outcome.deed {
        Deed::Committed { branch, commit, news } => {
            let short: String = one_line(commit).chars().take(10).collect();
            let branch = one_line(branch);
            match news {
                News::Created => format!(
                    "{}: healed {healed} of {} on the new branch {branch} ({short}). Your own branch and files are untouched.",
                    kinds.join(", "),
                    failures.len()
                ),
                News::AlreadyThere => {
                    format!("{}: already healed, the branch {branch} ({short}) holds this very change.", kinds.join(", "))
                }
            }
        }
        Deed::Previewed | Deed::Diagnosed if healed > 0 => {
            format!("{}: {healed} of {} can be healed here. Nothing was written.", kinds.join(", "), failures.len())
        }
        // A checkout is healed as one: its patch is never committed apart.
        Deed::Previewed | Deed::Diagnosed | Deed::CommittedApart(_) => {
            format!("{}: nothing here may be healed automatically.", kinds.join(", "))
        }
    };
    let ink = if matches!(outcome.deed, Deed::Committed { .. }) { ("✓", Ink::Good) } else { ("✗", Ink::BadStrong) };
    for (index, line) in prose::flow(&words, "", sheet.width.min(READABLE) - 2).iter().enumerate() {
        sheet.line(&[(ink.1, if index == 0 { ink.0 } else { " " }), (Ink::Plain, " "), (Ink::Plain, line)]);
    }
    next(sheet, outcome, layout);
}

fn next(sheet: &mut Sheet, outcome: &Outcome, layout: &Layout) {
    let program = &layout.program;
    let failures = &outcome.healing.failures;
    let review =
        failures.iter().any(|failure| failure.remedies.iter().any(|remedy| remedy.patch.is_some() && remedy.safety == Safety::NeedsReview));
    let allow = if review { " --allow needs-review" } else { "" };
    let command = match &outcome.deed {
        Deed::Committed { branch, .. } => format!("git show {}", super::super::inline::shell_word(&one_line(branch))),
        Deed::Previewed | Deed::Diagnosed if outcome.heals() || review => format!("{program} check --fix{allow}"),
        Deed::Previewed | Deed::Diagnosed | Deed::CommittedApart(_) => return,
    };
    sheet.blank();
    sheet.line(&[(Ink::Plain, "  "), (Ink::Faint, "›"), (Ink::Plain, " "), (Ink::Place, &command)]);
}
