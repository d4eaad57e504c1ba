//! Turns git's configuration into the author and the committer.

use gix::actor::Signature;
use gix::bstr::{BStr, BString, ByteSlice as _};
use gix::date::Time;

use super::{BranchError, Checkout};

/// The name on a commit when git's configuration has none.
pub const FALLBACK_NAME: &str = "gh-autoheal";

/// The address on a commit when git's configuration has none.
pub const FALLBACK_EMAIL: &str = "gh-autoheal@users.noreply.github.com";

/// Whose name stands on the commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The one that git's configuration or environment gives.
    Configured,
    /// Something was missing, so gh-autoheal's own name or address stands in: `git config user.name`, `user.email`.
    Fallback,
}

/// The two names on a commit.
#[derive(Debug, Clone)]
pub(super) struct Persons {
    pub(super) author: Signature,
    pub(super) committer: Signature,
    pub(super) identity: Identity,
}

impl Checkout {
    /// Who would stand as the author of a commit, as `Name <address>`, and whether git's configuration says so.
    ///
    /// # Errors
    /// When nobody is named, and git is told to make no guess (`user.useConfigOnly`).
    pub fn identity(&self) -> Result<(String, Identity), BranchError> {
        let persons = self.persons(0)?;
        Ok((format!("{} <{}>", persons.author.name, persons.author.email), persons.identity))
    }

    /// Author and committer at `when`, in UTC. Dates of the environment or the clock have no say: the same failure
    /// gives the same commit.
    pub(super) fn persons(&self, when: i64) -> Result<Persons, BranchError> {
        let committer = self.person("committer", self.repo.committer(), when)?;
        let author = self.person("author", self.repo.author(), when)?;
        let identity = if author.is_some() && committer.is_some() { Identity::Configured } else { Identity::Fallback };
        let committer = committer.unwrap_or_else(|| self.stand_in(when));
        let author = author.unwrap_or_else(|| committer.clone());
        Ok(Persons { author, committer, identity })
    }

    fn person(
        &self,
        role: &'static str,
        found: Option<gix::Result<gix::actor::SignatureRef<'_>>>,
        when: i64,
    ) -> Result<Option<Signature>, BranchError> {
        // An unreadable date in the environment is no matter: only name and address are taken.
        let person = found.and_then(Result::ok).map(|found| signature(found.name, found.email, when));
        let complete = person.filter(|person| !person.name.is_empty() && !person.email.is_empty());
        if complete.is_none() && self.repo.config_snapshot().boolean("user.useConfigOnly") == Some(true) {
            return Err(BranchError::NoIdentity { missing: role });
        }
        Ok(complete)
    }

    /// What is configured, completed by gh-autoheal's own name or address.
    fn stand_in(&self, when: i64) -> Signature {
        let config = self.repo.config_snapshot();
        let configured = |key: &str, otherwise: &str| {
            let value = config.string(key).map(|value| clean(value.as_bstr())).filter(|value| !value.is_empty());
            value.unwrap_or_else(|| otherwise.into())
        };
        let name = configured("user.name", FALLBACK_NAME);
        let email = configured("user.email", FALLBACK_EMAIL);
        Signature { name, email, time: Time::new(when, 0) }
    }
}

fn signature(name: &BStr, email: &BStr, when: i64) -> Signature {
    Signature { name: clean(name), email: clean(email), time: Time::new(when, 0) }
}

/// Drops what a commit's header cannot hold, and strips the ends as git does (`ident.c`, "crud").
fn clean(text: &BStr) -> BString {
    let crud = |byte: &u8| *byte <= 32 || b",:;<>\"\\'".contains(byte);
    let start = text.iter().position(|byte| !crud(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !crud(byte)).map_or(start, |last| last + 1);
    let kept = text.get(start..end).unwrap_or_default();
    kept.iter().copied().filter(|byte| !b"\n<>\0".contains(byte)).collect::<Vec<u8>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_loses_what_a_header_cannot_hold() {
        assert_eq!(clean(" Ada <Lovelace>\n".into()), "Ada Lovelace");
        assert_eq!(clean("\"; <>".into()), "");
    }
}
