//! The way to GitHub that all plans of one call share: what may still be opened, what was opened, what was read.

use super::super::target::Target;
use crate::failure::Failure;
use crate::github::{Client, Listed, Memory, Token};
use crate::options::{Output, Publishing};

/// The way.
pub(in crate::commands) struct Line {
    pub(super) client: Client,
    pub(super) memory: Memory,
    pub(super) token: Token,
    pub(super) left: usize,
    pub(super) fresh: Vec<Listed>,
}

impl Line {
    /// Opens it; nothing is asked yet.
    ///
    /// # Errors
    /// When there is no token, or no client can be made.
    pub(in crate::commands) fn open(aim: &Target, publishing: &Publishing, output: &Output) -> Result<Self, Failure> {
        let token = aim.token()?;
        let client = aim.client(Some(&token), output)?;
        Ok(Self { client, memory: Memory::default(), token, left: publishing.policy.caps.per_run, fresh: Vec::new() })
    }
}
