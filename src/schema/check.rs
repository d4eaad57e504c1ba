//! Walks a document beside the schema and notes where they part.

use super::shape::{self, Expressions, Map, Shape};
use super::{Problem, ProblemKind};
use crate::text::{ByteSpan, Position};
use crate::workflow::{Document, Entry, Key, Node, NodeKind, Route, ScalarStyle};

/// A file with more problems than this is no workflow.
const MOST: usize = 200;

/// What the schema has against the document.
pub(super) fn document(document: &Document) -> Vec<Problem> {
    let mut checker = Checker { document, problems: Vec::new() };
    let Some(root) = &document.root else {
        checker.note(ByteSpan::at(0), "Required property is missing: jobs".to_owned(), missing("jobs", Route::root()));
        return checker.problems;
    };
    let is_action = root.get("runs").is_some() && root.get("jobs").is_none();
    let map = if is_action { &shape::ACTION } else { &shape::WORKFLOW };
    checker.duplicates(root, &Route::root());
    checker.map(root, map, &Route::root(), Expressions::Refused);
    checker.problems
}

fn missing(key: &'static str, parent: Route) -> ProblemKind {
    ProblemKind::Missing { key, parent }
}

struct Checker<'a> {
    document: &'a Document,
    problems: Vec<Problem>,
}

impl<'a> Checker<'a> {
    fn note(&mut self, span: ByteSpan, message: String, kind: ProblemKind) {
        if self.problems.len() < MOST {
            let position = Position::of(&self.document.source, span.start);
            self.problems.push(Problem { span, position, message, kind });
        }
    }

    fn wrong_type(&mut self, node: &Node, route: &Route, message: &str) {
        self.note(node.span, message.to_owned(), ProblemKind::Type { route: route.clone() });
    }

    /// Keys that stand twice, at any level, and tags that the platform does not know.
    fn duplicates(&mut self, node: &'a Node, route: &Route) {
        if let Some(tag) = &node.tag
            && !tag.starts_with("tag:yaml.org,2002:")
        {
            let before = self.document.source.get(..node.span.start).unwrap_or("");
            let start = before.rfind('!').unwrap_or(node.span.start);
            let span = ByteSpan::new(start, node.span.end);
            self.note(span, format!("Unexpected tag '{tag}'"), ProblemKind::Type { route: route.clone() });
        }
        match &node.kind {
            NodeKind::Mapping { entries, .. } => {
                for (index, entry) in entries.iter().enumerate() {
                    let Some(key) = entry.key.as_str() else { continue };
                    // The platform compares keys without regard to case (actions/runner, `TemplateReader`).
                    if entries.iter().take(index).any(|earlier| earlier.key.as_str().is_some_and(|one| one.eq_ignore_ascii_case(key))) {
                        let kind = ProblemKind::Duplicate { key: key.to_owned(), parent: route.clone() };
                        self.note(entry.key.span, format!("'{key}' is already defined"), kind);
                    }
                    self.duplicates(&entry.value, &route.key(key));
                }
            }
            NodeKind::Sequence { items, .. } => {
                for (index, item) in items.iter().enumerate() {
                    self.duplicates(&item.value, &route.index(index));
                }
            }
            NodeKind::Scalar { .. } | NodeKind::Alias(_) => {}
        }
    }

    fn node(&mut self, node: &'a Node, shape: Shape, route: &Route, expressions: Expressions) {
        // An aliased node was checked where it is written.
        let node = self.document.resolve(node);
        if expressions == Expressions::Allowed && is_expression(node) {
            return;
        }
        match shape {
            Shape::Any => {}
            Shape::Text | Shape::Boolean | Shape::Number | Shape::Name | Shape::Word(_) => self.scalar(node, shape, route),
            Shape::List(item) => self.list(node, *item, route, expressions),
            Shape::Names => match node.kind {
                NodeKind::Sequence { .. } => self.list(node, Shape::Name, route, expressions),
                _ => self.scalar(node, Shape::Name, route),
            },
            Shape::Filter if node.is_null() => {}
            Shape::Filter => self.node(node, Shape::Names, route, expressions),
            Shape::Map(map) => self.map(node, map, route, expressions),
            Shape::MapOrNothing(map) if !node.is_null() => self.map(node, map, route, expressions),
            Shape::MapOrNothing(_) => {}
            Shape::TextOrMap(map) if node.is_mapping() => self.map(node, map, route, expressions),
            Shape::TextOrMap(_) => self.scalar(node, Shape::Text, route),
            Shape::Events => self.events(node, route),
            Shape::Job => self.job(node, route),
            Shape::Step => self.step(node, route),
            Shape::Permissions if node.is_mapping() => self.map(node, &shape::SCOPES, route, Expressions::Refused),
            Shape::Permissions => self.scalar(node, Shape::Word(&["read-all", "write-all"]), route),
            Shape::RunsOn if node.is_mapping() => self.map(node, &shape::RUNS_ON, route, Expressions::Allowed),
            Shape::RunsOn => self.node(node, Shape::Names, route, expressions),
            Shape::Secrets if node.is_mapping() => self.map(node, &ANY_TEXT, route, Expressions::Allowed),
            Shape::Secrets => self.scalar(node, Shape::Word(&["inherit"]), route),
        }
    }

    fn scalar(&mut self, node: &Node, shape: Shape, route: &Route) {
        let Some(text) = node.as_str() else {
            let what = if node.is_mapping() { "A mapping was not expected" } else { "A sequence was not expected" };
            return self.wrong_type(node, route, what);
        };
        let plain = node.style() == Some(ScalarStyle::Plain);
        let is_number = || text.parse::<f64>().is_ok();
        let fits = match shape {
            Shape::Name => !text.is_empty() || !plain,
            Shape::Boolean => matches!(text, "true" | "false" | "True" | "False" | "TRUE" | "FALSE") || text.contains("${{"),
            Shape::Number => is_number() || text.contains("${{"),
            Shape::Word(words) => words.contains(&text),
            _ => true,
        };
        if !fits {
            self.wrong_type(node, route, &format!("Unexpected value '{}'", shortened(text)));
        }
    }

    fn list(&mut self, node: &'a Node, item: Shape, route: &Route, expressions: Expressions) {
        if !node.is_sequence() {
            let what = if node.is_mapping() { "A mapping was not expected".to_owned() } else { unexpected(node) };
            return self.wrong_type(node, route, &what);
        }
        for (index, child) in node.items().iter().enumerate() {
            self.node(&child.value, item, &route.index(index), expressions);
        }
    }

    fn map(&mut self, node: &'a Node, map: &'static Map, route: &Route, expressions: Expressions) {
        if !node.is_mapping() {
            let what = if node.is_sequence() { "A sequence was not expected".to_owned() } else { unexpected(node) };
            return self.wrong_type(node, route, &what);
        }
        for entry in node.entries() {
            self.entry(node, entry, map, route, expressions);
        }
        for required in map.required {
            if node.get(required).is_none() {
                let span = node.entries().first().map_or(node.span, |entry| entry.key.span);
                self.note(span, format!("Required property is missing: {required}"), missing(required, route.clone()));
            }
        }
    }

    fn entry(&mut self, node: &'a Node, entry: &'a Entry, map: &'static Map, route: &Route, expressions: Expressions) {
        let key_node = self.document.resolve(&entry.key);
        let Some(key) = key_node.as_str() else {
            return self.wrong_type(&entry.key, route, "Expected a scalar value");
        };
        match map.shape(key) {
            Some(shape) => self.node(&entry.value, shape, &route.key(key), deeper(key, shape, expressions)),
            None if key.contains("${{") => {}
            None => {
                let allowed = map.keys.iter().map(|(name, _)| *name).filter(|name| node.get(name).is_none()).collect();
                let kind = ProblemKind::UnexpectedKey { key: key.to_owned(), parent: route.clone(), allowed };
                self.note(entry.key.span, format!("Unexpected value '{}'", shortened(key)), kind);
            }
        }
    }

    fn events(&mut self, node: &'a Node, route: &Route) {
        let known = |name: &str| shape::EVENTS.shape(name).is_some();
        match &node.kind {
            NodeKind::Mapping { entries, .. } if !entries.is_empty() => {
                self.map(node, &shape::EVENTS, route, Expressions::Refused);
                entries.iter().for_each(|entry| self.filters(entry));
            }
            NodeKind::Sequence { items, .. } if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    let value = self.document.resolve(&item.value);
                    if !value.as_str().is_some_and(known) {
                        self.wrong_type(value, &route.index(index), &unexpected(value));
                    }
                }
            }
            NodeKind::Scalar { value, .. } if known(value) => {}
            NodeKind::Scalar { value, .. } if !value.is_empty() => self.wrong_type(node, route, &unexpected(node)),
            _ => self.note(node.span, "No event triggers defined in `on`".to_owned(), ProblemKind::NoEvent),
        }
    }

    /// A filter and its negation exclude each other.
    fn filters(&mut self, event: &'a Entry) {
        let value = self.document.resolve(&event.value);
        for filter in ["branches", "tags", "paths"] {
            let ignore = format!("{filter}-ignore");
            if let (Some(one), Some(other)) = (value.entry(filter), value.entry(&ignore)) {
                let span = one.key.span.max(other.key.span);
                let message = format!("you may only define one of `{filter}` and `{ignore}` for a single event");
                self.note(span, message, ProblemKind::Filters);
            }
        }
    }

    fn job(&mut self, node: &'a Node, route: &Route) {
        let map = if node.get("uses").is_some() { &shape::CALL } else { &shape::JOB };
        self.map(node, map, route, Expressions::Allowed);
        let steps = node.entry("steps").map(|entry| self.document.resolve(&entry.value));
        let none = steps.is_none_or(|steps| steps.is_sequence() && steps.items().is_empty());
        if let (true, true, true, Some(Key::Name(id))) = (node.get("uses").is_none(), node.get("runs-on").is_some(), none, route.0.last()) {
            let span = node.entries().first().map_or(node.span, |entry| entry.key.span);
            let message = format!("No steps defined in `steps` and no workflow called in `uses` for the following jobs: {id}");
            self.note(span, message, missing("steps", route.clone()));
        }
    }

    fn step(&mut self, node: &'a Node, route: &Route) {
        let (run, uses) = (node.entry("run"), node.entry("uses"));
        match (run, uses) {
            (Some(run), Some(uses)) if run.key.span > uses.key.span => self.map(node, &shape::USES_STEP, route, Expressions::Allowed),
            (Some(_), _) => self.map(node, &shape::RUN_STEP, route, Expressions::Allowed),
            (None, Some(_)) => self.map(node, &shape::USES_STEP, route, Expressions::Allowed),
            (None, None) if ["parallel", "wait", "wait-all", "cancel"].iter().any(|key| node.get(key).is_some()) => {
                self.map(node, &shape::PARALLEL, route, Expressions::Allowed);
            }
            (None, None) if node.is_null() => self.empty_step(node, route),
            (None, None) => {
                self.map(node, &shape::BARE_STEP, route, Expressions::Allowed);
                if node.is_mapping() {
                    self.empty_step(node, route);
                }
            }
        }
    }

    fn empty_step(&mut self, node: &Node, route: &Route) {
        let message = "There's not enough info to determine what you meant. Add one of these properties: run, shell, uses, with, \
                       working-directory";
        self.note(node.span, message.to_owned(), ProblemKind::EmptyStep { route: route.clone() });
    }
}

static ANY_TEXT: Map = Map { keys: &[], required: &[], others: Some(Shape::Text) };

/// Whether expressions are allowed below `key`: not where the platform reads before it evaluates.
fn deeper(key: &str, shape: Shape, above: Expressions) -> Expressions {
    match (key, shape) {
        ("needs" | "permissions" | "jobs" | "steps" | "on" | "id", _) => Expressions::Refused,
        ("uses", Shape::Name) => Expressions::Refused,
        ("env" | "concurrency" | "run-name" | "name", _) => Expressions::Allowed,
        _ => above,
    }
}

/// A scalar that is one expression from end to end, or holds one.
fn is_expression(node: &Node) -> bool {
    node.as_str().is_some_and(|text| text.trim_start().starts_with("${{"))
}

fn unexpected(node: &Node) -> String {
    match &node.kind {
        NodeKind::Mapping { .. } => "A mapping was not expected".to_owned(),
        NodeKind::Sequence { .. } => "A sequence was not expected".to_owned(),
        NodeKind::Scalar { value, .. } => format!("Unexpected value '{}'", shortened(value)),
        NodeKind::Alias(_) => "Unexpected value".to_owned(),
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 80 { text.to_owned() } else { text.chars().take(77).chain("...".chars()).collect() }
}
