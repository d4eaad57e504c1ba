//! Turns rules into lists and pages for people, and into values for programs.

use serde::Serialize;

use super::inline::{bounded, count, cut, log_line, one_line};
use super::markdown;
use super::page::{Ink, Layout, Sheet};
use super::prose;
use crate::rules::check::MARK;
use crate::rules::{Category, Rank, RemedyKind, RemedySpec, Rule, Safety, measured};
use crate::text::Redacted;

/// Lines of prose longer than this are hard to read.
const READABLE: usize = 96;

/// Columns that a summary wants beside its rule's id; with fewer it stands below.
const BESIDE: usize = 40;

/// A rule for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its id.
    pub id: Redacted,
    /// One line.
    pub summary: Redacted,
    /// What scripts sort by.
    pub category: Category,
    /// How much a match says.
    pub rank: Rank,
    /// What happened and why; `{name}` stands for a capture.
    pub explanation: Redacted,
    /// The patterns of the cause line.
    pub patterns: Vec<Redacted>,
    /// What can be done, best first.
    pub remedies: Vec<RemedyEntry>,
    /// Where it is documented.
    pub references: Vec<Redacted>,
}

/// A remedy for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemedyEntry {
    /// What it does.
    pub title: Redacted,
    /// How safe it is.
    pub safety: Safety,
    /// Where it belongs.
    pub kind: RemedyKind,
    /// What to do by hand; null where there is only an edit.
    pub advice: Option<Redacted>,
}

impl Entry {
    /// The value of a rule.
    pub fn new(rule: &Rule) -> Self {
        let remedy = |spec: &RemedySpec| RemedyEntry {
            title: bounded(&spec.title),
            safety: spec.safety,
            kind: spec.kind,
            advice: spec.advice.as_deref().map(bounded),
        };
        Self {
            id: bounded(&rule.id),
            summary: bounded(&rule.summary),
            category: rule.category,
            rank: rule.detect.rank,
            explanation: bounded(&rule.explanation),
            patterns: rule.detect.line.0.iter().map(|pattern| bounded(pattern)).collect(),
            remedies: rule.remedies.iter().map(remedy).collect(),
            references: rule.references.iter().map(|text| bounded(text)).collect(),
        }
    }
}

/// One line a rule: id and summary.
pub fn list<'a>(rules: impl Iterator<Item = &'a Rule>, layout: &Layout) -> String {
    let rows: Vec<(String, String)> = rules.map(|rule| (one_line(&rule.id), one_line(&rule.summary))).collect();
    let column = rows.iter().map(|(id, _)| id.chars().count()).max().unwrap_or(0);
    let mut sheet = Sheet::new(layout);
    let room = sheet.width.saturating_sub(column + 2);
    for (id, summary) in rows {
        if room < BESIDE {
            sheet.line(&[(Ink::Strong, &id)]);
            sheet.line(&[(Ink::Plain, "  "), (Ink::Plain, &cut(&summary, sheet.width.saturating_sub(2)))]);
            continue;
        }
        let id = format!("{id:<column$}");
        sheet.line(&[(Ink::Strong, &id), (Ink::Plain, "  "), (Ink::Plain, &cut(&summary, room))]);
    }
    sheet.finish()
}

/// A table of rules.
pub fn list_markdown<'a>(rules: impl Iterator<Item = &'a Rule>) -> String {
    let mut out = String::from("| Rule | What happened |\n| --- | --- |\n");
    for rule in rules {
        out.push_str(&format!("| {} | {} |\n", markdown::code(&rule.id).replace('|', "\\|"), markdown::prose(&one_line(&rule.summary))));
    }
    out
}

/// All about one rule.
pub fn page(rule: &Rule, layout: &Layout) -> String {
    let mut sheet = Sheet::new(layout);
    let width = sheet.width.min(READABLE);
    sheet.line(&[(Ink::Strong, &one_line(&rule.id))]);
    for line in prose::flow(&one_line(&rule.summary), "", width - 2) {
        sheet.line(&[(Ink::Plain, "  "), (Ink::Plain, &line)]);
    }
    for line in prose::flow(&standing(rule), "", width - 2) {
        sheet.line(&[(Ink::Plain, "  "), (Ink::Faint, &line)]);
    }
    sheet.blank();
    for line in prose::wrapped(bounded(&rule.explanation).as_str(), width - 2) {
        sheet.line(&[(Ink::Plain, "  "), (Ink::Plain, &line)]);
    }
    for remedy in &rule.remedies {
        sheet.blank();
        remedy_lines(&mut sheet, remedy, width);
    }
    sheet.blank();
    sheet.line(&[(Ink::Plain, "  "), (Ink::Strong, "It looks for")]);
    for pattern in &rule.detect.line.0 {
        sheet.line(&[(Ink::Plain, "    "), (Ink::Place, &cut(&one_line(pattern), sheet.width.saturating_sub(4)))]);
    }
    if let Some(line) = shown(rule) {
        sheet.blank();
        sheet.line(&[(Ink::Plain, "  "), (Ink::Strong, "For example")]);
        for line in prose::flow(&line, "", width - 4) {
            sheet.line(&[(Ink::Plain, "    "), (Ink::Plain, &line)]);
        }
    }
    if !rule.references.is_empty() {
        sheet.blank();
    }
    for reference in &rule.references {
        sheet.line(&[(Ink::Plain, "  "), (Ink::Faint, &one_line(reference))]);
    }
    sheet.finish()
}

/// Category, rank, and how often it was right.
fn standing(rule: &Rule) -> String {
    let category = serde_json::to_value(rule.category).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    let rank = match rule.detect.rank {
        Rank::Cause => "names the cause",
        Rank::Symptom => "a symptom: any cause in the same step counts before it",
        Rank::Wrapper => "a frame: anything else in the same step counts before it",
    };
    match measured::recorded(&rule.id) {
        Some((right, seen)) => format!("{category}; {rank}; right on {right} of {} recorded", count(seen as usize, "case")),
        None => format!("{category}; {rank}"),
    }
}

/// The cause line of the rule's first example that marks one.
fn shown(rule: &Rule) -> Option<String> {
    let marked = rule.examples.iter().find_map(|example| example.log.lines().find_map(|line| line.strip_prefix(MARK)))?;
    Some(log_line(marked.trim_start_matches("##[error]")))
}

fn remedy_lines(sheet: &mut Sheet, remedy: &RemedySpec, width: usize) {
    let (ink, mark) = if remedy.safety == Safety::AdviceOnly { (Ink::Careful, "!") } else { (Ink::Good, "✓") };
    let words = format!("{} ({})", one_line(&remedy.title), safety_words(remedy.safety));
    for (index, line) in prose::flow(&words, "", width - 4).iter().enumerate() {
        let mark = if index == 0 { mark } else { " " };
        sheet.line(&[(Ink::Plain, "  "), (ink, mark), (Ink::Plain, " "), (Ink::Strong, line)]);
    }
    for line in remedy.advice.iter().flat_map(|advice| prose::wrapped(bounded(advice).as_str(), width - 4)) {
        sheet.line(&[(Ink::Plain, "    "), (Ink::Plain, &line)]);
    }
}

/// All about one rule, as Markdown.
pub fn markdown(rule: &Rule) -> String {
    let mut out = format!("## {}\n\n{}\n\n", markdown::code(&rule.id), markdown::prose(&one_line(&rule.summary)));
    out.push_str(&format!("{}\n\n", markdown::prose(bounded(&rule.explanation).as_str().trim_end())));
    out.push_str(&format!("{}.\n\n", markdown::prose(&standing(rule))));
    for remedy in &rule.remedies {
        let advice = remedy.advice.as_deref().map_or_else(String::new, |advice| format!(" {}", markdown::prose(&one_line(advice))));
        out.push_str(&format!("- **{}** ({}).{advice}\n", markdown::prose(&one_line(&remedy.title)), safety_words(remedy.safety)));
    }
    if let Some(line) = shown(rule) {
        out.push_str(&format!("\nFor example: {}\n", markdown::code(&line)));
    }
    out.push_str("\nIt looks for\n\n");
    for pattern in &rule.detect.line.0 {
        out.push_str(&format!("- {}\n", markdown::code(&one_line(pattern))));
    }
    if !rule.references.is_empty() {
        out.push('\n');
    }
    for reference in &rule.references {
        out.push_str(&format!("- <{}>\n", one_line(reference)));
    }
    out
}

const fn safety_words(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "safe",
        Safety::NeedsReview => "needs review",
        Safety::AdviceOnly => "for you to do",
    }
}

#[cfg(test)]
mod tests {
    use snapbox::{IntoData as _, assert_data_eq, str};

    use super::super::page::Colour;
    use super::*;

    const RULE: &str = "
summary: A module that the code imports is not installed
explanation: |
  Python could not import `{module}`: nothing in this job installs it.
category: missing-dependency
references: ['https://docs.python.org/3/library/exceptions.html#ModuleNotFoundError']
detect:
  rank: cause
  line: '^(?:E +)?ModuleNotFoundError: No module named .(?<module>[\\w.]+)'
remedies:
  - title: Install {module} before the step
    safety: needs-review
    kind: workflow
    advice: 'pip install {module}'
examples: []
near-misses: []
";

    fn rule() -> Rule {
        let mut rule: Rule = serde_yaml::from_str(RULE).unwrap();
        rule.id = "a-module-is-missing".to_owned();
        rule
    }

    fn layout() -> Layout {
        Layout { width: 80, colour: Colour::Off, program: "gh autoheal".to_owned() }
    }

    #[test]
    fn a_list_has_one_line_a_rule() {
        assert_data_eq!(
            list([rule()].iter(), &layout()),
            str![[r#"
a-module-is-missing  A module that the code imports is not installed

"#]]
            .raw()
        );
    }

    #[test]
    fn a_narrow_list_puts_the_summary_below() {
        let narrow = Layout { width: 60, ..layout() };
        let list = list([rule()].iter(), &narrow);
        assert_eq!(list, "a-module-is-missing\n  A module that the code imports is not installed\n");
    }

    #[test]
    fn a_page_tells_all_about_a_rule() {
        assert_data_eq!(
            page(&rule(), &layout()),
            str![[r#"
a-module-is-missing
  A module that the code imports is not installed
  missing-dependency; names the cause

  Python could not import `{module}`: nothing in this job installs it.

  ✓ Install {module} before the step (needs review)
    pip install {module}

  It looks for
    ^(?:E +)?ModuleNotFoundError: No module named .(?<module>[\w.]+)

  https://docs.python.org/3/library/exceptions.html#ModuleNotFoundError

"#]]
            .raw()
        );
    }

    #[test]
    fn every_page_and_list_keeps_within_its_columns() {
        let rules = crate::rules::RuleSet::builtin();
        for width in [60, 80, 120] {
            let layout = Layout { width, ..layout() };
            let pages = rules.iter().map(|rule| page(rule, &layout)).chain([list(rules.iter(), &layout)]);
            for line in pages.flat_map(|page| page.lines().map(str::to_owned).collect::<Vec<_>>()) {
                let unbroken = line.split_whitespace().any(|word| word.chars().count() + 4 > width);
                assert!(line.chars().count() <= width || unbroken || line.contains("https://"), "{width}: {line}");
            }
        }
    }

    #[test]
    fn a_rule_is_a_value_and_a_section_too() {
        let value = serde_json::to_value(Entry::new(&rule())).unwrap();
        assert_eq!(value["remedies"][0]["safety"], "needs-review");
        assert_eq!(value["remedies"][0]["advice"], "pip install {module}");
        assert!(markdown(&rule()).starts_with("## `a-module-is-missing`\n\nA module"));
        assert_eq!(list_markdown([rule()].iter()).lines().count(), 3);
    }
}
