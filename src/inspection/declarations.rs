//! What a workflow declares that it is given: inputs and secrets.

use super::file::File;
use super::{Cure, CureChange, Finding};
use crate::edit::Splice;
use crate::rules::Safety;
use crate::text::nearest;
use crate::workflow::{Entry, Node, Route};

/// Inputs of `workflow_dispatch`
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs>).
const MOST_INPUTS: usize = 25;

/// What is wrong with the inputs and secrets below `on`.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let Some(on) = file.workflow.top("on").filter(|_| !file.is_action()) else { return Vec::new() };
    let mut findings = Vec::new();
    for event in ["workflow_dispatch", "workflow_call"] {
        let Some(declared) = file.document().under(on, event) else { continue };
        let route = Route::root().key("on").key(event);
        if let Some(inputs) = declared.entry("inputs") {
            let entries = file.document().resolve(&inputs.value).entries();
            if event == "workflow_dispatch" && entries.len() > MOST_INPUTS {
                let message = format!("you may only define up to {MOST_INPUTS} `inputs` for a `workflow_dispatch` event");
                let finding = file.finding("limit-exceeded", inputs.key.span, message);
                findings.extend(finding.map(|finding| finding.with_help("Gather some of them in one input that holds JSON")));
            }
            findings.extend(entries.iter().filter_map(|entry| input(file, entry, &route.key("inputs"))));
        }
        let secrets = file.document().under(declared, "secrets").map_or(&[][..], Node::entries);
        findings.extend(secrets.iter().filter_map(|entry| secret(file, entry)));
    }
    findings
}

/// The platform's own secret cannot be handed over.
fn secret(file: &File<'_>, entry: &Entry) -> Option<Finding> {
    let name = entry.key.as_str().filter(|name| name.eq_ignore_ascii_case("GITHUB_TOKEN"))?;
    let message = format!("secret name `{name}` within `workflow_call` can not be used since it would collide with system reserved name");
    let finding = file.finding("invalid-id", entry.key.span, message)?;
    Some(finding.with_help("Take it out: a called workflow has a token of its own, which `permissions` rules"))
}

fn input(file: &File<'_>, entry: &Entry, route: &Route) -> Option<Finding> {
    let name = entry.key.as_str()?;
    let document = file.document();
    let input = document.resolve(&entry.value);
    let kind = document.under(input, "type").and_then(Node::as_str).unwrap_or("string");
    let options = document.under(input, "options");
    if kind == "choice" && options.is_none_or(|options| options.items().is_empty()) {
        let message = format!("the input `{name}` is a choice and has no `options`");
        return Some(file.finding("input-declaration", entry.key.span, message)?.with_help("List what can be chosen below `options`"));
    }
    let default =
        document.under(input, "default").filter(|node| node.as_str().is_some_and(|text| !text.contains("${{") && !text.is_empty()))?;
    let text = default.as_str()?;
    let offered: Vec<&str> = match (kind, options) {
        ("choice", Some(options)) => options.items().iter().filter_map(|item| document.resolve(&item.value).as_str()).collect(),
        ("boolean", _) => vec!["true", "false"],
        ("number", _) if text.trim().parse::<f64>().is_err() => Vec::new(),
        _ => return None,
    };
    if offered.iter().any(|offer| *offer == text || kind == "boolean" && offer.eq_ignore_ascii_case(text)) {
        return None;
    }
    let what = if kind == "number" { "a number".to_owned() } else { format!("one of {}", offered.join(", ")) };
    let message = format!("the default of `{name}` is `{text}`, and the input takes {what}");
    let finding = file.finding("input-declaration", default.span, message)?;
    let cure = nearest(text, offered.iter().copied()).and_then(|right| chosen(file, default, &route.key(name).key("default"), text, right));
    Some(finding.with_cure(cure).with_help(format!("Give it {what}")))
}

fn chosen(file: &File<'_>, node: &Node, route: &Route, text: &str, right: &str) -> Option<Cure> {
    if file.document().is_shared(route) {
        return None;
    }
    let written = file.document().slice(node.span).replacen(text, right, 1);
    let edit = file.set(route, node, vec![Splice { span: node.span, text: written }], right.to_owned());
    let title = format!("Write `{right}` instead of `{text}`");
    Some(Cure { title, safety: Safety::NeedsReview, change: CureChange::Edits(vec![edit]), grants: Vec::new() })
}
