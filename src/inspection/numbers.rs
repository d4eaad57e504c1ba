//! Texts that YAML reads as numbers, and so as other texts: `3.10`, `0755`, `0x10`, `12e4`.

use super::file::File;
use super::{Cure, CureChange, Finding};
use crate::edit::Splice;
use crate::rules::Safety;
use crate::workflow::{Node, NodeKind, Route};

/// Words in the names of inputs and axes that hold versions.
const VERSIONS: &[&str] =
    &["version", "python", "node", "ruby", "golang", "go", "php", "java", "jdk", "dotnet", "ghc", "elixir", "otp", "django"];

/// Values of matrices, inputs of actions and variables that change when they are read.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for job in file.workflow.jobs() {
        let matrix = job.route.key("strategy").key("matrix");
        if let Some(node) = file.document().get(&matrix) {
            below(file, node, &matrix, "", &mut findings);
        }
        variables(file, &job.route, &mut findings);
        for step in job.steps() {
            let with = step.route.key("with");
            if let Some(node) = file.document().get(&with) {
                below(file, node, &with, "", &mut findings);
            }
            variables(file, &step.route, &mut findings);
        }
    }
    variables(file, &Route::root(), &mut findings);
    findings
}

/// The values of `env`: texts to every program.
fn variables(file: &File<'_>, owner: &Route, findings: &mut Vec<Finding>) {
    let env = owner.key("env");
    if let Some(node) = file.document().get(&env) {
        below(file, node, &env, "", findings);
    }
}

fn below(file: &File<'_>, node: &Node, route: &Route, key: &str, findings: &mut Vec<Finding>) {
    match &node.kind {
        NodeKind::Mapping { entries, .. } => {
            for entry in entries {
                let Some(name) = entry.key.as_str() else { continue };
                let key = if matches!(name, "include" | "exclude") { key } else { name };
                below(file, &entry.value, &route.key(name), key, findings);
            }
        }
        NodeKind::Sequence { items, .. } => {
            for (index, item) in items.iter().enumerate() {
                below(file, &item.value, &route.index(index), key, findings);
            }
        }
        NodeKind::Scalar { .. } => findings.extend(finding(file, node, route, key)),
        NodeKind::Alias(_) => {}
    }
}

fn finding(file: &File<'_>, node: &Node, route: &Route, key: &str) -> Option<Finding> {
    let text = node.as_str().filter(|_| super::events::is_plain(node))?;
    let read = if is_version(text, key) { Some(text.trim_end_matches('0').to_owned()) } else { read_as(text) };
    let read = read.filter(|read| read != text)?;
    let finding = file.finding("number-changes", node.span, format!("`{text}` is read as the number {read}"))?;
    let finding = finding.with_help(format!("Put it in quotes if `{text}` is meant"));
    if file.document().is_shared(route) {
        return Some(finding);
    }
    let edit = crate::edit::Edit {
        path: file.path.clone(),
        change: crate::edit::Change::Text {
            splices: vec![Splice { span: node.span, text: format!("'{text}'") }],
            intents: vec![crate::edit::Intent::Set { route: route.clone(), value: serde_yaml::Value::from(text) }],
        },
    };
    let safety = if is_version(text, key) { Safety::Safe } else { Safety::NeedsReview };
    let cure = Cure { title: format!("Quote `{text}`"), safety, change: CureChange::Edits(vec![edit]), grants: Vec::new() };
    Some(finding.with_cure(Some(cure)))
}

/// A version that loses its last digit: `3.10`. `3.0` as `3` means the newest 3.x to most actions.
fn is_version(text: &str, key: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.starts_with(|c: char| c.is_ascii_digit());
    let loses = text.matches('.').count() == 1 && text.ends_with('0') && !text.ends_with(".0");
    let lower = key.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    digits && loses && VERSIONS.iter().any(|word| words.contains(word) || words.contains(&format!("{word}s").as_str()))
}

/// What the platform makes of a number that is not written as it writes numbers: with zeros in front, in another base, with an exponent,
/// or with more digits than it keeps (actions/runner, `YamlObjectReader.MatchInteger` and `MatchFloat`).
fn read_as(text: &str) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(text) {
        let bare = text.trim_start_matches('0');
        // The mode of a file is the same without its zero.
        if text.len() == 4 && bare.len() == 3 && bare.bytes().all(|byte| byte < b'8') {
            return None;
        }
        return match (bare.len(), text.starts_with('0')) {
            (0, _) => (text.len() > 1).then(|| "0".to_owned()),
            (16.., _) => text.parse::<f64>().ok().map(|number| format!("{number:e}").replace('e', "E+")),
            (_, true) => Some(bare.to_owned()),
            _ => None,
        };
    }
    if let Some(number) = text.strip_prefix("0x") {
        return i32::from_str_radix(number, 16).ok().filter(|_| !number.starts_with('+')).map(|number| number.to_string());
    }
    if let Some(number) = text.strip_prefix("0o") {
        return i32::from_str_radix(number, 8).ok().filter(|_| !number.starts_with('+')).map(|number| number.to_string());
    }
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let whole = digits(&mantissa.replacen('.', "", 1)) && digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    let number = text.parse::<f64>().ok().filter(|_| whole && mantissa.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(if number.is_finite() && number.abs() < 1e15 {
        number.to_string()
    } else if number.is_finite() {
        format!("{number:e}").replace('e', "E+")
    } else {
        "Infinity".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_platform_reads_them() {
        let cases = [
            ("010", Some("10")),
            ("0755", None),
            ("0799", Some("799")),
            ("0022", Some("22")),
            ("00", Some("0")),
            ("0x10", Some("16")),
            ("0o17", Some("15")),
            ("1e3", Some("1000")),
            ("12e4567", Some("Infinity")),
            ("1e20", Some("1E+20")),
            ("1234567890123456789", Some("1.2345678901234568E+18")),
            ("10", None),
            ("0", None),
            ("1.5", None),
            ("1.10", None),
            ("abc", None),
            ("1e", None),
            ("e1", None),
            ("1.2.3", None),
            ("123456789012345", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read_as(text).as_deref(), expected, "{text}");
        }
        assert!(is_version("3.10", "python-version") && !is_version("3.10", "timeout") && !is_version("3.0", "version"));
    }
}
