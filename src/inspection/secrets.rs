//! A condition that reads a secret: the secret goes into the step's `env`, and the condition asks that.

use super::file::File;
use super::places::{Kind, Site};
use super::{Cure, CureChange};
use crate::edit::{Change, Edit, Intent, Splice};
use crate::expression::{ExprKind, Fault, FaultKind, Part, Written, parse, parts};
use crate::rules::Safety;
use crate::text::ByteSpan;
use crate::workflow::Node;

/// The cure of a step's condition that reads secrets; a job has no `env` that its own condition could read.
pub(super) fn cure(file: &File<'_>, site: &Site<'_>, fault: &Fault) -> Option<Cure> {
    let is_secret = matches!(&fault.kind, FaultKind::UnavailableContext(name) if name == "secrets");
    if !is_secret || site.place.kind != Kind::Condition || site.step.is_none() || file.is_action() {
        return None;
    }
    let document = file.document();
    let (parent, _) = site.route.split_last()?;
    let step = document.get(&parent).filter(|step| step.is_mapping() && !step.is_flow())?;
    if document.is_shared(&parent) {
        return None;
    }
    let value = site.node.as_str()?;
    let names = secrets(value)?;
    let written = Written::new(document, site.node)?;
    let env = step.get("env");
    let taken = |name: &str| env.is_some_and(|env| env.get(name).is_some());
    let mut new = value.to_owned();
    let mut splices = Vec::new();
    for (range, name) in names.iter().rev() {
        let text = format!("env.{name}");
        splices.push(Splice { span: written.span(range.start, range.end)?, text: text.clone() });
        new.replace_range(range.clone(), &text);
    }
    splices.reverse();
    let mut wanted: Vec<&str> = names.iter().map(|(_, name)| name.as_str()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.iter().any(|name| taken(name)) {
        return None;
    }
    let mut edit = file.set(&site.route, site.node, splices, new);
    let Change::Text { splices, intents } = &mut edit.change else { return None };
    for name in &wanted {
        let secret = format!("${{{{ secrets.{name} }}}}");
        intents.push(Intent::Set { route: parent.key("env").key(name), value: serde_yaml::Value::String(secret) });
    }
    splices.push(inserted(file, step, env, &wanted)?);
    // A mapping that is new must be there before its entries are.
    if env.is_none() {
        let entries =
            wanted.iter().map(|name| (serde_yaml::Value::from(*name), serde_yaml::Value::from(format!("${{{{ secrets.{name} }}}}"))));
        intents.retain(|intent| !matches!(intent, Intent::Set { route, .. } if route.0.len() > parent.0.len() + 1));
        intents.push(Intent::Set { route: parent.key("env"), value: serde_yaml::Value::Mapping(entries.collect()) });
    }
    let title = format!(
        "Give the step {} as `env`, and ask that in its condition",
        wanted.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    );
    Some(Cure { title, safety: Safety::NeedsReview, change: CureChange::Edits(vec![Edit { ..edit }]), grants: Vec::new() })
}

/// Each `secrets.NAME` of a condition: its bytes in the value, and the name.
fn secrets(value: &str) -> Option<Vec<(std::ops::Range<usize>, String)>> {
    let pieces: Vec<(usize, &str)> = if value.contains("${{") {
        let inner = parts(value).into_iter().filter_map(|part| if let Part::Expression { inner, .. } = part { Some(inner) } else { None });
        inner.filter_map(|inner| Some((inner.start, value.get(inner)?))).collect()
    } else {
        vec![(0, value)]
    };
    let mut found = Vec::new();
    let mut other = false;
    for (start, text) in pieces {
        let tree = parse(text).ok()?;
        let mut named = 0;
        tree.walk(&mut |part| match &part.kind {
            ExprKind::Property { of, name, .. } if matches!(&of.kind, ExprKind::Context(context) if context.eq_ignore_ascii_case("secrets")) => {
                found.push((start + part.span.start..start + part.span.end, name.clone()));
            }
            ExprKind::Context(context) if context.eq_ignore_ascii_case("secrets") => named += 1,
            _ => {}
        });
        other |= named != found.iter().filter(|(range, _)| range.start >= start && range.end <= start + text.len()).count();
    }
    found.sort_by_key(|(range, _)| range.start);
    (!other && !found.is_empty()).then_some(found)
}

/// The lines that bring the secrets into the step's `env`: at the end of it, or as a new one behind the condition.
fn inserted(file: &File<'_>, step: &Node, env: Option<&Node>, names: &[&str]) -> Option<Splice> {
    let document = file.document();
    let source = document.source.as_str();
    let column = |offset: usize| document.position(offset).column as usize - 1;
    let line_end = |offset: usize| source.get(offset..).and_then(|rest| rest.find('\n')).map_or(source.len(), |newline| offset + newline);
    let newline = document.line_end();
    let entries = |indent: usize| -> String {
        names.iter().map(|name| format!("{newline}{}{name}: ${{{{ secrets.{name} }}}}", " ".repeat(indent))).collect()
    };
    let (at, text) = match env {
        Some(env) => {
            let last = env.entries().last().filter(|_| env.is_mapping() && !env.is_flow())?;
            (line_end(last.span().end), entries(column(last.key.span.start)))
        }
        None => {
            let condition = step.entry("if")?;
            let indent = column(condition.key.span.start);
            (line_end(condition.span().end), format!("{newline}{}env:{}", " ".repeat(indent), entries(indent + 2)))
        }
    };
    // A carriage return belongs to the line's end.
    let at = if source.get(..at).is_some_and(|before| before.ends_with('\r')) { at - 1 } else { at };
    Some(Splice { span: ByteSpan::at(at), text })
}
