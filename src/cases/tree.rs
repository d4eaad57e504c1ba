//! Turns the list of a repository's paths into text and back: one line a path, its mode before it as git writes it.

use crate::repository::{EntryKind, Repository};
use crate::text::{LineNumber, RepoPath};

/// The lines of those entries whose text is not kept anyway.
pub fn print_tree(repository: &Repository) -> String {
    let told = |path: &RepoPath, kind: EntryKind| !repository.texts.contains_key(path) || kind != EntryKind::File;
    let line = |(path, kind): (&RepoPath, &EntryKind)| format!("{} {path}\n", mode(*kind));
    let lines: String = repository.entries.iter().filter(|(path, kind)| told(path, **kind)).map(line).collect();
    // Without a line the file would look forgotten.
    if lines.is_empty() && repository.texts.is_empty() { "# No file of the repository matters.\n".to_owned() } else { lines }
}

/// Adds the paths of a list to a repository.
///
/// # Errors
/// At the first line that is no mode and path.
pub fn parse_tree(text: &str, repository: &mut Repository) -> Result<(), (LineNumber, String)> {
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let wrong = |message: String| (LineNumber::from_index(index), message);
        let (mode, path) = line.split_once(' ').ok_or_else(|| wrong("expected a mode and a path, such as `100644 setup.py`".to_owned()))?;
        let kind = kind(mode).ok_or_else(|| wrong(format!("`{mode}` is no mode: 100644, 100755, 120000 or 160000")))?;
        let path = RepoPath::new(path).map_err(|error| wrong(error.to_string()))?;
        repository.entries.insert(path, kind);
    }
    Ok(())
}

const fn mode(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::File => "100644",
        EntryKind::Executable => "100755",
        EntryKind::Link => "120000",
        EntryKind::Submodule => "160000",
    }
}

fn kind(mode: &str) -> Option<EntryKind> {
    [EntryKind::File, EntryKind::Executable, EntryKind::Link, EntryKind::Submodule].into_iter().find(|kind| self::mode(*kind) == mode)
}
