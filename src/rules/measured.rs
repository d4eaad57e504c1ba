//! How often each rule was right on recorded cases.

use super::Rank;

/// The share of recorded cases on which the rule was right, from 0 to 1; with two imagined cases, one right and one wrong, so
/// that few cases do not make certain. A rule without recorded cases has its rank's share.
pub fn confidence(id: &str, rank: Rank) -> f64 {
    match recorded(id) {
        Some((right, seen)) => (f64::from(right + 1) / f64::from(seen + 2)).clamp(0.05, 0.99),
        None => match rank {
            Rank::Cause => 0.75,
            Rank::Symptom => 0.55,
            Rank::Wrapper => 0.35,
        },
    }
}

/// On how many recorded cases the rule was right, and on how many it spoke; none for a rule that has met none.
pub fn recorded(id: &str) -> Option<(u32, u32)> {
    let index = super::catalogue::MEASURED.binary_search_by(|(name, _, _)| (*name).cmp(id)).ok()?;
    super::catalogue::MEASURED.get(index).map(|(_, right, seen)| (*right, *seen))
}
