//! Turns a healing into what would be published — commit, issue, pull request — as one value that a machine without the log, or
//! with the API alone, can check and carry out.
//!
//! A plan is untrusted wherever it is read: the job that wrote it read a hostile log. [`verify()`] proves its change again.

mod body;
mod cause;
mod drafts;
mod excerpt;
mod followed;
pub mod mail;
mod make;
pub mod marker;
mod person;
pub mod several;
mod trial;
pub mod verify;

pub use body::fits;
pub use drafts::{Caps, Copilot, Issue, Label, Labels, Policy, Pull, Reopen, comment_again, comment_still_failing, issue, pull};
pub use followed::Followed;
pub use make::{Record, RecordedFile, is_switched_off, make, together};
pub use marker::Seen;
pub use verify::{Refused, verify};

#[cfg(test)]
pub(crate) mod example;

use serde::{Deserialize, Serialize};

use crate::patch::{Difference, FileChange, FilePatch, PatchSet, Permit};
use crate::remedy::Verdict;
use crate::rules::{Category, Safety};
use crate::text::{Fingerprint, RepoPath};

/// The version of a plan's form.
pub const VERSION: u32 = 1;

/// Branches with this beginning are our own: their failures are never healed, so that nothing loops.
pub const OWN_BRANCHES: &str = crate::config::BRANCH_PREFIX;

/// What the name of a branch of ours goes on with, behind the prefix that the repository chose.
const BRANCH_WORD: &str = "workflow-";

/// What would be published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// [`VERSION`].
    pub version: u32,
    /// The version of the program that made it.
    pub tool: String,
    /// Its identity: the fingerprint of its one healed cause, or of all of them together.
    pub fingerprint: Fingerprint,
    /// The run that failed.
    pub run: Run,
    /// Each distinct cause once.
    pub causes: Vec<Cause>,
    /// The change that heals some of them.
    pub change: Option<Change>,
}

/// The run that failed, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Its id.
    pub id: Option<u64>,
    /// Counted from 1.
    pub attempt: Option<u32>,
    /// Its page.
    pub url: Option<String>,
    /// `owner/name` of the repository that ran it.
    pub repository: Option<String>,
    /// `owner/name` of the repository that its commit comes from.
    pub head_repository: Option<String>,
    /// The commit that ran.
    pub head_sha: Option<String>,
    /// The branch that ran.
    pub head_branch: Option<String>,
    /// The event that started it.
    pub event: Option<String>,
    /// The workflow's name.
    pub workflow: String,
    /// The workflow's file.
    pub path: Option<RepoPath>,
}

impl Run {
    /// Whether the commit came from a fork: such a run is only reported.
    pub fn is_of_fork(&self) -> bool {
        matches!((&self.repository, &self.head_repository), (Some(own), Some(head)) if !own.eq_ignore_ascii_case(head))
    }
}

/// One distinct cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Its identity across runs.
    pub fingerprint: Fingerprint,
    /// What scripts do with it.
    pub verdict: Verdict,
    /// Whether the change heals it.
    pub healed: bool,
    /// The rule that explains it.
    pub rule: Option<String>,
    /// The rule's category.
    pub category: Category,
    /// The share of recorded cases on which the rule was right, 0 to 1.
    pub confidence: f64,
    /// The job's display name.
    pub job: Option<String>,
    /// Other jobs that fail alike: legs of a matrix.
    pub alike: Vec<String>,
    /// The step's number, where the source tells it.
    pub step_number: Option<u32>,
    /// The step's name.
    pub step: Option<String>,
    /// The page that shows the line.
    pub url: Option<String>,
    /// The file inside the source.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<u32>,
    /// The clean line.
    pub text: Option<String>,
    /// What happened and why.
    pub explanation: String,
    /// What is done about it, or would have to be.
    pub remedy: Option<String>,
    /// How safe that is.
    pub safety: Option<Safety>,
    /// What to do by hand.
    pub advice: Option<String>,
    /// What running the step where the plan was made has shown, before and after the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<String>,
    /// The script of the step, as the log echoes it.
    pub script: Option<String>,
    /// The log around the line.
    pub excerpt: Vec<String>,
}

/// The change, with all that is needed to make the very same commit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The short name of the branch.
    pub branch: String,
    /// The branch that the pull request goes to, where it is known.
    pub onto: Option<String>,
    /// How safe it is: that of the riskiest part.
    pub safety: Safety,
    /// The commit.
    pub commit: Commit,
    /// The files, by path.
    pub files: Vec<File>,
    /// What it may do beyond the guard's rules, because the causes' rules declare it.
    pub permits: Vec<Permit>,
}

/// The commit of a change. Its id follows from all the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// Its id, hexadecimal.
    pub id: String,
    /// The id of its tree.
    pub tree: String,
    /// The id of its only parent.
    pub base: String,
    /// The id of the parent's tree.
    pub base_tree: String,
    /// Who wrote it.
    pub author: Person,
    /// Who committed it.
    pub committer: Person,
    /// The whole message.
    pub message: String,
    /// The `gpgsig` header of a signed commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// A name on a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// When: seconds since 1970, in UTC.
    pub seconds: i64,
    /// The time zone that the commit names, in seconds east of UTC; this program writes 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub offset: i32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
const fn is_zero(number: &i32) -> bool {
    *number == 0
}

/// A changed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its path.
    pub path: RepoPath,
    /// As the base has it.
    pub before: Version,
    /// As the change leaves it.
    pub after: Version,
    /// Where its meaning changes.
    pub differences: Vec<Difference>,
}

/// One side of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// `100644` or `100755`.
    pub mode: String,
    /// The id of its contents.
    pub id: String,
    /// Its contents; left out where only the mode changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Plan {
    /// The plan as a file has it.
    ///
    /// # Errors
    /// Never with the values of this type; the writer's signature has it.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// Whether a branch of this program ran.
    pub fn is_of_own_branch(&self) -> bool {
        let prefix = self.change.as_ref().and_then(|change| change.branch.rsplit_once(BRANCH_WORD)).map_or("", |(prefix, _)| prefix);
        let own = |branch: &str| branch.starts_with(OWN_BRANCHES) || !prefix.is_empty() && branch.starts_with(prefix);
        self.run.head_branch.as_deref().is_some_and(own)
    }

    /// The causes that the change heals.
    pub fn healed(&self) -> impl Iterator<Item = &Cause> {
        self.causes.iter().filter(|cause| cause.healed)
    }
}

impl Change {
    /// The change as the patch it came from.
    pub fn patch(&self) -> PatchSet {
        let mut files = Vec::new();
        for file in &self.files {
            if let (Some(before), Some(after)) = (&file.before.text, &file.after.text)
                && before != after
            {
                let change = FileChange::Text { before: before.clone(), after: after.clone() };
                files.push(FilePatch { path: file.path.clone(), change });
            }
            if file.before.mode != file.after.mode {
                files.push(FilePatch { path: file.path.clone(), change: FileChange::MakeExecutable });
            }
        }
        PatchSet { files }
    }

    /// Whether it touches what only a token with the right to change workflows may push.
    pub fn touches_workflows(&self) -> bool {
        self.files.iter().any(|file| file.path.as_str().starts_with(".github/workflows/"))
    }
}
