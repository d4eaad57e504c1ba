//! What the base commit holds: its file list, and the texts that diagnosis and repair look at. A value, read by the shell.

use std::collections::BTreeMap;

use crate::text::RepoPath;

/// The files of the base commit.
#[derive(Debug, Clone, Default)]
pub struct Repository {
    /// Every entry of the tree.
    pub entries: BTreeMap<RepoPath, EntryKind>,
    /// The texts of workflows, actions and manifests; see [`Repository::wants`].
    pub texts: BTreeMap<RepoPath, String>,
}

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A file without the run bit (100644).
    File,
    /// A file with the run bit (100755).
    Executable,
    /// A symbolic link (120000).
    Link,
    /// A submodule (160000).
    Submodule,
}

/// Manifests whose text decides about versions, scripts and lock files.
const MANIFESTS: &[&str] = &[
    "go.mod",
    "rust-toolchain.toml",
    "rust-toolchain",
    "Cargo.toml",
    ".nvmrc",
    ".node-version",
    "package.json",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    ".python-version",
    ".ruby-version",
    ".tool-versions",
    "Gemfile",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "gradle-wrapper.properties",
    "global.json",
    ".gitattributes",
    ".gitmodules",
    "actions.lock",
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-test.txt",
    "pnpm-workspace.yaml",
    "environment.yml",
    "composer.json",
];

/// No text larger than this is read from a repository, in bytes: real workflows stay far below.
pub const LARGEST_TEXT: usize = 1 << 20;

impl Repository {
    /// Whether the shell shall read this file's text: workflows and actions (all YAML below `.github`), and manifests.
    pub fn wants(path: &RepoPath) -> bool {
        let text = path.as_str();
        let yaml = text.ends_with(".yml") || text.ends_with(".yaml");
        (yaml && text.starts_with(".github/")) || path.is_action() || MANIFESTS.contains(&path.file_name())
    }

    /// Whether there is a file, link or submodule at `path`.
    pub fn has(&self, path: &str) -> bool {
        RepoPath::new(path).is_ok_and(|path| self.entries.contains_key(&path))
    }

    /// Whether there is a folder at `path`; the root is one.
    pub fn has_folder(&self, path: &str) -> bool {
        let path = path.trim_start_matches("./").trim_end_matches('/');
        if path.is_empty() || path == "." {
            return true;
        }
        let prefix = format!("{path}/");
        self.entries.keys().any(|entry| entry.as_str().starts_with(&prefix))
    }

    /// The text of the file at `path`, where it was read.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(&RepoPath::new(path).ok()?).map(String::as_str)
    }

    /// All files that bear this name, in any folder.
    pub fn named<'a>(&'a self, file_name: &'a str) -> impl Iterator<Item = &'a RepoPath> {
        self.entries.keys().filter(move |path| path.file_name() == file_name)
    }

    /// The workflow files and their texts.
    pub fn workflows(&self) -> impl Iterator<Item = (&RepoPath, &str)> {
        self.texts.iter().filter(|(path, _)| path.is_workflow()).map(|(path, text)| (path, text.as_str()))
    }
}
