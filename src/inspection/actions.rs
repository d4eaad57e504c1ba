//! What steps use: the form of the reference, inputs of known and of own actions, and where own actions lie.

use super::file::File;
use super::scope::{action_file, action_inputs};
use super::{Cure, CureChange, Finding, workspace};
use crate::almanac::{self, ActionVersion};
use crate::edit::{Change, Edit, EditSpec, Intent, Splice};
use crate::rules::Safety;
use crate::text::{ByteSpan, nearest};
use crate::workflow::{Document, Node, Place, Route, Step, Workflow};

/// What is wrong with the actions that steps use.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for job in file.workflow.jobs() {
        let steps = job.steps();
        for (index, step) in steps.iter().enumerate() {
            let earlier = steps.get(..index).unwrap_or_default();
            findings.extend(of_step(file, step, earlier));
        }
    }
    for step in file.workflow.action_steps() {
        findings.extend(of_step(file, &step, &[]));
    }
    findings
}

fn of_step(file: &File<'_>, step: &Step<'_>, earlier: &[Step<'_>]) -> Vec<Finding> {
    let Some((uses, node)) = step.uses().zip(step.get("uses")) else { return Vec::new() };
    if uses.contains("${{") || uses.starts_with("docker://") || uses.is_empty() {
        return Vec::new();
    }
    if uses.starts_with("$/") {
        return Vec::new();
    }
    if let Some(folder) = uses.strip_prefix("./").or_else(|| (uses == ".").then_some("")) {
        return own(file, step, node, folder, earlier);
    }
    let Some((action, reference)) = uses.split_once('@') else { return without_reference(file, step, node, uses).into_iter().collect() };
    let parts: Vec<&str> = action.split('/').collect();
    if reference.is_empty() || parts.len() < 2 || parts.iter().any(|part| part.is_empty()) {
        let message = format!("Expected format {{org}}/{{repo}}[/path]@ref. Actual '{uses}'");
        return file.finding("action-reference", node.span, message).into_iter().collect();
    }
    let mut findings: Vec<Finding> = refused(file, node, action, reference).into_iter().collect();
    let Some(known) = almanac::action_inputs(action) else { return findings };
    let names: Vec<&str> = known.inputs.iter().map(String::as_str).collect();
    let told = |finding: &Finding| known.covers(reference) || finding.message.contains("did you mean");
    findings.extend(unknown_inputs(file, step, &names).into_iter().filter(told));
    let given = |name: &str| {
        step.get("with")
            .is_some_and(|with| with.entries().iter().any(|entry| entry.key.as_str().is_some_and(|key| key.eq_ignore_ascii_case(name))))
    };
    let spelled = step.get("with").is_none_or(Node::is_mapping);
    for name in known.required.iter().filter(|name| spelled && !given(name)) {
        // A misspelt one is that finding.
        if !findings.iter().any(|finding: &Finding| finding.message.contains(&format!("`{name}`"))) {
            let message = format!("Input required and not supplied: {name}");
            findings.extend(
                file.finding("action-input-missing", node.span, message)
                    .map(|finding| finding.with_help(format!("Give `{name}` below `with`"))),
            );
        }
    }
    findings
}

/// A version that the service fails before the job's first step.
fn refused(file: &File<'_>, node: &Node, action: &str, reference: &str) -> Option<Finding> {
    let known = almanac::action(action)?;
    let refused = known.refused(reference)?;
    let since = refused.since.as_str();
    let message = format!("the service refuses `{action}@{reference}` since {since}");
    let place = Place { file: file.path.clone(), job: None, step: None, caller: None };
    let cure = Cure {
        title: format!("Use a version of `{}` that is not refused", known.name),
        safety: Safety::NeedsReview,
        change: CureChange::Verb(
            EditSpec { verb: "bump-action".to_owned(), arguments: [("action".to_owned(), known.name.clone())].into() },
            place,
        ),
        grants: Vec::new(),
    };
    let help = format!("Accepted are {} and newer", refused.accepted.join(", "));
    Some(file.finding("action-refused", node.span, message)?.with_cure(Some(cure)).with_help(help))
}

/// Inputs that an action does not have.
fn unknown_inputs(file: &File<'_>, step: &Step<'_>, names: &[&str]) -> Vec<Finding> {
    let Some(with) = step.get("with") else { return Vec::new() };
    let mut findings = Vec::new();
    for entry in with.entries() {
        let Some(key) = entry.key.as_str() else { continue };
        // Container actions take these two besides.
        if names.iter().any(|name| name.eq_ignore_ascii_case(key)) || matches!(key, "args" | "entrypoint") || key.contains("${{") {
            continue;
        }
        let taken =
            |name: &str| with.entries().iter().any(|other| other.key.as_str().is_some_and(|other| other.eq_ignore_ascii_case(name)));
        let right = nearest(key, names.iter().copied()).filter(|right| !taken(right));
        let more = right.map_or_else(String::new, |right| format!("; did you mean `{right}`"));
        let message = format!("Unexpected input '{key}'{more}");
        let route = step.route.key("with").key(key);
        let cure = right.filter(|_| !file.document().is_shared(&route)).map(|right| {
            let written = file.document().slice(entry.key.span).replacen(key, right, 1);
            renamed(file, &route, entry.key.span, written, right, key)
        });
        let finding = file.finding("action-input-unknown", entry.key.span, message);
        let help = if names.is_empty() { "It has none".to_owned() } else { format!("It has {}", names.join(", ")) };
        findings.extend(finding.map(|finding| finding.with_cure(cure).with_help(help)));
    }
    findings
}

/// The cure that gives a key another name.
pub(super) fn renamed(file: &File<'_>, route: &Route, span: ByteSpan, written: String, right: &str, wrong: &str) -> Cure {
    let intents = vec![Intent::Rename { route: route.clone(), name: right.to_owned() }];
    let change = Change::Text { splices: vec![Splice { span, text: written }], intents };
    let edits = vec![Edit { path: file.path.clone(), change }];
    Cure {
        title: format!("Call the input `{right}` instead of `{wrong}`"),
        safety: Safety::NeedsReview,
        change: CureChange::Edits(edits),
        grants: Vec::new(),
    }
}

/// `owner/name` without `@ref`: the ref that the repository uses it with elsewhere, else the newest major that is known.
fn without_reference(file: &File<'_>, step: &Step<'_>, node: &Node, uses: &str) -> Option<Finding> {
    let message = format!("Expected format {{org}}/{{repo}}[/path]@ref. Actual '{uses}'");
    let finding = file.finding("action-reference", node.span, message)?;
    let sound = uses.contains('/') && !uses.starts_with('/') && !uses.contains(char::is_whitespace);
    let reference = elsewhere(file, uses).or_else(|| {
        let action = almanac::action(&uses.to_ascii_lowercase())?;
        ActionVersion::parse(&format!("v{}", action.newest_major())).map(|version| format!("v{}", version.major))
    });
    let route = step.route.key("uses");
    let cure = reference.filter(|_| sound && !file.document().is_shared(&route)).map(|reference| {
        let new = format!("{uses}@{reference}");
        let written = file.document().slice(node.span).replacen(uses, &new, 1);
        let edit = file.set(&route, node, vec![Splice { span: node.span, text: written }], new);
        Cure {
            title: format!("Use {uses} at `{reference}`"),
            safety: Safety::NeedsReview,
            change: CureChange::Edits(vec![edit]),
            grants: Vec::new(),
        }
    });
    Some(finding.with_cure(cure).with_help("Say which version: `owner/name@v1`, or a commit"))
}

/// The one ref with which the repository's workflows use an action elsewhere.
fn elsewhere(file: &File<'_>, action: &str) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    for text in file.repository.texts.values() {
        for line in text.lines() {
            let Some((_, rest)) = line.split_once("uses:") else { continue };
            let rest = rest.trim().trim_matches(['"', '\'']);
            let Some((name, reference)) = rest.split_once('@') else { continue };
            let reference: String = reference.chars().take_while(|c| !c.is_whitespace() && !matches!(c, '"' | '\'')).collect();
            if name.eq_ignore_ascii_case(action) && !reference.is_empty() && !found.contains(&reference) {
                found.push(reference);
            }
        }
    }
    if found.len() == 1 { found.pop() } else { None }
}

/// An action of the repository itself.
fn own(file: &File<'_>, step: &Step<'_>, node: &Node, folder: &str, earlier: &[Step<'_>]) -> Vec<Finding> {
    let folder = folder.trim_end_matches('/');
    if let Some((path, text)) = action_file(file, folder) {
        let mut findings = Vec::new();
        if !file.is_action() && nothing_checked_out(earlier) {
            let message = format!("nothing is checked out before the action in `./{folder}` is used");
            findings.extend(
                file.finding("job-without-checkout", node.span, message)
                    .map(|finding| finding.with_help("Put `actions/checkout` before it")),
            );
        }
        if let Ok(action) = Workflow::read(path, text) {
            findings.extend(unknown_inputs(file, step, &action_inputs(&action)));
            findings.extend(missing_inputs(file, step, node, &action));
        }
        return findings;
    }
    let certain = workspace::is_known(file) && !file.is_action() && workspace::only_this_repository(earlier);
    let made = folder.rsplit('/').next().is_some_and(|name| workspace::is_named(earlier, name));
    let has_docker = file.repository.has(&format!("{folder}/Dockerfile"));
    if !certain || made || has_docker {
        return Vec::new();
    }
    let message = format!("the repository has no action in `./{folder}`");
    file.finding("local-action-missing", node.span, message).into_iter().collect()
}

/// Whether no step before could have put files into the workspace.
fn nothing_checked_out(earlier: &[Step<'_>]) -> bool {
    earlier.iter().all(|step| {
        let known =
            step.uses().is_some_and(|uses| ["actions/setup-", "actions/cache", "docker/"].iter().any(|start| uses.starts_with(start)));
        step.uses().is_none_or(|_| known)
            && step
                .run()
                .is_none_or(|run| !["git", "gh ", "tar", "unzip", "curl", "cp ", "mkdir", "svn"].iter().any(|word| run.contains(word)))
    })
}

/// Inputs that an own action requires, without a default, and that are not given: the runner only warns for composite actions, so
/// that this is told where the action itself is JavaScript.
fn missing_inputs(file: &File<'_>, step: &Step<'_>, node: &Node, action: &Workflow) -> Vec<Finding> {
    let document: &Document = &action.document;
    let using = action.top("runs").and_then(|runs| runs.get("using")).and_then(Node::as_str).unwrap_or("");
    if !using.starts_with("node") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for entry in action.top("inputs").map_or(&[][..], Node::entries) {
        let Some(name) = entry.key.as_str() else { continue };
        let input = document.resolve(&entry.value);
        let required = input.get("required").and_then(Node::as_str) == Some("true") && input.get("default").is_none();
        let given = step
            .get("with")
            .is_some_and(|with| with.entries().iter().any(|entry| entry.key.as_str().is_some_and(|key| key.eq_ignore_ascii_case(name))));
        if required && !given {
            findings.extend(file.finding("action-input-missing", node.span, format!("Input required and not supplied: {name}")));
        }
    }
    findings
}
