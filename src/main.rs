//! gh-autoheal: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    gh_autoheal::commands::main().into()
}
