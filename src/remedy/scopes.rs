//! Turns what the log says about a refused request into the scopes that the job's token lacks.

use super::resolve::{Surroundings, unfit};
use crate::almanac::{self, Access};
use crate::edit::Refusal;
use crate::workflow::Node;

/// Lines around the cause that tell of the request.
const REACH: usize = 60;

/// The missing scopes with their access, least first: by the response's own header, the request's address, the documentation that the
/// message names, or the action's table.
pub(super) fn scopes(around: &Surroundings<'_>) -> Result<Vec<(String, String)>, Refusal> {
    if let Some(wanted) = around.plan.diagnosis.captures.get("wanted") {
        return wanted_by_callee(wanted);
    }
    let lines = lines(around);
    let found = lines.iter().find_map(|line| by_header(line));
    let found = found.or_else(|| lines.iter().find_map(|line| by_documentation(line)));
    let found = found.or_else(|| lines.iter().find_map(|line| by_address(line))).or_else(|| by_action(around));
    found.filter(|scopes| !scopes.is_empty()).ok_or_else(|| unfit("the log does not say which request was refused"))
}

/// `packages: write, id-token: write`, as the caller's error lists them.
fn wanted_by_callee(text: &str) -> Result<Vec<(String, String)>, Refusal> {
    let pairs = text.split(',').filter_map(|part| part.split_once(':'));
    let scopes: Vec<(String, String)> = pairs.map(|(scope, access)| (scope.trim().to_owned(), access.trim().to_owned())).collect();
    let known = |(scope, access): &(String, String)| almanac::is_scope(scope) && matches!(access.as_str(), "read" | "write");
    if scopes.is_empty() || !scopes.iter().all(known) { Err(unfit("the message lists no scopes that are known")) } else { Ok(scopes) }
}

/// The failed step's lines around the cause.
fn lines<'a>(around: &Surroundings<'a>) -> Vec<&'a str> {
    let diagnosis = around.plan.diagnosis;
    let Some(job) = diagnosis.job.and_then(|job| around.plan.case.transcript.jobs.get(job)) else { return Vec::new() };
    let Some(cause) = diagnosis.cause.as_ref().and_then(|cause| cause.index) else { return Vec::new() };
    let step = diagnosis.step.and_then(|step| job.steps.get(step)).map_or(0..job.text.len(), |step| step.lines.clone());
    let range = cause.saturating_sub(REACH).max(step.start)..(cause + REACH).min(step.end);
    range.map(|index| job.text.text(index)).collect()
}

/// `'x-accepted-github-permissions': 'issues=write; pull_requests=write'`: any one of the alternatives is enough.
fn by_header(line: &str) -> Option<Vec<(String, String)>> {
    let (_, rest) = line.split_once("x-accepted-github-permissions")?;
    let value = rest.trim_start_matches(|c: char| "'\": ".contains(c));
    let first = value.split([';', '\'', '"']).next()?;
    let pairs = first.split(',').filter_map(|pair| pair.trim().split_once('='));
    let scopes: Vec<_> = pairs.map(|(scope, access)| (scope.replace('_', "-"), access.to_owned())).collect();
    let known = |(scope, access): &(String, String)| almanac::is_scope(scope) && matches!(access.as_str(), "read" | "write");
    (!scopes.is_empty() && scopes.iter().all(known)).then_some(scopes)
}

/// A link into the REST documentation: `https://docs.github.com/rest/issues/comments#create-an-issue-comment`.
fn by_documentation(line: &str) -> Option<Vec<(String, String)>> {
    let at = line.find("docs.github.com/")?;
    let link = line.get(at..)?.split(|c: char| c.is_whitespace() || "'\"<>)".contains(c)).next()?;
    if !link.contains("/rest/") {
        return None;
    }
    granted(almanac::scope_for_operation(link)?)
}

/// The address of the refused request: `url: 'https://api.github.com/repos/o/r/issues/12/comments'`. What is refused is mostly a write.
fn by_address(line: &str) -> Option<Vec<(String, String)>> {
    let at = line.find("/repos/")?;
    let path = line.get(at..)?.split(|c: char| c.is_whitespace() || "'\"<>)`,".contains(c)).next()?;
    granted(almanac::scopes_for(path, "POST")?)
}

fn granted(access: Access) -> Option<Vec<(String, String)>> {
    let Access::Grantable { scope, level, also, .. } = access else { return None };
    let more = also.iter().map(|(scope, level)| (scope.clone(), level.as_str().to_owned()));
    Some(std::iter::once((scope.to_owned(), level.as_str().to_owned())).chain(more).collect())
}

/// What the failed step's action needs for its ordinary work.
fn by_action(around: &Surroundings<'_>) -> Option<Vec<(String, String)>> {
    let uses = around.document.get(&around.place.step.as_ref()?.key("uses")).and_then(Node::as_str)?;
    let needs = almanac::scopes_of_action(uses);
    (!needs.is_empty()).then(|| needs.iter().map(|(scope, level)| (scope.clone(), level.as_str().to_owned())).collect())
}
