//! Turns a located failure into what a verb asks about it: the job, the steps, the shell, and what tables know.

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

use super::draft::Draft;
use super::{EditSpec, Refusal};
use crate::repository::Repository;
use crate::text::OperatingSystem;
use crate::workflow::{Document, Item, Node, Place, Route};

/// Where a verb acts and what it may know.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The base commit.
    pub repository: &'a Repository,
    /// The text and tree of `place.file`.
    pub document: &'a Document,
    /// The failed job and step.
    pub place: &'a Place,
    /// What the log says about the machine.
    pub runner: &'a Runner,
    /// What dated tables know.
    pub knowledge: &'a Knowledge,
}

/// What a log says about the machine that ran the step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runner {
    /// Its system.
    pub system: Option<OperatingSystem>,
    /// The step's shell line, as the log shows it: `/usr/bin/bash -e {0}`.
    pub shell: Option<String>,
}

/// A system's package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Manager {
    /// Debian, Ubuntu.
    Apt,
    /// Alpine.
    Apk,
    /// Fedora and its kin.
    Dnf,
    /// macOS.
    Brew,
    /// Windows.
    Choco,
}

/// What bumping an action to the major `to` asks of its callers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Migration {
    /// Inputs with another name, old to new.
    pub renamed: BTreeMap<String, String>,
    /// Inputs that must be there, with a value for where they are absent.
    pub required: BTreeMap<String, String>,
    /// Inputs that are gone without loss.
    pub dropped: Vec<String>,
    /// Inputs that are gone and have no successor.
    pub lost: Vec<String>,
    /// More than inputs must change.
    pub script: bool,
}

/// What dated tables know. Every answer may be none: a verb never guesses.
#[derive(Debug, Clone, Copy)]
pub struct Knowledge {
    /// The packages, parted by blanks, that bring a command.
    pub command_package: fn(&str, Manager) -> Option<String>,
    /// The packages, parted by blanks, that hold a library or header.
    pub library_package: fn(&str, Manager) -> Option<String>,
    /// The Python distribution of a module.
    pub python_distribution: fn(&str) -> Option<String>,
    /// The npm package of a command.
    pub node_package: fn(&str) -> Option<String>,
    /// Whether the service refuses `action@reference`.
    pub is_refused: fn(&str, &str) -> bool,
    /// The smallest major that works, from the major in use on.
    pub supported_major: fn(&str, u32) -> Option<u32>,
    /// Actions that are bumped together with this one.
    pub together: fn(&str) -> Vec<String>,
    /// What changes from one major to another, in order.
    pub migrations: fn(&str, u32, u32) -> Vec<Migration>,
    /// The exact version of a commit of an action: `4.2.2`.
    pub version_of_commit: fn(&str, &str) -> Option<String>,
    /// An exact version of a major and its commit.
    pub pin: fn(&str, u32) -> Option<(String, String)>,
    /// The reference to use for an action that the repository does not use yet: `v4`.
    pub reference: fn(&str) -> Option<String>,
    /// The label that takes the place of a retired runner label.
    pub next_label: fn(&str) -> Option<String>,
}

impl Knowledge {
    /// Tables that know nothing.
    pub const NONE: Self = Self {
        command_package: |_, _| None,
        library_package: |_, _| None,
        python_distribution: |_| None,
        node_package: |_| None,
        is_refused: |_, _| false,
        supported_major: |_, _| None,
        together: |_| Vec::new(),
        migrations: |_, _, _| Vec::new(),
        version_of_commit: |_, _| None,
        pin: |_, _| None,
        reference: |_| None,
        next_label: |_| None,
    };
}

/// A verb's arguments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arguments<'a>(pub(super) &'a BTreeMap<String, String>);

impl<'a> Arguments<'a> {
    pub(super) const fn of(spec: &'a EditSpec) -> Self {
        Self(&spec.arguments)
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    pub(super) fn need(&self, name: &str) -> Result<&'a str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::DoesNotFit(format!("the argument `{name}` is missing")))
    }
}

/// What reads a step's script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shell {
    Bash,
    Sh,
    Pwsh,
    WindowsPs,
    Cmd,
    Python,
    Other,
}

impl Shell {
    pub(super) const fn is_posix(self) -> bool {
        matches!(self, Self::Bash | Self::Sh)
    }
}

/// The failed step.
#[derive(Debug, Clone)]
pub(super) struct FailedStep<'a> {
    pub(super) route: Route,
    pub(super) index: usize,
    pub(super) node: &'a Node,
}

/// A refusal with these words.
pub(super) fn unfit<T>(words: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::DoesNotFit(words.into()))
}

impl<'a> Scene<'a> {
    /// The failed job's route.
    pub(super) fn job_route(&self) -> Result<Route, Refusal> {
        match &self.place.job {
            Some(job) => Ok(Route::root().key("jobs").key(job)),
            None => unfit("the step stands in a composite action, which has no job"),
        }
    }

    /// The node that holds the steps: the job, or a composite action's `runs`.
    pub(super) fn holder(&self) -> Result<(Route, &'a Node), Refusal> {
        let route = self.job_route().unwrap_or_else(|_| Route::root().key("runs"));
        match self.document.get(&route) {
            Some(node) if node.is_mapping() => Ok((route, node)),
            _ => unfit(format!("the file has no `{route}`")),
        }
    }

    /// Whether the steps are those of a composite action.
    pub(super) const fn is_composite(&self) -> bool {
        self.place.job.is_none()
    }

    /// The list of steps and its route.
    pub(super) fn steps(&self) -> Result<(Route, &'a [Item]), Refusal> {
        let (route, holder) = self.holder()?;
        match holder.get("steps") {
            Some(steps) if steps.is_sequence() => Ok((route.key("steps"), steps.items())),
            _ => unfit(format!("`{route}` has no list of steps")),
        }
    }

    /// The failed step.
    pub(super) fn step(&self) -> Result<FailedStep<'a>, Refusal> {
        let Some(route) = self.place.step.clone() else { return unfit("which step failed is not certain") };
        match (self.document.get(&route), route.last_index()) {
            (Some(node), Some(index)) if node.is_mapping() => Ok(FailedStep { route, index, node }),
            _ => unfit(format!("the file has no step `{route}`")),
        }
    }

    /// The script of the failed step.
    pub(super) fn script(&self) -> Result<(Route, &'a str), Refusal> {
        let step = self.step()?;
        match step.node.get("run").and_then(Node::as_str) {
            Some(script) => Ok((step.route.key("run"), script)),
            None => unfit("the step has no script"),
        }
    }

    /// All lists of steps of the file, with the routes of their jobs.
    pub(super) fn all_steps(&self) -> Vec<(Route, &'a [Item])> {
        let Some(root) = &self.document.root else { return Vec::new() };
        let jobs = root.get("jobs").map_or(&[][..], Node::entries);
        let jobs = jobs.iter().filter_map(|job| Some((Route::root().key("jobs").key(job.key.as_str()?), &job.value)));
        let runs = root.get("runs").map(|runs| (Route::root().key("runs"), runs));
        jobs.chain(runs).filter_map(|(route, holder)| Some((route.key("steps"), holder.get("steps")?.items()))).collect()
    }

    /// The shell that reads the script of `step` of the failed job.
    pub(super) fn shell(&self, step: &Node) -> Shell {
        let holder = self.holder().ok().map(|(_, node)| node);
        // The log shows the failed step's shell: the job's default, unless that step names its own.
        let shown = self.step().is_ok_and(|failed| failed.node.get("shell").is_none()).then_some(self.runner.shell.as_deref()).flatten();
        self.named_shell(holder, step).or_else(|| shown.map(shell_of)).unwrap_or_else(|| {
            let system = self.system().or_else(|| system_of_condition(step));
            default_shell(system, self.container())
        })
    }

    /// The shell that reads the script of `step` in the list of steps at `steps`, of any job of the file.
    pub(super) fn shell_below(&self, steps: &Route, step: &Node) -> Shell {
        let holder = steps.split_last().map(|(holder, _)| holder).unwrap_or_default();
        if self.holder().is_ok_and(|(own, _)| own == holder) {
            return self.shell(step);
        }
        let holder = self.document.get(&holder);
        let system = holder.and_then(|holder| system_of(holder.get("runs-on")?)).or_else(|| system_of_condition(step));
        self.named_shell(holder, step).unwrap_or_else(|| default_shell(system, holder.and_then(image_of)))
    }

    /// The shell that the step, its job or the workflow names.
    fn named_shell(&self, holder: Option<&Node>, step: &Node) -> Option<Shell> {
        let default = |node: Option<&Node>| node?.get("defaults")?.get("run")?.get("shell")?.as_str().map(shell_of);
        let own = step.get("shell").and_then(Node::as_str).map(shell_of);
        own.or_else(|| default(holder)).or_else(|| default(self.document.root.as_ref()))
    }

    /// The system that the job runs on: as the log says, or as its labels do.
    pub(super) fn system(&self) -> Option<OperatingSystem> {
        self.runner.system.or_else(|| {
            let (_, holder) = self.holder().ok()?;
            system_of(holder.get("runs-on")?)
        })
    }

    /// Whether all legs of the job run on one system.
    pub(super) fn is_one_system(&self) -> bool {
        self.holder().is_ok_and(|(_, holder)| holder.get("runs-on").is_some_and(|labels| system_of(labels).is_some()))
    }

    /// The image of the job's container.
    pub(super) fn container(&self) -> Option<&'a str> {
        image_of(self.holder().ok()?.1)
    }

    /// A step that runs `script`, with what the place asks for.
    pub(super) fn run_step(&self, name: &str, script: &str) -> Value {
        let mut step = Mapping::new();
        step.insert("name".into(), name.into());
        step.insert("run".into(), script.into());
        if self.is_composite() {
            step.insert("shell".into(), "bash".into());
        }
        Value::Mapping(step)
    }

    /// Inserts a step before the failed one, unless the job has the very step.
    pub(super) fn insert_before_step(&self, step: Value) -> Result<Vec<super::Edit>, Refusal> {
        let failed = self.step()?;
        self.insert_step(failed.index, step)
    }

    /// Inserts a step before the step `index` of the failed job, unless the job has the very step.
    pub(super) fn insert_step(&self, index: usize, mut step: Value) -> Result<Vec<super::Edit>, Refusal> {
        // The script of a composite action has no default shell.
        if self.is_composite()
            && step.get("run").is_some()
            && step.get("shell").is_none()
            && let Some(step) = step.as_mapping_mut()
        {
            step.insert("shell".into(), "bash".into());
        }
        let (route, items) = self.steps()?;
        let work = step.get("run").or_else(|| step.get("uses")).and_then(Value::as_str).map(str::trim_end);
        let key = if step.get("run").is_some() { "run" } else { "uses" };
        let condition = step.get("if").and_then(Value::as_str);
        let text = |item: &'a Item, key: &str| item.value.get(key).and_then(Node::as_str).map(str::trim_end);
        let same = |item: &'a Item| text(item, key) == work && text(item, "if") == condition;
        if items.iter().take(index + 1).any(same) {
            return Err(Refusal::AlreadySo("the step".to_owned()));
        }
        let mut draft = Draft::new(self.document);
        draft.insert(&route, index, step)?;
        draft.finish(&self.place.file, "the step")
    }
}

fn default_shell(system: Option<OperatingSystem>, container: Option<&str>) -> Shell {
    match (system, container) {
        (Some(OperatingSystem::Windows), _) => Shell::Pwsh,
        (_, Some(_)) => Shell::Sh,
        _ => Shell::Bash,
    }
}

/// The system that a step's condition asks for: `runner.os == 'Windows'`.
fn system_of_condition(step: &Node) -> Option<OperatingSystem> {
    let condition = step.get("if").and_then(Node::as_str)?.to_ascii_lowercase().replace(' ', "");
    let windows = condition.contains("=='windows") || condition.contains(",'windows");
    (windows && !condition.contains('!') && !condition.contains("||")).then_some(OperatingSystem::Windows)
}

/// The image of a job's container.
fn image_of(holder: &Node) -> Option<&str> {
    let container = holder.get("container")?;
    container.as_str().or_else(|| container.get("image")?.as_str()).filter(|image| !image.is_empty())
}

/// The shell that a `shell:` names, a key's value or a log's line: `bash -e {0}`, `C:\Program Files\PowerShell\7\pwsh.EXE -command …`.
fn shell_of(line: &str) -> Shell {
    let line = line.to_ascii_lowercase();
    // A path on Windows may hold blanks; its program ends in `.exe`.
    let program = line.find(".exe").and_then(|end| line.get(..end)).or_else(|| line.split_whitespace().next()).unwrap_or("");
    let program = program.rsplit(['/', '\\']).next().unwrap_or(program);
    match program {
        "bash" => Shell::Bash,
        "sh" | "dash" => Shell::Sh,
        "pwsh" => Shell::Pwsh,
        "powershell" => Shell::WindowsPs,
        "cmd" => Shell::Cmd,
        "python" | "python3" => Shell::Python,
        _ => Shell::Other,
    }
}

/// The system of a `runs-on`, when its labels say one.
fn system_of(labels: &Node) -> Option<OperatingSystem> {
    let label = |text: &str| {
        let text = text.to_ascii_lowercase();
        let is = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
        match () {
            () if is(&["ubuntu", "linux"]) => Some(OperatingSystem::Linux),
            () if is(&["macos"]) => Some(OperatingSystem::Macos),
            () if is(&["windows"]) => Some(OperatingSystem::Windows),
            () => None,
        }
    };
    match labels.as_str() {
        Some(text) => label(text),
        None if labels.is_sequence() => labels.items().iter().find_map(|item| label(item.value.as_str()?)),
        None => labels.get("labels").and_then(system_of),
    }
}

/// An action reference in parts: `owner/name/path` and what stands behind the `@`.
pub(super) fn uses_of(step: &Node) -> Option<(&str, &str)> {
    step.get("uses")?.as_str()?.trim().split_once('@')
}

/// Whether `uses` names `action`, letters of either case.
pub(super) fn is_action(step: &Node, action: &str) -> bool {
    uses_of(step).is_some_and(|(name, _)| name.eq_ignore_ascii_case(action))
}
