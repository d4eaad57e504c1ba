//! What the contexts hold at a place, as far as the file and its neighbours tell.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::file::{Contexts, File};
use super::places::Site;
use crate::almanac;
use crate::expression::{GITHUB_VARIABLES, Type};
use crate::text::RepoPath;
use crate::workflow::{Document, Job, Node, NodeKind, Step, Workflow};

/// Properties of `github` that no variable of the runner repeats
/// (<https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context>).
const GITHUB: &[&str] = &[
    "action_ref",
    "action_repository",
    "action_status",
    "artifact_cache_size_limit",
    "enterprise_id",
    "job_workflow_sha",
    "output",
    "repositoryurl",
    "repository_visibility",
    "secret_source",
    "state",
    "step_summary",
];

/// How a step or job ends (<https://docs.github.com/actions/reference/workflows-and-actions/contexts#steps-context>).
const RESULTS: [&str; 4] = ["success", "failure", "cancelled", "skipped"];

/// What the contexts hold at a site.
pub(super) fn types(file: &File<'_>, site: &Site<'_>) -> Rc<Contexts> {
    let key = (site.job.map(str::to_owned), site.step);
    if let Some(known) = file.types.borrow().get(&key) {
        return Rc::clone(known);
    }
    let types = Rc::new(contexts(file, site));
    file.types.borrow_mut().insert(key, Rc::clone(&types));
    types
}

fn contexts(file: &File<'_>, site: &Site<'_>) -> Contexts {
    let mut types = BTreeMap::from([("github", github(file)), ("runner", runner()), ("strategy", strategy()), ("job", job_context())]);
    let workflow = &file.workflow;
    if file.is_action() {
        types.insert("inputs", Type::closed(action_inputs(workflow).into_iter().map(|name| (name, Type::Any))));
        types.insert("steps", steps(file, &workflow.action_steps(), site.step));
        return types;
    }
    types.insert("inputs", inputs(workflow));
    if let Some(job) = site.job.and_then(|id| workflow.job(id)) {
        types.insert("needs", needs(file, &job));
        types.insert("matrix", matrix(&job));
        types.insert("steps", steps(file, &job.steps(), site.step));
    }
    types.insert("jobs", jobs(file));
    types
}

/// Names that some context has here, and which.
pub(super) fn homes(file: &File<'_>, site: &Site<'_>) -> Vec<(String, &'static str)> {
    let mut homes = Vec::new();
    let workflow = &file.workflow;
    let keys = |node: Option<&Node>| -> Vec<String> {
        node.map_or(&[][..], Node::entries).iter().filter_map(|entry| entry.key.as_str().map(str::to_owned)).collect()
    };
    let mut add = |names: Vec<String>, context| homes.extend(names.into_iter().map(|name| (name, context)));
    add(keys(workflow.top("env")), "env");
    let inputs = |event: &str| workflow.top("on").and_then(|on| workflow.document.under(on, event)).and_then(|event| event.get("inputs"));
    add(keys(inputs("workflow_dispatch")), "inputs");
    add(keys(inputs("workflow_call")), "inputs");
    if let Some(job) = site.job.and_then(|id| workflow.job(id)) {
        add(keys(job.get("env")), "env");
        add(job.needs().into_iter().map(str::to_owned).collect(), "needs");
        let matrix = job.get("strategy").and_then(|strategy| strategy.get("matrix"));
        add(keys(matrix).into_iter().filter(|key| key != "include" && key != "exclude").collect(), "matrix");
        let steps = job.steps();
        add(steps.iter().filter_map(|step| step.id().map(str::to_owned)).collect(), "steps");
        add(site.step.and_then(|step| steps.get(step)).map_or_else(Vec::new, |step| keys(step.get("env"))), "env");
    }
    if file.is_action() {
        add(action_inputs(workflow).into_iter().map(str::to_owned).collect(), "inputs");
    }
    homes.sort();
    homes.dedup();
    homes
}

fn github(file: &File<'_>) -> Type {
    let texts = GITHUB.iter().chain(GITHUB_VARIABLES).map(|name| (*name, Type::Text));
    let events = crate::schema::events().chain(["dynamic", "merge_queue_entry"]);
    let dispatched = dispatch_inputs(&file.workflow);
    let inputs = Type::open(
        dispatched
            .iter()
            .map(|(name, kind)| (name.as_str(), if *kind == Type::Boolean { Type::words(["true", "false"]) } else { Type::Any })),
    );
    let known = [
        ("event_name", Type::words(events)),
        ("ref_type", Type::words(["branch", "tag", ""])),
        ("event", Type::open([("inputs", inputs)])),
    ];
    Type::closed(texts.chain(known))
}

fn runner() -> Type {
    Type::closed([
        ("os", Type::words(["Linux", "Windows", "macOS"])),
        ("arch", Type::words(["X86", "X64", "ARM", "ARM64"])),
        ("environment", Type::words(["github-hosted", "self-hosted"])),
        ("name", Type::Text),
        ("temp", Type::Text),
        ("tool_cache", Type::Text),
        ("workspace", Type::Text),
        ("debug", Type::Any),
    ])
}

fn strategy() -> Type {
    Type::closed([("fail-fast", Type::Boolean), ("job-index", Type::Number), ("job-total", Type::Number), ("max-parallel", Type::Number)])
}

fn job_context() -> Type {
    Type::closed([
        ("status", Type::words(["success", "failure", "cancelled"])),
        ("container", Type::open([("id", Type::Text), ("network", Type::Text)])),
        ("services", Type::Any),
        ("check_run_id", Type::Any),
        ("workflow_ref", Type::Text),
        ("workflow_sha", Type::Text),
        ("workflow_repository", Type::Text),
        ("workflow_file_path", Type::Text),
    ])
}

/// The inputs of an action, by name.
pub(super) fn action_inputs(workflow: &Workflow) -> Vec<&str> {
    workflow.top("inputs").map_or(&[][..], Node::entries).iter().filter_map(|entry| entry.key.as_str()).collect()
}

fn event_inputs<'a>(workflow: &'a Workflow, event: &str) -> Option<Vec<(&'a str, Type)>> {
    let on = workflow.top("on")?;
    let event = workflow.document.under(on, event)?;
    let entries = workflow.document.under(event, "inputs").map_or(&[][..], Node::entries);
    let kind = |node: &Node| match workflow.document.under(node, "type").and_then(Node::as_str) {
        Some("boolean") => Type::Boolean,
        Some("number") => Type::Number,
        _ => Type::Any,
    };
    Some(entries.iter().filter_map(|entry| Some((entry.key.as_str()?, kind(workflow.document.resolve(&entry.value))))).collect())
}

fn dispatch_inputs(workflow: &Workflow) -> BTreeMap<String, Type> {
    event_inputs(workflow, "workflow_dispatch")
        .unwrap_or_default()
        .into_iter()
        .map(|(name, kind)| (name.to_ascii_lowercase(), kind))
        .collect()
}

/// The `inputs` of a workflow: those of its calls and those of a start by hand together.
fn inputs(workflow: &Workflow) -> Type {
    let mut known: BTreeMap<String, Type> = BTreeMap::new();
    for event in ["workflow_dispatch", "workflow_call"] {
        for (name, kind) in event_inputs(workflow, event).unwrap_or_default() {
            let slot = known.entry(name.to_ascii_lowercase()).or_insert_with(|| kind.clone());
            if *slot != kind {
                *slot = Type::Any;
            }
        }
    }
    Type::Closed(known)
}

/// The jobs that a job waits for.
fn needs(file: &File<'_>, job: &Job<'_>) -> Type {
    let named = job.needs();
    if named.iter().any(|name| file.workflow.jobs().iter().all(|job| !job.id.eq_ignore_ascii_case(name))) {
        return Type::Any;
    }
    let of = |name: &&'_ str| {
        let outputs =
            file.workflow.jobs().into_iter().find(|job| job.id.eq_ignore_ascii_case(name)).map_or(Type::Any, |job| outputs(file, &job));
        Type::closed([("result", Type::words(RESULTS)), ("outputs", outputs)])
    };
    Type::closed(named.iter().map(|name| (*name, of(name))))
}

/// All jobs, as the outputs of a called workflow see them.
fn jobs(file: &File<'_>) -> Type {
    let all = file.workflow.jobs();
    Type::closed(all.iter().map(|job| (job.id, Type::closed([("result", Type::words(RESULTS)), ("outputs", outputs(file, job))]))))
}

/// What a job gives to others: its `outputs`, or those of the workflow that it calls.
fn outputs(file: &File<'_>, job: &Job<'_>) -> Type {
    let names = |node: Option<&Node>| {
        Type::closed(node.map_or(&[][..], Node::entries).iter().filter_map(|entry| Some((entry.key.as_str()?, Type::Text))))
    };
    let Some(called) = job.uses() else {
        return match job.get("outputs") {
            Some(node) if !node.is_mapping() => Type::Any,
            node => names(node),
        };
    };
    let text = called.strip_prefix("./").and_then(|path| file.repository.text(path));
    let callee = text.and_then(|text| Workflow::read(RepoPath::new(called).ok()?, text).ok());
    let on = callee.as_ref().and_then(|callee| Some((callee, callee.top("on")?)));
    let call = on.and_then(|(callee, on)| callee.document.under(on, "workflow_call"));
    call.map_or(Type::Any, |call| names(call.get("outputs")))
}

/// The `matrix` of a job, as far as it does not come from an expression.
fn matrix(job: &Job<'_>) -> Type {
    let document = &job.workflow().document;
    let Some(strategy) = job.get("strategy") else { return Type::Closed(BTreeMap::new()) };
    if strategy.as_str().is_some() {
        return Type::Any;
    }
    let Some(matrix) = document.under(strategy, "matrix") else { return Type::Closed(BTreeMap::new()) };
    if !matrix.is_mapping() {
        return Type::Any;
    }
    let mut known: BTreeMap<String, Type> = BTreeMap::new();
    let mut is_open = false;
    let mut values: BTreeMap<String, Vec<Type>> = BTreeMap::new();
    for entry in matrix.entries() {
        let value = document.resolve(&entry.value);
        match entry.key.as_str() {
            Some("exclude") => {}
            Some("include") if value.is_sequence() => {
                for item in value.items() {
                    let item = document.resolve(&item.value);
                    is_open |= !item.is_mapping();
                    for entry in item.entries() {
                        let Some(name) = entry.key.as_str() else { continue };
                        // What only some legs have is empty in the others.
                        values
                            .entry(name.to_ascii_lowercase())
                            .or_insert_with(|| vec![Type::words([""])])
                            .push(of_value(document, &entry.value));
                    }
                }
            }
            Some("include") | None => is_open = true,
            Some(name) if value.is_sequence() => {
                let list = value.items().iter().map(|item| of_value(document, &item.value));
                values.entry(name.to_ascii_lowercase()).or_default().extend(list);
            }
            Some(name) => drop(known.insert(name.to_ascii_lowercase(), Type::Any)),
        }
    }
    known.extend(values.into_iter().map(|(name, types)| (name, joined(types))));
    if is_open { Type::Open(known) } else { Type::Closed(known) }
}

/// What is known of a value that a matrix spells out.
fn of_value(document: &Document, node: &Node) -> Type {
    let node = document.resolve(node);
    match &node.kind {
        NodeKind::Scalar { value, .. } if value.contains("${{") => Type::Any,
        NodeKind::Scalar { value, style } => {
            let plain = *style == crate::workflow::ScalarStyle::Plain;
            if plain && !crate::workflow::plain::plain_value(value).is_string() { Type::Any } else { Type::words([value.as_str()]) }
        }
        _ => Type::Any,
    }
}

fn joined(types: Vec<Type>) -> Type {
    let mut words = Vec::new();
    for of in types {
        let Type::Words(more) = of else { return Type::Any };
        words.extend(more);
    }
    words.dedup();
    // Conditions on legs that were taken out stay in workflows for later.
    Type::Seen(words)
}

/// The steps with an id before the one at `before`; all where none is meant.
fn steps(file: &File<'_>, steps: &[Step<'_>], before: Option<usize>) -> Type {
    let end = before.unwrap_or(steps.len()).min(steps.len());
    let earlier = steps.get(..end).unwrap_or_default();
    // Steps beside each other and steps that aliases bring have ids that are not seen here.
    if earlier.iter().any(|step| step.get("parallel").is_some()) {
        return Type::Any;
    }
    let of = |step: &Step<'_>| {
        let results = Type::words(RESULTS);
        Type::closed([("outcome", results.clone()), ("conclusion", results), ("outputs", step_outputs(file, step))])
    };
    Type::closed(earlier.iter().filter_map(|step| Some((step.id()?, of(step)))))
}

/// What a step of an own composite action or of a known action gives; anything for other steps.
fn step_outputs(file: &File<'_>, step: &Step<'_>) -> Type {
    let known = step.uses().and_then(|uses| uses.split_once('@')).and_then(|(action, reference)| {
        let outputs = almanac::action_inputs(action)?.outputs_of(reference)?;
        Some(Type::closed(outputs.iter().map(|name| (name.as_str(), Type::Text))))
    });
    if let Some(known) = known {
        return known;
    }
    let composite = || {
        let folder = step.uses()?.strip_prefix("./")?.trim_end_matches('/');
        let (path, text) = action_file(file, folder)?;
        let action = Workflow::read(path, text).ok()?;
        let using = action.top("runs").and_then(|runs| runs.get("using")).and_then(Node::as_str)?;
        let names = action.top("outputs").map_or(&[][..], Node::entries).iter().filter_map(|entry| entry.key.as_str().map(str::to_owned));
        (using == "composite").then(|| names.collect::<Vec<_>>())
    };
    composite().map_or(Type::Any, |names| Type::closed(names.iter().map(|name| (name.as_str(), Type::Text))))
}

/// The metadata file of an action in a folder of the repository, and its text.
pub(super) fn action_file<'a>(file: &File<'a>, folder: &str) -> Option<(RepoPath, &'a str)> {
    let prefix = if folder.is_empty() || folder == "." { String::new() } else { format!("{folder}/") };
    ["action.yml", "action.yaml"].into_iter().find_map(|name| {
        let path = RepoPath::new(&format!("{prefix}{name}")).ok()?;
        let text = file.repository.texts.get(&path)?;
        Some((path, text.as_str()))
    })
}
