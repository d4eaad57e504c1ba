//! Turns a name that a log shows — a command, a label, an action, a module — into what is known about it: dated data.
//!
//! Each table is a YAML file beside this one, embedded as text and read when first asked for, so that starting costs nothing.
//! A name that no table holds is unknown, never fine: nothing may be installed, bumped or granted for it.

mod actions;
mod commands;
mod date;
mod inputs;
mod jdk;
mod labels;
mod libraries;
mod node;
mod options;
mod python;
mod references;
mod scopes;
mod tools;
mod version;

pub use actions::{Action, Migration, Refused, Runtime, action, actions, checkout_major, moved_action};
pub use commands::{CommandState, ShellCommand, WorkflowCommand, shell_command, workflow_command};
pub use date::Date;
pub use inputs::{ActionInputs, action_inputs};
pub use jdk::{class_file_of_jdk, jdk_of_class_file, long_term_jdks, newest_jdk_for_gradle, oldest_gradle_for};
pub use labels::{Architecture, ImageMove, LabelState, RunnerLabel, ToolChange, image_moves, runner_label, runner_labels};
pub use libraries::{AptRename, Library, LibraryKind, Snap, apt_rename, library, snap};
pub use node::{is_node_package, node_package};
pub use options::{RetiredOption, retired_options};
pub use python::{RemovedModule, is_removed_from_stdlib, pytest_plugin, python_distribution, removed_from_stdlib};
pub use references::{branch_of, majors_of, nearest_action, part_of};
pub use scopes::{
    Access, Level, is_scope, levels_of_scope, scope_for_operation, scopes_for, scopes_for_command, scopes_for_method, scopes_of_action,
};
pub use tools::{PackageManager, SetUp, Tool, tool, tools};
pub use version::ActionVersion;

/// The day up to which the tables know the world, as `YYYY-MM-DD`; reports print it.
pub const fn date() -> &'static str {
    "2026-11-23"
}

/// Reads an embedded table. A malformed one is empty, and the test of its module fails: a release never carries it.
fn read<T: serde::de::DeserializeOwned + Default>(text: &str) -> T {
    serde_yaml::from_str(text).unwrap_or_default()
}

/// Finds a row in a table that is sorted by `key`.
fn find<'a, R>(rows: &'a [R], wanted: &str, key: impl Fn(&'a R) -> &'a str) -> Option<&'a R> {
    rows.binary_search_by(|row| key(row).cmp(wanted)).ok().and_then(|index| rows.get(index))
}

#[cfg(test)]
mod testing {
    use std::fmt::Debug;

    /// Parses a table strictly: the error names line and column.
    pub(super) fn strict<T: serde::de::DeserializeOwned>(text: &str) -> T {
        serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Fails at the first row that stands before or beside its equal.
    pub(super) fn assert_sorted<K: Ord + Debug>(keys: impl IntoIterator<Item = K>) {
        let keys: Vec<K> = keys.into_iter().collect();
        assert!(!keys.is_empty(), "the table is empty");
        for pair in keys.windows(2) {
            assert!(pair[0] < pair[1], "{:?} must stand before {:?}, once", pair[1], pair[0]);
        }
    }

    /// Fails where a table is dated later than the almanac.
    pub(super) fn assert_dated(as_of: &super::Date) {
        assert!(as_of.as_str().len() == 10 && as_of.as_str() <= super::date(), "{as_of}");
    }
}
