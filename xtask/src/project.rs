//! Where the project's files are.

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;

/// What a task gives back: an error is told in one line.
pub(crate) type Done = Result<(), Box<dyn Error>>;

/// The path of a file of the project.
pub(crate) fn path(relative: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.parent().map_or_else(|| PathBuf::from(relative), |root| root.join(relative))
}

/// The program, built now.
pub(crate) fn program() -> Result<PathBuf, Box<dyn Error>> {
    let built = Command::new(env!("CARGO")).args(["build", "--quiet", "--bin", "gh-autoheal"]).current_dir(path(".")).status()?;
    if !built.success() {
        return Err("gh-autoheal does not build".into());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| path("target"), Into::into);
    Ok(target.join("debug").join(format!("gh-autoheal{}", std::env::consts::EXE_SUFFIX)))
}
