//! Turns the list of failures into groups that a person reads once: the legs of a matrix fail alike.

use super::Outcome;
use crate::remedy::Failure;

/// Failures that are the same to a reader.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// The one to read.
    pub lead: &'a Failure,
    /// The others, in their order.
    pub others: Vec<&'a Failure>,
}

/// Groups the failures of an outcome; the order of first occurrence stays.
pub fn groups(outcome: &Outcome) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for failure in &outcome.healing.failures {
        match groups.iter_mut().find(|group| alike(outcome, group.lead, failure)) {
            Some(group) => group.others.push(failure),
            None => groups.push(Group { lead: failure, others: Vec::new() }),
        }
    }
    groups
}

/// Whether two failures differ only in the leg, or in numbers of the message.
fn alike(outcome: &Outcome, one: &Failure, other: &Failure) -> bool {
    let step = |failure| outcome.step(failure).and_then(|step| step.name.as_deref());
    let job = |failure| outcome.job(failure).map(|job| without_leg(&job.name));
    let line = |failure: &Failure| failure.diagnosis.cause.as_ref().map(|cause| cause.text.clone());
    one.inspected.is_none()
        && one.verdict == other.verdict
        && one.diagnosis.rule == other.diagnosis.rule
        && step(one) == step(other)
        && job(one) == job(other)
        && (one.fingerprint == other.fingerprint || line(one) == line(other))
}

/// `test` of `test (ubuntu-24.04, 3.12)`: a leg's values stand in brackets at the end.
fn without_leg(job: &str) -> &str {
    if job.ends_with(')') { job.split_once(" (").map_or(job, |(name, _)| name) } else { job }
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn legs_that_fail_alike_are_read_once() {
        let outcome = example::committed();
        let groups = groups(&outcome);
        assert_eq!(outcome.healing.failures.len(), 4);
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0].others.len(), 2);
    }

    #[test]
    fn a_leg_is_what_stands_in_brackets_at_the_end() {
        assert_eq!(without_leg("test (a, b)"), "test");
        assert_eq!(without_leg("lint (fast) now"), "lint (fast) now");
        assert_eq!(without_leg("build"), "build");
    }
}
