#![expect(clippy::disallowed_methods, reason = "shell: what was written is opened once more to be synced")]
//! Turns written files into files that survive a power cut; gix itself never syncs.

use std::fs::File;
use std::io;
use std::path::Path;

/// Syncs a file and the folders between it and `root`, both included: a name is safe only when its folder is.
///
/// A file that is not there is no error: git may have packed it meanwhile.
pub(super) fn sync(file: &Path, root: &Path) -> io::Result<()> {
    match sync_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    }
    let mut folders = file.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
    folders.try_for_each(sync_folder)
}

#[cfg(unix)]
fn sync_file(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Windows syncs only what is open for writing, and loose objects are read-only: what may be synced is.
#[cfg(not(unix))]
fn sync_file(path: &Path) -> io::Result<()> {
    match File::options().write(true).open(path).and_then(|file| file.sync_all()) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        other => other,
    }
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    match File::open(path)?.sync_all() {
        // Some network file systems sync no folders, and say so.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        other => other,
    }
}

/// Other systems have no handle on a folder; their journals keep names.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
