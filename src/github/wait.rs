//! How long to wait before a request is sent again.

use std::hash::{BuildHasher as _, Hasher as _};
use std::time::Duration;

use super::Reply;

/// Waits of a read that failed by itself: then it is given up.
const BACKOFF: [Duration; 3] = [Duration::from_millis(400), Duration::from_millis(1_200), Duration::from_millis(3_000)];

/// What GitHub asks for when it names nothing else
/// (<https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit>).
const AT_LEAST: Duration = Duration::from_secs(60);

/// How long a rate limit asks to wait; none when the reply is about something else. `now` is in seconds since 1970.
pub(super) fn rate_limit(reply: &Reply, now: i64, tries: u32) -> Option<Duration> {
    if !matches!(reply.status, 403 | 429) {
        return None;
    }
    if let Some(seconds) = reply.header("retry-after").and_then(|text| text.trim().parse().ok()) {
        return Some(Duration::from_secs(seconds));
    }
    if reply.header("x-ratelimit-remaining").map(str::trim) == Some("0") {
        let reset: i64 = reply.header("x-ratelimit-reset").and_then(|text| text.trim().parse().ok())?;
        return Some(Duration::from_secs(u64::try_from(reset.saturating_sub(now)).unwrap_or(0).saturating_add(1)));
    }
    let words = reply.message().to_ascii_lowercase();
    let limited = reply.status == 429 || words.contains("secondary rate limit") || words.contains("api rate limit exceeded");
    limited.then(|| AT_LEAST.saturating_mul(1 << tries.min(4)))
}

/// How long to wait before a failed read is tried for the `tries`th time; none when it is to be given up.
pub(super) fn backoff(tries: u32) -> Option<Duration> {
    BACKOFF.get(usize::try_from(tries).ok()?).map(|wait| jitter(*wait))
}

/// The wait and up to half of it more, so that many clients do not come back at once.
fn jitter(wait: Duration) -> Duration {
    // A hasher with random keys is the standard library's only source of chance.
    let chance = std::collections::hash_map::RandomState::new().build_hasher().finish();
    let more = u64::try_from(wait.as_millis()).unwrap_or(0) / 2;
    wait + Duration::from_millis(if more == 0 { 0 } else { chance % more })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, headers: &[(&str, &str)], message: &str) -> Reply {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Reply { status, headers, body: format!("{{\"message\": \"{message}\"}}").into_bytes() }
    }

    #[test]
    fn limits_say_how_long() {
        let seconds = |reply: &Reply, tries| rate_limit(reply, 1_000, tries).map(|wait| wait.as_secs());
        assert_eq!(seconds(&reply(429, &[("retry-after", "7")], ""), 0), Some(7));
        assert_eq!(seconds(&reply(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1030")], ""), 0), Some(31));
        assert_eq!(seconds(&reply(403, &[], "You have exceeded a secondary rate limit. Please wait"), 0), Some(60));
        assert_eq!(seconds(&reply(403, &[], "You have exceeded a secondary rate limit"), 1), Some(120));
        assert_eq!(seconds(&reply(403, &[("x-ratelimit-remaining", "59")], "Resource not accessible by integration"), 0), None);
        assert_eq!(seconds(&reply(422, &[("retry-after", "7")], ""), 0), None);
    }

    #[test]
    fn a_failed_read_is_given_up_at_last() {
        assert!(backoff(0).is_some_and(|wait| wait >= BACKOFF[0] && wait < BACKOFF[0] * 2));
        assert_eq!(backoff(3), None);
    }
}
