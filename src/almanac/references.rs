//! Turns an action's name into the references by which it can be used, and a misspelt name into the one that was meant.

use std::sync::LazyLock;

use super::{Date, action, actions, find, read};

const TEXT: &str = include_str!("action-references.yml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    references: Vec<References>,
    parts: Vec<Part>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct References {
    name: String,
    majors: Vec<u32>,
    #[serde(default)]
    branch: Option<String>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Part {
    repository: String,
    part: String,
    inputs: Vec<String>,
}

/// The majors of an action that exist as tags, lowest first; none for unknown actions. Case does not count, and an action in a folder
/// (`github/codeql-action/init`) has its repository's.
pub fn majors_of(name: &str) -> Vec<u32> {
    let name = name.to_ascii_lowercase();
    let repository = name.match_indices('/').nth(1).and_then(|(end, _)| name.get(..end));
    [Some(name.as_str()), repository].into_iter().flatten().map(majors).find(|majors| !majors.is_empty()).unwrap_or_default()
}

fn majors(name: &str) -> Vec<u32> {
    let mut majors = action(name).map(super::Action::majors).unwrap_or_default();
    majors.extend(find(&TABLE.references, name, |row| &row.name).map_or(&[][..], |row| &row.majors));
    majors.sort_unstable();
    majors.dedup();
    majors
}

/// The branch by which an action is used, where its documentation names one.
pub fn branch_of(name: &str) -> Option<&'static str> {
    find(&TABLE.references, &name.to_ascii_lowercase(), |row| &row.name)?.branch.as_deref()
}

/// The action of a repository's folder that takes one of these inputs, where just one does.
pub fn part_of(repository: &str, inputs: &[&str]) -> Option<&'static str> {
    let takes =
        |part: &&Part| part.repository.eq_ignore_ascii_case(repository) && part.inputs.iter().any(|input| inputs.contains(&input.as_str()));
    let mut parts = TABLE.parts.iter().filter(takes);
    let part = parts.next()?;
    parts.next().is_none().then_some(part.part.as_str())
}

/// The known action that a misspelt name can only mean: another at a distance of two letters at most, no second as near. The name is
/// one that no table knows.
pub fn nearest_action(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let known = TABLE.references.iter().map(|row| row.name.as_str()).chain(actions().iter().map(|action| action.name.as_str()));
    let mut near: Vec<(usize, &str)> = known.map(|known| (distance(known, &name), known)).filter(|(far, _)| *far <= 2).collect();
    near.sort_unstable();
    match near.as_slice() {
        [(0, _), ..] | [] => None,
        [(best, _), (second, _), ..] if best == second => None,
        [(_, known), ..] => Some(known),
    }
}

/// How many letters must be put in, taken out or changed, or neighbours swapped.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::almanac::testing::{assert_dated, assert_sorted, strict};

    #[test]
    fn the_table_is_strict_dated_sorted_and_unique() {
        let table: Table = strict(TEXT);
        assert_dated(&table.as_of);
        assert_sorted(table.references.iter().map(|row| &row.name));
        assert!(table.references.iter().all(|row| row.name == row.name.to_ascii_lowercase() && row.majors.is_sorted()));
        assert!(table.references.iter().all(|row| !row.majors.is_empty() || row.branch.is_some()));
    }

    #[test]
    fn references_are_known_whatever_the_folder_and_the_case() {
        assert_eq!(majors_of("Cloudflare/wrangler-action"), [3, 4]);
        assert_eq!(majors_of("github/codeql-action/init"), [1, 2, 3, 4]);
        assert!(majors_of("octo/unknown").is_empty());
        assert_eq!(branch_of("dtolnay/rust-toolchain"), Some("master"));
        assert_eq!(part_of("github/codeql-action", &["sarif_file", "category"]), Some("upload-sarif"));
        assert_eq!(part_of("github/codeql-action", &["category"]), None);
    }

    #[test]
    fn a_misspelt_action_is_known_where_only_one_is_near() {
        assert_eq!(nearest_action("codecov/codecov-actions"), Some("codecov/codecov-action"));
        assert_eq!(nearest_action("action/checkout"), Some("actions/checkout"));
        assert_eq!(nearest_action("actions/chekcout"), Some("actions/checkout"));
        assert_eq!(nearest_action("actions/checkout"), None);
        assert_eq!(nearest_action("octo/checkout"), None);
    }
}
