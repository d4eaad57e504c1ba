//! Paths inside a repository.

use std::fmt;

/// A path inside a repository: relative, with `/`, without `.` or `..`, never empty and never inside `.git`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RepoPath(String);

/// Why a text is no path inside a repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a path inside a repository", .0.escape_debug())]
pub struct InvalidRepoPath(pub String);

impl RepoPath {
    /// Takes `text` as a path; a leading `./` is dropped.
    ///
    /// # Errors
    /// When it is empty, absolute, steps out or into `.git`, or holds a control character or a backslash.
    pub fn new(text: &str) -> Result<Self, InvalidRepoPath> {
        let path = text.strip_prefix("./").unwrap_or(text);
        let sound = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.eq_ignore_ascii_case(".git");
        let characters = |text: &str| !text.chars().any(|c| c.is_control() || c == '\\');
        if characters(path) && path.split('/').all(sound) { Ok(Self(path.to_owned())) } else { Err(InvalidRepoPath(text.to_owned())) }
    }

    /// The path as text, with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part behind the last `/`.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Everything before the last `/`, or nothing for a path at the root.
    pub fn parent(&self) -> Option<&str> {
        self.0.rsplit_once('/').map(|(parent, _)| parent)
    }

    /// Whether it names a workflow: a YAML file directly in `.github/workflows`
    /// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax>).
    pub fn is_workflow(&self) -> bool {
        self.parent() == Some(".github/workflows") && self.is_yaml()
    }

    /// Whether it names an action's metadata file.
    pub fn is_action(&self) -> bool {
        matches!(self.file_name(), "action.yml" | "action.yaml")
    }

    fn is_yaml(&self) -> bool {
        self.0.ends_with(".yml") || self.0.ends_with(".yaml")
    }
}

impl From<RepoPath> for String {
    fn from(path: RepoPath) -> Self {
        path.0
    }
}

impl TryFrom<String> for RepoPath {
    type Error = InvalidRepoPath;

    fn try_from(text: String) -> Result<Self, InvalidRepoPath> {
        Self::new(&text)
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_relative_paths_are_taken() {
        for good in [".github/workflows/ci.yml", "./a", "a b/ü", "...", ".gitignore"] {
            assert!(RepoPath::new(good).is_ok(), "{good}");
        }
        for bad in ["", "/", "/a", "a//b", "a/", "..", "a/../b", "a/./b", ".git/config", "a/.GIT/x", "a\\b", "a\nb", "./"] {
            assert!(RepoPath::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_workflow_lies_directly_in_its_folder() {
        let is_workflow = |text: &str| RepoPath::new(text).is_ok_and(|path| path.is_workflow());
        assert!(is_workflow(".github/workflows/ci.yml"));
        assert!(!is_workflow(".github/workflows/sub/ci.yml"));
        assert!(!is_workflow(".github/workflows/notes.md"));
    }
}
