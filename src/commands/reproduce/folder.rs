//! Writes the folder of a reproduction, whole or not at all.
#![expect(clippy::disallowed_methods, reason = "shell: writes a reproduction's files")]

use std::fs;
use std::io;
use std::path::Path;

use super::play::{script_file, set_up};
use crate::branch::{History, Written};
use crate::commands::pipeline::Ground;
use crate::failure::{Failure, Kind};
use crate::reproduction::{self, CheckoutStep, Deed, Paths, Plan};

/// Writes it; what the checkout leaves out.
///
/// # Errors
/// When the folder is there, or something cannot be written.
pub(super) fn write(root: &Path, plan: &Plan, paths: &Paths, ground: &Ground) -> Result<Vec<String>, Failure> {
    let cannot = |error: io::Error| Failure::new(Kind::Output, format!("cannot write `{}`: {error}", root.display()));
    if fs::symlink_metadata(root).is_ok() {
        let failure = Failure::new(Kind::Output, format!("`{}` is there already", root.display()));
        return Err(failure.hint("remove it, or name another folder with `-o DIR`"));
    }
    let result = fill(root, plan, paths, ground, &cannot);
    if result.is_err() {
        // What is half written would be taken for whole.
        let _ = fs::remove_dir_all(root);
    }
    result
}

fn fill(root: &Path, plan: &Plan, paths: &Paths, ground: &Ground, cannot: &dyn Fn(io::Error) -> Failure) -> Result<Vec<String>, Failure> {
    set_up(paths).map_err(cannot)?;
    let mut left_out = Vec::new();
    let mut launchers = Vec::new();
    for (index, step) in plan.steps.iter().enumerate() {
        match &step.deed {
            Deed::Checkout(checkout) => left_out.extend(check_out(ground, checkout, paths)?.left_out),
            Deed::Skip { .. } => {}
            Deed::Run(script) => {
                let file = script_file(paths, script);
                fs::write(&file, script.shell.dressed(&script.text)).map_err(cannot)?;
                let is_last = index + 1 == plan.steps.len();
                let name = if is_last { "run.sh".to_owned() } else { format!("earlier-{}.sh", launchers.len() + 1) };
                let text = reproduction::launcher(plan, script, &file, paths);
                fs::write(root.join(&name), text).map_err(cannot)?;
                launchers.push(name);
            }
        }
    }
    fs::write(root.join("README.md"), reproduction::readme(plan, &launchers)).map_err(cannot)?;
    Ok(left_out)
}

/// Writes the commit's files where the step checks them out; without a repository nothing.
///
/// # Errors
/// When that cannot be done.
pub(super) fn check_out(ground: &Ground, step: &CheckoutStep, paths: &Paths) -> Result<Written, Failure> {
    let Ground::Commit { checkout, base, .. } = ground else { return Ok(Written::default()) };
    let inside = step.path.as_deref().and_then(|path| crate::text::RepoPath::new(path).ok());
    let dir = inside.map_or_else(|| paths.workspace(), |inside| format!("{}/{inside}", paths.workspace()));
    let history = if step.has_history { History::Whole } else { History::Shallow };
    let written = checkout.write_worktree(base, Path::new(&dir), history);
    written.map_err(|error| error.hints().into_iter().fold(Failure::new(Kind::Repository, error.to_string()), Failure::hint))
}
