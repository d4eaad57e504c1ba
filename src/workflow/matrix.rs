//! Turns a job's `strategy.matrix` into its legs, as the platform's matrix builder does (actions/runner, `MatrixBuilder.cs`).

use serde_yaml::{Mapping, Value};

use super::document::{Document, Node};
use super::value::{shown, value_of};

/// More legs than this the platform refuses
/// (<https://docs.github.com/actions/reference/limits>: 256 jobs a matrix).
const MOST_LEGS: usize = 256;

/// What is known of a job's matrix.
#[derive(Debug, Clone, PartialEq)]
pub enum Matrix {
    /// The job has none: it runs once.
    Absent,
    /// It is computed while the workflow runs, or no matrix that can be read.
    Unknown,
    /// Its legs, in the platform's order.
    Legs(Vec<Leg>),
}

/// One run of a job with a matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Leg {
    /// The `matrix` context of this leg.
    pub values: Mapping,
    /// The values that the platform puts behind the job's name: `(ubuntu-latest, 3.12)`. What `include` adds to a
    /// combination is not among them.
    pub segments: Vec<String>,
}

impl Leg {
    /// The value of an expression that only names a part of the matrix: `matrix.os`, `matrix.target.arch`.
    pub fn get(&self, expression: &str) -> Option<String> {
        let mut parts = expression.trim().split('.');
        if parts.next() != Some("matrix") {
            return None;
        }
        let mut value = self.values.get(parts.next()?);
        for part in parts {
            value = value.and_then(|value| value.get(part));
        }
        // A value that a leg lacks evaluates to nothing.
        value.map_or_else(|| expression.split('.').all(is_name).then(String::new), shown)
    }

    /// What the platform appends to the job's name, with brackets and a blank before; nothing without segments.
    pub fn suffix(&self) -> String {
        if self.segments.is_empty() { String::new() } else { format!(" ({})", self.segments.join(", ")) }
    }
}

fn is_name(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// Reads the node under `strategy.matrix`.
pub(super) fn matrix(document: &Document, node: &Node) -> Matrix {
    let Ok(Value::Mapping(mapping)) = value_of(document, node) else { return Matrix::Unknown };
    match expand(&mapping) {
        Some(legs) if !legs.is_empty() => Matrix::Legs(legs),
        _ => Matrix::Unknown,
    }
}

fn expand(mapping: &Mapping) -> Option<Vec<Leg>> {
    let mut axes: Vec<(&Value, &Vec<Value>)> = Vec::new();
    let (mut include, mut exclude) = (Vec::new(), Vec::new());
    for (key, value) in mapping {
        match (key.as_str(), value) {
            (Some("include"), value) => include = filters(value)?,
            (Some("exclude"), value) => exclude = filters(value)?,
            (_, Value::Sequence(values)) if !values.iter().any(holds_expression) => axes.push((key, values)),
            _ => return None,
        }
    }
    let mut used = vec![false; include.len()];
    let mut legs = Vec::new();
    for combination in product(&axes)? {
        if exclude.iter().any(|filter| agrees(filter, &combination, &axes)) {
            continue;
        }
        let segments = segments(&combination);
        let mut values = combination.clone();
        for (filter, used) in include.iter().zip(&mut used) {
            if agrees(filter, &combination, &axes) {
                *used = true;
                values.extend(filter.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
        }
        legs.push(Leg { values, segments });
    }
    let unused = include.iter().zip(&used).filter(|(_, used)| !**used).map(|(filter, _)| filter);
    legs.extend(unused.map(|filter| Leg { values: filter.clone(), segments: segments(filter) }));
    (legs.len() <= MOST_LEGS).then_some(legs)
}

/// The mappings under `include` or `exclude`; none when an expression makes them.
fn filters(value: &Value) -> Option<Vec<Mapping>> {
    let Value::Sequence(items) = value else { return None };
    items.iter().map(|item| item.as_mapping().filter(|_| !holds_expression(item)).cloned()).collect()
}

fn holds_expression(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("${{"),
        Value::Sequence(items) => items.iter().any(holds_expression),
        Value::Mapping(mapping) => mapping.iter().any(|(key, value)| holds_expression(key) || holds_expression(value)),
        _ => false,
    }
}

/// All combinations, the last axis turning fastest; none when there are too many.
fn product(axes: &[(&Value, &Vec<Value>)]) -> Option<Vec<Mapping>> {
    if axes.is_empty() {
        return Some(Vec::new());
    }
    let mut combinations = vec![Mapping::new()];
    for (key, values) in axes {
        // Exclusions come later, so a product may be larger than what remains.
        if combinations.len().saturating_mul(values.len()) > 16 * MOST_LEGS {
            return None;
        }
        let extended = |combination: &Mapping| {
            let combination = combination.clone();
            values
                .iter()
                .map(move |value| {
                    let mut combination = combination.clone();
                    combination.insert((*key).clone(), value.clone());
                    combination
                })
                .collect::<Vec<_>>()
        };
        combinations = combinations.iter().flat_map(extended).collect();
    }
    Some(combinations)
}

/// Whether a filter's values for the axes are those of the combination; its other keys do not matter.
fn agrees(filter: &Mapping, combination: &Mapping, axes: &[(&Value, &Vec<Value>)]) -> bool {
    filter
        .iter()
        .all(|(key, value)| !axes.iter().any(|(axis, _)| *axis == key) || combination.get(key).is_some_and(|own| covers(value, own)))
}

/// Whether a filter's value is met: a mapping by a mapping that has at least its keys.
fn covers(filter: &Value, own: &Value) -> bool {
    match (filter, own) {
        (Value::Mapping(filter), Value::Mapping(own)) => filter.iter().all(|(k, v)| own.get(k).is_some_and(|own| covers(v, own))),
        _ => filter == own || shown(filter).is_some_and(|text| shown(own) == Some(text)),
    }
}

fn segments(values: &Mapping) -> Vec<String> {
    let mut out = Vec::new();
    values.values().for_each(|value| gather(value, &mut out));
    out
}

fn gather(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Sequence(items) => items.iter().for_each(|item| gather(item, out)),
        Value::Mapping(mapping) => mapping.values().for_each(|item| gather(item, out)),
        scalar => out.extend(shown(scalar).filter(|text| !text.is_empty())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suffixes(text: &str) -> Vec<String> {
        let document = Document::parse(text).expect("parses");
        match matrix(&document, document.root.as_ref().expect("there")) {
            Matrix::Legs(legs) => legs.iter().map(Leg::suffix).collect(),
            other => vec![format!("{other:?}")],
        }
    }

    #[test]
    fn legs_are_named_by_the_axes_and_not_by_what_include_adds() {
        let text =
            "os: [a, b]\nv: [3.10, '3.10']\nexclude: [{os: b, v: 3.1}]\ninclude:\n  - {os: a, extra: x}\n  - {v: 9, os: c, more: true}\n";
        assert_eq!(suffixes(text), [" (a, 3.1)", " (a, 3.10)", " (b, 3.10)", " (9, c, true)"].map(str::to_owned));
    }

    #[test]
    fn mappings_show_their_values_and_nothing_shows_nothing() {
        assert_eq!(suffixes("t: [{a: x, b: ''}, {a: y, b: z}]"), [" (x)", " (y, z)"].map(str::to_owned));
        assert_eq!(suffixes("include: [{a: 1}, {b: 2}]"), [" (1)", " (2)"].map(str::to_owned));
    }

    #[test]
    fn a_computed_or_huge_matrix_is_unknown() {
        assert_eq!(suffixes("os: ${{ fromJSON(x) }}"), ["Unknown"]);
        let axis = format!("[{}]", (0..99).map(|n| n.to_string()).collect::<Vec<_>>().join(","));
        assert_eq!(suffixes(&format!("a: {axis}\nb: {axis}\nc: {axis}\n")), ["Unknown"]);
    }

    #[test]
    fn a_leg_answers_for_its_own_values() {
        let document = Document::parse("t: [{arch: arm, os: l}]").expect("parses");
        let Matrix::Legs(legs) = matrix(&document, document.root.as_ref().expect("there")) else { panic!("known") };
        assert_eq!(legs[0].get("matrix.t.arch").as_deref(), Some("arm"));
        assert_eq!(legs[0].get("matrix.nothing").as_deref(), Some(""));
        assert_eq!(legs[0].get("matrix.a || 'x'"), None);
        assert_eq!(legs[0].get("github.ref"), None);
    }
}
