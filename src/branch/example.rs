//! Turns files into a small repository of its own: what the demonstration heals.
#![expect(clippy::disallowed_methods, reason = "shell: writes the example's files")]

use std::path::Path;

use gix::objs::tree::EntryKind;

use super::{BranchError, FALLBACK_EMAIL, FALLBACK_NAME};

/// When the example's one commit was made: 2026-10-01T10:00:00Z. A fixed date gives the same commit every time.
const WHEN: i64 = 1_790_848_800;

/// Makes a repository in `dir`, which must not exist, with one commit of `files` (path and text) on `main`, checked out.
///
/// # Errors
/// When something cannot be written.
pub fn create_example(dir: &Path, files: &[(&str, &str)], message: &str) -> Result<(), BranchError> {
    for (path, text) in files {
        let place = dir.join(path);
        let parent = place.parent().unwrap_or(dir);
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&place, text))
            .map_err(|error| BranchError::Git { doing: "writing the example's files", reason: error.to_string() })?;
    }
    commit(dir, files, message).map_err(|error| BranchError::Git { doing: "making the example's commit", reason: error.to_string() })
}

fn commit(dir: &Path, files: &[(&str, &str)], message: &str) -> Result<(), Box<dyn std::error::Error>> {
    let repo = gix::init(dir)?;
    let mut editor = repo.edit_tree(repo.object_hash().empty_tree())?;
    for (path, text) in files {
        editor.upsert(*path, EntryKind::Blob, repo.write_blob(text.as_bytes())?)?;
    }
    let tree = editor.write()?;
    let time = format!("{WHEN} +0000");
    let person = gix::actor::SignatureRef { name: FALLBACK_NAME.into(), email: FALLBACK_EMAIL.into(), time: &time };
    repo.commit_as(person, person, "HEAD", message, tree, gix::commit::NO_PARENT_IDS)?;
    let mut index = repo.index_from_tree(&tree)?;
    index.write(gix::index::write::Options::default())?;
    Ok(())
}
