//! Turns a text before and after into the places where its meaning changed: what a plan declares, and whoever has only the
//! plan proves again.

use std::fmt;

use serde_yaml::Value;

use super::Unproved;
use crate::schema;
use crate::workflow::readers;

/// A place whose meaning changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// What became of it.
    pub kind: DifferenceKind,
    /// The place: `jobs.test.steps[2].run`, with indices from 0. An added place counts in the new text, any other in the old.
    pub place: String,
}

/// What became of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another value.
    Changed,
    /// The text did not parse before, and does now: there is no old meaning to compare with.
    Repaired,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.kind {
            DifferenceKind::Added => "adds",
            DifferenceKind::Removed => "removes",
            DifferenceKind::Changed => "changes",
            DifferenceKind::Repaired => "repairs",
        };
        write!(formatter, "{verb} {}", self.place)
    }
}

/// Where the meaning of `after` differs from that of `before`, as two parsers without common code read it.
///
/// A text that no parser read before must be acceptable to the platform afterwards.
///
/// # Errors
/// When the new text does not parse, or the parsers disagree.
pub fn differences(before: &str, after: &str) -> Result<Vec<Difference>, Unproved> {
    let new = readers::first(after).map_err(Unproved::Unreadable)?;
    let second = match readers::second(after) {
        Err(_) if readers::second(before).is_err() => readers::third(after),
        read => read,
    };
    if second.map_err(Unproved::Unreadable)? != new {
        return Err(Unproved::ReadersDiffer);
    }
    let Ok(old) = readers::first(before).and_then(|old| readers::second(before).or_else(|_| readers::third(before)).map(|_| old)) else {
        return if schema::accepts(after) {
            Ok(vec![Difference { kind: DifferenceKind::Repaired, place: "the whole file".to_owned() }])
        } else {
            Err(Unproved::StillRefused)
        };
    };
    let mut found = Vec::new();
    compare("", &old, &new, &mut found);
    found.sort();
    Ok(found)
}

fn compare(place: &str, old: &Value, new: &Value, found: &mut Vec<Difference>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Value::Mapping(old), Value::Mapping(new)) => {
            for (key, value) in old {
                match new.get(key) {
                    Some(other) => compare(&below(place, key), value, other, found),
                    None => note(DifferenceKind::Removed, below(place, key), found),
                }
            }
            let added = new.iter().filter(|(key, _)| !old.contains_key(key));
            added.for_each(|(key, _)| note(DifferenceKind::Added, below(place, key), found));
        }
        (Value::Sequence(old), Value::Sequence(new)) => items(place, old, new, found),
        _ => note(DifferenceKind::Changed, place.to_owned(), found),
    }
}

/// What stands alike at both ends is the same; between them the items are compared in pairs while the counts agree.
fn items(place: &str, old: &[Value], new: &[Value], found: &mut Vec<Difference>) {
    let front = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let shorter = old.len().min(new.len()) - front;
    let back = old.iter().rev().zip(new.iter().rev()).take(shorter).take_while(|(old, new)| old == new).count();
    let (old_middle, new_middle) = (front..old.len() - back, front..new.len() - back);
    if old_middle.len() == new_middle.len() {
        for index in old_middle {
            if let (Some(old), Some(new)) = (old.get(index), new.get(index)) {
                compare(&format!("{place}[{index}]"), old, new, found);
            }
        }
        return;
    }
    old_middle.for_each(|index| note(DifferenceKind::Removed, format!("{place}[{index}]"), found));
    new_middle.for_each(|index| note(DifferenceKind::Added, format!("{place}[{index}]"), found));
}

fn note(kind: DifferenceKind, place: String, found: &mut Vec<Difference>) {
    found.push(Difference { kind, place });
}

fn below(place: &str, key: &Value) -> String {
    let key = match key {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        _ => "?".to_owned(),
    };
    if place.is_empty() { key } else { format!("{place}.{key}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, after: &str) -> Vec<String> {
        differences(before, after).expect("both parse").iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_place_is_named_once() {
        assert_eq!(told("a: 1\nb: [x, y]\n", "a: 2\nb: [x, z, y]\n"), ["adds b[1]", "changes a"]);
        assert_eq!(told("a: {b: 1, c: 2}\n", "a: {c: 2}\n"), ["removes a.b"]);
        assert_eq!(told("s: [{run: a}, {run: b}]\n", "s: [{run: a}, {run: c}]\n"), ["changes s[1].run"]);
        assert_eq!(told("a: 1 # x\n", "a: 1\n"), [""; 0], "a comment has no meaning");
    }

    #[test]
    fn a_text_that_did_not_parse_is_repaired_as_a_whole() {
        let sound = "on: push\njobs:\n  b:\n    runs-on: x\n    steps: [{ run: y }]\n";
        assert_eq!(told(&format!("on: push\n{sound}"), sound), ["repairs the whole file"]);
        assert!(differences("a: [", "a: 1\n").is_err(), "the platform knows no such workflow");
        assert!(differences("a: 1\n", "a: [").is_err());
    }
}
