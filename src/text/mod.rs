//! The small types that every stage shares: where a piece of text stands, and text that is safe to show.

mod fingerprint;
mod nearest;
mod os;
mod path;
mod redacted;
mod relay;
mod span;
mod timestamp;

pub use fingerprint::Fingerprint;
pub use nearest::nearest;
pub use os::OperatingSystem;
pub use path::{InvalidRepoPath, RepoPath};
pub use redacted::Redacted;
pub use relay::relayed;
pub use span::{ByteSpan, LineNumber, Position};
pub use timestamp::Timestamp;

/// An oddity met on the way that stops nothing: what was found, and where.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The file, entry or job that is odd, in the source's own words.
    pub place: String,
    /// What was found and what was expected.
    pub message: String,
}

impl Problem {
    /// Notes that `place` is odd in the way that `message` says.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }
}
