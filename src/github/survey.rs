//! What GitHub says about a repository's settings, as far as the token may see them. Nothing is changed.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::api::refusal;
use super::{Api, ApiError, RepoName, Repository, Request, Wire, segment};

/// The coding agent's login among those that an issue can be assigned to.
const AGENT: &str = "copilot-swe-agent";

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen<T> {
    /// It is this.
    Is(T),
    /// It is not there, or this token may not see it: the API answers both alike.
    Absent,
    /// This token may not ask.
    Hidden,
}

/// The settings of a repository.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The repository.
    pub repository: Repository,
    /// The token's scopes; none for a token that has none, whose permissions are not visible.
    pub scopes: Option<Vec<String>>,
    /// Whether Actions run, and which.
    pub actions: Seen<Actions>,
    /// Whether Actions may open pull requests.
    pub opens_pulls: Seen<bool>,
    /// How the default branch's automation is: `active`, `disabled_manually`, `disabled_inactivity`, …
    pub automation: Seen<String>,
    /// How the automation publishes: the variable's value.
    pub publishes: Seen<String>,
    /// Whether our label is there.
    pub label: Seen<()>,
    /// Whether Copilot's coding agent can be given an issue.
    pub agent: Seen<bool>,
}

/// The settings of Actions
/// (<https://docs.github.com/rest/actions/permissions#get-github-actions-permissions-for-a-repository>).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Actions {
    /// Whether they run at all.
    pub enabled: bool,
    /// `all`, `local_only`, `selected`.
    #[serde(default)]
    pub allowed_actions: Option<String>,
}

/// What is asked about besides the repository.
#[derive(Debug, Clone, Copy)]
pub struct Questions<'a> {
    /// The file name of the automation.
    pub automation: &'a str,
    /// The variable that turns publishing on.
    pub variable: &'a str,
    /// Our label.
    pub label: &'a str,
}

/// Asks for everything.
///
/// # Errors
/// When GitHub cannot be reached, or the repository itself may not be seen.
pub fn survey(wire: &mut dyn Wire, repo: &RepoName, asked: Questions<'_>) -> Result<Survey, ApiError> {
    let mut api = Api { wire, repo: repo.clone() };
    let (repository, reply) = api.repository()?;
    let scopes = reply.header("x-oauth-scopes").map(|list| list.split(',').map(|scope| scope.trim().to_owned()).collect::<Vec<_>>());
    let scopes = scopes.map(|scopes| scopes.into_iter().filter(|scope| !scope.is_empty()).collect());
    let actions = seen(&mut api, "/actions/permissions")?;
    let workflow: Seen<WorkflowPermissions> = seen(&mut api, "/actions/permissions/workflow")?;
    let automation: Seen<State> = seen(&mut api, &format!("/actions/workflows/{}", segment(asked.automation)))?;
    let publishes: Seen<Variable> = seen(&mut api, &format!("/actions/variables/{}", segment(asked.variable)))?;
    let label: Seen<Value> = seen(&mut api, &format!("/labels/{}", segment(asked.label)))?;
    Ok(Survey {
        repository,
        scopes,
        actions,
        opens_pulls: workflow.map(|found| found.can_approve_pull_request_reviews),
        automation: automation.map(|found| found.state),
        publishes: publishes.map(|found| found.value),
        label: label.map(|_| ()),
        agent: agent(&mut api)?,
    })
}

#[derive(Debug, Deserialize)]
struct WorkflowPermissions {
    #[serde(default)]
    can_approve_pull_request_reviews: bool,
}

#[derive(Debug, Deserialize)]
struct State {
    state: String,
}

#[derive(Debug, Deserialize)]
struct Variable {
    value: String,
}

impl<T> Seen<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Seen<U> {
        match self {
            Self::Is(value) => Seen::Is(change(value)),
            Self::Absent => Seen::Absent,
            Self::Hidden => Seen::Hidden,
        }
    }
}

fn seen<T: DeserializeOwned>(api: &mut Api<'_>, rest: &str) -> Result<Seen<T>, ApiError> {
    let request = Request::get(api.below(rest)).impatient();
    let reply = api.wire.send(&request)?;
    match reply.status {
        404 => Ok(Seen::Absent),
        // 401 is refused with the repository itself; an answer of 403 is about this one question.
        403 | 429 => Ok(Seen::Hidden),
        _ if reply.is_success() => reply.json(&request.path).map(Seen::Is),
        _ => Err(refusal(&request, &reply)),
    }
}

/// Whether the coding agent can be assigned
/// (<https://docs.github.com/copilot/how-tos/use-copilot-agents/coding-agent/create-a-pr>).
fn agent(api: &mut Api<'_>) -> Result<Seen<bool>, ApiError> {
    let query = "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { \
                 suggestedActors(capabilities: [CAN_BE_ASSIGNED], first: 100) { nodes { login } } } }";
    let body = json!({"query": query, "variables": {"owner": api.repo.owner, "name": api.repo.name}});
    let reply = api.wire.send(&Request::graphql(body).impatient())?;
    let value: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let Some(nodes) = value.pointer("/data/repository/suggestedActors/nodes").and_then(Value::as_array) else { return Ok(Seen::Hidden) };
    Ok(Seen::Is(nodes.iter().any(|node| node.get("login").and_then(Value::as_str) == Some(AGENT))))
}
