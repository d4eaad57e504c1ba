//! What a watcher has seen: one file a repository in the user's state folder, each time written whole or not at all.
#![expect(clippy::disallowed_methods, reason = "shell: reads the environment and the user's state folder")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::commands::whole_file;
use crate::failure::{Failure, Kind};
use crate::github::{Attempt, Look, RepoName};

/// The version of the file's form.
const VERSION: u32 = 1;

/// Runs that are remembered: GitHub lists a thousand at most.
const RUNS: usize = 5_000;

/// How far causes are followed. More includes less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Reach {
    /// Named.
    Diagnosed,
    /// Healed on a branch, where that can be done safely.
    Healed,
    /// And where a person has to agree.
    HealedForReview,
}

/// What is done about a cause; one that was followed less far is new to a watcher that goes farther.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Treatment {
    /// How far.
    pub(super) reach: Reach,
    /// Whether it was published.
    pub(super) published: bool,
}

impl Treatment {
    fn includes(self, other: Self) -> bool {
        self.reach >= other.reach && self.published >= other.published
    }

    fn and(self, other: Self) -> Self {
        Self { reach: self.reach.max(other.reach), published: self.published || other.published }
    }
}

/// What is remembered of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Cause {
    /// Runs that had it.
    runs: u64,
    treatment: Treatment,
}

/// What is remembered of one repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    version: u32,
    /// Runs that were dealt with.
    done: BTreeSet<Attempt>,
    /// Failed runs that were seen and not dealt with yet.
    waiting: BTreeSet<Attempt>,
    /// Runs that had not ended when GitHub was asked last.
    awaited: BTreeSet<u64>,
    /// Causes by fingerprint.
    causes: BTreeMap<String, Cause>,
}

/// The journal of one repository; no other watcher has it meanwhile.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    seen: Seen,
    /// Held for as long as the journal is.
    _lock: File,
}

impl Journal {
    /// Opens the journal of a repository.
    ///
    /// # Errors
    /// When it cannot be read, or another watcher has it.
    pub(super) fn open(repo: &RepoName) -> Result<Self, Failure> {
        Self::at(&state_folder()?, repo)
    }

    fn at(folder: &Path, repo: &RepoName) -> Result<Self, Failure> {
        // No name on GitHub holds a plus sign, and none tells upper from lower case.
        let name = format!("{}+{}+{}", repo.host.name().replace(':', "+"), repo.owner, repo.name).to_ascii_lowercase();
        let path = folder.join(format!("{name}.json"));
        let cannot = |error: std::io::Error| {
            Failure::new(Kind::Output, format!("cannot keep a journal in `{}`: {error}", folder.display()))
                .hint("name another folder with XDG_STATE_HOME")
        };
        fs::create_dir_all(folder).map_err(cannot)?;
        let lock = File::create(folder.join(format!("{name}.lock"))).map_err(cannot)?;
        lock.try_lock().map_err(|_| {
            Failure::new(Kind::Output, format!("another `watch` looks after {repo} already")).hint("stop that one first, or let it go on")
        })?;
        let seen = match fs::read_to_string(&path) {
            Ok(text) => read(&text).map_err(|reason| {
                Failure::new(Kind::Source, format!("`{}` is no journal of this version: {reason}", path.display()))
                    .hint("move it away: branches that were healed before are found again")
            })?,
            Err(error) if error.kind() == ErrorKind::NotFound => Seen { version: VERSION, ..Seen::default() },
            Err(error) => return Err(cannot(error)),
        };
        Ok(Self { path, seen, _lock: lock })
    }

    /// Whether a run needs no other look: it was dealt with, or waits for that.
    pub(super) fn knows(&self, run: Attempt) -> bool {
        self.seen.done.contains(&run) || self.seen.waiting.contains(&run)
    }

    /// Whether a cause was treated so, or better.
    pub(super) fn has_treated(&self, fingerprint: &str, wanted: Treatment) -> bool {
        self.seen.causes.get(fingerprint).is_some_and(|cause| cause.treatment.includes(wanted))
    }

    /// How many runs had a cause.
    pub(super) fn runs_of(&self, fingerprint: &str) -> u64 {
        self.seen.causes.get(fingerprint).map_or(0, |cause| cause.runs)
    }

    /// Runs that had not ended when GitHub was asked last.
    pub(super) const fn awaited(&self) -> &BTreeSet<u64> {
        &self.seen.awaited
    }

    /// The newest failed run that waits; none when all are dealt with.
    pub(super) fn next(&self) -> Option<Attempt> {
        self.seen.waiting.last().copied()
    }

    /// Remembers what a look saw; `skipped` says which failed runs are none of ours.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn saw(&mut self, look: &Look, skipped: impl Fn(&crate::github::Ended) -> bool) -> Result<(), Failure> {
        let before = self.seen.clone();
        for run in &look.ended {
            if run.failed && !skipped(run) {
                self.seen.waiting.insert(run.attempt);
            } else {
                self.seen.done.insert(run.attempt);
            }
        }
        self.seen.awaited.clone_from(&look.awaited);
        if self.seen == before { Ok(()) } else { self.write() }
    }

    /// Remembers that a run was dealt with, and the causes that it had.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn treated(&mut self, run: Attempt, causes: &[String], treatment: Treatment) -> Result<(), Failure> {
        self.seen.waiting.remove(&run);
        self.seen.done.insert(run);
        for fingerprint in causes {
            let known = self.seen.causes.entry(fingerprint.clone()).or_insert(Cause { runs: 0, treatment });
            known.runs += 1;
            known.treatment = known.treatment.and(treatment);
        }
        self.write()
    }

    fn write(&mut self) -> Result<(), Failure> {
        while self.seen.done.len() > RUNS {
            self.seen.done.pop_first();
        }
        let text = serde_json::to_string(&self.seen).map_err(|error| Failure::new(Kind::Internal, format!("no JSON: {error}")))?;
        whole_file::write(&self.path, text.as_bytes())
    }
}

fn read(text: &str) -> Result<Seen, String> {
    let seen: Seen = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if seen.version == VERSION { Ok(seen) } else { Err(format!("its version is {}, and {VERSION} was expected", seen.version)) }
}

/// `XDG_STATE_HOME`, else what the system has in its place, as gh looks for it.
fn state_folder() -> Result<PathBuf, Failure> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let local = || variable("LocalAppData").filter(|_| cfg!(windows));
    let home = || std::env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(".local").join("state"));
    let base = variable("XDG_STATE_HOME").or_else(local).or_else(home);
    let base = base
        .ok_or_else(|| Failure::new(Kind::Output, "there is no home folder to keep a journal in").hint("name one with XDG_STATE_HOME"))?;
    Ok(base.join("gh-autoheal").join("watch"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::github::{Ended, Host};

    const HEAL: Treatment = Treatment { reach: Reach::Healed, published: false };

    fn ended(id: u64, failed: bool) -> Ended {
        Ended { attempt: (id, 1), failed, branch: None, path: String::new() }
    }

    #[test]
    fn what_waits_and_what_was_treated_outlives_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let repo = RepoName::parse("octo/weather", &Host::default()).unwrap();
        let mut journal = Journal::at(folder.path(), &repo).unwrap();
        let look = Look { ended: vec![ended(3, true), ended(2, false), ended(1, true)], awaited: BTreeSet::from([4]), left: None };
        journal.saw(&look, |run| run.attempt.0 == 1).unwrap();
        assert_eq!(Journal::at(folder.path(), &repo).unwrap_err().kind, Kind::Output);
        drop(journal);
        let mut journal = Journal::at(folder.path(), &repo).unwrap();
        assert_eq!((journal.next(), journal.awaited().len()), (Some((3, 1)), 1));
        assert!((1..=3).all(|id| journal.knows((id, 1))) && !journal.knows((3, 2)));
        journal.treated((3, 1), &["f".to_owned()], HEAL).unwrap();
        drop(journal);
        let journal = Journal::at(folder.path(), &repo).unwrap();
        assert_eq!((journal.next(), journal.runs_of("f")), (None, 1));
        assert!(journal.has_treated("f", HEAL));
        assert!(journal.has_treated("f", Treatment { reach: Reach::Diagnosed, published: false }));
        assert!(!journal.has_treated("f", Treatment { published: true, ..HEAL }));
        assert!(!journal.has_treated("f", Treatment { reach: Reach::HealedForReview, ..HEAL }));
    }

    #[test]
    fn a_file_that_is_no_journal_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let repo = RepoName::parse("octo/weather", &Host::default()).unwrap();
        let path = folder.path().join("github.com+octo+weather.json");
        for text in ["", "{}", "{\"version\":2,\"done\":[],\"waiting\":[],\"awaited\":[],\"causes\":{}}"] {
            fs::write(&path, text).unwrap();
            assert_eq!(Journal::at(folder.path(), &repo).unwrap_err().hints.len(), 1, "{text}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}
