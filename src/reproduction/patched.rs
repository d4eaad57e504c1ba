//! The steps of a job before and after a patch, as far as they must be run to see whether it cures.

use std::collections::BTreeMap;

use super::plan::{Source, Stated};
use super::values::Values;
use super::{Deed, Paths, PlannedStep, Verdict};
use crate::diagnosis::Diagnosis;
use crate::repository::Repository;
use crate::transcript::{StepKind, Transcript};
use crate::workflow::locate::Locator;
use crate::workflow::model::{Job as WorkflowJob, Step as WorkflowStep, Workflow};

/// What is run before and after a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cure {
    /// Of the job as it ran: what the patch changes before the failed step, and that step.
    pub before: Vec<PlannedStep>,
    /// The same of the job as it is patched.
    pub after: Vec<PlannedStep>,
    /// All steps of the job as it ran, up to the failed one.
    pub all_before: Vec<PlannedStep>,
    /// All steps of the patched job, up to the failed one.
    pub all_after: Vec<PlannedStep>,
}

/// What came of running a failed step before and after its patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// As it ran.
    pub before: Verdict,
    /// As it is patched; none when the failure did not show here.
    pub after: Option<Verdict>,
}

impl Verification {
    /// Whether the failure shows here without the patch, and not with it.
    pub const fn is_cured(&self) -> bool {
        matches!((&self.before, &self.after), (Verdict::SameCause, Some(Verdict::Passes)))
    }

    /// In words, without a full stop.
    pub fn words(&self) -> String {
        match (&self.before, &self.after) {
            (Verdict::SameCause, Some(Verdict::Passes)) => "reproduced here, cured here".to_owned(),
            (Verdict::SameCause, Some(Verdict::SameCause)) => "reproduced here, not cured here".to_owned(),
            (Verdict::SameCause, Some(after)) => format!("reproduced here; with the patch it {}", after.words()),
            (before, _) => format!("not verified: the step {}", before.words()),
        }
    }
}

/// The `env:` of a workflow.
pub(super) fn workflow_env<'a>(workflow: &'a Workflow) -> Vec<(&'a str, String)> {
    let pairs = workflow.top("env").map(|node| workflow.document.resolve(node).entries()).unwrap_or_default();
    let pair = |entry: &'a crate::workflow::Entry| {
        let value = crate::workflow::value::value_of(&workflow.document, &entry.value).ok()?;
        Some((entry.key.as_str()?, crate::workflow::value::shown(&value)?))
    };
    pairs.iter().filter_map(pair).collect()
}

/// Plans what to run before and after a patch; both repositories are of the same commit.
///
/// # Errors
/// When it is not certain which steps that are, in words.
pub fn patched(
    transcript: &Transcript,
    diagnosis: &Diagnosis,
    (before, after): (&Repository, &Repository),
    commit: Option<&str>,
    paths: &Paths,
) -> Result<Cure, String> {
    let (job, step) = diagnosis.job.zip(diagnosis.step).ok_or("the failure belongs to no step")?;
    let log = transcript.jobs.get(job).ok_or("the log has no such job")?;
    let locator = Locator::new(transcript, before, None);
    let place = locator.step(job, step).map_err(|error| error.to_string())?;
    let id = place.job.clone().ok_or("the step stands in an action")?;
    let index = place.step.as_ref().and_then(|route| route.last_index()).ok_or("the step is not found in the workflow")?;
    let read = |repository: &Repository| {
        let text = repository.text(place.file.as_str()).ok_or("the workflow is not in the checkout")?;
        Workflow::read(place.file.clone(), text).map_err(|error| error.to_string())
    };
    let (old, new) = (read(before)?, read(after)?);
    let old_job = old.job(&id).ok_or("the job is not in the workflow")?;
    let new_job = new.job(&id).ok_or("the patched workflow has no such job")?;
    let (old_steps, new_steps) = (old_job.steps(), new_job.steps());
    let last = counterpart(&old_steps, &new_steps, index).ok_or("the patched job has no step that is certainly the failed one")?;
    let mut logged: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, shown) in log.steps.iter().enumerate().filter(|(_, step)| matches!(step.kind, StepKind::Main | StepKind::Unknown)) {
        let found = locator.step(job, at).ok().filter(|found| found.file == place.file && found.job == place.job);
        if let Some(index) = found.and_then(|found| found.step).and_then(|route| route.last_index())
            && !shown.echoes.is_empty()
        {
            logged.insert(index, at);
        }
    }
    let values = Values::new(transcript, log, commit, paths);
    let mut this = Comparing {
        source: Source { job: log, paths, values },
        logged,
        same_frame: frame(&old_job) == frame(&new_job),
        inherited: Vec::new(),
    };
    this.learn(&old_job, &old_steps, index);
    let all_before = old_steps.iter().take(index + 1).map(|step| this.step(step, &old_job, Some(step.index))).collect::<Vec<_>>();
    let twin = |step: &WorkflowStep<'_>| if step.index == last { None } else { old_steps.iter().find(|old| same(old, step)) };
    let of_new = |step: &WorkflowStep<'_>| {
        let same_step = if step.index == last { Some(&old_steps[index]).filter(|old| same(old, step)) } else { twin(step) };
        let from_log = same_step.filter(|_| this.same_frame).map(|old| old.index);
        this.step(step, &new_job, from_log)
    };
    let all_after = new_steps.iter().take(last + 1).map(of_new).collect::<Vec<_>>();
    let changed_before = |step: &WorkflowStep<'_>| !new_steps.iter().any(|new| same(step, new)) || !this.same_frame;
    let changed_after = |step: &WorkflowStep<'_>| twin(step).is_none() || !this.same_frame;
    let before = chosen(&all_before, |at| at == index || old_steps.get(at).is_some_and(changed_before));
    let after = chosen(&all_after, |at| at == last || new_steps.get(at).is_some_and(changed_after));
    let flat = |steps: Vec<Vec<PlannedStep>>| steps.into_iter().flatten().collect::<Vec<_>>();
    let cure = Cure { before, after, all_before: flat(all_before), all_after: flat(all_after) };
    sound(&cure)?;
    Ok(cure)
}

/// The last step of both must be a script, and all that it needs must be known.
fn sound(cure: &Cure) -> Result<(), String> {
    for steps in [&cure.before, &cure.after] {
        let Some(Deed::Run(_)) = steps.last().map(|step| &step.deed) else {
            return Err("the step runs an action, and actions are not run here".to_owned());
        };
        for step in steps {
            if let Deed::Run(script) = &step.deed
                && let Some(unknown) = script.unknown.first()
            {
                return Err(format!("the value of `{unknown}` is not known here"));
            }
        }
    }
    Ok(())
}

/// The steps that are run: those that `wanted` names by their index, and every checkout.
fn chosen(steps: &[Vec<PlannedStep>], wanted: impl Fn(usize) -> bool) -> Vec<PlannedStep> {
    let is_checkout = |step: &PlannedStep| matches!(step.deed, Deed::Checkout(_));
    let some = |(at, steps): (usize, &Vec<PlannedStep>)| {
        let all = wanted(at);
        steps.iter().filter(|step| all || is_checkout(step)).cloned().collect::<Vec<_>>()
    };
    steps.iter().enumerate().flat_map(some).collect()
}

struct Comparing<'a> {
    source: Source<'a>,
    /// Index of a step in the workflow → index of the log's step.
    logged: BTreeMap<usize, usize>,
    /// Whether what stands around the steps is the same before and after.
    same_frame: bool,
    /// Variables that earlier steps exported, as the failed step's echo shows them.
    inherited: Vec<(String, String)>,
}

impl Comparing<'_> {
    /// What the log tells of values that only a run knows: exported variables, and expressions of steps that it echoes.
    fn learn(&mut self, job: &WorkflowJob<'_>, steps: &[WorkflowStep<'_>], failed: usize) {
        for (index, at) in self.logged.clone() {
            let Some(stated) = steps.get(index) else { continue };
            let Some(echo) = self.source.job.steps.get(at).and_then(|step| step.echoes.first()) else { continue };
            let mut learned = Vec::new();
            if let (Some(template), Some(shown)) = (stated.run(), &echo.script) {
                learned.extend(unify(template.trim_end(), shown.trim_end()));
            }
            let env = workflow_env(job.workflow()).into_iter().chain(job.env()).chain(stated.env());
            for (key, template) in env {
                if let Some((_, shown)) = echo.env.iter().find(|(name, _)| name == key) {
                    learned.extend(unify(&template, shown));
                }
            }
            for (expression, value) in learned.into_iter().filter(|(_, value)| !value.contains("***")) {
                if let Some((context, key)) = expression.split_once('.') {
                    let here = self.source.paths.here(&value);
                    self.source.values.set(&context.to_ascii_lowercase(), key, &here);
                }
            }
            if index == failed {
                let stated: Vec<&str> = job.env().iter().map(|(key, _)| *key).chain(stated.env().iter().map(|(key, _)| *key)).collect();
                let own = |key: &str| stated.contains(&key);
                let here = |(key, value): &(String, String)| (key.clone(), self.source.paths.here(value));
                self.inherited = echo.env.iter().filter(|(key, _)| !own(key)).map(here).collect();
            }
        }
    }

    /// What a step does: as the log shows it, where it does; else as the workflow states it.
    fn step(&self, step: &WorkflowStep<'_>, job: &WorkflowJob<'_>, from_log: Option<usize>) -> Vec<PlannedStep> {
        let stated = Stated { step: step.clone(), job: Some(job.clone()) };
        let name = step.name().or(step.uses()).map_or_else(|| first_line(step.run().unwrap_or("")), str::to_owned);
        let logged = from_log.and_then(|index| self.logged.get(&index)).and_then(|at| self.source.job.steps.get(*at));
        if let Some(logged) = logged {
            return self.source.of_log(logged.name.as_deref().unwrap_or(&name), &logged.echoes, None, Some(&stated));
        }
        self.source.stated_step(&name, &stated, &self.inherited).into_iter().collect()
    }
}

fn first_line(script: &str) -> String {
    format!("Run {}", script.trim_start().lines().next().unwrap_or("").trim_end())
}

/// What stands around a job's steps and changes how they run.
fn frame(job: &WorkflowJob<'_>) -> impl PartialEq {
    let workflow = job.workflow();
    let owned =
        |defaults: crate::workflow::model::Defaults<'_>| (defaults.shell.map(str::to_owned), defaults.working_directory.map(str::to_owned));
    let env = |pairs: Vec<(&str, String)>| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Vec<_>>();
    (owned(job.defaults()), owned(workflow.defaults()), env(job.env()), env(workflow_env(workflow)))
}

/// Whether two steps do the same.
fn same(one: &WorkflowStep<'_>, other: &WorkflowStep<'_>) -> bool {
    let key = |step: &WorkflowStep<'_>| {
        let text = |value: Option<&str>| value.map(str::to_owned);
        let pairs = |pairs: Vec<(&str, String)>| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Vec<_>>();
        (text(step.run()), text(step.uses()), text(step.shell()), text(step.working_directory()), pairs(step.with()), pairs(step.env()))
    };
    key(one) == key(other) && one.name() == other.name()
}

/// The step of the patched job that is the step at `index` of the job as it ran.
fn counterpart(old: &[WorkflowStep<'_>], new: &[WorkflowStep<'_>], index: usize) -> Option<usize> {
    let behind = old.len().checked_sub(index + 1)?;
    let at = new.len().checked_sub(behind + 1)?;
    let tails = old.iter().skip(index + 1).zip(new.iter().skip(at + 1));
    if tails.clone().count() == behind && tails.into_iter().all(|(old, new)| same(old, new)) {
        return Some(at);
    }
    let mut twins = new.iter().filter(|new| same(&old[index], new));
    let twin = twins.next()?;
    twins.next().is_none().then_some(twin.index)
}

/// What the expressions of a template read in a text that it became: none when it does not fit, or fits in several ways.
fn unify(template: &str, shown: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let (mut rest, mut left) = (template, shown);
    while let Some((before, behind)) = rest.split_once("${{") {
        let Some((expression, after)) = behind.split_once("}}") else { return Vec::new() };
        let Some(value) = left.strip_prefix(before) else { return Vec::new() };
        let until = after.split("${{").next().unwrap_or(after);
        let end = match (until.is_empty(), after.is_empty()) {
            (_, true) => value.len(),
            (true, false) => return Vec::new(),
            (false, _) => match value.find(until) {
                Some(end) => end,
                None => return Vec::new(),
            },
        };
        found.push((expression.trim().to_owned(), value.get(..end).unwrap_or_default().to_owned()));
        left = value.get(end..).unwrap_or_default();
        rest = after;
    }
    if left == rest { found } else { Vec::new() }
}
