//! Turns the name of a library — as pkg-config, a linker, a compiler or CMake asks for it — into the package that holds it.

use std::sync::LazyLock;

use super::{Date, PackageManager, find, read};

const TEXT: &str = include_str!("system-libraries.yml");
const RENAMES: &str = include_str!("apt-renames.yml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));
static RENAME_TABLE: LazyLock<RenameTable> = LazyLock::new(|| read(RENAMES));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    libraries: Vec<Library>,
    objects: Vec<Library>,
}

/// A library and its packages.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Library {
    #[serde(default)]
    pkg_config: Vec<String>,
    #[serde(default)]
    link: Vec<String>,
    #[serde(default)]
    headers: Vec<String>,
    #[serde(default)]
    cmake: Vec<String>,
    #[serde(default)]
    object: Option<String>,
    #[serde(default)]
    apt: Option<String>,
    #[serde(default)]
    apk: Option<String>,
    #[serde(default)]
    dnf: Option<String>,
    #[serde(default)]
    brew: Option<String>,
}

/// Who asks for a library, and so what its name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LibraryKind {
    /// pkg-config: `gtk+-3.0`.
    PkgConfig,
    /// The linker: `asound` of `-lasound`.
    Link,
    /// The compiler: `openssl/ssl.h`.
    Header,
    /// CMake's `find_package`: `OpenSSL`.
    Cmake,
    /// The loader at run time: `libGL.so.1`.
    Object,
}

impl Library {
    /// The packages to install with a manager, parted by blanks; none where they are not known.
    pub fn package_for(&self, manager: PackageManager) -> Option<&str> {
        match manager {
            PackageManager::Apt => self.apt.as_deref(),
            PackageManager::Apk => self.apk.as_deref(),
            PackageManager::Dnf => self.dnf.as_deref(),
            PackageManager::Brew => self.brew.as_deref(),
            PackageManager::Choco | PackageManager::Winget => None,
        }
    }

    /// How well a header fits: an exact name beats every folder, a longer folder a shorter one.
    fn header_fit(&self, header: &str) -> usize {
        let fit = |entry: &String| match entry.as_str() {
            exact if exact == header => usize::MAX,
            folder if folder.ends_with('/') && header.starts_with(folder) => folder.len(),
            _ => 0,
        };
        self.headers.iter().map(fit).max().unwrap_or(0)
    }
}

/// What holds a library, by the name that `kind` asks with. A version behind a pkg-config name (`gtk4 >= 4.6`) is ignored.
pub fn library(kind: LibraryKind, name: &str) -> Option<&'static Library> {
    let name = name.split_whitespace().next()?;
    let rows = &TABLE.libraries;
    match kind {
        LibraryKind::PkgConfig => rows.iter().find(|row| row.pkg_config.iter().any(|entry| entry == name)),
        LibraryKind::Link => rows.iter().find(|row| row.link.iter().any(|entry| entry == name)),
        LibraryKind::Cmake => rows.iter().find(|row| row.cmake.iter().any(|entry| entry.eq_ignore_ascii_case(name))),
        LibraryKind::Header => rows.iter().filter(|row| row.header_fit(name) > 0).max_by_key(|row| row.header_fit(name)),
        LibraryKind::Object => TABLE.objects.iter().find(|row| row.object.as_deref() == Some(name)),
    }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RenameTable {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    renames: Vec<AptRename>,
    snaps: Vec<Snap>,
}

/// A program that Ubuntu has as a snap only.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Snap {
    /// The package by which apt had it.
    pub package: String,
    /// What `snap install` takes: the snap's name and its confinement.
    pub snap: String,
    /// The first release of Ubuntu without the package: `20.04`.
    pub since: String,
}

/// The snap that took the place of a package, on a release of Ubuntu (`24.04`).
pub fn snap(package: &str, release: &str) -> Option<&'static Snap> {
    find(&RENAME_TABLE.snaps, package, |row| &row.package).filter(|row| row.since.as_str() <= release)
}

/// A package of Ubuntu with another name from a release on.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AptRename {
    /// The old name.
    pub from: String,
    /// The new name.
    pub to: String,
    /// The first release of Ubuntu that has only the new one: `24.04`.
    pub since: String,
}

/// The new name of a package on a release of Ubuntu (`24.04`), where it has one there.
pub fn apt_rename(package: &str, release: &str) -> Option<String> {
    let row = find(&RENAME_TABLE.renames, package, |row| &row.from).filter(|row| row.since.as_str() <= release);
    row.map(|row| row.to.clone()).or_else(|| of_python_3(package, release))
}

/// Debian's policy calls a module of Python 3 `python3-NAME`; those of Python 2, `python-NAME`, ended with Ubuntu 20.04
/// (<https://www.debian.org/doc/packaging-manuals/python-policy/#module-package-names>). The interpreter's own packages are no modules.
fn of_python_3(package: &str, release: &str) -> Option<String> {
    let module = package.strip_prefix("python-").filter(|_| release >= "20.04")?;
    let interpreter = ["minimal", "all", "doc", "examples", "dbg", "apt"].iter().any(|own| module.starts_with(own));
    (!interpreter).then(|| format!("python3-{module}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::almanac::testing::{assert_dated, assert_sorted, strict};

    fn apt(kind: LibraryKind, name: &str) -> Option<&'static str> {
        library(kind, name)?.package_for(PackageManager::Apt)
    }

    #[test]
    fn the_tables_are_strict_and_dated_and_no_name_stands_twice() {
        let table: Table = strict(TEXT);
        assert_dated(&table.as_of);
        assert!(table.libraries.len() >= 120);
        assert_sorted(table.objects.iter().map(|row| row.object.clone()));
        let kinds: [fn(&Library) -> &Vec<String>; 4] = [|row| &row.pkg_config, |row| &row.link, |row| &row.headers, |row| &row.cmake];
        for names in kinds {
            let mut seen = BTreeSet::new();
            for name in table.libraries.iter().flat_map(names) {
                assert!(seen.insert(name.clone()), "{name} stands twice");
            }
        }
        let renames: RenameTable = strict(RENAMES);
        assert_dated(&renames.as_of);
        assert_sorted(renames.renames.iter().map(|row| &row.from));
        assert_sorted(renames.snaps.iter().map(|row| &row.package));
    }

    #[test]
    fn a_library_is_found_by_each_of_its_names() {
        assert_eq!(apt(LibraryKind::PkgConfig, "openssl"), Some("libssl-dev"));
        assert_eq!(apt(LibraryKind::PkgConfig, "gtk4 >= 4.6"), Some("libgtk-4-dev"));
        assert_eq!(apt(LibraryKind::Link, "asound"), Some("libasound2-dev"));
        assert_eq!(apt(LibraryKind::Cmake, "openssl"), Some("libssl-dev"));
        assert_eq!(apt(LibraryKind::Object, "libGL.so.1"), Some("libgl1"));
        assert_eq!(library(LibraryKind::PkgConfig, "alsa").unwrap().package_for(PackageManager::Apk), Some("alsa-lib-dev"));
        for nothing in ["", "nothing-at-all", "-rf /"] {
            assert_eq!(apt(LibraryKind::PkgConfig, nothing), None);
        }
    }

    #[test]
    fn an_exact_header_beats_its_folder() {
        assert_eq!(apt(LibraryKind::Header, "openssl/ssl.h"), Some("libssl-dev"));
        assert_eq!(apt(LibraryKind::Header, "xkbcommon/xkbcommon-x11.h"), Some("libxkbcommon-x11-dev"));
        assert_eq!(apt(LibraryKind::Header, "xkbcommon/xkbcommon.h"), Some("libxkbcommon-dev"));
        assert_eq!(apt(LibraryKind::Header, "Python.h"), Some("python3-dev"));
        assert_eq!(apt(LibraryKind::Header, "own/header.h"), None);
    }

    #[test]
    fn a_rename_holds_from_its_release_on() {
        assert_eq!(apt_rename("libasound2", "24.04").unwrap(), "libasound2t64");
        assert!(apt_rename("libasound2", "22.04").is_none());
        assert_eq!(apt_rename("p7zip-full", "26.04").unwrap(), "7zip");
        assert!(apt_rename("jq", "26.04").is_none());
        assert_eq!(apt_rename("python-yaml", "24.04").as_deref(), Some("python3-yaml"));
        assert!(apt_rename("python-yaml", "18.04").is_none() && apt_rename("python-minimal", "24.04").is_none());
        assert_eq!(snap("snapcraft", "24.04").unwrap().snap, "snapcraft --classic");
    }
}
