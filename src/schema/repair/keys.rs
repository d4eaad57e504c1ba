//! Settles keys and values that the platform refuses, where one answer is clear.

use super::super::shape::{self, Map, Shape};
use super::super::{Problem, ProblemKind};
use super::Fix;
use super::lines::reindented;
use crate::text::ByteSpan;
use crate::text::nearest;
use crate::workflow::{Document, Entry, Key, Node, Route, ScalarStyle};

/// What settles `problem`; `open` are the problems that are left, this one too.
pub(super) fn fix(document: &Document, problem: &Problem, open: &[Problem]) -> Result<Fix, String> {
    match &problem.kind {
        ProblemKind::UnexpectedKey { key, parent, allowed } => unexpected(document, problem, key, parent, allowed, open),
        ProblemKind::UnknownNeed { need, jobs } => unknown_need(document, problem, need, jobs),
        ProblemKind::Missing { key, parent } => missing(document, key, parent, open),
        ProblemKind::Type { route } => wrong_type(document, problem, route),
        ProblemKind::NoEvent => Ok(no_event(document, problem)),
        ProblemKind::Identifier => renamed_job(document, problem)
            .ok_or_else(|| "give it another id, and name that in every `needs` and expression that means it".to_owned()),
        ProblemKind::Filters => Err("keep one of them; patterns with `!` exclude within the other".to_owned()),
        ProblemKind::Cycle => Err("remove one `needs` from the circle".to_owned()),
        ProblemKind::Syntax | ProblemKind::Duplicate { .. } | ProblemKind::EmptyStep { .. } => Err("correct it by hand".to_owned()),
    }
}

fn unexpected(
    document: &Document,
    problem: &Problem,
    key: &str,
    parent: &Route,
    allowed: &[&'static str],
    open: &[Problem],
) -> Result<Fix, String> {
    if let Some(name) = nearest(key, allowed.iter().copied()) {
        let line = problem.position.line;
        let mut fix = Fix::one(problem.span, name, format!("spells `{key}` in line {line} as `{name}`"));
        // The key that was missing is the misspelt one.
        let is_it = |other: &&Problem| matches!(&other.kind, ProblemKind::Missing { key, parent: at } if *key == name && at == parent);
        fix.settles = open.iter().filter(is_it).map(|other| other.span).collect();
        return Ok(fix);
    }
    if let Some(fix) = raised(document, key, parent) {
        return Ok(fix);
    }
    if let Some(fix) = under_with(document, parent, open) {
        return Ok(fix);
    }
    if let Some(fix) = without_effect(document, key, parent) {
        return Ok(fix);
    }
    Err(format!("this place knows {}", listed(allowed)))
}

fn listed(keys: &[&str]) -> String {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.join(", ")
}

/// Moves an entry to the one mapping above that knows its key and lacks it.
fn raised(document: &Document, key: &str, parent: &Route) -> Option<Fix> {
    let mut homes = Vec::new();
    let mut route = parent.clone();
    while let Some((above, _)) = route.split_last() {
        if document.get(&above).is_some_and(|node| node.is_mapping() && node.get(key).is_none())
            && map_at(document, &above).is_some_and(|map| map.keys.iter().any(|(name, _)| *name == key))
        {
            homes.push(above.clone());
        }
        route = above;
    }
    // A job's and the workflow's `env` mean different things: only the nearest place beside the wrong one counts.
    let home = homes.first()?;
    let entry = document.get(parent)?.entry(key)?;
    if document.is_shared(parent) || document.get(parent)?.is_flow() || document.get(home)?.is_flow() {
        return None;
    }
    let mut fix = moved(document, key, entry, parent, home)?;
    if let (true, [Key::Name(jobs), Key::Name(job)]) = (key == "permissions" && entry.value.is_mapping(), home.0.as_slice())
        && jobs == "jobs"
    {
        let scopes = entry.value.entries().iter();
        fix.grants =
            scopes.filter_map(|scope| Some((job.clone(), scope.key.as_str()?.to_owned(), scope.value.as_str()?.to_owned()))).collect();
    }
    Some(fix)
}

/// What stands at a route, as far as moving needs it.
fn map_at(document: &Document, route: &Route) -> Option<&'static Map> {
    let node = document.get(route)?;
    match route.0.as_slice() {
        [] => Some(&shape::WORKFLOW),
        [Key::Name(jobs), Key::Name(_)] if jobs == "jobs" => Some(if node.get("uses").is_some() { &shape::CALL } else { &shape::JOB }),
        [Key::Name(jobs), Key::Name(_), Key::Name(strategy)] if jobs == "jobs" && strategy == "strategy" => {
            shape::JOB.shape("strategy").and_then(|shape| if let Shape::Map(map) = shape { Some(map) } else { None })
        }
        _ => None,
    }
}

/// The entry's lines, at the column of the home's keys: in place when it is the last below the home's entry, else before it.
fn moved(document: &Document, key: &str, entry: &Entry, parent: &Route, home: &Route) -> Option<Fix> {
    let source = document.source.as_str();
    let column = |offset: usize| document.position(offset).column as usize - 1;
    let branch = document.get(home)?.entries().iter().find(|own| {
        let name = own.key.as_str().map(|name| Key::Name(name.to_owned()));
        parent.0.get(home.0.len()) == name.as_ref()
    })?;
    let (from, to) = (column(entry.key.span.start), column(branch.key.span.start));
    let lines = whole_lines(source, entry)?;
    let last_in_branch = source.get(entry.span().end..branch.span().end)?.trim().is_empty();
    let is_first_of_item = source.get(lines.start..entry.key.span.start)?.contains('-');
    if is_first_of_item || from < to {
        return None;
    }
    let text = source.get(lines.range())?;
    let shifted: String = text.split_inclusive('\n').map(|line| shifted(line, from - to)).collect();
    let line = document.position(entry.key.span.start).line;
    let whose = if home.0.is_empty() { "the workflow".to_owned() } else { format!("`{home}`") };
    let what = format!("moves `{key}` in line {line} to {whose}");
    if last_in_branch {
        return Some(Fix::one(lines, shifted, what));
    }
    let start = line_start(source, branch.key.span.start);
    let ended = if shifted.ends_with('\n') { shifted } else { format!("{shifted}{}", document.line_end()) };
    Some(Fix { splices: vec![(ByteSpan::at(start), ended), (lines, String::new())], what, ..Fix::default() })
}

fn shifted(line: &str, by: usize) -> String {
    let own = super::lines::indent(line);
    if line.trim().is_empty() { line.to_owned() } else { reindented(line, own.saturating_sub(by)) }
}

fn line_start(source: &str, offset: usize) -> usize {
    source.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

fn whole_lines(source: &str, entry: &Entry) -> Option<ByteSpan> {
    let end = entry.span().end;
    let newline = source.get(end..)?.find('\n').map_or(source.len(), |newline| end + newline + 1);
    Some(ByteSpan::new(line_start(source, entry.key.span.start), newline))
}

/// Takes out a key that can have no other place and never had an effect: the inputs of a step that runs a script, a step's
/// `runs-on` that repeats its job's, and the limit or label of a job that calls a workflow.
fn without_effect(document: &Document, key: &str, parent: &Route) -> Option<Fix> {
    let node = document.get(parent).filter(|node| !node.is_flow())?;
    let entry = node.entry(key)?;
    let job = parent.split_last().and_then(|(steps, _)| Some(steps.split_last()?.0));
    let repeats = || job.as_ref().and_then(|job| document.get(job)?.get("runs-on")).is_some_and(|of| of.as_str() == entry.value.as_str());
    let why = match key {
        "with" if node.get("run").is_some() && node.get("uses").is_none() => "which only actions have",
        "runs-on" if parent.last_index().is_some() && repeats() => "which its job says",
        "timeout-minutes" | "runs-on" if node.get("uses").is_some() && parent.0.len() == 2 => "which a called workflow decides",
        _ => return None,
    };
    let lines = whole_lines(document.source.as_str(), entry)?;
    if document.source.get(lines.start..entry.key.span.start)?.contains('-') || document.is_shared(parent) {
        return None;
    }
    let line = document.position(entry.key.span.start).line;
    Some(Fix::one(lines, "", format!("removes `{key}` in line {line}, {why}")))
}

/// Puts a `with:` above the inputs that stand beside an action's `uses`.
fn under_with(document: &Document, parent: &Route, open: &[Problem]) -> Option<Fix> {
    let step = document.get(parent).filter(|step| !step.is_flow())?;
    let uses = step.entry("uses")?;
    let is_local = parent.split_last().is_some_and(|(above, _)| above.to_string().ends_with("steps"));
    if !is_local || step.get("with").is_some() {
        return None;
    }
    let is_mine = |problem: &&Problem| matches!(&problem.kind, ProblemKind::UnexpectedKey { parent: at, .. } if at == parent);
    let wrong: Vec<&Problem> = open.iter().filter(is_mine).collect();
    let at = |problem: &Problem| step.entries().iter().position(|entry| entry.key.span == problem.span);
    let places: Vec<usize> = wrong.iter().filter_map(|problem| at(problem)).collect();
    let (first, last) = (*places.first()?, *places.last()?);
    // Keys that jobs or steps know were meant for them.
    let known = |entry: &Entry| entry.key.as_str().is_some_and(|key| shape::JOB.shape(key).or(shape::RUN_STEP.shape(key)).is_some());
    let inputs = step.entries().get(first..=last)?;
    let scalars = inputs.iter().all(|entry| entry.value.as_str().is_some());
    if last - first + 1 != places.len() || inputs.iter().any(known) || !scalars || uses.key.span.start > inputs.first()?.key.span.start {
        return None;
    }
    let source = document.source.as_str();
    let start = line_start(source, inputs.first()?.key.span.start);
    let end = whole_lines(source, inputs.last()?)?.end;
    let column = document.position(inputs.first()?.key.span.start).column as usize - 1;
    let indent = " ".repeat(column);
    let deeper = |line: &str| if line.trim().is_empty() { line.to_owned() } else { format!("  {line}") };
    let body: String = source.get(start..end)?.split_inclusive('\n').map(deeper).collect();
    let text = format!("{indent}with:{}{body}", document.line_end());
    let line = document.position(start).line;
    let what = format!("puts the inputs from line {line} on under `with`");
    Some(Fix {
        splices: vec![(ByteSpan::new(start, end), text)],
        what,
        settles: wrong.iter().map(|problem| problem.span).collect(),
        ..Fix::default()
    })
}

fn unknown_need(document: &Document, problem: &Problem, need: &str, jobs: &[String]) -> Result<Fix, String> {
    let others = jobs.join(", ");
    let name = nearest(need, jobs.iter().map(String::as_str)).or_else(|| whole_word(need, jobs)).or_else(|| only(jobs));
    let name = name.ok_or(format!("the other jobs are: {others}"))?;
    let written = document.slice(problem.span);
    let text = written.replacen(need, name, 1);
    Ok(Fix::one(problem.span, text, format!("names the job `{name}` instead of `{need}` in line {}", problem.position.line)))
}

/// The one job whose id holds the whole name between `-` and `_`.
fn whole_word<'a>(need: &str, jobs: &'a [String]) -> Option<&'a str> {
    let edge = |c: Option<char>| c.is_none_or(|c| matches!(c, '-' | '_'));
    let holds = |job: &&String| {
        job.match_indices(need).any(|(at, _)| edge(job[..at].chars().next_back()) && edge(job[at + need.len()..].chars().next()))
    };
    let mut found = jobs.iter().filter(holds);
    let one = found.next().filter(|_| need.len() > 3)?;
    found.next().is_none().then_some(one)
}

/// The only other job: `needs` can mean no other.
fn only(jobs: &[String]) -> Option<&str> {
    if let [job] = jobs { Some(job) } else { None }
}

fn missing(document: &Document, key: &str, parent: &Route, open: &[Problem]) -> Result<Fix, String> {
    // A misspelt or misplaced key beside it may be the missing one; then that is the repair.
    let beside = open.iter().any(|other| matches!(&other.kind, ProblemKind::UnexpectedKey { key: other, parent: at, .. } if at == parent && nearest(other, [key]).is_some()));
    if beside {
        return Ok(Fix { what: String::new(), ..Fix::default() });
    }
    let place = document.position(document.get(parent).map_or(0, |node| node.span.start)).line;
    Err(match key {
        "on" => format!("say in line {place} when it runs, for example `on: push`"),
        "runs-on" => format!("say below line {place} where the job runs, for example `runs-on: ubuntu-latest`"),
        _ => format!("add `{key}` below line {place}"),
    })
}

fn wrong_type(document: &Document, problem: &Problem, route: &Route) -> Result<Fix, String> {
    let line = problem.position.line;
    let node = document.get(route).ok_or("correct it by hand")?;
    let key = route.0.last();
    if key == Some(&Key::Name("permissions".into())) && node.is_null() {
        return Ok(Fix::one(node.span, " {}", format!("grants nothing where `permissions` in line {line} is empty")));
    }
    if let Some(tag) = &node.tag
        && key == Some(&Key::Name("if".into()))
        && !tag.starts_with("tag:")
    {
        let rest = document.source.get(problem.span.start..).unwrap_or("");
        let written = rest.lines().next().unwrap_or("").split(" #").next().unwrap_or("").trim_end();
        let in_flow = route.split_last().and_then(|(parent, _)| document.get(&parent)).is_none_or(Node::is_flow);
        if !in_flow {
            let span = ByteSpan::new(problem.span.start, problem.span.start + written.len());
            return Ok(Fix::one(span, format!("${{{{ {written} }}}}"), format!("writes the condition in line {line} as an expression")));
        }
    }
    if let Some(fix) = braces(document, node) {
        return Ok(fix);
    }
    if let Some(fix) = other_word(node, route, line) {
        return Ok(fix);
    }
    if let Some(fix) = out_of_matrix(document, node, route) {
        return Ok(fix);
    }
    Err(expected(node, route))
}

/// A truth value in other words, or an access misspelt.
fn other_word(node: &Node, route: &Route, line: crate::text::LineNumber) -> Option<Fix> {
    let (text, style) = (node.as_str()?, node.style()?);
    let (parent, Key::Name(key)) = route.split_last()? else { return None };
    let is_access = parent.0.last() == Some(&Key::Name("permissions".into())) || key == "permissions";
    let new = if is_access {
        let lower = text.to_ascii_lowercase();
        let words: &[&str] = if key == "permissions" { &["read-all", "write-all"] } else { &["read", "write", "none"] };
        words.iter().find(|word| **word == lower).copied().or_else(|| nearest(text, words.iter().copied()))?
    } else if matches!(key.as_str(), "cancel-in-progress" | "fail-fast" | "continue-on-error" | "required") && style == ScalarStyle::Plain {
        match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "y" => "true",
            "no" | "off" | "n" => "false",
            _ => return None,
        }
    } else {
        return None;
    };
    Some(Fix::one(node.span, new, format!("writes `{new}` instead of `{text}` in line {line}")))
}

/// `{{ github.ref }}` as `${{ github.ref }}`.
fn braces(document: &Document, node: &Node) -> Option<Fix> {
    let written = document.slice(node.span);
    let inner = written.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    let contexts = ["github.", "env.", "vars.", "secrets.", "inputs.", "matrix.", "needs.", "steps.", "runner.", "job.", "strategy."];
    let is_expression = contexts.iter().any(|context| inner.contains(context)) && !inner.contains('\n');
    let line = document.position(node.span.start).line;
    is_expression.then(|| Fix::one(ByteSpan::at(node.span.start), "$", format!("puts the `$` of the expression into line {line}")))
}

/// `fail-fast` and `max-parallel` stand beside the matrix, not inside it.
fn out_of_matrix(document: &Document, node: &Node, route: &Route) -> Option<Fix> {
    let (parent, key) = route.split_last()?;
    let (home, last) = parent.split_last()?;
    let Key::Name(name) = key else { return None };
    let fits = *last == Key::Name("matrix".into()) && matches!(name.as_str(), "fail-fast" | "max-parallel") && node.as_str().is_some();
    if !fits || document.get(&home)?.get(name).is_some() || document.get(&parent)?.is_flow() {
        return None;
    }
    let entry = document.get(&parent)?.entry(name)?;
    moved(document, name, entry, &parent, &home)
}

fn expected(node: &Node, route: &Route) -> String {
    let what = if node.is_sequence() {
        "a list"
    } else if node.is_mapping() {
        "a mapping"
    } else {
        "this value"
    };
    format!("`{route}` does not take {what}: write it as the key wants it")
}

/// A job whose id has characters that ids may not have: they become `_`, wherever a `needs` names the job, and the job keeps
/// its name. Nothing when something else may refer to it.
fn renamed_job(document: &Document, problem: &Problem) -> Option<Fix> {
    let jobs = document.root.as_ref()?.get("jobs")?.entries();
    let job = jobs.iter().find(|job| job.key.span == problem.span)?;
    let id = job.key.as_str()?;
    // The point of a version goes, as people write it: `py3.9` is `py39`.
    let characters: Vec<char> = id.chars().collect();
    let is_digit = |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(char::is_ascii_digit);
    let point = |at: usize| characters.get(at) == Some(&'.') && is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
    let id_without: String = characters.iter().enumerate().filter(|(at, _)| !point(*at)).map(|(_, c)| *c).collect();
    let sound: String = id_without.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' }).collect();
    let new = if sound.starts_with(|c: char| c.is_ascii_digit() || c == '-') { format!("_{sound}") } else { sound };
    let is_taken = jobs.iter().any(|other| other.key.as_str().is_some_and(|other| other.eq_ignore_ascii_case(&new)));
    let quoted = [format!("['{id}']"), format!("[\"{id}\"]"), format!("needs.{id}")];
    let is_named = quoted.iter().any(|reference| document.source.contains(reference));
    let first = job.value.entries().first()?;
    if is_taken || is_named || new.len() >= 100 || new.starts_with("__") || job.value.is_flow() {
        return None;
    }
    let mut splices = vec![(problem.span, new.clone())];
    if job.value.get("name").is_none() {
        let indent = " ".repeat(document.position(first.key.span.start).column as usize - 1);
        splices.push((ByteSpan::at(first.key.span.start), format!("name: {}{}{indent}", super::rewrite::quoted(id), document.line_end())));
    }
    for needs in jobs.iter().filter_map(|other| other.value.get("needs")) {
        let items = needs.items().iter().map(|item| &item.value).chain([needs]);
        splices.extend(items.filter(|node| node.as_str() == Some(id)).map(|node| (node.span, new.clone())));
    }
    Some(Fix { splices, what: format!("gives the job `{id}` in line {} the id `{new}`", problem.position.line), ..Fix::default() })
}

/// An empty `on` starts nothing: by hand is what it can mean.
fn no_event(document: &Document, problem: &Problem) -> Fix {
    let line = problem.position.line;
    let node = document.root.as_ref().and_then(|root| root.get("on"));
    let gap = if node.is_some_and(|node| node.span.is_empty()) { " " } else { "" };
    Fix::one(
        problem.span,
        format!("{gap}workflow_dispatch"),
        format!("lets the workflow be started by hand, since `on` in line {line} names no event"),
    )
}
