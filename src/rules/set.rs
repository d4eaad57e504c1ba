//! The rules that are in force.

use super::Rule;

/// The rules that are in force, by id.
#[derive(Debug, Default)]
pub struct RuleSet {
    /// Sorted by id.
    pub rules: Vec<Rule>,
}
