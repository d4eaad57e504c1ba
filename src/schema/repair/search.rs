//! Tries rewrites near an error, again while they move the error on, and keeps those after which the file is acceptable.

use std::collections::BTreeSet;

use super::super::{problems, syntax, syntax_problem};
use super::lines::{Lines, difference, is_silent, looks_structural};
use super::rewrite::{Candidate, Kind};
use super::{NoRepair, Repair, heredoc, rewrite, shift};
use crate::text::{LineNumber, RepoPath};
use crate::workflow::{Document, Node, NodeKind, ScalarStyle};

/// No more texts than this are parsed for one file, and no more bytes altogether.
const MOST_TRIES: usize = 2_000;
const MOST_BYTES: usize = 8_000_000;
/// No fault is repaired more often than this in one file.
const MOST_REPEATS: usize = 40;
/// A fault that repeats concerns blocks of a step, not half of a file, in lines.
const LONGEST_REPEAT: usize = 40;
/// So many half repairs are followed up.
const MOST_OPEN: usize = 24;

/// A text that the search reached.
#[derive(Debug, Clone)]
struct State {
    lines: Vec<String>,
    changed: BTreeSet<usize>,
    kind: Kind,
    cost: usize,
    what: Vec<String>,
    repeats: usize,
}

/// A state that is acceptable, and what it means.
struct Healed {
    state: State,
    meaning: serde_yaml::Value,
}

enum Outcome {
    Healed(Box<Healed>),
    /// It still breaks, at this line.
    Breaks(LineNumber),
    /// It parses and is no workflow, or lost a line.
    Useless,
}

/// The repair of a text that is refused at the lines `named`, the most trusted first; `hint` is the platform's own.
pub(super) fn run(path: &RepoPath, text: &str, named: &[LineNumber], hint: Option<LineNumber>) -> Result<Repair, NoRepair> {
    let lines = Lines::new(text);
    let start: Vec<String> = lines.original.iter().map(|line| (*line).to_owned()).collect();
    let most = (MOST_BYTES / text.len().max(1)).clamp(200, MOST_TRIES);
    let mut search = Search { tries: 0, most, healed: Vec::new(), windows: text.contains("\r\n") };
    search.run(&start, named, hint);
    let place = || syntax_problem(text).map_or_else(|| path.to_string(), |problem| format!("{path}:{problem}"));
    match search.best() {
        Choice::One(state) => Ok(Repair { splices: lines.splices(&state.lines), what: state.what.join("; "), grants: Vec::new() }),
        Choice::Several(deeds) => Err(NoRepair::new(format!("{}; several repairs are possible: one {}", place(), deeds.join(", one ")))),
        Choice::None => Err(NoRepair::new(format!("{}; no single small edit makes the file valid: correct it by hand", place()))),
    }
}

struct Search {
    tries: usize,
    most: usize,
    healed: Vec<Healed>,
    windows: bool,
}

enum Choice {
    One(State),
    Several(Vec<String>),
    None,
}

impl Search {
    fn run(&mut self, start: &[String], named: &[LineNumber], hint: Option<LineNumber>) {
        let mut named = named.to_vec();
        let first = named.first().copied().unwrap_or(LineNumber::FIRST);
        named.extend(hint);
        let mut open = Vec::new();
        for candidate in near(start, &named) {
            open.extend(self.follow(start, None, candidate, first));
        }
        // One change that heals everything is better than several.
        while self.healed.is_empty() && !open.is_empty() && self.tries < self.most {
            open.sort_by_key(|(state, line): &(State, LineNumber)| (std::cmp::Reverse(*line), state.cost));
            open.truncate(MOST_OPEN);
            let (state, line) = open.remove(0);
            let text = self.joined(&state.lines);
            let same = |candidate: &Candidate| candidate.kind == state.kind;
            for candidate in near(&state.lines, &syntax::error_lines(&text)).into_iter().filter(same) {
                open.extend(self.follow(&state.lines, Some(&state), candidate, line));
            }
        }
    }

    /// Makes one change; gives back the state when it must be followed up: it broke later than before.
    fn follow(&mut self, lines: &[String], before: Option<&State>, candidate: Candidate, line: LineNumber) -> Option<(State, LineNumber)> {
        if self.tries >= self.most || before.is_some_and(|state| state.repeats >= MOST_REPEATS) {
            return None;
        }
        // What moved once stands where it shall.
        let twice = |(index, _): &(usize, String)| before.is_some_and(|state| state.changed.contains(index));
        let repeated = before.is_some() && candidate.lines.len() > LONGEST_REPEAT;
        if matches!(candidate.kind, Kind::Shift(_)) && (repeated || candidate.lines.iter().any(twice)) {
            return None;
        }
        self.tries += 1;
        let state = changed(lines, before, candidate);
        match self.outcome(&state) {
            Outcome::Healed(healed) => self.healed.push(*healed),
            Outcome::Breaks(later) if later > line => return Some((state, later)),
            Outcome::Breaks(_) | Outcome::Useless => {}
        }
        None
    }

    fn joined(&self, lines: &[String]) -> String {
        let mut text = lines.join("\n");
        text.push('\n');
        if self.windows { text.replace('\n', "\r\n") } else { text }
    }

    fn outcome(&self, state: &State) -> Outcome {
        let text = self.joined(&state.lines);
        let document = match Document::parse(&text) {
            Ok(document) => document,
            Err(error) => return Outcome::Breaks(error.position.line),
        };
        if !syntax::is_yaml(&text) {
            return syntax::error_lines(&text).first().map_or(Outcome::Useless, |line| Outcome::Breaks(*line));
        }
        if !problems(&text).is_empty() || swallows(&document, state) {
            return Outcome::Useless;
        }
        match document.root.as_ref().map(|root| crate::workflow::value::value_of(&document, root)) {
            Some(Ok(meaning)) => Outcome::Healed(Box::new(Healed { state: state.clone(), meaning })),
            _ => Outcome::Useless,
        }
    }

    /// The cheapest state, when no other meaning is nearly as cheap.
    fn best(mut self) -> Choice {
        self.healed.sort_by_key(|healed| healed.state.cost);
        let Some(best) = self.healed.first() else { return Choice::None };
        let near = best.state.cost + (best.state.cost / 2).max(1);
        let mut others: Vec<&Healed> = Vec::new();
        for other in self.healed.iter().filter(|other| other.state.cost <= near && other.meaning != best.meaning) {
            if others.iter().all(|known| known.meaning != other.meaning) {
                others.push(other);
            }
        }
        if others.is_empty() {
            return Choice::One(best.state.clone());
        }
        Choice::Several([best].into_iter().chain(others).take(4).map(|healed| healed.state.what.join("; ")).collect())
    }
}

/// Everything that may be wrong at or beside the named lines.
fn near(lines: &[String], named: &[LineNumber]) -> Vec<Candidate> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for line in named {
        let line = line.index().min(lines.len().saturating_sub(1));
        out.extend(heredoc::candidates(lines, line));
        for index in [Some(line), line.checked_sub(1), Some(line + 1), line.checked_sub(2), line.checked_sub(3)].into_iter().flatten() {
            if seen.insert(index) {
                out.extend(rewrite::candidates(lines, index));
                out.extend(shift::candidates(lines, index));
            }
        }
    }
    out
}

fn changed(lines: &[String], before: Option<&State>, candidate: Candidate) -> State {
    let mut new = lines.to_vec();
    let mut touched = before.map_or_else(BTreeSet::new, |state| state.changed.clone());
    let mut cost = 0;
    for (index, line) in candidate.lines {
        if let Some(slot) = new.get_mut(index) {
            cost += if candidate.kind == Kind::Tab { 1 } else { difference(slot, &line) };
            *slot = line;
            touched.insert(index);
        }
    }
    let mut what = before.map_or_else(Vec::new, |state| state.what.clone());
    what.push(candidate.what);
    let (so_far, repeats) = before.map_or((0, 0), |state| (state.cost, state.repeats + 1));
    State { lines: new, changed: touched, kind: candidate.kind, cost: so_far + cost, what, repeats }
}

/// Whether a line that was meant as a key or an item became part of a text: such a repair hides what it should heal.
fn swallows(document: &Document, state: &State) -> bool {
    if state.kind == Kind::Heredoc {
        return false;
    }
    let Layout { heads, texts, folded, strays, .. } = Layout::of(document);
    if strays.iter().any(|line| state.changed.contains(line)) {
        return true;
    }
    // Text that was folded out of lines of which only some were changed joins what did not belong together.
    let mixed = |(first, last): &(usize, usize)| {
        let changed = (*first..=*last).filter(|line| state.changed.contains(line)).count();
        changed > 0 && changed < last + 1 - first
    };
    if matches!(state.kind, Kind::Shift(_) | Kind::Tab) && folded.iter().any(mixed) {
        return true;
    }
    // Lines may have been added by a change, so numbers count in the new text.
    let mut added = 0;
    for (index, line) in state.lines.iter().enumerate() {
        let now = index + added;
        added += line.matches('\n').count();
        // A moved line stays what it was: a key, an item, or a part of a text or list that moved with it.
        let must_stand = matches!(state.kind, Kind::Shift(_) | Kind::Tab) && !is_silent(line) || looks_structural(line);
        if !state.changed.contains(&index) || !must_stand || heads.contains(&now) {
            continue;
        }
        let moved_along = texts.iter().any(|(first, last)| *first < now && now <= *last && state.changed.contains(first));
        if !moved_along {
            return true;
        }
    }
    false
}

/// Lines, by index, at which a key or an item begins.
#[cfg(test)]
pub(super) fn heads(document: &Document) -> BTreeSet<usize> {
    Layout::of(document).heads
}

/// How a document lies on its lines; all numbers are indices of lines.
struct Layout {
    newlines: Vec<usize>,
    /// Where a key or an item begins.
    heads: BTreeSet<usize>,
    /// Texts and bracketed lists of several lines: first and last.
    texts: Vec<(usize, usize)>,
    /// Where a key of jobs or steps stands among names that are free: `steps` in a matrix.
    strays: BTreeSet<usize>,
    /// Those of them that are plain or quoted: their lines are folded.
    folded: Vec<(usize, usize)>,
}

/// Keys below which any name may stand.
const FREE: &[&str] = &["with", "env", "matrix", "outputs", "inputs", "secrets", "services"];
/// Keys that nobody gives to such a name.
const FIXED: &[&str] = &["steps", "runs-on", "uses", "run", "jobs", "needs", "strategy", "with", "matrix"];

impl Layout {
    fn of(document: &Document) -> Self {
        let newlines = memchr::memchr_iter(b'\n', document.source.as_bytes()).collect();
        let mut this = Self { newlines, heads: BTreeSet::new(), texts: Vec::new(), folded: Vec::new(), strays: BTreeSet::new() };
        if let Some(root) = &document.root {
            this.gather(root, false);
        }
        this
    }

    fn line(&self, offset: usize) -> usize {
        self.newlines.partition_point(|newline| *newline < offset)
    }

    fn gather(&mut self, node: &Node, free: bool) {
        match &node.kind {
            NodeKind::Mapping { entries, flow } => {
                if *flow {
                    self.texts.push((self.line(node.span.start), self.line(node.span.end)));
                }
                for entry in entries {
                    let (line, key) = (self.line(entry.key.span.start), entry.key.as_str().unwrap_or(""));
                    self.heads.insert(line);
                    if free && FIXED.contains(&key) {
                        self.strays.insert(line);
                    }
                    self.gather(&entry.value, free || FREE.contains(&key));
                }
            }
            NodeKind::Sequence { items, flow } => {
                if *flow {
                    self.texts.push((self.line(node.span.start), self.line(node.span.end)));
                }
                for item in items {
                    self.heads.extend(item.dash.map(|dash| self.line(dash)));
                    self.gather(&item.value, free);
                }
            }
            NodeKind::Scalar { style, .. } => {
                let (first, last) = (self.line(node.span.start), self.line(node.span.end));
                if last > first {
                    self.texts.push((first, last));
                    if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                        self.folded.push((first, last));
                    }
                }
            }
            NodeKind::Alias(_) => {}
        }
    }
}
