//! Turns the events of a workflow into the way to try a change of it before it is merged.

use serde_yaml::Value;

use super::{Change, Run};
use crate::report::inline::shell_word;
use crate::report::markdown::code;
use crate::workflow::readers;

/// How the changed workflow can be tried, as Markdown.
pub(super) fn trial(change: &Change, run: &Run) -> String {
    let file = change.files.iter().find(|file| file.path.is_workflow());
    let events = file.and_then(|file| file.after.text.as_deref()).map(events).unwrap_or_default();
    let has = |name: &str| events.iter().any(|event| event == name);
    let name = code(&run.workflow);
    let mut ways = Vec::new();
    if has("pull_request") {
        ways.push(format!("The checks of this pull request run {name} with the change."));
    } else if has("push") {
        ways.push(format!("Pushing this branch runs {name} with the change, unless the workflow filters branches."));
    }
    if let Some(file) = file.filter(|_| has("workflow_dispatch")) {
        let command = format!("gh workflow run {} --ref {}", shell_word(file.path.file_name()), shell_word(&change.branch));
        ways.push(format!("By hand: {}.", code(&command)));
    }
    if ways.is_empty() {
        ways.push(format!(
            "No event of {name} reaches a pull request: it shows after the merge, or in a copy of the workflow with `workflow_dispatch`."
        ));
    }
    ways.push(
        "A branch pushed with a job's own `GITHUB_TOKEN` starts no workflow by itself; approve or start it on the checks' page.".to_owned(),
    );
    ways.iter().map(|way| format!("- {way}\n")).collect()
}

/// The names of the events that start a workflow.
fn events(text: &str) -> Vec<String> {
    let Ok(root) = readers::first(text) else { return Vec::new() };
    let name = |value: &Value| value.as_str().map(str::to_owned);
    match root.get("on") {
        Some(Value::String(event)) => vec![event.clone()],
        Some(Value::Sequence(list)) => list.iter().filter_map(name).collect(),
        Some(Value::Mapping(map)) => map.keys().filter_map(name).collect(),
        _ => Vec::new(),
    }
}
