//! Turns edits into a patch whose result means exactly what the edits say, or into the reason why it is not proved.

use std::collections::BTreeMap;

use super::apply::apply;
use super::{FileChange, FilePatch, PatchSet, Unproved, intents};
use crate::edit::{Change, Edit, Intent, Refusal, Splice};
use crate::inspection::{improves, inspect_text};
use crate::repository::{EntryKind, Repository};
use crate::schema;
use crate::text::RepoPath;
use crate::workflow::readers;

/// What is wished for one file.
#[derive(Default)]
struct Wish {
    splices: Vec<Splice>,
    intents: Vec<Intent>,
    repairs: bool,
    executable: bool,
}

/// Applies all `edits` to the files of `repository` and proves each result.
///
/// A result is proved when every splice lies in the text and none overlaps another, when two parsers without common code
/// read it as the original's value with the intents applied, and when its line ends are the original's. Bytes outside the
/// splices stay by construction. A repair, whose meaning cannot be compared, must parse for both and leave less for which the
/// platform refuses the file: fewer findings, and none of a new kind.
///
/// # Errors
/// With the first thing that does not hold; no part of the patch may then be used.
pub fn prove(repository: &Repository, edits: &[Edit]) -> Result<PatchSet, Unproved> {
    let mut wishes: BTreeMap<&RepoPath, Wish> = BTreeMap::new();
    for (position, edit) in edits.iter().enumerate() {
        if edits.iter().take(position).any(|before| before == edit) {
            continue;
        }
        let wish = wishes.entry(&edit.path).or_default();
        match &edit.change {
            Change::Text { splices, intents } => {
                wish.splices.extend(splices.iter().cloned());
                wish.intents.extend(intents.iter().cloned());
            }
            Change::Repair { splices } => {
                wish.splices.extend(splices.iter().cloned());
                wish.repairs = true;
            }
            Change::MakeExecutable => wish.executable = true,
        }
    }
    let mut files = Vec::new();
    for (path, wish) in wishes {
        if wish.executable {
            let kind = repository.entries.get(path).ok_or_else(|| Unproved::NoSuchFile(path.clone()))?;
            if *kind != EntryKind::File {
                return Err(Unproved::NotAFile(path.clone()));
            }
            files.push(FilePatch { path: path.clone(), change: FileChange::MakeExecutable });
        }
        if !wish.splices.is_empty() {
            let before = repository.texts.get(path).ok_or_else(|| Unproved::NoSuchFile(path.clone()))?;
            let after = prove_text(repository, path, before, &wish)?;
            files.push(FilePatch { path: path.clone(), change: FileChange::Text { before: before.clone(), after } });
        }
    }
    Ok(PatchSet { files })
}

fn prove_text(repository: &Repository, path: &RepoPath, before: &str, wish: &Wish) -> Result<String, Unproved> {
    let after = apply(before, &wish.splices)?;
    if after == before {
        return Err(Unproved::NothingChanges);
    }
    same_line_ends(before, &after)?;
    if wish.repairs {
        let (had, has) = (inspect_text(repository, path, before), inspect_text(repository, path, &after));
        if !wish.intents.is_empty() || had.is_empty() && schema::accepts(before) {
            return Err(Unproved::NothingToRepair);
        }
        let value = readers::first(&after).map_err(Unproved::Unreadable)?;
        let whole = schema::accepts(&after) && !schema::accepts(before);
        if !whole && !improves(&had, &has) {
            return Err(Unproved::StillRefused);
        }
        let second = readers::second(&after).or_else(|_| readers::third(&after)).map_err(Unproved::Unreadable)?;
        return if value == second { Ok(after) } else { Err(Unproved::ReadersDiffer) };
    }
    let original = readers::first(before).map_err(Unproved::Unreadable)?;
    let meant = intents::intended(&original, &wish.intents)?;
    if readers::first(&after).map_err(Unproved::Unreadable)? != meant {
        return Err(Unproved::OtherMeaning);
    }
    let second = match readers::second(&after) {
        // Four valid files of 1,512 are refused by this reader before any edit: only there another one may vouch.
        Err(_) if readers::second(before).is_err() => readers::third(&after),
        read => read,
    };
    if second.map_err(Unproved::Unreadable)? == meant { Ok(after) } else { Err(Unproved::ReadersDiffer) }
}

/// A text with one kind of line end keeps it.
fn same_line_ends(before: &str, after: &str) -> Result<(), Unproved> {
    let count = |text: &str| (text.matches("\r\n").count(), memchr::memchr_iter(b'\n', text.as_bytes()).count());
    let ((windows, all), (new_windows, new_all)) = (count(before), count(after));
    let uniform = windows == 0 && new_windows > 0 || windows == all && all > 0 && new_windows != new_all;
    let closed = |text: &str| text.ends_with('\n');
    if uniform || !before.is_empty() && closed(before) != closed(after) { Err(Unproved::LineEnds) } else { Ok(()) }
}

/// Proves that a patch is not made twice: `again` plans the same edits on the patched repository and must find nothing to do.
///
/// # Errors
/// When it does find something.
pub fn prove_idempotent(
    repository: &Repository,
    patch: &PatchSet,
    again: impl FnOnce(&Repository) -> Result<Vec<Edit>, Refusal>,
) -> Result<(), Unproved> {
    let patched = patched(repository, patch);
    match again(&patched) {
        Ok(edits) if !edits.is_empty() && prove(&patched, &edits) != Err(Unproved::NothingChanges) => Err(Unproved::NotIdempotent),
        _ => Ok(()),
    }
}

/// The repository as a patch leaves it.
pub fn patched(repository: &Repository, patch: &PatchSet) -> Repository {
    let mut repository = repository.clone();
    for file in &patch.files {
        match &file.change {
            FileChange::Text { after, .. } => repository.texts.insert(file.path.clone(), after.clone()).map(|_| ()),
            FileChange::MakeExecutable => repository.entries.insert(file.path.clone(), EntryKind::Executable).map(|_| ()),
        };
    }
    repository
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::ByteSpan;
    use crate::workflow::Route;

    fn repository(text: &str) -> (Repository, RepoPath) {
        let path = RepoPath::new(".github/workflows/ci.yml").expect("a path");
        let mut repository = Repository::default();
        repository.entries.insert(path.clone(), EntryKind::File);
        repository.texts.insert(path.clone(), text.to_owned());
        (repository, path)
    }

    fn edit(path: &RepoPath, span: (usize, usize), text: &str, value: u64) -> Edit {
        let splices = vec![Splice { span: ByteSpan::new(span.0, span.1), text: text.to_owned() }];
        let intents = vec![Intent::Set { route: Route::root().key("a"), value: value.into() }];
        Edit { path: path.clone(), change: Change::Text { splices, intents } }
    }

    #[test]
    fn only_the_meaning_that_was_asked_for_is_proved() {
        let (repository, path) = repository("a: 1 # c\nb: 2\n");
        let good = prove(&repository, &[edit(&path, (3, 4), "7", 7)]).expect("proved");
        assert!(matches!(&good.files[0].change, FileChange::Text { after, .. } if after == "a: 7 # c\nb: 2\n"));
        assert_eq!(prove(&repository, &[edit(&path, (3, 4), "8", 7)]), Err(Unproved::OtherMeaning));
        assert_eq!(prove(&repository, &[edit(&path, (12, 13), "7", 7)]), Err(Unproved::OtherMeaning));
        assert!(matches!(prove(&repository, &[edit(&path, (3, 4), "[", 7)]), Err(Unproved::Unreadable(_))));
        assert_eq!(prove(&repository, &[edit(&path, (3, 4), "7\r\n", 7)]), Err(Unproved::LineEnds));
        assert_eq!(prove(&repository, &[edit(&path, (13, 14), "", 7)]), Err(Unproved::LineEnds), "the last line end is gone");
        let twice = [edit(&path, (3, 4), "7", 7), edit(&path, (3, 4), "7", 7)];
        assert_eq!(prove(&repository, &twice), Ok(good), "one wish of two rules is one edit");
    }

    #[test]
    fn a_repair_is_for_broken_texts_only() {
        let repair = |path: &RepoPath, span: (usize, usize), text: &str| {
            let splices = vec![Splice { span: ByteSpan::new(span.0, span.1), text: text.to_owned() }];
            Edit { path: path.clone(), change: Change::Repair { splices } }
        };
        let tail = "jobs:\n  b:\n    runs-on: x\n    steps: [{ run: y }]\n";
        let (broken, path) = repository(&format!("on: push\non: pull_request\n{tail}"));
        assert!(prove(&broken, &[repair(&path, (0, 9), "")]).is_ok());
        assert!(prove(&broken, &[repair(&path, (0, 2), "om")]).is_err(), "the platform knows no such key");
        let (sound, path) = repository(&format!("on: push\n{tail}"));
        assert_eq!(prove(&sound, &[repair(&path, (4, 8), "fork")]), Err(Unproved::NothingToRepair));
    }

    #[test]
    fn a_mode_is_changed_once() {
        let (repository, path) = repository("");
        let edits = [Edit { path: path.clone(), change: Change::MakeExecutable }];
        let patch = prove(&repository, &edits).expect("proved");
        let after = patched(&repository, &patch);
        assert_eq!(prove(&after, &edits), Err(Unproved::NotAFile(path)));
        assert_eq!(prove_idempotent(&repository, &patch, |_| Ok(edits.to_vec())), Err(Unproved::NotIdempotent));
        assert_eq!(prove_idempotent(&repository, &patch, |_| Err(Refusal::AlreadySo("it".to_owned()))), Ok(()));
    }
}
