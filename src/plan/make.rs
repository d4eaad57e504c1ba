//! Turns an outcome and the commit that was made of it into a plan.

use super::cause::causes;
use super::{Change, Commit, File, Plan, Run, VERSION, Version};
use crate::patch::{self, FileChange, PatchSet, Permit, Unproved};
use crate::report::Outcome;
use crate::rules::Safety;
use crate::text::Fingerprint;

/// What git knows of a change and the core does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The short name of the branch.
    pub branch: String,
    /// The branch of the base, where one stands there.
    pub onto: Option<String>,
    /// The commit.
    pub commit: Commit,
    /// Each changed file: path, and mode and id on both sides.
    pub files: Vec<RecordedFile>,
}

/// Mode and id of a file, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedFile {
    /// Its path.
    pub path: crate::text::RepoPath,
    /// Mode and id in the base.
    pub before: (String, String),
    /// Mode and id in the commit.
    pub after: (String, String),
}

/// The plan of an outcome; `record` is there when its patch was committed, or would be.
///
/// # Errors
/// When the patch does not stand up to being read again, which no patch of this program does.
pub fn make(outcome: &Outcome, workflow: &str, record: Option<Record>) -> Result<Plan, Unproved> {
    let change = record.map(|record| change(outcome, record)).transpose()?;
    let causes = causes(outcome, change.is_some());
    let mut healed: Vec<&str> = causes.iter().filter(|cause| cause.healed).map(|cause| cause.fingerprint.as_str()).collect();
    if healed.is_empty() {
        healed = causes.iter().map(|cause| cause.fingerprint.as_str()).collect();
    }
    let fingerprint = together(healed);
    Ok(Plan { version: VERSION, tool: env!("CARGO_PKG_VERSION").to_owned(), fingerprint, run: run(outcome, workflow), causes, change })
}

/// The fingerprint of one cause, or of several together, whatever their order.
pub fn together(mut fingerprints: Vec<&str>) -> Fingerprint {
    fingerprints.sort_unstable();
    fingerprints.dedup();
    match fingerprints.as_slice() {
        [one] => Fingerprint::parse(one).unwrap_or_else(|| Fingerprint::of([*one])),
        several => Fingerprint::of(several.iter().copied()),
    }
}

fn run(outcome: &Outcome, workflow: &str) -> Run {
    let run = &outcome.transcript.run;
    let located = outcome.healing.failures.iter().find_map(|failure| failure.workflow.clone());
    Run {
        id: run.id,
        attempt: run.attempt,
        url: run.url.clone(),
        repository: run.repository.clone(),
        head_repository: run.head_repository.clone(),
        head_sha: run.head_sha.clone(),
        head_branch: run.head_branch.clone(),
        event: run.event.clone(),
        workflow: crate::report::inline::one_line(workflow),
        path: run.path.clone().or(located),
    }
}

fn change(outcome: &Outcome, record: Record) -> Result<Change, Unproved> {
    let made: Vec<_> = outcome.healing.failures.iter().filter_map(|failure| outcome.made(failure)).collect();
    let mut permits: Vec<Permit> = Vec::new();
    for permit in made.iter().flat_map(|remedy| &remedy.permits) {
        if !permits.contains(permit) {
            permits.push(permit.clone());
        }
    }
    let safety = made.iter().map(|remedy| remedy.safety).max().unwrap_or(Safety::NeedsReview);
    let files = record.files.into_iter().map(|file| recorded(&outcome.healing.patch, file)).collect::<Result<Vec<_>, _>>()?;
    let onto = outcome.transcript.run.head_branch.clone().filter(|_| !is_of_fork(outcome)).or(record.onto);
    Ok(Change { branch: record.branch, onto, safety, commit: record.commit, files, permits })
}

fn is_of_fork(outcome: &Outcome) -> bool {
    let run = &outcome.transcript.run;
    matches!((&run.repository, &run.head_repository), (Some(own), Some(head)) if !own.eq_ignore_ascii_case(head))
}

fn recorded(patch: &PatchSet, file: RecordedFile) -> Result<File, Unproved> {
    let texts = patch.files.iter().filter(|change| change.path == file.path).find_map(|change| match &change.change {
        FileChange::Text { before, after } => Some((before.clone(), after.clone())),
        FileChange::MakeExecutable => None,
    });
    let differences = texts.as_ref().map(|(before, after)| patch::differences(before, after)).transpose()?.unwrap_or_default();
    let (before, after) = texts.unzip();
    let version = |(mode, id): (String, String), text| Version { mode, id, text };
    Ok(File { path: file.path, before: version(file.before, before), after: version(file.after, after), differences })
}

/// Whether this failure's workflow is healed by hand only: its owner said so in a comment of the file.
pub fn is_switched_off(text: &str) -> bool {
    text.lines().any(|line| {
        let Some((_, comment)) = line.split_once('#') else { return false };
        let plain: String = comment.chars().filter(|c| !c.is_whitespace()).collect();
        plain.eq_ignore_ascii_case("auto-heal:disabled")
    })
}
