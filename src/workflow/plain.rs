//! Turns a plain scalar into the value that it means.

use serde_yaml::Value;

/// The plain text as YAML 1.2's core schema reads it, as serde_yaml does.
pub(crate) fn plain_value(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let number = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte)) && text.len() < 400;
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
    if number
        && first
        && let Some(number) = number_value(text)
    {
        number
    } else {
        Value::String(text.to_owned())
    }
}

fn number_value(text: &str) -> Option<Value> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find_map(|(prefix, radix)| Some((digits.strip_prefix(prefix)?, radix)));
    if let Some((digits, radix)) = radix {
        return integer(digits, radix, negative);
    }
    let zeros = digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if zeros {
        return None;
    }
    integer(digits, 10, negative).or_else(|| float(text, digits))
}

fn integer(digits: &str, radix: u32, negative: bool) -> Option<Value> {
    if digits.starts_with(['+', '-']) {
        return None;
    }
    if negative {
        i64::from_str_radix(&format!("-{digits}"), radix).ok().map(Value::from)
    } else {
        u64::from_str_radix(digits, radix).ok().map(Value::from)
    }
}

fn float(text: &str, unsigned: &str) -> Option<Value> {
    let value = match (text, unsigned) {
        ("-.inf" | "-.Inf" | "-.INF", _) => f64::NEG_INFINITY,
        (_, ".inf" | ".Inf" | ".INF") => f64::INFINITY,
        (".nan" | ".NaN" | ".NAN", _) => f64::NAN,
        _ => text.parse::<f64>().ok().filter(|value| value.is_finite())?,
    };
    Some(Value::from(value))
}
