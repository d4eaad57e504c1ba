//! Jobs that call a workflow of the same repository: whether it is there, can be called, and gets what it wants.

use super::actions::renamed;
use super::file::File;
use super::{Cure, CureChange, Finding, workspace};
use crate::edit::EditSpec;
use crate::rules::Safety;
use crate::text::{RepoPath, nearest};
use crate::workflow::{Job, Node, Permissions, Place, Workflow};

/// Workflows that may call each other in a row, the first one included
/// (<https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations#limitations>).
const DEEPEST: usize = 10;

/// What is wrong with the file's calls.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for job in file.workflow.jobs() {
        let Some((uses, node)) = job.uses().zip(job.get("uses")) else { continue };
        let Some(path) = uses.strip_prefix("./").filter(|path| !path.contains("${{")) else {
            findings.extend(foreign(file, uses, node));
            continue;
        };
        findings.extend(call(file, &job, node, path));
    }
    findings
}

/// A workflow of another repository needs a reference.
fn foreign(file: &File<'_>, uses: &str, node: &Node) -> Option<Finding> {
    if uses.contains("${{") || uses.starts_with("$/") || uses.is_empty() {
        return None;
    }
    let sound = uses.split_once('@').is_some_and(|(path, reference)| !reference.is_empty() && path.contains("/.github/workflows/"));
    if sound {
        return None;
    }
    let message = format!("Expected format {{org}}/{{repo}}/.github/workflows/{{file}}@ref. Actual '{uses}'");
    file.finding("action-reference", node.span, message)
}

fn call(file: &File<'_>, job: &Job<'_>, node: &Node, path: &str) -> Vec<Finding> {
    let one = |id: &str, message: String| file.finding(id, node.span, message).into_iter().collect();
    let Ok(path) = RepoPath::new(path) else { return Vec::new() };
    if !path.is_workflow() {
        return one("call-target", format!("workflows that are called lie in .github/workflows, and `{path}` does not"));
    }
    let own = path == *file.path;
    let Some(text) = (if own { Some(file.document().source.as_str()) } else { file.repository.text(path.as_str()) }) else {
        let known = workspace::is_known(file) && !file.repository.has(path.as_str());
        return if known { one("call-target", format!("the repository has no workflow `{path}`")) } else { Vec::new() };
    };
    let Ok(callee) = Workflow::read(path.clone(), text) else { return Vec::new() };
    let Some(on) = callee.top("on") else { return Vec::new() };
    let listed = on.as_str() == Some("workflow_call") || on.items().iter().any(|item| item.value.as_str() == Some("workflow_call"));
    let declared = callee.document.under(on, "workflow_call");
    if declared.is_none() && !listed {
        return one("call-target", "workflow_call key is not defined in the referenced workflow.".to_owned());
    }
    if own || depth(file, &path, &mut vec![file.path.clone()]) > DEEPEST {
        return one("limit-exceeded", format!("workflows call each other more than {DEEPEST} deep, or in a circle"));
    }
    let mut findings = inputs(file, job, node, &callee, declared);
    findings.extend(secrets(file, job, node, &callee, declared));
    findings.extend(rights(file, job, node, &callee));
    findings
}

/// What a token may do with a scope: nothing, read, write.
fn level(access: &str) -> u8 {
    match access {
        "write" => 2,
        "read" => 1,
        _ => 0,
    }
}

/// Scopes that a called job asks for and its caller does not have, where both say so themselves.
fn rights(file: &File<'_>, job: &Job<'_>, node: &Node, callee: &Workflow) -> Option<Finding> {
    let given = job.permissions().or_else(|| file.workflow.permissions())?;
    let allowed = |scope: &str| match &given {
        Permissions::None => 0,
        Permissions::ReadAll => 1,
        Permissions::WriteAll | Permissions::Unclear => 2,
        Permissions::Scopes(scopes) => scopes.iter().find(|(name, _)| name == scope).map_or(0, |(_, access)| level(access)),
    };
    let whole = callee.permissions();
    for nested in callee.jobs() {
        let Some(Permissions::Scopes(wanted)) = nested.permissions().or_else(|| whole.clone()) else { continue };
        let lacks: Vec<&(String, String)> = wanted.iter().filter(|(scope, access)| level(access) > allowed(scope)).collect();
        let Some((scope, access)) = lacks.first() else { continue };
        let listed = |access: &dyn Fn(&(String, String)) -> String| {
            lacks.iter().map(|pair| format!("{}: {}", pair.0, access(pair))).collect::<Vec<_>>().join(", ")
        };
        let has = listed(&|pair| ["none", "read", "write"].get(usize::from(allowed(&pair.0))).copied().unwrap_or("none").to_owned());
        let (id, wants) = (nested.id, listed(&|pair| pair.1.clone()));
        let message = format!("The nested job '{id}' is requesting '{wants}', but is only allowed '{has}'.");
        let cure = (lacks.len() == 1).then(|| granted(file, job, scope, access));
        let finding = file.finding("call-permissions", node.span, message)?;
        return Some(finding.with_cure(cure).with_help(format!("Give the calling job `{wants}`, if it may have that")));
    }
    None
}

fn granted(file: &File<'_>, job: &Job<'_>, scope: &str, access: &str) -> Cure {
    let arguments = [("scope".to_owned(), scope.to_owned()), ("access".to_owned(), access.to_owned())].into();
    let place = Place { file: file.path.clone(), job: Some(job.id.to_owned()), step: None, caller: None };
    Cure {
        title: format!("Give the calling job `{scope}: {access}`"),
        safety: Safety::NeedsReview,
        change: CureChange::Verb(EditSpec { verb: "add-permission".to_owned(), arguments }, place),
        grants: vec![(job.id.to_owned(), scope.to_owned(), access.to_owned())],
    }
}

/// How many workflows call each other from `path` on; a circle has no end.
fn depth(file: &File<'_>, path: &RepoPath, above: &mut Vec<RepoPath>) -> usize {
    if above.contains(path) || above.len() > DEEPEST {
        return DEEPEST + 1;
    }
    let called: Vec<RepoPath> = file
        .repository
        .text(path.as_str())
        .and_then(|text| Workflow::read(path.clone(), text).ok())
        .map(|workflow| called_by(&workflow))
        .unwrap_or_default();
    above.push(path.clone());
    let deepest = called.iter().map(|path| depth(file, path, above)).max().unwrap_or(0);
    above.pop();
    deepest.max(above.len() + 1)
}

/// The workflows of the same repository that a workflow calls.
fn called_by(workflow: &Workflow) -> Vec<RepoPath> {
    workflow.jobs().iter().filter_map(|job| RepoPath::new(job.uses()?.strip_prefix("./")?).ok()).collect()
}

/// The names below `inputs` or `secrets` of a call's declaration, and whether each is required.
fn wanted<'a>(callee: &'a Workflow, declared: Option<&'a Node>, key: &str) -> Vec<(&'a str, bool)> {
    let node = declared.and_then(|call| callee.document.under(call, key));
    let required = |node: &Node| {
        let node = callee.document.resolve(node);
        node.get("required").and_then(Node::as_str) == Some("true") && node.get("default").is_none()
    };
    node.map_or(&[][..], Node::entries).iter().filter_map(|entry| Some((entry.key.as_str()?, required(&entry.value)))).collect()
}

fn inputs(file: &File<'_>, job: &Job<'_>, node: &Node, callee: &Workflow, declared: Option<&Node>) -> Vec<Finding> {
    let wanted = wanted(callee, declared, "inputs");
    compared(file, job, node, &wanted, ("with", "input", "Input"))
}

fn secrets(file: &File<'_>, job: &Job<'_>, node: &Node, callee: &Workflow, declared: Option<&Node>) -> Vec<Finding> {
    if job.get("secrets").is_some_and(|secrets| secrets.as_str().is_some()) {
        return Vec::new();
    }
    let wanted = wanted(callee, declared, "secrets");
    compared(file, job, node, &wanted, ("secrets", "secret", "Secret"))
}

/// What is given beside what is wanted, in the platform's words.
fn compared(file: &File<'_>, job: &Job<'_>, node: &Node, wanted: &[(&str, bool)], (key, word, title): (&str, &str, &str)) -> Vec<Finding> {
    let given = job.get(key).map_or(&[][..], Node::entries);
    let is_given = |name: &str| given.iter().any(|entry| entry.key.as_str().is_some_and(|key| key.eq_ignore_ascii_case(name)));
    let mut findings = Vec::new();
    let mut near = Vec::new();
    for entry in given {
        let Some(name) = entry.key.as_str().filter(|name| !wanted.iter().any(|(wanted, _)| wanted.eq_ignore_ascii_case(name))) else {
            continue;
        };
        let right = nearest(name, wanted.iter().map(|(wanted, _)| *wanted).filter(|wanted| !is_given(wanted)));
        let route = job.route.key(key).key(name);
        let cure = right.filter(|_| !file.document().is_shared(&route)).map(|right| {
            near.push(right.to_owned());
            let written = file.document().slice(entry.key.span).replacen(name, right, 1);
            renamed(file, &route, entry.key.span, written, right, name)
        });
        let names: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
        let help = if names.is_empty() { format!("It has no {word}s") } else { format!("It has {}", names.join(", ")) };
        let message = format!("Invalid {word}, {name} is not defined in the referenced workflow.");
        findings.extend(file.finding("call-input", entry.key.span, message).map(|finding| finding.with_cure(cure).with_help(help)));
    }
    for (name, _) in wanted.iter().filter(|(name, required)| *required && !is_given(name) && !near.iter().any(|near| near == name)) {
        let message = format!("{title} {name} is required, but not provided while calling.");
        findings.extend(
            file.finding("call-input", node.span, message).map(|finding| finding.with_help(format!("Give `{name}` below `{key}`"))),
        );
    }
    findings
}
