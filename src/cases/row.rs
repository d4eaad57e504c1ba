//! One line of a replay's result: flat, so that a table reader takes it as it is.

use serde::Serialize;

use crate::remedy::Verdict;
use crate::rules::Category;
use crate::text::{Fingerprint, Redacted};

/// The version of a row's form; it changes only when a name goes or changes its meaning.
pub(super) const VERSION: u32 = 1;

/// What came of a case, or of one failure of a plain source. All texts are safe to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The version of this form.
    pub version: u32,
    /// The case's path below the folder that was asked for, with `/`.
    pub case: String,
    /// Whether a verdict is known.
    pub kind: RowKind,
    /// How it came out.
    pub outcome: Outcome,
    /// How that differs from what somebody agreed to; none where nothing is blessed.
    pub change: Option<Change>,
    /// Which failure of the source it is, from 0.
    pub failure: usize,
    /// How many failures the source has.
    pub failures: usize,
    /// The rule that explains it; null when none does.
    pub rule: Option<String>,
    /// Its category; null when nothing failed.
    pub category: Option<Category>,
    /// What to do with it; null when nothing failed.
    pub verdict: Option<Verdict>,
    /// The job's display name.
    pub job: Option<String>,
    /// The step's name.
    pub step: Option<String>,
    /// The identity of the failure across runs.
    pub fingerprint: Option<Fingerprint>,
    /// The share of recorded cases on which the rule was right, 0 to 1.
    pub confidence: Option<f64>,
    /// The file of the line that says why.
    pub cause_file: Option<String>,
    /// The number of that line, from 1; in a case it counts the lines of the log, not the marks.
    pub cause_line: Option<u32>,
    /// That line.
    pub cause_text: Option<String>,
    /// A digest of the patch; null when there is none.
    pub patch: Option<String>,
    /// The rule that a case expects; null when no rule is expected.
    pub expected_rule: Option<String>,
    /// The category that a case expects.
    pub expected_category: Option<Category>,
    /// The verdict that a case expects; null when it expects that nothing failed.
    pub expected_verdict: Option<Verdict>,
    /// The line that a case expects.
    pub expected_line: Option<u32>,
    /// Whether the rule is the expected one; null for a plain source.
    pub rule_right: Option<bool>,
    /// Whether the cause is the very line that is expected.
    pub line_right: Option<bool>,
    /// Whether the category is the expected one.
    pub category_right: Option<bool>,
    /// Whether the verdict is the expected one.
    pub verdict_right: Option<bool>,
    /// Whether the captures are the expected ones.
    pub captures_right: Option<bool>,
    /// Whether the patch is the expected one, byte for byte; null where the case has no repository.
    pub patch_right: Option<bool>,
    /// What is wrong, in words.
    pub wrong: Option<String>,
}

/// Whether a verdict is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    /// A case with its verdict.
    Case,
    /// An archive or log of which nothing is known.
    Source,
}

/// How it came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A case came out as it says.
    Right,
    /// A case came out otherwise.
    Wrong,
    /// A source's failure is explained by a rule.
    Explained,
    /// No rule explains a source's failure.
    Unexplained,
    /// A source tells of no failure.
    Green,
    /// It could not be read.
    Unreadable,
}

/// How a row differs from what was blessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Not at all.
    Same,
    /// Nobody has seen it before.
    New,
    /// It was wrong and is right.
    Fixed,
    /// It was right and is wrong, or can no longer be read.
    Regressed,
    /// It comes out otherwise; nothing says which is right.
    Changed,
}

impl Row {
    /// A row of which only the name is known.
    pub(super) fn new(case: &str, kind: RowKind, outcome: Outcome) -> Self {
        Self {
            version: VERSION,
            case: safe(case),
            kind,
            outcome,
            change: None,
            failure: 0,
            failures: 0,
            rule: None,
            category: None,
            verdict: None,
            job: None,
            step: None,
            fingerprint: None,
            confidence: None,
            cause_file: None,
            cause_line: None,
            cause_text: None,
            patch: None,
            expected_rule: None,
            expected_category: None,
            expected_verdict: None,
            expected_line: None,
            rule_right: None,
            line_right: None,
            category_right: None,
            verdict_right: None,
            captures_right: None,
            patch_right: None,
            wrong: None,
        }
    }

    /// Whether a build must stop at it: a case is wrong that was not blessed as wrong, a source changed, something cannot be read.
    pub fn is_regression(&self) -> bool {
        match (self.change, self.outcome) {
            (Some(Change::Same | Change::Fixed), _) => false,
            (Some(Change::Regressed), _) => true,
            (Some(Change::Changed), _) => self.kind == RowKind::Source,
            (Some(Change::New) | None, outcome) => matches!(outcome, Outcome::Wrong | Outcome::Unreadable),
        }
    }
}

/// Safe text of one line.
pub(super) fn safe(text: &str) -> String {
    let short = crate::report::inline::bounded(text);
    short.as_str().replace('\n', " ")
}

/// Sixteen digits that stand for a text; none for an empty one.
pub(super) fn digest(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| Fingerprint::of([Redacted::new(text).as_str()]).as_str().to_owned())
}
