//! Finds what is to be replayed below a folder, and replays one of it.
#![expect(clippy::disallowed_methods, reason = "shell: lists folders")]

use std::fs;
use std::path::{Path, PathBuf};

use super::read_case;
use crate::archive::{self, Limits};
use crate::cases::{self, Row, RowKind};
use crate::commands::{pipeline, source};
use crate::config::Config;
use crate::failure::{Failure, Kind};
use crate::options::Source;
use crate::rules::{RuleSet, Safety};
use crate::transcript;

/// Folders within folders.
const DEEPEST: usize = 16;

/// One thing to replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Its name below the folder, with `/`.
    pub(super) name: String,
    /// Where it is.
    path: PathBuf,
    /// Whether it is a case's folder.
    is_case: bool,
    /// Index of the folder that it is below.
    pub(super) dir: usize,
}

/// All that is to be replayed below a folder, in the order of the names.
///
/// # Errors
/// When a folder cannot be read.
pub(super) fn below(root: &Path, dir: usize) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    let name = root.file_name().map_or_else(|| ".".to_owned(), |name| name.to_string_lossy().into_owned());
    if !root.is_dir() {
        fs::metadata(root).map_err(|error| cannot(root, &error).hint("name a folder of cases or archives"))?;
        return Ok(vec![Item { name, path: root.to_owned(), is_case: false, dir }]);
    }
    let mut open = vec![(root.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = open.pop() {
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder).map_err(|error| cannot(&folder, &error))? {
            let entry = entry.map_err(|error| cannot(&folder, &error))?;
            let kind = entry.file_type().map_err(|error| cannot(&entry.path(), &error))?;
            names.push((entry.file_name().to_string_lossy().into_owned(), entry.path(), kind));
        }
        let own = if prefix.is_empty() { name.clone() } else { prefix.trim_end_matches('/').to_owned() };
        let files: Vec<&str> = names.iter().filter(|(_, _, kind)| kind.is_file()).map(|(name, ..)| name.as_str()).collect();
        let is_case = files.contains(&cases::LOG);
        if is_case || is_unpacked(&files) {
            items.push(Item { name: own, path: folder, is_case, dir });
            continue;
        }
        for (name, path, kind) in names.into_iter().filter(|(name, ..)| !name.starts_with('.')) {
            let inside = format!("{prefix}{name}");
            if kind.is_dir() && depth < DEEPEST {
                open.push((path, format!("{inside}/"), depth + 1));
            } else if kind.is_file() && [".zip", ".txt", ".log"].iter().any(|ending| name.ends_with(ending)) {
                items.push(Item { name: inside, path, is_case: false, dir });
            }
        }
    }
    items.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(items)
}

/// Whether files lie as in an unpacked run archive or a bundle.
fn is_unpacked(files: &[&str]) -> bool {
    let is_job = |name: &&&str| {
        let digits = name.trim_start_matches('-').split('_').next().unwrap_or("");
        name.ends_with(".txt") && name.contains('_') && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    files.contains(&"run.json") || files.contains(&"jobs.json") || files.iter().any(|name| is_job(&name))
}

/// What comes of one of it.
pub(super) fn replayed(item: &Item, judge: (&RuleSet, &Config), max_size: u64) -> Vec<Row> {
    let limits = Limits { total: max_size, ..Limits::default() };
    let kind = if item.is_case { RowKind::Case } else { RowKind::Source };
    try_replay(item, judge, limits).unwrap_or_else(|why| vec![cases::unreadable(&item.name, kind, &why)])
}

fn try_replay(item: &Item, judge: (&RuleSet, &Config), limits: Limits) -> Result<Vec<Row>, String> {
    if item.is_case {
        return Ok(vec![of_case(item, judge, limits, read_case::folder(&item.path)?)?]);
    }
    let input = source::read(&Source::Path(item.path.clone()), limits).map_err(|failure| failure.message)?;
    if let archive::Input::File { bytes, .. } = &input
        && cases::is_case(bytes)
    {
        return Ok(vec![of_case(item, judge, limits, read_case::text(bytes)?)?]);
    }
    let mut archive = archive::open(input, limits).map_err(|error| error.to_string())?;
    let transcript = transcript::read(&mut archive).map_err(|error| error.to_string())?;
    let healing = pipeline::stages(&transcript, judge, None, None, Safety::NeedsReview);
    Ok(cases::rows_of_source(&item.name, &transcript, &healing))
}

fn of_case(item: &Item, judge: (&RuleSet, &Config), limits: Limits, read: read_case::ReadCase) -> Result<Row, String> {
    let (transcript, healing) = pipeline::of_material(&read.material, judge, limits).map_err(|error| error.to_string())?;
    Ok(cases::rows_of_case(&item.name, &read.case, read.patch.as_deref(), &transcript, &healing))
}

fn cannot(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Kind::Source, format!("cannot read `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_archives_and_logs_are_told_apart() {
        let root = tempfile::tempdir().unwrap();
        for file in [
            "a/case.log",
            "a/files/x.txt",
            "b/0_job.txt",
            "b/job/1_Set up job.txt",
            "c.zip",
            "d/e.log",
            "README.md",
            ".git/x.log",
            "f/run.json",
        ] {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let items = below(root.path(), 0).unwrap();
        let told: Vec<(&str, bool)> = items.iter().map(|item| (item.name.as_str(), item.is_case)).collect();
        assert_eq!(told, [("a", true), ("b", false), ("c.zip", false), ("d/e.log", false), ("f", false)]);
        assert_eq!(below(&root.path().join("a"), 0).unwrap().len(), 1);
        assert!(below(&root.path().join("nowhere"), 0).is_err());
    }
}
