//! Accepts changed snapshots.

use std::process::Command;

use crate::project::{Done, path};
use crate::{docs, picture};

/// Runs the tests so that each writes its snapshot instead of comparing it, then writes the generated files.
pub(crate) fn accept() -> Done {
    let tests = Command::new(env!("CARGO"))
        .args(["test", "--workspace", "--no-fail-fast"])
        .env("AUTOHEAL_BLESS", "1")
        .env("SNAPSHOTS", "overwrite")
        .current_dir(path("."))
        .status()?;
    docs::write()?;
    picture::write()?;
    if tests.success() {
        println!("Accepted. Read the difference before you commit it: git diff");
        return Ok(());
    }
    Err("some tests fail for another reason than a changed snapshot".into())
}
