//! Turns a Python module of the repository itself, which the interpreter does not find, into the project's installation.

use super::install::steps_until;
use super::resolve::{Surroundings, step_that_runs, unfit};
use crate::edit::{self, EditSpec, Refusal};
use crate::workflow::Node;

impl Surroundings<'_> {
    /// `pip install -e .`: for a module that lies where a build of the project looks for it, in a job that installs with pip and does
    /// not install the project.
    pub(super) fn install_project(&self, module: &str) -> Result<Vec<EditSpec>, Refusal> {
        let folder = self.folder().unwrap_or_default();
        let here = |path: &str| self.repository.has(&if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") });
        let is_package = [format!("{module}/__init__.py"), format!("src/{module}/__init__.py"), format!("src/{module}.py")];
        if !is_package.iter().any(|path| here(path)) {
            return Err(unfit(format!("`{module}` is no package at the root of a project here")));
        }
        let manifest =
            self.repository.text(&if folder.is_empty() { "pyproject.toml".to_owned() } else { format!("{folder}/pyproject.toml") });
        // A pyproject.toml may hold settings of tools only.
        let builds = manifest.is_some_and(|text| {
            text.is_empty() || ["[project]", "[build-system]", "[tool.poetry]"].iter().any(|table| text.contains(table))
        });
        if !builds && !here("setup.py") && !here("setup.cfg") {
            return Err(unfit("the project says nowhere how it is built"));
        }
        if let Some(command) = self.script().and_then(edit::enters_python_environment) {
            return Err(unfit(format!("`{command}` runs in an environment of its own, which `pip install` does not reach")));
        }
        let runs: Vec<&str> = steps_until(self.document, self.place.job.as_deref(), self.place.step.as_ref())
            .filter_map(|step| step.value.get("run").and_then(Node::as_str))
            .collect();
        if !runs.iter().any(|run| run.contains("pip install") || run.contains("pip3 install")) {
            return Err(unfit("the job installs nothing with pip"));
        }
        let installs = |run: &&str| run.lines().any(|line| line.contains("install") && line.split_whitespace().any(is_project));
        if runs.iter().any(installs) || runs.iter().any(|run| run.contains("setup.py ") || run.contains("PYTHONPATH")) {
            return Err(unfit("the job installs the project already"));
        }
        let python = runs.iter().any(|run| run.contains("python -m pip"));
        let pip = if python { "python -m pip" } else { "pip" };
        Ok(vec![step_that_runs("Install the project", &format!("{pip} install -e {}", if folder.is_empty() { "." } else { &folder }))])
    }
}

/// Whether a word of a pip line is the project: `.`, `.[test]`, `./`, a wheel of its own.
fn is_project(word: &str) -> bool {
    let word = word.trim_matches(['"', '\'']);
    word == "."
        || word.starts_with(".[")
        || word.starts_with("./")
        || word.starts_with("file:")
        || word.ends_with(".whl")
        || word.contains("dist/")
}
