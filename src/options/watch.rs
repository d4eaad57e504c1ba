//! What to watch, and what to do about it.

use std::path::PathBuf;
use std::time::Duration;

use super::Publishing;
use super::publish::publishing;
use crate::cli::{AllowArg, Watch};
use crate::failure::{Failure, Kind};
use crate::rules::Safety;

/// What to watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchRequest {
    /// Checkouts to heal; none and no repository: the one around the current folder.
    pub checkouts: Vec<PathBuf>,
    /// Repositories without a checkout.
    pub repositories: Vec<String>,
    /// The greatest risk of a change.
    pub allowed: Safety,
    /// How long.
    pub span: Span,
    /// Between two looks.
    pub interval: Duration,
    /// A command for each new cause.
    pub exec: Option<String>,
    /// An address for each new plan.
    pub webhook: Option<String>,
    /// How to publish; none to publish nothing.
    pub publish: Option<Publishing>,
}

/// How long to watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// One look.
    Once,
    /// Until somebody stops it.
    Always,
}

/// Decides what to watch.
///
/// # Errors
/// When an address would carry a plan in the clear, or two words about publishing exclude each other.
pub(super) fn watch(typed: &Watch) -> Result<WatchRequest, Failure> {
    if let Some(address) = typed.webhook.as_deref().filter(|address| !is_private(address)) {
        return Err(Failure::new(Kind::Usage, format!("--webhook: `{address}` is no https address"))
            .hint("a plan holds parts of a log, so it is sent encrypted, or to this machine: https://HOST/PATH, http://127.0.0.1:PORT/"));
    }
    Ok(WatchRequest {
        checkouts: typed.repo.clone(),
        repositories: typed.repository.clone(),
        allowed: if typed.allow == AllowArg::Safe { Safety::Safe } else { Safety::NeedsReview },
        span: if typed.once { Span::Once } else { Span::Always },
        interval: Duration::from_secs(typed.interval),
        exec: typed.exec.clone(),
        webhook: typed.webhook.clone(),
        publish: typed.publish.then(|| publishing(&typed.policy)).transpose()?,
    })
}

/// Whether nobody reads along on the way to an address.
fn is_private(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("http://") else { return address.starts_with("https://") };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    ["127.0.0.1", "localhost", "[::1]"].contains(&host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_never_sent_in_the_clear() {
        for good in ["https://monitor.example/x", "http://127.0.0.1:80/x", "http://localhost", "http://[::1]:8080/x"] {
            assert!(is_private(good), "{good}");
        }
        for bad in ["http://monitor.example", "http://127.0.0.1.example/x", "http://127.0.0.1@monitor.example/", "ftp://x", "x"] {
            assert!(!is_private(bad), "{bad}");
        }
    }
}
