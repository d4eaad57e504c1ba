//! Turns a plan into the issue and the pull request that are opened for it.

use super::body;
use super::marker::Seen;
use super::{Cause, Plan};
use crate::report::inline::cut;
use crate::rules::Safety;
use crate::text::Fingerprint;

/// Characters of a title: GitHub takes 256.
const TITLE: usize = 200;

/// How publishing goes about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The labels.
    pub labels: Labels,
    /// Whether a closed issue is opened again when its cause is seen again.
    pub reopen: Reopen,
    /// How much is opened at most.
    pub caps: Caps,
    /// What Copilot is asked for.
    pub copilot: Copilot,
}

impl Default for Policy {
    fn default() -> Self {
        Self { labels: Labels::default(), reopen: Reopen::WhenCompleted, caps: Caps::default(), copilot: Copilot::Review }
    }
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub name: String,
    /// Six hexadecimal digits.
    pub color: &'static str,
    /// What it says.
    pub description: &'static str,
}

/// The labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// On everything of ours; whoever takes it off opts out.
    pub own: Label,
    /// On issues.
    pub failure: Label,
    /// On pull requests.
    pub fix: Label,
    /// On issues without a patch.
    pub manual: Label,
    /// What the repository wants on everything besides.
    pub more: Vec<String>,
}

impl Default for Labels {
    fn default() -> Self {
        let label = |name: &str, color, description| Label { name: name.to_owned(), color, description };
        Self {
            own: label("auto-heal", "0e8a16", "Opened by gh-autoheal; take it off to be left alone"),
            failure: label("workflow-failure", "d73a4a", "A workflow fails"),
            fix: label("workflow-fix", "1d76db", "Heals a workflow"),
            manual: label("needs-manual-fix", "fbca04", "No automatic change heals this"),
            more: Vec::new(),
        }
    }
}

/// Whether a closed issue is opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reopen {
    /// When it was closed as completed: the cause is back.
    WhenCompleted,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much is opened at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Issues and pull requests of one call.
    pub per_run: usize,
    /// Issues and pull requests of the last 24 hours.
    pub per_day: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self { per_run: 10, per_day: 20 }
    }
}

/// What Copilot is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copilot {
    /// A review of the pull request.
    Review,
    /// That, and its coding agent for what cannot be healed here.
    Assign,
    /// Nothing.
    Off,
}

/// An issue to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The title.
    pub title: String,
    /// The body, below GitHub's limit.
    pub body: String,
    /// Names of labels.
    pub labels: Vec<String>,
}

/// A pull request to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// The title.
    pub title: String,
    /// The body, below GitHub's limit.
    pub body: String,
    /// Names of labels.
    pub labels: Vec<String>,
    /// The branch.
    pub head: String,
    /// Whether it waits for a person before it can be merged.
    pub draft: bool,
}

/// The issue about one cause. `site` is the repository's page; `waiting` is the page that opens the pull request by hand, where
/// the program may not.
pub fn issue(plan: &Plan, cause: &Cause, policy: &Policy, seen: &Seen, site: &str, waiting: Option<&str>) -> Issue {
    let labels = &policy.labels;
    let mut names = vec![labels.own.name.clone(), labels.failure.name.clone()];
    if !cause.healed {
        names.push(labels.manual.name.clone());
    }
    names.extend(labels.more.iter().cloned());
    Issue {
        title: title("[Auto-Heal] Workflow Failure: ", &plan.run.workflow),
        body: body::issue(plan, cause, seen, site, waiting),
        labels: names,
    }
}

/// The pull request of a plan's change, closing these issues; none without a change.
pub fn pull(plan: &Plan, policy: &Policy, issues: &[(Fingerprint, u64)], site: &str) -> Option<Pull> {
    let change = plan.change.as_ref()?;
    Some(Pull {
        title: title("[Auto-Heal] Fix workflow: ", &plan.run.workflow),
        body: body::pull(plan, change, issues, site),
        labels: [&policy.labels.own.name, &policy.labels.fix.name].into_iter().chain(&policy.labels.more).cloned().collect(),
        head: change.branch.clone(),
        draft: change.safety != Safety::Safe,
    })
}

/// What an issue is told, at most once a day, when its cause is seen again.
pub fn comment_again(plan: &Plan, seen: &Seen, site: &str) -> String {
    let run = plan.run.id.map_or_else(|| "another run".to_owned(), |id| format!("run [{id}]({site}/actions/runs/{id})"));
    format!("Seen again in {run}: {} times so far.\n", seen.count)
}

/// What a pull request is told when its own run fails for the cause that it was to heal.
pub fn comment_still_failing(run: u64, site: &str) -> String {
    format!(
        "Run [{run}]({site}/actions/runs/{run}) of this change still fails for the same cause, so this change does not heal it. \
         It is a draft now; nothing of it was merged by gh-autoheal.\n"
    )
}

/// Cut in columns as a reader sees it, and in characters as GitHub counts: some have no width.
fn title(prefix: &str, workflow: &str) -> String {
    cut(&format!("{prefix}{workflow}"), TITLE).chars().take(TITLE).collect()
}
