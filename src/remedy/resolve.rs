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
    ("add-component", |_, asked| Ok(vec![rustup("component", word(asked.need("component")?)?)])),
    ("add-target", |_, asked| Ok(vec![rustup("target", word(asked.need("target")?)?)])),
    ("fix-action-path", |around, asked| around.name_part(asked.need("action")?)),
    ("fix-action-ref", |around, asked| around.fix_reference(asked.need("action")?, asked.need("version")?)),
    ("fix-dockerfile", |around, _| around.fix_dockerfile()),
    ("fix-path", |around, asked| around.fix_path(asked.need("path")?)),
    ("fix-working-directory", |around, asked| around.fix_folder(asked.get("directory"), asked.get("file"))),
    ("grant-permission", |around, asked| grants(around, asked.get("scope"))),
    ("insert-run", |_, asked| Ok(vec![step_that_runs(asked.need("name")?, asked.need("run")?)])),
    ("install-command", |around, asked| around.install_command(asked.need("command")?)),
    ("install-library", |_, asked| Ok(vec![plain("install-library", &[("library", library(asked.need("library")?))])])),
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
    ("set-toolchain-version", |around, asked| around.set_toolchain(asked.need("tool")?, asked.need("version")?)),
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

/// Setup actions and the input that holds the version.
const SETUPS: &[(&str, &str, &str)] = &[
    ("python", "actions/setup-python", "python-version"),
    ("node", "actions/setup-node", "node-version"),
    ("go", "actions/setup-go", "go-version"),
    ("java", "actions/setup-java", "java-version"),
    ("dotnet", "actions/setup-dotnet", "dotnet-version"),
    ("ruby", "ruby/setup-ruby", "ruby-version"),
    ("rust", "dtolnay/rust-toolchain", "toolchain"),
    ("terraform", "hashicorp/setup-terraform", "terraform_version"),
    ("elixir", "erlef/setup-beam", "elixir-version"),
    ("pnpm", "pnpm/action-setup", "version"),
];

impl Surroundings<'_> {
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

    /// A tool's own limit is raised once, too: a step whose text differs from that of the base commit has a new one already.
    fn raise_once(&self, wish: &EditSpec) -> Result<Vec<EditSpec>, Refusal> {
        let step = self.place.step.as_ref().ok_or_else(|| unfit("which step failed is not certain"))?;
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

    fn quote_version(&self) -> Result<Vec<EditSpec>, Refusal> {
        let (_, key) = self.setup().ok_or_else(|| unfit("the step sets up no toolchain that is known"))?;
        Ok(vec![plain("quote-version", &[("key", key)])])
    }

    /// The setup action of the failed step, and the input that holds its version.
    fn setup(&self) -> Option<(&'static str, &'static str)> {
        let uses = self.document.get(&self.place.step.as_ref()?.key("uses"))?.as_str()?;
        SETUPS.iter().find(|(_, action, _)| uses.split('@').next() == Some(action)).map(|(_, action, key)| (*action, *key))
    }

    fn set_toolchain(&self, tool: &str, version: &str) -> Result<Vec<EditSpec>, Refusal> {
        let Some((_, action, key)) = SETUPS.iter().find(|(name, _, _)| *name == tool) else {
            return Err(unfit(format!("no setup action of `{tool}` is known")));
        };
        let version = word(version.trim_matches(|c: char| !c.is_ascii_alphanumeric()))?;
        Ok(vec![plain("set-with", &[("action", action), ("key", key), ("value", version)])])
    }
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
    Ok(scopes.iter().map(|(scope, access)| plain("add-permission", &[("scope", scope), ("access", access)])).collect())
}

/// One word that is safe in a script and in YAML: letters, digits, and `.-_+@/`.
fn word(text: &str) -> Result<&str, Refusal> {
    let safe = !text.is_empty()
        && text.len() <= 80
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-_+@/".contains(c));
    if safe { Ok(text) } else { Err(unfit("the log's word is not one that may stand in a script")) }
}

pub(super) fn rustup(what: &str, name: &str) -> EditSpec {
    step_that_runs(&format!("Add the {what} {name}"), &format!("rustup {what} add {name}"))
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
