#![expect(clippy::disallowed_methods, reason = "shell: the HEAD of each work tree says whether it waits for the branch")]
//! Turns a branch name into a reference: the checks before it, and the one write.

use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::actor::Signature;
use gix::bstr::{BStr, ByteSlice as _};
use gix::refs::transaction::{Change, PreviousValue, RefEdit};
use gix::refs::{FullName, Target};

use super::{BranchError, Checkout, Outcome};

/// What a branch of the wanted name points to already.
pub(super) enum Existing {
    /// A commit.
    Commit(ObjectId),
    /// Something that leads to no commit here, in words.
    Other(String),
}

/// The full reference name of a branch.
pub(super) fn full_name(branch: &str) -> Result<FullName, BranchError> {
    let refused = |reason: String| BranchError::BranchName { branch: branch.to_owned(), reason };
    if branch.starts_with('-') {
        return Err(refused("it would be taken for an option".to_owned()));
    }
    let full = format!("refs/heads/{branch}");
    gix::validate::reference::branch_name(BStr::new(&full)).map_err(|error| refused(error.to_string()))?;
    FullName::try_from(full.as_str()).map_err(|error| refused(error.to_string()))
}

impl Checkout {
    /// What the branch points to, if it exists, loose or packed.
    pub(super) fn existing(&self, name: &FullName) -> Result<Option<Existing>, BranchError> {
        let Some(mut reference) = self.find(name.as_bstr())? else { return Ok(None) };
        let target = match reference.target() {
            gix::refs::TargetRef::Object(id) => id.to_string(),
            gix::refs::TargetRef::Symbolic(other) => other.to_string(),
        };
        let commit = reference.peel_to_commit().ok().map(|commit| Existing::Commit(commit.id));
        Ok(Some(commit.unwrap_or(Existing::Other(target))))
    }

    /// The reference of exactly this name: git's search below `refs/tags` and the like is not wanted here.
    fn find(&self, name: &BStr) -> Result<Option<gix::Reference<'_>>, BranchError> {
        let found = self.repo.try_find_reference(name).map_err(|error| BranchError::git("looking for the branch", &error))?;
        Ok(found.filter(|reference| reference.name().as_bstr() == name))
    }

    /// Refuses a name that is a folder of existing branches, or lies below one. gix notices this among loose references
    /// only, and a repository whose packed references clash cannot be cloned any more.
    pub(super) fn refuse_obstacles(&self, branch: &str, name: &FullName) -> Result<(), BranchError> {
        let in_the_way = |obstacle: &BStr| {
            let obstacle = obstacle.strip_prefix(b"refs/heads/").unwrap_or(obstacle).to_str_lossy().into_owned();
            Err(BranchError::BranchInTheWay { branch: branch.to_owned(), obstacle })
        };
        for slash in name.as_bstr().find_iter(b"/").skip(2) {
            let above = name.as_bstr().get(..slash).unwrap_or_default().as_bstr();
            if self.find(above)?.is_some() {
                return in_the_way(above);
            }
        }
        let failed = |error: gix::Error| BranchError::git("listing the branches", &error);
        let below = format!("{}/", name.as_bstr());
        let references = self.repo.references().map_err(failed)?;
        let first = references.prefixed(below.as_str()).map_err(failed)?.next();
        match first {
            None => self.refuse_unborn(branch, name),
            Some(Ok(reference)) => in_the_way(reference.name().as_bstr()),
            // A broken reference is a file all the same.
            Some(Err(_)) => in_the_way(BStr::new(&below)),
        }
    }

    /// Refuses a branch that a work tree stands on before its first commit: `git status` would change there.
    fn refuse_unborn(&self, branch: &str, name: &FullName) -> Result<(), BranchError> {
        let common = self.repo.common_dir();
        let linked = std::fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten();
        let heads = linked.map(|entry| entry.path().join("HEAD")).chain([common.join("HEAD"), self.repo.git_dir().join("HEAD")]);
        let wanted = format!("ref: {}", name.as_bstr());
        for head in heads {
            if std::fs::read(head).is_ok_and(|text| text.trim_ascii_end() == wanted.as_bytes()) {
                return Err(BranchError::BranchCheckedOut { branch: branch.to_owned() });
            }
        }
        Ok(())
    }

    /// Creates the reference, which must not exist: lock, reflog, rename.
    pub(super) fn create(&self, branch: &str, name: FullName, commit: ObjectId, committer: &Signature) -> Result<Outcome, BranchError> {
        let path = self.reference_path(&name);
        let log = "branch: created by gh-autoheal";
        let edit = RefEdit::update(name.clone(), Target::Object(commit), PreviousValue::MustNotExist, log);
        let mut time = gix::date::parse::TimeBuf::default();
        let edits = match self.repo.edit_references_as([edit], Some(committer.to_ref(&mut time))) {
            Ok(edits) => edits,
            Err(error) => return Err(self.not_created(branch, &name, &path, &error)),
        };
        // gix does not mind a reference that has the wanted value: somebody was faster with the same commit.
        let existed = |edit: &RefEdit| matches!(&edit.change, Change::Update { expected: PreviousValue::MustExistAndMatch(_), .. });
        Ok(if edits.iter().any(existed) { Outcome::AlreadyThere } else { Outcome::Created })
    }

    fn not_created(&self, branch: &str, name: &FullName, path: &Path, error: &gix::Error) -> BranchError {
        let branch = branch.to_owned();
        if let Ok(Some(existing)) = self.existing(name) {
            return BranchError::BranchExists { branch, found: existing.words() };
        }
        let mut lock = path.as_os_str().to_owned();
        lock.push(".lock");
        let lock = PathBuf::from(lock);
        if lock.exists() {
            return BranchError::BranchLocked { branch, lock: super::checkout::absolute(&lock) };
        }
        BranchError::git("creating the branch", error)
    }

    /// Where the reference lies as a file of its own.
    pub(super) fn reference_path(&self, name: &FullName) -> PathBuf {
        self.repo.common_dir().join(gix::path::from_bstr(name.as_bstr()).unwrap_or_default())
    }
}

impl Existing {
    /// What the branch points to, for a message.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Commit(id) => id.to_string(),
            Self::Other(target) => target.clone(),
        }
    }
}
