//! Writes a case's folder, whole or not at all.
#![expect(clippy::disallowed_methods, reason = "shell: writes a case's files")]

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use serde::Serialize;

use crate::cases::{self, Drawn};
use crate::failure::{Failure, Kind};
use crate::options::Existing;

/// Whether a case is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::commands) enum News {
    /// It was not there.
    Created,
    /// It was there, byte for byte.
    Same,
    /// Another one of that name made room.
    Replaced,
}

/// Writes the folder `path`.
///
/// # Errors
/// When another case of that name is there and shall stay, or something cannot be written.
pub(super) fn write(path: &Path, drawn: &Drawn, existing: Existing) -> Result<News, Failure> {
    let files = files(drawn);
    let cannot = |error: io::Error| Failure::new(Kind::Output, format!("cannot write `{}`: {error}", path.display()));
    let there = fs::symlink_metadata(path).is_ok();
    if there && is_same(path, &files) {
        return Ok(News::Same);
    }
    if there && existing == Existing::Keep {
        let failure = Failure::new(Kind::Output, format!("`{}` holds another case", path.display()));
        return Err(failure.hint("replace it with `--force`, or give this one a name with `--name NAME`"));
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(cannot)?;
    let draft = tempfile::Builder::new().prefix(".autoheal-").tempdir_in(parent).map_err(cannot)?;
    let inner = draft.path().join("case");
    for (name, text) in &files {
        let file = inner.join(name);
        fs::create_dir_all(file.parent().unwrap_or(&inner)).map_err(cannot)?;
        fs::write(&file, text).map_err(cannot)?;
    }
    if there {
        fs::rename(path, draft.path().join("old")).map_err(cannot)?;
    }
    fs::rename(&inner, path).map_err(cannot)?;
    Ok(if there { News::Replaced } else { News::Created })
}

/// The files of a case: name with `/`, and text.
fn files(drawn: &Drawn) -> Vec<(String, String)> {
    let mut files = vec![(cases::LOG.to_owned(), cases::print(&drawn.case))];
    files.extend(drawn.material.records.iter().map(|(name, text)| (format!("{}/{name}", cases::RECORDS), text.clone())));
    if let Some(repository) = &drawn.material.repository {
        files.extend(repository.texts.iter().map(|(path, text)| (format!("{}/{path}", cases::FILES), text.clone())));
        let tree = cases::print_tree(repository);
        if !tree.is_empty() {
            files.push((cases::TREE.to_owned(), tree));
        }
    }
    if !drawn.patch.is_empty() {
        files.push((cases::PATCH.to_owned(), drawn.patch.clone()));
    }
    files
}

/// Whether a folder holds just these files. What a person added beside them counts as another case.
fn is_same(path: &Path, files: &[(String, String)]) -> bool {
    let same = |(name, text): &(String, String)| match fs::read(path.join(name)) {
        Ok(bytes) => bytes == text.as_bytes(),
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(_) => false,
    };
    let optional = [cases::PATCH, cases::TREE, cases::RECORDS, cases::FILES];
    let none_else = optional.iter().all(|name| {
        let wanted = files.iter().any(|(file, _)| file == name || file.starts_with(&format!("{name}/")));
        wanted || fs::symlink_metadata(path.join(name)).is_err()
    });
    files.iter().all(same) && none_else
}
