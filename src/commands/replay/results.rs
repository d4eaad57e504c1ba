//! Takes rows as they come: compares them with what was blessed, prints or collects them, and writes what was asked for.
#![expect(clippy::disallowed_methods, reason = "shell: reads and writes blessed results and JUnit files")]

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cases::{self, Blessed, Row, Tally};
use crate::commands::{print, streams, whole_file};
use crate::failure::{Failure, Kind};
use crate::options::{Format, Output, Replay, Results, Rows};

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Document<'a> {
    /// The version of this form.
    version: u32,
    /// Counts, rules, confusion.
    #[serde(flatten)]
    summary: cases::Summary,
    /// What was blessed and is there no more.
    gone: &'a [String],
    /// One a case, and one a failure of a source.
    rows: &'a [Row],
}

/// Rows on their way out.
pub(super) struct Collector<'a> {
    task: &'a Replay,
    dirs: &'a [PathBuf],
    output: &'a Output,
    /// What was accepted, a folder each; none where nothing was.
    blessed: Vec<Option<Blessed>>,
    /// What is accepted now, a folder each.
    accepted: Vec<String>,
    tally: Tally,
    /// All rows, where they are printed together in the end.
    rows: Vec<Row>,
}

impl<'a> Collector<'a> {
    /// Reads what was blessed.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn new(task: &'a Replay, dirs: &'a [PathBuf], output: &'a Output) -> Result<Self, Failure> {
        let blessed = dirs.iter().map(|dir| read(&file(dir))).collect::<Result<_, _>>()?;
        Ok(Self { task, dirs, output, blessed, accepted: vec![String::new(); dirs.len()], tally: Tally::default(), rows: Vec::new() })
    }

    /// Takes the rows of one item of the folder at an index.
    ///
    /// # Errors
    /// When a row cannot be printed.
    pub(super) fn take(&mut self, dir: usize, rows: Vec<Row>) -> Result<(), Failure> {
        for mut row in rows {
            let known = self.blessed.get_mut(dir).and_then(Option::as_mut);
            row.change = known.map(|known| known.compare(&row));
            if self.task.results == Results::Bless
                && let Some(accepted) = self.accepted.get_mut(dir)
            {
                accepted.push_str(&Blessed::line(&row));
            }
            if self.dirs.len() > 1 {
                row.case = format!("{}/{}", self.dirs.get(dir).map_or(String::new(), |dir| dir.display().to_string()), row.case);
            }
            self.tally.add(&row);
            if self.task.rows == Rows::Lines {
                let line =
                    serde_json::to_string(&row).map_err(|error| Failure::new(Kind::Internal, format!("a row is no JSON: {error}")))?;
                streams::result(&format!("{line}\n"), self.output)?;
            }
            if self.task.junit.is_some() || self.task.rows == Rows::Together && matches!(self.output.format, Format::Json { .. }) {
                self.rows.push(row);
            }
        }
        Ok(())
    }

    /// Writes what is to be written; `all` says whether every item was replayed, so that what is missing is gone.
    ///
    /// # Errors
    /// When something cannot be written.
    pub(super) fn finish(mut self, all: bool) -> Result<Tally, Failure> {
        let gone: Vec<String> =
            if all { self.blessed.iter().flatten().flat_map(Blessed::gone).map(|gone| gone.0).collect() } else { Vec::new() };
        self.tally.gone(gone.len());
        if let Some(path) = &self.task.junit {
            whole_file::write(path, cases::junit(&self.rows).as_bytes())?;
        }
        if self.task.results == Results::Bless {
            for (dir, accepted) in self.dirs.iter().zip(&self.accepted) {
                whole_file::write(&file(dir), accepted.as_bytes())?;
            }
        }
        if self.task.rows == Rows::Together {
            let text = match &self.output.format {
                Format::Json { filter } => {
                    let document = Document { version: 1, summary: self.tally.summary(), gone: &gone, rows: &self.rows };
                    print::json(&document, filter.as_deref(), self.output.destination)?
                }
                Format::Text => cases::page(&self.tally, &self.output.layout),
                other => return Err(unsupported(other)),
            };
            streams::result(&text, self.output)?;
        }
        Ok(self.tally)
    }
}

fn unsupported(format: &Format) -> Failure {
    let name = format!("{format:?}").to_lowercase();
    Failure::new(Kind::Usage, format!("replay has no format {name}")).hint("it has a table, --json, --ndjson and --junit FILE")
}

/// The file beside the cases; for a single file the one beside it.
fn file(dir: &Path) -> PathBuf {
    if dir.is_dir() { dir.join(cases::BLESSED) } else { dir.with_extension(cases::BLESSED) }
}

fn read(path: &Path) -> Result<Option<Blessed>, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::new(Kind::Source, format!("cannot read `{}`: {error}", path.display()))),
    };
    Blessed::parse(&text)
        .map(Some)
        .map_err(|(line, why)| Failure::new(Kind::Source, format!("{}:{line}: {why}", path.display())).hint("write it anew with --bless"))
}
