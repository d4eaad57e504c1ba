//! Turns a lock file that a setup action did not find into the path where the repository has it.

use super::resolve::{Surroundings, plain, unfit};
use crate::edit::{EditSpec, Refusal};
use crate::workflow::Node;

/// Actions whose `cache-dependency-path` names the file that keys their cache.
const WITH_PATH: &[&str] = &["actions/setup-node", "actions/setup-python", "actions/setup-go", "actions/setup-java"];

/// Folders whose files belong to tests or to packages that were installed.
const FOREIGN: &[&str] = &["node_modules", "testdata", "fixtures", "__fixtures__", "__tests__", "examples", "example", "templates"];

impl Surroundings<'_> {
    /// `cache-dependency-path`: the one lock file of the kind that the action looks for, that of the folder in which the job works, or a
    /// pattern for all. Without `patterns`, a file of the name that the input has now.
    pub(super) fn fix_cache_path(&self, patterns: Option<&str>) -> Result<Vec<EditSpec>, Refusal> {
        let uses = self.place.step.as_ref().and_then(|step| self.document.get(&step.key("uses"))).and_then(Node::as_str);
        let action = uses.and_then(|uses| uses.split('@').next()).unwrap_or("");
        if !WITH_PATH.contains(&action) {
            return Err(unfit("the step's action has no `cache-dependency-path`"));
        }
        let input = self.place.step.as_ref().map(|step| step.key("with").key("cache-dependency-path"));
        let now = input.and_then(|input| self.document.get(&input)).and_then(Node::as_str).map_or("", str::trim);
        let names = patterns.unwrap_or_else(|| now.rsplit('/').next().unwrap_or(""));
        let path = self.lock_file(names, now)?;
        Ok(vec![plain("set-with", &[("key", "cache-dependency-path"), ("value", &path)])])
    }

    /// The path of the lock file, as the job has it on its disk.
    fn lock_file(&self, names: &str, now: &str) -> Result<String, Refusal> {
        let below = self.checkout_folder();
        let here = |path: &str| below.as_deref().map_or_else(|| path.to_owned(), |folder| format!("{folder}/{path}"));
        let found: Vec<String> = self.lock_files(names).into_iter().map(here).collect();
        if found.iter().any(|path| path == now || now.is_empty() && !path.contains('/')) {
            return Err(unfit("the base commit has the lock file where the action looks for it: an earlier step must have changed it"));
        }
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        let worked: Vec<&str> = found.iter().copied().filter(|path| self.works_in(folder(path))).collect();
        match (worked.as_slice(), found.as_slice()) {
            ([one], _) | ([], [one]) => Ok((*one).to_owned()),
            ([], []) => Err(unfit("the base commit has no such lock file")),
            ([], several) | (several, _) => pattern(several).ok_or_else(|| unfit("several lock files could be meant")),
        }
    }

    /// The repository's files of these names.
    fn lock_files(&self, names: &str) -> Vec<&str> {
        let names = names.split([',', ' ', '\n']).map(|name| name.trim_start_matches("**/"));
        let plain = names.filter(|name| !name.is_empty() && *name != "or" && !name.contains(['*', '/', '$', '{']));
        let found = plain.flat_map(|name| self.repository.entries.keys().filter(move |path| path.file_name() == name));
        let own = |path: &&str| !path.split('/').any(|part| FOREIGN.contains(&part));
        found.map(|path| path.as_str()).filter(own).collect()
    }

    /// No cache, where the repository has no file that could key it.
    pub(super) fn drop_cache(&self, patterns: &str) -> Result<Vec<EditSpec>, Refusal> {
        if let Some(path) = self.lock_files(patterns).first() {
            return Err(unfit(format!("the base commit has `{path}`")));
        }
        Ok(vec![plain("remove-input", &[("key", "cache")])])
    }

    /// The folder below the workspace into which the job checks its repository out.
    fn checkout_folder(&self) -> Option<String> {
        let steps = self.job_key("steps").map_or(&[][..], Node::items);
        let is_checkout = |node: &Node| node.get("uses").and_then(Node::as_str).is_some_and(|uses| uses.starts_with("actions/checkout@"));
        let own = |node: &Node| node.get("with").is_none_or(|with| with.get("repository").is_none());
        let step = steps.iter().map(|item| &item.value).find(|node| is_checkout(node) && own(node))?;
        let path = step.get("with")?.get("path")?.as_str()?.trim_start_matches("./").trim_end_matches('/');
        (!path.is_empty() && path != "." && !path.contains("${{")).then(|| path.to_owned())
    }

    /// Whether a step of the job runs in this folder.
    fn works_in(&self, folder: &str) -> bool {
        let says = |text: &str| text.trim_start_matches("./").trim_end_matches('/') == folder;
        let directory = |node: &Node| node.get("working-directory").and_then(Node::as_str).is_some_and(says);
        let default = |node: Option<&Node>| node.and_then(|node| node.get("run")).is_some_and(directory);
        let steps = self.job_key("steps").map_or(&[][..], Node::items);
        let enters = |script: &str| {
            script.split(['\n', ';', '&']).any(|line| {
                let mut words = line.split_whitespace();
                words.next() == Some("cd") && words.next().is_some_and(says)
            })
        };
        let runs_there = |node: &Node| directory(node) || node.get("run").and_then(Node::as_str).is_some_and(enters);
        steps.iter().any(|step| runs_there(&step.value))
            || default(self.job_key("defaults"))
            || default(self.document.root.as_ref().and_then(|root| root.get("defaults")))
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `**/package-lock.json`, where all files bear one name.
fn pattern(paths: &[&str]) -> Option<String> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or("").to_owned();
    let first = name(paths.first()?);
    paths.iter().all(|path| name(path) == first).then(|| format!("**/{first}"))
}
