//! Turns a check of `check` into a page for people and a value for programs, as rules are.

use serde::Serialize;

use super::page::{Ink, Layout, Sheet};
use super::{markdown, prose};
use crate::inspection::{Check, Level};
use crate::rules::Category;

/// Lines of prose longer than this are hard to read.
const READABLE: usize = 96;

/// A check for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckEntry {
    /// Its id.
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// What scripts sort by.
    pub category: Category,
    /// How grave it is.
    pub level: Level,
    /// Why it matters.
    pub explanation: &'static str,
}

impl From<&'static Check> for CheckEntry {
    fn from(check: &'static Check) -> Self {
        Self { id: check.id, summary: check.summary, category: check.category, level: check.level, explanation: check.explanation }
    }
}

/// What a check finds and why it matters, for a terminal.
pub fn page(check: &Check, layout: &Layout) -> String {
    let mut sheet = Sheet::new(layout);
    let width = sheet.width.min(READABLE);
    sheet.line(&[(Ink::Strong, check.id)]);
    for line in prose::flow(check.summary, "", width - 2) {
        sheet.line(&[(Ink::Plain, "  "), (Ink::Plain, &line)]);
    }
    for line in prose::flow(&standing(check), "", width - 2) {
        sheet.line(&[(Ink::Plain, "  "), (Ink::Faint, &line)]);
    }
    sheet.blank();
    for line in prose::flow(check.explanation, "", width - 2) {
        sheet.line(&[(Ink::Plain, "  "), (Ink::Plain, &line)]);
    }
    sheet.finish()
}

/// The same as Markdown.
pub fn markdown(check: &Check) -> String {
    let parts = [check.summary, check.explanation].map(markdown::prose);
    format!("## {}\n\n{}\n\n{}\n\n{}.\n", markdown::code(check.id), parts[0], parts[1], markdown::prose(&standing(check)))
}

fn standing(check: &Check) -> String {
    let level = if check.level == Level::Error { "error" } else { "warning" };
    format!("An {level} of `gh autoheal check`, which reads the workflows and needs no log").replace("An warning", "A warning")
}
