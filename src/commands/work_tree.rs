//! Turns the work tree around a folder into the texts that setting up looks at, as they lie there now.
#![expect(clippy::disallowed_methods, reason = "shell: reads the workflows and the configuration of the work tree")]

use std::fs;
use std::path::{Path, PathBuf};

use crate::branch::Checkout;
use crate::config;
use crate::failure::{Failure, Kind};
use crate::repository::{EntryKind, LARGEST_TEXT, Repository};
use crate::text::RepoPath;

/// A work tree.
#[derive(Debug)]
pub(super) struct WorkTree {
    /// Its root.
    pub(super) root: PathBuf,
    /// The repository that it belongs to.
    pub(super) checkout: Checkout,
    /// Its workflows and its configuration.
    pub(super) texts: Repository,
}

/// The work tree around `dir`.
///
/// # Errors
/// When there is none, or it cannot be read.
pub(super) fn around(dir: Option<&Path>) -> Result<WorkTree, Failure> {
    let place = dir.map_or_else(|| "this folder".to_owned(), |dir| format!("`{}`", dir.display()));
    let checkout = Checkout::discover(dir.unwrap_or(Path::new(".")))
        .map_err(|error| error.hints().into_iter().fold(Failure::new(Kind::Repository, error.to_string()), Failure::hint))?;
    let checkout = checkout.ok_or_else(|| {
        Failure::new(Kind::Repository, format!("there is no git repository around {place}"))
            .hint("run it in a checkout of the repository, or name one with `--repo DIR`")
    })?;
    let Some(root) = checkout.workdir().map(Path::to_owned) else {
        let failure = Failure::new(Kind::Repository, format!("the repository around {place} is bare: it has no files to look at"));
        return Err(failure.hint("run it in a clone with a work tree"));
    };
    let texts = texts(&root)?;
    Ok(WorkTree { root, checkout, texts })
}

fn texts(root: &Path) -> Result<Repository, Failure> {
    let mut repository = Repository::default();
    let folder = root.join(".github/workflows");
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries.flatten().map(|entry| format!(".github/workflows/{}", entry.file_name().to_string_lossy())).collect(),
        Err(_) => Vec::new(),
    };
    for name in entries.into_iter().chain([config::PATH.to_owned()]) {
        let Ok(path) = RepoPath::new(&name) else { continue };
        let place = root.join(&name);
        let Ok(metadata) = fs::metadata(&place) else { continue };
        if metadata.is_file() && metadata.len() <= LARGEST_TEXT as u64 && Repository::wants(&path) {
            let text = fs::read(&place).map_err(|error| Failure::new(Kind::Repository, format!("cannot read `{name}`: {error}")))?;
            if let Ok(text) = String::from_utf8(text) {
                repository.texts.insert(path.clone(), text);
            }
        }
        repository.entries.insert(path, EntryKind::File);
    }
    Ok(repository)
}
