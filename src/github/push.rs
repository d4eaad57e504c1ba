#![expect(clippy::disallowed_methods, reason = "shell: starts the user's own git")]
//! The branch on its way: by the user's own `git push`, or object by object through the API.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Api, ApiError, RepoName, Request, Token, scopes};
use crate::failure::{Exit, Failure, Kind};
use crate::plan::{Change, Person};

/// A push with git.
#[derive(Debug, Clone)]
pub struct GitPush {
    /// The repository's folder.
    pub dir: PathBuf,
    /// A remote's name, or an address.
    pub remote: String,
    /// The address behind it.
    pub url: String,
    /// The token for an http address.
    pub token: Option<Token>,
}

/// Variables that let git ask somebody, or lead it elsewhere.
pub(super) const DROPPED: &[&str] =
    &["GIT_ASKPASS", "SSH_ASKPASS", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_TRACE", "GIT_TRACE_CURL", "GIT_CURL_VERBOSE"];

/// Lines of git's complaint that are shown.
pub(super) const SHOWN: usize = 12;

/// The command that pushes a commit to a branch that must not exist yet.
pub fn push_command(remote: &str, change: &Change) -> Vec<String> {
    let reference = format!("refs/heads/{}", change.branch);
    [
        "git".to_owned(),
        "push".to_owned(),
        "--porcelain".to_owned(),
        format!("--force-with-lease={reference}:"),
        remote.to_owned(),
        format!("{}:{reference}", change.commit.id),
    ]
    .into()
}

impl GitPush {
    /// Whether the token takes part: over ssh the user's key does.
    pub fn uses_token(&self) -> bool {
        is_http(&self.url)
    }

    /// Pushes; git's own words are shown when it fails.
    ///
    /// # Errors
    /// When git is not there, refuses, or the server does.
    pub(super) fn push(&self, change: &Change) -> Result<(), Failure> {
        let words = push_command(&self.remote, change);
        let mut git = Command::new("git");
        git.args(words.iter().skip(1)).current_dir(&self.dir).stdin(Stdio::null());
        for name in DROPPED {
            git.env_remove(name);
        }
        git.env("GIT_TERMINAL_PROMPT", "0").env("GCM_INTERACTIVE", "never").env("LC_ALL", "C");
        lend(&mut git, &self.url, self.token.as_ref());
        let output = git.output().map_err(|error| {
            Failure::new(Kind::Network, format!("git cannot be started: {error}"))
                .hint("install git, or send the commit without it: `--via api`")
        })?;
        if output.status.success() {
            return Ok(());
        }
        Err(self.refused(change, &String::from_utf8_lossy(&output.stderr), &String::from_utf8_lossy(&output.stdout)))
    }

    fn refused(&self, change: &Change, complaint: &str, told: &str) -> Failure {
        let said = format!("{complaint}{told}");
        let lines: Vec<&str> = complaint
            .lines()
            .chain(told.lines().filter(|line| line.starts_with('!')))
            .filter(|line| !line.trim().is_empty())
            .take(SHOWN)
            .collect();
        let failure = Failure::new(Kind::Network, format!("git push of {} failed:\n{}", change.branch, lines.join("\n")));
        if scopes::refuses_workflows(&said) {
            return Failure { kind: Kind::Authentication, ..failure }
                .hint("gh auth refresh -s workflow")
                .hint("or use an App's or fine-grained token with Workflows: write, as GH_TOKEN")
                .exits(Exit::Authentication);
        }
        if said.contains("Authentication failed")
            || said.contains("could not read Username")
            || said.contains("Permission denied (publickey")
        {
            return Failure { kind: Kind::Authentication, ..failure }
                .hint("`gh auth status` tells which account is used; `gh auth setup-git` lets git use it")
                .exits(Exit::Authentication);
        }
        if said.contains("stale info") || said.contains("already exists") {
            return failure.hint(format!("somebody else pushed {} meanwhile; run the same command again", change.branch));
        }
        failure.hint("run the same command again: it completes what is missing")
    }
}

/// Hands the token to git through the environment, for an http address: it stands on no command line and in no file, and the helper
/// answers for this host only. A header that `actions/checkout` left in the configuration would win over it, so that is emptied.
pub(super) fn lend(git: &mut Command, url: &str, token: Option<&Token>) {
    let Some(token) = token.filter(|_| is_http(url)) else { return };
    let scheme_end = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(scheme_end..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| scheme_end + at);
    let origin = url.get(..end).unwrap_or(url);
    let helper = "!f() { test \"$1\" = get && printf 'username=x-access-token\\npassword=%s\\n' \"$AUTOHEAL_TOKEN\"; }; f";
    let settings = [
        ("credential.helper".to_owned(), ""),
        (format!("credential.{origin}.helper"), ""),
        (format!("credential.{origin}.helper"), helper),
        (format!("http.{origin}/.extraheader"), ""),
    ];
    git.env("AUTOHEAL_TOKEN", token.secret()).env("GIT_CONFIG_COUNT", settings.len().to_string());
    for (index, (key, value)) in settings.iter().enumerate() {
        git.env(format!("GIT_CONFIG_KEY_{index}"), key).env(format!("GIT_CONFIG_VALUE_{index}"), value);
    }
}

fn is_http(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

#[derive(Deserialize)]
struct Made {
    #[serde(default)]
    sha: String,
}

/// Makes the commit through the Git data API: contents, tree, commit, and at last the reference.
///
/// # Errors
/// When the server refuses, or makes another tree than the plan has; no branch exists then.
pub(super) fn through_api(api: &mut Api<'_>, change: &Change) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    let entries: Vec<Value> = change.files.iter().map(|file| blob(api, file)).collect::<Result<_, _>>()?;
    let tree: Made = made(api, "/git/trees", json!({"base_tree": change.commit.base_tree, "tree": entries}))?;
    if tree.sha != change.commit.tree {
        return Err(differs("tree", &change.commit.tree, &tree.sha));
    }
    let commit = &change.commit;
    let mut body = json!({
        "message": commit.message, "tree": commit.tree, "parents": [commit.base],
        "author": person(&commit.author), "committer": person(&commit.committer),
    });
    if let (Some(signature), Some(body)) = (&commit.signature, body.as_object_mut()) {
        body.insert("signature".to_owned(), json!(signature));
    }
    let sent: Made = made(api, "/git/commits", body)?;
    if sent.sha != commit.id {
        notes.push(format!("GitHub made the commit {} of the same tree, parent and message; here it is {}.", sent.sha, commit.id));
    }
    made(api, "/git/refs", json!({"ref": format!("refs/heads/{}", change.branch), "sha": sent.sha}))?;
    Ok(notes)
}

fn blob(api: &mut Api<'_>, file: &crate::plan::File) -> Result<Value, Failure> {
    if let Some(text) = &file.after.text {
        let sent: Made = made(api, "/git/blobs", json!({"content": text, "encoding": "utf-8"}))?;
        if !sent.sha.is_empty() && sent.sha != file.after.id {
            return Err(differs(file.path.as_str(), &file.after.id, &sent.sha));
        }
    }
    Ok(json!({"path": file.path, "mode": file.after.mode, "type": "blob", "sha": file.after.id}))
}

fn made(api: &mut Api<'_>, path: &str, body: Value) -> Result<Made, Failure> {
    let request = Request::post(api.below(path), body);
    let reply = api.must(&request).map_err(|error| match &error {
        ApiError::Refused { status: 403 | 404, .. } => Failure::from(error)
            .hint("the token needs Contents: write, and Workflows: write where a workflow changes")
            .exits(Exit::Authentication),
        _ => Failure::from(error),
    })?;
    Ok(reply.json(&request.path)?)
}

fn person(person: &Person) -> Value {
    json!({"name": person.name, "email": person.email, "date": person.date()})
}

fn differs(what: &str, wanted: &str, found: &str) -> Failure {
    Failure::new(Kind::Plan, format!("GitHub's id of {what} is {found}; the plan has {wanted}"))
        .hint("the base commit on GitHub holds other files than the plan was made for: heal again")
}

/// The remote of a checkout that leads to a repository, or its https address.
pub(super) fn remote_for(repo: &RepoName, remotes: &[(String, String)]) -> (String, String) {
    let leads = |(_, url): &&(String, String)| RepoName::of_remote(url).is_some_and(|named| named.same(repo));
    remotes.iter().find(leads).cloned().unwrap_or_else(|| {
        let url = format!("{}.git", repo.site());
        (url.clone(), url)
    })
}

impl GitPush {
    /// The push from a folder to a repository, through its remote where one leads there.
    pub fn new(dir: &Path, repo: &RepoName, remotes: &[(String, String)], token: Option<Token>) -> Self {
        let (remote, url) = remote_for(repo, remotes);
        Self { dir: dir.to_owned(), remote, url, token }
    }
}
