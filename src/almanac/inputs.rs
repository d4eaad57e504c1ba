//! Turns an action's name into the inputs that it takes and the outputs that it gives.

use std::sync::LazyLock;

use super::{ActionVersion, Date, find, read};

const TEXT: &str = include_str!("action-inputs.yml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    actions: Vec<ActionInputs>,
}

/// The inputs and outputs of an action.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ActionInputs {
    /// `owner/name`, in lower case.
    pub name: String,
    /// The first major whose inputs are all among these; all majors where none is named.
    #[serde(default)]
    pub from: u32,
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
    /// What it gives; empty where that is not known.
    #[serde(default)]
    pub outputs: Vec<String>,
    /// The first major that gives no more than these outputs.
    #[serde(default)]
    pub outputs_from: u32,
}

impl ActionInputs {
    /// Whether all inputs of a version are known: not of older majors, and of branches and commits only where all majors are.
    pub fn covers(&self, reference: &str) -> bool {
        self.from == 0 || ActionVersion::parse(reference).is_some_and(|version| version.major >= self.from)
    }

    /// The outputs of a version; none where they are not known.
    pub fn outputs_of(&self, reference: &str) -> Option<&[String]> {
        let known = ActionVersion::parse(reference).is_some_and(|version| version.major >= self.outputs_from);
        (known && !self.outputs.is_empty()).then_some(self.outputs.as_slice())
    }
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

    #[test]
    fn only_majors_that_are_known_are_judged() {
        let row = action_inputs("softprops/action-gh-release").expect("a row");
        assert!(row.covers("v2") && row.covers("v3.1.0") && !row.covers("v1") && !row.covers("master"));
        assert_eq!(row.outputs_of("v1"), None);
        assert!(row.outputs_of("v2").is_some_and(|outputs| outputs.contains(&"upload_url".to_owned())));
        assert!(action_inputs("actions/checkout").is_some_and(|row| row.covers("main")));
    }
}
