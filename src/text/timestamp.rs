//! Points in time as the runner stamps them.

use std::time::Duration;

/// A point in UTC, in units of 100 nanoseconds since 1970: the resolution of a log's stamps, which carry seven
/// fractional digits (actions/runner, .NET round-trip format).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    const PER_SECOND: i64 = 10_000_000;

    /// The point `ticks` × 100 ns after 1970-01-01T00:00:00Z.
    pub const fn from_ticks(ticks: i64) -> Self {
        Self(ticks)
    }

    /// Ticks of 100 ns since 1970.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// The point `seconds` after 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(Self::PER_SECOND))
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(Self::PER_SECOND)
    }

    /// Reads RFC 3339 text, as the API and the logs write it.
    pub fn parse(text: &str) -> Option<Self> {
        let instant: jiff::Timestamp = text.parse().ok()?;
        i64::try_from(instant.as_nanosecond() / 100).ok().map(Self)
    }

    /// How long after `earlier` it is; nothing when it is before.
    pub fn since(self, earlier: Self) -> Duration {
        let ticks = u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0);
        Duration::from_nanos(ticks.saturating_mul(100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_of_the_runner_reads_to_its_last_digit() {
        let stamp = Timestamp::parse("1970-01-01T00:00:01.1234567Z");
        assert_eq!(stamp.map(Timestamp::ticks), Some(11_234_567));
        assert_eq!(Timestamp::parse("yesterday"), None);
    }
}
