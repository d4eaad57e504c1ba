//! Turns a value into YAML text in the habits of a file.

use serde_yaml::Value;

use super::Refusal;
use super::layout::Habits;

/// Where a scalar stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// In block style.
    Block,
    /// Inside brackets or braces.
    Flow,
}

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

/// A rule's argument as a value: whole numbers and truth values as such, everything else as text — a version stays text.
pub(super) fn argument_value(text: &str) -> Value {
    match plain_value(text) {
        value @ Value::Bool(_) if matches!(text, "true" | "false") => value,
        Value::Number(number) if number.is_u64() && number.to_string() == text => Value::Number(number),
        _ => Value::String(text.to_owned()),
    }
}

/// Whether `text`, written without quotes, is read back as the same text by every reader, YAML 1.1 ones too.
pub(super) fn is_plain_safe(text: &str, around: Around) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let mut rest = text.chars().skip(1);
    let opens = match first {
        '-' | '?' | ':' => rest.next().is_none_or(char::is_whitespace),
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' | '=' => true,
        _ => false,
    };
    let breaks = text.chars().any(char::is_control) || text.contains(": ") || text.contains(" #") || text.ends_with(':');
    let flow = around == Around::Flow && text.contains([',', '[', ']', '{', '}', ':']);
    let old = matches!(text.to_ascii_lowercase().as_str(), "yes" | "no" | "on" | "off" | "y" | "n");
    let counted =
        first.is_ascii_digit() && text.bytes().all(|byte| byte.is_ascii_digit() || b":._-".contains(&byte)) && !text.contains('.');
    let blank = text.trim() != text;
    let document = text.starts_with("---") || text.starts_with("...");
    !(opens || breaks || flow || old || counted || blank || document) && matches!(plain_value(text), Value::String(_))
}

/// `text` in quotes: in the preferred ones, unless only the other can say it.
pub(super) fn quoted(text: &str, quote: char) -> String {
    let control = text.chars().any(char::is_control);
    let simple = quote == '"' && !text.contains(['"', '\\']);
    if control || simple { double_quoted(text) } else { format!("'{}'", text.replace('\'', "''")) }
}

/// `text` in double quotes.
pub(super) fn double_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            other if other.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(other))),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// A scalar on one line.
pub(super) fn scalar(value: &Value, around: Around, habits: &Habits) -> Result<String, Refusal> {
    match value {
        Value::Null => Ok("null".to_owned()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        Value::String(text) if is_plain_safe(text, around) => Ok(text.clone()),
        Value::String(text) => Ok(quoted(text, habits.quote)),
        _ => Err(Refusal::DoesNotFit("a collection cannot stand where one word is expected".to_owned())),
    }
}

/// A value on one line: scalars, and collections in brackets.
pub(super) fn flow(value: &Value, habits: &Habits) -> Result<String, Refusal> {
    match value {
        Value::Sequence(items) => {
            let items = items.iter().map(|item| flow(item, habits)).collect::<Result<Vec<_>, _>>()?;
            Ok(format!("[{}]", items.join(", ")))
        }
        Value::Mapping(entries) if entries.is_empty() => Ok("{}".to_owned()),
        Value::Mapping(entries) => {
            let entries =
                entries.iter().map(|(key, value)| Ok(format!("{}: {}", scalar(key, Around::Flow, habits)?, flow(value, habits)?)));
            Ok(format!("{{ {} }}", entries.collect::<Result<Vec<_>, Refusal>>()?.join(", ")))
        }
        other => scalar(other, Around::Flow, habits),
    }
}

/// `key: value` for a key at `column`; lines behind the first are indented in full.
pub(super) fn entry(key: &str, value: &Value, column: usize, indent: usize, habits: &Habits) -> Result<String, Refusal> {
    let key = scalar(&Value::String(key.to_owned()), Around::Block, habits)?;
    match value {
        Value::Mapping(entries) if !entries.is_empty() => {
            let lines = mapping_lines(entries, column + indent, indent, habits)?;
            Ok(format!("{key}:\n{}{lines}", " ".repeat(column + indent)))
        }
        Value::Sequence(items) if !items.is_empty() => {
            let dash = column + habits.dash_indent;
            let mut text = format!("{key}:");
            for item in items {
                text.push_str(&format!("\n{}{}", " ".repeat(dash), item_text(item, dash, habits)?));
            }
            Ok(text)
        }
        Value::String(text) if text.contains('\n') => Ok(format!("{key}: {}", literal(text, column + indent)?)),
        Value::Null => Ok(format!("{key}:")),
        other => Ok(format!("{key}: {}", if is_empty(other) { flow(other, habits)? } else { scalar(other, Around::Block, habits)? })),
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_mapping().is_some_and(serde_yaml::Mapping::is_empty) || value.as_sequence().is_some_and(Vec::is_empty)
}

/// A mapping's entries at `column`; the first line without its indentation.
fn mapping_lines(entries: &serde_yaml::Mapping, column: usize, indent: usize, habits: &Habits) -> Result<String, Refusal> {
    let mut lines = Vec::new();
    for (key, value) in entries {
        let Some(key) = key.as_str() else { return Err(Refusal::DoesNotFit("a key that is no text".to_owned())) };
        lines.push(entry(key, value, column, indent, habits)?);
    }
    Ok(lines.join(&format!("\n{}", " ".repeat(column))))
}

/// `- item` for a dash at `column`; lines behind the first are indented in full.
pub(super) fn item_text(value: &Value, column: usize, habits: &Habits) -> Result<String, Refusal> {
    let gap = " ".repeat(habits.dash_gap.saturating_sub(1).max(1));
    let inner = column + habits.dash_gap.max(2);
    match value {
        Value::Mapping(entries) if !entries.is_empty() => {
            Ok(format!("-{gap}{}", mapping_lines(entries, inner, habits.step_indent, habits)?))
        }
        Value::String(text) if text.contains('\n') => Ok(format!("-{gap}{}", literal(text, inner)?)),
        Value::Mapping(_) | Value::Sequence(_) => Ok(format!("-{gap}{}", flow(value, habits)?)),
        other => Ok(format!("-{gap}{}", scalar(other, Around::Block, habits)?)),
    }
}

/// A text of several lines as a literal block whose lines stand at `column`.
pub(super) fn literal(text: &str, column: usize) -> Result<String, Refusal> {
    let body = text.trim_end_matches('\n');
    let strip = match text.len() - body.len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    let odd = body.lines().next().is_none_or(|line| line.is_empty() || line.starts_with([' ', '\t']));
    if odd || text.chars().any(|character| character.is_control() && character != '\n' && character != '\t') {
        return Err(Refusal::DoesNotFit("the text cannot stand in a literal block".to_owned()));
    }
    let mut out = format!("|{strip}");
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&" ".repeat(column));
            out.push_str(line);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HABITS: Habits = Habits { indent: 2, step_indent: 2, dash_indent: 2, dash_gap: 2, quote: '\'' };

    #[test]
    fn plain_words_are_read_as_serde_yaml_reads_them() {
        for text in [
            "", "~", "null", "Null", "true", "False", "yes", "on", "0", "-1", "+1", "007", "0x1F", "-0x1f", "0o17", "0b11", "1e3", "3.10",
            "3.", ".5", "-.inf", ".nan", ".NaN", "1_000", "1.2.3", "+-1", "--1", "0x-1", "abc", ".", "1e999", "-0", "-007", "0x", "+0x1f",
            "1:30", "inf", "nan", "12e03", "e3", "+.inf", "+12e3", "-2E+05",
        ] {
            let read: Value = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let own = plain_value(text);
            let nan = |value: &Value| value.as_f64().is_some_and(f64::is_nan);
            assert!(read == own || nan(&read) && nan(&own), "{text}: {read:?} is not {own:?}");
        }
    }

    #[test]
    fn whatever_is_written_reads_back() {
        for text in [
            "a",
            "3.10",
            "on",
            "a: b",
            "a #b",
            "#a",
            "- a",
            "-a",
            "'",
            "\"",
            "a'b",
            "{a",
            "${{ x }}",
            "x\ty",
            "a\nb",
            "ü",
            "*a",
            "!x",
            "1:30",
            "",
            " a",
            "a:",
            "=",
            "---",
            "2024-01-01",
            "0777",
            "@x",
            "`x`",
            "%x",
            "a, b",
            "[a]",
            "a\\b",
            "\u{7}",
        ] {
            for quote in ['\'', '"'] {
                for around in [Around::Block, Around::Flow] {
                    let habits = Habits { quote, ..HABITS };
                    let value = Value::String(text.to_owned());
                    let written = scalar(&value, around, &habits).expect("a scalar");
                    let whole = if around == Around::Flow { format!("[{written}, z]") } else { format!("- {written}\n- z") };
                    let read: Vec<Value> = serde_yaml::from_str(&whole).unwrap_or_else(|error| panic!("{whole}: {error}"));
                    assert_eq!(read.first(), Some(&value), "{whole}");
                }
            }
        }
    }

    #[test]
    fn a_step_is_written_in_the_habits_of_the_file() {
        let step: Value =
            serde_yaml::from_str("{name: Install x, if: always(), run: \"a\\nb\\n\", with: {k: '1', l: [m]}}").expect("parses");
        let text = item_text(&step, 4, &Habits { dash_gap: 4, ..HABITS }).expect("is written");
        let expected = "-   name: Install x\n        if: always()\n        run: |\n          a\n          b\n        with:\n          k: '1'\n          l:\n            -   m";
        assert_eq!(text, expected);
        let whole: Value = serde_yaml::from_str(&format!("s:\n    {text}\n")).expect("parses");
        assert_eq!(whole["s"][0], step);
    }
}
