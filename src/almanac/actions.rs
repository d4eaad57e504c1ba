//! Turns an action's name into its majors, what the service refuses of it, and what a bump changes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::version::is_commit;
use super::{ActionVersion, Date, find, read};

const TEXT: &str = include_str!("actions.yml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    actions: Vec<Action>,
    moved: Vec<Moved>,
}

/// An action and what is known of its versions.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Action {
    /// `owner/name`, in lower case.
    pub name: String,
    newest: u32,
    majors: Vec<Major>,
    /// Actions that must be bumped in the same patch, where both are used.
    #[serde(default)]
    pub together: Vec<String>,
    #[serde(default)]
    refused: Vec<Refused>,
    #[serde(default)]
    migrations: Vec<Migration>,
    #[serde(default)]
    pins: Vec<Pin>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Major {
    major: u32,
    runtime: Runtime,
}

/// What runs an action (`runs.using`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runtime {
    /// Not known.
    Unknown,
    /// Built into the runner, as checkout v1 was.
    Plugin,
    /// Node 12: gone, run with a newer one.
    Node12,
    /// Node 16: gone, run with a newer one.
    Node16,
    /// Node 20: removed from the runner on 2026-09-23, run with Node 24.
    Node20,
    /// Node 24; needs runner 2.327.1.
    Node24,
    /// Steps of other actions and shells.
    Composite,
    /// A container.
    Docker,
}

/// Versions that the service refuses.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Refused {
    majors: Vec<u32>,
    #[serde(default)]
    exact_below: Vec<ExactBelow>,
    /// Since when.
    pub since: Date,
    /// References that the service's message or announcement names as accepted.
    pub accepted: Vec<String>,
    /// How it is known.
    pub source: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ExactBelow {
    major: u32,
    version: String,
}

/// What a bump over one major changes for the caller.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Migration {
    /// The major that brings the change.
    pub to: u32,
    /// Inputs with another name, old to new; values stay.
    #[serde(default)]
    pub renamed: BTreeMap<String, String>,
    /// Inputs that must be there, with a value for where they are absent.
    #[serde(default)]
    pub required: BTreeMap<String, String>,
    /// Inputs with the value that keeps the old default; add them only where the old behaviour is relied on.
    #[serde(default)]
    pub keeps: BTreeMap<String, String>,
    /// Inputs that are gone and can be deleted without loss.
    #[serde(default)]
    pub dropped: Vec<String>,
    /// Inputs that are gone and have no successor: where one is used, stop and advise.
    #[serde(default)]
    pub lost: Vec<String>,
    /// More than inputs must change, in a script or a configuration file: stop and advise.
    #[serde(default)]
    pub script: bool,
    /// What else changes, for a person.
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Pin {
    version: String,
    commit: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Moved {
    from: String,
    to: String,
}

impl Action {
    /// The newest major that was seen.
    pub const fn newest_major(&self) -> u32 {
        self.newest
    }

    /// The majors that a row holds.
    pub(super) fn majors(&self) -> Vec<u32> {
        self.majors.iter().map(|row| row.major).collect()
    }

    /// What runs a major; unknown for majors that no row holds.
    pub fn runtime(&self, major: u32) -> Runtime {
        self.majors.iter().find(|row| row.major == major).map_or(Runtime::Unknown, |row| row.runtime)
    }

    /// Why the service refuses a reference: a version (`v3`, `v4.0.2`) or a commit whose version is known. None for what is
    /// accepted and for what is not known.
    pub fn refused(&self, reference: &str) -> Option<&Refused> {
        let version = ActionVersion::parse(self.version_of(reference).unwrap_or(reference))?;
        self.refused.iter().find(|row| row.covers(version))
    }

    /// The smallest major, not below `from`, that the service accepts and whose runtime still lives.
    pub fn smallest_supported(&self, from: u32) -> Option<u32> {
        self.smallest(from, |runtime| matches!(runtime, Runtime::Node20 | Runtime::Node24 | Runtime::Composite | Runtime::Docker))
    }

    /// The smallest major, not below `from`, that the service accepts and that runs on Node 24 or needs no Node.
    pub fn smallest_on_node24(&self, from: u32) -> Option<u32> {
        self.smallest(from, |runtime| matches!(runtime, Runtime::Node24 | Runtime::Composite | Runtime::Docker))
    }

    fn smallest(&self, from: u32, fits: impl Fn(Runtime) -> bool) -> Option<u32> {
        let accepted = |major: u32| self.refused(&format!("v{major}")).is_none();
        self.majors.iter().filter(|row| row.major >= from && fits(row.runtime)).map(|row| row.major).find(|major| accepted(*major))
    }

    /// What changes on the way from one major to a later one, in order.
    pub fn migrations(&self, from: u32, to: u32) -> impl Iterator<Item = &Migration> {
        self.migrations.iter().filter(move |step| from < step.to && step.to <= to)
    }

    /// The commit of an exact version (`v4.2.2`), where public workflows agree on it.
    pub fn commit_of(&self, version: &str) -> Option<&str> {
        let version = version.strip_prefix('v').unwrap_or(version);
        self.pins.iter().find(|pin| pin.version == version).map(|pin| pin.commit.as_str())
    }

    /// The newest version of a major whose commit is known: version without `v`, commit.
    pub fn newest_pin(&self, major: u32) -> Option<(&str, &str)> {
        let of_major = |pin: &&Pin| ActionVersion::parse(&pin.version).is_some_and(|version| version.major == major);
        self.pins.iter().rfind(of_major).map(|pin| (pin.version.as_str(), pin.commit.as_str()))
    }

    /// The exact version, without `v`, that a commit stands for.
    pub fn version_of(&self, commit: &str) -> Option<&str> {
        let pin = self.pins.iter().find(|pin| is_commit(commit) && pin.commit.eq_ignore_ascii_case(commit))?;
        Some(&pin.version)
    }
}

impl Refused {
    fn covers(&self, version: ActionVersion) -> bool {
        let old = |row: &&ExactBelow| row.major == version.major && version.is_exact();
        let below = |row: &ExactBelow| ActionVersion::parse(&row.version).is_some_and(|limit| version < limit);
        self.majors.contains(&version.major) || self.exact_below.iter().find(old).is_some_and(below)
    }
}

/// What is known of an action. Sub-actions (`actions/cache/restore`) are their repository's; case does not count.
pub fn action(name: &str) -> Option<&'static Action> {
    let mut parts = name.split('/');
    let repository = format!("{}/{}", parts.next()?, parts.next()?).to_ascii_lowercase();
    find(&TABLE.actions, &repository, |row| &row.name)
}

/// All actions that the table holds, by name.
pub fn actions() -> &'static [Action] {
    &TABLE.actions
}

/// Where an action lives on with the same inputs.
pub fn moved_action(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    find(&TABLE.moved, &name, |row| &row.from).map(|row| row.to.as_str())
}

/// The major of `actions/checkout` to use where a repository uses none yet.
pub fn checkout_major() -> u32 {
    action("actions/checkout").map_or(7, Action::newest_major)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::almanac::testing::{assert_dated, assert_sorted, strict};

    fn known(name: &str) -> &'static Action {
        action(name).unwrap_or_else(|| panic!("{name} is not in the table"))
    }

    #[test]
    fn the_table_is_strict_dated_sorted_and_unique() {
        let table: Table = strict(TEXT);
        assert_dated(&table.as_of);
        assert_sorted(table.actions.iter().map(|row| &row.name));
        assert_sorted(table.moved.iter().map(|row| &row.from));
        for row in &table.actions {
            assert_eq!(row.name, row.name.to_ascii_lowercase());
            assert_sorted(row.majors.iter().map(|major| major.major));
            let versions = row.pins.iter().map(|pin| ActionVersion::parse(&pin.version).unwrap());
            assert!(versions.clone().is_sorted(), "{}", row.name);
            assert!(row.pins.iter().all(|pin| is_commit(&pin.commit)), "{}", row.name);
            assert!(row.migrations.is_sorted_by_key(|step| step.to), "{}", row.name);
        }
    }

    #[test]
    fn the_newest_major_is_the_last_and_never_refused() {
        for row in actions() {
            assert_eq!(row.majors.last().map(|major| major.major), Some(row.newest), "{}", row.name);
            assert!(row.refused(&format!("v{}", row.newest)).is_none(), "{}", row.name);
            for refused in &row.refused {
                for accepted in &refused.accepted {
                    assert!(row.refused(accepted).is_none(), "{} {accepted}", row.name);
                }
            }
        }
    }

    #[test]
    fn what_belongs_together_is_known_too() {
        for name in actions().iter().flat_map(|row| &row.together) {
            assert!(known(name).together.iter().all(|back| action(back).is_some()), "{name}");
        }
    }

    #[test]
    fn old_artifact_actions_are_refused_and_lead_to_version_four() {
        let upload = known("actions/upload-artifact");
        assert_eq!(upload.refused("v3").unwrap().since.as_str(), "2025-01-30");
        assert!(upload.refused("v1.0.0").is_some());
        assert!(upload.refused("v4").is_none());
        assert!(upload.refused("main").is_none());
        assert_eq!(upload.smallest_supported(2), Some(4));
        assert_eq!(upload.smallest_on_node24(4), Some(6));
    }

    #[test]
    fn a_commit_is_judged_by_the_version_it_stands_for() {
        let upload = known("actions/upload-artifact");
        assert!(upload.refused("a8a3f3ad30e3422c9c7b888a15615d19a852ae32").is_some());
        assert!(upload.refused("ea165f8d65b6e75b540449e92b4886f43607fa02").is_none());
        assert!(upload.refused("0000000000000000000000000000000000000000").is_none());
        let (version, commit) = upload.newest_pin(4).unwrap();
        assert_eq!(upload.commit_of(&format!("v{version}")), Some(commit));
        assert_eq!(upload.version_of(commit), Some(version));
    }

    #[test]
    fn exact_cache_versions_are_refused_below_a_limit_and_floating_ones_are_not() {
        let cache = known("actions/cache/restore");
        for refused in ["v1", "v2.1.7", "v3.3.2", "v4.0.2", "4.1.2"] {
            assert!(cache.refused(refused).is_some(), "{refused}");
        }
        for accepted in ["v3", "v4", "v3.4.0", "v4.2.0", "v4.3.0", "v5.0.5"] {
            assert!(cache.refused(accepted).is_none(), "{accepted}");
        }
        assert_eq!(cache.smallest_supported(1), Some(4));
    }

    #[test]
    fn migrations_are_those_on_the_way() {
        let java: Vec<_> = known("actions/setup-java").migrations(1, 4).collect();
        assert_eq!(java.len(), 1);
        assert_eq!(java[0].required.get("distribution").map(String::as_str), Some("temurin"));
        let node: Vec<_> = known("actions/setup-node").migrations(2, 6).collect();
        assert_eq!(node.iter().map(|step| step.to).collect::<Vec<_>>(), [3, 5, 6]);
        assert_eq!(node[0].renamed.get("version").map(String::as_str), Some("node-version"));
        assert!(known("actions/setup-node").migrations(4, 4).next().is_none());
    }

    #[test]
    fn names_are_found_whatever_their_case() {
        assert_eq!(known("Azure/login").name, "azure/login");
        assert_eq!(moved_action("messense/maturin-action"), Some("pyo3/maturin-action"));
        assert!(action("nobody/nothing").is_none());
        assert!(action("./.github/actions/local").is_none());
        assert!(action("").is_none());
        assert!(checkout_major() >= 7);
        assert_eq!(known("actions/checkout").runtime(4), Runtime::Node20);
    }
}
