//! Turns the words of a command line into a value: what was typed, nothing decided yet.

mod check;
mod doctor;
mod init;
mod record;
mod replay;
mod reproduce;
mod rules;
mod fetch;
mod heal;
mod history;
mod publish;
mod source;
mod watch;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use check::Check;
use check::{CHECK, EXAMPLES as CHECK_EXAMPLES};
pub use doctor::Doctor;
pub use fetch::Fetch;
pub use heal::{AllowArg, Heal};
pub use history::History;
pub use init::Init;
pub use publish::{CopilotArg, PolicyArgs, Publish, ReopenArg, ViaArg};
pub use record::Record;
pub use replay::Replay;
pub use reproduce::Reproduce;
pub use rules::{Explain, Rules, RulesCheck, RulesTask};
use source::SOURCES;
pub use source::{ReadingArgs, SourceArgs};
pub use watch::Watch;

/// The short text above the commands.
const ABOUT: &str = "Name the cause of a failed GitHub Actions run and heal its workflow on a new branch";

/// The long one.
const LONG_ABOUT: &str = "\
Name the cause of a failed GitHub Actions run and heal its workflow on a new branch.

Reads the log of a failed run, names the line that says why it failed, changes the workflow where that cures the cause, \
proves that nothing else changed, and commits the result on a new branch. Everything happens on this machine: no log \
leaves it, and your branch, index and files stay as they are.";

/// What stands below the help of the program.
const EXAMPLES: &str = "\
Examples:
  gh run view 1234567 --log-failed | gh autoheal diagnose -
  gh autoheal heal logs.zip --dry-run
  gh autoheal heal logs.zip --allow needs-review
  gh autoheal demo

Exit codes:
  0  done, also when there was nothing to do
  1  error
  2  wrong usage, or cancelled
  3  diagnosed, but nothing here may be healed automatically
  4  authentication needed";

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "gh-autoheal",
    about = ABOUT,
    long_about = LONG_ABOUT,
    after_help = EXAMPLES,
    version,
    disable_help_subcommand = true,
    propagate_version = false,
    max_term_width = 100,
    subcommand_required = false,
    arg_required_else_help = false
)]
pub struct Cli {
    /// What to print, and how.
    #[command(flatten)]
    pub output: OutputFlags,
    /// What to do; none for what is most useful where one stands.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Diagnose, patch, and commit the patch on a new branch
    #[command(long_about = heal::HEAL, after_help = heal::AFTER)]
    Heal(Heal),
    /// Name the cause of each failure and what would heal it
    #[command(long_about = DIAGNOSE, after_help = SOURCES)]
    Diagnose(Diagnose),
    /// Say what is wrong with the workflows of this checkout
    #[command(long_about = CHECK, after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Install the workflow that heals this repository's failed runs
    #[command(long_about = init::INIT, after_help = init::AFTER)]
    Init(Init),
    /// Check the set-up of this repository, and say what to do
    #[command(long_about = doctor::DOCTOR)]
    Doctor(Doctor),
    /// Write the failed step as a script that runs here, and run it
    #[command(long_about = reproduce::REPRODUCE, after_help = SOURCES)]
    Reproduce(Reproduce),
    /// Turn the failures of a run into cases that can be committed
    #[command(long_about = record::RECORD, after_help = SOURCES)]
    Record(Record),
    /// Replay recorded cases: regression-test the rules
    #[command(long_about = replay::REPLAY)]
    Replay(Replay),
    /// Push a healed branch, open its issues and pull request
    #[command(long_about = publish::PUBLISH, after_help = publish::PUBLISH_EXAMPLES)]
    Publish(Publish),
    /// Save a run as a bundle that is read offline
    #[command(long_about = fetch::FETCH, after_help = fetch::AFTER)]
    Fetch(Fetch),
    /// Poll repositories for failed runs, and heal each cause once
    #[command(long_about = watch::WATCH, after_help = watch::AFTER)]
    Watch(Watch),
    /// Show what was healed here, and how it went
    #[command(long_about = history::HISTORY)]
    History(History),
    /// Show the whole loop on a built-in failure, in a temporary repository
    #[command(long_about = DEMO)]
    Demo,
    /// List the rules that are in force, or check your own
    #[command(long_about = rules::RULES)]
    Rules(Rules),
    /// Explain one rule: what it looks for, what it means, what heals it
    Explain(Explain),
    /// Print a completion script for a shell
    #[command(long_about = COMPLETION)]
    Completion(Completion),
}

const DIAGNOSE: &str = "\
Name the cause of each failure and what would heal it.

Needs no repository. With one (`--repo`, or the one around this folder) the patch is shown too; nothing is written.";

const DEMO: &str = "\
Show the whole loop on a built-in failure, in a temporary repository.

Makes a small repository in a temporary folder, reads the recorded log of its failed run, and heals it: offline, in a \
second, and nowhere near your own files.";

const COMPLETION: &str = "\
Print a completion script for a shell.

For bash: gh-autoheal completion bash > ~/.local/share/bash-completion/completions/gh-autoheal
For zsh:  gh-autoheal completion zsh > \"${fpath[1]}/_gh-autoheal\"
For fish: gh-autoheal completion fish > ~/.config/fish/completions/gh-autoheal.fish";

/// What to print, and how; the same for every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputFlags {
    /// How to print the result
    #[arg(long, global = true, value_name = "FORMAT", value_enum)]
    pub format: Option<FormatArg>,
    /// Print JSON: the same as `--format json`
    #[arg(long, global = true, conflicts_with = "format")]
    pub json: bool,
    /// Filter the JSON with a jq expression
    #[arg(long, global = true, value_name = "EXPR")]
    pub jq: Option<String>,
    /// Print nothing but errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub color: ColorArg,
}

/// A format, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// A page for people
    Text,
    /// One document for programs
    Json,
    /// Markdown for an issue or a step summary
    Markdown,
    /// SARIF 2.1.0 for code scanning
    Sarif,
    /// Only the patch, for `git apply`
    Diff,
    /// Workflow commands: annotations of the run
    Github,
}

/// When to use colour, as typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// `diagnose`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Diagnose {
    /// What to read.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Tell what each job ran in: image, actions, permissions, versions of tools
    #[arg(long)]
    pub facts: bool,
}

/// `completion`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Completion {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_of_output_stand_before_or_behind_the_command() {
        for line in [["gh-autoheal", "--json", "diagnose", "x"], ["gh-autoheal", "diagnose", "x", "--json"]] {
            assert!(Cli::try_parse_from(line).is_ok_and(|cli| cli.output.json), "{line:?}");
        }
    }
}
