//! Which server, and which repository on it.

use std::fmt;

use super::ApiError;

/// A server that speaks GitHub's API.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Host(String);

/// The one that is meant when nothing else is said.
const DEFAULT: &str = "github.com";

impl Default for Host {
    fn default() -> Self {
        Self(DEFAULT.to_owned())
    }
}

impl Host {
    /// Takes `github.com`, `ghe.example.com`, `octo.ghe.com`, or a loopback address with a port.
    ///
    /// # Errors
    /// When the text is no host.
    pub fn new(text: &str) -> Result<Self, ApiError> {
        let text = text.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/').to_ascii_lowercase();
        let sound = !text.is_empty() && text.len() < 254 && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c));
        let known = text.strip_prefix("www.").or_else(|| text.strip_prefix("ssh.")).filter(|rest| *rest == DEFAULT);
        let text = known.map_or_else(|| text.clone(), str::to_owned);
        if sound && !text.starts_with(['-', '.', ':']) { Ok(Self(text)) } else { Err(ApiError::Host(text)) }
    }

    /// The name, with a port where one was given.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Whether it is this machine: only then plain http is spoken.
    pub fn is_loopback(&self) -> bool {
        let bare = match self.0.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or(""),
            None => self.0.rsplit_once(':').map_or(self.0.as_str(), |(name, _)| name),
        };
        bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Whether it is GitHub's own service, for tokens and features (gh's `IsEnterprise`, the other way round).
    pub fn is_service(&self) -> bool {
        self.0 == DEFAULT || self.0.ends_with(".ghe.com")
    }

    /// The page of the host: `https://github.com`.
    pub fn site(&self) -> String {
        format!("{}://{}", if self.is_loopback() { "http" } else { "https" }, self.0)
    }

    /// The address of the REST API (go-gh `pkg/api`, `RESTPrefix`).
    pub fn api(&self) -> String {
        match self.0.as_str() {
            DEFAULT => "https://api.github.com".to_owned(),
            tenant if tenant.ends_with(".ghe.com") => format!("https://api.{tenant}"),
            _ => format!("{}/api/v3", self.site()),
        }
    }

    /// What stands in front of `/graphql`, seen from the REST address: a server has it beside `v3`.
    pub fn graphql(&self) -> String {
        if self.is_service() { format!("{}/graphql", self.api()) } else { format!("{}/api/graphql", self.site()) }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A repository on a server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RepoName {
    /// The server.
    pub host: Host,
    /// Its owner.
    pub owner: String,
    /// Its name.
    pub name: String,
}

impl RepoName {
    /// Reads `OWNER/NAME` or `HOST/OWNER/NAME`; none for anything else.
    pub fn parse(text: &str, host: &Host) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            [owner, name] => Self::of(host.clone(), owner, name),
            [host, owner, name] => Self::of(Host::new(host).ok()?, owner, name),
            _ => None,
        }
    }

    /// The repository that a remote's address names: https, ssh, scp form, or git's own protocol.
    pub fn of_remote(url: &str) -> Option<Self> {
        let (host, path) = match url.split_once("://") {
            Some((scheme, rest)) => {
                let (authority, path) = rest.split_once('/')?;
                let host = authority.rsplit('@').next()?;
                // The port of ssh says nothing about the API; that of http is part of the host.
                let host = if scheme.starts_with("http") { host } else { host.split(':').next()? };
                matches!(scheme, "https" | "http" | "ssh" | "git" | "git+ssh" | "ssh+git").then_some((host, path))?
            }
            None => {
                let (authority, path) = url.split_once(':')?;
                if authority.contains('/') {
                    return None;
                }
                (authority.rsplit('@').next()?, path)
            }
        };
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let (owner, name) = path.split_once('/')?;
        let host = Host::new(host).ok()?;
        // A file's path or a drive letter is no host.
        (host.name().contains('.') || host.is_loopback()).then_some(())?;
        Self::of(host, owner, name)
    }

    fn of(host: Host, owner: &str, name: &str) -> Option<Self> {
        let sound = |part: &str| {
            !part.is_empty() && part != "." && part != ".." && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        (sound(owner) && sound(name)).then(|| Self { host, owner: owner.to_owned(), name: name.to_owned() })
    }

    /// `/repos/OWNER/NAME`.
    pub fn path(&self) -> String {
        format!("/repos/{}/{}", self.owner, self.name)
    }

    /// Its page.
    pub fn site(&self) -> String {
        format!("{}/{}/{}", self.host.site(), self.owner, self.name)
    }

    /// Whether two names mean the same: GitHub does not mind letters' case.
    pub fn same(&self, other: &Self) -> bool {
        self.host == other.host && self.owner.eq_ignore_ascii_case(&other.owner) && self.name.eq_ignore_ascii_case(&other.name)
    }

    /// `OWNER/NAME`.
    pub fn full(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }
}

impl fmt::Display for RepoName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host == Host::default() {
            write!(formatter, "{}/{}", self.owner, self.name)
        } else {
            write!(formatter, "{}/{}/{}", self.host, self.owner, self.name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_name_repositories() {
        let cases = [
            ("https://github.com/octo/weather.git", "octo/weather"),
            ("https://x-access-token@github.com/octo/weather", "octo/weather"),
            ("git@github.com:octo/weather.git", "octo/weather"),
            ("ssh://git@ssh.github.com:443/octo/weather.git", "octo/weather"),
            ("ssh://git@ghe.example.com:2222/octo/weather", "ghe.example.com/octo/weather"),
            ("http://127.0.0.1:8080/octo/weather.git", "127.0.0.1:8080/octo/weather"),
        ];
        for (url, wanted) in cases {
            assert_eq!(RepoName::of_remote(url).map(|repo| repo.to_string()).as_deref(), Some(wanted), "{url}");
        }
        for url in [
            "/srv/git/weather.git",
            "../weather",
            "file:///srv/octo/weather",
            "C:\\git\\weather",
            "https://github.com/octo",
            "https://github.com/a/b/c",
        ] {
            assert_eq!(RepoName::of_remote(url), None, "{url}");
        }
    }

    #[test]
    fn each_host_has_its_address() {
        let api = |host: &str| Host::new(host).unwrap().api();
        assert_eq!(api("github.com"), "https://api.github.com");
        assert_eq!(api("octo.ghe.com"), "https://api.octo.ghe.com");
        assert_eq!(api("ghe.example.com"), "https://ghe.example.com/api/v3");
        assert_eq!(api("127.0.0.1:99"), "http://127.0.0.1:99/api/v3");
        assert!(Host::new("a b").is_err() && Host::new("").is_err() && Host::new("a/b").is_err());
        assert!(!Host::new("127.0.0.1.example.com").unwrap().is_loopback());
    }
}
