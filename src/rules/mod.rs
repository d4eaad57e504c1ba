//! Turns rule files into rules: what to look for in a log, what it means, what to do about it. One YAML file each in `catalog/`.

use crate::text::OperatingSystem;

mod catalogue;
pub mod check;
pub mod detector;
pub mod literals;
pub mod load;
pub mod measured;
mod one_or_many;
pub mod pattern;
pub mod set;
pub mod template;

pub use crate::edit::EditSpec;
pub use load::InvalidRule;
pub use one_or_many::OneOrMany;
pub use set::RuleSet;

/// One rule: detection, explanation, remedy, documentation and test in one text.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    /// The file's name without its ending; not written in the file.
    #[serde(skip)]
    pub id: String,
    /// One line: what happened, named after the event. Sentence case, no full stop.
    pub summary: String,
    /// What happened and why, for a person who reads the issue. `{name}` stands for a capture.
    pub explanation: String,
    /// The category that scripts see.
    pub category: Category,
    /// Where the platform or tool documents it.
    #[serde(default)]
    pub references: Vec<String>,
    /// What it looks for.
    pub detect: Detect,
    /// What can be done, best first: the first whose edits all fit is made, the others are offered.
    #[serde(default)]
    pub remedies: Vec<RemedySpec>,
    /// Logs that it explains, run by the test suite.
    pub examples: Vec<Example>,
    /// Logs that look alike and must not be explained by it.
    pub near_misses: Vec<NearMiss>,
}

/// What a rule looks for. All that is given must hold.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Detect {
    /// How much a match says about the cause.
    pub rank: Rank,
    /// The cause line: any of these patterns, on the clean line. `^` is the beginning of the message: behind stamp, relay prefix,
    /// marker and the web page's `Error: `. Named groups become captures.
    pub line: OneOrMany,
    /// A match of `line` that also matches one of these does not count.
    #[serde(default)]
    pub except: OneOrMany,
    /// A line above it, in the same step and at most `within` lines away, matches this; its named groups become captures too.
    #[serde(default)]
    pub above: Option<String>,
    /// A line below it, as `above`.
    #[serde(default)]
    pub below: Option<String>,
    /// No line at most `within` lines away, above or below, matches this.
    #[serde(default)]
    pub not_near: Option<String>,
    /// How far `above`, `below` and `not-near` look, in lines.
    #[serde(default = "default_reach")]
    pub within: usize,
    /// The step's action (`uses`) matches this.
    #[serde(default)]
    pub uses: Option<String>,
    /// The step's shell line matches this.
    #[serde(default)]
    pub shell: Option<String>,
    /// The runner's system is this one; a system that is not known counts as a match.
    #[serde(default)]
    pub os: Option<OperatingSystem>,
    /// The step ended with one of these exit codes; a code that is not known counts as a match.
    #[serde(default)]
    pub exit: Vec<i32>,
    /// What else must hold of the job or run.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// Which match in a step tells: builds stop at the first, the runner's own events count to the last.
    #[serde(default)]
    pub pick: Pick,
    /// Which line is the cause line: the one that `line` matches, or the one that `above` or `below` matches.
    #[serde(default)]
    pub point: Point,
    /// With `pick: common`: rules that tell more in the same step where many different messages match: the tool's summary.
    #[serde(default)]
    pub summaries: Vec<String>,
    /// How many different messages are many.
    #[serde(default = "default_many")]
    pub many: usize,
    /// Rules of the same rank that step back where this one matches in the same step.
    #[serde(default)]
    pub outranks: Vec<String>,
}

const fn default_reach() -> usize {
    20
}

const fn default_many() -> usize {
    10
}

/// How much a match says about the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// A frame around the cause: `make: *** Error 2`, `exit code 1`.
    Wrapper,
    /// What follows from the cause, or a summary of it: better than nothing.
    Symptom,
    /// The cause itself.
    Cause,
}

/// Which of several matches in one step tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pick {
    /// The first: builds and installations stop at the first fatal line.
    #[default]
    First,
    /// The last: the runner's own events, summaries.
    Last,
    /// The first of those with the message that makes up more than half of all; where none does, the first. What a compiler or a
    /// test run says again and again is what most of its errors come from. The message is the capture `message`, else all captures, else the line.
    Common,
}

/// Which line is the cause line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Point {
    /// The one that `line` matches.
    #[default]
    Line,
    /// The one that `above` matches.
    Above,
    /// The one that `below` matches: the message under a tool's heading.
    Below,
}

/// What else must hold of the job or run for a rule to match. Each has one meaning in code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The job ran about as long as its `timeout-minutes` (or the default of 360) allows: a job time-out, whose log
    /// shows nothing but `The operation was canceled.`
    JobRanIntoItsLimit,
    /// The opposite: the job ended well before its limit.
    JobEndedEarly,
    /// The token of the run is read-only whatever the workflow says: a fork's pull request, or Dependabot.
    UntrustedTrigger,
    /// The opposite.
    TrustedTrigger,
    /// The job runs in a container.
    InContainer,
}

/// The categories that scripts rely on (`docs`: the contract of the JSON output).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each name says it")]
pub enum Category {
    MissingCommand,
    MissingFile,
    MissingDependency,
    Permission,
    Timeout,
    RateLimit,
    Network,
    YamlSyntax,
    WorkflowInvalid,
    Deprecated,
    ToolchainVersion,
    Configuration,
    SecretMissing,
    DiskSpace,
    OutOfMemory,
    Cancelled,
    RunnerLost,
    GitState,
    Service,
    TestFailure,
    LintFailure,
    CompileError,
    Other,
}

/// One thing that can be done.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RemedySpec {
    /// What it does, as an order: `Install {command} before the step`.
    pub title: String,
    /// How safe it is.
    pub safety: Safety,
    /// Where the repair belongs.
    pub kind: RemedyKind,
    /// What to do by hand, where there is no edit or the edit does not fit: a command or a sentence.
    #[serde(default)]
    pub advice: Option<String>,
    /// The edits, all or none: verb and arguments; `{name}` stands for a capture.
    #[serde(default)]
    pub edit: Vec<EditSpec>,
}

/// How safe a remedy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Safety {
    /// Cures the cause and changes nothing else that anybody could mind.
    Safe,
    /// Cures the cause, but a person must agree with the way.
    NeedsReview,
    /// Words only.
    AdviceOnly,
}

/// Where a repair belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemedyKind {
    /// A workflow file.
    Workflow,
    /// Another file of the repository.
    Repository,
    /// Run it again.
    Rerun,
    /// A setting, a secret, a person's judgement.
    Manual,
}

/// A log that a rule explains.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The tool whose own output the log is, with its version: `GNU Make 4.3`. Absent where the log follows a tool's source or
    /// documentation.
    #[serde(default)]
    pub recorded: Option<String>,
    /// The failed step's log. The cause line is the one behind `>>> `; without it, the only line that matches.
    pub log: String,
    /// What the captures must be.
    #[serde(default)]
    pub captures: std::collections::BTreeMap<String, String>,
    /// The workflow that ran, where a patch is to be shown.
    #[serde(default)]
    pub workflow: Option<String>,
    /// Other files of the repository, by path.
    #[serde(default)]
    pub files: std::collections::BTreeMap<String, String>,
    /// The workflow afterwards, byte for byte.
    #[serde(default)]
    pub patched: Option<String>,
}

/// A log that looks alike and must not be explained by the rule.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NearMiss {
    /// What it shows.
    pub name: String,
    /// The log.
    pub log: String,
}
