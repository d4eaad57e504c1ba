//! Turns a command that a job lacks into what brings it: a package, an installer of a language, or a setup action.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Date, find, read};

const TEXT: &str = include_str!("tools.yml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    setups: Vec<SetUp>,
    tools: Vec<Tool>,
}

/// Who installs packages of a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PackageManager {
    /// Debian and Ubuntu.
    Apt,
    /// Alpine.
    Apk,
    /// Fedora and its kin.
    Dnf,
    /// Homebrew, on macOS.
    Brew,
    /// Chocolatey, on Windows.
    Choco,
    /// The Windows package manager; its names are identifiers.
    Winget,
}

/// A command and what brings it.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tool {
    /// The command.
    pub command: String,
    #[serde(default)]
    apt: Option<String>,
    #[serde(default)]
    apk: Option<String>,
    #[serde(default)]
    dnf: Option<String>,
    #[serde(default)]
    brew: Option<String>,
    #[serde(default)]
    choco: Option<String>,
    #[serde(default)]
    winget: Option<String>,
    /// What `pip install` brings it.
    #[serde(default)]
    pub pip: Option<String>,
    /// What `npm install --global` brings it.
    #[serde(default)]
    pub npm: Option<String>,
    /// What `cargo install --locked` brings it.
    #[serde(default)]
    pub cargo: Option<String>,
    /// What `gem install` brings it.
    #[serde(default)]
    pub gem: Option<String>,
    /// What `go install` brings it, without `@` and the version.
    #[serde(default)]
    pub go: Option<String>,
    /// What `rustup component add` brings it.
    #[serde(default)]
    pub rustup: Option<String>,
    #[serde(default)]
    setup: Option<String>,
}

/// An action that sets up a tool.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SetUp {
    /// `owner/name`, as written behind `uses`.
    pub action: String,
    /// The reference to use where the repository does not use the action yet.
    pub reference: String,
    /// Inputs that it needs, with values for where the repository does not say otherwise.
    #[serde(default)]
    pub with: BTreeMap<String, String>,
}

impl Tool {
    /// The packages to install with a manager, parted by blanks; none where it has no package there or it is not known.
    pub fn package_for(&self, manager: PackageManager) -> Option<&str> {
        match manager {
            PackageManager::Apt => self.apt.as_deref(),
            PackageManager::Apk => self.apk.as_deref(),
            PackageManager::Dnf => self.dnf.as_deref(),
            PackageManager::Brew => self.brew.as_deref(),
            PackageManager::Choco => self.choco.as_deref(),
            PackageManager::Winget => self.winget.as_deref(),
        }
    }

    /// The action that sets it up, for tools whose version a workflow should choose: prefer it to a package.
    pub fn setup(&self) -> Option<&'static SetUp> {
        find(&TABLE.setups, self.setup.as_deref()?, |row| &row.action)
    }
}

/// What brings a command. None for unknown ones, which are never installed. `.exe` does not count.
pub fn tool(command: &str) -> Option<&'static Tool> {
    find(&TABLE.tools, command.strip_suffix(".exe").unwrap_or(command), |row| &row.command)
}

/// All tools that the table holds, by command.
pub fn tools() -> &'static [Tool] {
    &TABLE.tools
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::almanac::testing::{assert_dated, assert_sorted, strict};

    fn apt(command: &str) -> Option<&'static str> {
        tool(command)?.package_for(PackageManager::Apt)
    }

    #[test]
    fn the_table_is_strict_dated_sorted_and_unique() {
        let table: Table = strict(TEXT);
        assert_dated(&table.as_of);
        assert_sorted(table.tools.iter().map(|row| &row.command));
        assert_sorted(table.setups.iter().map(|row| &row.action));
        assert!(table.tools.iter().filter(|row| row.apt.is_some()).count() >= 250);
    }

    #[test]
    fn every_setup_that_is_named_exists() {
        for row in tools() {
            assert_eq!(row.setup.is_some(), row.setup().is_some(), "{}", row.command);
        }
    }

    #[test]
    fn every_package_is_plain_words() {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._@/ ".contains(&byte);
        for row in tools() {
            let names =
                [&row.apt, &row.apk, &row.dnf, &row.brew, &row.choco, &row.winget, &row.pip, &row.npm, &row.cargo, &row.gem, &row.go];
            for name in names.into_iter().flatten() {
                assert!(name.bytes().all(plain) && !name.starts_with('-'), "{}: {name}", row.command);
            }
        }
    }

    #[test]
    fn commands_lead_to_the_package_with_the_real_name() {
        for (command, package) in [
            ("xmllint", "libxml2-utils"),
            ("rg", "ripgrep"),
            ("convert", "imagemagick"),
            ("dot", "graphviz"),
            ("protoc", "protobuf-compiler"),
            ("pdflatex", "texlive-latex-base"),
            ("ninja", "ninja-build"),
            ("psql", "postgresql-client"),
            ("autoreconf", "autoconf automake libtool"),
            ("envsubst", "gettext-base"),
            ("killall", "psmisc"),
        ] {
            assert_eq!(apt(command), Some(package), "{command}");
        }
        assert_eq!(tool("cmake.exe").unwrap().package_for(PackageManager::Winget), Some("Kitware.CMake"));
        assert_eq!(tool("pytest").unwrap().pip.as_deref(), Some("pytest"));
        assert_eq!(tool("cargo-clippy").unwrap().rustup.as_deref(), Some("clippy"));
        for unknown in ["", "my-tool", "./run", "rm -rf /"] {
            assert!(tool(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn tools_whose_version_matters_have_a_setup_action() {
        let java = tool("java").unwrap().setup().unwrap();
        assert_eq!((java.action.as_str(), java.with.get("distribution").map(String::as_str)), ("actions/setup-java", Some("temurin")));
        assert_eq!(tool("go").unwrap().setup().unwrap().action, "actions/setup-go");
        assert!(tool("jq").unwrap().setup().is_none());
    }

    #[test]
    fn setup_actions_are_not_refused_and_not_newer_than_known() {
        for row in &TABLE.setups {
            let Some(action) = crate::almanac::action(&row.action) else { continue };
            assert!(action.refused(&row.reference).is_none(), "{}", row.action);
            let major = crate::almanac::ActionVersion::parse(&row.reference).unwrap().major;
            assert!(major <= action.newest_major(), "{}", row.action);
        }
    }
}
