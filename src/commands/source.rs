//! Turns the SOURCE of a command line into bytes, bounded: a file, a folder or standard input.
#![expect(clippy::disallowed_methods, reason = "shell: reads the source")]

use std::fs::{self, File};
use std::io::{self, ErrorKind, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use crate::archive::{ArchiveError, Input, Limits};
use crate::failure::{Failure, Kind};
use crate::options::{RunName, Source};

/// Folders within folders: a bundle has two levels, an artifact's wrapping perhaps a few more.
const DEEPEST: usize = 16;

/// Names offered in place of one that is not there.
const OFFERED: usize = 3;

/// Names looked at for an offer.
const LOOKED_AT: usize = 10_000;

/// How alike a name must be to be offered, 0 to 1.
const ALIKE: f32 = 0.6;

/// Reads a source.
///
/// # Errors
/// When it is not there, cannot be read, or is beyond the limits.
pub(super) fn read(source: &Source, limits: Limits) -> Result<Input, Failure> {
    match source {
        Source::Standard => standard(limits),
        Source::Path(path) => {
            let name = path.display().to_string();
            match fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => folder(path, name, limits),
                Ok(_) => file(path, name, limits),
                Err(error) if error.kind() == ErrorKind::NotFound => Err(missing(path)),
                Err(error) => Err(unreadable(&name, &error)),
            }
        }
    }
}

fn standard(limits: Limits) -> Result<Input, Failure> {
    let stream = io::stdin();
    if stream.is_terminal() {
        let failure = Failure::new(Kind::Usage, "standard input is a terminal, and `-` reads a log from it");
        return Err(failure.hint("pipe a log into it: `gh run view ID --log-failed | gh autoheal diagnose -`"));
    }
    let name = "standard input".to_owned();
    let bytes = bounded(stream.lock(), &name, limits.total)?;
    Ok(Input::File { name, bytes })
}

fn file(path: &Path, name: String, limits: Limits) -> Result<Input, Failure> {
    let opened = File::open(path).map_err(|error| unreadable(&name, &error))?;
    let bytes = bounded(opened, &name, limits.total)?;
    Ok(Input::File { name, bytes })
}

/// Every regular file below a folder; links are not followed, so that nothing outside is read.
fn folder(root: &Path, name: String, limits: Limits) -> Result<Input, Failure> {
    let mut files = Vec::new();
    let mut left = limits.total;
    let mut open = vec![(root.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder.display().to_string(), &error))? {
            let entry = entry.map_err(|error| unreadable(&folder.display().to_string(), &error))?;
            let kind = entry.file_type().map_err(|error| unreadable(&entry.path().display().to_string(), &error))?;
            let inside = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if kind.is_dir() && depth < DEEPEST {
                open.push((entry.path(), format!("{inside}/"), depth + 1));
            } else if kind.is_file() {
                let opened = File::open(entry.path()).map_err(|error| unreadable(&entry.path().display().to_string(), &error))?;
                let bytes = bounded(opened, &name, left)?;
                left = left.saturating_sub(bytes.len() as u64);
                files.push((inside, bytes));
            }
            if files.len() + open.len() > limits.entries {
                let what = "the number of its files".to_owned();
                return Err(ArchiveError::TooLarge { name, what, limit: limits.entries.to_string() }.into());
            }
        }
    }
    // The order of a directory is the file system's own.
    files.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(Input::Folder { name, files })
}

/// All bytes of a stream, or a refusal when there are more than `most`.
fn bounded(stream: impl Read, name: &str, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    stream.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    if bytes.len() as u64 > most {
        let what = "its size".to_owned();
        return Err(ArchiveError::TooLarge { name: name.to_owned(), what, limit: format!("{most} bytes") }.into());
    }
    Ok(bytes)
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    let failure = Failure::new(Kind::Source, format!("cannot read `{name}`: {error}"));
    if error.kind() == ErrorKind::PermissionDenied { failure.hint("it belongs to somebody else: check its permissions") } else { failure }
}

/// Says what was looked for, and what else it may have been.
fn missing(path: &Path) -> Failure {
    let name = path.display().to_string();
    if let Some(run) = RunName::parse(&name) {
        return Failure::new(Kind::Source, format!("`{name}` is a run on GitHub, and this command reads what lies here"))
            .hint(format!("save it first: `gh autoheal fetch {}`", run.id));
    }
    let failure = Failure::new(Kind::Source, format!("there is no file or folder `{name}`"));
    let (folder, similar) = similar(path);
    match (similar.as_slice(), folder.is_dir()) {
        (_, false) => failure.hint(format!("there is no folder `{}` either", folder.display())),
        ([], true) => failure.hint("give the path of a log archive, a folder or a log; `-` reads standard input"),
        (names, true) => {
            failure.hint(format!("in that folder there is {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")))
        }
    }
}

/// The folder where a file should have been, and its names that are most alike.
fn similar(path: &Path) -> (PathBuf, Vec<String>) {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
    let wanted = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let Ok(entries) = fs::read_dir(&folder) else { return (folder, Vec::new()) };
    let names = entries.take(LOOKED_AT).flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut alike: Vec<(f32, String)> =
        names.map(|name| (similar::TextDiff::from_chars(wanted.as_str(), name.to_lowercase().as_str()).ratio(), name)).collect();
    alike.retain(|(ratio, _)| *ratio >= ALIKE);
    alike.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    (folder, alike.into_iter().take(OFFERED).map(|(_, name)| name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(folder: &tempfile::TempDir, name: &str) -> Source {
        Source::Path(folder.path().join(name))
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_right_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("logs_123.zip"), "x").unwrap();
        let failure = read(&path(&folder, "log_123.zip"), Limits::default()).unwrap_err();
        assert!(failure.message.contains("log_123.zip"), "{failure:?}");
        assert_eq!(failure.hints, ["in that folder there is `logs_123.zip`"]);
        let failure = read(&path(&folder, "nowhere/x.zip"), Limits::default()).unwrap_err();
        assert!(failure.hints[0].contains("no folder"), "{failure:?}");
    }

    #[test]
    fn a_run_on_github_is_not_taken_for_a_file() {
        assert_eq!(read(&Source::Path("1234567".into()), Limits::default()).unwrap_err().kind, Kind::Source);
    }

    #[test]
    fn a_folder_is_read_in_order_and_without_links() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("b")).unwrap();
        fs::write(folder.path().join("b/1_x.txt"), "1").unwrap();
        fs::write(folder.path().join("a.txt"), "2").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("/", folder.path().join("root")).unwrap();
        let Input::Folder { files, .. } = read(&Source::Path(folder.path().to_owned()), Limits::default()).unwrap() else {
            panic!("a folder")
        };
        assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["a.txt", "b/1_x.txt"]);
    }

    #[test]
    fn more_than_the_limit_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "12345").unwrap();
        let limits = Limits { total: 4, ..Limits::default() };
        assert_eq!(read(&path(&folder, "a"), limits).unwrap_err().kind, Kind::Archive);
        assert_eq!(read(&Source::Path(folder.path().to_owned()), limits).unwrap_err().kind, Kind::Archive);
        assert!(read(&path(&folder, "a"), Limits { total: 5, ..limits }).is_ok());
    }
}
