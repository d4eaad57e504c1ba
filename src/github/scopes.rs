//! Whether a token may do what is about to be done: asked before anything is sent.

use serde_json::{Value, json};

use super::{Api, ApiError, Reply, Repository, Request, TokenKind};
use crate::failure::{Exit, Failure, Kind};

/// How the branch gets there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// With the token, over https or the API.
    Token,
    /// With the user's own key, over ssh: scopes of a token say nothing about it.
    Key,
}

/// Refuses what the token certainly may not do.
///
/// # Errors
/// With what is missing and how to get it.
pub(super) fn check(
    api: &mut Api<'_>,
    repository: &Repository,
    reply: &Reply,
    kind: TokenKind,
    workflows: Option<Way>,
) -> Result<(), Failure> {
    if repository.archived {
        return Err(Failure::new(
            Kind::Authentication,
            format!("{} is archived: nothing can be opened or pushed there", repository.full_name),
        ));
    }
    let scopes: Option<Vec<String>> = reply
        .header("x-oauth-scopes")
        .map(|list| list.split(',').map(|scope| scope.trim().to_owned()).filter(|scope| !scope.is_empty()).collect());
    if let Some(scopes) = &scopes
        && matches!(kind, TokenKind::Classic | TokenKind::OAuth | TokenKind::Unknown)
    {
        let has = |scope: &str| scopes.iter().any(|known| known == scope);
        if !has("repo") && (repository.private || !has("public_repo")) {
            return Err(missing("the token lacks the scope `repo`", "gh auth refresh -s repo"));
        }
        if workflows == Some(Way::Token) && !has("workflow") {
            return Err(missing(
                "the token lacks the scope `workflow`, without which GitHub takes no change of a workflow",
                "gh auth refresh -s workflow",
            ));
        }
    }
    let Some(way) = workflows else { return Ok(()) };
    if way == Way::Token && kind == TokenKind::Installation && is_job_token(api)? {
        return Err(Failure::new(Kind::Authentication, "this is a job's own GITHUB_TOKEN, which may never change workflows")
            .hint("use a GitHub App's token or a fine-grained token with Workflows: write, as GH_TOKEN")
            .exits(Exit::Authentication));
    }
    if repository.permissions.as_ref().is_some_and(|permissions| !permissions.push) && kind != TokenKind::Installation {
        let full = &repository.full_name;
        return Err(Failure::new(Kind::Authentication, format!("you may not push to {full}"))
            .hint(format!("push to a fork: `gh repo fork {full} --remote`, `git push FORK BRANCH`, `gh pr create --repo {full}`"))
            .hint("or tell its maintainers in an issue alone: `--issue-only`")
            .exits(Exit::Authentication));
    }
    Ok(())
}

fn missing(what: &str, command: &str) -> Failure {
    Failure::new(Kind::Authentication, what)
        .hint(command)
        .hint("or use a fine-grained token with Contents, Issues, Pull requests and Workflows: write, as GH_TOKEN")
        .exits(Exit::Authentication)
}

/// Whether an installation's token is the one of a job: its actor is `github-actions`. What cannot be asked is not known.
fn is_job_token(api: &mut Api<'_>) -> Result<bool, ApiError> {
    let request = Request::graphql(json!({"query": "query { viewer { login } }"}));
    let reply = api.wire.send(&request)?;
    let value: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let login = value.pointer("/data/viewer/login").and_then(Value::as_str).unwrap_or("");
    Ok(login.trim_end_matches("[bot]") == "github-actions")
}

/// Whether a push was refused because of its workflow files, in the words of the server
/// (``refusing to allow a GitHub App to create or update workflow `x` without `workflows` permission``).
pub(super) fn refuses_workflows(words: &str) -> bool {
    words.contains("refusing to allow") && words.contains("workflow")
}
