//! Turns an action's name into the inputs that it takes.

use std::sync::LazyLock;

use super::{Date, find, read};

const TEXT: &str = include_str!("action-inputs.yml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    actions: Vec<ActionInputs>,
}

/// The inputs of an action, of all its majors together.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ActionInputs {
    /// `owner/name`, in lower case.
    pub name: String,
    /// What it takes.
    pub inputs: Vec<String>,
    /// What it stops without.
    #[serde(default)]
    pub required: Vec<String>,
    /// Inputs that take several values parted by commas.
    #[serde(default)]
    pub comma: Vec<String>,
    /// Inputs that take several values, one a line.
    #[serde(default)]
    pub lines: Vec<String>,
}

/// The inputs of an action, named as in `uses:` without its reference.
pub fn action_inputs(action: &str) -> Option<&'static ActionInputs> {
    let name = action.to_ascii_lowercase();
    find(&TABLE.actions, &name, |row| &row.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::almanac::testing::{assert_dated, assert_sorted, strict};

    #[test]
    fn the_table_is_strict_dated_and_sorted() {
        let table: Table = strict(TEXT);
        assert_dated(&table.as_of);
        assert_sorted(table.actions.iter().map(|row| &row.name));
        for row in &table.actions {
            let known = |name: &String| row.inputs.contains(name);
            assert!(row.required.iter().chain(&row.comma).chain(&row.lines).all(known), "{}", row.name);
        }
    }

    #[test]
    fn names_are_compared_without_case() {
        assert!(action_inputs("Actions/Checkout").is_some_and(|row| row.inputs.contains(&"fetch-depth".to_owned())));
        assert!(action_inputs("octo/unknown").is_none());
    }
}
