//! Turns a base tree and a patch into the objects of a new tree, in memory.

use std::collections::BTreeMap;

use gix::ObjectId;
use gix::bstr::BString;
use gix::objs::tree::{Editor, EntryKind};
use gix::objs::{Kind, WriteTo};

use super::{Base, BranchError, Checkout, Unpatchable};
use crate::patch::{FileChange, PatchSet};

/// An object that is not on disk yet.
#[derive(Debug)]
pub(super) struct DraftObject {
    pub(super) id: ObjectId,
    pub(super) kind: Kind,
    pub(super) data: Vec<u8>,
}

/// A tree that is not on disk yet, and the objects it needs beyond the base's.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) tree: ObjectId,
    /// What each object refers to stands before it, so that a process killed between two writes leaves none dangling
    /// with a hole below.
    pub(super) objects: Vec<DraftObject>,
}

/// A file of the base, as the changes so far leave it.
pub(super) struct Entry {
    pub(super) kind: EntryKind,
    pub(super) data: Vec<u8>,
}

impl Checkout {
    /// Applies the patch to the base's blobs: their own bytes and line ends, past every filter of the work tree.
    pub(super) fn draft(&self, base: &Base, patch: &PatchSet) -> Result<Draft, BranchError> {
        let root = self.base_tree(base)?;
        let entries = self.changed_entries(base, root, patch)?;
        let mut draft = Draft { tree: root, objects: Vec::new() };
        let failed = |error: gix::Error| BranchError::git("editing the tree of the base commit", &error);
        let tree = self.tree(base, &BString::default(), root)?.decode().map(Into::into);
        let mut editor = Editor::new(tree.map_err(failed)?, &self.repo.objects, self.repo.object_hash());
        for (path, entry) in entries {
            let blob = self.draft_object(Kind::Blob, entry.data).map_err(failed)?;
            editor.upsert(path.split('/').map(gix::bstr::BStr::new), entry.kind, blob.id).map_err(failed)?;
            draft.objects.push(blob);
        }
        let written = editor.write(|tree| {
            let tree = self.encoded(tree)?;
            let id = tree.id;
            draft.objects.push(tree);
            Ok::<_, gix::Error>(id)
        });
        draft.tree = written.map_err(failed)?;
        if draft.tree == root { Err(BranchError::NothingToCommit { commit: base.commit.clone() }) } else { Ok(draft) }
    }

    /// The object as it will stand on disk.
    pub(super) fn encoded(&self, object: &impl WriteTo) -> Result<DraftObject, gix::Error> {
        let mut data = Vec::new();
        object.write_to(&mut data).map_err(gix::Error::from_error)?;
        self.draft_object(object.kind(), data)
    }

    fn draft_object(&self, kind: Kind, data: Vec<u8>) -> Result<DraftObject, gix::Error> {
        let id = gix::objs::compute_hash(self.repo.object_hash(), kind, &data)?;
        Ok(DraftObject { id, kind, data })
    }

    pub(super) fn changed_entries<'a>(
        &self,
        base: &Base,
        root: ObjectId,
        patch: &'a PatchSet,
    ) -> Result<BTreeMap<&'a str, Entry>, BranchError> {
        let mut entries = BTreeMap::new();
        for file in &patch.files {
            let path = file.path.as_str();
            let mut entry = match entries.remove(path) {
                Some(entry) => entry,
                None => self.entry(base, root, path)?,
            };
            match &file.change {
                FileChange::Text { before, .. } if entry.data != before.as_bytes() => {
                    return Err(unpatchable(base, path, Unpatchable::Changed));
                }
                FileChange::Text { after, .. } => entry.data = after.clone().into_bytes(),
                FileChange::MakeExecutable => entry.kind = EntryKind::BlobExecutable,
            }
            entries.insert(path, entry);
        }
        Ok(entries)
    }

    /// The regular file at `path`; whatever else stands there, or on the way, is named and refused.
    pub(super) fn entry(&self, base: &Base, root: ObjectId, path: &str) -> Result<Entry, BranchError> {
        let refused = |reason| Err(unpatchable(base, path, reason));
        let mut folder = root;
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let tree = self.tree(base, &BString::from(path), folder)?;
            let Some(entry) = tree.find_entry(part) else { return refused(Unpatchable::Missing) };
            let (kind, id) = (entry.mode().kind(), entry.oid().to_owned());
            let last = parts.peek().is_none();
            match kind {
                EntryKind::Tree if last => return refused(Unpatchable::Folder),
                EntryKind::Tree => folder = id,
                EntryKind::Link if last => return refused(Unpatchable::Link),
                EntryKind::Link => return refused(Unpatchable::BehindLink),
                EntryKind::Commit => return refused(Unpatchable::Submodule),
                EntryKind::Blob | EntryKind::BlobExecutable if last => return Ok(Entry { kind, data: self.blob(base, path, id)? }),
                EntryKind::Blob | EntryKind::BlobExecutable => return refused(Unpatchable::Missing),
            }
        }
        refused(Unpatchable::Missing)
    }

    fn blob(&self, base: &Base, path: &str, id: ObjectId) -> Result<Vec<u8>, BranchError> {
        match self.repo.find_blob(id) {
            Ok(mut blob) => Ok(blob.take_data()),
            Err(error) if error.is_not_found() => Err(self.not_fetched(base, vec![path.to_owned()])),
            Err(error) => Err(BranchError::git("reading a file of the base commit", &error)),
        }
    }
}

fn unpatchable(base: &Base, path: &str, reason: Unpatchable) -> BranchError {
    BranchError::Unpatchable { path: path.to_owned(), commit: base.commit.clone(), reason }
}
