//! Turns an outcome into the commands that lead on from it. Only commands that work today are named.

use super::super::fold::Group;
use super::super::inline::{count, one_line, shell_word};
use super::super::{Deed, News, Outcome, prose};
use super::paint::{Ink, Layout, Sheet};
use super::{READABLE, SHOWN, change};
use crate::remedy::Verdict;
use crate::rules::Safety;

/// A command and what it is for.
struct Step {
    command: String,
    purpose: &'static str,
}

impl Step {
    fn new(command: String, purpose: &'static str) -> Self {
        Self { command, purpose }
    }
}

pub(super) fn render(sheet: &mut Sheet, outcome: &Outcome, groups: &[Group<'_>], layout: &Layout) {
    if groups.is_empty() {
        return;
    }
    sheet.blank();
    conclusion(sheet, outcome);
    let steps = steps(outcome, groups, &layout.program);
    if steps.is_empty() {
        return;
    }
    sheet.blank();
    let column = steps.iter().map(|step| step.command.chars().count()).max().unwrap_or(0);
    let beside = steps.iter().all(|step| column + step.purpose.len() + 6 <= sheet.width);
    for step in &steps {
        if beside {
            let command = format!("{:<column$}", step.command);
            sheet.line(&[
                (Ink::Plain, "  "),
                (Ink::Faint, "›"),
                (Ink::Plain, " "),
                (Ink::Place, &command),
                (Ink::Faint, "  "),
                (Ink::Faint, step.purpose),
            ]);
        } else {
            sheet.line(&[(Ink::Plain, "  "), (Ink::Faint, "›"), (Ink::Plain, " "), (Ink::Place, &step.command)]);
            sheet.line(&[(Ink::Plain, "      "), (Ink::Faint, step.purpose)]);
        }
    }
}

/// What was done, in one sentence.
fn conclusion(sheet: &mut Sheet, outcome: &Outcome) {
    let healed = outcome.healing.failures.iter().filter(|failure| outcome.made(failure).is_some()).count();
    let of = count(outcome.healing.failures.len(), "failure");
    let (mark, ink, words) = match &outcome.deed {
        Deed::Committed { branch, commit, news } => {
            let short: String = one_line(commit).chars().take(10).collect();
            let branch = one_line(branch);
            let words = match news {
                News::Created => {
                    format!("Healed {healed} of {of} on the new branch {branch} ({short}). Your own branch and files are untouched.")
                }
                News::AlreadyThere => format!("Already healed: the branch {branch} ({short}) holds this very change."),
            };
            ("✓", Ink::Good, words)
        }
        Deed::CommittedApart(made) => {
            let names: Vec<String> = made.iter().map(|made| one_line(&made.branch)).collect();
            let branches = format!("{} branches", names.len());
            let words = format!(
                "Healed {healed} of {of} on {branches}, one a cause: {}. Your own branch and files are untouched.",
                names.join(", ")
            );
            ("✓", Ink::Good, words)
        }
        Deed::Previewed | Deed::Diagnosed if outcome.heals() => {
            ("✓", Ink::Good, format!("{healed} of {of} can be healed here. Nothing was written."))
        }
        Deed::Previewed | Deed::Diagnosed => ("!", Ink::Careful, unhealed(outcome, &of)),
    };
    for (index, line) in prose::flow(&words, "", sheet.width.min(READABLE) - 2).iter().enumerate() {
        let mark = if index == 0 { mark } else { " " };
        sheet.line(&[(ink, mark), (Ink::Plain, " "), (Ink::Plain, line)]);
    }
}

/// Why nothing was changed.
fn unhealed(outcome: &Outcome, of: &str) -> String {
    let failures = &outcome.healing.failures;
    let waiting = failures.iter().filter(|failure| outcome.held_back(failure)).count();
    let again = failures.iter().filter(|failure| failure.verdict == Verdict::Transient).count();
    let untried = failures.iter().filter(|failure| change::untried(failure)).count();
    match (waiting, again) {
        _ if untried > 0 && untried == failures.len() => format!("{of}. There is no checkout here whose workflow could be healed."),
        _ if untried > 0 => format!("{of}. There is no checkout here whose workflow could be healed for {untried} of them."),
        (0, 0) => format!("{of}, and nothing here may be healed automatically."),
        (0, _) if again == failures.len() => format!("{of}, likely to pass on another run."),
        (0, _) => format!("{of}, {again} of them likely to pass on another run; nothing here may be healed automatically."),
        _ => format!("{of}; a change for {waiting} of them waits for your review."),
    }
}

fn steps(outcome: &Outcome, groups: &[Group<'_>], program: &str) -> Vec<Step> {
    let source = shell_word(&one_line(&outcome.source));
    let mut steps = Vec::new();
    match &outcome.deed {
        Deed::Committed { branch, .. } => {
            let branch = shell_word(&one_line(branch));
            steps.push(Step::new(format!("git show {branch}"), "read the change"));
            steps.push(Step::new(format!("git switch {branch}"), "try it"));
            steps.push(Step::new(format!("git push -u origin {branch}"), "send it"));
        }
        Deed::CommittedApart(made) => {
            let names = made.iter().take(SHOWN).map(|made| shell_word(&one_line(&made.branch)));
            steps.extend(names.map(|branch| Step::new(format!("git show {branch}"), "read the change")));
        }
        Deed::Previewed | Deed::Diagnosed if outcome.heals() => {
            let reviewed = outcome.healing.failures.iter().filter_map(|failure| outcome.made(failure));
            let allow = if reviewed.map(|remedy| remedy.safety).max() == Some(Safety::NeedsReview) { " --allow needs-review" } else { "" };
            steps.push(Step::new(format!("{program} heal {source}{allow}"), "commit it on a new branch"));
        }
        Deed::Previewed | Deed::Diagnosed => {}
    }
    if outcome.healing.failures.iter().any(|failure| outcome.held_back(failure)) {
        steps.push(Step::new(format!("{program} heal {source} --allow needs-review"), "make the change that was held back"));
    }
    if outcome.healing.failures.iter().any(change::untried) {
        steps.push(Step::new(format!("{program} diagnose {source} --repo DIR"), "see the patch for the checkout in DIR"));
    }
    if outcome.healing.failures.iter().any(|failure| failure.verdict == Verdict::Transient) {
        let id = outcome.transcript.run.id.map_or_else(String::new, |id| format!(" {id}"));
        steps.push(Step::new(format!("gh run rerun --failed{id}"), "run the failed jobs again"));
    }
    if groups.len() > SHOWN {
        steps.push(Step::new(format!("{program} diagnose {source} --json"), "see every failure"));
    }
    steps
}
