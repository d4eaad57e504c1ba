//! Why a checkout cannot be read, or a branch not be made, and what to type next.

use std::path::PathBuf;

/// What went wrong with the checkout or the branch.
///
/// The wording quotes names from the repository and from git's configuration: show it through
/// [`Redacted`](crate::text::Redacted), as everything foreign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BranchError {
    /// The folder to start from is none.
    #[error("`{}` is not a folder that can be opened: {reason}", .dir.display())]
    NoFolder {
        /// The folder as given.
        dir: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// `GIT_DIR` is set, and leads nowhere.
    #[error("GIT_DIR names `{}`, which is not a git repository: {reason}", .path.display())]
    GitDir {
        /// The value of the variable.
        path: PathBuf,
        /// What was found there.
        reason: String,
    },
    /// The repository belongs to somebody else, and git would refuse it as well.
    #[error("the repository at `{}` belongs to another user, so git does not trust its configuration", .path.display())]
    DubiousOwnership {
        /// The folder git wants to be listed in `safe.directory`.
        path: PathBuf,
    },
    /// A bare repository was found by walking upwards while `safe.bareRepository` is `explicit`.
    #[error("the bare repository at `{}` was found, not named, and safe.bareRepository is `explicit`", .path.display())]
    ImplicitBare {
        /// The bare repository.
        path: PathBuf,
    },
    /// The repository uses a format that cannot be written here.
    #[error("the repository uses {what}, which gh-autoheal cannot write")]
    Unsupported {
        /// The format.
        what: String,
        /// The path of the repository.
        path: PathBuf,
    },
    /// HEAD's branch has no commit yet.
    #[error("the branch `{branch}` has no commit yet, so there is nothing to heal")]
    Unborn {
        /// The short name of HEAD's branch.
        branch: String,
    },
    /// The revision does not exist, or names several things.
    #[error("`{revision}` names no single commit here: {reason}")]
    UnknownRevision {
        /// The revision as asked for.
        revision: String,
        /// What git's grammar makes of it.
        reason: String,
    },
    /// The revision exists and is no commit.
    #[error("`{revision}` is a {kind}; expected a commit")]
    NotACommit {
        /// The revision as asked for.
        revision: String,
        /// What it is: blob, tree.
        kind: String,
    },
    /// A partial clone lacks objects that are needed.
    #[error("the checkout is a partial clone and lacks {} of commit {commit}", listed(.paths))]
    NotFetched {
        /// The commit, hexadecimal.
        commit: String,
        /// The files, or folders, whose contents are missing.
        paths: Vec<String>,
    },
    /// The tree is larger than anything that holds workflows.
    #[error("the commit {commit} holds more than {limit} files")]
    TooManyFiles {
        /// The commit, hexadecimal.
        commit: String,
        /// The bound.
        limit: usize,
    },
    /// The patch changes nothing in the base commit.
    #[error("the patch changes nothing in {commit}")]
    NothingToCommit {
        /// The base commit, hexadecimal.
        commit: String,
    },
    /// A file of the patch cannot be changed.
    #[error("`{path}` in {commit} {reason}")]
    Unpatchable {
        /// The file.
        path: String,
        /// The base commit, hexadecimal.
        commit: String,
        /// Why not.
        reason: Unpatchable,
    },
    /// A plan's id does not follow from what it names.
    #[error("the plan does not fit: {what} has another id than the plan says")]
    Mismatch {
        /// What has another id.
        what: String,
    },
    /// The name is none that git accepts for a branch.
    #[error("`{branch}` is not a branch name: {reason}")]
    BranchName {
        /// The short name.
        branch: String,
        /// git's rule.
        reason: String,
    },
    /// The branch exists and holds something else.
    #[error("the branch `{branch}` exists already and holds another commit, {found}; expected none, or the same patch")]
    BranchExists {
        /// The short name.
        branch: String,
        /// What it points to.
        found: String,
    },
    /// A branch stands where the new one needs a folder, or the reverse.
    #[error("the branch `{branch}` cannot exist beside `{obstacle}`: git stores branches as files and folders")]
    BranchInTheWay {
        /// The short name.
        branch: String,
        /// The short name of the existing branch.
        obstacle: String,
    },
    /// A work tree stands on the branch, which has no commit yet.
    #[error("`{branch}` is checked out and has no commit yet; making it would change what is checked out")]
    BranchCheckedOut {
        /// The short name.
        branch: String,
    },
    /// Another process holds the branch's lock, or left it behind.
    #[error("the branch `{branch}` is locked by `{}`", .lock.display())]
    BranchLocked {
        /// The short name.
        branch: String,
        /// The lock file.
        lock: PathBuf,
    },
    /// `user.useConfigOnly` forbids a name that git's configuration does not give.
    #[error("user.useConfigOnly is set, and git's configuration names no {missing}")]
    NoIdentity {
        /// `author` or `committer`.
        missing: &'static str,
    },
    /// Commits shall be signed, and the signing program failed.
    #[error("the commit could not be signed: {reason}")]
    Signing {
        /// What the program said.
        reason: String,
    },
    /// The commit's message is empty or holds a NUL, which git cuts off.
    #[error("the commit message {reason}")]
    Message {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Anything else git's files did not allow.
    #[error("{doing} failed: {reason}")]
    Git {
        /// What was being done.
        doing: &'static str,
        /// The whole chain of causes.
        reason: String,
    },
}

/// Why a file of the base commit cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unpatchable {
    /// There is no such file.
    #[error("does not exist")]
    Missing,
    /// It is a folder.
    #[error("is a folder; expected a file")]
    Folder,
    /// It is a symbolic link: its text is the name of its target.
    #[error("is a symbolic link; expected a regular file")]
    Link,
    /// It lies behind a symbolic link.
    #[error("lies behind a symbolic link")]
    BehindLink,
    /// It is a submodule, or lies in one: another repository's file.
    #[error("belongs to a submodule, which is another repository")]
    Submodule,
    /// Its bytes are not those the patch was made for.
    #[error("is not the text that the patch was made for")]
    Changed,
}

impl BranchError {
    /// A failure of gix while `doing` something, with its whole chain of causes.
    pub(super) fn git(doing: &'static str, error: &gix::Error) -> Self {
        Self::Git { doing, reason: chain(error) }
    }

    /// The next commands to type, each ready to be copied, or a sentence where no command helps.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::NoFolder { .. } => vec!["name the checkout: --repo DIR".to_owned()],
            Self::GitDir { .. } => vec!["unset GIT_DIR".to_owned()],
            Self::DubiousOwnership { path } => vec![format!("git config --global --add safe.directory {}", shell(&path.to_string_lossy()))],
            Self::ImplicitBare { path } => vec![format!("GIT_DIR={} gh-autoheal …", shell(&path.to_string_lossy()))],
            Self::Unsupported { what, path } if what.contains("reftable") => {
                vec![format!("git -C {} refs migrate --ref-format=files", shell(&path.to_string_lossy()))]
            }
            Self::Unborn { .. } => vec!["git commit".to_owned(), "or name a commit: --base REV".to_owned()],
            Self::UnknownRevision { revision, .. } => unknown_revision(revision),
            Self::NotACommit { .. } => vec!["git log --oneline --all".to_owned()],
            Self::NotFetched { commit, paths } => vec![fetch_command(commit, paths)],
            Self::Unpatchable { path, commit, reason } => unpatchable(path, commit, *reason),
            Self::BranchExists { branch, .. } => vec![
                format!("look at it: git log -p -1 {}", shell(branch)),
                format!("if it is not needed: git branch -D {}", shell(branch)),
            ],
            Self::BranchInTheWay { obstacle, .. } => {
                vec![format!("git branch -m {} {}", shell(obstacle), shell(&format!("{}-moved", obstacle.replace('/', "-"))))]
            }
            Self::BranchCheckedOut { .. } => vec!["in the work tree that waits for it: git switch main".to_owned()],
            Self::BranchLocked { lock, .. } => {
                vec![format!("when no git command is running any more: rm {}", shell(&lock.to_string_lossy()))]
            }
            Self::NoIdentity { .. } => vec!["git config user.name NAME".to_owned(), "git config user.email ADDRESS".to_owned()],
            Self::Signing { .. } => vec![
                "try the same signer: git commit-tree -S -m test 'HEAD^{tree}'".to_owned(),
                "without signatures: GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=commit.gpgSign GIT_CONFIG_VALUE_0=false gh-autoheal …".to_owned(),
            ],
            Self::Git { .. } => vec!["git fsck".to_owned()],
            Self::Unsupported { .. }
            | Self::TooManyFiles { .. }
            | Self::NothingToCommit { .. }
            | Self::Mismatch { .. }
            | Self::BranchName { .. }
            | Self::Message { .. } => Vec::new(),
        }
    }
}

/// All causes of `error` in one line, each said once.
pub(super) fn chain(error: &gix::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.iter_errors() {
        let text = cause.to_string();
        if !text.is_empty() && !parts.contains(&text) {
            parts.push(text);
        }
    }
    parts.join(": ")
}

fn unknown_revision(revision: &str) -> Vec<String> {
    vec![format!("git fetch origin {}", shell(revision)), "git log --oneline --all".to_owned()]
}

fn unpatchable(path: &str, commit: &str, reason: Unpatchable) -> Vec<String> {
    match reason {
        Unpatchable::Missing | Unpatchable::Folder => vec![format!("git ls-tree -r --name-only {commit}")],
        Unpatchable::Link | Unpatchable::BehindLink => {
            vec![format!("git ls-tree {commit} {}", shell(path)), "patch the link's target".to_owned()]
        }
        Unpatchable::Submodule => vec!["run gh-autoheal in the submodule: --repo DIR".to_owned()],
        Unpatchable::Changed => vec![format!("git show {}", shell(&format!("{commit}:{path}")))],
    }
}

/// A command that makes git fetch what a partial clone lacks: reading it is enough.
fn fetch_command(commit: &str, paths: &[String]) -> String {
    let mut command = format!("git archive {commit}");
    for path in paths.iter().take(MOST_NAMED) {
        command.push(' ');
        command.push_str(&shell(path));
    }
    if cfg!(windows) { command + " > NUL" } else { command + " > /dev/null" }
}

/// How many paths a message names.
const MOST_NAMED: usize = 20;

fn listed(paths: &[String]) -> String {
    match paths {
        [] => "the contents".to_owned(),
        [one] => format!("`{one}`"),
        [first, rest @ ..] => format!("`{first}` and {} more", rest.len()),
    }
}

/// `text` as one word of a POSIX shell.
fn shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+,=%^~".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_can_be_pasted_into_a_shell() {
        let error = BranchError::DubiousOwnership { path: PathBuf::from("/srv/o'neill x") };
        assert_eq!(error.hints(), [r"git config --global --add safe.directory '/srv/o'\''neill x'"]);
        let error = BranchError::BranchExists { branch: "auto-heal/x".to_owned(), found: "abc".to_owned() };
        assert!(error.hints().iter().any(|hint| hint.ends_with("git branch -D auto-heal/x")));
    }

    #[test]
    fn a_missing_file_names_the_command_that_fetches_it() {
        let error = BranchError::NotFetched { commit: "abc".to_owned(), paths: vec!["a b".to_owned(), "c".to_owned()] };
        assert_eq!(error.to_string(), "the checkout is a partial clone and lacks `a b` and 1 more of commit abc");
        assert!(error.hints().iter().any(|hint| hint.starts_with("git archive abc 'a b' c >")));
    }
}
