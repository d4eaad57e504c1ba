//! Turns log files into jobs, each text once.

use std::collections::HashMap;

use super::contents::Entry;
use super::names::{self, LogPath};
use super::{JobParts, Part, Role};
use crate::text::Problem;

/// One job while its files are gathered.
#[derive(Default)]
struct Draft {
    name: String,
    /// Whole-job files.
    whole: Vec<File>,
    /// Step files.
    steps: Vec<File>,
    /// What the service noted.
    system: Vec<File>,
}

/// One log file.
struct File {
    index: usize,
    path: String,
    size: u64,
    checksum: Option<u32>,
    place: LogPath,
}

/// Job files may carry lines of the service that no step file has; only a larger difference means lost step files.
const SERVICE_LINES: u64 = 4 << 10;

/// Groups the entries that lie below `root` and follow a log's pattern.
pub(super) fn group(entries: &[Entry], root: &str, problems: &mut Vec<Problem>) -> Vec<JobParts> {
    let mut drafts = Drafts::default();
    let (whole, parts): (Vec<File>, Vec<File>) = entries
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| {
            let place = LogPath::of(entry.path.strip_prefix(root)?)?;
            Some(File { index, path: entry.path.clone(), size: entry.size, checksum: entry.checksum, place })
        })
        .partition(|file| matches!(file.place.role, Role::Job { .. }));
    parts.into_iter().for_each(|file| drafts.add_part(file));
    whole.into_iter().for_each(|file| drafts.add_whole(file));
    let mut list = drafts.list;
    // The ordinals say nothing of a job's id, but they are all the order there is.
    list.sort_by_key(|draft| draft.whole.iter().map(|file| file.place.ordinal).min().unwrap_or(i64::MAX));
    list.into_iter().filter_map(|draft| draft.finish(problems)).collect()
}

#[derive(Default)]
struct Drafts {
    list: Vec<Draft>,
    by_name: HashMap<String, usize>,
}

impl Drafts {
    fn add_part(&mut self, file: File) {
        let name = file.place.job().to_owned();
        let index = *self.by_name.entry(name.clone()).or_insert(self.list.len());
        if index == self.list.len() {
            self.list.push(Draft { name, ..Draft::default() });
        }
        let Some(draft) = self.list.get_mut(index) else { return };
        match file.place.role {
            Role::System { .. } => draft.system.push(file),
            _ => draft.steps.push(file),
        }
    }

    fn add_whole(&mut self, file: File) {
        let name = file.place.job().to_owned();
        let is_service = file.place.ordinal < 0;
        let known = self.find(&name);
        let draft = match known.and_then(|index| self.list.get_mut(index)) {
            // Two jobs may have one name: without step files each whole text stands for itself.
            Some(draft) if is_service || draft.whole.is_empty() || !draft.steps.is_empty() => draft,
            Some(draft) if draft.whole.iter().any(|other| is_copy(other, &file)) => return,
            _ => {
                self.by_name.entry(name.clone()).or_insert(self.list.len());
                self.list.push(Draft { name, ..Draft::default() });
                let Some(draft) = self.list.last_mut() else { return };
                draft
            }
        };
        if is_service { draft.system.push(file) } else { draft.whole.push(file) }
    }

    /// The job that a whole-job file belongs to: by its exact name, by what the platform leaves of it, or as a copy `name (1)`.
    fn find(&self, name: &str) -> Option<usize> {
        let by_form = || {
            let form = names::comparable(name);
            let mut same = self.list.iter().enumerate().filter(|(_, draft)| names::comparable(&draft.name) == form);
            let first = same.next().map(|(index, _)| index);
            first.filter(|_| same.next().is_none())
        };
        let by_copy = || {
            let index = *self.by_name.get(names::without_copy_number(name)?)?;
            // Without step files `build (1)` is as likely a leg of a matrix as a copy.
            self.list.get(index).filter(|draft| !draft.steps.is_empty()).map(|_| index)
        };
        self.by_name.get(name).copied().or_else(by_form).or_else(by_copy)
    }
}

/// Whether two files hold the same bytes, as far as the directory tells.
fn is_copy(one: &File, other: &File) -> bool {
    one.size == other.size && one.checksum.is_some() && one.checksum == other.checksum
}

impl Draft {
    /// The job's texts: its step files, or its whole text where step files are missing or fall short.
    fn finish(mut self, problems: &mut Vec<Problem>) -> Option<JobParts> {
        self.whole.sort_by_key(|file| std::cmp::Reverse(file.size));
        self.steps.sort_by_key(|file| match file.place.role {
            Role::Step { number, .. } => number,
            _ => 0,
        });
        self.steps.dedup_by(|later, earlier| is_copy(earlier, later) && step_number(earlier) == step_number(later));
        let in_steps: u64 = self.steps.iter().map(|file| file.size).sum();
        let in_whole = self.whole.first().map_or(0, |file| file.size);
        let falls_short = in_whole > in_steps.saturating_add(in_steps / 8).saturating_add(SERVICE_LINES);
        let texts = if self.steps.is_empty() || falls_short {
            if !self.steps.is_empty() {
                problems.push(Problem::new(&self.name, "its step files hold less than its job file; the job file is read"));
            }
            self.whole.truncate(1);
            self.whole
        } else {
            self.steps
        };
        let parts: Vec<Part> = texts
            .into_iter()
            .map(|file| Part { name: file.path, role: file.place.role, index: file.index })
            .chain(self.system.into_iter().map(|file| Part {
                name: file.path,
                role: Role::System { job: self.name.clone() },
                index: file.index,
            }))
            .collect();
        (!parts.is_empty()).then_some(JobParts { name: Some(self.name), parts })
    }
}

fn step_number(file: &File) -> Option<u32> {
    match file.place.role {
        Role::Step { number, .. } => Some(number),
        _ => None,
    }
}
