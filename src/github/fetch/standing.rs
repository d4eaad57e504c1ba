//! How things stand: which workflows of a repository fail now, and which repositories an owner has.

use serde::Deserialize;

use super::Found;
use crate::failure::{Failure, Kind};
use crate::github::api::Api;
use crate::github::{RepoName, Repository, Request, Wire, segment};
use crate::text::RepoPath;

/// Pages of a repository's runs that are read, a hundred runs each.
const RUNS: u32 = 3;

/// Pages of an owner's repositories.
const REPOSITORIES: u32 = 10;

/// The runs that tell how things stand: the newest of each workflow and branch, where it failed. Those of the default branch come
/// first, because what heals them heals most others; runs of our own branches are left out.
///
/// # Errors
/// When GitHub cannot be reached or refuses.
pub fn standing_failures(wire: &mut dyn Wire, repo: &RepoName, branch: Option<&str>) -> Result<Vec<Found>, Failure> {
    let mut api = Api { wire, repo: repo.clone() };
    let (repository, _) = api.repository()?;
    let branch = branch.map_or_else(String::new, |branch| format!("&branch={}", segment(branch)));
    let (mut newest, mut page): (Vec<Found>, u32) = (Vec::new(), 1);
    loop {
        #[derive(Deserialize)]
        struct Page {
            workflow_runs: Vec<Found>,
        }
        let request = Request::get(api.below(&format!("/actions/runs?status=completed&per_page=100&page={page}{branch}")));
        let reply = api.must(&request)?;
        for run in reply.json::<Page>(&request.path)?.workflow_runs.into_iter().filter(tells) {
            if !newest.iter().any(|known| known.path == run.path && known.head_branch == run.head_branch) {
                newest.push(run);
            }
        }
        match reply.next_page().filter(|next| *next > page && *next <= RUNS) {
            Some(next) => page = next,
            None => break,
        }
    }
    newest.retain(Found::failed);
    newest.sort_by_key(|run| run.head_branch.as_deref() != Some(&repository.default_branch));
    Ok(newest)
}

/// Whether a run says whether its workflow works: one that was cancelled or skipped does not.
fn tells(run: &Found) -> bool {
    let file = run.path.split('@').next().and_then(|path| RepoPath::new(path).ok());
    !run.is_own() && file.is_some_and(|path| path.is_workflow()) && (run.failed() || run.conclusion.as_deref() == Some("success"))
}

/// The repositories of an organisation, or of a person, that this token sees and that may change; those pushed to last first.
///
/// # Errors
/// When there is no such owner, or GitHub cannot be reached.
pub fn repositories_of(wire: &mut dyn Wire, owner: &RepoName) -> Result<Vec<RepoName>, Failure> {
    let mut api = Api { wire, repo: owner.clone() };
    let (mut all, mut kind, mut page): (Vec<RepoName>, &str, u32) = (Vec::new(), "orgs", 1);
    loop {
        let request = Request::get(format!("/{kind}/{}/repos?sort=pushed&per_page=100&page={page}", segment(&owner.owner)));
        let Some(reply) = api.maybe(&request)? else {
            if kind == "users" {
                return Err(Failure::new(Kind::Source, format!("there is no organisation or person `{}`", owner.owner))
                    .hint("check the name, and `gh auth status`: a token may not see every organisation"));
            }
            kind = "users";
            continue;
        };
        let found: Vec<Repository> = reply.json(&request.path)?;
        let usable = found.iter().filter(|repository| !repository.archived && !repository.disabled && !repository.fork);
        all.extend(usable.filter_map(|repository| RepoName::parse(&repository.full_name, &owner.host)));
        match reply.next_page().filter(|next| *next > page && *next <= REPOSITORIES) {
            Some(next) => page = next,
            None => return Ok(all),
        }
    }
}
