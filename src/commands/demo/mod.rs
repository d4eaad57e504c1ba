//! `demo`: the whole loop on a recorded failure, in a repository of its own, offline.
//!
//! The log is pytest's genuine output in the runner's frame: a test imports `requests`, the workflow installs pytest only.
#![expect(clippy::disallowed_methods, reason = "shell: makes the demonstration's repository")]

use std::path::Path;

use super::progress::Progress;
use super::{heal, pipeline, print, streams};
use crate::archive::{Input, Limits};
use crate::branch::create_example;
use crate::failure::{Exit, Failure, Kind};
use crate::options::{Depth, Format, Output, Request, Source};
use crate::rules::Safety;

const LOG: &str = include_str!("log.txt");

/// The repository's files: path and text.
const FILES: &[(&str, &str)] = &[
    (".github/workflows/ci.yml", include_str!("repository/ci.yml")),
    ("weather.py", include_str!("repository/weather.py")),
    ("tests/test_forecast.py", include_str!("repository/tests/test_forecast.py")),
];

/// Runs it.
pub(super) fn run(output: &Output) -> Result<Exit, Failure> {
    let folder = tempfile::Builder::new().prefix("gh-autoheal-demo-").tempdir().map_err(|error| cannot(&error))?;
    // It stays, so that the commands that the page suggests can be typed.
    let folder = folder.keep();
    let checkout = folder.join("weather");
    create_repository(&checkout)?;
    let log = folder.join("log.txt");
    std::fs::write(&log, LOG).map_err(|error| cannot(&error))?;
    let whole = Request::whole(Source::Path(log.clone()), Safety::NeedsReview, Depth::Commit);
    let request = Request { repo: Some(checkout.clone()), ..whole };
    let progress = Progress::start(output);
    let input = Input::File { name: "log.txt".to_owned(), bytes: LOG.as_bytes().to_vec() };
    let outcome = pipeline::heal(input, Limits::default(), &request, &progress)?;
    drop(progress);
    if output.format == Format::Text {
        streams::result(&introduction(&checkout, output), output)?;
    }
    print::outcome(&outcome, output)?;
    Ok(heal::exit(&outcome))
}

/// What the reader is about to see.
fn introduction(checkout: &Path, output: &Output) -> String {
    let words = "A small Python project: its tests import requests, and its workflow installs pytest alone. This is the log of its failed run, \
                 read and healed on this machine. The repository is real, and yours to look at:";
    let mut lines = crate::report::prose::flow(words, "", output.layout.width.min(96));
    lines.push(format!("\n  cd {}\n\n", crate::report::inline::shell_word(&checkout.display().to_string())));
    lines.join("\n")
}

/// Makes a repository with one commit of these files.
fn create_repository(dir: &Path) -> Result<(), Failure> {
    create_example(dir, FILES, "Forecast the weather\n").map_err(|error| Failure::new(Kind::Output, error.to_string()))
}

fn cannot(error: &std::io::Error) -> Failure {
    Failure::new(Kind::Output, format!("cannot write to the folder for temporary files: {error}")).hint("name another with TMPDIR")
}
