//! The project's own tasks: `cargo xtask --help` lists them.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "shell: tasks read and write files and start cargo"
)]

mod bill;
mod bless;
mod compare;
mod corpus;
mod dist;
mod docs;
mod examples;
mod measure;
mod new_rule;
mod picture;
mod project;
mod recorded;
mod verbs;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Generates, checks and measures.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Writes a rule's skeleton, whose tests fail until it is filled in.
    NewRule {
        /// What happened, in words joined by dashes: `npm-lockfile-out-of-sync`.
        name: String,
    },
    /// Runs the tests and accepts every snapshot as it comes out; then writes the generated files.
    Bless,
    /// Fails where a generated file is not what would be generated now.
    Check,
    /// Writes the generated documents.
    Docs {
        /// Write nothing; fail where a document is not fresh.
        #[arg(long)]
        check: bool,
    },
    /// Builds the program for one system, named as gh wants it, with man pages and completions.
    Dist(dist::Wish),
    /// Draws what `gh-autoheal demo` prints, for the README.
    Picture,
    /// Measures the diagnosis on the recorded logs beside the project; writes the confidences and the figures.
    Measure {
        /// Write nothing; fail where a committed figure is better than what is measured now.
        #[arg(long, conflicts_with = "misses")]
        check: bool,
        /// Write nothing; print what is missed of the part that rules may be written from.
        #[arg(long, value_name = "RULES", num_args = 0..=1, default_missing_value = "catalogue")]
        misses: Option<measure::Speakers>,
    },
    /// Compares the inspection of workflows with actionlint and zizmor, where they are installed.
    Compare,
    /// Prints a table of what the project holds.
    Corpus {
        /// Which table.
        #[arg(value_enum, default_value = "edits")]
        table: corpus::Table,
        /// In which form the verbs meet the files; all three unless one is named.
        #[arg(long, value_enum)]
        form: Option<verbs::Form>,
        /// This verb only.
        #[arg(long)]
        verb: Option<String>,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::NewRule { name } => new_rule::write(&name),
        Task::Bless => bless::accept(),
        Task::Check | Task::Docs { check: true } => docs::check(),
        Task::Docs { check: false } => docs::write(),
        Task::Dist(wish) => dist::build(&wish),
        Task::Picture => picture::write(),
        Task::Compare => compare::table(),
        Task::Measure { misses: Some(speakers), .. } => measure::misses(speakers),
        Task::Measure { check: true, .. } => measure::check(),
        Task::Measure { .. } => measure::write(),
        Task::Corpus { table, form, verb } => corpus::print(table, form, verb.as_deref()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
