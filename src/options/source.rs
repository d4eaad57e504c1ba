//! What to read, and how far to go with it.

use std::path::PathBuf;

use crate::archive::Limits;
use crate::cli::{ReadingArgs, SourceArgs};
use crate::failure::{Failure, Kind};
use crate::rules::Safety;
use crate::text::RepoPath;

/// What to read, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The source.
    pub source: Source,
    /// The checkout; none for the one around the current folder.
    pub repo: Option<PathBuf>,
    /// `OWNER/NAME` on GitHub.
    pub repository: Option<String>,
    /// The workflow file.
    pub workflow: Option<RepoPath>,
    /// The only job to look at.
    pub job: Option<String>,
    /// A folder of the user's own rules.
    pub rules: Option<PathBuf>,
    /// The revision to heal.
    pub base: Option<String>,
    /// Bytes of log text that are read at most.
    pub max_size: u64,
    /// The greatest risk of a change that is made.
    pub allowed: Safety,
    /// How far to go.
    pub depth: Depth,
    /// A green run to compare with.
    pub baseline: Option<PathBuf>,
    /// Whether the jobs' surroundings are told, too.
    pub surroundings: Surroundings,
}

impl Request {
    /// A whole source with nothing chosen: every job, the built-in rules, the run's own commit.
    pub fn whole(source: Source, allowed: Safety, depth: Depth) -> Self {
        Self {
            source,
            repo: None,
            repository: None,
            workflow: None,
            job: None,
            rules: None,
            base: None,
            max_size: Limits::default().total,
            allowed,
            depth,
            baseline: None,
            surroundings: Surroundings::Untold,
        }
    }
}

/// Whether what the jobs ran in is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Surroundings {
    /// Only as far as a failure needs it.
    #[default]
    Untold,
    /// Image, actions, permissions, versions.
    Told,
}

/// Where the log comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Standard,
    /// A file or folder.
    Path(PathBuf),
}

impl Source {
    /// What was typed: `-` for standard input, or where it lies.
    pub fn of(text: &str) -> Self {
        if text == "-" { Self::Standard } else { Self::Path(PathBuf::from(text)) }
    }

    /// As the user named it.
    pub fn name(&self) -> String {
        match self {
            Self::Standard => "-".to_owned(),
            Self::Path(path) => path.display().to_string(),
        }
    }
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Name the cause.
    Diagnose,
    /// And prove a patch.
    Preview,
    /// And commit it.
    Commit,
}

pub(super) fn request(typed: &SourceArgs, allowed: Safety, depth: Depth) -> Result<Request, Failure> {
    reading(Source::of(&typed.source), typed.repository.as_deref(), &typed.reading, (allowed, depth))
}

/// A request for this source.
pub(super) fn reading(
    source: Source,
    repository: Option<&str>,
    typed: &ReadingArgs,
    (allowed, depth): (Safety, Depth),
) -> Result<Request, Failure> {
    Ok(Request {
        source,
        repo: typed.repo.clone(),
        repository: repository.map(str::to_owned),
        workflow: typed.workflow.as_deref().map(workflow).transpose()?,
        job: typed.job.clone(),
        rules: typed.rules.clone(),
        base: typed.base.clone(),
        max_size: typed.max_size,
        allowed,
        depth,
        baseline: typed.baseline.clone(),
        surroundings: Surroundings::Untold,
    })
}

/// `ci.yml` means the file of that name among the workflows.
fn workflow(text: &str) -> Result<RepoPath, Failure> {
    let path = if text.contains(['/', '\\']) { text.to_owned() } else { format!(".github/workflows/{text}") };
    RepoPath::new(&path).map_err(|error| {
        Failure::new(Kind::Usage, format!("--workflow: {error}"))
            .hint("give the path from the repository's root, such as .github/workflows/ci.yml")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_workflow_name_lies_among_the_workflows() {
        assert_eq!(workflow("ci.yml").unwrap().as_str(), ".github/workflows/ci.yml");
        assert!(workflow("../x.yml").is_err());
    }
}
