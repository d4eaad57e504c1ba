//! Turns a task into its result: one file a subcommand, each composing the stages and nothing else.

mod apart;
mod around;
mod check;
mod completion;
mod config_file;
mod demo;
mod diagnose;
mod doctor;
mod explain;
mod fetch;
mod heal;
mod history;
mod home;
mod init;
mod jq;
mod many;
mod pipeline;
mod plain_folder;
mod print;
mod progress;
mod record;
mod replay;
mod reproduce;
mod publish;
mod rule_files;
mod rules;
mod rules_check;
mod source;
mod store;
mod streams;
mod whole_file;
mod work_tree;
mod target;
mod watch;

use std::sync::LazyLock;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::almanac;
use crate::cli::Cli;
use crate::failure::{Exit, Failure, Kind};
use crate::options::{self, Environment, Output, Task};
use crate::report::ErrorDocument;

/// Where a mistake of this program is to be reported.
const ISSUES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/issues");

/// Whether errors are told as a document too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// On standard error only.
    Words,
    /// And as a document on standard output.
    WordsAndDocument,
}

/// Runs the program: the whole of `main`.
pub fn main() -> Exit {
    quiet_panics();
    // Unwinding ends here, so that a mistake of a dependency has the exit code of an error.
    std::panic::catch_unwind(parse_and_run).unwrap_or(Exit::Error)
}

fn parse_and_run() -> Exit {
    let environment = Environment::read();
    let cli = match parse() {
        Ok(cli) => cli,
        Err(exit) => return exit,
    };
    let told = if options::wants_json(&cli.output) { Told::WordsAndDocument } else { Told::Words };
    let result = options::output(&cli.output, &environment).and_then(|output| {
        let task = options::task(&cli)?;
        run(&task, &output)
    });
    result.unwrap_or_else(|failure| fail(&failure, told))
}

fn run(task: &Task, output: &Output) -> Result<Exit, Failure> {
    match task {
        Task::Home => home::run(output),
        Task::Diagnose(request) => diagnose::run(request, output),
        Task::Check(request) => check::run(request, output),
        Task::Reproduce(task) => reproduce::run(task, output),
        Task::Record(task) => record::run(task, output),
        Task::Replay(task) => replay::run(task, output),
        Task::Heal(task) => heal::run(task, output),
        Task::Publish(request) => publish::run(request, output),
        Task::Fetch(request) => fetch::run(request, output),
        Task::Watch(request) => watch::run(request, output),
        Task::History(request) => history::run(request, output),
        Task::Demo => demo::run(output),
        Task::Doctor(check_up) => doctor::run(check_up, output),
        Task::Init(setup) => init::run(setup, output),
        Task::Rules { rules } => rules::run(rules.as_deref(), output),
        Task::CheckRules { paths } => rules_check::run(paths, output),
        Task::Explain { rule, rules } => explain::run(rule, rules.as_deref(), output),
        Task::Completion(shell) => completion::run(*shell, output),
    }
}

/// Reads the command line; help and version are printed here, usage errors too.
fn parse() -> Result<Cli, Exit> {
    let command = Cli::command().version(VERSION.as_str());
    let parsed = command.try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.map_err(|error| {
        // A closed pipe behind `--help` is no error, and there is nobody left to tell of another.
        let _ = error.print();
        if !error.use_stderr() {
            return Exit::Done;
        }
        if std::env::args_os().any(|argument| argument == "--json") {
            let message = error.kind().to_string();
            streams::document(&ErrorDocument::new(Kind::Usage.word(), &message, &[]));
        }
        Exit::Usage
    })
}

/// `0.1.0 (commit, almanac date)`: what was built, and up to which day its dated tables know the world.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let commit = env!("AUTOHEAL_COMMIT");
    let built = if commit.is_empty() { String::new() } else { format!("{commit}, ") };
    format!("{} ({built}almanac {})", env!("CARGO_PKG_VERSION"), almanac::date())
});

/// Tells of a failure on standard error, and as a document where JSON was asked for.
fn fail(failure: &Failure, told: Told) -> Exit {
    streams::error(&failure.words());
    if told == Told::WordsAndDocument {
        streams::document(&ErrorDocument::new(failure.kind.word(), &failure.message, &failure.hints));
    }
    failure.exit
}

/// No code here panics; a dependency might, and then a person shall read one line instead of a trace.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
        streams::error(&format!("error: internal error{place}\nhint: please report it, with the log that caused it: {ISSUES}\n"));
    }));
}
