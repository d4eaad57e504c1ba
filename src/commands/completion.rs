//! `completion`: prints a completion script. gh completes nothing of an extension, so a shell must learn it from here.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::streams;
use crate::cli::Cli;
use crate::failure::{Exit, Failure};
use crate::options::Output;

/// Runs it.
pub(super) fn run(shell: Shell, output: &Output) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), env!("CARGO_PKG_NAME"), &mut script);
    streams::result(&String::from_utf8_lossy(&script), output)?;
    Ok(Exit::Done)
}
