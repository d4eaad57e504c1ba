//! Turns a scope that the token lacked into a `permissions` block of the one job that needs it.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use crate::workflow::{Node, Route};
use serde_yaml::{Mapping, Value};

/// `add-permission {scope, access}`: the failed job's token gets the scope (`access: write` by default) and keeps what it had. Several
/// scopes are parted by blanks, with one access for all or one for each. A job that calls a reusable workflow gets them at the call, for
/// a called workflow cannot have more.
pub(super) const VERB: Verb = Verb { name: "add-permission", required: &["scope"], optional: &["access"], plan };

/// Every scope that `read-all` stands for
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions>).
const READABLE: &[&str] = &[
    "actions",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "issues",
    "packages",
    "pages",
    "pull-requests",
    "security-events",
    "statuses",
];

/// A scope and the access that is wanted to it.
type Grant<'a> = (&'a str, &'a str);

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let wanted = grants(arguments.need("scope")?, arguments.get("access").unwrap_or("write"))?;
    let job = scene.job_route()?;
    let Some(node) = scene.document.get(&job) else { return unfit(format!("the file has no `{job}`")) };
    let mut draft = Draft::new(scene.document);
    match node.get("permissions") {
        Some(own) => extend(&mut draft, &job.key("permissions"), own, &wanted)?,
        None => {
            let mut block = match scene.document.root.as_ref().and_then(|root| root.get("permissions")) {
                Some(whole) => inherited(whole, &wanted)?,
                // A token of which nothing is said can read the repository at least: a block without that would take it away.
                None => Mapping::from_iter([("contents".into(), "read".into())]),
            };
            add(&mut block, &wanted);
            let head = if node.get("runs-on").is_some() { &["runs-on"][..] } else { &["name", "needs", "if", "uses"][..] };
            draft.put(&job, "permissions", Value::Mapping(block), head)?;
        }
    }
    draft.finish(&scene.place.file, &said(&wanted))
}

/// The scopes with their access.
fn grants<'a>(scopes: &'a str, access: &'a str) -> Result<Vec<Grant<'a>>, Refusal> {
    let scopes: Vec<&str> = scopes.split_whitespace().collect();
    let mut levels: Vec<&str> = access.split_whitespace().collect();
    if let [one] = levels.as_slice() {
        levels = vec![*one; scopes.len()];
    }
    let sound = |(scope, level): &Grant<'_>| {
        ["read", "write"].contains(level) && scope.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    let grants: Vec<Grant<'a>> = scopes.iter().copied().zip(levels.iter().copied()).collect();
    if grants.is_empty() || scopes.len() != levels.len() || !grants.iter().all(sound) {
        return unfit(format!("`{}: {access}` is no permission", scopes.join(" ")));
    }
    Ok(grants)
}

/// Grants what a mapping lacks.
fn add(block: &mut Mapping, wanted: &[Grant<'_>]) {
    for (scope, access) in wanted {
        if !allows(block.get(*scope).and_then(Value::as_str), access) {
            block.insert((*scope).into(), (*access).into());
        }
    }
}

/// `issues: write, contents: read`
fn said(wanted: &[Grant<'_>]) -> String {
    let words: Vec<String> = wanted.iter().map(|(scope, access)| format!("{scope}: {access}")).collect();
    format!("`{}`", words.join(", "))
}

/// Adds to the job's own block.
fn extend(draft: &mut Draft<'_>, route: &Route, own: &Node, wanted: &[Grant<'_>]) -> Result<(), Refusal> {
    if own.is_mapping() || own.is_null() {
        let lacks = |(scope, access): &&Grant<'_>| !allows(own.get(scope).and_then(Node::as_str), access);
        let lacking: Vec<Grant<'_>> = wanted.iter().filter(lacks).copied().collect();
        if lacking.len() > 1 && own.entries().is_empty() {
            let mut block = Mapping::new();
            add(&mut block, &lacking);
            return draft.fill_empty(route, block);
        }
        return lacking.iter().try_for_each(|(scope, access)| draft.put(route, scope, (*access).into(), &[]));
    }
    let mut block = words(own, wanted)?;
    add(&mut block, wanted);
    draft.replace(route, Value::Mapping(block))
}

/// What a job has from the workflow's block.
fn inherited(whole: &Node, wanted: &[Grant<'_>]) -> Result<Mapping, Refusal> {
    if !whole.is_mapping() && !whole.is_null() {
        return words(whole, wanted);
    }
    if wanted.iter().all(|(scope, access)| allows(whole.get(scope).and_then(Node::as_str), access)) {
        return Err(Refusal::AlreadySo(said(wanted)));
    }
    let entry = |entry: &crate::workflow::Entry| Some((entry.key.as_str()?.into(), entry.value.as_str()?.into()));
    whole
        .entries()
        .iter()
        .map(|one| entry(one).ok_or_else(|| Refusal::DoesNotFit("`permissions` holds something else than words".to_owned())))
        .collect()
}

/// What `read-all` and `write-all` stand for.
fn words(node: &Node, wanted: &[Grant<'_>]) -> Result<Mapping, Refusal> {
    match node.as_str() {
        Some("write-all") => Err(Refusal::AlreadySo(said(wanted))),
        Some("read-all") if wanted.iter().all(|(_, access)| *access == "read") => Err(Refusal::AlreadySo(said(wanted))),
        Some("read-all") => Ok(READABLE.iter().map(|scope| (Value::from(*scope), Value::from("read"))).collect()),
        _ => unfit("`permissions` is neither a list of scopes nor `read-all`"),
    }
}

fn allows(has: Option<&str>, wanted: &str) -> bool {
    has == Some("write") || has == Some(wanted)
}
