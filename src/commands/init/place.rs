//! Puts a file into the work tree: whole or not at all, and never in the place of another.
#![expect(clippy::disallowed_methods, reason = "shell: writes the files that the user agreed to")]

use std::fs;
use std::path::Path;

use crate::automation::Proposed;
use crate::commands::whole_file;
use crate::failure::{Failure, Kind};

/// Refuses a place that a link leads out of the work tree.
pub(super) fn refuse_links(root: &Path, path: &str) -> Result<(), Failure> {
    let mut place = root.to_owned();
    for part in path.split('/') {
        place.push(part);
        if fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_symlink()) {
            let shown = place.strip_prefix(root).unwrap_or(&place).display().to_string();
            return Err(Failure::new(Kind::Output, format!("`{shown}` is a link, and nothing is written through a link"))
                .hint("put a real folder or file in its place"));
        }
    }
    Ok(())
}

/// Writes it.
pub(super) fn write(root: &Path, file: &Proposed) -> Result<(), Failure> {
    let place = root.join(file.path);
    let cannot = |error: &dyn std::fmt::Display| Failure::new(Kind::Output, format!("cannot write `{}`: {error}", file.path));
    let folder = place.parent().unwrap_or(root);
    let whole = whole_file::draft(folder, file.after.as_bytes()).map_err(|error| cannot(&error))?;
    match &file.before {
        None => drop(whole.persist_noclobber(&place).map_err(|error| cannot(&error.error))?),
        Some(before) => {
            let now = fs::read(&place).map_err(|error| cannot(&error))?;
            if now != before.as_bytes() {
                return Err(cannot(&"it was changed meanwhile").hint("run it again"));
            }
            whole.persist(&place).map_err(|error| cannot(&error.error))?;
        }
    }
    Ok(())
}
