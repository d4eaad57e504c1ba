//! Turns a command of a Node project into the npm package that it comes from.

use std::sync::LazyLock;

use super::{Date, find, read};

const TEXT: &str = include_str!("node-packages.yml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    commands: Vec<Row>,
    modules: Vec<String>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Row {
    command: String,
    package: String,
}

/// The npm package of a command: `tsc` is `typescript`. None for unknown ones, which are never installed.
pub fn node_package(command: &str) -> Option<&'static str> {
    find(&TABLE.commands, command, |row| &row.command).map(|row| row.package.as_str())
}

/// Whether the table names this npm package, as a command's or as a module's own.
pub fn is_node_package(package: &str) -> bool {
    TABLE.modules.iter().any(|module| module == package) || TABLE.commands.iter().any(|row| row.package == package)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::almanac::testing::{assert_dated, assert_sorted, strict};

    #[test]
    fn the_table_is_strict_dated_sorted_and_unique() {
        let table: Table = strict(TEXT);
        assert_dated(&table.as_of);
        assert_sorted(table.commands.iter().map(|row| &row.command));
        assert_sorted(table.modules.iter());
    }

    #[test]
    fn known_commands_have_their_package_and_unknown_ones_none() {
        assert_eq!(node_package("tsc"), Some("typescript"));
        assert_eq!(node_package("ng"), Some("@angular/cli"));
        assert_eq!(node_package("my-project-tool"), None);
    }
}
