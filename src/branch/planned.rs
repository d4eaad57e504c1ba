//! Turns a commit into what a plan keeps of it, and a plan back into the very same commit.

use gix::ObjectId;
use gix::actor::Signature;
use gix::bstr::ByteSlice as _;
use gix::date::Time;
use gix::objs::{Commit as CommitObject, Kind, WriteTo as _};

use super::draft::Draft;
use super::identity::Identity;
use super::reference::{Existing, full_name};
use super::{Base, BaseReason, BranchError, Checkout, Commit, Committed, Outcome};
use crate::patch::{FileChange, FilePatch, PatchSet};
use crate::plan::{self, Change, Person, Record, RecordedFile};

/// The header of a signature.
const SIGNATURE: &str = "gpgsig";

impl Checkout {
    /// What a plan keeps of a commit that was made.
    ///
    /// # Errors
    /// When the commit or its base cannot be read.
    pub fn record(&self, base: &Base, patch: &PatchSet, made: &Committed) -> Result<Record, BranchError> {
        let broken = |error: gix::Error| BranchError::git("reading the new commit", &error);
        let id = ObjectId::from_hex(made.commit.as_bytes())
            .map_err(|error| BranchError::Git { doing: "reading the new commit", reason: error.to_string() })?;
        let found = self.repo.find_commit(id).map_err(broken)?;
        let commit = found.decode().map_err(broken)?.try_into().map_err(|error: gix::Error| broken(error))?;
        self.recorded(base, patch, &made.branch, id, &commit)
    }

    /// The same for a commit that would be made: nothing is written. A signature is not made for a rehearsal.
    ///
    /// # Errors
    /// As [`Checkout::commit`], except for what only writing shows.
    pub fn rehearse(&self, base: &Base, patch: &PatchSet, commit: &Commit) -> Result<Record, BranchError> {
        full_name(&commit.branch)?;
        let (_, object, _) = self.prepared(base, patch, commit)?;
        let id = self.encoded(&object).map_err(|error| BranchError::git("encoding the commit", &error))?.id;
        self.recorded(base, patch, &commit.branch, id, &object)
    }

    fn recorded(&self, base: &Base, patch: &PatchSet, branch: &str, id: ObjectId, commit: &CommitObject) -> Result<Record, BranchError> {
        let header = |(name, value): &(gix::bstr::BString, gix::bstr::BString)| (*name == SIGNATURE).then(|| value.to_string());
        let base_tree = self.base_tree(base)?;
        Ok(Record {
            branch: branch.to_owned(),
            onto: base.branch.clone(),
            commit: plan::Commit {
                id: id.to_string(),
                tree: commit.tree.to_string(),
                base: base.commit.clone(),
                base_tree: base_tree.to_string(),
                author: person(&commit.author),
                committer: person(&commit.committer),
                message: commit.message.to_string(),
                signature: commit.extra_headers.iter().find_map(header),
            },
            files: self.recorded_files(base, base_tree, patch)?,
        })
    }

    fn recorded_files(&self, base: &Base, root: ObjectId, patch: &PatchSet) -> Result<Vec<RecordedFile>, BranchError> {
        let mut files = Vec::new();
        for (path, after) in self.changed_entries(base, root, patch)? {
            let before = self.entry(base, root, path)?;
            let side = |entry: &super::draft::Entry| {
                let id = gix::objs::compute_hash(self.repo.object_hash(), Kind::Blob, &entry.data);
                let id = id.map_err(|error| BranchError::git("naming a file's contents", &gix::Error::from_error(error)))?;
                Ok::<_, BranchError>((format!("{:o}", gix::objs::tree::EntryMode::from(entry.kind).value()), id.to_string()))
            };
            let path = crate::text::RepoPath::new(path)
                .map_err(|error| BranchError::Git { doing: "reading a path", reason: error.to_string() })?;
            files.push(RecordedFile { path, before: side(&before)?, after: side(&after)? });
        }
        Ok(files)
    }

    /// Makes the commit of a plan on its branch: the very same object, or nothing.
    ///
    /// # Errors
    /// When an id of the plan does not fit its contents, the base is not here or holds other files, or the branch exists
    /// with another commit.
    pub fn recreate(&self, change: &Change) -> Result<Committed, BranchError> {
        check_ids(change)?;
        let base = Base { commit: change.commit.base.clone(), reason: BaseReason::Asked, seconds: 0, branch: change.onto.clone() };
        let base_tree = self.base_tree(&base)?.to_string();
        if base_tree != change.commit.base_tree {
            return Err(mismatch("the tree of the base commit"));
        }
        let patch = change.patch();
        for file in self.recorded_files(&base, self.base_tree(&base)?, &patch)? {
            let wanted = change.files.iter().find(|known| known.path == file.path);
            let same = |side: &(String, String), version: &plan::Version| side.0 == version.mode && side.1 == version.id;
            if !wanted.is_some_and(|wanted| same(&file.before, &wanted.before) && same(&file.after, &wanted.after)) {
                return Err(mismatch(&format!("the contents of {}", file.path)));
            }
        }
        let draft = self.draft(&base, &patch)?;
        let tree = draft.tree.to_string();
        if tree != change.commit.tree {
            return Err(mismatch("the tree of the commit"));
        }
        self.create_planned(change, draft)
    }

    fn create_planned(&self, change: &Change, mut draft: Draft) -> Result<Committed, BranchError> {
        let name = full_name(&change.branch)?;
        let object = object(change)?;
        let committer = object.committer.clone();
        let encoded = self.encoded(&object).map_err(|error| BranchError::git("encoding the commit", &error))?;
        let id = encoded.id;
        let committed = |commit: ObjectId, outcome| Committed {
            branch: change.branch.clone(),
            commit: commit.to_string(),
            outcome,
            identity: Identity::Configured,
        };
        match self.existing(&name)? {
            Some(Existing::Commit(found)) if found == id => return Ok(committed(found, Outcome::AlreadyThere)),
            Some(other) => return Err(BranchError::BranchExists { branch: change.branch.clone(), found: other.words() }),
            None => self.refuse_obstacles(&change.branch, &name)?,
        }
        draft.objects.push(encoded);
        self.write(&draft.objects)?;
        let outcome = self.create(&change.branch, name.clone(), id, &committer)?;
        self.sync_reference(&name)?;
        Ok(committed(id, outcome))
    }

    /// The heal of these causes that a branch holds already, made for another run or on another base: its base, its patch and its
    /// commit. None when the branch holds anything else: then a person has a say.
    ///
    /// # Errors
    /// When git's files cannot be read.
    pub fn healed_before(
        &self,
        branch: &str,
        fingerprints: &[&str],
        patch: &PatchSet,
    ) -> Result<Option<(Base, PatchSet, Committed)>, BranchError> {
        let Some(Existing::Commit(id)) = self.existing(&full_name(branch)?)? else { return Ok(None) };
        let broken = |error: gix::Error| BranchError::git("reading the branch", &error);
        let found = self.repo.find_commit(id).map_err(broken)?;
        let decoded = found.decode().map_err(broken)?;
        let parents: Vec<ObjectId> = decoded.parents().collect();
        let message = decoded.message.to_string();
        let ours = |fingerprint: &&str| message.lines().any(|line| line.strip_prefix("Autoheal-Fingerprint: ") == Some(*fingerprint));
        let [parent] = parents.as_slice() else { return Ok(None) };
        if fingerprints.is_empty() || !fingerprints.iter().all(ours) {
            return Ok(None);
        }
        let base = Base { commit: parent.to_string(), reason: BaseReason::Asked, seconds: 0, branch: None };
        let Some(held) = self.held(&base, decoded.tree(), patch) else { return Ok(None) };
        let made =
            Committed { branch: branch.to_owned(), commit: id.to_string(), outcome: Outcome::AlreadyThere, identity: Identity::Configured };
        Ok(Some((base, held, made)))
    }

    /// What a tree changes in the files of a patch, if it changes nothing else.
    fn held(&self, base: &Base, tree: ObjectId, patch: &PatchSet) -> Option<PatchSet> {
        let root = self.base_tree(base).ok()?;
        let mut files: Vec<FilePatch> = Vec::new();
        for path in patch.files.iter().map(|file| &file.path) {
            if files.iter().any(|known| known.path == *path) {
                continue;
            }
            let (before, after) = (self.entry(base, root, path.as_str()).ok()?, self.entry(base, tree, path.as_str()).ok()?);
            if before.kind != after.kind {
                files.push(FilePatch { path: path.clone(), change: FileChange::MakeExecutable });
            }
            if before.data != after.data {
                let text = |data: Vec<u8>| String::from_utf8(data).ok();
                let change = FileChange::Text { before: text(before.data)?, after: text(after.data)? };
                files.push(FilePatch { path: path.clone(), change });
            }
        }
        let held = PatchSet { files };
        let draft = self.draft(base, &held).ok()?;
        (draft.tree == tree).then_some(held)
    }

    /// The commit that a local branch points to, hexadecimal; none when there is no such branch.
    ///
    /// # Errors
    /// When the reference cannot be read.
    pub fn branch_tip(&self, branch: &str) -> Result<Option<String>, BranchError> {
        Ok(self.existing(&full_name(branch)?)?.and_then(|existing| match existing {
            Existing::Commit(id) => Some(id.to_string()),
            Existing::Other(_) => None,
        }))
    }

    /// The branch that HEAD stands on.
    pub fn head_branch(&self) -> Option<String> {
        let name = self.repo.head_name().ok()??;
        name.shorten().to_str().ok().map(str::to_owned)
    }
}

/// Checks that each id of a plan follows from what it names: contents, and the commit itself.
///
/// # Errors
/// With the first id that does not.
pub fn check_ids(change: &Change) -> Result<(), BranchError> {
    let hash = if change.commit.id.len() == 64 { gix::hash::Kind::Sha256 } else { gix::hash::Kind::Sha1 };
    for file in &change.files {
        for version in [&file.before, &file.after] {
            let Some(text) = &version.text else { continue };
            let id = gix::objs::compute_hash(hash, Kind::Blob, text.as_bytes());
            if id.map(|id| id.to_string()).ok().as_ref() != Some(&version.id) {
                return Err(mismatch(&format!("the contents of {}", file.path)));
            }
        }
    }
    let mut data = Vec::new();
    object(change)?.write_to(&mut data).map_err(|error| BranchError::Git { doing: "encoding the commit", reason: error.to_string() })?;
    let id = gix::objs::compute_hash(hash, Kind::Commit, &data);
    if id.map(|id| id.to_string()).ok().as_ref() == Some(&change.commit.id) { Ok(()) } else { Err(mismatch("the commit")) }
}

/// The commit that a plan describes.
fn object(change: &Change) -> Result<CommitObject, BranchError> {
    let commit = &change.commit;
    let id = |text: &str| ObjectId::from_hex(text.as_bytes()).map_err(|_| mismatch(&format!("`{text}`")));
    Ok(CommitObject {
        tree: id(&commit.tree)?,
        parents: [id(&commit.base)?].into_iter().collect(),
        author: signature(&commit.author),
        committer: signature(&commit.committer),
        encoding: None,
        message: commit.message.clone().into(),
        extra_headers: commit.signature.iter().map(|text| (SIGNATURE.into(), text.clone().into())).collect(),
    })
}

fn person(signature: &Signature) -> Person {
    Person {
        name: signature.name.to_string(),
        email: signature.email.to_string(),
        seconds: signature.time.seconds,
        offset: signature.time.offset,
    }
}

fn signature(person: &Person) -> Signature {
    Signature { name: person.name.clone().into(), email: person.email.clone().into(), time: Time::new(person.seconds, person.offset) }
}

fn mismatch(what: &str) -> BranchError {
    BranchError::Mismatch { what: what.to_owned() }
}
