//! gh-autoheal: from the logs of a failed GitHub Actions run to a proved patch on a new branch.
//!
//! The modules stand in the order of the pipeline; each uses only those above it, and a test reads this list. Down to
//! `reproduction` they are pure functions over values: no file, no clock, no environment, no process, no network.

pub mod text;
pub mod archive;
pub mod transcript;
pub mod repository;
pub mod workflow;
pub mod schema;
pub mod expression;
pub mod almanac;
pub mod edit;
pub mod rules;
pub mod config;
pub mod inspection;
pub mod findings;
pub mod diagnosis;
pub mod baseline;
pub mod patch;
pub mod remedy;
pub mod report;
pub mod automation;
pub mod cases;
pub mod reproduction;
pub mod plan;
// The shell: the only modules that touch files, clock, environment, processes or the terminal.
pub mod branch;
pub mod sandbox;
pub mod failure;
pub mod github;
pub mod cli;
pub mod options;
pub mod commands;
