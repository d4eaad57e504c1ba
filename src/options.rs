//! Turns what was typed and what the environment says into what is meant. Code below sees only this.
#![expect(clippy::disallowed_methods, reason = "shell: reads the environment and asks what the streams are")]

use std::io::IsTerminal as _;
use std::path::PathBuf;

use crate::cli::{AllowArg, Cli, ColorArg, Command, FormatArg, OutputFlags, SourceArgs};
use crate::failure::{Failure, Kind};
use crate::report::{Colour, Layout};
use crate::rules::Safety;
use crate::text::RepoPath;

/// Columns of a page that goes to a file or a pipe, or to a terminal that does not tell its own.
const USUAL_WIDTH: usize = 80;

/// What the environment says, read once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `NO_COLOR` is set and not empty (<https://no-color.org>).
    pub no_color: bool,
    /// `CLICOLOR`.
    pub clicolor: Option<String>,
    /// `CLICOLOR_FORCE`.
    pub clicolor_force: Option<String>,
    /// `GH_FORCE_TTY`: act as on a terminal; a number is its columns, a percentage a share of them.
    pub force_tty: Option<String>,
    /// `TERM`.
    pub term: Option<String>,
    /// `GITHUB_STEP_SUMMARY`: the file that a step's summary is appended to.
    pub step_summary: Option<PathBuf>,
    /// Columns of the terminal, if there is one.
    pub columns: Option<usize>,
    /// Whether standard output is a terminal.
    pub output_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub error_is_terminal: bool,
    /// Where this program lies.
    pub program: Option<PathBuf>,
}

impl Environment {
    /// Reads it.
    pub fn read() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            no_color: text("NO_COLOR").is_some(),
            clicolor: text("CLICOLOR"),
            clicolor_force: text("CLICOLOR_FORCE"),
            force_tty: text("GH_FORCE_TTY"),
            term: text("TERM"),
            step_summary: text("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            columns: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
            output_is_terminal: std::io::stdout().is_terminal(),
            error_is_terminal: std::io::stderr().is_terminal(),
            program: std::env::current_exe().ok(),
        }
    }

    /// Whether output acts as on a terminal.
    fn acts_as_terminal(&self) -> bool {
        self.output_is_terminal || self.force_tty.is_some()
    }

    /// Columns of a page, by gh's rules.
    fn width(&self) -> usize {
        let real = self.columns.filter(|columns| *columns > 0).unwrap_or(USUAL_WIDTH);
        if let Some(forced) = &self.force_tty {
            let share = forced
                .strip_suffix('%')
                .and_then(|percent| percent.parse::<usize>().ok())
                .map(|percent| real.saturating_mul(percent) / 100);
            if let Some(columns) = share.or_else(|| forced.parse().ok()).filter(|columns| *columns > 0) {
                return columns;
            }
        }
        if self.acts_as_terminal() { real } else { USUAL_WIDTH }
    }

    /// Whether to paint, by gh's rules: the flag, then NO_COLOR, CLICOLOR, CLICOLOR_FORCE, then the terminal.
    fn colour(&self, when: ColorArg) -> Colour {
        let forced = self.clicolor_force.as_deref().is_some_and(|value| value != "0");
        let refused = self.no_color || self.clicolor.as_deref() == Some("0");
        let dumb = self.term.as_deref() == Some("dumb");
        let painted = match when {
            ColorArg::Always => true,
            ColorArg::Never => false,
            ColorArg::Auto => !refused && (forced || (self.acts_as_terminal() && !dumb)),
        };
        if painted { Colour::On } else { Colour::Off }
    }

    /// How the user calls this program: gh keeps extensions in a folder of that name.
    fn invocation(&self) -> String {
        let in_gh = |path: &PathBuf| path.components().rev().nth(2).is_some_and(|folder| folder.as_os_str() == "extensions");
        if self.program.as_ref().is_some_and(in_gh) { "gh autoheal".to_owned() } else { "gh-autoheal".to_owned() }
    }
}

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
    /// The file that a step's summary is appended to.
    pub step_summary: Option<PathBuf>,
}

/// What to read, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The source.
    pub source: Source,
    /// The checkout; none for the one around the current folder.
    pub repo: Option<PathBuf>,
    /// `OWNER/NAME` on GitHub.
    pub repository: Option<String>,
    /// The workflow file.
    pub workflow: Option<RepoPath>,
    /// The only job to look at.
    pub job: Option<String>,
    /// A folder of the user's own rules.
    pub rules: Option<PathBuf>,
    /// The revision to heal.
    pub base: Option<String>,
    /// Bytes of log text that are read at most.
    pub max_size: u64,
    /// The greatest risk of a change that is made.
    pub allowed: Safety,
    /// How far to go.
    pub depth: Depth,
}

/// Where the log comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Standard,
    /// A file or folder.
    Path(PathBuf),
}

impl Source {
    /// As the user named it.
    pub fn name(&self) -> String {
        match self {
            Self::Standard => "-".to_owned(),
            Self::Path(path) => path.display().to_string(),
        }
    }
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Name the cause.
    Diagnose,
    /// And prove a patch.
    Preview,
    /// And commit it.
    Commit,
}

/// What to do.
#[derive(Debug, Clone)]
pub enum Task {
    /// Print the help.
    Help,
    /// Diagnose.
    Diagnose(Request),
    /// Heal.
    Heal(Request),
    /// Show it on a built-in failure.
    Demo,
    /// List the rules.
    Rules {
        /// A folder of the user's own rules.
        rules: Option<PathBuf>,
    },
    /// Explain a rule.
    Explain {
        /// Its id.
        rule: String,
        /// A folder of the user's own rules.
        rules: Option<PathBuf>,
    },
    /// Print a completion script.
    Completion(clap_complete::Shell),
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
        step_summary: environment.step_summary.clone(),
    })
}

/// Decides what to do.
///
/// # Errors
/// When an argument cannot be meant so.
pub fn task(cli: &Cli) -> Result<Task, Failure> {
    Ok(match &cli.command {
        None => Task::Help,
        Some(Command::Diagnose(typed)) => Task::Diagnose(request(&typed.source, Safety::NeedsReview, Depth::Diagnose)?),
        Some(Command::Heal(typed)) => {
            let allowed = match typed.allow {
                AllowArg::Safe => Safety::Safe,
                AllowArg::NeedsReview => Safety::NeedsReview,
            };
            Task::Heal(request(&typed.source, allowed, if typed.dry_run { Depth::Preview } else { Depth::Commit })?)
        }
        Some(Command::Demo) => Task::Demo,
        Some(Command::Rules(typed)) => Task::Rules { rules: typed.rules.clone() },
        Some(Command::Explain(typed)) => Task::Explain { rule: typed.rule.clone(), rules: typed.rules.clone() },
        Some(Command::Completion(typed)) => Task::Completion(typed.shell),
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

fn request(typed: &SourceArgs, allowed: Safety, depth: Depth) -> Result<Request, Failure> {
    Ok(Request {
        source: if typed.source == "-" { Source::Standard } else { Source::Path(PathBuf::from(&typed.source)) },
        repo: typed.repo.clone(),
        repository: typed.repository.clone(),
        workflow: typed.workflow.as_deref().map(workflow).transpose()?,
        job: typed.job.clone(),
        rules: typed.rules.clone(),
        base: typed.base.clone(),
        max_size: typed.max_size,
        allowed,
        depth,
    })
}

/// `ci.yml` means the file of that name among the workflows.
fn workflow(text: &str) -> Result<RepoPath, Failure> {
    let path = if text.contains(['/', '\\']) { text.to_owned() } else { format!(".github/workflows/{text}") };
    RepoPath::new(&path).map_err(|error| {
        Failure::new(Kind::Usage, format!("--workflow: {error}"))
            .hint("give the path from the repository's root, such as .github/workflows/ci.yml")
    })
}

const fn destination(terminal: bool) -> Destination {
    if terminal { Destination::Terminal } else { Destination::Pipe }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn terminal() -> Environment {
        Environment { output_is_terminal: true, columns: Some(120), ..Environment::default() }
    }

    #[test]
    fn colour_follows_the_flag_then_the_variables_then_the_terminal() {
        assert_eq!(terminal().colour(ColorArg::Auto), Colour::On);
        assert_eq!(Environment::default().colour(ColorArg::Auto), Colour::Off);
        assert_eq!(Environment { no_color: true, ..terminal() }.colour(ColorArg::Auto), Colour::Off);
        assert_eq!(Environment { no_color: true, ..terminal() }.colour(ColorArg::Always), Colour::On);
        assert_eq!(Environment { clicolor: Some("0".to_owned()), ..terminal() }.colour(ColorArg::Auto), Colour::Off);
        let forced = Environment { clicolor_force: Some("1".to_owned()), ..Environment::default() };
        assert_eq!(forced.colour(ColorArg::Auto), Colour::On);
        assert_eq!(forced.colour(ColorArg::Never), Colour::Off);
        assert_eq!(Environment { term: Some("dumb".to_owned()), ..terminal() }.colour(ColorArg::Auto), Colour::Off);
    }

    #[test]
    fn the_width_is_the_terminal_s_unless_it_is_forced() {
        assert_eq!(terminal().width(), 120);
        assert_eq!(Environment { columns: Some(200), ..Environment::default() }.width(), 80, "a pipe has no columns");
        assert_eq!(Environment { force_tty: Some("60".to_owned()), ..Environment::default() }.width(), 60);
        assert_eq!(Environment { force_tty: Some("50%".to_owned()), ..terminal() }.width(), 60);
        assert_eq!(Environment { force_tty: Some("yes".to_owned()), ..terminal() }.width(), 120);
    }

    #[test]
    fn commands_are_named_as_the_user_types_them() {
        let below = |path: &str| Environment { program: Some(PathBuf::from(path)), ..Environment::default() }.invocation();
        assert_eq!(below("/home/me/.local/share/gh/extensions/gh-autoheal/gh-autoheal"), "gh autoheal");
        assert_eq!(below("/usr/local/bin/gh-autoheal"), "gh-autoheal");
    }

    #[test]
    fn a_jq_expression_means_json() {
        let flags = |line: &[&str]| Cli::try_parse_from(line).unwrap().output;
        let json = output(&flags(&["gh-autoheal", "--jq", ".version", "demo"]), &Environment::default()).unwrap();
        assert_eq!(json.format, Format::Json { filter: Some(".version".to_owned()) });
        let clash = output(&flags(&["gh-autoheal", "--jq", ".", "--format", "diff", "demo"]), &Environment::default()).unwrap_err();
        assert_eq!(clash.exit, crate::failure::Exit::Usage);
    }

    #[test]
    fn a_bare_workflow_name_lies_among_the_workflows() {
        assert_eq!(workflow("ci.yml").unwrap().as_str(), ".github/workflows/ci.yml");
        assert!(workflow("../x.yml").is_err());
    }
}
