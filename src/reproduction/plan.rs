//! Which steps to run, from what a log echoes and a workflow says.

use super::expression::evaluate;
use super::values::{Values, repository};
use super::{PLACEHOLDER, Paths, Script, Shell};
use crate::diagnosis::Diagnosis;
use crate::repository::Repository;
use crate::text::{OperatingSystem, Redacted};
use crate::transcript::{Echo, Job, StepKind, Transcript};
use crate::workflow::locate::{Locator, Place};
use crate::workflow::model::{Job as WorkflowJob, Step as WorkflowStep, Workflow};

/// Everything that is run, or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The job's display name.
    pub job: String,
    /// The commit that is checked out; none without a checkout of the repository.
    pub commit: Option<String>,
    /// The steps up to the failed one, which is the last.
    pub steps: Vec<PlannedStep>,
    /// The image of the job's container.
    pub container: Option<String>,
    /// The image of the runner: `ubuntu-24.04 20261001.1`.
    pub image: Option<String>,
    /// The runner's variables, by name.
    pub variables: Vec<(String, String)>,
    /// What cannot be reproduced, in words.
    pub missing: Vec<String>,
}

/// A step of the job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    /// Its name in the log, or what its name would be.
    pub name: String,
    /// What it does here.
    pub deed: Deed,
}

/// What a step does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A script is run.
    Run(Script),
    /// The commit is checked out.
    Checkout(CheckoutStep),
    /// An action, which is not run here.
    Skip {
        /// The action.
        uses: String,
        /// Its inputs, as far as they say which versions it sets up.
        with: Vec<(String, String)>,
    },
}

/// How the commit is checked out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckoutStep {
    /// The folder below the workspace.
    pub path: Option<String>,
    /// Whether the older history is there too.
    pub has_history: bool,
}

/// Why a failure cannot be run here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It belongs to no step.
    #[error("the failure belongs to no step that runs a script")]
    NoStep,
    /// The step runs an action.
    #[error("the step runs the action {0}, and actions are not run here")]
    Action(String),
    /// No text of the script is known.
    #[error("the log shows no script of the step, and no workflow here tells it")]
    NoScript,
    /// The script is for another system.
    #[error("the step ran on {0}")]
    System(&'static str),
    /// The shell's command line is not understood.
    #[error("the shell `{0}` is not understood")]
    Shell(String),
}

/// What the plan is made from.
pub(super) struct Source<'a> {
    pub(super) job: &'a Job,
    pub(super) paths: &'a Paths,
    pub(super) values: Values,
}

/// Plans how to run the step of a diagnosis. `commit` is what is checked out.
///
/// # Errors
/// When the step cannot be run here at all.
pub fn plan(
    transcript: &Transcript,
    diagnosis: &Diagnosis,
    repository: Option<&Repository>,
    commit: Option<&str>,
    paths: &Paths,
) -> Result<Plan, Refused> {
    let (job_index, step_index) = diagnosis.job.zip(diagnosis.step).ok_or(Refused::NoStep)?;
    let job = transcript.jobs.get(job_index).ok_or(Refused::NoStep)?;
    match job.facts.os {
        Some(OperatingSystem::Windows) => return Err(Refused::System("Windows")),
        Some(OperatingSystem::Macos) if !cfg!(target_os = "macos") => return Err(Refused::System("macOS")),
        _ => {}
    }
    let values = Values::new(transcript, job, commit, paths);
    let source = Source { job, paths, values };
    let locator = repository.map(|repository| Locator::new(transcript, repository, None));
    let place = |step: usize| locator.as_ref().and_then(|locator| locator.step(job_index, step).ok());
    let files = |place: &Place| Workflow::read(place.file.clone(), repository?.text(place.file.as_str())?).ok();
    let mut steps = Vec::new();
    for (index, step) in job.steps.iter().enumerate().take(step_index + 1) {
        let is_last = index == step_index;
        if !is_last && !matches!(step.kind, StepKind::Main | StepKind::Unknown) {
            continue;
        }
        let place = place(index);
        let workflow = place.as_ref().and_then(files);
        let stated = place.as_ref().zip(workflow.as_ref()).and_then(|(place, workflow)| stated(place, workflow));
        let name = step.name.clone().unwrap_or_else(|| "the step".to_owned());
        let cause = diagnosis.cause.as_ref().and_then(|cause| cause.index).filter(|_| is_last);
        steps.extend(source.of_log(&name, &step.echoes, cause, stated.as_ref()));
        if is_last && !matches!(steps.last().map(|step| &step.deed), Some(Deed::Run(_))) {
            return Err(source.refusal(&step.echoes));
        }
    }
    source.add_stated_checkout(&mut steps, place(step_index).as_ref(), place(step_index).as_ref().and_then(files).as_ref());
    let image = job.facts.image.as_ref().map(|image| match &job.facts.image_version {
        Some(version) => format!("{image} {version}"),
        None => image.clone(),
    });
    let mut plan = Plan {
        job: job.name.clone(),
        commit: commit.map(str::to_owned),
        container: job.facts.container.clone(),
        image,
        variables: super::launcher::runner_variables(&source.values, paths),
        missing: Vec::new(),
        steps,
    };
    plan.missing = missing(&plan, job);
    Ok(plan)
}

/// The step as the workflow states it.
pub(super) struct Stated<'a> {
    pub(super) step: WorkflowStep<'a>,
    pub(super) job: Option<WorkflowJob<'a>>,
}

impl Stated<'_> {
    fn shell(&self) -> Option<&str> {
        self.job.as_ref().map_or(self.step.shell(), |job| job.shell_of(&self.step))
    }

    fn working_directory(&self) -> Option<&str> {
        self.job.as_ref().map_or(self.step.working_directory(), |job| job.working_directory_of(&self.step))
    }
}

fn stated<'a>(place: &Place, workflow: &'a Workflow) -> Option<Stated<'a>> {
    let route = place.step.as_ref()?;
    let job = place.job.as_deref().and_then(|id| workflow.job(id));
    let steps = job.as_ref().map_or_else(|| workflow.action_steps(), WorkflowJob::steps);
    let step = steps.into_iter().find(|step| &step.route == route)?;
    Some(Stated { step, job })
}

impl Source<'_> {
    /// What a step of the log does here: each of its echoes, those of a composite action too.
    pub(super) fn of_log(&self, name: &str, echoes: &[Echo], cause: Option<usize>, stated: Option<&Stated<'_>>) -> Vec<PlannedStep> {
        let mut out = Vec::new();
        let before = |echo: &&Echo| cause.is_none_or(|cause| echo.lines.start < cause);
        for echo in echoes.iter().filter(before) {
            let deed = match (&echo.uses, &echo.script) {
                (Some(uses), _) => Some(self.action(uses, &echo.with)),
                (None, Some(_)) => self.script(name, echo, stated.filter(|_| echoes.len() == 1)).map(Deed::Run),
                (None, None) => None,
            };
            out.extend(deed.map(|deed| PlannedStep { name: name.to_owned(), deed }));
        }
        if out.is_empty()
            && let Some(stated) = stated
        {
            out.extend(self.stated_step(name, stated, &[]));
        }
        out
    }

    fn action(&self, uses: &str, with: &[(String, String)]) -> Deed {
        if uses.starts_with("actions/checkout@") {
            let input = |key: &str| with.iter().find(|(name, _)| name == key).map(|(_, value)| value.trim().to_owned());
            let path = input("path").filter(|path| !path.is_empty() && path != ".");
            return Deed::Checkout(CheckoutStep { path, has_history: input("fetch-depth").as_deref() == Some("0") });
        }
        let telling =
            |name: &str| name.ends_with("-version") || name.ends_with("-version-file") || name == "version" || name == "toolchain";
        let with = with.iter().filter(|(name, _)| telling(name)).cloned().collect();
        Deed::Skip { uses: uses.to_owned(), with }
    }

    /// A script as the log echoes it.
    fn script(&self, name: &str, echo: &Echo, stated: Option<&Stated<'_>>) -> Option<Script> {
        let text = echo.script.as_deref()?;
        let in_container = self.job.facts.container.is_some();
        let shell = match &echo.shell {
            Some(shown) => Shell::of_log(shown)?,
            None => Shell::of_workflow(stated.and_then(Stated::shell), in_container)?,
        };
        let mut script = Script {
            name: name.to_owned(),
            text: String::new(),
            shell,
            env: Vec::new(),
            working_directory: stated.and_then(Stated::working_directory).map(|folder| evaluate(folder, &self.values).text),
            secrets: Vec::new(),
            unknown: Vec::new(),
        };
        for (key, value) in &echo.env {
            script.put(key, &self.paths.here(value));
        }
        // A masked word is no glob and no secret: it is a word that nobody has.
        let safe = Redacted::new(text);
        let safe = if safe.as_str().contains("***") { safe.as_str() } else { text };
        script.text = self.paths.here(&safe.replace("***", &format!("{PLACEHOLDER}secret")));
        Some(script)
    }

    /// A step as the workflow states it; `inherited` is the environment of the job, as the log shows it.
    pub(super) fn stated_step(&self, name: &str, stated: &Stated<'_>, inherited: &[(String, String)]) -> Option<PlannedStep> {
        if let Some(uses) = stated.step.uses() {
            let with: Vec<(String, String)> = stated.step.with().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
            return Some(PlannedStep { name: name.to_owned(), deed: self.action(uses, &with) });
        }
        let mut values = self.values.clone();
        let shell = Shell::of_workflow(stated.shell(), self.job.facts.container.is_some())?;
        let mut script = Script {
            name: name.to_owned(),
            text: String::new(),
            shell,
            env: Vec::new(),
            working_directory: None,
            secrets: Vec::new(),
            unknown: Vec::new(),
        };
        for (key, value) in inherited {
            values.set("env", key, value);
            script.put(key, value);
        }
        let workflow_env = stated.job.as_ref().map(|job| super::patched::workflow_env(job.workflow())).unwrap_or_default();
        let job_env = stated.job.as_ref().map(WorkflowJob::env).unwrap_or_default();
        for (key, value) in workflow_env.into_iter().chain(job_env).chain(stated.step.env()) {
            let evaluated = evaluate(&value, &values);
            script.unknown.extend(evaluated.unknown);
            let value = if evaluated.has_secret { "***" } else { evaluated.text.as_str() };
            values.set("env", key, value);
            script.put(key, value);
        }
        let run = evaluate(stated.step.run()?.trim_end_matches('\n'), &values);
        script.text = run.text;
        script.unknown.extend(run.unknown);
        script.working_directory = stated.working_directory().map(|folder| evaluate(folder, &values).text);
        Some(PlannedStep { name: name.to_owned(), deed: Deed::Run(script) })
    }

    /// An excerpt shows one step only: whether the commit was checked out before it, the workflow tells.
    fn add_stated_checkout(&self, steps: &mut Vec<PlannedStep>, place: Option<&Place>, workflow: Option<&Workflow>) {
        let is_checkout = |step: &PlannedStep| matches!(step.deed, Deed::Checkout(_));
        let set_up = self.job.steps.iter().any(|step| step.kind == StepKind::Setup);
        if steps.iter().any(is_checkout) || set_up && self.job.steps.len() > 2 {
            return;
        }
        let stated = place.zip(workflow).and_then(|(place, workflow)| {
            let job = workflow.job(place.job.as_deref()?)?;
            let last = place.step.as_ref()?.last_index()?;
            let uses =
                job.steps().into_iter().take(last).find(|step| step.uses().is_some_and(|uses| uses.starts_with("actions/checkout@")))?;
            let with: Vec<(String, String)> = uses.with().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
            Some(Some(self.action(uses.uses()?, &with)))
        });
        // Where nothing tells, most jobs begin with a checkout.
        let deed = match (stated, place) {
            (Some(found), _) => found,
            (None, Some(_)) => None,
            (None, None) => Some(Deed::Checkout(CheckoutStep::default())),
        };
        if let Some(deed) = deed {
            steps.insert(0, PlannedStep { name: "Check out".to_owned(), deed });
        }
    }

    fn refusal(&self, echoes: &[Echo]) -> Refused {
        match echoes.last() {
            Some(Echo { uses: Some(uses), .. }) => Refused::Action(uses.clone()),
            Some(Echo { shell: Some(shell), .. }) => Refused::Shell(shell.clone()),
            _ => Refused::NoScript,
        }
    }
}

impl Script {
    /// Adds a variable; a masked value, or one that looks like a secret, is replaced by a placeholder.
    pub(super) fn put(&mut self, key: &str, value: &str) {
        let masked = value.contains("***") || Redacted::new(value).as_str().contains("***");
        self.env.retain(|(known, _)| known != key);
        if masked {
            self.secrets.push(key.to_owned());
        }
        let value = if masked { format!("{PLACEHOLDER}{key}") } else { value.to_owned() };
        self.env.push((key.to_owned(), value));
    }
}

/// What cannot be reproduced, in words.
fn missing(plan: &Plan, job: &Job) -> Vec<String> {
    let mut missing = Vec::new();
    if let Some(image) = &plan.image {
        missing.push(format!("The run had the image {image} with its programs."));
    }
    if let Some(container) = &plan.container {
        missing.push(format!("The job ran in the container {container}; `--container` uses it where it is there."));
    }
    for step in &plan.steps {
        match &step.deed {
            Deed::Skip { uses, with } => {
                let with: Vec<String> = with.iter().map(|(name, value)| format!("{name} {value}")).collect();
                let with = if with.is_empty() { String::new() } else { format!(" ({})", with.join(", ")) };
                missing.push(format!("{uses}{with} is an action and does not run here."));
            }
            Deed::Run(script) => {
                if !script.secrets.is_empty() {
                    missing.push(format!("{}: a placeholder stands for {}.", script.name, script.secrets.join(", ")));
                }
                for unknown in &script.unknown {
                    missing.push(format!("{}: the value of `{unknown}` is not known here.", script.name));
                }
            }
            Deed::Checkout(_) => {}
        }
    }
    let starts_services = |line: &str| line.starts_with("Starting ") && line.ends_with(" service container");
    let in_setup = job.steps.iter().filter(|step| step.kind == StepKind::Setup).flat_map(|step| step.lines.clone());
    if in_setup.take(2000).any(|line| starts_services(job.text.text(line))) {
        missing.push("The job's services do not run here.".to_owned());
    }
    missing
}

/// The name that the runner's workspace has.
pub(super) fn workspace_name(transcript: &Transcript) -> String {
    let repository = repository(transcript);
    let name = repository.rsplit('/').next().unwrap_or("app");
    if transcript.run.repository.is_some() { name.to_owned() } else { spelled(transcript).unwrap_or_else(|| "app".to_owned()) }
}

/// `/home/runner/work/app/app`, as some line spells it.
fn spelled(transcript: &Transcript) -> Option<String> {
    const LINES: usize = 5000;
    let lines = transcript.jobs.iter().flat_map(|job| (0..job.text.len().min(LINES)).map(|line| job.text.text(line)));
    lines.into_iter().find_map(|line| {
        let rest = ["/home/runner/work/", "/__w/"].iter().find_map(|start| line.split_once(start).map(|(_, rest)| rest))?;
        let mut parts = rest.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
        let (one, other) = (parts.next()?, parts.next()?);
        (one == other && !one.is_empty()).then(|| one.to_owned())
    })
}

impl Paths {
    /// The folders of a reproduction of a job in `root`, an absolute path.
    pub fn of(root: &str, transcript: &Transcript, job: Option<usize>) -> Self {
        let in_container = job.and_then(|job| transcript.jobs.get(job)).is_some_and(|job| job.facts.container.is_some());
        Self { root: root.trim_end_matches('/').to_owned(), in_container, name: workspace_name(transcript) }
    }
}
