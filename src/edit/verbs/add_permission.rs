//! Turns a scope that the token lacked into a `permissions` block of the one job that needs it.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use crate::workflow::{Node, Route};
use serde_yaml::{Mapping, Value};

/// `add-permission {scope, access}`: the failed job's token gets the scope (`access: write` by default) and keeps what it had. A job
/// that calls a reusable workflow gets it at the call, for a called workflow cannot have more.
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

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (scope, access) = (arguments.need("scope")?, arguments.get("access").unwrap_or("write"));
    if !["read", "write"].contains(&access) || !scope.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') {
        return unfit(format!("`{scope}: {access}` is no permission"));
    }
    let job = scene.job_route()?;
    let Some(node) = scene.document.get(&job) else { return unfit(format!("the file has no `{job}`")) };
    let mut draft = Draft::new(scene.document);
    match node.get("permissions") {
        Some(own) => extend(&mut draft, &job.key("permissions"), own, (scope, access))?,
        None => {
            let mut block = match scene.document.root.as_ref().and_then(|root| root.get("permissions")) {
                Some(whole) => inherited(whole, (scope, access))?,
                // A token of which nothing is said can read the repository at least: a block without that would take it away.
                None => Mapping::from_iter([("contents".into(), "read".into())]),
            };
            block.insert(scope.into(), access.into());
            let head = if node.get("runs-on").is_some() { &["runs-on"][..] } else { &["name", "needs", "if", "uses"][..] };
            draft.put(&job, "permissions", Value::Mapping(block), head)?;
        }
    }
    draft.finish(&scene.place.file, &format!("`{scope}: {access}`"))
}

/// Adds to the job's own block.
fn extend(draft: &mut Draft<'_>, route: &Route, own: &Node, (scope, access): (&str, &str)) -> Result<(), Refusal> {
    if own.is_mapping() || own.is_null() {
        if allows(own.get(scope).and_then(Node::as_str), access) {
            return Err(Refusal::AlreadySo(format!("`{scope}: {access}`")));
        }
        return draft.put(route, scope, access.into(), &[]);
    }
    let mut block = words(own, (scope, access))?;
    block.insert(scope.into(), access.into());
    draft.replace(route, Value::Mapping(block))
}

/// What a job has from the workflow's block.
fn inherited(whole: &Node, (scope, access): (&str, &str)) -> Result<Mapping, Refusal> {
    if !whole.is_mapping() && !whole.is_null() {
        return words(whole, (scope, access));
    }
    if allows(whole.get(scope).and_then(Node::as_str), access) {
        return Err(Refusal::AlreadySo(format!("`{scope}: {access}`")));
    }
    let entry = |entry: &crate::workflow::Entry| Some((entry.key.as_str()?.into(), entry.value.as_str()?.into()));
    whole
        .entries()
        .iter()
        .map(|one| entry(one).ok_or_else(|| Refusal::DoesNotFit("`permissions` holds something else than words".to_owned())))
        .collect()
}

/// What `read-all` and `write-all` stand for.
fn words(node: &Node, (scope, access): (&str, &str)) -> Result<Mapping, Refusal> {
    match node.as_str() {
        Some("write-all") => Err(Refusal::AlreadySo(format!("`{scope}: {access}`"))),
        Some("read-all") if access == "read" => Err(Refusal::AlreadySo(format!("`{scope}: {access}`"))),
        Some("read-all") => Ok(READABLE.iter().map(|scope| (Value::from(*scope), Value::from("read"))).collect()),
        _ => unfit("`permissions` is neither a list of scopes nor `read-all`"),
    }
}

fn allows(has: Option<&str>, wanted: &str) -> bool {
    has == Some("write") || has == Some(wanted)
}
