//! The page and the document of a check-up.

use serde::Serialize;

use super::{Chapter, Check, State};
use crate::report::inline::count;
use crate::report::{Ink, Layout, Sheet, prose};

/// Lines of prose longer than this are hard to read.
const READABLE: usize = 96;

/// The page: a line for each check, and what to do below those that need it.
pub(super) fn page(chapters: &[Chapter], layout: &Layout) -> String {
    let mut sheet = Sheet::new(layout);
    for chapter in chapters {
        sheet.blank();
        sheet.line(&[(Ink::Strong, chapter.title)]);
        for check in &chapter.checks {
            line(&mut sheet, check, layout);
        }
    }
    verdict(&mut sheet, chapters);
    sheet.finish()
}

fn line(sheet: &mut Sheet, check: &Check, layout: &Layout) {
    let (ink, mark) = match check.state {
        State::Good => (Ink::Good, "✓ "),
        State::Careful => (Ink::Careful, "! "),
        State::Wrong => (Ink::BadStrong, "✗ "),
    };
    let width = sheet.width.min(READABLE) - 4;
    // As the user calls this program.
    let named = |words: &str| words.replace("`gh autoheal ", &format!("`{} ", layout.program));
    for (index, words) in prose::flow(&named(&check.found), "", width).iter().enumerate() {
        sheet.line(&[(Ink::Plain, "  "), (ink, if index == 0 { mark } else { "  " }), (Ink::Plain, words)]);
    }
    let advice = check.advice.as_deref().map(named);
    for words in advice.iter().flat_map(|advice| prose::flow(advice, "", width)) {
        sheet.line(&[(Ink::Plain, "    "), (Ink::Faint, &words)]);
    }
}

fn number(chapters: &[Chapter], state: State) -> usize {
    chapters.iter().flat_map(|chapter| &chapter.checks).filter(|check| check.state == state).count()
}

/// The last word, where nothing is wrong; else it is an error, and stands with the errors.
fn verdict(sheet: &mut Sheet, chapters: &[Chapter]) {
    let (ink, words) = match (number(chapters, State::Wrong), number(chapters, State::Careful)) {
        (0, 0) => (Ink::Good, "All is well.".to_owned()),
        (0, 1) => (Ink::Careful, "Nothing is wrong; 1 line is worth a look.".to_owned()),
        (0, careful) => (Ink::Careful, format!("Nothing is wrong; {careful} lines are worth a look.")),
        _ => return,
    };
    sheet.blank();
    sheet.line(&[(ink, &words)]);
}

/// What is wrong, in numbers; none where nothing is.
pub(super) fn wrong(chapters: &[Chapter]) -> Option<String> {
    let careful = match number(chapters, State::Careful) {
        0 => String::new(),
        1 => ", and 1 line is worth a look".to_owned(),
        careful => format!(", and {careful} lines are worth a look"),
    };
    let wrong = number(chapters, State::Wrong);
    (wrong > 0).then(|| format!("the set-up has {}{careful}", count(wrong, "mistake")))
}

/// The result for programs.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    version: u32,
    /// Whether nothing is wrong.
    sound: bool,
    checks: Vec<Row<'a>>,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    chapter: &'a str,
    about: &'a str,
    state: State,
    found: &'a str,
    advice: Option<&'a str>,
}

/// The same for programs.
pub(super) fn document(chapters: &[Chapter]) -> Document<'_> {
    let rows = chapters.iter().flat_map(|chapter| {
        chapter.checks.iter().map(|check| Row {
            chapter: chapter.title,
            about: check.about,
            state: check.state,
            found: &check.found,
            advice: check.advice.as_deref(),
        })
    });
    Document { version: 1, sound: number(chapters, State::Wrong) == 0, checks: rows.collect() }
}
