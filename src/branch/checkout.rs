#![expect(clippy::disallowed_methods, reason = "shell: GIT_DIR decides which repository is meant, and the folder must exist")]
//! Turns a folder into the repository around it.

use std::path::{Path, PathBuf};

use gix::bstr::ByteSlice as _;
use gix::remote::Direction;

use super::BranchError;
use super::error::chain;

/// A git repository, opened for reading and for adding one branch.
#[derive(Debug)]
pub struct Checkout {
    pub(super) repo: gix::Repository,
}

/// A remote of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Its name, as `origin`.
    pub name: String,
    /// Where it is fetched from, `insteadOf` applied, without user or password of an http address.
    pub url: String,
}

/// Extensions of the repository format that change nothing for one who adds objects and a reference
/// (<https://git-scm.com/docs/gitrepository-layout>); `refStorage` is judged by its value.
const HARMLESS_EXTENSIONS: &[&str] = &[
    "noop",
    "noop-v1",
    "preciousobjects",
    "partialclone",
    "worktreeconfig",
    "objectformat",
    "relativeworktrees",
    "submodulepathconfig",
    "refstorage",
];

impl Checkout {
    /// Opens the repository that `GIT_DIR` names, else the one around `dir`; nothing is there: `None`.
    ///
    /// # Errors
    /// When the folder cannot be read, `GIT_DIR` leads nowhere, git itself would refuse the repository (another owner,
    /// `safe.bareRepository`), or its format cannot be written here.
    pub fn discover(dir: &Path) -> Result<Option<Self>, BranchError> {
        let metadata = std::fs::metadata(dir).map_err(|error| no_folder(dir, error.to_string()))?;
        if !metadata.is_dir() {
            return Err(no_folder(dir, "it is a file".to_owned()));
        }
        let found = match std::env::var_os("GIT_DIR") {
            Some(named) => Some(open_named(dir, Path::new(&named))?),
            None => open_around(dir)?,
        };
        found.map(Self::checked).transpose()
    }

    fn checked(mut repo: gix::Repository) -> Result<Self, BranchError> {
        if repo.git_dir_trust() != gix::sec::Trust::Full {
            let path = repo.workdir().unwrap_or_else(|| repo.git_dir());
            return Err(BranchError::DubiousOwnership { path: absolute(path) });
        }
        // GIT_NAMESPACE speaks to servers; no local git command puts a branch there.
        repo.clear_namespace();
        let checkout = Self { repo };
        checkout.refuse_foreign_format()?;
        checkout.refuse_implicit_bare()?;
        Ok(checkout)
    }

    /// git refuses a repository format that it does not know, for good reason.
    fn refuse_foreign_format(&self) -> Result<(), BranchError> {
        let unsupported = |what: String| BranchError::Unsupported { what, path: absolute(self.repo.git_dir()) };
        let config = self.repo.config_snapshot();
        let version = config.integer("core.repositoryFormatVersion").unwrap_or(0);
        if !(0..=1).contains(&version) {
            return Err(unsupported(format!("repository format {version}")));
        }
        if let Some(storage) = config.string("extensions.refStorage").filter(|storage| storage.as_bstr() != "files") {
            return Err(unsupported(format!("the reference storage `{storage}`")));
        }
        if version == 0 {
            return Ok(());
        }
        for section in config.plumbing().sections_by_name("extensions").into_iter().flatten() {
            for name in section.body().value_names() {
                let name = name.to_string().to_ascii_lowercase();
                if !HARMLESS_EXTENSIONS.contains(&name.as_str()) {
                    return Err(unsupported(format!("the extension `{name}`")));
                }
            }
        }
        Ok(())
    }

    /// A bare repository may have come with a clone as a folder of files; its configuration can start programs.
    fn refuse_implicit_bare(&self) -> Result<(), BranchError> {
        let config = self.repo.config_snapshot();
        let protected = |section: &gix::config::file::Metadata| {
            use gix::config::source::Kind;
            !matches!(section.source.kind(), Kind::Repository)
        };
        let rule = config.plumbing().string_filter("safe.bareRepository", protected);
        let explicit = rule.is_some_and(|rule| rule.as_bstr() == "explicit");
        let named = std::env::var_os("GIT_DIR").is_some();
        if explicit && !named && self.is_bare() {
            return Err(BranchError::ImplicitBare { path: absolute(self.repo.git_dir()) });
        }
        Ok(())
    }

    /// The folder with the checked-out files; a bare repository has none.
    pub fn workdir(&self) -> Option<&Path> {
        self.repo.workdir()
    }

    /// The folder with this work tree's HEAD and index.
    pub fn git_dir(&self) -> &Path {
        self.repo.git_dir()
    }

    /// The folder with the objects, branches and configuration, shared by all linked work trees.
    pub fn common_dir(&self) -> &Path {
        self.repo.common_dir()
    }

    /// Whether there is no work tree.
    pub fn is_bare(&self) -> bool {
        self.repo.is_bare()
    }

    /// Whether older history was not fetched.
    pub fn is_shallow(&self) -> bool {
        self.repo.is_shallow().unwrap_or(false)
    }

    /// Whether contents may be missing until git fetches them.
    pub fn is_partial(&self) -> bool {
        let config = self.repo.config_snapshot();
        let promisor = |remote: &Remote| config.boolean(format!("remote.{}.promisor", remote.name).as_str()) == Some(true);
        config.string("extensions.partialClone").is_some() || self.remotes().iter().any(promisor)
    }

    /// The remotes with an address: the one that HEAD's branch fetches from first, then `origin`, then by name.
    pub fn remotes(&self) -> Vec<Remote> {
        let head = self.repo.head_name().ok().flatten();
        let default = head.and_then(|head| self.repo.branch_remote_name(head.shorten(), Direction::Fetch));
        let default = default.map(|name| name.as_bstr().to_string());
        let mut remotes: Vec<_> = self.repo.remote_names().iter().filter_map(|name| self.remote(name.as_bstr())).collect();
        remotes.sort_by_key(|remote| (Some(&remote.name) != default.as_ref(), remote.name != "origin", remote.name.clone()));
        remotes
    }

    fn remote(&self, name: &gix::bstr::BStr) -> Option<Remote> {
        let remote = self.repo.try_find_remote(name)?.ok()?;
        let mut url = remote.url(Direction::Fetch)?.clone();
        url.set_password(None);
        if matches!(url.scheme, gix::url::Scheme::Http | gix::url::Scheme::Https) {
            // A token may stand where the user's name does.
            url.set_user(None);
        }
        Some(Remote { name: name.to_str().ok()?.to_owned(), url: url.to_bstring().to_str().ok()?.to_owned() })
    }
}

/// A relative `GIT_DIR` counts from the folder that is asked about, as with `git -C`.
fn open_named(dir: &Path, named: &Path) -> Result<gix::Repository, BranchError> {
    let options = gix::open::Options::default().open_path_as_is(true);
    let wrong = |error: gix::Error| BranchError::GitDir { path: named.to_owned(), reason: chain(&error) };
    gix::open_opts(dir.join(named), options).map_err(wrong)
}

fn open_around(dir: &Path) -> Result<Option<gix::Repository>, BranchError> {
    // git ignores a GIT_CEILING_DIRECTORIES that is not above the folder.
    let options = gix::discover::upwards::Options { match_ceiling_dir_or_error: false, ..Default::default() };
    match gix::ThreadSafeRepository::discover_with_environment_overrides_opts(dir, options, Default::default()) {
        Ok(repo) => Ok(Some(repo.to_thread_local())),
        Err(error) => match error.downcast_any_ref::<gix::discover::upwards::Error>() {
            Some(gix::discover::upwards::Error::NoTrustedGitRepository { candidate, .. }) => {
                Err(BranchError::DubiousOwnership { path: absolute(candidate) })
            }
            Some(_) => Ok(None),
            None => Err(BranchError::git("opening the repository", &error)),
        },
    }
}

fn no_folder(dir: &Path, reason: String) -> BranchError {
    BranchError::NoFolder { dir: dir.to_owned(), reason }
}

/// The path as git's own hints write it; where the system cannot tell, as it is.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
