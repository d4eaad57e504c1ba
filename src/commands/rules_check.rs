//! `rules check`: tries rule files against their own examples and near misses.

use std::path::{Path, PathBuf};

use super::{print, rule_files, streams, work_tree};
use crate::failure::{Exit, Failure, Kind};
use crate::options::{Format, Output};
use crate::remedy::trial::trials;
use crate::report::rule_check;
use crate::rules::RuleSet;

/// Runs it.
pub(super) fn run(paths: &[PathBuf], output: &Output) -> Result<Exit, Failure> {
    let files = if paths.is_empty() { usual()? } else { named(paths)? };
    let all = trials(&files, RuleSet::builtin());
    let text = match &output.format {
        Format::Text => rule_check::page(&all, &output.layout),
        Format::Json { filter } => print::json(&rule_check::Document::new(&all), filter.as_deref(), output.destination)?,
        Format::Markdown => rule_check::markdown(&all),
        Format::Github => rule_check::annotations(&all),
        Format::Sarif | Format::Diff => {
            let failure = Failure::new(Kind::Usage, "`rules check` has no such format");
            return Err(failure.hint("it prints text, json, markdown and github"));
        }
    };
    streams::result(&text, output)?;
    let wrong = all.iter().filter(|trial| !trial.mistakes.is_empty()).count();
    if wrong == 0 {
        return Ok(Exit::Done);
    }
    streams::error(&Failure::new(Kind::Rule, format!("{wrong} of {} rules with mistakes", all.len())).words());
    Ok(Exit::Error)
}

/// The repository's own rules, named as in the repository.
fn usual() -> Result<Vec<(String, String)>, Failure> {
    let root = work_tree::around(None)?.root;
    let dir = root.join(rule_files::USUAL);
    if !rule_files::present(&dir) {
        let failure = Failure::new(Kind::Rule, format!("there is no folder {} in this repository", rule_files::USUAL));
        return Err(failure.hint("name the files or folders to check: `gh autoheal rules check PATH`"));
    }
    Ok(within(rule_files::USUAL, rule_files::read(&dir)?))
}

/// The rules of files and folders, named as they were typed.
fn named(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        if rule_files::present(path) {
            files.extend(within(name.trim_end_matches(['/', '\\']), rule_files::read(path)?));
        } else {
            files.push((name, rule_files::read_one(Path::new(path))?));
        }
    }
    Ok(files)
}

fn within(folder: &str, files: Vec<(String, String)>) -> Vec<(String, String)> {
    files.into_iter().map(|(name, text)| (format!("{folder}/{name}"), text)).collect()
}
