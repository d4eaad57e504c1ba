//! Turns an option or subcommand that a tool took away into what is written instead.

use std::sync::LazyLock;

use super::{Date, read};

const TEXT: &str = include_str!("options.yml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    options: Vec<RetiredOption>,
}

/// An option or subcommand that a tool took away.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RetiredOption {
    /// The words that a command of the tool begins with: `cargo test`.
    pub tool: String,
    /// What the tool calls unknown.
    pub said: String,
    /// The words to replace, where they are more than what was said.
    #[serde(default)]
    from: Option<String>,
    /// The words to write instead; none where nothing is needed any more.
    pub to: String,
    /// Whether the option's value goes with it.
    #[serde(default)]
    pub value: bool,
    /// How it is known.
    pub source: String,
}

impl RetiredOption {
    /// The words to replace.
    pub fn from(&self) -> &str {
        self.from.as_deref().unwrap_or(&self.said)
    }
}

/// The rows for what a tool called unknown; several tools may have had it.
pub fn retired_options(said: &str) -> impl Iterator<Item = &'static RetiredOption> {
    let said = said.split('=').next().unwrap_or(said).to_owned();
    TABLE.options.iter().filter(move |row| row.said == said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::almanac::testing::{assert_dated, assert_sorted, strict};

    #[test]
    fn the_table_is_strict_dated_sorted_and_unique() {
        let table: Table = strict(TEXT);
        assert_dated(&table.as_of);
        assert_sorted(table.options.iter().map(|row| (&row.tool, row.said.trim_start_matches('-').to_owned() + &row.said)));
        assert!(table.options.iter().all(|row| row.source.starts_with("https://") && !row.from().is_empty()));
    }

    #[test]
    fn what_was_said_leads_to_its_successor() {
        let to = |said: &str| retired_options(said).map(|row| (row.tool.as_str(), row.to.as_str())).collect::<Vec<_>>();
        assert_eq!(to("--rm-dist"), [("goreleaser", "--clean")]);
        assert_eq!(to("--no-dev"), [("poetry install", "--without dev"), ("poetry update", "--without dev")]);
        assert!(to("--frobnicate").is_empty());
    }
}
