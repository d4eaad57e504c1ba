//! What this machine is, and what of it a script gets.
#![expect(clippy::disallowed_methods, reason = "shell: reads the environment and what the system calls itself")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::reproduction::{Deed, Plan};
use crate::sandbox::{self, End, Spec};

/// Folders of tools below one's home that hold programs and no secrets: variable, and where it lies usually.
const TOOLS: [(&str, &str); 2] = [("RUSTUP_HOME", ".rustup"), ("PYENV_ROOT", ".pyenv")];

/// The system by its own name: `Debian GNU/Linux 12 (bookworm)`.
pub(super) fn system() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).map(|name| name.trim_matches('"').to_owned());
    name.unwrap_or_else(|| std::env::consts::OS.to_owned())
}

/// How the versions that actions set up in the run compare with those here: pieces of an action's name, and who tells here.
const VERSIONS: [(&str, &str, &str); 8] = [
    ("setup-python", "python3", "--version"),
    ("setup-node", "node", "--version"),
    ("setup-go", "go", "version"),
    ("setup-java", "java", "-version"),
    ("setup-ruby", "ruby", "--version"),
    ("setup-dotnet", "dotnet", "--version"),
    ("rust-toolchain", "rustc", "--version"),
    ("setup-php", "php", "--version"),
];

/// How long a program may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the run set up, and what is here: `actions/setup-python (python-version 3.12); here Python 3.11.7`.
pub(super) fn versions(plan: &Plan, folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    for step in &plan.steps {
        let Deed::Skip { uses, with } = &step.deed else { continue };
        let Some((_, program, flag)) = VERSIONS.iter().find(|(action, ..)| uses.contains(action)) else { continue };
        let wished: Vec<String> = with.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let wished = if wished.is_empty() { "as it found it".to_owned() } else { wished.join(", ") };
        let here = version(program, flag, folder).unwrap_or_else(|| format!("there is no {program}"));
        out.push(format!("{uses} ({wished}); here {here}"));
    }
    out
}

/// The first line that a program says of itself.
fn version(program: &str, flag: &str, folder: &Path) -> Option<String> {
    let env = programs();
    let path = env.iter().find(|(name, _)| name == "PATH").map(|(_, path)| path.clone())?;
    let spec = Spec {
        program: find(program, &path)?.into_os_string(),
        arguments: vec![OsString::from(flag)],
        env,
        folder: folder.to_owned(),
        time: PATIENCE,
        output: 64 << 10,
    };
    let ended = sandbox::run(&spec, &mut |_| ()).ok()?;
    ended.lines.into_iter().find(|line| !line.trim().is_empty()).filter(|_| ended.end == End::Exited(0))
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
