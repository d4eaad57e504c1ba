//! Turns the version of a class file into the JDK that reads it, and a JDK into the Gradle that runs on it.

use std::cmp::Ordering;
use std::sync::LazyLock;

use super::{Date, read};

const TEXT: &str = include_str!("jdk.yml");

/// What a class file's version exceeds its JDK's by.
const OFFSET: u32 = 44;

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    oldest_class_file: u32,
    newest_class_file: u32,
    long_term: Vec<u32>,
    gradle: Vec<Gradle>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Gradle {
    jdk: u32,
    gradle: String,
}

/// The JDK whose class files have this version: 65 is 21. None for versions that no released JDK has.
pub fn jdk_of_class_file(version: u32) -> Option<u32> {
    let known = TABLE.oldest_class_file..=TABLE.newest_class_file;
    if known.contains(&version) { version.checked_sub(OFFSET) } else { None }
}

/// The class file version that a JDK writes: 21 is 65.
pub fn class_file_of_jdk(jdk: u32) -> Option<u32> {
    let version = jdk.checked_add(OFFSET)?;
    jdk_of_class_file(version).map(|_| version)
}

/// The JDKs with long-term support, oldest first.
pub fn long_term_jdks() -> &'static [u32] {
    &TABLE.long_term
}

/// The first Gradle that runs on a JDK; none below JDK 17, where every Gradle in use does, and for unknown ones.
pub fn oldest_gradle_for(jdk: u32) -> Option<&'static str> {
    TABLE.gradle.iter().find(|row| row.jdk == jdk).map(|row| row.gradle.as_str())
}

/// The newest JDK that a Gradle runs on, by its version (`8.7`, `8.14.1`).
pub fn newest_jdk_for_gradle(version: &str) -> Option<u32> {
    TABLE.gradle.iter().rev().find(|row| compare(version, &row.gradle).is_some_and(Ordering::is_ge)).map(|row| row.jdk)
}

/// Compares two dotted versions by their first two numbers.
fn compare(left: &str, right: &str) -> Option<Ordering> {
    Some(numbers(left)?.cmp(&numbers(right)?))
}

fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(['.', '-']);
    Some((parts.next()?.parse().ok()?, parts.next().map_or(Some(0), |part| part.parse().ok())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::almanac::testing::{assert_dated, assert_sorted, strict};

    #[test]
    fn the_table_is_strict_dated_sorted_and_unique() {
        let table: Table = strict(TEXT);
        assert_dated(&table.as_of);
        assert_sorted(&table.long_term);
        assert_sorted(table.gradle.iter().map(|row| row.jdk));
        assert_sorted(table.gradle.iter().map(|row| numbers(&row.gradle).unwrap()));
    }

    #[test]
    fn class_files_and_jdks_are_44_apart() {
        for (class_file, jdk) in [(52, 8), (55, 11), (61, 17), (65, 21), (69, 25)] {
            assert_eq!(jdk_of_class_file(class_file), Some(jdk));
            assert_eq!(class_file_of_jdk(jdk), Some(class_file));
        }
        assert_eq!(jdk_of_class_file(0), None);
        assert_eq!(jdk_of_class_file(u32::MAX), None);
        assert_eq!(class_file_of_jdk(u32::MAX), None);
        assert!(long_term_jdks().contains(&21));
    }

    #[test]
    fn gradle_and_jdk_lead_to_each_other() {
        assert_eq!(oldest_gradle_for(21), Some("8.5"));
        assert_eq!(newest_jdk_for_gradle("8.4"), Some(20));
        assert_eq!(newest_jdk_for_gradle("8.10.2"), Some(23));
        assert_eq!(newest_jdk_for_gradle("9.1.0-rc-1"), Some(25));
        assert_eq!(newest_jdk_for_gradle("7"), None);
        assert_eq!(newest_jdk_for_gradle("new"), None);
    }
}
