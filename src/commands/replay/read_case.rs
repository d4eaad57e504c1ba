//! Reads a case's folder, bounded and without following links.
#![expect(clippy::disallowed_methods, reason = "shell: reads a case's files")]

use std::fs;
use std::path::Path;

use crate::cases::{self, Case, Material};
use crate::repository::{EntryKind, LARGEST_TEXT, Repository};
use crate::text::RepoPath;

/// No file of a case is larger, in bytes.
const LARGEST: u64 = 64 << 20;

/// No case has more files.
const MOST: usize = 10_000;

/// Folders within folders.
const DEEPEST: usize = 32;

/// A case and what lies beside it.
#[derive(Debug)]
pub(in crate::commands) struct ReadCase {
    /// The log with its verdict.
    pub(in crate::commands) case: Case,
    /// What is replayed.
    pub(in crate::commands) material: Material,
    /// The expected patch; none where there is no repository to patch.
    pub(in crate::commands) patch: Option<String>,
}

/// Reads the folder of a case.
///
/// # Errors
/// In words, with file and line.
pub(in crate::commands) fn folder(path: &Path) -> Result<ReadCase, String> {
    let mut read = text(&bytes(&path.join(cases::LOG))?)?;
    for (name, content) in files(&path.join(cases::RECORDS))? {
        read.material.records.push((name, String::from_utf8(content).map_err(|_| "a record is not UTF-8".to_owned())?));
    }
    let repository = repository(path)?;
    let patch = match fs::symlink_metadata(path.join(cases::PATCH)) {
        Ok(_) => Some(utf8(cases::PATCH, bytes(&path.join(cases::PATCH))?)?),
        Err(_) => None,
    };
    read.patch = repository.is_some().then(|| patch.unwrap_or_default());
    read.material.repository = repository;
    Ok(read)
}

/// Reads a case that is one file.
///
/// # Errors
/// In words, with the line.
pub(in crate::commands) fn text(bytes: &[u8]) -> Result<ReadCase, String> {
    let case = cases::parse(&utf8(cases::LOG, bytes.to_vec())?).map_err(|error| format!("{}:{error}", cases::LOG))?;
    let material = Material { log: case.log.clone(), workflow: case.workflow.clone(), ..Material::default() };
    Ok(ReadCase { case, material, patch: None })
}

/// What the case says of the repository; none where it says nothing.
fn repository(path: &Path) -> Result<Option<Repository>, String> {
    let mut repository = Repository::default();
    let texts = files(&path.join(cases::FILES))?;
    let has_files = !texts.is_empty();
    for (name, content) in texts {
        let inside = RepoPath::new(&name).map_err(|error| format!("{}: {error}", cases::FILES))?;
        if content.len() <= LARGEST_TEXT
            && let Ok(text) = String::from_utf8(content)
        {
            repository.texts.insert(inside.clone(), text);
        }
        repository.entries.insert(inside, EntryKind::File);
    }
    let tree = path.join(cases::TREE);
    if fs::symlink_metadata(&tree).is_err() {
        return Ok(has_files.then_some(repository));
    }
    let listed = utf8(cases::TREE, bytes(&tree)?)?;
    cases::parse_tree(&listed, &mut repository).map_err(|(line, why)| format!("{}:{line}: {why}", cases::TREE))?;
    Ok(Some(repository))
}

/// Every file below a folder: path with `/`, and content; none where the folder is not there.
fn files(root: &Path) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut found = Vec::new();
    let mut open = vec![(root.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if kind.is_dir() && depth < DEEPEST {
                open.push((entry.path(), format!("{name}/"), depth + 1));
            } else if kind.is_file() {
                found.push((name, bytes(&entry.path())?));
            }
            if found.len() > MOST {
                return Err(format!("the case has more than {MOST} files"));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let cannot = |error: std::io::Error| format!("cannot read `{}`: {error}", path.display());
    let metadata = fs::symlink_metadata(path).map_err(cannot)?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(format!("`{}` is no file of at most {} MiB", path.display(), LARGEST >> 20));
    }
    fs::read(path).map_err(cannot)
}

fn utf8(name: &str, bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|error| format!("{name}: byte {} is not UTF-8", error.utf8_error().valid_up_to()))
}
