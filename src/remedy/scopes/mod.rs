//! Turns what the log says about a refused request into the scopes that the job's token lacks.

mod script;

use std::collections::BTreeSet;

use super::resolve::{Surroundings, unfit};
use crate::almanac::{self, Access};
use crate::edit::Refusal;
use crate::transcript::LineKind;
use crate::workflow::{Node, Route};

/// Lines around the cause that tell of the request.
const REACH: usize = 60;

/// Events whose issue is always a pull request.
const OF_PULL_REQUESTS: &[&str] =
    &["pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment", "merge_group"];

type Scopes = Vec<(String, String)>;

/// The missing scopes with their access, least first: by the response's own header, the request's address, the documentation that the
/// message names, the message's own words, the action's table, or the calls of the step's own script.
pub(super) fn scopes(around: &Surroundings<'_>) -> Result<Scopes, Refusal> {
    if let Some(wanted) = around.plan.diagnosis.captures.get("wanted") {
        return wanted_by_callee(wanted);
    }
    if let Some(name) = foreign_token(around) {
        return Err(unfit(format!("the step uses a token of its own (`{name}`), not the job's")));
    }
    let audience = Audience::of(around);
    let lines = lines(around);
    let found = lines.iter().find_map(|line| by_header(line, audience)).or_else(|| by_words(around));
    let found = found.or_else(|| lines.iter().find_map(|line| by_documentation(line, audience)));
    let found = found.or_else(|| lines.iter().find_map(|line| by_address(line, audience)));
    let found = found.or_else(|| by_action(around, audience)).or_else(|| by_script(around, audience));
    found.filter(|scopes| !scopes.is_empty()).ok_or_else(|| unfit("the log does not say which request was refused"))
}

/// Whose issues a run is about: the service asks for `issues` or for `pull-requests`, whichever the issue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    PullRequests,
    Issues,
    Both,
}

impl Audience {
    fn of(around: &Surroundings<'_>) -> Self {
        let events = events(around);
        let is_pull = |event: &String| OF_PULL_REQUESTS.contains(&event.as_str());
        let pulls = events.iter().any(is_pull);
        match () {
            () if pulls && events.iter().all(is_pull) => Self::PullRequests,
            () if events.contains("issue_comment") && job_text(around).contains("issue.pull_request") => Self::PullRequests,
            () if pulls && events.contains("issues") => Self::Both,
            () if pulls => Self::PullRequests,
            () => Self::Issues,
        }
    }
}

fn events(around: &Surroundings<'_>) -> BTreeSet<String> {
    let Some(on) = around.document.root.as_ref().and_then(|root| root.get("on")) else { return BTreeSet::new() };
    let listed = on.items().iter().filter_map(|item| item.value.as_str());
    let named = on.entries().iter().filter_map(|entry| entry.key.as_str());
    on.as_str().into_iter().chain(listed).chain(named).map(str::to_owned).collect()
}

fn job_text<'a>(around: &Surroundings<'a>) -> &'a str {
    let job = around.place.job.as_ref().and_then(|job| around.document.get(&Route::root().key("jobs").key(job)));
    job.map_or("", |job| around.document.slice(job.span))
}

/// The input or variable by which the step gets another token than the job's: a scope of the job would not help it.
///
/// A secret holds a person's token, since an app's lives an hour; and a person's is refused "by personal access token". So a refusal "by
/// integration" was not the secret's, but in runs for a pull request, which get no secrets from a fork.
fn foreign_token(around: &Surroundings<'_>) -> Option<String> {
    let step = around.document.get(around.place.step.as_ref()?)?;
    let by_integration = around.plan.diagnosis.cause.as_ref().is_some_and(|cause| cause.text.contains("not accessible by integration"));
    let for_pulls = events(around).iter().any(|event| OF_PULL_REQUESTS.contains(&event.as_str()));
    let secrets_were_refused = !by_integration || for_pulls;
    let given = ["with", "env"].into_iter().filter_map(|key| step.get(key)).flat_map(Node::entries);
    given
        .filter_map(|entry| Some((entry.key.as_str()?, entry.value.as_str()?.replace(' ', "").to_ascii_lowercase())))
        .find(|(name, value)| {
            let is_token = matches!(
                name.to_ascii_lowercase().replace('_', "-").as_str(),
                "token" | "github-token" | "gh-token" | "repo-token" | "githubtoken" | "repotoken" | "access-token"
            );
            let own = value.contains("secrets.github_token") || value.contains("github.token");
            is_token && !own && (secrets_were_refused && value.contains("secrets.") || value.contains("steps."))
        })
        .map(|(name, _)| name.to_owned())
}

/// `packages: write, id-token: write`, as the caller's error lists them.
fn wanted_by_callee(text: &str) -> Result<Scopes, Refusal> {
    let pairs = text.split(',').filter_map(|part| part.split_once(':'));
    let scopes: Scopes = pairs.map(|(scope, access)| (scope.trim().to_owned(), access.trim().to_owned())).collect();
    if scopes.is_empty() || !scopes.iter().all(is_known) { Err(unfit("the message lists no scopes that are known")) } else { Ok(scopes) }
}

fn is_known((scope, access): &(String, String)) -> bool {
    almanac::is_scope(scope) && matches!(access.as_str(), "read" | "write")
}

/// The failed step's lines around the cause, without warnings: what they tell of was passed over.
fn lines<'a>(around: &Surroundings<'a>) -> Vec<&'a str> {
    let diagnosis = around.plan.diagnosis;
    let Some(job) = diagnosis.job.and_then(|job| around.plan.case.transcript.jobs.get(job)) else { return Vec::new() };
    let Some(cause) = diagnosis.cause.as_ref().and_then(|cause| cause.index) else { return Vec::new() };
    let step = diagnosis.step.and_then(|step| job.steps.get(step)).map_or(0..job.text.len(), |step| step.lines.clone());
    let range = cause.saturating_sub(REACH).max(step.start)..(cause + REACH).min(step.end);
    let counts = |index: &usize| *index == cause || job.text.line(*index).is_none_or(|line| line.kind != LineKind::Warning);
    range.filter(counts).map(|index| job.text.text(index)).collect()
}

/// `'x-accepted-github-permissions': 'issues=write; pull_requests=write'`: any one of the alternatives is enough; that of the run's own
/// kind of issue is taken, else the first.
fn by_header(line: &str, audience: Audience) -> Option<Scopes> {
    let (_, rest) = line.split_once("x-accepted-github-permissions")?;
    let value = rest.trim_start_matches(|c: char| "'\": ".contains(c));
    let value = value.split(['\'', '"']).next()?;
    let alternatives: Vec<Scopes> = value.split(';').map(pairs).collect();
    let of_pulls = |scopes: &&Scopes| scopes.iter().any(|(scope, _)| scope == "pull-requests");
    let own = (audience == Audience::PullRequests).then(|| alternatives.iter().find(of_pulls)).flatten();
    let scopes = own.or_else(|| alternatives.first())?.clone();
    (!scopes.is_empty() && scopes.iter().all(is_known)).then_some(scopes)
}

/// What the message itself says was refused: `Failed to persist attestation`.
fn by_words(around: &Surroundings<'_>) -> Option<Scopes> {
    let text = around.plan.diagnosis.cause.as_ref()?.text.to_ascii_lowercase();
    let scopes: &[&str] = match () {
        () if text.contains("persist attestation") => &["attestations", "id-token"],
        () => return None,
    };
    Some(scopes.iter().map(|scope| ((*scope).to_owned(), "write".to_owned())).collect())
}

fn pairs(alternative: &str) -> Scopes {
    let pairs = alternative.split(',').filter_map(|pair| pair.trim().split_once('='));
    pairs.map(|(scope, access)| (scope.replace('_', "-"), access.to_owned())).collect()
}

/// A link into the REST documentation: `https://docs.github.com/rest/issues/comments#create-an-issue-comment`.
fn by_documentation(line: &str, audience: Audience) -> Option<Scopes> {
    let at = line.find("docs.github.com/")?;
    let link = line.get(at..)?.split(|c: char| c.is_whitespace() || "'\"<>)".contains(c)).next()?;
    if !link.contains("/rest/") {
        return None;
    }
    granted(&almanac::scope_for_operation(link)?, audience)
}

/// The address of the refused request: `url: 'https://api.github.com/repos/o/r/issues/12/comments'`. What is refused is mostly a write.
fn by_address(line: &str, audience: Audience) -> Option<Scopes> {
    let at = line.find("/repos/")?;
    let path = line.get(at..)?.split(|c: char| c.is_whitespace() || "'\"<>)`,".contains(c)).next()?;
    granted(&almanac::scopes_for(path, "POST")?, audience)
}

fn granted(access: &Access, audience: Audience) -> Option<Scopes> {
    let Access::Grantable { scope, level, also, on_pull_requests } = access else { return None };
    let named: Vec<&str> = match (audience, on_pull_requests) {
        (Audience::PullRequests, Some(pulls)) => vec![*pulls],
        (Audience::Both, Some(pulls)) => vec![*scope, *pulls],
        _ => vec![*scope],
    };
    let own = named.into_iter().map(|scope| (scope.to_owned(), level.as_str().to_owned()));
    Some(own.chain(also.iter().map(|(scope, level)| (scope.clone(), level.as_str().to_owned()))).collect())
}

/// What the failed step's action needs for its ordinary work. One that serves issues and pull requests needs what this run is about.
fn by_action(around: &Surroundings<'_>, audience: Audience) -> Option<Scopes> {
    let uses = around.document.get(&around.place.step.as_ref()?.key("uses")).and_then(Node::as_str)?;
    let needs = almanac::scopes_of_action(uses);
    let events = events(around);
    let idle = match audience {
        _ if !(needs.contains_key("issues") && needs.contains_key("pull-requests")) => None,
        Audience::PullRequests if events.iter().all(|event| OF_PULL_REQUESTS.contains(&event.as_str())) => Some("issues"),
        Audience::Issues if events.contains("issues") && events.len() == 1 => Some("pull-requests"),
        _ => None,
    };
    let needs = needs.iter().filter(|(scope, _)| Some(scope.as_str()) != idle);
    let scopes: Scopes = needs.map(|(scope, level)| (scope.clone(), level.as_str().to_owned())).collect();
    (!scopes.is_empty()).then_some(scopes)
}

/// A scope to write, with what the step's action needs besides: one refusal names one scope.
pub(super) fn with_needs_of_action(around: &Surroundings<'_>, scope: &str) -> Scopes {
    let names = |scopes: &Scopes| scopes.iter().any(|(name, _)| name == scope);
    let own = by_action(around, Audience::of(around)).filter(names);
    own.or_else(|| needs_of_job(around, scope)).unwrap_or_else(|| vec![(scope.to_owned(), "write".to_owned())])
}

/// Where the failed step uses no action that needs the scope: what those actions of the job need that do need it.
fn needs_of_job(around: &Surroundings<'_>, scope: &str) -> Option<Scopes> {
    let steps = around.job_key("steps").map_or(&[][..], Node::items).iter();
    let uses = steps.filter_map(|step| step.value.get("uses").and_then(Node::as_str));
    let mut all = Scopes::new();
    for needs in uses.map(almanac::scopes_of_action).filter(|needs| needs.contains_key(scope)) {
        let listed = needs.iter().map(|(scope, level)| (scope.clone(), level.as_str().to_owned()));
        all.extend(listed.filter(|need| !all.contains(need)).collect::<Vec<_>>());
    }
    (!all.is_empty()).then_some(all)
}

/// What the calls of the failed step's own script need.
fn by_script(around: &Surroundings<'_>, audience: Audience) -> Option<Scopes> {
    let step = around.document.get(around.place.step.as_ref()?)?;
    let with = step.get("with").and_then(|with| with.get("script"));
    let text = step.get("run").or(with).and_then(Node::as_str)?;
    let mut scopes = Scopes::new();
    for access in script::needs(text) {
        for scope in granted(&access, audience)? {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
    }
    (!scopes.is_empty()).then_some(scopes)
}
