//! Turns a folder of rule files into their names and texts.
#![expect(clippy::disallowed_methods, reason = "shell: reads rule files")]

use std::fs;
use std::path::Path;

use crate::failure::{Failure, Kind};

/// Where a repository keeps its own rules.
pub(super) const USUAL: &str = ".github/autoheal/rules";

/// No rule file is larger than this, in bytes; the built-in ones stay below a tenth of it.
const LARGEST: u64 = 1 << 20;

/// Whether there is such a folder.
pub(super) fn present(dir: &Path) -> bool {
    dir.is_dir()
}

/// Whether there is such a file.
pub(super) fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// The rule files directly in a folder, by name: pairs of name and text.
///
/// # Errors
/// When the folder or one of them cannot be read, or is no rule file by its size.
pub(super) fn read(dir: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)
        .map_err(|error| cannot(dir, &error).hint("`--rules` names a folder of rule files, such as .github/autoheal/rules"))?
    {
        let path = entry.map_err(|error| cannot(dir, &error))?.path();
        let yaml = path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml");
        if !yaml || !path.is_file() {
            continue;
        }
        let text = read_one(&path)?;
        files.push((path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(), text));
    }
    files.sort();
    Ok(files)
}

/// One rule file's text.
///
/// # Errors
/// When it cannot be read, or is no rule file by its size.
pub(super) fn read_one(path: &Path) -> Result<String, Failure> {
    let length = fs::metadata(path).map_err(|error| cannot(path, &error))?.len();
    if length > LARGEST {
        let words = format!("`{}` is too large for a rule: {length} bytes, at most {LARGEST}", path.display());
        return Err(Failure::new(Kind::Rule, words));
    }
    fs::read_to_string(path).map_err(|error| cannot(path, &error))
}

fn cannot(name: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Kind::Rule, format!("cannot read `{}`: {error}", name.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yaml_files_are_rules() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("b.yml"), "b").unwrap();
        fs::write(dir.path().join("a.yaml"), "a").unwrap();
        fs::write(dir.path().join("README.md"), "no").unwrap();
        assert_eq!(read(dir.path()).unwrap(), [("a.yaml".to_owned(), "a".to_owned()), ("b.yml".to_owned(), "b".to_owned())]);
        assert_eq!(read(&dir.path().join("none")).unwrap_err().kind, Kind::Rule);
    }
}
