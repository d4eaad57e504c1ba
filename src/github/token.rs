#![expect(clippy::disallowed_methods, reason = "shell: tokens stand in the environment, in gh's files, or are asked of gh")]
//! Tokens: found in gh's order, and never shown.

use std::fmt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Host;

/// A token. It has no text of its own for messages, logs or debuggers.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(***)")
    }
}

/// What kind of token it is, by its prefix
/// (<https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// `ghp_`: a person's classic token, with scopes.
    Classic,
    /// `gho_`: of an OAuth app, as gh's own login, with scopes.
    OAuth,
    /// `github_pat_`: a person's fine-grained token; its permissions are not visible.
    FineGrained,
    /// `ghu_`: of a person through an App.
    UserOfApp,
    /// `ghs_`: of an App's installation, `GITHUB_TOKEN` of a job among them.
    Installation,
    /// Any other.
    Unknown,
}

impl Token {
    /// Takes a text, without the blanks around it; none when nothing is left, or it cannot stand in a header.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Self(text.to_owned()))
    }

    /// The kind.
    pub fn kind(&self) -> TokenKind {
        let starts = |prefix: &str| self.0.starts_with(prefix);
        match () {
            () if starts("ghp_") => TokenKind::Classic,
            () if starts("gho_") => TokenKind::OAuth,
            () if starts("github_pat_") => TokenKind::FineGrained,
            () if starts("ghu_") => TokenKind::UserOfApp,
            () if starts("ghs_") => TokenKind::Installation,
            () => TokenKind::Unknown,
        }
    }

    /// The secret itself: for a header or a helper's environment, nowhere else.
    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

/// Where a token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenSource {
    /// This variable.
    Variable(&'static str),
    /// gh's file of hosts.
    HostsFile,
    /// `gh auth token`: gh's keyring.
    Gh,
}

/// Where tokens and hosts are looked for: the environment, read once.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    variables: Vec<(&'static str, Token)>,
    config: Option<PathBuf>,
    gh: Option<PathBuf>,
    /// `GH_HOST`.
    pub host: Option<String>,
    /// `GH_REPO`.
    pub repo: Option<String>,
}

/// The variables of GitHub's own service, in order (`gh help environment`).
const SERVICE: &[&str] = &["GH_TOKEN", "GITHUB_TOKEN"];

/// Those of other servers.
const ENTERPRISE: &[&str] = &["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];

impl Tokens {
    /// Reads the environment.
    pub fn read() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let variables = SERVICE.iter().chain(ENTERPRISE).filter_map(|name| Some((*name, Token::new(&text(name)?)?))).collect();
        let home = || std::env::home_dir().map(|home| home.join(".config").join("gh"));
        let config = text("GH_CONFIG_DIR")
            .map(PathBuf::from)
            .or_else(|| text("XDG_CONFIG_HOME").map(|dir| PathBuf::from(dir).join("gh")))
            .or_else(|| text("AppData").filter(|_| cfg!(windows)).map(|dir| PathBuf::from(dir).join("GitHub CLI")))
            .or_else(home);
        let gh = text("GH_PATH").map_or_else(|| PathBuf::from("gh"), PathBuf::from);
        Self { variables, config, gh: Some(gh), host: text("GH_HOST"), repo: text("GH_REPO") }
    }

    /// The token for a host, in gh's order: variables, the file of hosts, gh's keyring.
    pub fn token(&self, host: &Host) -> Option<(Token, TokenSource)> {
        let names = if host.is_service() { SERVICE } else { ENTERPRISE };
        let variable = names.iter().find_map(|name| self.variables.iter().find(|(known, _)| known == name));
        if let Some((name, token)) = variable {
            return Some((token.clone(), TokenSource::Variable(name)));
        }
        let entry = self.hosts_file().and_then(|file| file.get(host.name()).cloned());
        if let Some(token) = entry.as_ref().and_then(stored).and_then(|text| Token::new(&text)) {
            return Some((token, TokenSource::HostsFile));
        }
        self.of_gh(host).map(|token| (token, TokenSource::Gh))
    }

    /// Whether a remote on this host is a repository of GitHub's, as far as can be known offline: the service, this machine, or a
    /// server that gh or a variable names.
    pub fn knows(&self, host: &Host) -> bool {
        let named = self.host.as_deref().and_then(|name| Host::new(name).ok());
        let enterprise = || self.variables.iter().any(|(name, _)| ENTERPRISE.contains(name));
        let listed = || self.hosts_file().is_some_and(|file| file.get(host.name()).is_some());
        host.is_service() || host.is_loopback() || named.as_ref() == Some(host) || enterprise() || listed()
    }

    /// The host that is meant: `GH_HOST`, else the only one of gh's file, else github.com.
    pub fn default_host(&self) -> Host {
        let only = || {
            let file = self.hosts_file()?;
            let mut names = file.as_mapping()?.keys().filter_map(|name| name.as_str().map(str::to_owned));
            let first = names.next()?;
            names.next().is_none().then_some(first)
        };
        self.host.clone().or_else(only).and_then(|name| Host::new(&name).ok()).unwrap_or_default()
    }

    fn hosts_file(&self) -> Option<serde_yaml::Value> {
        let path = self.config.as_ref()?.join("hosts.yml");
        let text =
            std::fs::metadata(&path).ok().filter(|metadata| metadata.len() < 1 << 20).and_then(|_| std::fs::read_to_string(&path).ok())?;
        serde_yaml::from_str(&text).ok()
    }

    fn of_gh(&self, host: &Host) -> Option<Token> {
        let mut gh = Command::new(self.gh.as_ref()?);
        gh.args(["auth", "token", "--hostname", host.name()]).stdin(Stdio::null()).stderr(Stdio::null());
        let output = gh.output().ok().filter(|output| output.status.success())?;
        Token::new(&String::from_utf8_lossy(&output.stdout))
    }
}

/// `oauth_token` of a host, or of its active user.
fn stored(entry: &serde_yaml::Value) -> Option<String> {
    let direct = || entry.get("oauth_token")?.as_str();
    let of_user = || entry.get("users")?.get(entry.get("user")?.as_str()?)?.get("oauth_token")?.as_str();
    direct().or_else(of_user).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(variables: &[(&'static str, &str)], config: Option<PathBuf>) -> Tokens {
        let variables = variables.iter().filter_map(|(name, text)| Some((*name, Token::new(text)?))).collect();
        Tokens { variables, config, gh: Some(PathBuf::from("/nowhere/gh")), host: None, repo: None }
    }

    fn source(tokens: &Tokens, host: &str) -> Option<(String, TokenSource)> {
        tokens.token(&Host::new(host).unwrap()).map(|(token, source)| (token.secret().to_owned(), source))
    }

    #[test]
    fn the_order_is_gh_s() {
        let folder = tempfile::tempdir().unwrap();
        let file = "github.com:\n  oauth_token: gho_file\n  user: me\nghe.example.com:\n  user: me\n  users:\n    me:\n      oauth_token: gho_user\n";
        std::fs::write(folder.path().join("hosts.yml"), file).unwrap();
        let config = Some(folder.path().to_owned());
        let all = [("GH_TOKEN", "one"), ("GITHUB_TOKEN", "two"), ("GH_ENTERPRISE_TOKEN", "three"), ("GITHUB_ENTERPRISE_TOKEN", "four")];
        let named = |name, text: &str| Some((text.to_owned(), TokenSource::Variable(name)));
        assert_eq!(source(&tokens(&all, config.clone()), "github.com"), named("GH_TOKEN", "one"));
        assert_eq!(source(&tokens(&all[1..], config.clone()), "octo.ghe.com"), named("GITHUB_TOKEN", "two"));
        assert_eq!(source(&tokens(&all, config.clone()), "ghe.example.com"), named("GH_ENTERPRISE_TOKEN", "three"));
        assert_eq!(source(&tokens(&all[3..], config.clone()), "ghe.example.com"), named("GITHUB_ENTERPRISE_TOKEN", "four"));
        assert_eq!(source(&tokens(&all[..2], config.clone()), "ghe.example.com"), Some(("gho_user".to_owned(), TokenSource::HostsFile)));
        assert_eq!(source(&tokens(&[], config), "github.com"), Some(("gho_file".to_owned(), TokenSource::HostsFile)));
        assert_eq!(source(&tokens(&[], None), "github.com"), None);
    }

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::new(" ghp_secret\n").unwrap();
        assert_eq!(format!("{token:?}"), "Token(***)");
        assert_eq!(token.kind(), TokenKind::Classic);
        assert_eq!(Token::new("a\nb"), None);
    }

    #[test]
    fn the_only_host_of_gh_is_the_default() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("hosts.yml"), "ghe.example.com:\n  user: me\n").unwrap();
        let found = tokens(&[], Some(folder.path().to_owned()));
        assert_eq!(found.default_host().name(), "ghe.example.com");
        assert_eq!(Tokens { host: Some("octo.ghe.com".to_owned()), ..found }.default_host().name(), "octo.ghe.com");
        assert_eq!(tokens(&[], None).default_host().name(), "github.com");
    }
}
