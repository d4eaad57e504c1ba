//! Which scalars of a file may hold an expression, and what is there for it (`workflow-v1.0.json`, `action_yaml.json`).

use crate::workflow::{Document, Node, NodeKind, Route};

/// What is there at a kind of place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Contexts that may be named; none means that no expression may stand here.
    pub(super) contexts: &'static [&'static str],
    /// Functions besides those that are everywhere.
    pub(super) functions: &'static [&'static str],
    /// Whether the whole value is an expression without brackets.
    pub(super) kind: Kind,
}

/// How a value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text with expressions in it.
    Template,
    /// A condition: an expression, in brackets or without.
    Condition,
}

/// A scalar, where it stands and whose it is.
#[derive(Debug)]
pub(super) struct Site<'a> {
    pub(super) node: &'a Node,
    pub(super) route: Route,
    pub(super) place: &'static Place,
    /// The job that it belongs to.
    pub(super) job: Option<&'a str>,
    /// The index of the step that it belongs to.
    pub(super) step: Option<usize>,
}

const fn place(contexts: &'static [&'static str], functions: &'static [&'static str], kind: Kind) -> Place {
    Place { contexts, functions, kind }
}

use Kind::{Condition, Template};

const HASH: &[&str] = &["hashFiles"];
const STATUS: &[&str] = &["always", "cancelled", "success", "failure"];
const STATUS_AND_HASH: &[&str] = &["always", "cancelled", "success", "failure", "hashFiles"];
const RUN: &[&str] = &["github", "inputs", "vars"];
const JOB: &[&str] = &["github", "inputs", "vars", "needs", "strategy", "matrix"];

static NOWHERE: Place = place(&[], &[], Template);
static OF_RUN: Place = place(RUN, &[], Template);
static WORKFLOW_ENV: Place = place(&["github", "inputs", "vars", "secrets"], &[], Template);
static CALL_OUTPUT: Place = place(&["github", "inputs", "vars", "jobs"], &[], Template);
static JOB_IF: Place = place(&["github", "inputs", "vars", "needs"], STATUS, Condition);
static OF_JOB: Place = place(JOB, &[], Template);
static STRATEGY: Place = place(&["github", "inputs", "vars", "needs"], &[], Template);
static JOB_ENV: Place = place(&["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets"], &[], Template);
static JOB_DEFAULTS: Place = place(&["github", "inputs", "vars", "needs", "strategy", "matrix", "env"], &[], Template);
static CREDENTIALS: Place = place(&["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "env"], &[], Template);
static RUNNER: Place =
    place(&["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "steps", "job", "runner", "env"], &[], Template);
static ENVIRONMENT_URL: Place =
    place(&["github", "inputs", "vars", "needs", "strategy", "matrix", "steps", "job", "runner", "env"], &[], Template);
static STEP_IF: Place =
    place(&["github", "inputs", "vars", "needs", "strategy", "matrix", "steps", "job", "runner", "env"], STATUS_AND_HASH, Condition);
static STEP: Place =
    place(&["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "steps", "job", "runner", "env"], HASH, Template);
static ACTION_STEP: Place = place(&["github", "inputs", "strategy", "matrix", "steps", "job", "runner", "env"], HASH, Template);
static ACTION_IF: Place = place(&["github", "inputs", "strategy", "matrix", "steps", "job", "runner", "env"], STATUS_AND_HASH, Condition);
static ACTION_OUTPUT: Place = place(&["github", "strategy", "matrix", "steps", "inputs", "job", "runner", "env"], &[], Template);
static ACTION_DEFAULT: Place = place(&["github", "strategy", "matrix", "job", "runner"], HASH, Template);
static ACTION_ARGUMENT: Place = place(&["inputs"], &[], Template);

/// Every scalar of the file at which expressions are looked for.
pub(super) fn sites(document: &Document) -> Vec<Site<'_>> {
    let mut walk = Walk { sites: Vec::new(), job: None, step: None };
    let Some(root) = &document.root else { return Vec::new() };
    if root.get("runs").is_some() && root.get("jobs").is_none() {
        walk.action(root)
    } else {
        walk.workflow(root)
    }
    walk.sites
}

struct Walk<'a> {
    sites: Vec<Site<'a>>,
    job: Option<&'a str>,
    step: Option<usize>,
}

impl<'a> Walk<'a> {
    /// Every scalar below a node.
    fn all(&mut self, node: &'a Node, route: &Route, place: &'static Place) {
        match &node.kind {
            NodeKind::Scalar { .. } => {
                self.sites.push(Site { node, route: route.clone(), place, job: self.job, step: self.step });
            }
            NodeKind::Mapping { entries, .. } => {
                for entry in entries {
                    if let Some(name) = entry.key.as_str() {
                        self.all(&entry.value, &route.key(name), place);
                    }
                }
            }
            NodeKind::Sequence { items, .. } => {
                for (index, item) in items.iter().enumerate() {
                    self.all(&item.value, &route.index(index), place);
                }
            }
            // What an alias repeats is looked at where it is written.
            NodeKind::Alias(_) => {}
        }
    }

    /// Every scalar below some keys of a mapping.
    fn keys(&mut self, node: &'a Node, route: &Route, keys: &[(&str, &'static Place)]) {
        for (key, place) in keys {
            if let Some(value) = node.get(key) {
                self.all(value, &route.key(key), place);
            }
        }
    }

    fn each(&mut self, node: Option<&'a Node>, route: &Route, visit: fn(&mut Self, &'a Node, &Route)) {
        for entry in node.map_or(&[][..], Node::entries) {
            if let Some(name) = entry.key.as_str() {
                visit(self, &entry.value, &route.key(name));
            }
        }
    }

    fn workflow(&mut self, root: &'a Node) {
        let route = Route::root();
        self.keys(root, &route, &[("run-name", &OF_RUN), ("concurrency", &OF_RUN), ("env", &WORKFLOW_ENV), ("permissions", &NOWHERE)]);
        if let Some(call) = root.get("on").and_then(|on| on.get("workflow_call")) {
            let route = route.key("on").key("workflow_call");
            self.each(call.get("inputs"), &route.key("inputs"), |walk, input, route| walk.keys(input, route, &[("default", &OF_RUN)]));
            self.each(call.get("outputs"), &route.key("outputs"), |walk, output, route| {
                walk.keys(output, route, &[("value", &CALL_OUTPUT)])
            });
        }
        for entry in root.get("jobs").map_or(&[][..], Node::entries) {
            self.job = entry.key.as_str();
            if let Some(id) = self.job {
                self.one_job(&entry.value, &route.key("jobs").key(id));
            }
        }
        self.job = None;
    }

    fn one_job(&mut self, job: &'a Node, route: &Route) {
        self.keys(
            job,
            route,
            &[
                ("name", &OF_JOB),
                ("if", &JOB_IF),
                ("needs", &NOWHERE),
                ("uses", &NOWHERE),
                ("permissions", &NOWHERE),
                ("runs-on", &OF_JOB),
                ("strategy", &STRATEGY),
                ("concurrency", &OF_JOB),
                ("env", &JOB_ENV),
                ("outputs", &RUNNER),
                ("timeout-minutes", &OF_JOB),
                ("cancel-timeout-minutes", &OF_JOB),
                ("continue-on-error", &OF_JOB),
                ("with", &OF_JOB),
                ("secrets", &JOB_ENV),
            ],
        );
        if let Some(defaults) = job.get("defaults") {
            self.keys(defaults, &route.key("defaults"), &[("run", &JOB_DEFAULTS)]);
        }
        match job.get("environment") {
            Some(environment) if environment.is_mapping() => {
                let keys: &[(&str, &'static Place)] = &[("name", &OF_JOB), ("url", &ENVIRONMENT_URL)];
                self.keys(environment, &route.key("environment"), keys);
            }
            Some(environment) => self.all(environment, &route.key("environment"), &OF_JOB),
            None => {}
        }
        if let Some(container) = job.get("container") {
            self.container(container, &route.key("container"));
        }
        self.each(job.get("services"), &route.key("services"), Self::container);
        self.steps(job, route, Self::one_step);
    }

    fn container(&mut self, node: &'a Node, route: &Route) {
        if node.as_str().is_some() {
            return self.all(node, route, &OF_JOB);
        }
        let keys: &[(&str, &'static Place)] = &[
            ("image", &OF_JOB),
            ("options", &OF_JOB),
            ("ports", &OF_JOB),
            ("volumes", &OF_JOB),
            ("env", &RUNNER),
            ("credentials", &CREDENTIALS),
        ];
        self.keys(node, route, keys);
    }

    fn steps(&mut self, parent: &'a Node, route: &Route, visit: fn(&mut Self, &'a Node, &Route)) {
        for (index, item) in parent.get("steps").map_or(&[][..], Node::items).iter().enumerate() {
            self.step = Some(index);
            // The alias of a whole step is looked at where that step is written.
            if !matches!(item.value.kind, NodeKind::Alias(_)) {
                visit(self, &item.value, &route.key("steps").index(index));
            }
        }
        self.step = None;
    }

    fn one_step(&mut self, step: &'a Node, route: &Route) {
        self.step_with(step, route, &STEP_IF, &STEP);
    }

    fn action_step(&mut self, step: &'a Node, route: &Route) {
        self.step_with(step, route, &ACTION_IF, &ACTION_STEP);
    }

    fn step_with(&mut self, step: &'a Node, route: &Route, condition: &'static Place, place: &'static Place) {
        let plain = ["name", "run", "env", "with", "working-directory", "timeout-minutes", "continue-on-error"];
        self.keys(step, route, &[("if", condition), ("uses", &NOWHERE), ("id", &NOWHERE)]);
        self.keys(step, route, &plain.map(|key| (key, place)));
        for (index, item) in step.get("parallel").map_or(&[][..], Node::items).iter().enumerate() {
            self.step_with(&item.value, &route.key("parallel").index(index), condition, place);
        }
    }

    fn action(&mut self, root: &'a Node) {
        let route = Route::root();
        self.each(root.get("inputs"), &route.key("inputs"), |walk, input, route| walk.keys(input, route, &[("default", &ACTION_DEFAULT)]));
        self.each(root.get("outputs"), &route.key("outputs"), |walk, output, route| walk.keys(output, route, &[("value", &ACTION_OUTPUT)]));
        if let Some(runs) = root.get("runs") {
            let route = route.key("runs");
            self.keys(runs, &route, &[("args", &ACTION_ARGUMENT), ("env", &ACTION_ARGUMENT)]);
            self.steps(runs, &route, Self::action_step);
        }
    }
}
