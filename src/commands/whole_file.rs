//! Writes a file whole or not at all: into a temporary one beside it, which then takes its name.
#![expect(clippy::disallowed_methods, reason = "shell: writes files")]

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::failure::{Failure, Kind};

/// Puts `bytes` at `path`, in place of what is there.
///
/// # Errors
/// When the folder or the file cannot be written.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = draft(folder, bytes).and_then(|file| file.persist(path).map(drop).map_err(|error| error.error));
    written.map_err(|error| Failure::new(Kind::Output, format!("cannot write `{}`: {error}", path.display())))
}

/// A file that holds `bytes` and waits for its name in `folder`, which is made where it is not there; it goes when it is dropped.
///
/// # Errors
/// When the folder or the file cannot be written.
pub(super) fn draft(folder: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".autoheal-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    share(file.as_file())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// A temporary file is for its owner alone; what it becomes is read as any other file.
#[cfg(unix)]
fn share(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_: &fs::File) -> io::Result<()> {
    Ok(())
}
