//! The words that list, explain and check rules.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What stands in the long help of `rules`.
pub(super) const RULES: &str = "\
List the rules that are in force: the built-in ones, and your own.

A repository keeps its own rules in .github/autoheal/rules, one YAML file each; an own rule takes the place of a built-in \
one with the same name. `gh autoheal rules check` tells whether they are sound.";

const CHECK: &str = "\
Check your own rules: their form, and their own examples and near misses.

Each mistake is told with file, line and column. A rule must explain each of its examples on the marked line, make of an \
example's workflow what its `patched` says, and stay silent on its near misses; the built-in rules take part, so a rule \
that another one outdoes is told too. Ends with 0 when all is well and with 1 when something is not.";

const AFTER: &str = "\
Examples:
  gh autoheal rules check
  gh autoheal rules check my-rules/ other.yml
  gh autoheal rules check --json --jq '.mistakes[] | \"\\(.file):\\(.line)\"'";

/// `rules`, as typed.
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Rules {
    /// What to do with them; none lists them.
    #[command(subcommand)]
    pub task: Option<RulesTask>,
    /// A folder of your own rules, added to the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}

/// What to do with rules.
#[derive(Debug, Clone, Subcommand)]
pub enum RulesTask {
    /// Check your own rules: form, examples and near misses
    #[command(long_about = CHECK, after_help = AFTER)]
    Check(RulesCheck),
}

/// `rules check`, as typed.
#[derive(Debug, Clone, Args)]
pub struct RulesCheck {
    /// Rule files, and folders of them [default: .github/autoheal/rules of the checkout]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// `explain`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Explain {
    /// The rule's id, as a diagnosis names it
    #[arg(value_name = "RULE")]
    pub rule: String,
    /// A folder of your own rules, added to the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}
