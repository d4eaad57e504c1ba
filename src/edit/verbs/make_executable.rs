//! Turns a file without the run bit into one that has it.

use super::Verb;
use crate::edit::Change;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use crate::repository::EntryKind;
use crate::text::RepoPath;

/// `make-executable {path}`: the file's mode becomes 100755.
pub(super) const VERB: Verb = Verb { name: "make-executable", required: &["path"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let named = arguments.need("path")?;
    let Ok(path) = RepoPath::new(named) else { return unfit(format!("`{named}` is no path in the repository")) };
    match scene.repository.entries.get(&path) {
        Some(EntryKind::File) => Ok(vec![Edit { path, change: Change::MakeExecutable }]),
        Some(EntryKind::Executable) => Err(Refusal::AlreadySo(format!("the run bit of {path}"))),
        Some(_) => unfit(format!("{path} is no plain file")),
        None => unfit(format!("the base commit has no {path}")),
    }
}
