//! What stands where in a workflow: the public schema (actions/runner 2.336, `workflow-v1.0.json`) as tables.
//!
//! Only what the platform refuses is refused here; keys that it has accepted since (`background`, `cache-mode`, `timezone`) are
//! let through.

/// What a node may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Anything.
    Any,
    /// A scalar.
    Text,
    /// A scalar that is not empty.
    Name,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A sequence.
    List(&'static Shape),
    /// A scalar that is not empty, or a sequence of them.
    Names,
    /// A filter of an event: like names, or nothing.
    Filter,
    /// A mapping.
    Map(&'static Map),
    /// A mapping, or nothing at all.
    MapOrNothing(&'static Map),
    /// A scalar or a mapping.
    TextOrMap(&'static Map),
    /// `on:`.
    Events,
    /// A job.
    Job,
    /// A step.
    Step,
    /// `permissions:`.
    Permissions,
    /// `runs-on:`.
    RunsOn,
    /// `secrets:` of a job that calls a workflow.
    Secrets,
}

/// Whether `${{ … }}` may stand for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expressions {
    /// It may, for a value of any kind.
    Allowed,
    /// The platform reads the value before it evaluates anything.
    Refused,
}

/// A mapping's keys.
#[derive(Debug)]
pub(super) struct Map {
    /// Known keys.
    pub(super) keys: &'static [(&'static str, Shape)],
    /// Those that must be there.
    pub(super) required: &'static [&'static str],
    /// What stands under any other key, where others are allowed.
    pub(super) others: Option<Shape>,
}

use Shape::{
    Any, Boolean, Events, Filter, Job, List, MapOrNothing, Name, Names, Number, Permissions, RunsOn, Secrets, Step, Text, TextOrMap, Word,
};

const fn keys(keys: &'static [(&'static str, Shape)]) -> Map {
    Map { keys, required: &[], others: None }
}

const fn any_keys(others: Shape) -> Map {
    Map { keys: &[], required: &[], others: Some(others) }
}

pub(super) static WORKFLOW: Map = Map {
    keys: &[
        ("name", Text),
        ("run-name", Text),
        ("description", Text),
        ("on", Events),
        ("permissions", Permissions),
        ("env", Shape::Map(&ENV)),
        ("defaults", Shape::Map(&DEFAULTS)),
        ("concurrency", TextOrMap(&CONCURRENCY)),
        ("cache-mode", Any),
        ("jobs", Shape::Map(&JOBS)),
    ],
    required: &["on", "jobs"],
    others: None,
};

static JOBS: Map = any_keys(Job);
static ENV: Map = any_keys(Text);

pub(super) static JOB: Map = Map {
    keys: &[
        ("name", Text),
        ("needs", Names),
        ("if", Text),
        ("runs-on", RunsOn),
        ("strategy", Shape::Map(&STRATEGY)),
        ("permissions", Permissions),
        ("environment", TextOrMap(&ENVIRONMENT)),
        ("concurrency", TextOrMap(&CONCURRENCY)),
        ("env", Shape::Map(&ENV)),
        ("defaults", Shape::Map(&DEFAULTS)),
        ("outputs", Shape::Map(&ENV)),
        ("container", TextOrMap(&CONTAINER)),
        ("services", Shape::Map(&SERVICES)),
        ("timeout-minutes", Number),
        ("cancel-timeout-minutes", Number),
        ("continue-on-error", Boolean),
        ("snapshot", Any),
        ("cache-mode", Any),
        ("steps", List(&Step)),
    ],
    required: &["runs-on"],
    others: None,
};

pub(super) static CALL: Map = Map {
    keys: &[
        ("name", Text),
        ("uses", Name),
        ("with", Shape::Map(&ENV)),
        ("secrets", Secrets),
        ("needs", Names),
        ("if", Text),
        ("permissions", Permissions),
        ("concurrency", TextOrMap(&CONCURRENCY)),
        ("strategy", Shape::Map(&STRATEGY)),
    ],
    required: &["uses"],
    others: None,
};

pub(super) static RUN_STEP: Map = Map {
    keys: &[
        ("name", Text),
        ("id", Name),
        ("if", Text),
        ("run", Text),
        ("shell", Name),
        ("working-directory", Text),
        ("env", Shape::Map(&ENV)),
        ("timeout-minutes", Number),
        ("continue-on-error", Boolean),
        ("background", Any),
    ],
    required: &["run"],
    others: None,
};

pub(super) static USES_STEP: Map = Map {
    keys: &[
        ("name", Text),
        ("id", Name),
        ("if", Text),
        ("uses", Name),
        ("with", Shape::Map(&ENV)),
        ("env", Shape::Map(&ENV)),
        ("timeout-minutes", Number),
        ("continue-on-error", Boolean),
        ("background", Any),
    ],
    required: &["uses"],
    others: None,
};

/// Steps beside others in time.
pub(super) static PARALLEL: Map = Map { keys: &[("parallel", List(&Step))], required: &[], others: Some(Any) };

/// Keys of a step before it is known which kind it is.
pub(super) static BARE_STEP: Map = keys(&[
    ("name", Text),
    ("id", Name),
    ("if", Text),
    ("run", Text),
    ("uses", Name),
    ("with", Shape::Map(&ENV)),
    ("shell", Name),
    ("working-directory", Text),
    ("env", Shape::Map(&ENV)),
    ("timeout-minutes", Number),
    ("continue-on-error", Boolean),
]);

static STRATEGY: Map = keys(&[("matrix", Shape::Map(&MATRIX)), ("fail-fast", Boolean), ("max-parallel", Number)]);
static MATRIX: Map =
    Map { keys: &[("include", List(&Shape::Map(&ANY))), ("exclude", List(&Shape::Map(&ANY)))], required: &[], others: Some(List(&Any)) };
static ANY: Map = any_keys(Any);
static DEFAULTS: Map = keys(&[("run", Shape::Map(&keys(&[("shell", Name), ("working-directory", Text)])))]);
static ENVIRONMENT: Map = Map { keys: &[("name", Text), ("url", Text), ("deployment", Any)], required: &["name"], others: None };
static CONCURRENCY: Map =
    Map { keys: &[("group", Name), ("cancel-in-progress", Boolean), ("queue", Any)], required: &["group"], others: None };
static CONTAINER: Map = keys(&[
    ("image", Text),
    ("options", Text),
    ("env", Shape::Map(&ENV)),
    ("ports", List(&Text)),
    ("volumes", List(&Text)),
    ("credentials", Shape::Map(&CREDENTIALS)),
]);
static CREDENTIALS: Map = keys(&[("username", Name), ("password", Name)]);
static SERVICES: Map = any_keys(TextOrMap(&SERVICE));
static SERVICE: Map = keys(&[
    ("image", Text),
    ("options", Text),
    ("entrypoint", Text),
    ("command", Text),
    ("env", Shape::Map(&ENV)),
    ("ports", List(&Text)),
    ("volumes", List(&Text)),
    ("credentials", Shape::Map(&CREDENTIALS)),
]);
pub(super) static RUNS_ON: Map = keys(&[("group", Name), ("labels", Names)]);

const ACCESS: Shape = Word(&["read", "write", "none"]);
pub(super) static SCOPES: Map = keys(&[
    ("actions", ACCESS),
    ("artifact-metadata", ACCESS),
    ("attestations", ACCESS),
    ("checks", ACCESS),
    ("code-quality", ACCESS),
    ("contents", ACCESS),
    ("copilot-requests", ACCESS),
    ("deployments", ACCESS),
    ("discussions", ACCESS),
    ("id-token", Word(&["write", "none"])),
    ("issues", ACCESS),
    ("models", Word(&["read", "none"])),
    ("packages", ACCESS),
    ("pages", ACCESS),
    ("pull-requests", ACCESS),
    ("repository-projects", ACCESS),
    ("security-events", ACCESS),
    ("statuses", ACCESS),
    ("vulnerability-alerts", ACCESS),
]);

/// Filters of events. The platform passes over those that an event does not know.
static FILTERS: Map = keys(&[
    ("types", Filter),
    ("branches", Filter),
    ("branches-ignore", Filter),
    ("tags", Filter),
    ("tags-ignore", Filter),
    ("paths", Filter),
    ("paths-ignore", Filter),
]);
static NOTHING: Map = keys(&[]);
static WORKFLOW_RUN: Map = keys(&[("workflows", Names), ("types", Filter), ("branches", Filter), ("branches-ignore", Filter)]);
static DISPATCH: Map = keys(&[("inputs", MapOrNothing(&DISPATCH_INPUTS))]);
static DISPATCH_INPUTS: Map = any_keys(MapOrNothing(&DISPATCH_INPUT));
static DISPATCH_INPUT: Map = keys(&[
    ("description", Text),
    ("deprecationMessage", Text),
    ("type", Word(&["string", "boolean", "number", "choice", "environment"])),
    ("required", Boolean),
    ("default", Text),
    ("options", Names),
]);
static CALLED: Map = keys(&[
    ("inputs", MapOrNothing(&CALLED_INPUTS)),
    ("secrets", MapOrNothing(&CALLED_SECRETS)),
    ("outputs", MapOrNothing(&CALLED_OUTPUTS)),
]);
static CALLED_INPUTS: Map = any_keys(Shape::Map(&CALLED_INPUT));
static CALLED_INPUT: Map = Map {
    keys: &[
        ("description", Text),
        ("deprecationMessage", Text),
        ("type", Word(&["string", "boolean", "number"])),
        ("required", Boolean),
        ("default", Text),
    ],
    required: &["type"],
    others: None,
};
static CALLED_SECRETS: Map = any_keys(MapOrNothing(&keys(&[("description", Text), ("required", Boolean)])));
static CALLED_OUTPUTS: Map =
    any_keys(Shape::Map(&Map { keys: &[("description", Text), ("value", Text)], required: &["value"], others: None }));
static IMAGE: Map = keys(&[("types", Filter), ("names", Filter), ("versions", Filter)]);
static CRON: Map = Map { keys: &[("cron", Name), ("timezone", Name)], required: &["cron"], others: None };

/// The events, and what stands under each in `on:`.
pub(super) static EVENTS: Map = keys(&[
    ("branch_protection_rule", MapOrNothing(&FILTERS)),
    ("check_run", MapOrNothing(&FILTERS)),
    ("check_suite", MapOrNothing(&FILTERS)),
    ("create", MapOrNothing(&FILTERS)),
    ("delete", MapOrNothing(&FILTERS)),
    ("deployment", MapOrNothing(&NOTHING)),
    ("deployment_status", MapOrNothing(&NOTHING)),
    ("discussion", MapOrNothing(&FILTERS)),
    ("discussion_comment", MapOrNothing(&FILTERS)),
    ("fork", MapOrNothing(&NOTHING)),
    ("gollum", MapOrNothing(&NOTHING)),
    ("image_version", MapOrNothing(&IMAGE)),
    ("issue_comment", MapOrNothing(&FILTERS)),
    ("issues", MapOrNothing(&FILTERS)),
    ("label", MapOrNothing(&FILTERS)),
    ("merge_group", MapOrNothing(&FILTERS)),
    ("milestone", MapOrNothing(&FILTERS)),
    ("page_build", MapOrNothing(&NOTHING)),
    ("project", MapOrNothing(&FILTERS)),
    ("project_card", MapOrNothing(&FILTERS)),
    ("project_column", MapOrNothing(&FILTERS)),
    ("public", MapOrNothing(&NOTHING)),
    ("pull_request", MapOrNothing(&FILTERS)),
    ("pull_request_comment", MapOrNothing(&FILTERS)),
    ("pull_request_review", MapOrNothing(&FILTERS)),
    ("pull_request_review_comment", MapOrNothing(&FILTERS)),
    ("pull_request_target", MapOrNothing(&FILTERS)),
    ("push", MapOrNothing(&FILTERS)),
    ("registry_package", MapOrNothing(&FILTERS)),
    ("release", MapOrNothing(&FILTERS)),
    ("repository_dispatch", MapOrNothing(&FILTERS)),
    ("schedule", List(&Shape::Map(&CRON))),
    ("status", MapOrNothing(&NOTHING)),
    ("watch", MapOrNothing(&FILTERS)),
    ("workflow_call", MapOrNothing(&CALLED)),
    ("workflow_dispatch", MapOrNothing(&DISPATCH)),
    ("workflow_run", MapOrNothing(&WORKFLOW_RUN)),
]);

/// An action's metadata file (<https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax>).
pub(super) static ACTION: Map = Map {
    keys: &[
        ("name", Text),
        ("author", Text),
        ("description", Text),
        ("inputs", MapOrNothing(&ANY)),
        ("outputs", MapOrNothing(&ANY)),
        ("runs", Shape::Map(&RUNS)),
        ("branding", Any),
    ],
    required: &["runs"],
    others: None,
};
static RUNS: Map = Map {
    keys: &[
        ("using", Name),
        ("steps", List(&Step)),
        ("main", Name),
        ("pre", Name),
        ("pre-if", Text),
        ("post", Name),
        ("post-if", Text),
        ("image", Name),
        ("env", Shape::Map(&ENV)),
        ("args", Any),
        ("entrypoint", Name),
        ("pre-entrypoint", Name),
        ("post-entrypoint", Name),
        ("plugin", Any),
    ],
    required: &["using"],
    others: None,
};

impl Map {
    /// What stands under `key`.
    pub(super) fn shape(&self, key: &str) -> Option<Shape> {
        self.keys.iter().find(|(name, _)| *name == key).map(|(_, shape)| *shape).or(self.others)
    }
}
