//! Turns nodes into plain values, typed as the platform types them.

use serde_yaml::{Mapping, Value};

use super::document::{Document, Node, NodeKind, ScalarStyle};

/// How many nodes one value may unfold to; aliases may repeat a node without end.
const LARGEST: usize = 20_000;

/// Why a node has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the value unfolds to more than 20,000 nodes")]
pub struct TooLarge;

/// The value of `node`, aliases unfolded. Of a key that stands twice, the first counts.
///
/// # Errors
/// When aliases unfold it beyond all bounds.
pub fn value_of(document: &Document, node: &Node) -> Result<Value, TooLarge> {
    convert(document, node, &mut LARGEST.clone(), 0)
}

fn convert(document: &Document, node: &Node, left: &mut usize, depth: usize) -> Result<Value, TooLarge> {
    *left = left.checked_sub(1).ok_or(TooLarge)?;
    if depth > 200 {
        return Err(TooLarge);
    }
    match &document.resolve(node).kind {
        NodeKind::Scalar { value, style: ScalarStyle::Plain } => Ok(plain(value)),
        NodeKind::Scalar { value, .. } => Ok(Value::String(value.clone())),
        NodeKind::Sequence { items, .. } => {
            items.iter().map(|item| convert(document, &item.value, left, depth + 1)).collect::<Result<_, _>>().map(Value::Sequence)
        }
        NodeKind::Mapping { entries, .. } => {
            let mut mapping = Mapping::new();
            for entry in entries {
                let key = convert(document, &entry.key, left, depth + 1)?;
                let value = convert(document, &entry.value, left, depth + 1)?;
                mapping.entry(key).or_insert(value);
            }
            Ok(Value::Mapping(mapping))
        }
        NodeKind::Alias(_) => Ok(Value::Null),
    }
}

/// What a plain scalar means under YAML 1.2's core schema: nothing, a truth value, a number, or text.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) => number(text),
        _ => Value::String(text.to_owned()),
    }
}

fn number(text: &str) -> Value {
    let whole = text.strip_prefix("0x").and_then(|digits| i64::from_str_radix(digits, 16).ok());
    let octal = || text.strip_prefix("0o").and_then(|digits| i64::from_str_radix(digits, 8).ok());
    if let Some(whole) = whole.or_else(octal).or_else(|| text.parse::<i64>().ok()) {
        return Value::Number(whole.into());
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    match text.parse::<f64>() {
        Ok(fraction) if digits && fraction.is_finite() => Value::Number(fraction.into()),
        _ => Value::String(text.to_owned()),
    }
}

/// How the platform writes a scalar: `3.10` is the number 3.1 and reads `3.1`; nothing is empty; none for a collection.
pub fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.as_i64().map_or_else(|| number.as_f64().unwrap_or_default().to_string(), |n| n.to_string())),
        Value::String(text) => Some(text.clone()),
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_are_typed_as_the_platform_types_them() {
        let show = |text: &str| shown(&plain(text)).unwrap_or_default();
        assert_eq!(show("3.10"), "3.1");
        assert_eq!(show("1.0"), "1");
        assert_eq!(show("True"), "true");
        assert_eq!(show("1.2.3"), "1.2.3");
        assert_eq!(show("007"), "7");
        assert_eq!(show("-"), "-");
        assert_eq!(show("~"), "");
        assert_eq!(show("yes"), "yes");
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let previous = format!("*a{}", level - 1);
            text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![previous; 9].join(", ")));
        }
        let document = Document::parse(&text).expect("parses");
        assert_eq!(value_of(&document, document.root.as_ref().expect("there")), Err(TooLarge));
    }
}
