//! The plain search: every pattern of every rule on every line. Slow, and so simple that the fast one is tested against it.

use std::ops::Range;

use super::{Candidate, Engine};
use crate::rules::RuleSet;
use crate::transcript::LogText;

/// Names every line for every rule.
#[derive(Debug, Clone, Copy, Default)]
pub struct EveryLine;

impl Engine for EveryLine {
    fn candidates(&self, rules: &RuleSet, _: &LogText, lines: Range<usize>, found: &mut dyn FnMut(Candidate<'_>)) {
        let patterns: Vec<Vec<usize>> = (0..rules.len()).map(|rule| (0..rules.patterns(rule)).collect()).collect();
        for line in lines {
            for (rule, patterns) in patterns.iter().enumerate() {
                found(Candidate { rule, line, patterns });
            }
        }
    }
}
