//! `doctor`: checks the whole set-up, and says for each part what to do.

mod checkout;
mod online;
mod settings;
mod tools;
mod words;

use super::{print, streams, work_tree};
use crate::failure::{Exit, Failure, Kind};
use crate::options::{CheckUp, Format, Output, Reach};

/// What was found about one part of the set-up.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Check {
    /// A fixed word for programs.
    about: &'static str,
    state: State,
    /// What was found, in a sentence without a full stop.
    found: String,
    /// What to do about it.
    advice: Option<String>,
}

/// How a part of the set-up is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Good,
    Careful,
    Wrong,
}

impl Check {
    fn good(about: &'static str, found: impl Into<String>) -> Self {
        Self { about, state: State::Good, found: found.into(), advice: None }
    }

    fn careful(about: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { about, state: State::Careful, found: found.into(), advice: Some(advice.into()) }
    }

    fn wrong(about: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { about, state: State::Wrong, found: found.into(), advice: Some(advice.into()) }
    }
}

/// The checks of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Chapter {
    title: &'static str,
    checks: Vec<Check>,
}

/// Runs it.
pub(super) fn run(check_up: &CheckUp, output: &Output) -> Result<Exit, Failure> {
    let mut chapters = vec![Chapter { title: "Tools", checks: tools::checks() }];
    match work_tree::around(check_up.repo.as_deref()) {
        Ok(tree) => {
            chapters.push(Chapter { title: "Checkout", checks: checkout::checks(&tree) });
            chapters.push(Chapter { title: "Set-up", checks: settings::checks(&tree, check_up.rules.as_deref()) });
            if check_up.reach == Reach::Online {
                chapters.push(Chapter { title: "GitHub", checks: online::checks(&tree, output) });
            }
        }
        Err(failure) => {
            let advice = failure.hints.join("; ");
            chapters.push(Chapter { title: "Checkout", checks: vec![Check::wrong("checkout", failure.message, advice)] });
        }
    }
    let text = match &output.format {
        Format::Text => words::page(&chapters, &output.layout),
        Format::Json { filter } => print::json(&words::document(&chapters), filter.as_deref(), output.destination)?,
        _ => return Err(Failure::new(Kind::Usage, "`doctor` prints text or JSON").hint("leave out --format, or say `--json`")),
    };
    streams::result(&text, output)?;
    let Some(wrong) = words::wrong(&chapters) else { return Ok(Exit::Done) };
    streams::error(&Failure::new(Kind::Config, wrong).words());
    Ok(Exit::Error)
}
