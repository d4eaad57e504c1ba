//! What this machine is, and what of it a script gets.
#![expect(clippy::disallowed_methods, reason = "shell: reads the environment and what the system calls itself")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Folders of tools below one's home that hold programs and no secrets: variable, and where it lies usually.
const TOOLS: [(&str, &str); 2] = [("RUSTUP_HOME", ".rustup"), ("PYENV_ROOT", ".pyenv")];

/// The system by its own name: `Debian GNU/Linux 12 (bookworm)`.
pub(super) fn system() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).map(|name| name.trim_matches('"').to_owned());
    name.unwrap_or_else(|| std::env::consts::OS.to_owned())
}

/// What a script gets of this machine: where programs lie, and nothing else.
pub(super) fn programs() -> Vec<(OsString, OsString)> {
    let mut out = vec![(OsString::from("LANG"), OsString::from("C.UTF-8"))];
    out.extend(std::env::var_os("PATH").map(|path| (OsString::from("PATH"), path)));
    let home = std::env::var_os("HOME").map(PathBuf::from);
    for (name, usual) in TOOLS {
        let stated = std::env::var_os(name).map(PathBuf::from);
        let found = stated.or_else(|| Some(home.as_ref()?.join(usual))).filter(|path| path.is_dir());
        out.extend(found.map(|path| (OsString::from(name), path.into_os_string())));
    }
    out
}

/// Where a program lies, sought as a shell seeks it.
pub(super) fn find(name: &str, path: &OsString) -> Option<PathBuf> {
    std::env::split_paths(path).map(|folder| folder.join(name)).find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(file).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file() || file.with_extension("exe").is_file()
}
