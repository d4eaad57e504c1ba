//! Turns what went wrong into words, hints and an exit code.

use crate::text::Redacted;

/// How the program ends. gh passes these on, and uses 0, 1, 2 and 4 itself with the same meanings
/// (`gh help exit-codes`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Done, also when there was nothing to do.
    Done = 0,
    /// An error.
    Error = 1,
    /// Wrong usage, or cancelled.
    Usage = 2,
    /// Diagnosed, but nothing here may be healed automatically.
    NothingHealable = 3,
    /// Authentication is needed.
    Authentication = 4,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A fixed word for each way to fail: `error.kind` of the JSON document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The command line makes no sense.
    Usage,
    /// The source is not there or cannot be read.
    Source,
    /// The source is no run log, broken or too large.
    Archive,
    /// The checkout is not there or cannot be read.
    Repository,
    /// The branch cannot be made.
    Branch,
    /// A rule file is wrong.
    Rule,
    /// The repository's configuration is wrong.
    Config,
    /// The jq expression is wrong.
    Jq,
    /// The result cannot be written.
    Output,
    /// GitHub cannot be reached, or refuses.
    Network,
    /// A token is missing, or may not do it.
    Authentication,
    /// A plan is none, or may not be carried out.
    Plan,
    /// Not built yet.
    Unsupported,
    /// A mistake of this program.
    Internal,
}

impl Kind {
    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Source => "source",
            Self::Archive => "archive",
            Self::Repository => "repository",
            Self::Branch => "branch",
            Self::Rule => "rule",
            Self::Config => "config",
            Self::Jq => "jq",
            Self::Output => "output",
            Self::Network => "network",
            Self::Authentication => "authentication",
            Self::Plan => "plan",
            Self::Unsupported => "unsupported",
            Self::Internal => "internal",
        }
    }
}

/// Why the program cannot do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// A fixed word for programs.
    pub kind: Kind,
    /// What happened, in a sentence without a capital and a full stop.
    pub message: String,
    /// What to do about it.
    pub hints: Vec<String>,
    /// How the program ends.
    pub exit: Exit,
}

impl Failure {
    /// An error; it ends with 2 for wrong usage and with 1 for all else.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        let exit = if kind == Kind::Usage { Exit::Usage } else { Exit::Error };
        Self { kind, message: message.into(), hints: Vec::new(), exit }
    }

    /// The same, ending with another code.
    #[must_use]
    pub const fn exits(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// The same with one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// `error: …` and `hint: …`, safe to print: both may quote foreign names.
    pub fn words(&self) -> String {
        let mut out = format!("error: {}\n", Redacted::new(&self.message));
        for hint in &self.hints {
            out.push_str(&format!("hint: {}\n", Redacted::new(hint)));
        }
        out
    }
}

impl From<crate::archive::ArchiveError> for Failure {
    fn from(error: crate::archive::ArchiveError) -> Self {
        use crate::archive::ArchiveError as E;
        let hint = match &error {
            E::BrokenZip { .. } => "download it again: `gh api repos/OWNER/NAME/actions/runs/ID/logs > logs.zip`",
            E::Encrypted { .. } => "give the archive as GitHub serves it: `gh api repos/OWNER/NAME/actions/runs/ID/logs > logs.zip`",
            E::NoLogs { .. } => {
                "give the archive of a run's logs, not an artifact: `gh api repos/OWNER/NAME/actions/runs/ID/logs > logs.zip`"
            }
            E::TooLarge { .. } => "allow more with `--max-size SIZE`, or give the log of the failed job alone",
            E::Empty { .. } => "a run's logs are kept 90 days unless the repository says otherwise; after that nothing is left to read",
            E::NotText { .. } => "a source is a zip, a folder, or a log as text: see `gh autoheal diagnose --help`",
        };
        Self::new(Kind::Archive, error.to_string()).hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_reads_as_one_line_and_its_hints() {
        let failure = Failure::new(Kind::Source, "cannot read `x\u{1b}[31m`").hint("try `y`");
        assert_eq!(failure.words(), "error: cannot read `x\\u{1b}[31m`\nhint: try `y`\n");
        assert_eq!(failure.exit, Exit::Error);
        assert_eq!(Failure::new(Kind::Usage, "no").exit, Exit::Usage);
    }

    #[test]
    fn every_refused_source_has_a_hint() {
        let error = crate::archive::ArchiveError::Empty { name: "x".to_owned() };
        assert_eq!(Failure::from(error).hints.len(), 1);
    }
}
