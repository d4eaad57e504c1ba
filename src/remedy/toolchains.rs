//! Turns a version that a tool, a manifest or a message asks for into the place where the job says which version it sets up.

use std::sync::LazyLock;

use regex::Regex;

use super::resolve::{Surroundings, plain, step_that_runs, unfit, word};
use crate::edit::{EditSpec, Refusal};
use crate::workflow::{Locator, Node, Route};

/// Setup actions and the input that holds the version.
const SETUPS: &[(&str, &str, &str)] = &[
    ("python", "actions/setup-python", "python-version"),
    ("node", "actions/setup-node", "node-version"),
    ("go", "actions/setup-go", "go-version"),
    ("java", "actions/setup-java", "java-version"),
    ("dotnet", "actions/setup-dotnet", "dotnet-version"),
    ("ruby", "ruby/setup-ruby", "ruby-version"),
    ("rust", RUST, "toolchain"),
    ("terraform", "hashicorp/setup-terraform", "terraform_version"),
    ("elixir", "erlef/setup-beam", "elixir-version"),
    ("pnpm", "pnpm/action-setup", "version"),
];

/// Its reference is the toolchain, unless an input names one (<https://github.com/dtolnay/rust-toolchain#inputs>).
const RUST: &str = "dtolnay/rust-toolchain";

/// `cargo +nightly fmt`: the toolchain that a command asks rustup for, plain or from the matrix.
static PLUS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?:cargo(?:-\w+)?|rustc|rustdoc|rustfmt) \+(\$\{\{ *(?:matrix|env)\.[\w-]+ *\}\}|[A-Za-z0-9][\w.-]*)").ok()
});

/// Pythons that setup-python has no build of for some images, and the hosted image that has one (the manifest of
/// actions/python-versions; Ubuntu 22.04 leaves in April 2027).
const IMAGES: &[(&str, &[&str], &str)] = &[("3.7", &["ubuntu-24.04", "ubuntu-26.04"], "ubuntu-22.04")];

/// `  clap@4.5.1 requires rustc 1.74`
static REQUIRED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\brequires rustc (\d+\.\d+(?:\.\d+)?)\b").ok());

/// Lines around the cause that may name a required version.
const REACH: usize = 20;

impl Surroundings<'_> {
    pub(super) fn quote_version(&self) -> Result<Vec<EditSpec>, Refusal> {
        let (_, key) = self.setup().ok_or_else(|| unfit("the step sets up no toolchain that is known"))?;
        Ok(vec![plain("quote-version", &[("key", key)])])
    }

    /// The setup action of the failed step, and the input that holds its version.
    fn setup(&self) -> Option<(&'static str, &'static str)> {
        let uses = self.document.get(&self.place.step.as_ref()?.key("uses"))?.as_str()?;
        SETUPS.iter().find(|(_, action, _)| uses.split('@').next() == Some(action)).map(|(_, action, key)| (*action, *key))
    }

    /// The version where the job says it: at the setup action, as its reference, or in the one place of the matrix that it comes from.
    pub(super) fn set_toolchain(&self, tool: &str, version: &str) -> Result<Vec<EditSpec>, Refusal> {
        let Some((_, action, key)) = SETUPS.iter().find(|(name, _, _)| *name == tool) else {
            return Err(unfit(format!("no setup action of `{tool}` is known")));
        };
        let version = word(version.trim_matches(|c: char| !c.is_ascii_alphanumeric()))?;
        // A major of Node.js is one line of releases: its newest has what its older ones have.
        let version = if tool == "node" { version.split('.').next().unwrap_or(version) } else { version };
        let step = self.setup_step(action);
        let input = |key: &str| step.as_ref().and_then(|step| self.document.get(&step.key("with").key(key))).and_then(Node::as_str);
        if tool == "rust"
            && input(key).is_none()
            && let Some(uses) = step.as_ref().and_then(|step| self.document.get(&step.key("uses"))).and_then(Node::as_str)
            && let Some((_, reference)) = uses.split_once('@').filter(|(_, reference)| is_toolchain(reference))
        {
            let asked = self.asked_of_rustc().filter(|_| numbers(reference).is_some());
            let version = asked.as_deref().unwrap_or(version);
            return Ok(vec![plain("replace-uses", &[("from", &format!("{action}@{reference}")), ("to", &format!("{action}@{version}"))])]);
        }
        match input(key).and_then(axis) {
            Some(axis) => self.raise_leg(axis, key, version),
            None => Ok(vec![plain("set-with", &[("action", action), ("key", key), ("value", version)])]),
        }
    }

    /// The newest rustc that a package in the lines around the cause requires: a job that names a version tests the oldest that serves.
    fn asked_of_rustc(&self) -> Option<String> {
        let lines = self.lines_around(REACH);
        let versions = lines.iter().filter_map(|line| REQUIRED.as_ref()?.captures(line)?.get(1)).map(|found| found.as_str());
        versions.max_by_key(|version| numbers(version)).map(str::to_owned)
    }

    /// The last step up to the failed one that uses the action.
    fn setup_step(&self, action: &str) -> Option<Route> {
        let holder = self.place.job.as_ref().map_or_else(|| Route::root().key("runs"), |job| Route::root().key("jobs").key(job));
        let steps = holder.key("steps");
        let behind = self.place.step.as_ref().and_then(Route::last_index).map_or(usize::MAX, |index| index + 1);
        let mut items = self.document.get(&steps)?.items().iter().enumerate().take(behind);
        let uses = |node: &Node| node.get("uses").and_then(Node::as_str).and_then(|uses| uses.split('@').next()) == Some(action);
        items.rfind(|(_, item)| uses(&item.value)).map(|(index, _)| steps.index(index))
    }

    /// The failed leg's value of the axis gives way to `version`, where it is the only one below it and no other leg has that version.
    fn raise_leg(&self, axis: &str, key: &str, version: &str) -> Result<Vec<EditSpec>, Refusal> {
        let locator = Locator::new(self.plan.case.transcript, self.repository, self.plan.case.chosen);
        let leg = self.plan.diagnosis.job.and_then(|job| locator.leg(job));
        let now = leg.and_then(|leg| leg.get(&format!("matrix.{axis}"))).filter(|now| !now.is_empty());
        let now = now.ok_or_else(|| unfit(format!("which value of `matrix.{axis}` the failed leg has is not certain")))?;
        let matrix = self.place.job.as_ref().map(|job| Route::root().key("jobs").key(job).key("strategy").key("matrix"));
        let all = matrix.and_then(|matrix| self.document.get(&matrix)).map(|matrix| values(matrix, axis)).unwrap_or_default();
        let low = |value: &&String| numbers(value).is_some_and(|value| numbers(version).is_some_and(|wanted| value < wanted));
        let same = |value: &String| numbers(value).is_some_and(|value| numbers(version).is_some_and(|wanted| starts(&value, &wanted)));
        let mut lower: Vec<&String> = all.iter().filter(low).collect();
        lower.dedup();
        if lower != [&now] {
            return Err(unfit(format!("`matrix.{axis}` has several values below {version}: decide which of them stay")));
        }
        if all.iter().any(same) {
            return Err(unfit(format!("`matrix.{axis}` has {version} already: decide whether the leg with {now} stays")));
        }
        Ok(vec![plain("replace-value", &[("key", key), ("from", &now), ("to", version)])])
    }

    /// The image that still has a Python which newer ones lack, for the label by which the failed leg ran.
    pub(super) fn use_older_image(&self, version: &str) -> Result<Vec<EditSpec>, Refusal> {
        let job = self.plan.diagnosis.job.and_then(|job| self.plan.case.transcript.jobs.get(job));
        let image = job.and_then(|job| job.facts.image.as_deref()).unwrap_or("");
        let row = IMAGES
            .iter()
            .find(|(minor, without, _)| (version == *minor || version.starts_with(&format!("{minor}."))) && without.contains(&image));
        let (_, _, to) = row.ok_or_else(|| unfit(format!("no table knows an image with Python {version} in place of this one")))?;
        let label = self.job_key("runs-on").and_then(Node::as_str).ok_or_else(|| unfit("the job's label is not certain"))?;
        let label = match axis(label) {
            None => label.to_owned(),
            Some(axis) => {
                let locator = Locator::new(self.plan.case.transcript, self.repository, self.plan.case.chosen);
                let leg = self.plan.diagnosis.job.and_then(|job| locator.leg(job));
                leg.and_then(|leg| leg.get(&format!("matrix.{axis}"))).ok_or_else(|| unfit("the label of the failed leg is not certain"))?
            }
        };
        // A label of one's own says nothing of the image that it means elsewhere.
        if label != "ubuntu-latest" && !label.starts_with(image) {
            return Err(unfit(format!("`{label}` is not the label of a hosted image")));
        }
        Ok(vec![plain("replace-runner-label", &[("from", &label), ("to", to), ("of", "job")])])
    }

    /// `rustup component add` or `target add`, for the toolchain that the script's commands ask for.
    pub(super) fn rustup(&self, what: &str, name: &str) -> Result<Vec<EditSpec>, Refusal> {
        let script = self.script().unwrap_or("");
        let named = PLUS.as_ref().map(|pattern| pattern.captures_iter(script));
        let mut toolchains: Vec<&str> = named.into_iter().flatten().filter_map(|found| Some(found.get(1)?.as_str())).collect();
        toolchains.sort_unstable();
        toolchains.dedup();
        let of = match toolchains.as_slice() {
            [] => String::new(),
            [one] => format!("--toolchain {one} "),
            _ => return Err(unfit("the script uses several toolchains")),
        };
        let name = word(name)?;
        Ok(vec![step_that_runs(&format!("Add the {what} {name}"), &format!("rustup {what} add {of}{name}"))])
    }
}

/// The axis that `${{ matrix.axis }}` names.
fn axis(text: &str) -> Option<&str> {
    let name = text.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim().strip_prefix("matrix.")?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)).then_some(name)
}

/// Whether a reference names a toolchain: `stable`, `nightly-2025-01-01`, `1.74.0`; a branch or commit names none.
fn is_toolchain(reference: &str) -> bool {
    let channel = reference.split('-').next().unwrap_or(reference);
    ["stable", "beta", "nightly"].contains(&channel) || numbers(reference).is_some_and(|numbers| numbers.len() > 1)
}

/// All values of an axis, of its list and of `include`.
fn values(matrix: &Node, axis: &str) -> Vec<String> {
    let text = |node: &Node| node.as_str().map(str::to_owned);
    let listed = matrix.get(axis).map_or(&[][..], Node::items).iter().filter_map(|item| text(&item.value));
    let included = matrix.get("include").map_or(&[][..], Node::items).iter().filter_map(|item| text(item.value.get(axis)?));
    let mut all: Vec<String> = listed.chain(included).collect();
    all.sort();
    all.dedup();
    all
}

/// A version's numbers; none for a name or a range. A last `x` stands for every number.
fn numbers(version: &str) -> Option<Vec<u32>> {
    let plain = version.trim_start_matches(['v', 'V']);
    let plain = plain.strip_suffix(".x").or_else(|| plain.strip_suffix(".X")).unwrap_or(plain);
    plain.split('.').map(|part| part.parse().ok()).collect()
}

/// Whether one version is the other, or one of its releases.
fn starts(one: &[u32], other: &[u32]) -> bool {
    one.iter().zip(other).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(numbers("1.9") < numbers("1.22") && numbers("18.x") == numbers("18"));
        assert_eq!(numbers("lts/*"), None);
        assert!(starts(&[1, 22, 3], &[1, 22]) && !starts(&[1, 21], &[1, 22]));
    }

    #[test]
    fn a_reference_that_is_no_toolchain_stays() {
        assert!(["stable", "1.74", "nightly-2025-01-01"].into_iter().all(is_toolchain));
        assert!(!["master", "v1", "b3b07ba8b418998c39fb20f53e8b695cdcc8de1b"].into_iter().any(is_toolchain));
    }
}
