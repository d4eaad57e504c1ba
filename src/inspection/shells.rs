//! The shells that steps name: words that the runner does not know, shells that the job's system does not have; and scripts that bash
//! does not read.

use super::file::File;
use super::{Cure, CureChange, Finding, bash, labels};
use crate::edit::Splice;
use crate::expression::{Part, Written, parts};
use crate::rules::Safety;
use crate::text::nearest;
use crate::workflow::{Job, Node, Route, Step};

/// Shells that the runner knows how to start (actions/runner, `ScriptHandlerHelpers`).
const KNOWN: [&str; 6] = ["bash", "cmd", "powershell", "pwsh", "python", "sh"];

/// Shells that only Windows has.
const OF_WINDOWS: [&str; 2] = ["cmd", "powershell"];

/// What is wrong with the shells of the file.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(of_defaults(file, file.workflow.top("defaults"), &Route::root()));
    for job in file.workflow.jobs() {
        findings.extend(of_defaults(file, job.get("defaults"), &job.route));
        for step in job.steps() {
            findings.extend(of_step(file, &step));
            findings.extend(unavailable(file, &job, &step));
            if is_bash(&job, &step) {
                findings.extend(syntax(file, &step));
            }
        }
    }
    for step in file.workflow.action_steps() {
        findings.extend(of_step(file, &step));
        if step.shell().is_some_and(names_bash) {
            findings.extend(syntax(file, &step));
        }
    }
    findings
}

fn names_bash(shell: &str) -> bool {
    shell.split_whitespace().next() == Some("bash")
}

/// Whether bash certainly runs a step's script.
fn is_bash(job: &Job<'_>, step: &Step<'_>) -> bool {
    match job.shell_of(step) {
        Some(shell) => names_bash(shell),
        None => {
            let labels = labels::labels(job);
            let unix = |node: &&Node| node.as_str().is_some_and(|label| label.starts_with("ubuntu-") || label.starts_with("macos-"));
            // A container has bash or not.
            !labels.is_empty() && labels.iter().all(unix) && job.get("container").is_none()
        }
    }
}

/// What bash does not read in a step's script. What an expression becomes is not known: it counts as a word.
fn syntax(file: &File<'_>, step: &Step<'_>) -> Option<Finding> {
    let (script, node) = (step.run()?, step.get("run")?);
    let mut masked = script.to_owned();
    for part in parts(script) {
        match part {
            Part::Text(_) => {}
            Part::Expression { outer, .. } => masked.replace_range(outer.clone(), &"x".repeat(outer.len())),
            Part::Unclosed(_) => return None,
        }
    }
    let fault = bash::fault(&masked)?;
    let id = if fault.is_read { "heredoc-unclosed" } else { "shell-syntax" };
    let written = Written::new(file.document(), node).and_then(|written| written.span(fault.start, fault.end));
    let finding = file.finding(id, written.unwrap_or(node.span), fault.message)?;
    let help =
        if id == "heredoc-unclosed" { "Put the closing word alone at the script's left edge" } else { "Try the script with `bash -n`" };
    Some(finding.with_help(help))
}

fn of_defaults(file: &File<'_>, defaults: Option<&Node>, route: &Route) -> Option<Finding> {
    let run = file.document().under(defaults?, "run")?;
    word(file, file.document().under(run, "shell")?, &route.key("defaults").key("run").key("shell"))
}

fn of_step(file: &File<'_>, step: &Step<'_>) -> Option<Finding> {
    word(file, step.get("shell")?, &step.route.key("shell"))
}

/// A shell is one of the known words, or a command with `{0}` for the script.
fn word(file: &File<'_>, node: &Node, route: &Route) -> Option<Finding> {
    let text = node.as_str().filter(|text| !text.trim().is_empty() && !text.contains("{0}") && !text.contains("${{"))?;
    if KNOWN.iter().any(|known| known.eq_ignore_ascii_case(text)) {
        return None;
    }
    let program = text.split_whitespace().next().unwrap_or("");
    let right = if program != text && KNOWN.contains(&program) && program != "cmd" {
        Some(format!("{text} {{0}}"))
    } else {
        nearest(text, KNOWN).map(str::to_owned)
    };
    let message = format!(
        "Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a format string containing '{{0}}': `{text}`"
    );
    let cure = right.and_then(|right| cure(file, node, route, text, &right));
    let help = format!("Write {}, or a command with `{{0}}` where the script's file belongs", KNOWN.join(", "));
    Some(file.finding("shell-unknown", node.span, message)?.with_cure(cure).with_help(help))
}

/// A shell of Windows where the job certainly runs on another system.
fn unavailable(file: &File<'_>, job: &Job<'_>, step: &Step<'_>) -> Option<Finding> {
    let node = step.get("shell")?;
    let text = node.as_str().filter(|text| OF_WINDOWS.contains(text))?;
    let labels = job.runs_on();
    let hosted = |label: &&str| label.starts_with("ubuntu-") || label.starts_with("macos-");
    if step.condition().is_some() || labels.len() != 1 || !labels.iter().all(hosted) || job.get("container").is_some() {
        return None;
    }
    let message = format!("`{text}` is a shell of Windows, and the job runs on {}", labels.join(", "));
    let right = (text == "powershell").then_some("pwsh");
    let cure = right.and_then(|right| cure(file, node, &step.route.key("shell"), text, right));
    Some(file.finding("shell-unknown", node.span, message)?.with_cure(cure).with_help("`pwsh` and `bash` run on every system"))
}

fn cure(file: &File<'_>, node: &Node, route: &Route, text: &str, right: &str) -> Option<Cure> {
    // Braces need quotes in flow style.
    let safe = !right.contains('{') || super::events::is_plain(node) && !file.document().slice(node.span).is_empty();
    let in_flow = route.split_last().and_then(|(parent, _)| file.document().get(&parent)).is_none_or(Node::is_flow);
    if file.document().is_shared(route) || !safe || in_flow && right.contains('{') {
        return None;
    }
    let written = file.document().slice(node.span).replacen(text, right, 1);
    let edit = file.set(route, node, vec![Splice { span: node.span, text: written }], right.to_owned());
    let title = format!("Write `{right}` instead of `{text}`");
    Some(Cure { title, safety: Safety::NeedsReview, change: CureChange::Edits(vec![edit]), grants: Vec::new() })
}
