//! What must stay the same of a diagnosis when its log is made shorter.

use std::collections::BTreeMap;

use super::Neutral;
use crate::remedy::{Failure, Verdict};
use crate::rules::Category;

/// A diagnosis without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The rule; none when no rule explains it.
    pub rule: Option<String>,
    /// Its category.
    pub category: Category,
    /// What to do with it.
    pub verdict: Verdict,
    /// The line that says why.
    pub cause: Option<String>,
    /// What the rule's named groups caught.
    pub captures: BTreeMap<String, String>,
    /// The identity across runs; none where it is not compared.
    pub fingerprint: Option<String>,
    /// The patch as a unified diff; empty when there is none.
    pub patch: String,
}

impl Signature {
    /// Of a failure and the patch that heals it.
    pub fn of(failure: &Failure, patch: String) -> Self {
        let diagnosis = &failure.diagnosis;
        Self {
            rule: diagnosis.rule.clone(),
            category: diagnosis.category,
            verdict: failure.verdict,
            cause: diagnosis.cause.as_ref().map(|cause| cause.text.clone()),
            captures: diagnosis.captures.clone(),
            fingerprint: Some(failure.fingerprint.as_str().to_owned()),
            patch,
        }
    }

    /// The same in words without secrets and without names of hosts and users.
    #[must_use]
    pub fn neutral(&self, neutral: &Neutral) -> Self {
        Self {
            cause: self.cause.as_deref().map(|text| neutral.line(text)),
            captures: self.captures.iter().map(|(name, value)| (name.clone(), neutral.line(value))).collect(),
            patch: neutral.text(&self.patch),
            ..self.clone()
        }
    }

    /// The same without the identity.
    #[must_use]
    pub fn without_fingerprint(&self) -> Self {
        Self { fingerprint: None, ..self.clone() }
    }
}
