//! What the environment says, and what follows from it.
#![expect(clippy::disallowed_methods, reason = "shell: reads the environment and asks what the streams are")]

use std::io::IsTerminal as _;
use std::path::PathBuf;

use crate::cli::ColorArg;
use crate::report::Colour;

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
    /// Whether standard input is a terminal.
    pub input_is_terminal: bool,
    /// `GH_PROMPT_DISABLED`: nobody is to be asked.
    pub prompt_disabled: bool,
    /// Whether standard error is a terminal.
    pub error_is_terminal: bool,
    /// `AUTOHEAL_INVOKED_AS`: how the user calls this program, where a launcher stands between.
    pub invoked_as: Option<String>,
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
            input_is_terminal: std::io::stdin().is_terminal(),
            prompt_disabled: text("GH_PROMPT_DISABLED").is_some(),
            error_is_terminal: std::io::stderr().is_terminal(),
            invoked_as: text("AUTOHEAL_INVOKED_AS"),
            program: std::env::current_exe().ok(),
        }
    }

    /// Whether output acts as on a terminal.
    pub(super) fn acts_as_terminal(&self) -> bool {
        self.output_is_terminal || self.force_tty.is_some()
    }

    /// Whether somebody can answer, by gh's rules: both streams are a terminal.
    pub(super) const fn may_ask(&self) -> bool {
        self.input_is_terminal && self.output_is_terminal && !self.prompt_disabled
    }

    /// Columns of a page, by gh's rules.
    pub(super) fn width(&self) -> usize {
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
    pub(super) fn colour(&self, when: ColorArg) -> Colour {
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
    pub(super) fn invocation(&self) -> String {
        let in_gh = |path: &PathBuf| path.components().rev().nth(2).is_some_and(|folder| folder.as_os_str() == "extensions");
        let launched = self.invoked_as.as_deref() == Some("gh autoheal");
        if launched || self.program.as_ref().is_some_and(in_gh) { "gh autoheal".to_owned() } else { "gh-autoheal".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal() -> Environment {
        Environment { output_is_terminal: true, columns: Some(120), ..Environment::default() }
    }

    #[test]
    pub(super) fn colour_follows_the_flag_then_the_variables_then_the_terminal() {
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
}
