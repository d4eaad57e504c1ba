//! Turns rows into JUnit's XML, which CI systems show as tests. It has no official schema; this is the common part that they read.

use super::{Row, RowOutcome};

/// The document; each case and each failure of a source is one test.
pub fn junit<'a>(rows: impl IntoIterator<Item = &'a Row>) -> String {
    let rows: Vec<&Row> = rows.into_iter().collect();
    let failed = rows.iter().filter(|row| row.is_regression() && row.outcome != RowOutcome::Unreadable).count();
    let errors = rows.iter().filter(|row| row.is_regression() && row.outcome == RowOutcome::Unreadable).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = format!("tests=\"{}\" failures=\"{failed}\" errors=\"{errors}\"", rows.len());
    out.push_str(&format!("<testsuites name=\"gh-autoheal replay\" {counts}>\n  <testsuite name=\"gh-autoheal replay\" {counts}>\n"));
    for row in rows {
        out.push_str(&test(row));
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn test(row: &Row) -> String {
    let (folder, name) = row.case.rsplit_once('/').unwrap_or(("cases", &row.case));
    let name = if row.failure == 0 { name.to_owned() } else { format!("{name} ({})", row.failure + 1) };
    let head = format!("    <testcase classname=\"{}\" name=\"{}\"", escaped(folder), escaped(&name));
    if !row.is_regression() {
        return format!("{head}/>\n");
    }
    let tag = if row.outcome == RowOutcome::Unreadable { "error" } else { "failure" };
    let message = row.wrong.as_deref().unwrap_or("comes out otherwise than blessed");
    let kind = row.rule.as_deref().unwrap_or("none");
    let text = row.cause_text.as_deref().unwrap_or("");
    let (message, kind, text) = (escaped(message), escaped(kind), escaped(text));
    format!("{head}>\n      <{tag} message=\"{message}\" type=\"{kind}\">{text}</{tag}>\n    </testcase>\n")
}

/// Text as XML 1.0 takes it: markup and quotes escaped, characters that it forbids left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}
