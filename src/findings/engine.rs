//! What a search over a text must give: every line that may match a rule.

use std::ops::Range;

use crate::rules::RuleSet;
use crate::transcript::LogText;

/// A line that may match a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Index of the rule.
    pub rule: usize,
    /// Index of the line in the text.
    pub line: usize,
    /// Indices of those of the rule's patterns that can match it at all, in ascending order.
    pub patterns: &'a [usize],
}

/// A way to find the lines that may match. It may name lines and patterns that do not match; it must leave none out. It names a rule
/// once for each line at most, and the lines of one rule in ascending order.
pub trait Engine {
    /// Names each line in `lines` that may match a rule.
    fn candidates(&self, rules: &RuleSet, text: &LogText, lines: Range<usize>, found: &mut dyn FnMut(Candidate<'_>));
}
