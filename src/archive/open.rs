//! Turns what the shell read into an archive.

use super::contents::Contents;
use super::names::LogPath;
use super::records::RecordFile;
use super::{Archive, ArchiveError, Input, JobParts, Limits, Part, Records, Role, SourceKind, grouping, sniff};
use crate::text::Problem;

/// How deep a person may have packed the log folder into others.
const MAX_ROOTS: usize = 4;

/// How many files without a name that tells are looked into.
const MAX_PEEKS: usize = 256;

/// How much of such a file is looked at.
const PEEK: u64 = 4 << 10;

/// Opens a source: tells its kind, reads its directory, groups its texts by job.
///
/// # Errors
/// When it is no run log in any form, broken, encrypted, empty or beyond the limits.
pub fn open(input: Input, limits: Limits) -> Result<Archive, ArchiveError> {
    match input {
        Input::File { name, bytes } if bytes.is_empty() => Err(ArchiveError::Empty { name }),
        Input::File { name, bytes } if sniff::is_zip(&bytes) => {
            let mut opener = Opener::new(name, limits);
            opener.contents.add_zip("", bytes, &mut opener.problems)?;
            opener.open(SourceKind::Zip)
        }
        Input::File { name, bytes } => open_text(name, bytes, limits),
        Input::Folder { name, files } if files.is_empty() => Err(ArchiveError::Empty { name }),
        Input::Folder { name, files } => {
            let mut opener = Opener::new(name, limits);
            opener.contents.add_folder(files, &mut opener.problems)?;
            opener.open(SourceKind::Folder)
        }
    }
}

fn open_text(name: String, bytes: Vec<u8>, limits: Limits) -> Result<Archive, ArchiveError> {
    sniff::check_text(&name, &bytes)?;
    let kind = sniff::text_kind(&bytes);
    let mut contents = Contents::new(&name, limits);
    let index = contents.add_file(name.clone(), bytes);
    let part = Part { name: name.clone(), role: Role::Text, index };
    let jobs = vec![JobParts { name: None, parts: vec![part] }];
    Ok(Archive { kind, name, jobs, records: Records::default(), problems: Vec::new(), contents })
}

/// A zip or a folder while it is opened.
struct Opener {
    name: String,
    contents: Contents,
    problems: Vec<Problem>,
}

impl Opener {
    fn new(name: String, limits: Limits) -> Self {
        Self { contents: Contents::new(&name, limits), name, problems: Vec::new() }
    }

    fn open(mut self, kind: SourceKind) -> Result<Archive, ArchiveError> {
        let root = self.root(String::new(), |_| true);
        let records = self.read_records(&root)?;
        let has_records = self.contents.entries.iter().any(|entry| is_record(&entry.path, &root));
        let inner = self.open_inner_zip(&root, kind)?;
        let log_root = match inner {
            Some(prefix) => self.root(prefix, |_| true),
            None => self.root(root.clone(), |path| !is_record(path, &root)),
        };
        let mut jobs = grouping::group(&self.contents.entries, &log_root, &mut self.problems);
        if jobs.is_empty() {
            jobs = self.plain_texts();
        }
        if jobs.is_empty() && !has_records {
            return Err(ArchiveError::NoLogs { found: self.found(), name: self.name });
        }
        let kind = if has_records || log_root.contains("logs.zip/") { SourceKind::Bundle } else { kind };
        Ok(Archive { kind, name: self.name, jobs, records, problems: self.problems, contents: self.contents })
    }

    /// The folder, at or below `start`, that the logs lie in: where all paths that `counts` lie below one folder more,
    /// and that folder is not a job's.
    fn root(&self, start: String, counts: impl Fn(&str) -> bool) -> String {
        let mut root = start;
        for _ in 0..MAX_ROOTS {
            let paths = || {
                self.contents
                    .entries
                    .iter()
                    .map(|entry| entry.path.as_str())
                    .filter(|path| counts(path))
                    .filter_map(|path| path.strip_prefix(root.as_str()))
            };
            let Some((first, _)) = paths().next().and_then(|path| path.split_once('/')) else { break };
            let folder = format!("{first}/");
            if !paths().all(|path| path.starts_with(&folder)) {
                break;
            }
            let inner = || paths().filter_map(|path| path.strip_prefix(folder.as_str()));
            let is_job = paths().any(|path| LogPath::of(path).is_some()) && !inner().any(tells_log_folder);
            if is_job {
                break;
            }
            root.push_str(&folder);
        }
        root
    }

    fn read_records(&mut self, root: &str) -> Result<Records, ArchiveError> {
        let mut records = Records::default();
        let files = self.contents.entries.iter().enumerate().filter_map(|(index, entry)| {
            let file = RecordFile::of(entry.path.strip_prefix(root)?)?;
            Some((index, file, entry.path.clone()))
        });
        for (index, file, path) in files.collect::<Vec<_>>() {
            let bytes = self.contents.read(index)?;
            records.add(file, &path, &bytes, &mut self.problems);
        }
        Ok(records)
    }

    /// Opens a bundle's `logs.zip`, or a folder's only zip; the prefix of its entries.
    fn open_inner_zip(&mut self, root: &str, kind: SourceKind) -> Result<Option<String>, ArchiveError> {
        let is_zip_name = |path: &str| path.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("zip"));
        let zips: Vec<(usize, String)> = self
            .contents
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| is_zip_name(&entry.path))
            .map(|(index, entry)| (index, entry.path.clone()))
            .collect();
        let zips: Vec<_> = zips.into_iter().filter(|(index, _)| sniff::is_zip(&self.contents.peek(*index, 4))).collect();
        let logs = format!("{root}logs.zip");
        let has_logs = self.contents.entries.iter().any(|entry| entry.path.strip_prefix(root).and_then(LogPath::of).is_some());
        let chosen = zips.iter().position(|(_, path)| *path == logs).or(match (kind, zips.len()) {
            (SourceKind::Folder, 1) if !has_logs => Some(0),
            _ => None,
        });
        let mut prefix = None;
        for (position, (index, path)) in zips.into_iter().enumerate() {
            if chosen != Some(position) {
                self.problems.push(Problem::new(path, "is a zip inside the source; not read"));
                continue;
            }
            let bytes = self.contents.read(index)?;
            let inner = format!("{path}/");
            self.contents.add_zip(&inner, bytes, &mut self.problems)?;
            prefix = Some(inner);
        }
        if let Some(prefix) = &prefix {
            let nested = self.contents.entries.iter().filter(|entry| entry.path.starts_with(prefix.as_str()) && is_zip_name(&entry.path));
            self.problems.extend(nested.map(|entry| Problem::new(&entry.path, "is a zip inside a zip; not read")));
        }
        Ok(prefix)
    }

    /// Files that follow no pattern but hold stamped lines: saved job logs.
    fn plain_texts(&mut self) -> Vec<JobParts> {
        let is_text = |path: &str| path.ends_with(".txt") || path.ends_with(".log") || path.ends_with("logs.zip");
        let candidates: Vec<(usize, String)> = self
            .contents
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| is_text(&entry.path))
            .map(|(index, entry)| (index, entry.path.clone()))
            .take(MAX_PEEKS)
            .collect();
        let mut jobs = Vec::new();
        for (index, path) in candidates {
            let start = self.contents.peek(index, PEEK);
            if !sniff::is_zip(&start) && sniff::text_kind(&start) != SourceKind::Excerpt {
                jobs.push(JobParts { name: None, parts: vec![Part { name: path, role: Role::Text, index }] });
            }
        }
        jobs
    }

    /// What is there instead of logs, for a message.
    fn found(&self) -> String {
        let names: Vec<String> = self.contents.entries.iter().take(3).map(|entry| format!("`{}`", entry.path)).collect();
        match (names.len(), self.contents.entries.len()) {
            (0, _) => "no file".to_owned(),
            (shown, all) if all > shown => format!("{} and {} more", names.join(", "), all - shown),
            _ => names.join(", "),
        }
    }
}

/// Whether a path below a folder shows that the folder holds logs or records and is not itself a job's folder.
fn tells_log_folder(path: &str) -> bool {
    let is_numbered_from_zero = || LogPath::of(path).is_some_and(|place| matches!(place.role, Role::Job { .. }) && place.ordinal <= 0);
    path == "logs.zip" || RecordFile::of(path).is_some() || path.contains('/') && LogPath::of(path).is_some() || is_numbered_from_zero()
}

fn is_record(path: &str, root: &str) -> bool {
    path.strip_prefix(root).and_then(RecordFile::of).is_some()
}
