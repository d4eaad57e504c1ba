//! Turns what a step's lines say, and what records say, into whether it failed.

use std::ops::Range;

use super::collect::{Collector, LandmarkKind};
use super::marker::CompositeMarker;
use super::platform::{ends_step, program_exit_code, script_exit_code};
use super::{Conclusion, LineKind, LogText, Step, StepKind};

/// How sure a step's text makes it that the step failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Evidence {
    /// No error marker.
    None,
    /// An error marker in a script that ended without an exit code: a problem matcher's or the script's own. Or a container action
    /// whose last words are a complaint.
    Remark,
    /// An error marker somewhere in an action's text.
    Weak,
    /// An error marker as an action's last word.
    Likely,
    /// An exit code, or the runner's own word that it is over.
    Certain,
}

/// What the text as a whole says about the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Completeness {
    /// The text reaches to the end of the job.
    Whole,
    /// It breaks off, or is only a part.
    Part,
}

/// Marks the steps that failed.
pub(super) fn judge(job: &Collector, steps: &mut [Step], conclusion: Option<Conclusion>, completeness: Completeness) {
    let evidence = |step: &Step| evidence(job, step);
    let found: Vec<Evidence> = steps.iter().map(evidence).collect();
    let has_records = steps.iter().any(|step| step.conclusion.is_some());
    for (step, evidence) in steps.iter_mut().zip(&found) {
        step.failed = match step.conclusion {
            Some(Conclusion::Failure) => true,
            Some(Conclusion::Cancelled) => !step.lines.is_empty(),
            Some(_) => false,
            None => *evidence >= Evidence::Likely && conclusion != Some(Conclusion::Success),
        };
    }
    if steps.iter().any(|step| step.failed) || conclusion == Some(Conclusion::Success) {
        return;
    }
    let is_failed_job = matches!(conclusion, Some(Conclusion::Failure | Conclusion::Cancelled));
    let weak = found.iter().rposition(|evidence| *evidence >= Evidence::Weak);
    // The last word of the job's last script may be an error that the runner itself wrote, such as a full disk: nothing ran behind it.
    let ends_job = |index: &usize| {
        steps.iter().skip(index + 1).all(|step| !matches!(step.kind, StepKind::Main | StepKind::Unknown))
            && steps.get(*index).is_some_and(|step| last_words(job, step) || container_complains(&job.text, step))
    };
    let remark = || {
        let remark = found.iter().rposition(|evidence| *evidence >= Evidence::Remark);
        remark.filter(|index| is_failed_job || completeness == Completeness::Part || ends_job(index))
    };
    // A text that breaks off without a word broke off in the step that failed.
    let last = || steps.iter().rposition(|step| !matches!(step.kind, StepKind::Complete | StepKind::Post) && !step.lines.is_empty());
    let silent = || last().filter(|_| is_failed_job || completeness == Completeness::Part);
    let chosen = if has_records && !is_failed_job { None } else { weak.or_else(remark).or_else(silent) };
    if let Some(step) = chosen.and_then(|index| steps.get_mut(index)) {
        step.failed = true;
    }
}

fn evidence(job: &Collector, step: &Step) -> Evidence {
    let first = job.errors.partition_point(|line| *line < step.lines.start);
    let errors: Vec<usize> = job.errors.iter().skip(first).take_while(|line| **line < step.lines.end).copied().collect();
    if composite_failed(job, &step.lines) || errors.iter().any(|line| ends_step(job.text.text(*line))) {
        return Evidence::Certain;
    }
    if action_died(&job.text, step) {
        return Evidence::Likely;
    }
    let Some(last) = errors.last() else {
        return if container_complains(&job.text, step) { Evidence::Remark } else { Evidence::None };
    };
    // Nothing of the set-up may fail without ending the job.
    if step.kind == StepKind::Setup {
        return Evidence::Certain;
    }
    let is_script = step.echoes.last().is_some_and(|echo| echo.uses.is_none());
    match is_script {
        true => Evidence::Remark,
        false if is_last_word(&job.text, *last, step.lines.end) => Evidence::Likely,
        false => Evidence::Weak,
    }
}

/// Whether an error marker is the last word of a step.
fn last_words(job: &Collector, step: &Step) -> bool {
    let first = job.errors.partition_point(|line| *line < step.lines.start);
    let last = job.errors.iter().skip(first).take_while(|line| **line < step.lines.end).last();
    last.is_some_and(|last| (last + 1..step.lines.end).all(|line| !speaks(&job.text, line)))
}

/// The last lines of a step that a program wrote, the very last first.
fn last_spoken<'a>(text: &'a LogText, step: &Step) -> impl Iterator<Item = &'a str> {
    let lines = step.lines.clone().rev();
    lines
        .filter(|line| text.line(*line).is_some_and(|line| line.kind == LineKind::Output))
        .map(|line| text.text(line))
        .filter(|line| !line.trim().is_empty())
}

fn is_action(step: &Step) -> bool {
    step.echoes.last().is_some_and(|echo| echo.uses.is_some())
}

/// Whether node ended an action for an exception that nothing caught: its last word is node's own version, and the runner
/// (`NodeScriptActionHandler`) adds no error marker of its own.
fn action_died(text: &LogText, step: &Step) -> bool {
    let version = || last_spoken(text, step).next()?.strip_prefix("Node.js v");
    is_action(step) && version().is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// Whether an action that runs in a container ends with a complaint: the runner (`ContainerActionHandler`) adds no error marker
/// when such a program fails.
fn container_complains(text: &LogText, step: &Step) -> bool {
    const LAST: usize = 8;
    let runs_container = || step.lines.clone().any(|line| is_container_start(text, line));
    is_action(step) && last_spoken(text, step).take(LAST).any(is_complaint) && runs_container()
}

fn is_container_start(text: &LogText, line: usize) -> bool {
    text.line(line).is_some_and(|line| line.kind == LineKind::Command) && text.text(line).contains("docker run --name ")
}

/// Whether a line begins as a complaint does.
fn is_complaint(line: &str) -> bool {
    const WORDS: [&str; 9] = ["error", "fatal", "failed", "failure", "traceback", "exception", "panic", "\u{2716}", "\u{274c}"];
    let line = line.trim_start_matches([' ', '[', '(', '*']).to_lowercase();
    WORDS.iter().any(|word| line.starts_with(word))
}

/// Whether only a few lines, or none, follow an error: an action that fails says so when it ends.
fn is_last_word(text: &LogText, error: usize, end: usize) -> bool {
    const MAX_BEHIND: usize = 3;
    (error + 1..end).filter(|line| speaks(text, *line)).take(MAX_BEHIND + 1).count() <= MAX_BEHIND
}

/// Whether a line is a new word of a program: not blank, no marker, no continuation of the line before it.
fn speaks(text: &LogText, index: usize) -> bool {
    let Some(line) = text.line(index) else { return false };
    let is_continuation = index.checked_sub(1).and_then(|before| text.line(before)).is_some_and(|before| before.stamp == line.stamp);
    let is_word = matches!(line.kind, LineKind::Output | LineKind::Command | LineKind::Group);
    is_word && !is_continuation && !text.text(index).trim().is_empty()
}

fn composite_failed(job: &Collector, lines: &Range<usize>) -> bool {
    let first = job.landmarks.partition_point(|landmark| landmark.line < lines.start);
    let landmarks = job.landmarks.iter().skip(first).take_while(|landmark| landmark.line < lines.end);
    landmarks.into_iter().any(|landmark| landmark.kind == LandmarkKind::Composite(CompositeMarker::End { has_failed: true }))
}

/// The last exit code that error lines name: of a script before that of a program.
pub(super) fn exit_code(lines: Range<usize>, text: &LogText) -> Option<i32> {
    let errors = || {
        lines.clone().rev().filter(|index| text.line(*index).is_some_and(|line| line.kind == LineKind::Error)).map(|index| text.text(index))
    };
    errors().find_map(script_exit_code).or_else(|| errors().find_map(program_exit_code))
}
