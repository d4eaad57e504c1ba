//! Which versions of tools and packages a log tells of.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::transcript::LogText;

/// How many versions are kept: log text is hostile.
const MOST: usize = 2000;
/// A longer line is data.
const LONGEST: usize = 4000;

/// How tools tell a version, each with the groups `name` and `version`, or `version` and a fixed name.
const TELLINGS: [(&str, &str); 16] = [
    // actions/toolkit's tool cache, which every setup action prints or exports.
    ("", r"[/\\]hostedtoolcache[/\\](?:windows[/\\])?(?P<name>[A-Za-z][\w-]*)[/\\](?P<version>\d+\.[\w.+-]+)[/\\]"),
    // actions/setup-node: `Environment details`.
    ("", r"^(?P<name>node|npm|yarn|pnpm|bun|deno): v?(?P<version>\d+\.\d+\S*)$"),
    // actions/setup-python, setup-go, setup-java, setup-dotnet.
    ("Python", r"^Successfully set up CPython \((?P<version>[\w.+-]+)\)"),
    ("Go", r"^(?:Successfully set up Go version |go version go)v?(?P<version>\d[\w.]*)"),
    ("Java", r"^Resolved Java (?P<version>\d[\w.+-]*) from "),
    (".NET SDK", r"^dotnet-install: .*[Ii]nstalled version is (?P<version>\d[\w.+-]*)"),
    // rustc --version, and rustup's report of an installation.
    ("", r"^(?:.* installed - )?(?P<name>rustc|cargo|rustup|ruby|pip) (?P<version>\d+\.\d+[\w.-]*)[ ,(]"),
    // `x version 1.2.3`, `Terraform v1.2.3`, `Python 3.12.1`.
    ("", r"^(?P<name>[A-Za-z][\w.+-]*(?: [A-Z]\w+)?) [Vv]ersion:? v?(?P<version>\d+(?:\.\d+)+[\w.+-]*)"),
    (
        "",
        r"^(?P<name>Terraform|OpenTofu|Python|Gradle|Poetry|Apache Maven|PHPUnit|Composer|Flutter|Xcode) v?\(?(?:version )?(?P<version>\d+(?:\.\d+)+[\w.+-]*)",
    ),
    // Package managers: uv, go, cargo, apt, Bundler, Composer, Homebrew.
    ("", r"^ \+ (?P<name>[\w.-]+)==(?P<version>\S+)$"),
    ("", r"^go: downloading (?P<name>\S+) v(?P<version>\S+)$"),
    ("", r"^ +(?:Downloaded|Compiling) (?P<name>[\w-]+) v(?P<version>\d\S*)"),
    ("", r"^Setting up (?P<name>[\w.+-]+)(?::\w+)? \((?P<version>[^)]+)\)"),
    ("", r"^(?:Installing|Fetching|Using) (?P<name>[\w-]+) (?P<version>\d+\.\d[\w.]*)(?: |$)"),
    ("", r"^  - (?:Installing|Downloading|Upgrading) (?P<name>[\w.-]+/[\w.-]+) \(v?(?P<version>[^)]+)\)"),
    ("", r"^==> Pouring (?P<name>[\w@.+-]+?)--(?P<version>\d[\w._-]*?)\.(?:arm64|x86_64|all|sonoma|sequoia|ventura|big_sur|monterey)"),
];

static PATTERNS: LazyLock<Vec<(&str, Regex)>> =
    LazyLock::new(|| TELLINGS.iter().filter_map(|(name, pattern)| Some((*name, Regex::new(pattern).ok()?))).collect());

/// The versions of tools and packages that a log tells of, by name; of several of one tool the first.
pub fn versions(text: &LogText) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in (0..text.len()).map(|line| text.text(line)) {
        if line.len() > LONGEST || found.len() >= MOST || !line.bytes().any(|byte| byte.is_ascii_digit()) {
            continue;
        }
        if let Some(list) = line.trim_start().strip_prefix("Successfully installed ") {
            // pip: `name-1.2.3 name-4.5`.
            for (name, version) in list.split(' ').filter_map(|item| item.rsplit_once('-')) {
                found.entry(name.to_owned()).or_insert_with(|| version.to_owned());
            }
            continue;
        }
        if let Some(header) = line.strip_prefix("platform ").and_then(|rest| rest.split_once(" -- ")) {
            // pytest: `platform linux -- Python 3.12.1, pytest-8.0.0, pluggy-1.4.0`.
            for (name, version) in header.1.split(", ").filter_map(|item| item.rsplit_once(['-', ' '])) {
                found.entry(name.to_owned()).or_insert_with(|| version.to_owned());
            }
            continue;
        }
        let told = PATTERNS.iter().find_map(|(name, pattern)| {
            let caught = pattern.captures(line)?;
            let name = caught.name("name").map_or(*name, |name| name.as_str());
            Some((name.to_owned(), caught.name("version")?.as_str().to_owned()))
        });
        if let Some((name, version)) = told {
            found.entry(name).or_insert(version);
        }
    }
    found
}
