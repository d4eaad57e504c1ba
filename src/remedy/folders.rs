//! Turns a path or folder that a step could not find into the one that the base commit has, written where the step says it.

use super::paths::{Found, folder_of, inside, joined, moved};
use super::resolve::{Surroundings, plain, unfit};
use crate::edit::{EditSpec, Refusal};
use crate::workflow::{Node, Route};

impl Surroundings<'_> {
    /// The path as the repository has it, where only one file can be meant.
    pub(super) fn fix_path(&self, path: &str) -> Result<Vec<EditSpec>, Refusal> {
        let folder = self.folder_at(path).ok_or_else(|| unfit(format!("in which folder `{path}` was looked for is not certain")))?;
        match moved(self.repository, path, Some(folder.as_str()).filter(|folder| !folder.is_empty())) {
            Found::There => self.checkout_first(path),
            Found::At(to) => {
                let (from, to) = self.as_written(path, &to);
                let verb = if self.script().is_some() { "rewrite-run" } else { "rewrite-input" };
                let mut spec = plain(verb, &[("from", &from), ("to", &to)]);
                if verb == "rewrite-run" {
                    spec.arguments.insert("occurrences".to_owned(), "all".to_owned());
                }
                Ok(vec![spec])
            }
            Found::Nowhere => Err(unfit(format!("the base commit has no file that `{path}` could mean"))),
        }
    }

    /// How the step writes the path — a message may show it in full — and the new one in the same manner.
    fn as_written(&self, path: &str, to: &str) -> (String, String) {
        let step = self.place.step.as_ref();
        let with = || step.and_then(|step| self.document.get(&step.key("with"))).map(|with| self.document.slice(with.span));
        let text = self.script().or_else(with).unwrap_or("");
        let mut from = path;
        while !text.contains(from) {
            match from.split_once('/') {
                Some((_, shorter)) if !shorter.is_empty() => from = shorter,
                _ => return (path.to_owned(), to.to_owned()),
            }
        }
        let bare = to.strip_prefix("./").unwrap_or(to);
        // A file of the step's own folder that is run as a program needs its dot; anything else is written as the old one was.
        let dotted = from.starts_with("./") || (!bare.contains('/') && self.is_run(from));
        let to = if dotted { to } else { bare };
        (from.to_owned(), to.to_owned())
    }

    /// Whether the script runs `path` as a program.
    fn is_run(&self, path: &str) -> bool {
        self.script().is_some_and(|script| script.lines().any(|line| line.trim_start().starts_with(path)))
    }

    pub(super) fn script(&self) -> Option<&str> {
        self.document.get(&self.place.step.as_ref()?.key("run")).and_then(Node::as_str)
    }

    /// The folder in which the script looks for `path`: the step's own, and where `cd` led before. None where that is not certain.
    fn folder_at(&self, path: &str) -> Option<String> {
        let mut folder = self.folder().unwrap_or_default();
        let script = self.script().unwrap_or("");
        let before = script.find(path).and_then(|at| script.get(..at)).unwrap_or("");
        for line in before.split(['\n', ';']).flat_map(|line| line.split("&&")) {
            let mut words = line.split_whitespace();
            if !matches!(words.next(), Some("cd" | "pushd")) {
                continue;
            }
            // `cd` whose target is the path itself ends before it.
            let Some(target) = words.next() else { continue };
            let target = target.trim_matches(['"', '\'']);
            if ["$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}", "${{"].contains(&target) {
                folder = String::new();
                continue;
            }
            folder = joined(&folder, target)?;
            if target.contains(['$', '~', '*']) || target.starts_with('/') || !self.repository.has_folder(&folder) {
                return None;
            }
        }
        Some(folder)
    }

    /// A working directory that the base commit has: in place of the wrong one, or for a step that has none, by the file it needs.
    pub(super) fn fix_folder(&self, directory: Option<&str>, file: Option<&str>) -> Result<Vec<EditSpec>, Refusal> {
        let nothing = || unfit("no single folder of the base commit can be meant");
        if let Some(directory) = directory {
            let from = inside(directory);
            if self.repository.has_folder(&from) {
                return self.checkout_first(directory);
            }
            let to = folder_of(self.repository, &from).ok_or_else(nothing)?;
            return Ok(vec![plain("replace-folder", &[("from", &from), ("to", &to)])]);
        }
        let file = file.ok_or_else(nothing)?;
        let here = self.folder().unwrap_or_default();
        let mut folders: Vec<&str> = self.repository.named(file).map(|path| path.parent().unwrap_or("")).collect();
        folders.dedup();
        if folders.contains(&here.as_str()) {
            return self.checkout_first(file);
        }
        match folders.as_slice() {
            [folder] if !folder.is_empty() => Ok(vec![plain("set-working-directory", &[("path", folder)])]),
            _ => Err(nothing()),
        }
    }

    /// The Dockerfile that a build step names wrongly, or does not name although it does not lie at the context's root.
    pub(super) fn fix_dockerfile(&self) -> Result<Vec<EditSpec>, Refusal> {
        let step = self.place.step.as_ref().ok_or_else(|| unfit("which step failed is not certain"))?;
        let input = |key: &str| self.document.get(&step.key("with").key(key)).and_then(Node::as_str);
        if self.document.get(&step.key("with")).is_none() {
            return Err(unfit("the step is no build action with inputs"));
        }
        if let Some(named) = input("file") {
            let Found::At(to) = moved(self.repository, named, None) else { return Err(unfit("no single Dockerfile can be meant")) };
            let to = if named.starts_with("./") { to } else { to.trim_start_matches("./").to_owned() };
            return Ok(vec![plain("rewrite-input", &[("from", named), ("to", &to)])]);
        }
        let context = input("context").unwrap_or("").trim_start_matches("./").trim_end_matches('/');
        let mut files = self.repository.named("Dockerfile").map(|path| path.as_str());
        match (files.next(), files.next()) {
            (Some(one), None) if context.is_empty() || context == "." => Ok(vec![plain("set-with", &[("key", "file"), ("value", one)])]),
            _ => Err(unfit("no single Dockerfile can be meant")),
        }
    }

    /// What the repository has and the runner does not was never checked out.
    fn checkout_first(&self, what: &str) -> Result<Vec<EditSpec>, Refusal> {
        let source = self.place.job.as_ref().and_then(|job| self.document.get(&Route::root().key("jobs").key(job)));
        let text = source.map_or("", |job| self.document.slice(job.span));
        if text.contains("actions/checkout@") {
            return Err(unfit(format!("the base commit has `{what}`, and the job checks it out: an earlier step must have changed it")));
        }
        Ok(vec![self.checkout()])
    }

    /// The folder in which the failed step runs, from the repository's root.
    pub(super) fn folder(&self) -> Option<String> {
        let step = self.place.step.as_ref()?;
        let own = self.document.get(&step.key("working-directory"));
        let job = self.place.job.as_ref().map(|job| Route::root().key("jobs").key(job));
        let default = |base: Route| self.document.get(&base.key("defaults").key("run").key("working-directory"));
        let text = own.or_else(|| default(job?)).or_else(|| default(Route::root())).and_then(Node::as_str)?;
        let text = text.trim_start_matches("./").trim_end_matches('/');
        (!text.is_empty() && text != "." && !text.contains("${{")).then(|| text.to_owned())
    }
}
