//! Turns what a Node.js project lacks into its own installation, where no step of the job makes one.

use super::install::{says, steps_until};
use super::resolve::{Surroundings, plain, unfit};
use crate::almanac;
use crate::edit::{EditSpec, Refusal};
use crate::workflow::Node;

/// Beginnings of commands that install what a project declares.
const INSTALLS: &[&str] = &["npm ci", "npm install", "npm i", "yarn install", "pnpm install", "pnpm i", "bun install", "lerna bootstrap"];

/// Actions that do.
const INSTALLERS: &[&str] =
    &["bahmutov/npm-install", "borales/actions-yarn", "cypress-io/github-action", "pnpm/action-install", "nrwl/nx-set-shas"];

/// Lines above a missing command that may show which package script ran it.
const REACH: usize = 30;

impl Surroundings<'_> {
    /// A module that Node.js does not find: the project's own installation where there was none, else the package, if a table vouches
    /// for its name.
    pub(super) fn install_node_module(&self, module: &str) -> Result<Vec<EditSpec>, Refusal> {
        if let Some(spec) = self.declared_install() {
            return Ok(vec![spec]);
        }
        if almanac::is_node_package(module) {
            return Ok(vec![plain("install-node-package", &[("package", module)])]);
        }
        Err(unfit(format!("no table vouches for a package `{module}`, and the job installs what the project declares")))
    }

    /// The project's own installation, for a command that a package script missed; none where the command is not a project's.
    pub(super) fn install_for_script(&self, command: &str) -> Option<Result<EditSpec, Refusal>> {
        let of_system = almanac::tool(command).is_some_and(|tool| tool.npm.is_none()) && almanac::node_package(command).is_none();
        let lines = self.lines_around(REACH);
        // npm and pnpm announce a script with `> `, yarn and bun with `$ `.
        let announced = lines.iter().any(|line| line.starts_with("> ") || line.starts_with("$ "));
        if of_system || !announced || !self.has_manifest() {
            return None;
        }
        let declared = || unfit(format!("the job installs what the project declares, and that brings no `{command}`: declare it"));
        Some(self.declared_install().ok_or_else(declared))
    }

    /// The installation that the lock file asks for, in a step of its own; none where the job has one already.
    fn declared_install(&self) -> Option<EditSpec> {
        let installs = |node: &Node| {
            let uses = node.get("uses").and_then(Node::as_str).unwrap_or("");
            let run = node.get("run").and_then(Node::as_str).unwrap_or("");
            let bare_yarn = run.lines().any(|line| line.trim() == "yarn");
            uses.starts_with("./")
                || INSTALLERS.contains(&uses.split('@').next().unwrap_or("").to_ascii_lowercase().as_str())
                || bare_yarn
                || INSTALLS.iter().any(|words| says(run, words))
        };
        if steps_until(self.document, self.place.job.as_deref(), self.place.step.as_ref()).any(|step| installs(&step.value)) {
            return None;
        }
        let folder = self.folder().unwrap_or_default();
        let own = self.installation(&folder);
        let (folder, command) = match own {
            Some(command) if command != UNLOCKED || folder.is_empty() => (folder, command),
            other => self
                .installation("")
                .filter(|command| *command != UNLOCKED)
                .map(|command| (String::new(), command))
                .or(other.map(|command| (folder, command)))?,
        };
        let mut step = serde_yaml::Mapping::from_iter([("name".into(), "Install dependencies".into()), ("run".into(), command.into())]);
        if !folder.is_empty() && self.place.step.as_ref().and_then(|step| self.document.get(&step.key("working-directory"))).is_some() {
            step.insert("working-directory".into(), folder.into());
        }
        Some(plain("insert-step", &[("step", &serde_yaml::to_string(&step).unwrap_or_default())]))
    }

    /// Whether the project in the step's folder, or the whole repository's, says what it needs.
    fn has_manifest(&self) -> bool {
        let folder = self.folder().unwrap_or_default();
        self.installation(&folder).or_else(|| self.installation("")).is_some()
    }

    /// The command that installs the project in `folder`.
    fn installation(&self, folder: &str) -> Option<&'static str> {
        let has = |name: &str| self.repository.has(&if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") });
        Some(match () {
            () if has("package-lock.json") || has("npm-shrinkwrap.json") => "npm ci",
            () if has("yarn.lock") && has(".yarnrc.yml") => "yarn install --immutable",
            () if has("yarn.lock") => "yarn install --frozen-lockfile",
            () if has("pnpm-lock.yaml") => "pnpm install --frozen-lockfile",
            () if has("bun.lock") || has("bun.lockb") => "bun install --frozen-lockfile",
            () if has("package.json") => UNLOCKED,
            () => return None,
        })
    }
}

/// What installs a project without a lock file.
const UNLOCKED: &str = "npm install";
