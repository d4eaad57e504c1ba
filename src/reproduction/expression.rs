//! Evaluates what can be evaluated without a run: plain names of contexts, nothing else.

use super::values::Values;

/// A text with expressions: what is known is written in its place, secrets become placeholders, the rest stays and is named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Evaluated {
    pub(super) text: String,
    /// Whether a secret stood in it.
    pub(super) has_secret: bool,
    /// Expressions whose value is not known.
    pub(super) unknown: Vec<String>,
}

/// Evaluates the expressions of a text.
pub(super) fn evaluate(text: &str, values: &Values) -> Evaluated {
    let mut out = Evaluated::default();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${{") {
        out.text.push_str(before);
        let Some((expression, after)) = behind.split_once("}}") else {
            out.text.push_str("${{");
            rest = behind;
            continue;
        };
        let name = expression.trim();
        match value(name, values) {
            Value::Known(value) => out.text.push_str(&value),
            Value::Secret(name) => {
                out.has_secret = true;
                out.text.push_str(super::PLACEHOLDER);
                out.text.push_str(&name);
            }
            Value::Unknown => {
                out.unknown.push(name.to_owned());
                out.text.push_str(&format!("${{{{{expression}}}}}"));
            }
        }
        rest = after;
    }
    out.text.push_str(rest);
    out
}

enum Value {
    Known(String),
    Secret(String),
    Unknown,
}

fn value(name: &str, values: &Values) -> Value {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if let Some(text) = name.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return if text.contains('\'') { Value::Unknown } else { Value::Known(text.to_owned()) };
    }
    if !name.chars().all(plain) {
        return Value::Unknown;
    }
    let Some((context, key)) = name.split_once('.') else { return Value::Unknown };
    match context.to_ascii_lowercase().as_str() {
        "secrets" => Value::Secret(key.to_owned()),
        "github" if key.eq_ignore_ascii_case("token") => Value::Secret("GITHUB_TOKEN".to_owned()),
        context => values.get(context, key).map_or(Value::Unknown, |value| Value::Known(value.to_owned())),
    }
}
