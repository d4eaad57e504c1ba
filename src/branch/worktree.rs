//! Writes a commit's files into a folder of its own, as a small repository that shares nothing writable with the user's.
#![expect(clippy::disallowed_methods, reason = "shell: writes the files of a commit")]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use gix::bstr::{BString, ByteSlice as _};
use gix::objs::tree::EntryKind as TreeKind;

use super::{Base, BranchError, Checkout};
use crate::text::RepoPath;

/// No commit with more files is written.
const MOST: usize = 200_000;

/// No more bytes are written.
const LARGEST: u64 = 8 << 30;

/// How much of the history belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// The commit alone, as the platform's checkout fetches it by default.
    Shallow,
    /// All that the user's repository has.
    Whole,
}

/// What was written, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Files and links.
    pub files: usize,
    /// What was left out, and why: submodules, links that lead out of the folder, names that no folder can hold.
    pub left_out: Vec<String>,
}

impl Checkout {
    /// Writes the base commit's files into `dir`, which may be an empty folder, with modes and links, and a repository around them:
    /// HEAD is the commit, detached; objects are read from the user's, new ones go into its own. Nothing of the user's is written.
    ///
    /// # Errors
    /// When an object is not there, or something cannot be written.
    pub fn write_worktree(&self, base: &Base, dir: &Path, history: History) -> Result<Written, BranchError> {
        let cannot = |error: std::io::Error| BranchError::Git { doing: "writing the commit's files", reason: error.to_string() };
        std::fs::create_dir_all(dir).map_err(cannot)?;
        let mut written = Written::default();
        let mut links = Vec::new();
        let mut bytes = 0;
        let mut folders = vec![(BString::default(), self.base_tree(base)?)];
        while let Some((folder, id)) = folders.pop() {
            let tree = self.tree(base, &folder, id)?;
            for entry in tree.iter() {
                let entry = entry.map_err(|error| BranchError::git("reading a folder of the base commit", &error))?;
                let mut path = folder.clone();
                if !path.is_empty() {
                    path.push(b'/');
                }
                path.extend_from_slice(entry.filename());
                let Some(inside) = path.to_str().ok().and_then(|path| RepoPath::new(path).ok()) else {
                    written.left_out.push(format!("{path}: no folder here can hold it"));
                    continue;
                };
                match entry.mode().kind() {
                    TreeKind::Tree => folders.push((path, entry.oid().to_owned())),
                    TreeKind::Commit => {
                        std::fs::create_dir_all(dir.join(inside.as_str())).map_err(cannot)?;
                        written.left_out.push(format!("{inside}: a submodule"));
                    }
                    TreeKind::Link => links.push((inside, entry.oid().to_owned())),
                    kind @ (TreeKind::Blob | TreeKind::BlobExecutable) => {
                        let data = self.data(entry.oid().to_owned())?;
                        bytes += data.len() as u64;
                        written.files += 1;
                        if written.files > MOST || bytes > LARGEST {
                            return Err(BranchError::TooManyFiles { commit: base.commit.clone(), limit: MOST });
                        }
                        file(&dir.join(inside.as_str()), &data, kind == TreeKind::BlobExecutable).map_err(cannot)?;
                    }
                }
            }
        }
        // Links come last: no file can be written through one.
        for (inside, id) in links {
            let target = String::from_utf8_lossy(&self.data(id)?).into_owned();
            match stays_inside(inside.as_str(), &target) {
                true => link(&dir.join(inside.as_str()), &target).map_err(cannot)?,
                false => written.left_out.push(format!("{inside}: a link that leads out of the folder")),
            }
        }
        self.repository_around(base, dir, history)
            .map_err(|error| BranchError::Git { doing: "making the reproduction's repository", reason: error.to_string() })?;
        Ok(written)
    }

    fn data(&self, id: gix::ObjectId) -> Result<Vec<u8>, BranchError> {
        let mut blob = self.repo.find_blob(id).map_err(|error| BranchError::git("reading a file of the base commit", &error))?;
        Ok(blob.take_data())
    }

    fn repository_around(&self, base: &Base, dir: &Path, history: History) -> Result<(), Box<dyn std::error::Error>> {
        let repo = gix::init(dir)?;
        let git_dir = repo.git_dir().to_owned();
        let own = std::path::absolute(self.common_dir())?.join("objects");
        std::fs::create_dir_all(git_dir.join("objects/info"))?;
        std::fs::write(git_dir.join("objects/info/alternates"), format!("{}\n", own.display()))?;
        if self.repo.object_hash() == gix::hash::Kind::Sha256 {
            let config = git_dir.join("config");
            let text = std::fs::read_to_string(&config)?.replace("repositoryformatversion = 0", "repositoryformatversion = 1");
            std::fs::write(config, format!("{text}[extensions]\n\tobjectFormat = sha256\n"))?;
        }
        std::fs::write(git_dir.join("HEAD"), format!("{}\n", base.commit))?;
        let shallow = match history {
            History::Shallow => format!("{}\n", base.commit),
            History::Whole => std::fs::read_to_string(self.common_dir().join("shallow")).unwrap_or_default(),
        };
        if !shallow.is_empty() {
            std::fs::write(git_dir.join("shallow"), shallow)?;
        }
        if history == History::Whole {
            std::fs::write(git_dir.join("packed-refs"), self.shared_references()?)?;
        }
        let repo = gix::open(&git_dir)?;
        let mut index = repo.index_from_tree(&self.base_tree(base)?)?;
        index.set_path(repo.index_path());
        index.write(gix::index::write::Options::default())?;
        Ok(())
    }

    /// Tags and what remotes have, which the platform's checkout fetches along with the history.
    fn shared_references(&self) -> Result<String, Box<dyn std::error::Error>> {
        let mut lines = String::new();
        for reference in self.repo.references()?.all()?.flatten() {
            let name = reference.name().as_bstr().to_string();
            let shared = name.starts_with("refs/tags/") || name.starts_with("refs/remotes/");
            if let Some(id) = reference.try_id().filter(|_| shared) {
                lines.push_str(&format!("{id} {name}\n"));
            }
        }
        Ok(lines)
    }
}

fn file(path: &Path, data: &[u8], executable: bool) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    // A name that stands twice in a tree is refused, whatever it was before.
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(data)?;
    if executable { make_executable(path) } else { Ok(()) }
}

/// Whether a link's target, taken from the link's folder, stays below the root.
fn stays_inside(link: &str, target: &str) -> bool {
    if target.starts_with('/') || target.contains(['\\', '\0']) || target.is_empty() {
        return false;
    }
    let mut depth = link.matches('/').count();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => return false,
            ".." => depth -= 1,
            ".git" => return false,
            _ => depth += 1,
        }
    }
    true
}

#[cfg(unix)]
fn link(path: &Path, target: &str) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::os::unix::fs::symlink(target, path)
}

/// Where links need a privilege, git writes the target as a file's text.
#[cfg(not(unix))]
fn link(path: &Path, target: &str) -> std::io::Result<()> {
    file(path, target.as_bytes(), false)
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

impl Written {
    /// Changes a written checkout as a patch does: new texts, and modes.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn overlay(dir: &Path, patch: &crate::patch::PatchSet) -> std::io::Result<()> {
        for file in &patch.files {
            let path: PathBuf = dir.join(file.path.as_str());
            match &file.change {
                crate::patch::FileChange::Text { after, .. } => std::fs::write(&path, after)?,
                crate::patch::FileChange::MakeExecutable => make_executable(&path)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stays_below_the_root() {
        for (link, target) in [("a", "b"), ("a/b", "../c"), ("a/b/c", "../../d"), ("a", "./b/../c")] {
            assert!(stays_inside(link, target), "{link} -> {target}");
        }
        for (link, target) in [("a", "/etc/passwd"), ("a", "../b"), ("a/b", "../../c"), ("a", "b/../../c"), ("a", ""), ("a", ".git/config")]
        {
            assert!(!stays_inside(link, target), "{link} -> {target}");
        }
    }
}
