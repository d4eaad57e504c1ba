//! Counts rows as they come: what is right, how often each rule speaks and is right, which rules are taken for which.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Change, Row, RowKind, RowOutcome};

/// Rows that are told one by one at most; the rest is counted.
const NOTABLE: usize = 200;

/// The word for a rule that is not there.
const NONE: &str = "none";

/// Counts of all rows so far; its size depends on the rules, not on the rows.
#[derive(Debug, Default)]
pub struct Tally {
    /// The counts.
    pub total: Total,
    rules: BTreeMap<String, RuleCount>,
    confusion: BTreeMap<(String, String), u64>,
    /// What a person must look at: regressions, changes, what is wrong.
    pub notable: Vec<Row>,
}

/// Counts over all rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Total {
    /// Cases with a verdict.
    pub cases: u64,
    /// Cases that came out as they say.
    pub right: u64,
    /// Sources of which nothing is known.
    pub sources: u64,
    /// Failures in them.
    pub failures: u64,
    /// Failures that no rule explains.
    pub unexplained: u64,
    /// Sources without a failure.
    pub green: u64,
    /// What could not be read.
    pub unreadable: u64,
    /// What a build must stop at.
    pub regressions: u64,
    /// What came out otherwise than blessed, for the better or unjudged.
    pub changed: u64,
    /// What nobody has blessed.
    pub new: u64,
    /// What was blessed and is there no more.
    pub gone: u64,
    /// Cases of which the rule is right.
    pub rule_right: u64,
    /// Cases of which the very line is right.
    pub line_right: u64,
    /// Cases of which the category is right.
    pub category_right: u64,
    /// Cases with a repository.
    pub patches: u64,
    /// Cases with a repository of which the patch is right, byte for byte.
    pub patch_right: u64,
}

/// How one rule does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct RuleCount {
    expected: u64,
    said: u64,
    right: u64,
    sources: u64,
}

/// How one rule does, for a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleRow {
    /// The rule's id; `none` stands for no rule.
    pub rule: String,
    /// Cases that expect it.
    pub expected: u64,
    /// Cases of which it spoke.
    pub said: u64,
    /// Cases of which it spoke rightly.
    pub right: u64,
    /// Of the cases it spoke of, the share on which it was right; null when it spoke of none.
    pub precision: Option<f64>,
    /// Of the cases that expect it, the share that it found; null when none does.
    pub coverage: Option<f64>,
    /// Failures of plain sources that it explains.
    pub sources: u64,
}

/// One rule taken for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confusion {
    /// The rule that is expected; `none` for no rule.
    pub expected: String,
    /// The rule that spoke; `none` for no rule.
    pub said: String,
    /// In so many cases.
    pub cases: u64,
}

/// Everything but the rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Counts over all rows.
    pub total: Total,
    /// By id.
    pub rules: Vec<RuleRow>,
    /// The most frequent first.
    pub confusion: Vec<Confusion>,
}

impl Tally {
    /// Counts a row.
    pub fn add(&mut self, row: &Row) {
        self.count(row);
        match (row.kind, row.outcome) {
            (_, RowOutcome::Unreadable) => {}
            (RowKind::Case, _) => self.case(row),
            (RowKind::Source, RowOutcome::Green) => {}
            (RowKind::Source, _) => self.rules.entry(name(row.rule.as_deref())).or_default().sources += 1,
        }
        let notable =
            row.is_regression() || row.outcome == RowOutcome::Wrong || matches!(row.change, Some(Change::Changed | Change::Fixed));
        if notable && self.notable.len() < NOTABLE {
            self.notable.push(row.clone());
        }
    }

    /// Notes how many blessed ones are there no more.
    pub fn gone(&mut self, gone: usize) {
        self.total.gone += gone as u64;
    }

    /// Whether a build must stop.
    pub const fn has_regressed(&self) -> bool {
        self.total.regressions > 0
    }

    /// Everything but the rows.
    pub fn summary(&self) -> Summary {
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let rule = |(rule, count): (&String, &RuleCount)| RuleRow {
            rule: rule.clone(),
            expected: count.expected,
            said: count.said,
            right: count.right,
            precision: share(count.right, count.said),
            coverage: share(count.right, count.expected),
            sources: count.sources,
        };
        let taken = |((expected, said), cases): (&(String, String), &u64)| Confusion {
            expected: expected.clone(),
            said: said.clone(),
            cases: *cases,
        };
        let mut confusion: Vec<Confusion> = self.confusion.iter().map(taken).collect();
        confusion.sort_by(|a, b| b.cases.cmp(&a.cases).then_with(|| (&a.expected, &a.said).cmp(&(&b.expected, &b.said))));
        Summary { total: self.total.clone(), rules: self.rules.iter().map(rule).collect(), confusion }
    }

    fn count(&mut self, row: &Row) {
        let total = &mut self.total;
        match (row.kind, row.outcome) {
            (RowKind::Case, _) => total.cases += 1,
            (RowKind::Source, _) if row.failure == 0 => total.sources += 1,
            (RowKind::Source, _) => {}
        }
        match row.outcome {
            RowOutcome::Right => total.right += 1,
            RowOutcome::Unreadable => total.unreadable += 1,
            RowOutcome::Green => total.green += 1,
            RowOutcome::Explained => total.failures += 1,
            RowOutcome::Unexplained => (total.failures, total.unexplained) = (total.failures + 1, total.unexplained + 1),
            RowOutcome::Wrong => {}
        }
        total.regressions += u64::from(row.is_regression());
        total.changed += u64::from(matches!(row.change, Some(Change::Changed | Change::Fixed)));
        total.new += u64::from(row.change == Some(Change::New));
    }

    fn case(&mut self, row: &Row) {
        let total = &mut self.total;
        let is = |right: Option<bool>| u64::from(right == Some(true));
        total.rule_right += is(row.rule_right);
        // A case of which nothing shall fail has no line and no category to get wrong.
        total.line_right += is(row.line_right.or(row.rule_right));
        total.category_right += is(row.category_right.or(row.rule_right));
        total.patches += u64::from(row.patch_right.is_some());
        total.patch_right += is(row.patch_right);
        let (expected, said) = (name(row.expected_rule.as_deref()), name(row.rule.as_deref()));
        self.rules.entry(expected.clone()).or_default().expected += 1;
        self.rules.entry(said.clone()).or_default().said += 1;
        if row.rule_right == Some(true) {
            self.rules.entry(said).or_default().right += 1;
        } else {
            *self.confusion.entry((expected, said)).or_default() += 1;
        }
    }
}

fn name(rule: Option<&str>) -> String {
    rule.unwrap_or(NONE).to_owned()
}
