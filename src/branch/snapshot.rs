//! Turns the base commit's tree into a [`Repository`], without a trace on disk.

use gix::bstr::{BString, ByteSlice as _};
use gix::objs::tree::EntryKind as TreeKind;

use super::{Base, BranchError, Checkout};
use crate::repository::{EntryKind, LARGEST_TEXT, Repository};
use crate::text::RepoPath;

/// No tree with more entries, folders included, is listed: the largest public repositories stay below, and a tree
/// that contains itself many times over can claim billions.
const LARGEST_TREE: usize = 1_000_000;

impl Checkout {
    /// Lists the base commit and reads the texts that [`Repository::wants`].
    ///
    /// Links and submodules are listed and never followed. Left out are entries whose name is no [`RepoPath`], and texts
    /// that are larger than [`LARGEST_TEXT`] or not UTF-8.
    ///
    /// # Errors
    /// When the commit or a wanted text is not in the object database, or the tree is beyond all bounds.
    pub fn snapshot(&self, base: &Base) -> Result<Repository, BranchError> {
        let listing = self.listing(base)?;
        let mut repository = Repository::default();
        let mut missing = Vec::new();
        for (path, kind, id) in listing {
            if matches!(kind, EntryKind::File | EntryKind::Executable) && Repository::wants(&path) {
                match self.text(id) {
                    Ok(Some(text)) => drop(repository.texts.insert(path.clone(), text)),
                    Ok(None) => {}
                    Err(error) if error.is_not_found() => missing.push(path.to_string()),
                    Err(error) => return Err(BranchError::git("reading a file of the base commit", &error)),
                }
            }
            repository.entries.insert(path, kind);
        }
        if missing.is_empty() { Ok(repository) } else { Err(self.not_fetched(base, missing)) }
    }

    /// Contents that should be there are not: a partial clone, or a damaged one.
    pub(super) fn not_fetched(&self, base: &Base, paths: Vec<String>) -> BranchError {
        if self.is_partial() {
            BranchError::NotFetched { commit: base.commit.clone(), paths }
        } else {
            let reason = format!("the contents of {} are not in the object database", paths.join(", "));
            BranchError::Git { doing: "reading the base commit", reason }
        }
    }

    fn listing(&self, base: &Base) -> Result<Vec<(RepoPath, EntryKind, gix::ObjectId)>, BranchError> {
        let mut found = Vec::new();
        let mut folders = vec![(BString::default(), self.base_tree(base)?)];
        let mut seen = 0_usize;
        while let Some((folder, id)) = folders.pop() {
            let tree = self.tree(base, &folder, id)?;
            for entry in tree.iter() {
                let entry = entry.map_err(|error| BranchError::git("reading a folder of the base commit", &error))?;
                seen += 1;
                if seen > LARGEST_TREE {
                    return Err(BranchError::TooManyFiles { commit: base.commit.clone(), limit: LARGEST_TREE });
                }
                let path = joined(&folder, entry.filename());
                match kind_of(entry.mode().kind()) {
                    None => folders.push((path, entry.oid().to_owned())),
                    Some(kind) => found.extend(repo_path(&path).map(|path| (path, kind, entry.oid().to_owned()))),
                }
            }
        }
        Ok(found)
    }

    /// The id of the base commit's tree.
    pub(super) fn base_tree(&self, base: &Base) -> Result<gix::ObjectId, BranchError> {
        let commit = self.base_commit(base)?;
        commit.tree_id().map(gix::Id::detach).map_err(|error| BranchError::git("reading the base commit", &error))
    }

    /// The base commit itself.
    pub(super) fn base_commit(&self, base: &Base) -> Result<gix::Commit<'_>, BranchError> {
        let unknown = |reason: String| BranchError::UnknownRevision { revision: base.commit.clone(), reason };
        let id = gix::ObjectId::from_hex(base.commit.as_bytes()).map_err(|error| unknown(error.to_string()))?;
        self.repo.find_commit(id).map_err(|error| unknown(super::error::chain(&error)))
    }

    pub(super) fn tree(&self, base: &Base, folder: &BString, id: gix::ObjectId) -> Result<gix::Tree<'_>, BranchError> {
        self.repo.find_tree(id).map_err(|error| match error.is_not_found() {
            true => self.not_fetched(base, vec![folder.to_string()]),
            false => BranchError::git("reading a folder of the base commit", &error),
        })
    }

    /// The text of a blob, if it has a sane size and is UTF-8; its size is asked first, so nothing large is unpacked.
    fn text(&self, id: gix::ObjectId) -> Result<Option<String>, gix::Error> {
        let largest = LARGEST_TEXT as u64;
        if self.repo.find_header(id)?.size() > largest {
            return Ok(None);
        }
        let mut blob = self.repo.find_blob(id)?;
        Ok(String::from_utf8(blob.take_data()).ok())
    }
}

fn joined(folder: &BString, name: &gix::bstr::BStr) -> BString {
    let mut path = folder.clone();
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

/// A folder is no entry of its own.
fn kind_of(kind: TreeKind) -> Option<EntryKind> {
    match kind {
        TreeKind::Tree => None,
        TreeKind::Blob => Some(EntryKind::File),
        TreeKind::BlobExecutable => Some(EntryKind::Executable),
        TreeKind::Link => Some(EntryKind::Link),
        TreeKind::Commit => Some(EntryKind::Submodule),
    }
}

fn repo_path(path: &BString) -> Option<RepoPath> {
    RepoPath::new(path.to_str().ok()?).ok()
}
