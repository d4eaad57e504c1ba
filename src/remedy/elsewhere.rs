//! Tells whether a failure happened somewhere that the runner's own packages do not reach: in an image that was being built, on another
//! host, in a virtual environment of a tool. What is installed on the runner would not heal it.

use crate::diagnosis::Diagnosis;
use crate::edit;
use crate::rules::EditSpec;
use crate::transcript::{Job, Step, Transcript};

/// Verbs that change what is installed on the runner.
const ON_THE_RUNNER: &[&str] = &[
    "add-apt-update",
    "add-setup-step",
    "install-command",
    "install-library",
    "install-node-package",
    "install-packages",
    "install-python-module",
    "insert-step",
];

/// How many lines above the cause are asked whether an image was being built: one layer of one build.
const REACH: usize = 20_000;

/// How many lines before the cause may show the paths of a Python environment.
const TRACE: usize = 400;

/// Folders in which tools keep Python environments of their own (tox: `.tox`, nox: `.nox`, uv: `archive-v0` of its cache,
/// pre-commit: its cache, Poetry and pipenv: `virtualenvs`).
const PYTHON_ENVIRONMENTS: &[&str] = &["/.tox/", "/.nox/", "/uv/archive-v0/", "/.cache/pre-commit/", "/virtualenvs/"];

/// Why a verb would not reach the place of the failure; none where it would.
pub(super) fn beyond_reach(spec: &EditSpec, transcript: &Transcript, diagnosis: &Diagnosis) -> Option<String> {
    let verb = spec.verb.as_str();
    // Docker's own set-up prepares the very program that enters the other system.
    let prepares_docker = spec.arguments.get("action").is_some_and(|action| action.starts_with("docker/"));
    if !ON_THE_RUNNER.contains(&verb) || prepares_docker {
        return None;
    }
    let job = transcript.jobs.get(diagnosis.job?)?;
    let step = job.steps.get(diagnosis.step?)?;
    let cause = diagnosis.cause.as_ref()?;
    let at = cause.index?;
    let script = step.echoes.last().and_then(|echo| echo.script.as_deref());
    if built_an_image(job, step, at) {
        return Some(
            "it happened while an image was built, where the runner's packages do not reach: it belongs into the Dockerfile".to_owned(),
        );
    }
    if let Some(command) = script.and_then(edit::enters_system).filter(|_| !is_said_by_the_script(&cause.text)) {
        return Some(format!("the step hands work to `{command}`, and the log does not say that it failed on the runner itself"));
    }
    if verb != "install-python-module" {
        return None;
    }
    if let Some(command) = script.and_then(edit::enters_python_environment) {
        return Some(format!("`{command}` runs in an environment of its own, which `pip install` does not reach: declare it there"));
    }
    let first = at.saturating_sub(TRACE).max(step.lines.start);
    let folder = (first..step.lines.end.min(at + TRACE))
        .find_map(|line| PYTHON_ENVIRONMENTS.iter().find(|folder| job.text.text(line).contains(**folder)))?;
    Some(format!(
        "the failed Python runs in an environment of its own (`{}`), which `pip install` does not reach",
        folder.trim_matches('/')
    ))
}

/// Whether the cause is a line of an image's build: `BuildKit` numbers its lines, the classic builder announces each instruction.
fn built_an_image(job: &Job, step: &Step, cause: usize) -> bool {
    let is_numbered = |text: &str| {
        let number = text.strip_prefix('#').and_then(|rest| rest.split_once(' ')).map(|(number, _)| number);
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if is_numbered(job.text.text(cause)) {
        return true;
    }
    let first = cause.saturating_sub(REACH).max(step.lines.start);
    for line in (first..cause).rev() {
        let text = job.text.text(line);
        if text.starts_with("Successfully built ") || text.starts_with("Successfully tagged ") || text.starts_with("The command '") {
            return false;
        }
        let is_instruction = text.strip_prefix("Step ").and_then(|rest| rest.split_once(" : ")).is_some_and(|(count, _)| {
            count.split_once('/').is_some_and(|(at, of)| [at, of].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())))
        });
        if is_instruction {
            return true;
        }
    }
    false
}

/// Whether the runner's own shell says it: `/home/runner/work/_temp/….sh: line 3: …`.
fn is_said_by_the_script(text: &str) -> bool {
    text.split_once(": ").is_some_and(|(program, _)| program.replace('\\', "/").contains("/_temp/"))
}
