//! Turns a rule's wish into plain verbs, with what the almanac, the repository and the log around the cause say.

use super::knowledge;
use super::paths::inside;
use super::plan::Plan;
use super::scopes::{scopes, with_needs_of_action};
use crate::almanac;
use crate::edit::Refusal;
use crate::repository::Repository;
use crate::rules::EditSpec;
use crate::workflow::{Document, Node, Place, Route};

/// What a wish is resolved in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) plan: &'a Plan<'a>,
    pub(super) repository: &'a Repository,
    pub(super) place: &'a Place,
    pub(super) document: &'a Document,
}

/// The plain verbs that a wish comes to, in order.
pub(super) fn resolved(wish: &EditSpec, around: &Surroundings<'_>) -> Result<Vec<EditSpec>, Refusal> {
    match RESOLVERS.iter().find(|(name, _)| *name == wish.verb) {
        Some((_, resolve)) => resolve(around, &Asked(wish)),
        None => Ok(vec![wish.clone()]),
    }
}

type Resolve = fn(&Surroundings<'_>, &Asked<'_>) -> Result<Vec<EditSpec>, Refusal>;

/// What turns a wish into verbs, and a verb whose arguments come from a log into one whose arguments are certain.
const RESOLVERS: &[(&str, Resolve)] = &[
    ("add-checkout", |around, _| Ok(vec![around.checkout()])),
    ("add-component", |around, asked| around.rustup("component", asked.need("component")?)),
    ("add-target", |around, asked| around.rustup("target", asked.need("target")?)),
    ("delimit-value", |around, _| around.delimit()),
    ("drop-cache", |around, asked| around.drop_cache(asked.need("patterns")?)),
    ("fix-action-path", |around, asked| around.name_part(asked.need("action")?)),
    ("fix-action-ref", |around, asked| around.fix_reference(asked.need("action")?, asked.need("version")?)),
    ("fix-cache-path", |around, asked| around.fix_cache_path(asked.get("patterns"))),
    ("fix-dockerfile", |around, _| around.fix_dockerfile()),
    ("fix-path", |around, asked| around.fix_path(asked.need("path")?)),
    ("fix-working-directory", |around, asked| around.fix_folder(asked.get("directory"), asked.get("file"))),
    ("grant-permission", |around, asked| grants(around, asked.get("scope"))),
    ("insert-run", |_, asked| Ok(vec![step_that_runs(asked.need("name")?, asked.need("run")?)])),
    ("install-command", |around, asked| around.install_command(asked.need("command")?)),
    ("install-library", |_, asked| Ok(vec![plain("install-library", &[("library", library(asked.need("library")?))])])),
    ("install-node-module", |around, asked| around.install_node_module(asked.need("module")?)),
    ("install-project", |around, asked| around.install_project(asked.need("module")?)),
    ("install-pytest-plugin", |_, asked| install_plugin(asked.need("option")?)),
    ("install-python-tool", |around, asked| around.install_python_tool(asked.need("distribution")?)),
    ("make-executable", |around, asked| around.make_executable(asked.need("path")?)),
    ("quote-version", |around, _| around.quote_version()),
    ("raise-duration", |around, asked| around.raise_once(asked.0)),
    ("raise-timeout", |around, asked| around.raise(asked.need("of")?)),
    ("rename-action", |around, asked| around.rename(asked.need("action")?)),
    ("rename-package", |around, asked| around.rename_package(asked.need("package")?)),
    // `plan` repairs the text itself: it may be no document.
    ("repair-yaml", |_, _| Err(unfit("the file is a document already"))),
    ("replace-retired-option", |around, asked| around.replace_retired(asked.need("option")?)),
    ("replace-runner-label", |_, asked| Ok(vec![plain("replace-runner-label", &[("from", &knowledge::label(asked.need("from")?))])])),
    ("run-under-display", |around, _| around.run_under_display()),
    ("set-shell", |around, asked| around.set_shell(asked.need("shell")?)),
    ("set-toolchain-version", |around, asked| around.set_toolchain(asked.need("tool")?, asked.need("version")?)),
    ("start-display", |around, _| around.start_display()),
    ("use-older-image", |around, asked| around.use_older_image(asked.need("version")?)),
    ("use-own-venv", |around, _| around.use_own_venv()),
    ("use-venv-step", |_, _| Ok(vec![step_that_runs("Use a virtual environment", VENV)])),
];

/// A wish's arguments, its captures filled in.
struct Asked<'a>(&'a EditSpec);

impl Asked<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.arguments.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| unfit(format!("the log does not say which {name}")))
    }
}

/// PEP 668: the system's Python is not for pip; a virtual environment in front of PATH serves all later steps.
const VENV: &str = "python3 -m venv \"$RUNNER_TEMP/venv\"\necho \"$RUNNER_TEMP/venv/bin\" >> \"$GITHUB_PATH\"\n";

impl Surroundings<'_> {
    /// The lines of the failed step that stand within `reach` of the cause.
    pub(super) fn lines_around(&self, reach: usize) -> Vec<&str> {
        let diagnosis = self.plan.diagnosis;
        let Some(job) = diagnosis.job.and_then(|job| self.plan.case.transcript.jobs.get(job)) else { return Vec::new() };
        let Some(cause) = diagnosis.cause.as_ref().and_then(|cause| cause.index) else { return Vec::new() };
        let step = diagnosis.step.and_then(|step| job.steps.get(step)).map_or(0..job.text.len(), |step| step.lines.clone());
        let range = cause.saturating_sub(reach).max(step.start)..(cause + reach).min(step.end);
        range.map(|index| job.text.text(index)).collect()
    }

    /// What the log shows of the failed step: its script, or its inputs.
    fn echoed(&self) -> Vec<&str> {
        let job = self.plan.diagnosis.job.and_then(|job| self.plan.case.transcript.jobs.get(job));
        let step = job.zip(self.plan.diagnosis.step).and_then(|(job, step)| job.steps.get(step));
        let echoes = step.map_or(&[][..], |step| &step.echoes).iter();
        echoes.flat_map(|echo| echo.script.as_deref().into_iter().chain(echo.with.iter().map(|(_, value)| value.as_str()))).collect()
    }

    /// A limit is raised once: when the text no longer has the limit of the base commit, an earlier failure raised it.
    fn raise(&self, of: &str) -> Result<Vec<EditSpec>, Refusal> {
        let route = match (of, &self.place.job, &self.place.step) {
            ("job", Some(job), _) => Route::root().key("jobs").key(job),
            ("step", _, Some(step)) => step.clone(),
            _ => return Err(unfit("which limit was met is not certain")),
        };
        let limit = route.key("timeout-minutes");
        let value = |document: &Document| document.get(&limit).and_then(Node::as_str).map(str::to_owned);
        let base =
            self.plan.case.repository.and_then(|base| base.text(self.place.file.as_str())).and_then(|text| Document::parse(text).ok());
        if base.as_ref().and_then(value) != value(self.document) {
            return Err(Refusal::AlreadySo(format!("`{limit}`")));
        }
        Ok(vec![plain("raise-timeout", &[("of", of)])])
    }

    /// The runner's file that the message names: `Unable to process file command 'output' successfully.`
    fn delimit(&self) -> Result<Vec<EditSpec>, Refusal> {
        let lines = self.lines_around(4);
        let named = lines.iter().find_map(|line| line.split_once("file command '")?.1.split('\'').next());
        let file = named.ok_or_else(|| unfit("the log does not say which of the runner's files was refused"))?;
        Ok(vec![plain("delimit-value", &[("file", file)])])
    }

    /// A tool's own limit is raised once, too: a step whose text differs from that of the base commit, or from what the log shows of
    /// it, has a new one already.
    fn raise_once(&self, wish: &EditSpec) -> Result<Vec<EditSpec>, Refusal> {
        let step = self.place.step.as_ref().ok_or_else(|| unfit("which step failed is not certain"))?;
        let option = wish.arguments.get("option").map_or("", String::as_str);
        let now = self.document.get(step).map_or("", |node| self.document.slice(node.span));
        if let (Some(has), Some(had)) = (limit(now, option), self.echoed().iter().find_map(|text| limit(text, option)))
            && has != had
        {
            return Err(Refusal::AlreadySo(format!("`{option}` with another value than in the log")));
        }
        let text = |document: &Document| document.get(step).map(|node| document.slice(node.span).to_owned());
        let base =
            self.plan.case.repository.and_then(|base| base.text(self.place.file.as_str())).and_then(|text| Document::parse(text).ok());
        if base.as_ref().and_then(text) != text(self.document) {
            return Err(Refusal::AlreadySo(format!("`{step}`")));
        }
        Ok(vec![wish.clone()])
    }

    /// The file that the message names, as the repository has it: through the step's folder, or by its only name.
    fn make_executable(&self, path: &str) -> Result<Vec<EditSpec>, Refusal> {
        let named = inside(path);
        let folder = self.folder();
        let through = folder.as_deref().map(|folder| format!("{folder}/{named}"));
        let candidates = through.into_iter().chain([named.clone()]);
        let path = candidates.into_iter().find(|path| self.repository.has(path)).unwrap_or(named);
        Ok(vec![plain("make-executable", &[("path", &path)])])
    }
}

/// What a text says behind an option: `10m` for `--timeout=10m`.
fn limit<'t>(text: &'t str, option: &str) -> Option<&'t str> {
    let at = text.find(option).filter(|_| !option.is_empty())?;
    let rest = text.get(at + option.len()..)?.strip_prefix(['=', ' '])?;
    rest.split(|c: char| c.is_whitespace() || "'\"\\".contains(c)).next().filter(|value| !value.contains("${{"))
}

/// A library's name without the linker's `-l`.
fn library(name: &str) -> &str {
    name.strip_prefix("-l").unwrap_or(name)
}

fn install_plugin(option: &str) -> Result<Vec<EditSpec>, Refusal> {
    let plugin =
        almanac::pytest_plugin(option).ok_or_else(|| unfit(format!("no table knows a pytest plugin with the option `{option}`")))?;
    Ok(vec![plain("install-python-module", &[("module", plugin), ("distribution", plugin)])])
}

/// The scope that the rule is certain of, with what the step's action needs besides; else what the log tells.
fn grants(around: &Surroundings<'_>, scope: Option<&str>) -> Result<Vec<EditSpec>, Refusal> {
    let scopes = match scope {
        Some(scope) => with_needs_of_action(around, scope),
        None => scopes(around)?,
    };
    let (scopes, access): (Vec<String>, Vec<String>) = scopes.into_iter().unzip();
    Ok(vec![plain("add-permission", &[("scope", &scopes.join(" ")), ("access", &access.join(" "))])])
}

/// One word that is safe in a script and in YAML: letters, digits, and `.-_+@/`.
pub(super) fn word(text: &str) -> Result<&str, Refusal> {
    let safe = !text.is_empty()
        && text.len() <= 80
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-_+@/".contains(c));
    if safe { Ok(text) } else { Err(unfit("the log's word is not one that may stand in a script")) }
}

pub(super) fn step_that_runs(name: &str, run: &str) -> EditSpec {
    let step = serde_yaml::Mapping::from_iter([("name".into(), name.into()), ("run".into(), run.into())]);
    plain("insert-step", &[("step", &serde_yaml::to_string(&step).unwrap_or_default())])
}

/// A verb with its arguments.
pub(super) fn plain(verb: &str, arguments: &[(&str, &str)]) -> EditSpec {
    let arguments = arguments.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    EditSpec { verb: verb.to_owned(), arguments }
}

/// A refusal with these words.
pub(super) fn unfit(words: impl Into<String>) -> Refusal {
    Refusal::DoesNotFit(words.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{WISHES, verb};

    #[test]
    fn each_wish_has_its_resolver_and_each_resolver_its_verb() {
        assert!(RESOLVERS.is_sorted_by(|one, other| one.0 < other.0));
        for wish in WISHES {
            assert!(RESOLVERS.iter().any(|(name, _)| *name == wish.name), "{}", wish.name);
        }
        for (name, _) in RESOLVERS {
            assert!(verb(name).is_some(), "{name}");
        }
    }
}
