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

/// Folders that builds make: what is missing there was not built, and a file of the same name elsewhere is another one.
const MADE: &[&str] =
    &["target", "build", "dist", "out", "node_modules", "_build", ".venv", "venv", "bin", "obj", "coverage", ".next", "public"];

/// Where the file or folder that `path` names is, for a step that runs in `folder`.
pub(super) fn moved(repository: &Repository, path: &str, folder: Option<&str>) -> Found {
    let relative = !path.starts_with('/') && !path.contains(":\\") && !path.contains(":/");
    let named = inside(path);
    if named.starts_with('/') || named.contains(['*', '$', '~']) || named.is_empty() {
        return Found::Nowhere;
    }
    let here = folder.unwrap_or("");
    let Some(absolute) = (if relative { joined(here, path) } else { Some(named.clone()) }) else { return Found::Nowhere };
    let has = |path: &str| repository.has(path) || (!path.is_empty() && repository.has_folder(path));
    if has(&absolute) {
        return Found::There;
    }
    // A path from the root, for a step that runs below it.
    if relative && !here.is_empty() && has(&named) {
        return Found::At(seen_from(here, &named, path.contains('/')));
    }
    if absolute.split('/').rev().skip(1).any(|part| MADE.contains(&part)) {
        return Found::Nowhere;
    }
    match meant(repository, &absolute) {
        Some(found) => Found::At(seen_from(here, &found, path.contains('/'))),
        None => Found::Nowhere,
    }
}

/// A path from the root for one that is seen from `folder`; none where it leads out of the repository.
pub(super) fn joined(folder: &str, path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

/// How a step that runs in `folder` writes a path from the root; `dotted` begins with `./` or `../`.
fn seen_from(folder: &str, path: &str, dotted: bool) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = "../".repeat(from.len() - shared);
    let down = to.get(shared..).unwrap_or(&[]).join("/");
    let dot = if up.is_empty() && (dotted || down.contains('/')) { "./" } else { "" };
    format!("{dot}{up}{down}")
}

/// The one entry that a path which is not there must mean: the same name elsewhere, by as many folders as agree; a name that
/// differs in letter case, in its ending, or in one letter, beside it; the one folder of that name.
fn meant(repository: &Repository, path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let same: Vec<&str> = repository.named(name).map(|entry| entry.as_str()).collect();
    if !same.is_empty() {
        return nearest(&same, path).map(str::to_owned);
    }
    let alike = |one: fn(&str, &str) -> bool| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let beside = repository.entries.keys().filter(|entry| entry.parent().unwrap_or("") == folder);
        let mut found = beside.map(|entry| entry.as_str()).filter(|entry| one(entry.rsplit('/').next().unwrap_or(entry), name));
        found.next().filter(|_| found.next().is_none()).map(str::to_owned)
    };
    let whole = || {
        let mut found = repository.entries.keys().map(|entry| entry.as_str()).filter(|entry| entry.eq_ignore_ascii_case(path));
        found.next().filter(|_| found.next().is_none()).map(str::to_owned)
    };
    let arranged = || {
        let mut found = repository.entries.keys().map(|entry| entry.as_str()).filter(|entry| same_arranged(entry, path));
        found.next().filter(|_| found.next().is_none()).map(str::to_owned)
    };
    whole()
        .or_else(arranged)
        .or_else(|| alike(same_word))
        .or_else(|| alike(same_parts))
        .or_else(|| alike(same_stem))
        .or_else(|| alike(one_letter_off))
        .or_else(|| folder_of(repository, path))
}

/// The one candidate whose last folders agree with those of `path` the furthest.
fn nearest<'a>(candidates: &[&'a str], path: &str) -> Option<&'a str> {
    let shared = |candidate: &str| candidate.rsplit('/').zip(path.rsplit('/')).take_while(|(a, b)| a == b).count();
    let best = candidates.iter().map(|candidate| shared(candidate)).max()?;
    let mut found = candidates.iter().filter(|candidate| shared(candidate) == best);
    found.next().copied().filter(|_| found.next().is_none())
}

/// `Run_tests.sh` for `run-tests.sh`.
fn same_word(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.to_ascii_lowercase().replace('_', "-");
    plain(one) == plain(other)
}

/// `release-docker.sh` for `docker-release.sh`.
fn same_parts(one: &str, other: &str) -> bool {
    let parts = |name: &str| {
        let mut parts: Vec<String> = name.to_ascii_lowercase().split(['-', '_', '.']).map(str::to_owned).collect();
        parts.sort_unstable();
        parts
    };
    parts(one).len() > 2 && parts(one) == parts(other)
}

/// `requirements/dev.txt` for `requirements-dev.txt`: the same words in the same order, parted into folders otherwise.
fn same_arranged(one: &str, other: &str) -> bool {
    let words = |path: &str| path.to_ascii_lowercase().replace(['/', '_', '.'], "-");
    one != other && words(one) == words(other)
}

/// `mail.sh` for `mail`, `a.yaml` for `a.yml`.
fn same_stem(one: &str, other: &str) -> bool {
    let stem = |name: &str| name.split('.').next().unwrap_or("").to_owned();
    !stem(one).is_empty() && stem(one) == stem(other)
}

/// Names of six letters or more that differ by one letter, more, less or other.
fn one_letter_off(one: &str, other: &str) -> bool {
    let (long, short) = if one.len() >= other.len() { (one, other) } else { (other, one) };
    let same = long.bytes().zip(short.bytes()).take_while(|(a, b)| a == b).count();
    let rest = |text: &str, at: usize| text.as_bytes().get(at..).map(<[u8]>::to_vec).unwrap_or_default();
    let off = match long.len() - short.len() {
        0 => rest(long, same + 1) == rest(short, same + 1),
        1 => rest(long, same + 1) == rest(short, same),
        _ => false,
    };
    short.len() >= 6 && off
}

/// The one folder that a folder's path must mean: of that name, by as many folders above it as agree.
pub(super) fn folder_of(repository: &Repository, path: &str) -> Option<String> {
    let path = path.trim_end_matches('/');
    let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
    let mut found: Vec<&str> = Vec::new();
    for entry in repository.entries.keys() {
        let mut folder = entry.parent();
        while let Some(here) = folder {
            if here.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(name)) && !found.contains(&here) {
                found.push(here);
            }
            folder = here.rsplit_once('/').map(|(parent, _)| parent);
        }
    }
    nearest(&found, path).or(if let [one] = found.as_slice() { Some(one) } else { None }).map(str::to_owned)
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

    #[test]
    fn a_path_is_seen_from_the_steps_folder() {
        let repository = repository(&["web/run.sh", "web/app/x.ts", "docs/site/y.md", "docs/README.md", "Ci/Build.sh"]);
        let at = |path: &str, folder: &str| moved(&repository, path, (!folder.is_empty()).then_some(folder));
        assert_eq!(at("web/run.sh", "web"), Found::At("./run.sh".to_owned()));
        assert_eq!(at("./run.sh", "web/app"), Found::At("../run.sh".to_owned()));
        assert_eq!(at("../run.sh", "web/app"), Found::There);
        assert_eq!(at("/home/runner/work/a/a/web/web/run.sh", "web"), Found::At("./run.sh".to_owned()));
        assert_eq!(at("site", ""), Found::At("./docs/site".to_owned()));
        assert_eq!(at("ci/build.sh", ""), Found::At("./Ci/Build.sh".to_owned()));
        assert_eq!(at("./web/runn.sh", ""), Found::At("./web/run.sh".to_owned()));
        assert_eq!(at("web/app/ts.x", ""), Found::Nowhere, "two parts are too few");
        assert_eq!(at("dist/run.sh", ""), Found::Nowhere, "what a build makes is not moved");
        assert_eq!(at("../../etc/run.sh", "web"), Found::Nowhere);
    }

    #[test]
    fn the_same_words_may_be_parted_into_folders() {
        let repository = repository(&["requirements/dev.txt", "requirements/test.txt"]);
        assert_eq!(moved(&repository, "requirements-dev.txt", None), Found::At("./requirements/dev.txt".to_owned()));
        assert_eq!(moved(&repository, "requirements-docs.txt", None), Found::Nowhere);
    }

    #[test]
    fn of_several_files_the_one_is_meant_whose_folders_agree() {
        let repository = repository(&["a/docs/conf.py", "b/conf.py", "c/docs/conf.py"]);
        assert_eq!(moved(&repository, "x/b/conf.py", None), Found::At("./b/conf.py".to_owned()));
        assert_eq!(moved(&repository, "docs/conf.py", None), Found::Nowhere);
    }
}
