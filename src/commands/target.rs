//! Which repository on GitHub is meant, and the client for it.
#![expect(clippy::disallowed_methods, reason = "shell: the environment says how patient the client is")]

use std::time::Duration;

use super::streams;
use crate::branch::Checkout;
use crate::failure::{Exit, Failure, Kind};
use crate::github::{Client, Host, RepoName, Settings, Token, Tokens};
use crate::options::{Output, Volume};

/// Remotes in the order in which gh looks at them.
const ORDER: &[&str] = &["upstream", "github", "origin"];

/// A repository on GitHub, and the way to it.
pub(super) struct Target {
    /// The repository.
    pub(super) repo: RepoName,
    /// Where tokens come from.
    pub(super) tokens: Tokens,
    /// Whether a person named it, or it was found in the checkout.
    pub(super) chosen: Chosen,
}

/// Who chose the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chosen {
    /// `-R` or `GH_REPO`.
    Named,
    /// A remote of the checkout.
    Remote,
}

/// Finds the repository: `-R`, `GH_REPO`, the checkout's remotes in gh's order.
///
/// # Errors
/// When nothing says which one is meant.
pub(super) fn target(named: Option<&str>, checkout: Option<&Checkout>) -> Result<Target, Failure> {
    let tokens = Tokens::read();
    let host = tokens.default_host();
    let asked = named.map(str::to_owned).or_else(|| tokens.repo.clone());
    if let Some(text) = asked {
        let repo = RepoName::parse(&text, &host)
            .ok_or_else(|| Failure::new(Kind::Usage, format!("`{text}` names no repository; expected [HOST/]OWNER/NAME")))?;
        return Ok(Target { repo, tokens, chosen: Chosen::Named });
    }
    match checkout.and_then(|checkout| of_remotes(checkout, &tokens)) {
        Some(repo) => Ok(Target { repo, tokens, chosen: Chosen::Remote }),
        None => Err(Failure::new(Kind::Usage, "no remote of this checkout says which repository on GitHub is meant")
            .hint("name it: -R OWNER/NAME, or GH_REPO=OWNER/NAME")),
    }
}

fn of_remotes(checkout: &Checkout, tokens: &Tokens) -> Option<RepoName> {
    let remotes = checkout.remotes();
    let named = |name: &str| remotes.iter().find(|remote| remote.name == name);
    let rest = remotes.iter().filter(|remote| !ORDER.contains(&remote.name.as_str()));
    let ordered = ORDER.iter().filter_map(|name| named(name)).chain(rest);
    let wanted = tokens.host.as_deref().and_then(|name| Host::new(name).ok());
    let fits = |repo: &RepoName| wanted.as_ref().map_or_else(|| tokens.knows(&repo.host), |wanted| *wanted == repo.host);
    ordered.filter_map(|remote| RepoName::of_remote(&remote.url)).find(fits)
}

impl Target {
    /// The token, or what to do to get one.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn token(&self) -> Result<Token, Failure> {
        let host = &self.repo.host;
        let variable = if host.is_service() { "GH_TOKEN" } else { "GH_ENTERPRISE_TOKEN" };
        self.tokens.token(host).map(|(token, _)| token).ok_or_else(|| {
            Failure::new(Kind::Authentication, format!("there is no token for {host}"))
                .hint(format!("log in: `gh auth login --hostname {host}`, or set {variable}"))
                .exits(Exit::Authentication)
        })
    }

    /// The client for a command that prints nothing of its own meanwhile.
    ///
    /// # Errors
    /// When none can be made.
    pub(super) fn quiet_client(&self, token: Option<&Token>) -> Result<Client, Failure> {
        let announce = |words: &str| streams::error(&format!("{}\n", crate::report::inline::one_line(words)));
        Ok(Client::new(&self.repo.host, token, settings(), Box::new(announce))?)
    }

    /// The client; long waits are announced on standard error.
    ///
    /// # Errors
    /// When none can be made.
    pub(super) fn client(&self, token: Option<&Token>, output: &Output) -> Result<Client, Failure> {
        let quiet = output.volume == Volume::Quiet;
        let announce = move |words: &str| {
            if !quiet {
                streams::error(&format!("{}\n", crate::report::inline::one_line(words)));
            }
        };
        Ok(Client::new(&self.repo.host, token, settings(), Box::new(announce))?)
    }
}

/// `AUTOHEAL_TIMEOUT`: seconds until a reply must begin; `AUTOHEAL_PATIENCE`: seconds that rate limits may cost in all.
fn settings() -> Settings {
    let seconds = |name: &str| {
        std::env::var(name).ok().and_then(|text| text.trim().parse().ok()).filter(|seconds| *seconds > 0).map(Duration::from_secs)
    };
    let usual = Settings::default();
    Settings {
        timeout: seconds("AUTOHEAL_TIMEOUT").unwrap_or(usual.timeout),
        patience: seconds("AUTOHEAL_PATIENCE").unwrap_or(usual.patience),
    }
}
