//! The few calls that are made, over any wire, with the fields that are used.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, Reply, RepoName, Request, Wire, segment};
use crate::plan::Label;

/// Pages of a listing that are read: a hundred entries each.
const PAGES: u32 = 10;

/// A repository.
#[derive(Debug, Clone, Deserialize)]
pub struct Repository {
    /// `owner/name`, as it is called today.
    pub full_name: String,
    /// The branch that pull requests go to by themselves.
    pub default_branch: String,
    /// Whether only some may see it.
    #[serde(default)]
    pub private: bool,
    /// Whether it takes no change any more.
    #[serde(default)]
    pub archived: bool,
    /// Whether it is switched off.
    #[serde(default)]
    pub disabled: bool,
    /// Whether it is a fork.
    #[serde(default)]
    pub fork: bool,
    /// Whether it has issues.
    #[serde(default = "yes")]
    pub has_issues: bool,
    /// What this token's owner may do; absent for some tokens.
    #[serde(default)]
    pub permissions: Option<Permissions>,
}

const fn yes() -> bool {
    true
}

/// What somebody may do.
#[derive(Debug, Clone, Deserialize)]
pub struct Permissions {
    /// Push.
    #[serde(default)]
    pub push: bool,
}

/// An issue or pull request of a listing.
#[derive(Debug, Clone, Deserialize)]
pub struct Listed {
    /// Its number.
    pub number: u64,
    /// Its page.
    #[serde(default)]
    pub html_url: String,
    /// `open` or `closed`.
    pub state: String,
    /// Why it was closed: `completed`, `not_planned`.
    #[serde(default)]
    pub state_reason: Option<String>,
    /// Its body.
    #[serde(default)]
    pub body: Option<String>,
    /// When it was opened.
    #[serde(default)]
    pub created_at: Option<String>,
    /// How its author belongs to the repository.
    #[serde(default)]
    pub author_association: Option<String>,
    /// Its author.
    #[serde(default)]
    pub user: Option<User>,
    /// There for a pull request in a listing of issues.
    #[serde(default)]
    pub pull_request: Option<Value>,
    /// A pull request's merge; absent in a listing of issues.
    #[serde(default)]
    pub merged_at: Option<String>,
    /// Whether it waits for its author.
    #[serde(default)]
    pub draft: bool,
    /// A pull request's branch.
    #[serde(default)]
    pub head: Option<Side>,
    /// The commit of a merge.
    #[serde(default)]
    pub merge_commit_sha: Option<String>,
    /// Its labels.
    #[serde(default)]
    pub labels: Vec<LabelName>,
    /// Its id for GraphQL.
    #[serde(default)]
    pub node_id: String,
}

impl Listed {
    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }

    /// Whether it has this label.
    pub fn has_label(&self, name: &str) -> bool {
        self.labels.iter().any(|label| label.name.eq_ignore_ascii_case(name))
    }

    /// Its body, or nothing.
    pub fn text(&self) -> &str {
        self.body.as_deref().unwrap_or("")
    }
}

/// A person or bot.
#[derive(Debug, Clone, Deserialize)]
pub struct User {
    /// The login.
    #[serde(default)]
    pub login: String,
    /// `User` or `Bot`.
    #[serde(default, rename = "type")]
    pub kind: String,
}

/// A label on something.
#[derive(Debug, Clone, Deserialize)]
pub struct LabelName {
    /// Its name.
    #[serde(default)]
    pub name: String,
}

/// One side of a pull request.
#[derive(Debug, Clone, Deserialize)]
pub struct Side {
    /// The branch.
    #[serde(rename = "ref")]
    pub branch: String,
    /// The commit.
    pub sha: String,
    /// The repository; absent when it is gone.
    #[serde(default)]
    pub repo: Option<Named>,
}

/// Something with a full name.
#[derive(Debug, Clone, Deserialize)]
pub struct Named {
    /// `owner/name`.
    pub full_name: String,
}

/// The calls for one repository.
pub struct Api<'a> {
    /// What carries them.
    pub wire: &'a mut dyn Wire,
    /// The repository.
    pub repo: RepoName,
}

impl std::fmt::Debug for Api<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Api").field("repo", &self.repo).finish_non_exhaustive()
    }
}

impl Api<'_> {
    /// A path below the repository's own.
    pub fn below(&self, rest: &str) -> String {
        format!("{}{rest}", self.repo.path())
    }

    /// Sends a request; whatever is no success is an error.
    ///
    /// # Errors
    /// Also when the reply has another status than 2xx.
    pub fn must(&mut self, request: &Request) -> Result<Reply, ApiError> {
        let reply = self.wire.send(request)?;
        if reply.is_success() { Ok(reply) } else { Err(refusal(request, &reply)) }
    }

    /// Sends a request; what is not there is `None`.
    ///
    /// # Errors
    /// When the reply has another status than 2xx or 404.
    pub fn maybe(&mut self, request: &Request) -> Result<Option<Reply>, ApiError> {
        let reply = self.wire.send(request)?;
        match reply.status {
            404 => Ok(None),
            _ if reply.is_success() => Ok(Some(reply)),
            _ => Err(refusal(request, &reply)),
        }
    }

    /// The repository, and the reply: its headers tell the token's scopes.
    pub(super) fn repository(&mut self) -> Result<(Repository, Reply), ApiError> {
        let request = Request::get(self.repo.path());
        let reply = self.must(&request)?;
        Ok((reply.json(&request.path)?, reply))
    }

    /// Everything that has a label, newest first: issues and pull requests, open and closed.
    pub(super) fn labelled(&mut self, label: &str) -> Result<Vec<Listed>, ApiError> {
        let mut all = Vec::new();
        let mut page = 1;
        while page <= PAGES {
            let query = format!("state=all&labels={}&sort=created&direction=desc&per_page=100&page={page}", segment(label));
            let request = Request::get(self.below(&format!("/issues?{query}")));
            let reply = self.must(&request)?;
            all.extend(reply.json::<Vec<Listed>>(&request.path)?);
            match reply.next_page() {
                Some(next) if next > page => page = next,
                _ => break,
            }
        }
        Ok(all)
    }

    /// The pull requests of a branch, in whatever state: exact, and without a delay.
    pub(super) fn pulls_of(&mut self, branch: &str) -> Result<Vec<Listed>, ApiError> {
        let head = segment(&format!("{}:{branch}", self.repo.owner));
        let request = Request::get(self.below(&format!("/pulls?head={head}&state=all&per_page=100")));
        self.must(&request)?.json(&request.path)
    }

    /// Issues whose body holds a text, labelled or not. The index lags, so this only completes a listing.
    pub(super) fn search(&mut self, text: &str) -> Result<Vec<Listed>, ApiError> {
        #[derive(Deserialize)]
        struct Found {
            #[serde(default)]
            items: Vec<Listed>,
        }
        let query = segment(&format!("repo:{} is:issue in:body \"{text}\"", self.repo.full()));
        let request = Request::get(format!("/search/issues?q={query}&per_page=20"));
        Ok(self.must(&request)?.json::<Found>(&request.path)?.items)
    }

    /// The commit of a branch; none when there is no such branch.
    pub(super) fn tip(&mut self, branch: &str) -> Result<Option<String>, ApiError> {
        #[derive(Deserialize)]
        struct Reference {
            object: Object,
        }
        #[derive(Deserialize)]
        struct Object {
            sha: String,
        }
        let request = Request::get(self.below(&format!("/git/ref/heads/{}", slashed(branch))));
        let reply = self.maybe(&request)?;
        reply.map(|reply| reply.json::<Reference>(&request.path).map(|reference| reference.object.sha)).transpose()
    }

    /// Whether there is a branch of this name.
    pub(super) fn has_branch(&mut self, branch: &str) -> Result<bool, ApiError> {
        Ok(self.maybe(&Request::get(self.below(&format!("/branches/{}", segment(branch)))))?.is_some())
    }

    /// Sees to it that a label is there.
    pub(super) fn ensure_label(&mut self, label: &Label) -> Result<(), ApiError> {
        if self.maybe(&Request::get(self.below(&format!("/labels/{}", segment(&label.name)))))?.is_some() {
            return Ok(());
        }
        let body = json!({"name": label.name, "color": label.color, "description": label.description});
        let request = Request::post(self.below("/labels"), body);
        let reply = self.wire.send(&request)?;
        // Somebody else may have been faster.
        if reply.is_success() || reply.status == 422 && reply.message().contains("already_exists") {
            Ok(())
        } else {
            Err(refusal(&request, &reply))
        }
    }

    /// Opens an issue.
    pub(super) fn open_issue(&mut self, issue: &crate::plan::Issue) -> Result<Listed, ApiError> {
        let body = json!({"title": issue.title, "body": issue.body, "labels": issue.labels});
        let request = Request::post(self.below("/issues"), body);
        self.must(&request)?.json(&request.path)
    }

    /// Changes fields of an issue; a pull request's body and state are those of its issue.
    pub(super) fn change_issue(&mut self, number: u64, fields: Value) -> Result<(), ApiError> {
        self.must(&Request::patch(self.below(&format!("/issues/{number}")), fields)).map(|_| ())
    }

    /// Comments on an issue or pull request.
    pub(super) fn comment(&mut self, number: u64, text: &str) -> Result<(), ApiError> {
        self.must(&Request::post(self.below(&format!("/issues/{number}/comments")), json!({"body": text}))).map(|_| ())
    }

    /// Adds labels to an issue or pull request.
    pub(super) fn add_labels(&mut self, number: u64, labels: &[String]) -> Result<(), ApiError> {
        self.must(&Request::post(self.below(&format!("/issues/{number}/labels")), json!({"labels": labels}))).map(|_| ())
    }

    /// One pull request.
    pub(super) fn pull(&mut self, number: u64) -> Result<Listed, ApiError> {
        let request = Request::get(self.below(&format!("/pulls/{number}")));
        self.must(&request)?.json(&request.path)
    }
}

/// A branch in a path: its slashes stay.
fn slashed(branch: &str) -> String {
    branch.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// What a reply refuses.
pub(super) fn refusal(request: &Request, reply: &Reply) -> ApiError {
    let path = request.path.split('?').next().unwrap_or("").to_owned();
    ApiError::Refused { path: format!("{} {path}", request.method.word()), status: reply.status, message: reply.message() }
}
