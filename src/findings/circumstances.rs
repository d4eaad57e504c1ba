//! What the caller knows about a run beyond its log: the time limits in the workflow file.

use std::time::Duration;

pub use crate::workflow::locate::Limit;

/// What is known about a run beyond its log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// For each job its time limit; unknown for a job beyond the end.
    pub limits: Vec<Limit>,
}

impl Circumstances {
    /// The time limit of the job at an index.
    pub fn limit(&self, job: usize) -> Limit {
        self.limits.get(job).copied().unwrap_or_default()
    }
}

/// The limit of a job that sets none, in minutes.
const DEFAULT_MINUTES: u32 = 360;

/// Whether a job that was cancelled after `ran` was cancelled by this limit.
///
/// A limit that is known must be met within 5 seconds before and a minute after. Of an unknown one only this much can
/// be said: people write multiples of five minutes, so a job cancelled within half a minute of one was more
/// likely stopped by its limit than by a hand; the chance of a coincidence is one in ten.
pub(super) fn was_met(limit: Limit, ran: Duration) -> bool {
    match limit {
        Limit::Minutes(minutes) => met(minutes, ran, Duration::from_secs(60)),
        Limit::Default => met(DEFAULT_MINUTES, ran, Duration::from_secs(60)),
        Limit::Unknown => {
            let nearest = ran.saturating_add(EARLY).as_secs() / 300 * 5;
            nearest >= 5 && u32::try_from(nearest).is_ok_and(|minutes| met(minutes, ran, Duration::from_secs(25)))
        }
    }
}

/// The runner's clock may be a little behind the service's.
const EARLY: Duration = Duration::from_secs(5);

fn met(minutes: u32, ran: Duration, late: Duration) -> bool {
    let limit = Duration::from_secs(u64::from(minutes) * 60);
    ran.saturating_add(EARLY) >= limit && ran <= limit + late
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_met_shortly_before_and_soon_after_it() {
        let seconds = Duration::from_secs;
        for (limit, ran, expected) in [
            (Limit::Minutes(10), 594, false),
            (Limit::Minutes(10), 595, true),
            (Limit::Minutes(10), 660, true),
            (Limit::Minutes(10), 661, false),
            (Limit::Default, 21_600, true),
            (Limit::Default, 600, false),
            (Limit::Unknown, 597, true),
            (Limit::Unknown, 624, true),
            (Limit::Unknown, 640, false),
            (Limit::Unknown, 3, false),
        ] {
            assert_eq!(was_met(limit, seconds(ran)), expected, "{limit:?} {ran}");
        }
    }
}
