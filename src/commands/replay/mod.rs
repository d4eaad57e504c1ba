//! `replay`: all cases through the rules, on all cores, and what came of them.

mod in_order;
mod item;
pub(super) mod read_case;
mod results;

use std::path::PathBuf;

use super::progress::Progress;
use super::{config_file, pipeline, rule_files, streams};
use crate::branch::Checkout;
use crate::failure::{Exit, Failure, Kind};
use crate::options::{Output, Replay, Results, Rows};
use item::Item;
use results::Collector;

/// Where a repository keeps its cases.
pub(super) const USUAL: &str = ".github/autoheal/cases";

/// Runs it.
pub(super) fn run(task: &Replay, output: &Output) -> Result<Exit, Failure> {
    let root = root();
    let dirs = dirs(task, root.as_ref())?;
    let usual = || Some(root.as_ref()?.join(rule_files::USUAL)).filter(|dir| rule_files::present(dir));
    let rules = pipeline::rules(task.rules.clone().or_else(usual).as_deref())?;
    let config = config_file::load(root.as_deref(), None)?;
    let rules = config.rules(&rules);
    let mut items = Vec::new();
    for (index, dir) in dirs.iter().enumerate() {
        items.extend(item::below(dir, index)?);
    }
    if let Some((part, parts)) = task.shard {
        items = items.into_iter().enumerate().filter(|(index, _)| index % parts == part - 1).map(|(_, item)| item).collect();
    }
    let mut collector = Collector::new(task, &dirs, output)?;
    let progress = if task.rows == Rows::Lines { Progress::default() } else { Progress::counting(output, items.len()) };
    let threads = task.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    in_order::each(
        &items,
        threads,
        |item: &Item| item::replayed(item, (&rules, &config), task.max_size),
        |index, rows| {
            progress.moves();
            items.get(index).map_or(Ok(()), |item| collector.take(item.dir, rows))
        },
    )?;
    drop(progress);
    let tally = collector.finish(task.shard.is_none())?;
    if task.results == Results::Compare && tally.has_regressed() {
        let regressed = crate::report::inline::count(usize::try_from(tally.total.regressions).unwrap_or(usize::MAX), "regression");
        streams::error(&format!("error: {regressed}\nhint: if this is right, accept it with --bless, or correct the case's verdict\n"));
        return Ok(Exit::Error);
    }
    Ok(Exit::Done)
}

/// The checkout around this folder.
fn root() -> Option<PathBuf> {
    let checkout = Checkout::discover(std::path::Path::new(".")).ok()??;
    checkout.workdir().map(std::path::Path::to_owned)
}

fn dirs(task: &Replay, root: Option<&PathBuf>) -> Result<Vec<PathBuf>, Failure> {
    if !task.dirs.is_empty() {
        return Ok(task.dirs.clone());
    }
    let usual = root.map(|root| root.join(USUAL)).filter(|dir| dir.is_dir());
    usual.map(|dir| vec![dir]).ok_or_else(|| {
        Failure::new(Kind::Usage, format!("no folder is named, and there is no {USUAL} here"))
            .hint("name a folder of cases or archives: `gh autoheal replay DIR`")
            .hint("make the first case: `gh autoheal record SOURCE`")
    })
}
