//! Looks for all rules in all failed steps in one pass.
