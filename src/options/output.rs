//! What to print, and how.

use std::path::PathBuf;

use super::Environment;
use crate::cli::{FormatArg, OutputFlags};
use crate::failure::{Failure, Kind};
use crate::report::Layout;

/// How to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// A page for people.
    Text,
    /// One JSON document, or what a jq expression makes of it.
    Json {
        /// The expression.
        filter: Option<String>,
    },
    /// Markdown.
    Markdown,
    /// SARIF 2.1.0.
    Sarif,
    /// Only the patch.
    Diff,
    /// Workflow commands, and a summary for the step.
    Github,
}

/// How much to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Volume {
    /// Results, errors, progress.
    Usual,
    /// Errors only.
    Quiet,
}

/// Where standard output goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// A person's terminal: foreign text is made safe.
    Terminal,
    /// A file or a program.
    Pipe,
}

/// Whether a person may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompts {
    /// Somebody sits at a terminal.
    Allowed,
    /// Nobody does, or `GH_PROMPT_DISABLED` is set.
    Never,
}

/// What to print, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// How to print.
    pub format: Format,
    /// How much to print.
    pub volume: Volume,
    /// Width, colour, and the program's name.
    pub layout: Layout,
    /// Where standard output goes.
    pub destination: Destination,
    /// Whether standard error is a terminal, where progress may show.
    pub progress: Destination,
    /// Whether a person may be asked.
    pub prompts: Prompts,
    /// The file that a step's summary is appended to.
    pub step_summary: Option<PathBuf>,
}

/// Decides what to print and how.
///
/// # Errors
/// When two flags contradict each other.
pub fn output(flags: &OutputFlags, environment: &Environment) -> Result<Output, Failure> {
    let colour = environment.colour(flags.color);
    Ok(Output {
        format: format(flags)?,
        volume: if flags.quiet { Volume::Quiet } else { Volume::Usual },
        layout: Layout { width: environment.width(), colour, program: environment.invocation() },
        destination: destination(environment.acts_as_terminal()),
        progress: destination(environment.error_is_terminal),
        prompts: if environment.may_ask() { Prompts::Allowed } else { Prompts::Never },
        step_summary: environment.step_summary.clone(),
    })
}

/// Whether errors are wanted as a document too; asked before anything else can fail.
pub const fn wants_json(flags: &OutputFlags) -> bool {
    flags.json || flags.jq.is_some() || matches!(flags.format, Some(FormatArg::Json))
}

fn format(flags: &OutputFlags) -> Result<Format, Failure> {
    let filter = flags.jq.clone();
    match (flags.format, flags.json, filter) {
        (Some(FormatArg::Json) | None, _, Some(filter)) => Ok(Format::Json { filter: Some(filter) }),
        (Some(other), _, Some(_)) => {
            let name = format!("{other:?}").to_ascii_lowercase();
            Err(Failure::new(Kind::Usage, format!("--jq filters JSON, but --format {name} was asked for"))
                .hint("leave out --format, or say `--format json`"))
        }
        (Some(FormatArg::Json), _, None) | (None, true, None) => Ok(Format::Json { filter: None }),
        (Some(FormatArg::Text), ..) | (None, false, None) => Ok(Format::Text),
        (Some(FormatArg::Markdown), ..) => Ok(Format::Markdown),
        (Some(FormatArg::Sarif), ..) => Ok(Format::Sarif),
        (Some(FormatArg::Diff), ..) => Ok(Format::Diff),
        (Some(FormatArg::Github), ..) => Ok(Format::Github),
    }
}

const fn destination(terminal: bool) -> Destination {
    if terminal { Destination::Terminal } else { Destination::Pipe }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn a_jq_expression_means_json() {
        let flags = |line: &[&str]| Cli::try_parse_from(line).unwrap().output;
        let json = output(&flags(&["gh-autoheal", "--jq", ".version", "demo"]), &Environment::default()).unwrap();
        assert_eq!(json.format, Format::Json { filter: Some(".version".to_owned()) });
        let clash = output(&flags(&["gh-autoheal", "--jq", ".", "--format", "diff", "demo"]), &Environment::default()).unwrap_err();
        assert_eq!(clash.exit, crate::failure::Exit::Usage);
    }
}
