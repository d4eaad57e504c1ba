//! Why a conversation with GitHub failed, and what to type next.

use crate::failure::{Exit, Failure, Kind};

/// What went wrong. Messages of the API are foreign text: show them through [`crate::text::Redacted`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// No connection came about, or it broke.
    #[error("{host} cannot be reached: {reason}")]
    Unreachable {
        /// The API's address.
        host: String,
        /// The system's words.
        reason: String,
    },
    /// No reply came in time.
    #[error("{host} gave no answer to {path} within {seconds} s")]
    TimedOut {
        /// The API's address.
        host: String,
        /// What was asked.
        path: String,
        /// The limit.
        seconds: u64,
    },
    /// The reply is larger than anything that was asked for.
    #[error("the answer to {path} is larger than {most} bytes")]
    TooLarge {
        /// What was asked.
        path: String,
        /// The bound.
        most: u64,
    },
    /// The reply is not what the API documents.
    #[error("the answer to {path} is not what GitHub's API documents: {reason}")]
    NotJson {
        /// What was asked.
        path: String,
        /// What is odd.
        reason: String,
    },
    /// The rate limit asks for more patience than is allowed.
    #[error("GitHub's rate limit asks to wait {seconds} s more, beyond the {most} s that are waited at most")]
    RateLimit {
        /// What is asked for.
        seconds: u64,
        /// The bound.
        most: u64,
    },
    /// The API refused.
    #[error("GitHub refused {path} with {status}: {message}")]
    Refused {
        /// What was asked.
        path: String,
        /// The status.
        status: u16,
        /// The API's words.
        message: String,
    },
    /// Somebody pressed Ctrl-C.
    #[error("cancelled")]
    Cancelled,
    /// The address of the host is none.
    #[error("`{0}` is no host that can be spoken to")]
    Host(String),
}

impl ApiError {
    /// The status of a refusal.
    pub const fn status(&self) -> Option<u16> {
        if let Self::Refused { status, .. } = self { Some(*status) } else { None }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let message = error.to_string();
        let again = "run the same command again: it finds what is there and completes what is missing";
        match &error {
            ApiError::Refused { status: 401, .. } => Self::new(Kind::Authentication, message)
                .hint("the token is not valid (any more): `gh auth login`, or set GH_TOKEN")
                .exits(Exit::Authentication),
            ApiError::Refused { status: 403, message: words, .. } if words.contains("SAML") => Self::new(Kind::Authentication, message)
                .hint("authorise the token for the organisation's single sign-on: `gh auth refresh`")
                .exits(Exit::Authentication),
            ApiError::Refused { status: 403, message: words, .. } if words.contains("not accessible") => {
                Self::new(Kind::Authentication, message)
                    .hint("the token lacks a permission: contents, issues and pull requests write; in a job, `permissions:`")
                    .exits(Exit::Authentication)
            }
            ApiError::Refused { status: 404, .. } => Self::new(Kind::Network, message)
                .hint("it is not there, or this token may not see it: check -R OWNER/NAME and `gh auth status`"),
            ApiError::Cancelled => Self::new(Kind::Network, message).hint(again).exits(Exit::Usage),
            ApiError::Unreachable { .. } | ApiError::TimedOut { .. } => {
                Self::new(Kind::Network, message).hint(again).hint("on a slow network, allow more seconds: AUTOHEAL_TIMEOUT=180")
            }
            ApiError::RateLimit { .. } => Self::new(Kind::Network, message).hint("run the same command again later"),
            ApiError::Host(_) => Self::new(Kind::Usage, message).hint("GH_HOST and -R name a host such as github.com or ghe.example.com"),
            _ => Self::new(Kind::Network, message).hint(again),
        }
    }
}
