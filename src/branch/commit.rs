//! Turns a patch into a commit on a new branch: objects first, synced; then the one reference.

use gix::ObjectId;
use gix::objs::{Commit as CommitObject, Write as _};
use gix::refs::FullName;

use super::draft::{Draft, DraftObject};
use super::error::chain;
use super::identity::{Identity, Persons};
use super::reference::{Existing, full_name};
use super::{Base, BranchError, Checkout, durable};
use crate::patch::PatchSet;

/// A commit to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The short name of the new branch, as `auto-heal/…`.
    pub branch: String,
    /// The whole message; a final line end is added where it lacks one.
    pub message: String,
    /// Its date, as author and as committer: seconds since 1970, in UTC. Neither the clock nor `GIT_COMMITTER_DATE`
    /// takes part, so that the same failure gives the same commit.
    pub when: i64,
}

/// A commit on its branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The short name of the branch.
    pub branch: String,
    /// The id of the commit it points to, hexadecimal.
    pub commit: String,
    /// Whether anything had to be done.
    pub outcome: Outcome,
    /// Whose name stands on it.
    pub identity: Identity,
}

/// Whether a branch was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The branch is new.
    Created,
    /// The branch was there, with the same tree, parent and message.
    AlreadyThere,
}

impl Checkout {
    /// Commits `patch` on top of `base` on a new branch.
    ///
    /// The commit is signed where git's configuration asks for it, and no hook runs. When this returns, the branch
    /// survives a power cut; when the process is killed before, the branch is not there, or complete.
    ///
    /// # Errors
    /// When the patch does not fit the base, the branch exists with other contents or cannot exist, signing fails, or
    /// git's files cannot be written.
    pub fn commit(&self, base: &Base, patch: &PatchSet, commit: &Commit) -> Result<Committed, BranchError> {
        let name = full_name(&commit.branch)?;
        let (mut draft, unsigned, persons) = self.prepared(base, patch, commit)?;
        let committed = |commit_id: ObjectId, outcome| Committed {
            branch: commit.branch.clone(),
            commit: commit_id.to_string(),
            outcome,
            identity: persons.identity,
        };
        match self.existing(&name)? {
            Some(Existing::Commit(found)) if self.same(found, &unsigned) => return Ok(committed(found, Outcome::AlreadyThere)),
            Some(other) => return Err(BranchError::BranchExists { branch: commit.branch.clone(), found: other.words() }),
            None => self.refuse_obstacles(&commit.branch, &name)?,
        }
        let object = self.encoded(&self.signed(unsigned)?).map_err(|error| BranchError::git("encoding the commit", &error))?;
        let id = object.id;
        draft.objects.push(object);
        self.write(&draft.objects)?;
        let outcome = self.create(&commit.branch, name.clone(), id, &persons.committer)?;
        self.sync_reference(&name)?;
        Ok(committed(id, outcome))
    }

    /// The commit and its objects, in memory, unsigned.
    pub(super) fn prepared(&self, base: &Base, patch: &PatchSet, commit: &Commit) -> Result<(Draft, CommitObject, Persons), BranchError> {
        let message = message(&commit.message)?;
        let draft = self.draft(base, patch)?;
        let persons = self.persons(commit.when)?;
        let unsigned = self.commit_object(base, &draft, &persons, message)?;
        Ok((draft, unsigned, persons))
    }

    fn commit_object(&self, base: &Base, draft: &Draft, persons: &Persons, message: String) -> Result<CommitObject, BranchError> {
        Ok(CommitObject {
            tree: draft.tree,
            parents: [self.base_commit(base)?.id].into_iter().collect(),
            author: persons.author.clone(),
            committer: persons.committer.clone(),
            encoding: None,
            message: message.into(),
            extra_headers: Vec::new(),
        })
    }

    /// Whether an existing commit says and does the same. Names, dates and signatures may differ: an OpenPGP signature
    /// holds the time of signing, so a second run never gives the same bytes.
    fn same(&self, found: ObjectId, wanted: &CommitObject) -> bool {
        let Ok(found) = self.repo.find_commit(found) else { return false };
        let Ok(found) = found.decode() else { return false };
        found.tree() == wanted.tree && found.parents().eq(wanted.parents.iter().copied()) && found.message == wanted.message
    }

    fn signed(&self, commit: CommitObject) -> Result<CommitObject, BranchError> {
        let failed = |error: gix::Error| BranchError::Signing { reason: chain(&error) };
        let mut repo = self.repo.clone();
        // OpenPGP looks for the key of the committer, who must be known for that.
        let committer = &commit.committer;
        repo.committer_or_set_fallback(committer.name.as_slice(), committer.email.as_slice()).map_err(failed)?;
        match repo.commit_signing_options_if_enabled().map_err(failed)? {
            Some(options) => commit.sign(options).map_err(failed),
            None => Ok(commit),
        }
    }

    /// Writes what is not there yet, and syncs it before anything refers to it.
    pub(super) fn write(&self, objects: &[DraftObject]) -> Result<(), BranchError> {
        let failed = |error: gix::Error| BranchError::git("writing the commit's objects", &error);
        for object in objects {
            if !self.repo.has_object(object.id) {
                self.repo.objects.write_buf_with_known_id(object.kind, &object.data, object.id).map_err(failed)?;
            }
        }
        let root = self.repo.objects.store_ref().path();
        for object in objects {
            let hex = object.id.to_string();
            let (folder, file) = hex.split_at(2);
            durable::sync(&root.join(folder).join(file), root).map_err(|error| unsynced(&error))?;
        }
        Ok(())
    }

    pub(super) fn sync_reference(&self, name: &FullName) -> Result<(), BranchError> {
        let root = self.repo.common_dir();
        durable::sync(&self.reference_path(name), root).map_err(|error| unsynced(&error))
    }
}

fn unsynced(error: &std::io::Error) -> BranchError {
    BranchError::Git { doing: "syncing the branch to the disk", reason: error.to_string() }
}

/// git's own form: one line end closes the message.
fn message(text: &str) -> Result<String, BranchError> {
    if text.contains('\0') {
        return Err(BranchError::Message { reason: "holds a NUL, where git would cut it off" });
    }
    let text = text.trim_end_matches(['\n', '\r', ' ', '\t']);
    if text.is_empty() {
        return Err(BranchError::Message { reason: "is empty" });
    }
    Ok(format!("{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_ends_with_one_line_end() {
        assert_eq!(message("a\n\nb \n\n").as_deref(), Ok("a\n\nb\n"));
        assert!(message(" \n").is_err());
        assert!(message("a\0b").is_err());
    }
}
