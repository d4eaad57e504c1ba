//! The one integration binary: what gh-autoheal does to real repositories, judged by other tools.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "tests")]

mod archives;
mod baseline;
mod branch;
mod check;
mod cases;
mod cli;
mod config;
mod coverage;
mod documents;
mod extension;
mod publish;
mod readme;
mod recorded;
#[cfg(target_os = "linux")]
mod reproduction;
#[cfg(target_os = "linux")]
mod reproduced;
#[cfg(unix)]
mod replay_action;
mod rules;
mod scenarios;
mod setup;
mod support;
mod tidy;
mod transcripts;
