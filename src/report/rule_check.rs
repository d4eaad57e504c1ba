//! Turns the trial of rule files into a page, a document, Markdown and annotations.

use serde::Serialize;

use super::inline::{bounded, count, one_line};
use super::page::{Ink, Layout, Sheet};
use super::{github, markdown, prose};
use crate::remedy::trial::Trial;
use crate::rules::InvalidRule;
use crate::text::Redacted;

/// Lines of prose longer than this are hard to read.
const READABLE: usize = 96;

/// The trial for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    version: u32,
    rules: Vec<Tried>,
    mistakes: Vec<Mistake>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Tried {
    file: Redacted,
    /// Null where the file cannot be read as a rule.
    id: Option<Redacted>,
    sound: bool,
    examples: usize,
    near_misses: usize,
    replaces_builtin: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Mistake {
    file: Redacted,
    /// 1-based.
    line: u32,
    /// 1-based, in characters.
    column: u32,
    message: Redacted,
}

impl Document {
    /// The document of a trial.
    pub fn new(all: &[Trial]) -> Self {
        let tried = |trial: &Trial| Tried {
            file: bounded(&trial.file),
            id: trial.id.as_deref().map(bounded),
            sound: trial.mistakes.is_empty(),
            examples: trial.examples,
            near_misses: trial.near_misses,
            replaces_builtin: trial.replaces,
        };
        let mistake = |wrong: &InvalidRule| Mistake {
            file: bounded(&wrong.file),
            line: wrong.position.line.get(),
            column: wrong.position.column,
            message: bounded(&wrong.message),
        };
        let mistakes = all.iter().flat_map(|trial| trial.mistakes.iter().map(mistake)).collect();
        Self { version: 1, rules: all.iter().map(tried).collect(), mistakes }
    }
}

/// What a person reads: a line for each rule, and below it what is wrong and where.
pub fn page(all: &[Trial], layout: &Layout) -> String {
    let mut sheet = Sheet::new(layout);
    let width = sheet.width.min(READABLE);
    for trial in all {
        let (ink, mark) = if trial.mistakes.is_empty() { (Ink::Good, "✓") } else { (Ink::BadStrong, "✗") };
        let name = trial.id.as_deref().unwrap_or(&trial.file);
        sheet.line(&[(ink, mark), (Ink::Plain, " "), (Ink::Strong, &one_line(name)), (Ink::Faint, &outcome(trial))]);
        for wrong in &trial.mistakes {
            let place = format!("{}:{}", one_line(&wrong.file), wrong.position);
            sheet.line(&[(Ink::Plain, "  "), (Ink::Place, &place)]);
            for line in prose::flow(&one_line(&wrong.message), "", width.saturating_sub(4)) {
                sheet.line(&[(Ink::Plain, "    "), (Ink::Plain, &line)]);
            }
        }
    }
    sheet.blank();
    sheet.line(&[(Ink::Plain, &total(all))]);
    sheet.finish()
}

/// `, 2 examples, 1 near miss`, and whether it takes another's place.
fn outcome(trial: &Trial) -> String {
    if trial.id.is_none() {
        return String::new();
    }
    let misses = if trial.near_misses == 1 { "1 near miss".to_owned() } else { format!("{} near misses", trial.near_misses) };
    let replaces = if trial.replaces { ", in place of the built-in one" } else { "" };
    format!("  {}, {misses}{replaces}", count(trial.examples, "example"))
}

/// The sentence that closes the page.
fn total(all: &[Trial]) -> String {
    let wrong = all.iter().filter(|trial| !trial.mistakes.is_empty()).count();
    match (all.len(), wrong) {
        (0, _) => "There is no rule file here.".to_owned(),
        (number, 0) => format!("{}, all sound.", count(number, "rule")),
        (number, wrong) => format!("{}, {wrong} with mistakes.", count(number, "rule")),
    }
}

/// The same as Markdown.
pub fn markdown(all: &[Trial]) -> String {
    let mut out = format!("{}\n", markdown::prose(&total(all)));
    for (index, wrong) in all.iter().flat_map(|trial| &trial.mistakes).enumerate() {
        let place = markdown::code(&format!("{}:{}", one_line(&wrong.file), wrong.position));
        let gap = if index == 0 { "\n" } else { "" };
        out.push_str(&format!("{gap}- {place}: {}\n", markdown::prose(&one_line(&wrong.message))));
    }
    out
}

/// The same as annotations of a workflow run.
pub fn annotations(all: &[Trial]) -> String {
    let one = |wrong: &InvalidRule| {
        format!(
            "::error file={},line={},col={}::{}\n",
            github::property(&one_line(&wrong.file)),
            wrong.position.line.get(),
            wrong.position.column,
            github::data(&one_line(&wrong.message))
        )
    };
    all.iter().flat_map(|trial| trial.mistakes.iter().map(one)).collect()
}

#[cfg(test)]
mod tests {
    use snapbox::{IntoData as _, assert_data_eq, str};

    use super::super::page::Colour;
    use super::*;
    use crate::text::{LineNumber, Position};

    fn all() -> Vec<Trial> {
        let good = Trial {
            file: "rules/ink.yml".to_owned(),
            id: Some("ink".to_owned()),
            examples: 2,
            near_misses: 1,
            replaces: false,
            mistakes: Vec::new(),
        };
        let position = Position { line: LineNumber::new(7), column: 3 };
        let mistake = InvalidRule { file: "rules/pen.yml".to_owned(), position, message: "unknown field `rang`".to_owned() };
        let bad =
            Trial { file: "rules/pen.yml".to_owned(), id: None, examples: 0, near_misses: 0, mistakes: vec![mistake], ..good.clone() };
        vec![good, bad]
    }

    #[test]
    fn a_page_says_of_each_rule_whether_it_is_sound() {
        let layout = Layout { width: 60, colour: Colour::Off, program: "gh autoheal".to_owned() };
        assert_data_eq!(
            page(&all(), &layout),
            str![[r#"
✓ ink  2 examples, 1 near miss
✗ rules/pen.yml
  rules/pen.yml:7:3
    unknown field `rang`

2 rules, 1 with mistakes.

"#]]
            .raw()
        );
    }

    #[test]
    fn programs_and_runs_get_each_place() {
        let value = serde_json::to_value(Document::new(&all())).unwrap();
        assert_eq!(value["mistakes"][0]["line"], 7);
        assert_eq!((&value["rules"][1]["id"], &value["rules"][0]["sound"]), (&serde_json::Value::Null, &true.into()));
        assert_eq!(annotations(&all()), "::error file=rules/pen.yml,line=7,col=3::unknown field `rang`\n");
        assert_eq!(markdown(&all()), "2 rules, 1 with mistakes.\n\n- `rules/pen.yml:7:3`: unknown field `rang`\n");
    }
}
