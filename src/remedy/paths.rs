//! Turns a path that a message names into the file of the repository that it must mean, where only one can be meant.

use crate::repository::Repository;

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// The repository has the very path.
    There,
    /// The repository has the file at this other path, seen from the step's folder.
    At(String),
    /// No single file can be meant.
    Nowhere,
}

/// A path inside the repository: without the runner's workspace (`/home/runner/work/app/app/`, `/__w/app/app/`, `D:\a\app\app\`) and `./`.
pub(super) fn inside(path: &str) -> String {
    let path = path.replace('\\', "/");
    for root in ["/home/runner/work/", "/Users/runner/work/", "/__w/", "/github/workspace/", "D:/a/", "C:/a/", "/d/a/"] {
        if let Some(rest) = path.strip_prefix(root) {
            let skipped = if root == "/github/workspace/" { 0 } else { 2 };
            return rest.splitn(skipped + 1, '/').nth(skipped).unwrap_or("").trim_end_matches('/').to_owned();
        }
    }
    path.trim_start_matches("./").trim_end_matches('/').to_owned()
}

/// Where the file that `path` names is, for a step that runs in `folder`.
pub(super) fn moved(repository: &Repository, path: &str, folder: Option<&str>) -> Found {
    let path = inside(path);
    if path.starts_with('/') || path.contains(['*', '$', '~']) || path.is_empty() {
        return Found::Nowhere;
    }
    let absolute = match folder {
        Some(folder) if !path.starts_with(folder) => format!("{folder}/{path}"),
        _ => path.clone(),
    };
    if repository.has(&absolute) || repository.has_folder(&absolute) {
        return Found::There;
    }
    let name = path.rsplit('/').next().unwrap_or(&path);
    let mut candidates: Vec<&str> = repository.named(name).map(|entry| entry.as_str()).collect();
    if candidates.is_empty() {
        candidates = same_stem(repository, &absolute);
    }
    let [only] = candidates.as_slice() else { return Found::Nowhere };
    let prefix = if path.contains('/') && !path.starts_with("..") { "./" } else { "" };
    match folder {
        None => Found::At(if prefix.is_empty() && !only.contains('/') { (*only).to_owned() } else { format!("./{only}") }),
        Some(folder) => only.strip_prefix(&format!("{folder}/")).map_or(Found::Nowhere, |rest| Found::At(format!("./{rest}"))),
    }
}

/// Files of the same folder whose name without its ending is the same: `mail` for `mail.sh`.
fn same_stem<'a>(repository: &'a Repository, path: &str) -> Vec<&'a str> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or(name);
    let entries = repository.entries.keys().filter(|entry| entry.parent().unwrap_or("") == folder);
    entries.filter(|entry| entry.file_name().split('.').next() == Some(stem)).map(|entry| entry.as_str()).collect()
}

/// The one folder whose last part is the last part of `path`.
pub(super) fn folder_of(repository: &Repository, path: &str) -> Option<String> {
    let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
    let mut found: Vec<String> = Vec::new();
    for entry in repository.entries.keys() {
        let mut folder = entry.parent();
        while let Some(here) = folder {
            if here.rsplit('/').next() == Some(name) && !found.iter().any(|known| known == here) {
                found.push(here.to_owned());
            }
            folder = here.rsplit_once('/').map(|(parent, _)| parent);
        }
    }
    if found.len() == 1 { found.pop() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::EntryKind;
    use crate::text::RepoPath;

    fn repository(paths: &[&str]) -> Repository {
        let entries = paths.iter().filter_map(|path| Some((RepoPath::new(path).ok()?, EntryKind::File))).collect();
        Repository { entries, ..Repository::default() }
    }

    #[test]
    fn the_runners_workspace_is_no_part_of_a_path() {
        assert_eq!(inside("/home/runner/work/app/app/site/run.sh"), "site/run.sh");
        assert_eq!(inside("D:\\a\\app\\app\\site"), "site");
        assert_eq!(inside("./run.sh"), "run.sh");
    }

    #[test]
    fn a_path_is_moved_only_when_one_file_can_be_meant() {
        let repository = repository(&[".github/scripts/update.sh", "a/x.sh", "b/x.sh", "tools/mail.sh"]);
        assert_eq!(moved(&repository, "./github/scripts/update.sh", None), Found::At("./.github/scripts/update.sh".to_owned()));
        assert_eq!(moved(&repository, "x.sh", None), Found::Nowhere);
        assert_eq!(moved(&repository, "a/x.sh", None), Found::There);
        assert_eq!(moved(&repository, "./tools/mail", None), Found::At("./tools/mail.sh".to_owned()));
        assert_eq!(moved(&repository, "/etc/passwd", None), Found::Nowhere);
    }
}
