//! Turns a wish into the commit that a run is judged by and a branch starts from.

use gix::bstr::{BStr, ByteSlice as _};

use super::{BranchError, Checkout};

/// Which commit to start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaseChoice {
    /// The revision a person asked for, in git's grammar (<https://git-scm.com/docs/gitrevisions>).
    Revision(String),
    /// The commit that the run checked, as hexadecimal digits, where it is known; HEAD where the checkout lacks it.
    Run(Option<String>),
}

/// The commit to start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// Its id: 40 hexadecimal digits, 64 in a SHA-256 repository.
    pub commit: String,
    /// Why it was chosen.
    pub reason: BaseReason,
    /// When it was committed: seconds since 1970 in UTC.
    pub seconds: i64,
    /// The branch it is the tip of, as a pull request would name it: the one asked for, else HEAD's.
    pub branch: Option<String>,
}

/// Why a commit is the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaseReason {
    /// A person asked for it.
    Asked,
    /// The run checked it.
    RunCommit,
    /// The run checked another commit, which the checkout lacks; this is HEAD.
    HeadInstead {
        /// The commit of the run, as the run names it.
        wanted: String,
    },
    /// No commit of a run is known; this is HEAD.
    Head,
}

impl Checkout {
    /// Finds the commit to start from.
    ///
    /// # Errors
    /// When a revision names no commit, or HEAD is needed and has none.
    pub fn base(&self, choice: BaseChoice) -> Result<Base, BranchError> {
        match choice {
            BaseChoice::Revision(revision) => self.asked(&revision),
            BaseChoice::Run(None) => self.head(BaseReason::Head),
            BaseChoice::Run(Some(wanted)) => match self.run_commit(&wanted) {
                Some(commit) => self.base_at(&commit, BaseReason::RunCommit, None),
                None => self.head(BaseReason::HeadInstead { wanted }),
            },
        }
    }

    fn asked(&self, revision: &str) -> Result<Base, BranchError> {
        let unknown = |reason: String| BranchError::UnknownRevision { revision: revision.to_owned(), reason };
        let spec = self.repo.rev_parse(BStr::new(revision)).map_err(|error| unknown(super::error::chain(&error)))?;
        let id = spec.single().ok_or_else(|| unknown("it is a range".to_owned()))?;
        let object = id.object().map_err(|error| unknown(super::error::chain(&error)))?;
        let kind = object.kind;
        let not_a_commit = |_| BranchError::NotACommit { revision: revision.to_owned(), kind: kind.to_string() };
        let commit = object.peel_to_commit().map_err(not_a_commit)?;
        let named = spec.first_reference().filter(|_| !revision.contains(['^', '~', '@', ':']));
        let branch = named.and_then(|reference| self.branch_of(reference.name.as_bstr()));
        self.base_at(&commit, BaseReason::Asked, branch)
    }

    /// The commit with this id, if it is here; only full ids count, as runs give them.
    fn run_commit(&self, wanted: &str) -> Option<gix::Commit<'_>> {
        let id = gix::ObjectId::from_hex(wanted.as_bytes()).ok().filter(|id| id.kind() == self.repo.object_hash())?;
        self.repo.find_commit(id).ok()
    }

    fn head(&self, reason: BaseReason) -> Result<Base, BranchError> {
        let mut head = self.repo.head().map_err(|error| BranchError::git("reading HEAD", &error))?;
        if head.is_unborn() {
            let name = head.referent_name().map(|name| name.shorten().to_string());
            return Err(BranchError::Unborn { branch: name.unwrap_or_else(|| "HEAD".to_owned()) });
        }
        let commit = head.peel_to_commit().map_err(|error| BranchError::git("reading the commit of HEAD", &error))?;
        self.base_at(&commit, reason, None)
    }

    fn base_at(&self, commit: &gix::Commit<'_>, reason: BaseReason, named: Option<String>) -> Result<Base, BranchError> {
        let time = commit.time().map_err(|error| BranchError::git("reading the base commit", &error))?;
        let branch = named.or_else(|| self.head_branch_at(commit.id));
        Ok(Base { commit: commit.id.to_string(), reason, seconds: time.seconds, branch })
    }

    fn head_branch_at(&self, commit: gix::ObjectId) -> Option<String> {
        let head = self.repo.head_id().ok()?;
        let name = self.repo.head_name().ok()??;
        (head.detach() == commit).then(|| self.branch_of(name.as_bstr()))?
    }

    /// The branch that a full reference name stands for: a local one, or a remote's as that remote names it.
    fn branch_of(&self, name: &BStr) -> Option<String> {
        if let Some(local) = name.strip_prefix(b"refs/heads/") {
            return local.to_str().ok().map(str::to_owned);
        }
        let tracking = name.strip_prefix(b"refs/remotes/")?;
        let remotes = self.repo.remote_names();
        let branch = remotes.iter().find_map(|remote| tracking.strip_prefix(remote.as_bytes())?.strip_prefix(b"/"))?;
        branch.to_str().ok().filter(|branch| *branch != "HEAD").map(str::to_owned)
    }
}
