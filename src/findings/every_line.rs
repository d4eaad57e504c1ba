//! The plain search: every rule on every line. Slow, and so simple that the fast one is tested against it.

use std::ops::Range;

use super::{Candidate, Engine};
use crate::rules::RuleSet;
use crate::rules::literals::Literal;
use crate::transcript::LogText;

/// Names every line for every rule.
#[derive(Debug, Clone, Copy, Default)]
pub struct EveryLine;

impl Engine for EveryLine {
    fn candidates(&self, rules: &RuleSet, _: &LogText, lines: Range<usize>, found: &mut dyn FnMut(Candidate)) {
        for line in lines {
            for rule in 0..rules.len() {
                found(Candidate { rule, line });
            }
        }
    }

    fn worth_trying(&self, _: &[Literal], _: &str) -> bool {
        true
    }
}
