//! What a search over a text must give: every line that may match a rule.

use std::ops::Range;

use crate::rules::RuleSet;
use crate::rules::literals::Literal;
use crate::transcript::LogText;

/// A line that may match a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Candidate {
    /// Index of the rule.
    pub rule: usize,
    /// Index of the line in the text.
    pub line: usize,
}

/// A way to find the lines that may match. It may name lines that do not match, and the same one several times; it must
/// leave none out. The lines of one rule come in ascending order.
pub trait Engine {
    /// Names each line in `lines` that may match a rule.
    fn candidates(&self, rules: &RuleSet, text: &LogText, lines: Range<usize>, found: &mut dyn FnMut(Candidate));

    /// Whether a pattern with these required texts can match `line` at all: cheaper than the pattern itself.
    fn worth_trying(&self, literals: &[Literal], line: &str) -> bool;
}
