//! How often each check was right where a maintainer's repair says so.

use super::Check;
use crate::rules::{Rank, measured};

/// Real repairs of workflows that GitHub refused, by check: how often the repair that is offered is the maintainer's, and how often one
/// is offered. `docs/check.md` says how it was counted.
const MEASURED: &[(&str, u32, u32)] = &[
    ("action-refused", 7, 7),
    ("empty-step", 3, 3),
    ("exclusive-filters", 2, 2),
    ("expression-syntax", 4, 4),
    ("invalid-id", 1, 1),
    ("runner-label-retired", 21, 21),
    ("unexpected-key", 8, 8),
    ("unexpected-value", 6, 6),
    ("yaml-syntax", 17, 17),
];

/// The share of measured cases on which a check was right, with two imagined cases, one right and one wrong; a check that met none
/// has what rules without recorded cases have.
pub fn confidence(check: &Check) -> f64 {
    match MEASURED.binary_search_by(|(id, _, _)| (*id).cmp(check.id)).ok().and_then(|index| MEASURED.get(index)) {
        Some((_, right, seen)) => f64::from(right + 1) / f64::from(seen + 2),
        None => measured::confidence(check.id, Rank::Cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_is_a_check_and_stands_once_in_order() {
        assert!(MEASURED.is_sorted_by(|one, other| one.0 < other.0));
        for (id, right, seen) in MEASURED {
            assert!(super::super::check(id).is_some() && right <= seen, "{id}");
        }
    }
}
