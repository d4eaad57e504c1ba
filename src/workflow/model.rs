//! What a workflow or action file says: its jobs and steps, as views over the document.

use super::document::{Document, Node, Route, SyntaxError};
use super::matrix::{Matrix, matrix};
use super::pattern::Pattern;
use super::value::{shown, value_of};
use crate::text::RepoPath;

/// A workflow or action file that parses. Nothing says that the platform accepts it: see `schema`.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Its path.
    pub path: RepoPath,
    /// Its text and tree.
    pub document: Document,
}

/// A job of a workflow. Views follow aliases; routes do not, so an aliased step has a route at which
/// [`Document::get`] finds nothing.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// Its id: the key under `jobs`.
    pub id: &'a str,
    /// Its route: `jobs.<id>`.
    pub route: Route,
    workflow: &'a Workflow,
    node: &'a Node,
}

/// A step of a job, or of a composite action.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    /// Its index among the steps.
    pub index: usize,
    /// Its route: `jobs.<id>.steps[<index>]`, or `runs.steps[<index>]`.
    pub route: Route,
    document: &'a Document,
    node: &'a Node,
}

/// A time limit as a file states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeLimit {
    /// None is stated: the platform's own counts.
    Absent,
    /// So many minutes.
    Minutes(u32),
    /// An expression, or something that is no number of minutes.
    Expression(String),
}

/// What a `permissions:` key grants to `GITHUB_TOKEN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permissions {
    /// `{}`: nothing.
    None,
    /// `read-all`.
    ReadAll,
    /// `write-all`.
    WriteAll,
    /// Scope and access, as written.
    Scopes(Vec<(String, String)>),
    /// Something that the platform does not accept.
    Unclear,
}

/// `defaults.run` of a workflow or job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Defaults<'a> {
    /// The shell.
    pub shell: Option<&'a str>,
    /// The folder.
    pub working_directory: Option<&'a str>,
}

impl Workflow {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// When `text` is no YAML.
    pub fn read(path: RepoPath, text: &str) -> Result<Self, SyntaxError> {
        Ok(Self { path, document: Document::parse(text)? })
    }

    /// Its `name:`.
    pub fn name(&self) -> Option<&str> {
        self.top("name")?.as_str().filter(|name| !name.is_empty())
    }

    /// Its jobs, in the order of the text.
    pub fn jobs(&self) -> Vec<Job<'_>> {
        let entries = self.top("jobs").map_or(&[][..], Node::entries);
        entries.iter().filter_map(|entry| self.job_of(entry)).collect()
    }

    /// The job with this id.
    pub fn job(&self, id: &str) -> Option<Job<'_>> {
        self.jobs().into_iter().find(|job| job.id == id)
    }

    /// The steps of a composite action; none for a workflow or another kind of action.
    pub fn action_steps(&self) -> Vec<Step<'_>> {
        let steps = self.top("runs").and_then(|runs| self.document.under(runs, "steps"));
        steps.map_or_else(Vec::new, |steps| steps_of(&self.document, steps, &Route::root().key("runs").key("steps")))
    }

    /// The workflow's own `permissions:`; nothing where none is written.
    pub fn permissions(&self) -> Option<Permissions> {
        self.top("permissions").map(|node| permissions(&self.document, node))
    }

    /// The workflow's own `defaults.run`.
    pub fn defaults(&self) -> Defaults<'_> {
        self.document.root.as_ref().map_or_else(Defaults::default, |root| defaults(&self.document, root))
    }

    /// The value under a top-level key, aliases followed.
    pub fn top(&self, key: &str) -> Option<&Node> {
        self.document.under(self.document.root.as_ref()?, key)
    }
}

impl<'a> Job<'a> {
    /// The value under one of its keys, aliases followed.
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.workflow.document.under(self.node, key)
    }

    /// The workflow that it stands in.
    pub const fn workflow(&self) -> &'a Workflow {
        self.workflow
    }

    /// Its `name:`, as written.
    pub fn name(&self) -> Option<&'a str> {
        self.get("name")?.as_str().filter(|name| !name.is_empty())
    }

    /// What its name may read in a run, without a matrix suffix or a calling job's name.
    pub fn display_name(&self) -> Pattern {
        Pattern::new(self.name().unwrap_or(self.id))
    }

    /// The ids under `needs`.
    pub fn needs(&self) -> Vec<&'a str> {
        self.get("needs").map_or_else(Vec::new, |node| one_or_many(&self.workflow.document, node))
    }

    /// The reusable workflow that it calls, as written.
    pub fn uses(&self) -> Option<&'a str> {
        self.get("uses")?.as_str()
    }

    /// The labels under `runs-on`, as written; those of the mapping form too.
    pub fn runs_on(&self) -> Vec<&'a str> {
        let Some(node) = self.get("runs-on") else { return Vec::new() };
        let labels = if node.is_mapping() { self.workflow.document.under(node, "labels") } else { Some(node) };
        labels.map_or_else(Vec::new, |labels| one_or_many(&self.workflow.document, labels))
    }

    /// Its matrix, spelled out.
    pub fn matrix(&self) -> Matrix {
        let document = &self.workflow.document;
        let Some(strategy) = self.get("strategy") else { return Matrix::Absent };
        match document.under(strategy, "matrix") {
            Some(node) => matrix(document, node),
            None if strategy.is_mapping() => Matrix::Absent,
            None => Matrix::Unknown,
        }
    }

    /// Its `timeout-minutes`.
    pub fn timeout(&self) -> TimeLimit {
        time_limit(self.get("timeout-minutes"))
    }

    /// The image of its container, as written.
    pub fn container(&self) -> Option<&'a str> {
        let node = self.get("container")?;
        let image = if node.is_mapping() { self.workflow.document.under(node, "image")? } else { node };
        image.as_str().filter(|image| !image.is_empty())
    }

    /// Its own `permissions:`; nothing where the workflow's count.
    pub fn permissions(&self) -> Option<Permissions> {
        self.get("permissions").map(|node| permissions(&self.workflow.document, node))
    }

    /// Its own `defaults.run`.
    pub fn defaults(&self) -> Defaults<'a> {
        defaults(&self.workflow.document, self.node)
    }

    /// Its `env:`, as written.
    pub fn env(&self) -> Vec<(&'a str, String)> {
        self.get("env").map_or_else(Vec::new, |node| pairs(&self.workflow.document, node))
    }

    /// Its steps; none for a job that calls a workflow.
    pub fn steps(&self) -> Vec<Step<'a>> {
        let route = self.route.key("steps");
        self.get("steps").map_or_else(Vec::new, |steps| steps_of(&self.workflow.document, steps, &route))
    }

    /// The shell that is stated for a step of this job: its own, else the job's, else the workflow's default.
    pub fn shell_of(&self, step: &Step<'a>) -> Option<&'a str> {
        step.shell().or(self.defaults().shell).or(self.workflow.defaults().shell)
    }

    /// The folder that is stated for a step of this job: its own, else the job's, else the workflow's default.
    pub fn working_directory_of(&self, step: &Step<'a>) -> Option<&'a str> {
        step.working_directory().or(self.defaults().working_directory).or(self.workflow.defaults().working_directory)
    }
}

impl<'a> Step<'a> {
    /// The value under one of its keys, aliases followed.
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.document.under(self.node, key)
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_str()
    }

    /// Its `name:`, as written.
    pub fn name(&self) -> Option<&'a str> {
        self.text("name").filter(|name| !name.is_empty())
    }

    /// Its `id:`.
    pub fn id(&self) -> Option<&'a str> {
        self.text("id")
    }

    /// The action, as written.
    pub fn uses(&self) -> Option<&'a str> {
        self.text("uses")
    }

    /// The script: the value, without the block's indentation.
    pub fn run(&self) -> Option<&'a str> {
        self.text("run")
    }

    /// Its `shell:`.
    pub fn shell(&self) -> Option<&'a str> {
        self.text("shell")
    }

    /// Its `working-directory:`.
    pub fn working_directory(&self) -> Option<&'a str> {
        self.text("working-directory")
    }

    /// Its `if:`, as written.
    pub fn condition(&self) -> Option<&'a str> {
        self.text("if")
    }

    /// Its `timeout-minutes`.
    pub fn timeout(&self) -> TimeLimit {
        time_limit(self.get("timeout-minutes"))
    }

    /// Its `with:`; values as the platform writes them, expressions unevaluated.
    pub fn with(&self) -> Vec<(&'a str, String)> {
        self.get("with").map_or_else(Vec::new, |node| pairs(self.document, node))
    }

    /// Its `env:`, in the same form.
    pub fn env(&self) -> Vec<(&'a str, String)> {
        self.get("env").map_or_else(Vec::new, |node| pairs(self.document, node))
    }

    /// What its name reads in a run: its `name:`, else `Run ` and the action or the script's first line
    /// (actions/runner, `ActionRunner.GenerateDisplayName`).
    pub fn display_name(&self) -> Pattern {
        if let Some(name) = self.name() {
            return Pattern::new(name);
        }
        let what = self.uses().or_else(|| self.run().map(|run| run.trim_start().lines().next().unwrap_or("")));
        Pattern::new(&format!("Run {}", what.unwrap_or("").trim_end()))
    }
}

impl Workflow {
    fn job_of<'a>(&'a self, entry: &'a super::document::Entry) -> Option<Job<'a>> {
        let id = entry.key.as_str()?;
        let node = self.document.resolve(&entry.value);
        node.is_mapping().then(|| Job { id, route: Route::root().key("jobs").key(id), workflow: self, node })
    }
}

fn steps_of<'a>(document: &'a Document, steps: &'a Node, route: &Route) -> Vec<Step<'a>> {
    let step = |(index, item): (usize, &'a super::document::Item)| {
        let node = document.resolve(&item.value);
        Step { index, route: route.index(index), document, node }
    };
    document.resolve(steps).items().iter().enumerate().map(step).collect()
}

fn one_or_many<'a>(document: &'a Document, node: &'a Node) -> Vec<&'a str> {
    let node = document.resolve(node);
    match node.as_str() {
        Some(text) => vec![text],
        None => node.items().iter().filter_map(|item| document.resolve(&item.value).as_str()).collect(),
    }
}

fn pairs<'a>(document: &'a Document, node: &'a Node) -> Vec<(&'a str, String)> {
    let pair = |entry: &'a super::document::Entry| {
        let value = value_of(document, &entry.value).ok()?;
        Some((entry.key.as_str()?, shown(&value)?))
    };
    document.resolve(node).entries().iter().filter_map(pair).collect()
}

fn defaults<'a>(document: &'a Document, holder: &'a Node) -> Defaults<'a> {
    let run = document.under(holder, "defaults").and_then(|defaults| document.under(defaults, "run"));
    let text = |key| run.and_then(|run| document.under(run, key)).and_then(Node::as_str);
    Defaults { shell: text("shell"), working_directory: text("working-directory") }
}

fn permissions(document: &Document, node: &Node) -> Permissions {
    match node.as_str() {
        Some("read-all") => Permissions::ReadAll,
        Some("write-all") => Permissions::WriteAll,
        Some(_) => Permissions::Unclear,
        None if !node.is_mapping() => Permissions::Unclear,
        None if node.entries().is_empty() => Permissions::None,
        None => Permissions::Scopes(pairs(document, node).into_iter().map(|(scope, access)| (scope.to_owned(), access)).collect()),
    }
}

fn time_limit(node: Option<&Node>) -> TimeLimit {
    let Some(text) = node.map(|node| node.as_str().unwrap_or("").trim()) else { return TimeLimit::Absent };
    text.parse().map_or_else(|_| TimeLimit::Expression(text.to_owned()), TimeLimit::Minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Workflow {
        Workflow::read(RepoPath::new(".github/workflows/ci.yml").expect("a path"), text).expect("parses")
    }

    const TEXT: &str = "name: CI
permissions: {contents: read}
defaults: {run: {shell: bash, working-directory: app}}
jobs:
  a:
    name: A ${{ matrix.x }}
    needs: b
    runs-on: [self-hosted, linux]
    timeout-minutes: 5
    container: {image: 'node:20'}
    permissions: {}
    steps: &steps
      - run: |
          make
          make check
        shell: sh
      - &tidy
        name: Tidy
        uses: ./tidy
        with: {depth: 3.10, on: true}
  b:
    runs-on: {group: big, labels: x}
    timeout-minutes: ${{ inputs.t }}
    steps: *steps
  c:
    permissions: write-all
    uses: ./.github/workflows/called.yml
";

    #[test]
    fn a_job_tells_what_is_written() {
        let workflow = read(TEXT);
        let a = workflow.job("a").expect("there");
        assert!(a.display_name().fits("A 3"));
        assert_eq!(a.needs(), ["b"]);
        assert_eq!(a.runs_on(), ["self-hosted", "linux"]);
        assert_eq!(a.timeout(), TimeLimit::Minutes(5));
        assert_eq!(a.container(), Some("node:20"));
        assert_eq!(a.permissions(), Some(Permissions::None));
        assert_eq!(workflow.permissions(), Some(Permissions::Scopes(vec![("contents".into(), "read".into())])));
        let c = workflow.job("c").expect("there");
        assert_eq!((c.uses(), c.permissions()), (Some("./.github/workflows/called.yml"), Some(Permissions::WriteAll)));
    }

    #[test]
    fn steps_behind_an_alias_are_read_through_it() {
        let workflow = read(TEXT);
        let b = workflow.job("b").expect("there");
        assert_eq!(b.runs_on(), ["x"]);
        assert_eq!(b.timeout(), TimeLimit::Expression("${{ inputs.t }}".into()));
        let steps = b.steps();
        assert_eq!(steps[1].with(), [("depth", "3.1".to_owned()), ("on", "true".to_owned())]);
        assert_eq!(steps[0].route.to_string(), "jobs.b.steps[0]");
        assert_eq!(steps[0].display_name().literal(), Some("Run make"));
    }

    #[test]
    fn the_nearest_default_counts() {
        let workflow = read(TEXT);
        let a = workflow.job("a").expect("there");
        let steps = a.steps();
        assert_eq!(a.shell_of(&steps[0]), Some("sh"));
        assert_eq!(a.shell_of(&steps[1]), Some("bash"));
        assert_eq!(a.working_directory_of(&steps[0]), Some("app"));
    }

    #[test]
    fn an_actions_steps_are_steps() {
        let action = read("runs:\n  using: composite\n  steps:\n    - run: x\n      shell: bash\n");
        assert_eq!(action.action_steps().len(), 1);
        assert!(action.jobs().is_empty());
    }
}
