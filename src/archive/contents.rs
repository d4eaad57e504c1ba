//! Turns a zip's directory or a folder's files into entries, and an entry into its bytes, within limits.

use std::collections::HashSet;
use std::fmt;
use std::io::{Cursor, Read};

use memchr::memchr_iter;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{ArchiveError, Limits, names};
use crate::text::Problem;

/// All that a source holds; nothing is inflated before it is asked for, and nothing is ever written anywhere.
pub(super) struct Contents {
    /// The source's name, for messages.
    name: String,
    /// Its files.
    pub(super) entries: Vec<Entry>,
    /// The zips that entries lie in: the source itself, or a bundle's `logs.zip`.
    zips: Vec<ZipArchive<Cursor<Vec<u8>>>>,
    limits: Limits,
    /// Bytes read so far.
    spent: u64,
}

/// One file of a source.
pub(super) struct Entry {
    /// Its path with `/`, made safe.
    pub(super) path: String,
    /// Its size inflated, as the directory claims it.
    pub(super) size: u64,
    /// Its checksum, where the directory has one.
    pub(super) checksum: Option<u32>,
    place: Place,
}

enum Place {
    Memory(Vec<u8>),
    Zip { zip: usize, index: usize },
}

impl fmt::Debug for Contents {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths = self.entries.iter().map(|entry| &entry.path);
        formatter.debug_list().entries(paths).finish()
    }
}

impl Contents {
    pub(super) fn new(name: &str, limits: Limits) -> Self {
        Self { name: name.to_owned(), entries: Vec::new(), zips: Vec::new(), limits, spent: 0 }
    }

    /// Adds a file that is at hand already.
    pub(super) fn add_file(&mut self, path: String, bytes: Vec<u8>) -> usize {
        self.entries.push(Entry { path, size: bytes.len() as u64, checksum: None, place: Place::Memory(bytes) });
        self.entries.len() - 1
    }

    /// Adds a folder's files.
    pub(super) fn add_folder(&mut self, files: Vec<(String, Vec<u8>)>, problems: &mut Vec<Problem>) -> Result<(), ArchiveError> {
        self.check_count(files.len())?;
        let mut seen = HashSet::new();
        for (path, bytes) in files {
            match names::safe_path(&path) {
                Ok(safe) if names::is_ignored(&safe) => {}
                Ok(safe) if !seen.insert(safe.clone()) => problems.push(Problem::new(path, "stands there twice; the second is ignored")),
                Ok(safe) => {
                    self.add_file(safe, bytes);
                }
                Err(reason) => problems.push(Problem::new(path, reason)),
            }
        }
        Ok(())
    }

    /// Adds a zip's entries, their paths below `prefix`.
    pub(super) fn add_zip(&mut self, prefix: &str, bytes: Vec<u8>, problems: &mut Vec<Problem>) -> Result<(), ArchiveError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| self.broken(&error))?;
        self.check_count(zip.len())?;
        if zip.has_duplicate_names() {
            problems.push(Problem::new(&self.name, "its directory names some entries twice; one of each is read"));
        }
        let mut seen = HashSet::new();
        for index in 0..zip.len() {
            let Ok(data) = zip.by_index_data(index) else { continue };
            let raw = data.name_raw();
            // Archives re-packed on macOS hold UTF-8 names without saying so.
            let name = match str::from_utf8(raw) {
                Ok(name) => name.to_owned(),
                Err(_) => data.name().map_or_else(|_| String::from_utf8_lossy(raw).into_owned(), |name| name.into_owned()),
            };
            if data.is_dir() {
                continue;
            }
            let path = match names::safe_path(&name) {
                Ok(path) if path.is_empty() || names::is_ignored(&path) => continue,
                Ok(_) if data.is_symlink() => Err("is a link; ignored"),
                Ok(path) if !seen.insert(path.clone()) => Err("stands there twice; the second is ignored"),
                other => other,
            };
            match path {
                Err(reason) => problems.push(Problem::new(name, reason)),
                Ok(_) if data.encrypted() => return Err(ArchiveError::Encrypted { name: self.name.clone(), entry: name }),
                Ok(path) => self.entries.push(Entry {
                    path: format!("{prefix}{path}"),
                    size: data.size(),
                    checksum: Some(data.crc32()),
                    place: Place::Zip { zip: self.zips.len(), index },
                }),
            }
        }
        self.zips.push(zip);
        Ok(())
    }

    /// The bytes of an entry.
    pub(super) fn read(&mut self, index: usize) -> Result<Vec<u8>, ArchiveError> {
        let left = self.limits.total.saturating_sub(self.spent);
        let Some(entry) = self.entries.get(index) else { return Ok(Vec::new()) };
        let bytes = match &entry.place {
            Place::Memory(bytes) if bytes.len() as u64 > left => return Err(self.too_large()),
            Place::Memory(bytes) => bytes.clone(),
            Place::Zip { zip, index } => {
                let (size, path) = (entry.size, &entry.path);
                let Some(zip) = self.zips.get_mut(*zip) else { return Ok(Vec::new()) };
                match inflate(zip, *index, size, left) {
                    Ok(bytes) => bytes,
                    Err(error) => return Err(ArchiveError::BrokenZip { name: self.name.clone(), reason: format!("`{path}`: {error}") }),
                }
            }
        };
        self.spent = self.spent.saturating_add(bytes.len() as u64);
        if self.spent > self.limits.total {
            return Err(self.too_large());
        }
        self.check_lines(&bytes, index)?;
        Ok(bytes)
    }

    /// The first bytes of an entry, not counted to the limits; nothing where it cannot be read.
    pub(super) fn peek(&mut self, index: usize, length: u64) -> Vec<u8> {
        match self.entries.get(index).map(|entry| &entry.place) {
            Some(Place::Memory(bytes)) => bytes.get(..usize::try_from(length).unwrap_or(usize::MAX)).unwrap_or(bytes).to_vec(),
            Some(Place::Zip { zip, index }) => {
                let zip = self.zips.get_mut(*zip);
                zip.and_then(|zip| inflate(zip, *index, length, length).ok()).unwrap_or_default()
            }
            None => Vec::new(),
        }
    }

    fn check_count(&self, count: usize) -> Result<(), ArchiveError> {
        if self.entries.len().saturating_add(count) <= self.limits.entries {
            return Ok(());
        }
        let limit = format!("{} files", self.limits.entries);
        Err(ArchiveError::TooLarge { name: self.name.clone(), what: "the number of its files".into(), limit })
    }

    fn check_lines(&self, bytes: &[u8], index: usize) -> Result<(), ArchiveError> {
        let limit = usize::try_from(self.limits.line).unwrap_or(usize::MAX);
        if bytes.len() <= limit {
            return Ok(());
        }
        let mut start = 0;
        for end in memchr_iter(b'\n', bytes).chain([bytes.len()]) {
            if end - start > limit {
                let what = format!("a line of `{}`", self.entries.get(index).map_or("", |entry| &entry.path));
                return Err(ArchiveError::TooLarge { name: self.name.clone(), what, limit: size(self.limits.line) });
            }
            start = end + 1;
        }
        Ok(())
    }

    fn too_large(&self) -> ArchiveError {
        ArchiveError::TooLarge { name: self.name.clone(), what: "its text".into(), limit: size(self.limits.total) }
    }

    fn broken(&self, error: &ZipError) -> ArchiveError {
        ArchiveError::BrokenZip { name: self.name.clone(), reason: error.to_string() }
    }
}

/// Inflates an entry, at most one byte more than `limit`: whoever asks sees that it is too much.
fn inflate(zip: &mut ZipArchive<Cursor<Vec<u8>>>, index: usize, size: u64, limit: u64) -> Result<Vec<u8>, ZipError> {
    const MAX_RESERVED: u64 = 64 << 20;
    let entry = zip.by_index(index)?;
    // The claimed size is only a hint: it may lie.
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(limit).min(MAX_RESERVED)).unwrap_or(0) + 1);
    entry.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(ZipError::Io)?;
    Ok(bytes)
}

/// A size as a person reads it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}
