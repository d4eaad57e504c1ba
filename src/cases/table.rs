//! Turns a tally into the page that a person reads.

use super::tally::{Confusion, RuleRow};
use super::{Change, Row, RowOutcome, Tally};
use crate::report::Layout;
use crate::report::inline::{count, cut, one_line};
use crate::report::page::{Ink, Sheet};

/// Confusions shown; the rest is in the JSON.
const CONFUSIONS: usize = 10;

/// Rows shown one by one.
const SHOWN: usize = 20;

/// The page.
pub fn page(tally: &Tally, layout: &Layout) -> String {
    let mut sheet = Sheet::new(layout);
    let summary = tally.summary();
    verdict(&mut sheet, tally);
    notable(&mut sheet, tally);
    rules(&mut sheet, &summary.rules);
    confusion(&mut sheet, &summary.confusion);
    sheet.finish()
}

fn verdict(sheet: &mut Sheet, tally: &Tally) {
    let total = &tally.total;
    let (mark, ink) = if tally.has_regressed() { ("✗", Ink::BadStrong) } else { ("✓", Ink::Good) };
    let mut said = Vec::new();
    if total.cases > 0 {
        let patches = format!("patch {} of {}", total.patch_right, total.patches);
        said.push(format!("{}: {} right", count_of(total.cases, "case"), total.right));
        said.push(format!("rule {}, line {}, category {}, {patches}", total.rule_right, total.line_right, total.category_right));
    }
    if total.sources > 0 {
        let explained = total.failures - total.unexplained;
        said.push(format!(
            "{}: {}, {explained} explained, {} green",
            count_of(total.sources, "source"),
            count_of(total.failures, "failure"),
            total.green
        ));
    }
    if said.is_empty() {
        said.push("No case is there.".to_owned());
    }
    for (index, line) in said.iter().enumerate() {
        let mark = if index == 0 { mark } else { " " };
        sheet.line(&[(ink, mark), (Ink::Plain, " "), (Ink::Plain, line)]);
    }
    let changes = [
        (total.regressions, "regression"),
        (total.unreadable, "unreadable"),
        (total.changed, "changed"),
        (total.new, "not blessed yet"),
        (total.gone, "gone"),
    ];
    let words: Vec<String> = changes
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| if *word == "regression" { count_of(*number, word) } else { format!("{number} {word}") })
        .collect();
    if !words.is_empty() {
        sheet.line(&[(Ink::Plain, "  "), (Ink::Plain, &words.join(", "))]);
    }
}

fn count_of(number: u64, noun: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), noun)
}

fn notable(sheet: &mut Sheet, tally: &Tally) {
    let mut rows: Vec<&Row> = tally.notable.iter().collect();
    rows.sort_by_key(|row| !row.is_regression());
    for row in rows.iter().take(SHOWN) {
        sheet.blank();
        one(sheet, row);
    }
    if rows.len() > SHOWN {
        sheet.blank();
        sheet.line(&[(Ink::Faint, &format!("  … and {} more: see `--json`", rows.len() - SHOWN))]);
    }
}

fn one(sheet: &mut Sheet, row: &Row) {
    let (mark, ink) = match (row.is_regression(), row.change, row.outcome) {
        (true, ..) => ("✗", Ink::BadStrong),
        (_, Some(Change::Fixed), _) => ("✓", Ink::Good),
        (_, _, RowOutcome::Wrong) => ("!", Ink::Careful),
        _ => ("!", Ink::Careful),
    };
    let what = match row.change {
        Some(Change::Fixed) => "  was wrong, is right now",
        Some(Change::Same) => "  blessed as wrong",
        Some(Change::Changed) => "  comes out otherwise than blessed",
        _ => "",
    };
    let room = sheet.width.saturating_sub(2 + what.len());
    sheet.line(&[(ink, mark), (Ink::Plain, " "), (Ink::Strong, &cut(&one_line(&row.case), room)), (Ink::Faint, what)]);
    let width = sheet.width.saturating_sub(4);
    for wrong in row.wrong.iter().flat_map(|wrong| wrong.split("; ")) {
        sheet.line(&[(Ink::Plain, "    "), (Ink::Plain, &cut(wrong, width))]);
    }
    if row.wrong.is_none() {
        let rule = row.rule.as_deref().unwrap_or("no rule");
        let text = row.cause_text.as_deref().unwrap_or("");
        sheet.line(&[(Ink::Plain, "    "), (Ink::Plain, &cut(&format!("{rule}: {}", text.trim()), width))]);
    }
}

fn rules(sheet: &mut Sheet, rules: &[RuleRow]) {
    let with_cases: Vec<&RuleRow> = rules.iter().filter(|rule| rule.expected + rule.said > 0).collect();
    let of_sources: Vec<&RuleRow> = rules.iter().filter(|rule| rule.sources > 0).collect();
    let room = sheet.width.saturating_sub(40).max(20);
    if !with_cases.is_empty() {
        sheet.blank();
        row(sheet, Ink::Faint, "Rule", ["cases", "right", "precision", "coverage"], room);
        for rule in with_cases {
            let ink = if rule.right == rule.expected && rule.right == rule.said { Ink::Plain } else { Ink::Careful };
            let (expected, right) = (rule.expected.to_string(), rule.right.to_string());
            row(sheet, ink, &rule.rule, [&expected, &right, &percent(rule.precision), &percent(rule.coverage)], room);
        }
    }
    if !of_sources.is_empty() {
        sheet.blank();
        row(sheet, Ink::Faint, "Rule", ["", "", "", "failures"], room);
        let mut sorted = of_sources;
        sorted.sort_by(|a, b| b.sources.cmp(&a.sources).then_with(|| a.rule.cmp(&b.rule)));
        for rule in sorted {
            row(sheet, Ink::Plain, &rule.rule, ["", "", "", &rule.sources.to_string()], room);
        }
    }
}

fn row(sheet: &mut Sheet, ink: Ink, name: &str, cells: [&str; 4], room: usize) {
    let name = cut(&one_line(name), room);
    let padding = " ".repeat(room.saturating_sub(unicode_width::UnicodeWidthStr::width(name.as_str())));
    let cells = format!("{padding} {:>7} {:>7} {:>10} {:>9}", cells[0], cells[1], cells[2], cells[3]);
    sheet.line(&[(Ink::Plain, "  "), (ink, &name), (Ink::Plain, &cells)]);
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.0}%", share * 100.0))
}

fn confusion(sheet: &mut Sheet, confusion: &[Confusion]) {
    if confusion.is_empty() {
        return;
    }
    sheet.blank();
    sheet.line(&[(Ink::Plain, "  "), (Ink::Strong, "Taken for another")]);
    let width = sheet.width.saturating_sub(4);
    for taken in confusion.iter().take(CONFUSIONS) {
        let words = format!("{} → {}: {}", taken.expected, taken.said, count_of(taken.cases, "case"));
        sheet.line(&[(Ink::Plain, "    "), (Ink::Plain, &cut(&one_line(&words), width))]);
    }
}
