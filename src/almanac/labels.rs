//! Turns a runner label into what became of it and what to write instead.

use std::sync::LazyLock;

use super::{Date, find, read};
use crate::text::OperatingSystem;

const TEXT: &str = include_str!("runner-labels.yml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    labels: Vec<RunnerLabel>,
    moves: Vec<ImageMove>,
}

/// A label of GitHub's own runners.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RunnerLabel {
    /// As written behind `runs-on`.
    pub label: String,
    /// The runner's system.
    pub os: OperatingSystem,
    /// The runner's processor.
    pub arch: Architecture,
    /// The size class, where it is not the standard one: `slim`, `large`, `xlarge`.
    #[serde(default)]
    pub size: Option<String>,
    /// What became of it, as of the almanac's date.
    pub state: LabelState,
    /// The label that it stands for at present, for `-latest` and other second names.
    #[serde(default)]
    pub means: Option<String>,
    /// What it stood for before its last move.
    #[serde(default)]
    pub before: Option<String>,
    /// When it became generally available, or a preview.
    #[serde(default)]
    pub available: Option<Date>,
    /// When its deprecation began.
    #[serde(default)]
    pub deprecated: Option<Date>,
    /// Days on which jobs fail on purpose.
    #[serde(default)]
    pub brownouts: Vec<Date>,
    /// When it goes or went.
    #[serde(default)]
    pub gone: Option<Date>,
    /// What to write instead: same system, architecture and size.
    #[serde(default)]
    pub replacement: Option<String>,
    /// The announcement in actions/runner-images, or how else it is known.
    pub source: String,
}

/// A runner's processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// Intel and AMD, 64 bits.
    X64,
    /// ARM, 64 bits.
    Arm64,
}

/// What became of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelState {
    /// Offered for trial.
    Preview,
    /// In use.
    Supported,
    /// Works until a date that is announced.
    Deprecated,
    /// No runner answers to it.
    Gone,
}

impl RunnerLabel {
    /// Whether no runner answers to it on `day` (`YYYY-MM-DD`).
    pub fn is_gone_by(&self, day: &str) -> bool {
        self.state == LabelState::Gone || self.gone.as_ref().is_some_and(|gone| gone.is_by(day))
    }
}

/// What a move from one image to another changes for workflows.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ImageMove {
    /// The image before.
    pub from: String,
    /// The image after.
    pub to: String,
    /// How it is known.
    pub source: String,
    /// Commands that only the first has.
    pub gone: Vec<String>,
    /// Versions that differ.
    pub changes: Vec<ToolChange>,
}

/// A tool whose version differs between two images.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ToolChange {
    /// The tool.
    pub what: String,
    /// Its version before.
    pub was: String,
    /// Its version after.
    pub is: String,
    /// What keeps a workflow going, as an order, where one thing does.
    #[serde(default)]
    pub repair: Option<String>,
}

/// What is known of a label; case does not count. None for self-hosted and unknown ones.
pub fn runner_label(label: &str) -> Option<&'static RunnerLabel> {
    let label = label.to_ascii_lowercase();
    find(&TABLE.labels, &label, |row| &row.label)
}

/// All labels that the table holds, in order: for the nearest spelling.
pub fn runner_labels() -> &'static [RunnerLabel] {
    &TABLE.labels
}

/// What changes between images.
pub fn image_moves() -> &'static [ImageMove] {
    &TABLE.moves
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::almanac::testing::{assert_dated, assert_sorted, strict};

    #[test]
    fn the_table_is_strict_dated_sorted_and_unique() {
        let table: Table = strict(TEXT);
        assert_dated(&table.as_of);
        assert_sorted(table.labels.iter().map(|row| &row.label));
        assert!(!table.moves.is_empty());
    }

    #[test]
    fn a_replacement_is_supported_and_keeps_system_architecture_and_size() {
        for row in runner_labels() {
            let Some(name) = &row.replacement else {
                assert!(!matches!(row.state, LabelState::Gone | LabelState::Deprecated), "{} needs a replacement", row.label);
                continue;
            };
            let replacement = runner_label(name).unwrap_or_else(|| panic!("{name} is not in the table"));
            assert_eq!(replacement.state, LabelState::Supported, "{name}");
            assert_eq!((row.os, row.arch, &row.size), (replacement.os, replacement.arch, &replacement.size), "{}", row.label);
        }
    }

    #[test]
    fn second_names_stand_for_known_labels() {
        for row in runner_labels() {
            for name in row.means.iter().chain(&row.before) {
                assert_eq!(runner_label(name).map(|other| (other.os, other.arch)), Some((row.os, row.arch)), "{}", row.label);
            }
        }
    }

    #[test]
    fn states_agree_with_dates() {
        for row in runner_labels() {
            let past = row.gone.as_ref().is_some_and(|gone| gone.is_by(crate::almanac::date()));
            assert!(!past || row.state == LabelState::Gone, "{}", row.label);
            assert!(row.brownouts.is_sorted(), "{}", row.label);
        }
    }

    #[test]
    fn labels_are_found_whatever_their_case_and_go_on_their_day() {
        assert_eq!(runner_label("Ubuntu-20.04").unwrap().replacement.as_deref(), Some("ubuntu-24.04"));
        assert_eq!(runner_label("macos-14-large").unwrap().replacement.as_deref(), Some("macos-15-large"));
        let jammy = runner_label("ubuntu-22.04").unwrap();
        assert!(!jammy.is_gone_by("2026-11-23"));
        assert!(jammy.is_gone_by("2027-04-17"));
        assert!(runner_label("self-hosted").is_none());
        assert!(image_moves().iter().any(|step| step.to == "ubuntu-26.04" && step.gone.iter().any(|tool| tool == "julia")));
    }
}
