//! Turns an outcome into SARIF 2.1.0, which code scanning and editors read.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::inline::one_line;
use super::{Outcome, diff};
use crate::inspection::{self, Level};
use crate::remedy::{Failure, Verdict};

/// Where the form is defined.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The rule of failures that no rule explains: a result needs one.
const UNEXPLAINED: &str = "unexplained";

/// The log, as a value.
pub fn render(outcome: &Outcome) -> Value {
    let failures = &outcome.healing.failures;
    // Sorted, so that the same failures give the same bytes.
    let ids: BTreeMap<String, ()> = failures.iter().map(|failure| (rule_id(failure), ())).collect();
    let ids: Vec<String> = ids.into_keys().collect();
    let rules: Vec<Value> = ids.iter().map(|id| rule(id)).collect();
    let results: Vec<Value> = failures.iter().map(|failure| result(outcome, failure, &ids)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            } },
            "results": results,
        }],
    })
}

/// What a rule is: of a check its texts too.
fn rule(id: &str) -> Value {
    match inspection::check(id) {
        Some(check) => json!({
            "id": id,
            "shortDescription": { "text": check.summary },
            "fullDescription": { "text": check.explanation },
            "defaultConfiguration": { "level": check.level },
        }),
        None => json!({ "id": id }),
    }
}

fn rule_id(failure: &Failure) -> String {
    failure.diagnosis.rule.as_deref().map_or_else(|| UNEXPLAINED.to_owned(), one_line)
}

fn result(outcome: &Outcome, failure: &Failure, ids: &[String]) -> Value {
    let id = rule_id(failure);
    let index = ids.iter().position(|known| *known == id);
    let cause = failure.diagnosis.cause.as_ref().map_or_else(String::new, |cause| format!("{} ", one_line(&cause.text)));
    let grave = failure.inspected.as_ref().is_none_or(|inspected| inspected.level == Level::Error);
    let level = if failure.verdict == Verdict::Transient || !grave { "warning" } else { "error" };
    let cause = if failure.inspected.is_some() { String::new() } else { cause };
    let mut result = json!({
        "ruleId": id,
        "ruleIndex": index,
        "level": level,
        "message": { "text": format!("{cause}{}", one_line(&failure.explanation)) },
        "locations": [location(outcome, failure)],
        "partialFingerprints": { "autoheal/v1": failure.fingerprint },
    });
    if let (None, Some(object)) = (index, result.as_object_mut()) {
        object.remove("ruleIndex");
    }
    result
}

/// The workflow where it is known, else the log file.
fn location(outcome: &Outcome, failure: &Failure) -> Value {
    if let (Some(inspected), Some(cause)) = (&failure.inspected, &failure.diagnosis.cause) {
        let (line, column) = (cause.number.get() as usize, inspected.column as usize);
        let region = json!({ "startLine": line, "startColumn": column, "endColumn": column + inspected.width });
        return json!({ "physicalLocation": { "artifactLocation": { "uri": uri(&one_line(&cause.file)) }, "region": region } });
    }
    let (path, line) = match (&failure.workflow, &failure.diagnosis.cause) {
        (Some(workflow), _) => {
            let touched = failure.remedies.iter().filter_map(|remedy| remedy.patch.as_ref()).flat_map(|patch| &patch.files);
            let line = touched.filter(|file| &file.path == workflow).find_map(diff::first_changed_line);
            (workflow.as_str().to_owned(), line.unwrap_or(1))
        }
        (None, Some(cause)) => (one_line(&cause.file), cause.number.get() as usize),
        (None, None) => (".github/workflows".to_owned(), 1),
    };
    let job = outcome.job(failure).map(|job| one_line(&job.name));
    let step = outcome.step(failure).and_then(|step| step.name.as_deref()).map(one_line);
    let name = [job, step].into_iter().flatten().collect::<Vec<_>>().join(" / ");
    let mut location = json!({
        "physicalLocation": { "artifactLocation": { "uri": uri(&path) }, "region": { "startLine": line } },
    });
    if let (false, Some(object)) = (name.is_empty(), location.as_object_mut()) {
        object.insert("logicalLocations".to_owned(), json!([{ "fullyQualifiedName": name }]));
    }
    location
}

/// A relative path as a URI reference (RFC 3986): everything but plain characters becomes `%XX`.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, file};

    use super::super::example;
    use super::*;

    #[test]
    fn each_failure_is_a_result() {
        let text = serde_json::to_string_pretty(&render(&example::committed())).unwrap();
        assert_data_eq!(text, file!["snapshots/sarif.txt"].raw());
    }

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("test (3.12)/4_Run ü.txt"), "test%20%283.12%29/4_Run%20%C3%BC.txt");
    }
}
