//! Turns a folder of real workflows into a table: every verb at every place where it fits, proved, guarded and made twice.

#![expect(clippy::disallowed_methods, reason = "shell: reads the corpus")]

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use gh_autoheal::edit::{self, EditSpec, Knowledge, Migration, Refusal, Runner, Scene};
use gh_autoheal::patch::{self, FileChange, Permit};
use gh_autoheal::repository::{EntryKind, Repository};
use gh_autoheal::text::RepoPath;
use gh_autoheal::workflow::{Document, Node, Place, Route};

/// What became of one verb at all its places.
#[derive(Debug, Default, Clone)]
pub(crate) struct Row {
    /// Proved, past the guard, and made once only.
    pub(crate) right: usize,
    /// The file said it already.
    pub(crate) already: usize,
    /// Refused by the verb, by reason.
    pub(crate) abstained: BTreeMap<String, Vec<String>>,
    /// Planned, but not proved, masked, or made twice: a fault of the verb that the proof caught.
    pub(crate) wrong: Vec<String>,
}

/// The table, by verb.
#[derive(Debug, Default)]
pub(crate) struct Table(pub(crate) BTreeMap<String, Row>);

impl Row {
    /// How often the verb refused.
    pub(crate) fn refused(&self) -> usize {
        self.abstained.values().map(Vec::len).sum()
    }
}

impl Table {
    /// Both tables in one.
    fn with(mut self, other: Self) -> Self {
        for (verb, row) in other.0 {
            let sum = self.0.entry(verb).or_default();
            sum.right += row.right;
            sum.already += row.already;
            sum.wrong.extend(row.wrong);
            for (reason, places) in row.abstained {
                sum.abstained.entry(reason).or_default().extend(places);
            }
        }
        self
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| Verb | right | already so | abstained | wrong |\n|---|---|---|---|---|")?;
        for (verb, row) in &self.0 {
            let of = row.right + row.refused() + row.wrong.len();
            let share = 100.0 * row.refused() as f64 / of.max(1) as f64;
            writeln!(formatter, "| {verb} | {} | {} | {} ({share:.1} %) | {} |", row.right, row.already, row.refused(), row.wrong.len())?;
        }
        for (verb, row) in &self.0 {
            for (reason, places) in &row.abstained {
                writeln!(formatter, "{verb}: {} × {reason}, as in {}", places.len(), places.first().map_or("", String::as_str))?;
            }
            for wrong in row.wrong.iter().take(8) {
                writeln!(formatter, "{verb} WRONG: {wrong}")?;
            }
        }
        Ok(())
    }
}

/// How the corpus' texts are changed before the verbs see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// As found.
    AsFound,
    /// With CRLF line ends.
    Windows,
    /// Without the last line end.
    Open,
}

impl Form {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::AsFound, Self::Windows, Self::Open];
}

impl fmt::Display for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AsFound => "As found",
            Self::Windows => "With CRLF line ends",
            Self::Open => "Without the last line end",
        })
    }
}

/// Places of one file at which a verb is tried.
const MOST_PLACES: usize = 2;

/// Applies every verb to every workflow below `folder`, or with a `step` above 1 to one in so many, on all cores.
pub(crate) fn table(folder: &Path, form: Form, only: Option<&str>, step: usize) -> Table {
    let texts: Vec<(String, String)> = workflows(folder).into_iter().step_by(step).collect();
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let shares: Vec<Vec<&(String, String)>> = (0..workers).map(|worker| texts.iter().skip(worker).step_by(workers).collect()).collect();
    std::thread::scope(|scope| {
        let running: Vec<_> = shares.iter().map(|share| scope.spawn(move || part(share, form, only))).collect();
        running
            .into_iter()
            .map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .fold(Table::default(), Table::with)
    })
}

/// The table of some of the workflows.
fn part(texts: &[&(String, String)], form: Form, only: Option<&str>) -> Table {
    let mut table = Table::default();
    for (path, text) in texts {
        let text = match form {
            Form::AsFound => text.clone(),
            Form::Windows => text.replace("\r\n", "\n").replace('\n', "\r\n"),
            Form::Open => text.trim_end_matches(['\r', '\n']).to_owned(),
        };
        // What two readers cannot read is no workflow that a verb ever sees.
        let Ok(document) = Document::parse(&text) else { continue };
        if readable(&text) {
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            for case in cases(&document).into_iter().filter(|case| only.is_none_or(|only| case.spec.verb == only)) {
                let count = seen.entry(case.label.clone()).or_default();
                *count += 1;
                if *count <= MOST_PLACES {
                    judge(path, &document, &case, table.0.entry(case.label.clone()).or_default());
                }
            }
        }
    }
    table
}

/// Whether an edit of nothing would be proved: both readers take the text.
fn readable(text: &str) -> bool {
    let Ok(path) = RepoPath::new(".github/workflows/a.yml") else { return false };
    let repository = Repository { texts: BTreeMap::from([(path.clone(), text.to_owned())]), ..Repository::default() };
    let comment = edit::Splice {
        span: gh_autoheal::text::ByteSpan::at(if text.starts_with('\u{feff}') { 3 } else { 0 }),
        text: format!("#{}", line_end(text)),
    };
    let edits = [edit::Edit { path, change: edit::Change::Text { splices: vec![comment], intents: Vec::new() } }];
    patch::prove(&repository, &edits).is_ok()
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn workflows(folder: &Path) -> Vec<(String, String)> {
    let mut folders = vec![folder.to_owned()];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                texts.push((name(&path), text));
            }
        }
    }
    texts.sort();
    texts
}

fn name(path: &Path) -> String {
    let tail: PathBuf = path.components().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
    tail.display().to_string()
}

/// A wish at a place.
struct Case {
    label: String,
    spec: EditSpec,
    job: String,
    step: usize,
}

fn judge(path: &str, document: &Document, case: &Case, row: &mut Row) {
    let place = format!("{path} {}[{}]", case.job, case.step);
    match made(&document.source, case) {
        Ok(_) => row.right += 1,
        Err(Fault::Already) => row.already += 1,
        Err(Fault::Refused(reason)) => row.abstained.entry(general(&reason)).or_default().push(place),
        Err(Fault::Wrong(why)) => row.wrong.push(format!("{place}: {why}")),
    }
}

/// A reason without the names in it.
fn general(reason: &str) -> String {
    reason.split('`').enumerate().map(|(index, part)| if index % 2 == 0 { part } else { "…" }).collect()
}

enum Fault {
    Already,
    Refused(String),
    Wrong(String),
}

fn made(text: &str, case: &Case) -> Result<String, Fault> {
    let wrong = |why: String| Fault::Wrong(why);
    let path = RepoPath::new(".github/workflows/a.yml").map_err(|error| wrong(error.to_string()))?;
    let mut repository = Repository::default();
    repository.texts.insert(path.clone(), text.to_owned());
    for (file, kind) in [("run.sh", EntryKind::File), ("sub/a", EntryKind::File)] {
        repository.entries.insert(RepoPath::new(file).map_err(|error| wrong(error.to_string()))?, kind);
    }
    let edits = plan(&repository, &path, case, case.step).map_err(|refusal| match refusal {
        Refusal::AlreadySo(_) => Fault::Already,
        Refusal::DoesNotFit(why) => Fault::Refused(why),
    })?;
    let proved = patch::prove(&repository, &edits).map_err(|error| wrong(error.to_string()))?;
    let mut permits: Vec<Permit> = patch::declared(&case.spec, &case.job).into_iter().collect();
    if case.spec.verb == "optional-job" {
        permits.push(Permit::OptionalJob(case.job.clone()));
    }
    patch::guard(&proved, &permits).map_err(|masked| wrong(masked.to_string()))?;
    let after = proved.files.iter().find_map(|file| match &file.change {
        FileChange::Text { after, .. } => Some(after.clone()),
        FileChange::MakeExecutable => None,
    });
    let moved = after.as_deref().map_or(0, |after| steps(after, &case.job).saturating_sub(steps(text, &case.job)));
    patch::prove_idempotent(&repository, &proved, |again| plan(again, &path, case, case.step + moved))
        .map_err(|error| wrong(error.to_string()))?;
    Ok(after.unwrap_or_default())
}

fn steps(text: &str, job: &str) -> usize {
    let route = Route::root().key("jobs").key(job).key("steps");
    Document::parse(text).ok().and_then(|document| Some(document.get(&route)?.items().len())).unwrap_or(0)
}

fn plan(repository: &Repository, path: &RepoPath, case: &Case, step: usize) -> Result<Vec<edit::Edit>, Refusal> {
    let text = repository.texts.get(path).map_or("", String::as_str);
    let document = Document::parse(text).map_err(|error| Refusal::DoesNotFit(error.to_string()))?;
    let route = Route::root().key("jobs").key(&case.job);
    let step = document.get(&route.key("steps")).map(|_| route.key("steps").index(step));
    let place = Place { file: path.clone(), job: Some(case.job.clone()), step, caller: None };
    let scene = Scene { repository, document: &document, place: &place, runner: &Runner::default(), knowledge: &KNOWLEDGE };
    edit::apply(&case.spec, &scene)
}

/// A small table, so that the verbs that ask one are tried too.
const KNOWLEDGE: Knowledge = Knowledge {
    reference: |_| Some("v9".to_owned()),
    is_refused: |action, reference| action.ends_with("-artifact") && ["v1", "v2", "v3"].iter().any(|old| reference.starts_with(old)),
    supported_major: |_, from| Some(from.max(4)),
    together: |action| match action {
        "actions/upload-artifact" => vec!["actions/download-artifact".to_owned()],
        _ => vec!["actions/upload-artifact".to_owned()],
    },
    migrations: |_, _, _| vec![Migration::default()],
    ..Knowledge::NONE
};

fn spec(verb: &str, arguments: &[(&str, &str)]) -> EditSpec {
    EditSpec { verb: verb.to_owned(), arguments: arguments.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect() }
}

/// Every fitting wish for one workflow.
fn cases(document: &Document) -> Vec<Case> {
    let mut cases = Vec::new();
    let Some(jobs) = document.root.as_ref().and_then(|root| root.get("jobs")) else { return cases };
    for entry in jobs.entries() {
        let Some(job) = entry.key.as_str() else { continue };
        let linux = entry.value.get("runs-on").and_then(Node::as_str).is_some_and(|label| label.starts_with("ubuntu"));
        let linux =
            linux && entry.value.get("defaults").is_none() && document.root.as_ref().is_some_and(|root| root.get("defaults").is_none());
        let mut all = Cases { cases: &mut cases, job, linux, checked_out: false };
        all.of_job(&entry.value);
        let items = entry.value.get("steps").map_or(&[][..], Node::items);
        let runs: Vec<usize> =
            items.iter().enumerate().filter(|(_, item)| item.value.get("run").is_some()).map(|(index, _)| index).collect();
        if let Some(step) = runs.get(runs.len() / 2) {
            all.of_run(&entry.value, *step);
        }
        for (index, item) in items.iter().enumerate() {
            all.of_step(&item.value, index);
            all.checked_out |= uses(&item.value).is_some_and(|(name, _)| name == "actions/checkout");
        }
    }
    cases
}

struct Cases<'a> {
    cases: &'a mut Vec<Case>,
    job: &'a str,
    linux: bool,
    checked_out: bool,
}

impl Cases<'_> {
    fn add(&mut self, label: &str, step: usize, verb: &str, arguments: &[(&str, &str)]) {
        self.cases.push(Case { label: label.to_owned(), spec: spec(verb, arguments), job: self.job.to_owned(), step });
    }

    fn of_job(&mut self, job: &Node) {
        let limit = |node: &Node| node.get("timeout-minutes").and_then(Node::as_str).and_then(|text| text.parse::<u64>().ok());
        if let Some(limit) = limit(job).filter(|limit| (1..360).contains(limit)) {
            self.add("raise-timeout of job", 0, "raise-timeout", &[("of", "job"), ("limit", &limit.to_string())]);
        }
        self.add("add-permission", 0, "add-permission", &[("scope", "issues")]);
        self.add("set-key of workflow", 0, "set-key", &[("of", "workflow"), ("key", "x-autoheal"), ("value", "a: b")]);
        if job.get("uses").is_some() {
            return;
        }
        self.add("set-env of job", 0, "set-env", &[("of", "job"), ("name", "AUTOHEAL"), ("value", "a b")]);
        self.add("optional-job", 0, "optional-job", &[]);
        self.add("make-executable", 0, "make-executable", &[("path", "run.sh")]);
        let label = job.get("runs-on").and_then(Node::as_str).filter(|label| !label.contains('$') && !label.is_empty());
        if let Some(label) = label {
            self.add("replace-runner-label", 0, "replace-runner-label", &[("from", label), ("to", "next-1.0")]);
        }
        let axes = job.get("strategy").and_then(|strategy| strategy.get("matrix")).map_or(&[][..], Node::entries);
        for axis in axes.iter().filter(|axis| ["os", "runner", "platform"].contains(&axis.key.as_str().unwrap_or(""))) {
            if let Some(label) = axis.value.items().first().and_then(|item| item.value.as_str()) {
                self.add("replace-runner-label in a matrix", 0, "replace-runner-label", &[("from", label), ("to", "next-1.0")]);
            }
        }
    }

    fn of_run(&mut self, job: &Node, step: usize) {
        self.add("set-env of step", step, "set-env", &[("name", "AUTOHEAL"), ("value", "${{ github.token }}")]);
        self.add("set-shell", step, "set-shell", &[("shell", "bash --noprofile {0}")]);
        self.add("set-working-directory", step, "set-working-directory", &[("path", "sub")]);
        self.add("set-key of step", step, "set-key", &[("key", "id"), ("value", "autoheal")]);
        self.add("insert-step before", step, "insert-step", &[("step", "name: A\nrun: |\n  a\n  b\nenv: {X: '1'}")]);
        self.add("insert-step behind", step, "insert-step", &[("at", "behind"), ("step", "uses: a/b@v1")]);
        self.add("insert-step at the top", step, "insert-step", &[("at", "top"), ("step", "uses: a/b@v1\nwith:\n  l: |\n    x\n    y")]);
        self.add("add-setup-step", step, "add-setup-step", &[("action", "octo/setup"), ("with", "version: '3.10'")]);
        self.add("set-safe-directory", step, "set-safe-directory", &[]);
        self.add("git-identity", step, "git-identity", &[]);
        let has = |action: &str| {
            job.get("steps").map_or(&[][..], Node::items).iter().any(|item| uses(&item.value).is_some_and(|(name, _)| name == action))
        };
        if !has("actions/checkout") {
            self.add("add-checkout", step, "add-checkout", &[]);
        }
        let linux = job.get("runs-on").and_then(Node::as_str).is_some_and(|label| label.starts_with("ubuntu"));
        if linux && job.get("container").is_none() {
            self.add("install-packages", step, "install-packages", &[("packages", "libxml2-utils")]);
            self.add("install-command", step, "install-command", &[("command", "xmllint"), ("package", "libxml2-utils")]);
            self.add("free-disk-space", step, "free-disk-space", &[]);
        }
        self.add("install-python-module", step, "install-python-module", &[("module", "autoheal"), ("distribution", "autoheal-a.b")]);
        self.add("install-node-package", step, "install-node-package", &[("package", "@a/autoheal")]);
        self.add("install-node-package global", step, "install-node-package", &[("package", "autoheal"), ("scope", "global")]);
    }

    fn of_step(&mut self, step: &Node, index: usize) {
        let limit = step.get("timeout-minutes").and_then(Node::as_str).and_then(|text| text.parse::<u64>().ok());
        if let Some(limit) = limit.filter(|limit| (1..360).contains(limit)) {
            self.add("raise-timeout of step", index, "raise-timeout", &[("of", "step"), ("limit", &limit.to_string())]);
        }
        if let Some(script) = step.get("run").and_then(Node::as_str) {
            self.of_script(step, script, index);
        }
        let Some((action, reference)) = uses(step) else { return };
        let old = reference.trim_start_matches('v').split('.').next().and_then(|text| text.parse::<u32>().ok());
        if old.is_some_and(|old| old < 90) {
            self.add("bump-action", index, "bump-action", &[("action", &owner(action)), ("to", "v99")]);
        }
        match action {
            "actions/checkout" => {
                self.add("set-with on checkout", index, "set-with", &[("action", action), ("key", "fetch-depth"), ("value", "0")])
            }
            "actions/upload-artifact" if old.is_some_and(|old| old < 4) => {
                self.add("bump-action with artifacts", index, "bump-action", &[("action", action)])
            }
            _ => self.add("set-with", index, "set-with", &[("key", "autoheal"), ("value", "a: b")]),
        }
        let inputs = step.get("with").map_or(&[][..], Node::entries);
        if let Some(input) = inputs.first().and_then(|input| input.key.as_str()) {
            self.add("rename-input", index, "rename-input", &[("from", input), ("to", "autoheal")]);
            self.add("remove-input", index, "remove-input", &[("key", input)]);
        }
        for input in inputs {
            let (Some(key), Some(value)) = (input.key.as_str(), input.value.as_str()) else { continue };
            if key.ends_with("-version")
                && value.parse::<f64>().is_ok()
                && value.contains('.')
                && input.value.style() == Some(gh_autoheal::workflow::ScalarStyle::Plain)
            {
                self.add("quote-version", index, "quote-version", &[("key", key)]);
            }
            if key.ends_with("-version") && !value.contains('$') && !value.contains('\n') && !value.is_empty() {
                self.add("replace-value", index, "replace-value", &[("key", key), ("from", value), ("to", "99.10")]);
            }
        }
        if self.checked_out && action == "actions/setup-node" {
            self.add("move-step", index, "move-step", &[("action", action), ("before", "actions/checkout")]);
        }
    }

    fn of_script(&mut self, step: &Node, script: &str, index: usize) {
        let line = script.lines().find(|line| !line.trim().is_empty() && !line.trim().starts_with('#')).unwrap_or("").trim();
        let word = line.split_whitespace().next().unwrap_or("");
        if !word.is_empty() && word.chars().all(|character| character.is_ascii_alphanumeric() || character == '-') {
            self.add("rewrite-run", index, "rewrite-run", &[("from", word), ("to", &format!("env {word}")), ("occurrences", "all")]);
        }
        let posix = step.get("shell").is_none() && self.linux;
        if posix
            && script.trim().lines().count() == 1
            && !script.contains(['|', '&', ';', '>'])
            && word.chars().all(|character| character.is_ascii_alphanumeric())
            && !["cd", "echo", "export", "set", "if", "for", "true", "exit"].contains(&word)
        {
            self.add("prepend-command", index, "prepend-command", &[("prefix", "xvfb-run -a")]);
            self.add("add-retry", index, "add-retry", &[]);
        }
        if posix
            && !script.contains("<<")
            && edit::enters_system(script).is_none()
            && script.lines().any(|line| ["sudo apt-get install", "apt-get install"].iter().any(|start| line.trim().starts_with(start)))
        {
            self.add("add-apt-update", index, "add-apt-update", &[]);
        }
        self.of_lines(posix, script, index);
        if ["::set-output name", "::set-env name", "::add-path::", "::save-state name"].iter().any(|command| script.contains(command)) {
            self.add("rewrite-command", index, "rewrite-command", &[]);
        }
    }
}

impl Cases<'_> {
    /// Wishes about one plain command on a line of its own, at the script's margin.
    fn of_lines(&mut self, posix: bool, script: &str, index: usize) {
        let plain = |line: &&str| !line.ends_with('\\') && !line.contains(['|', '&', ';', '>', '<', '`', '(', '{', '*', '\'', '"', '#']);
        let deep = script.contains(" \\\n") || script.contains("<<") || script.lines().any(|line| line.starts_with(' '));
        let mut lines: Vec<&str> = script.lines().filter(plain).collect();
        lines.retain(|line| posix && !deep && script.matches(line).count() == 1);
        for line in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["touch", path] | ["cp", _, path] if path.trim_start_matches("./").contains('/') && script.matches(path).count() == 1 => {
                    self.add("make-parent", index, "make-parent", &[("path", path)])
                }
                [tool @ ("mv" | "cp" | "mkdir" | "rm"), .., path]
                    if ["/usr/", "/opt/", "/etc/"].iter().any(|root| path.starts_with(root)) =>
                {
                    self.add("run-as-root", index, "run-as-root", &[("tool", tool), ("path", path)])
                }
                ["pip" | "pip3", "install", ..] if !script.contains("venv") && script.matches("pip").count() == 1 => {
                    self.add("use-venv", index, "use-venv", &[])
                }
                ["go", "get", "-u" | "-v", path] | ["go", "get", path]
                    if path.contains('.') && path.contains('/') && !path.contains("...") && !path.starts_with('.') =>
                {
                    self.add("go-install", index, "go-install", &[])
                }
                ["ruff" | "mypy" | "black", word, ..] if word.len() > 1 => {
                    let tool = words.first().copied().unwrap_or("");
                    self.add("add-subcommand", index, "add-subcommand", &[("command", tool), ("subcommand", "autoheal"), ("word", word)]);
                }
                _ => {}
            }
        }
    }
}

fn uses(step: &Node) -> Option<(&str, &str)> {
    step.get("uses")?.as_str()?.split_once('@')
}

fn owner(action: &str) -> String {
    action.split('/').take(2).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_right_or_abstains_on_a_sample_of_the_shared_workflows() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus/workflows");
        let only = std::env::var("VERB").ok();
        // All of them take a quarter of an hour: `cargo xtask corpus` prints that table.
        for form in Form::ALL {
            let table = table(folder.as_ref(), form, only.as_deref(), 61);
            if table.0.is_empty() {
                println!("skipped: no shared workflows");
                return;
            }
            println!("{form:?}\n{table}");
            let wrong: usize = table.0.values().map(|row| row.wrong.len()).sum();
            assert_eq!(wrong, 0);
        }
    }
}
