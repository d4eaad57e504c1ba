//! `rules`: lists the rules that are in force.

use std::path::Path;

use super::{pipeline, print, streams};
use crate::failure::{Exit, Failure};
use crate::options::{Destination, Format, Output};
use crate::report::{Layout, rules};

/// Columns that no summary fills.
const WHOLE: usize = 10_000;

/// Runs it.
pub(super) fn run(own: Option<&Path>, output: &Output) -> Result<Exit, Failure> {
    let set = pipeline::rules(own)?;
    let text = match &output.format {
        Format::Json { filter } => {
            let entries: Vec<_> = pipeline::each(&set).map(rules::Entry::new).collect();
            print::json(&entries, filter.as_deref(), output.destination)?
        }
        Format::Markdown => rules::list_markdown(pipeline::each(&set)),
        // A pipe gets whole lines, as from gh: what reads them may cut them itself.
        _ if output.destination == Destination::Pipe => {
            rules::list(pipeline::each(&set), &Layout { width: WHOLE, ..output.layout.clone() })
        }
        _ => rules::list(pipeline::each(&set), &output.layout),
    };
    streams::result(&text, output)?;
    Ok(Exit::Done)
}
