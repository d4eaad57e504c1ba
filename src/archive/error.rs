//! Turns a source that cannot be read into a reason.

/// Why a source cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// Looks like a zip, but its directory cannot be read.
    #[error("{name} is not a complete zip archive: {reason}")]
    BrokenZip {
        /// The source.
        name: String,
        /// What the reader said.
        reason: String,
    },
    /// An entry needs a password.
    #[error("{name} is encrypted: `{entry}` needs a password, which run logs never do")]
    Encrypted {
        /// The source.
        name: String,
        /// The entry.
        entry: String,
    },
    /// A readable zip or folder that holds no log.
    #[error("{name} holds no run log: found {found}, expected `<job>/<n>_<step>.txt` or `<n>_<job>.txt`")]
    NoLogs {
        /// The source.
        name: String,
        /// What is there instead.
        found: String,
    },
    /// More than the limits allow.
    #[error("{name} is too large: {what} is more than {limit}")]
    TooLarge {
        /// The source.
        name: String,
        /// What grew too large.
        what: String,
        /// The limit, as a person reads it.
        limit: String,
    },
    /// Nothing in it.
    #[error("{name} is empty: expected a run log")]
    Empty {
        /// The source.
        name: String,
    },
    /// Bytes that are neither a zip nor text.
    #[error("{name} is neither a zip archive nor a text: it starts with {start}")]
    NotText {
        /// The source.
        name: String,
        /// Its first bytes, written out.
        start: String,
    },
}
