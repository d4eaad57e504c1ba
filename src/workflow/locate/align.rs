//! Lays a log's steps beside a job's steps, in order, and reads off where one of them falls.

use std::collections::BTreeMap;

use super::candidates::Candidate;
use super::weigh::{FAIR, STRONG, Shown, weigh};
use super::{Locator, Place};
use crate::text::RepoPath;
use crate::transcript::{Job as LogJob, Step as LogStep, StepKind};
use crate::workflow::document::Route;
use crate::workflow::model::{Step, Workflow};

/// Composite actions nest at most so deep
/// (<https://docs.github.com/actions/sharing-automations/creating-actions/metadata-syntax-for-github-actions>: ten levels).
const DEEPEST_ACTION: usize = 10;
/// No larger table is laid out: real jobs need some thousands of cells.
const MOST_CELLS: usize = 4_000_000;
/// No job's steps unfold to more than this.
const MOST_STEPS: usize = 2_000;

/// A step of the job, or a step of a local action that a step of the job runs.
#[derive(Debug)]
struct Flat<'a> {
    step: Step<'a>,
    file: &'a RepoPath,
    /// Index of the job's own step.
    top: usize,
    inner: bool,
}

/// One echo of a log's step, or the step itself where it echoes nothing.
#[derive(Debug)]
struct Event<'a> {
    /// Index of the log's step.
    step: usize,
    number: Option<u32>,
    shown: Shown<'a>,
    /// Whether it is the first of its step: the job's own step, never an inner one.
    first: bool,
}

/// Weights of every event for every step: one row an event.
type Table = Vec<Vec<u32>>;

impl<'a> Locator<'a> {
    /// How much the log's steps speak for the candidate; with `step`, only that step, when the log names no job.
    pub(super) fn evidence(&'a self, log: &LogJob, step: Option<usize>, candidate: &Candidate<'a>) -> u32 {
        let flat = self.flat(candidate);
        let mut events = events(log);
        if log.name.is_empty()
            && let Some(step) = step
        {
            events.retain(|event| event.step == step);
        }
        let table = table(&events, &flat);
        let unexplained = table.iter().filter(|row| row.iter().all(|weight| *weight == 0)).count();
        let best = forward(&table, flat.len()).last().and_then(|row| row.last()).copied().unwrap_or(0);
        best.saturating_sub(u32::try_from(unexplained).unwrap_or(u32::MAX))
    }

    /// Whether echoes prove a job whose name does not: the step's own where the log names no job, most of them where it names
    /// one that no file has.
    pub(super) fn is_proved(&'a self, log: &LogJob, step: Option<usize>, candidate: &Candidate<'a>) -> bool {
        let (flat, events) = (self.flat(candidate), events(log));
        let strong = |event: &&Event<'_>| flat.iter().any(|flat| weigh(event.shown, &flat.step) >= STRONG);
        if log.name.is_empty() {
            return events.iter().filter(|event| step.is_none_or(|step| event.step == step)).any(|event| strong(&event));
        }
        let scripts = events.iter().filter(|event| event.shown.echo.is_some_and(|echo| echo.script.is_some()));
        scripts.filter(strong).count() >= 2 && events.iter().filter(strong).count() * 4 >= events.len() * 3
    }

    /// The place of the log's step `step` in the candidate's job; nothing when it is not certain.
    pub(super) fn place_of_step(&'a self, log: &LogJob, step: usize, candidate: &Candidate<'a>) -> Option<Place> {
        let shown = log.steps.get(step)?;
        let flat = self.flat(candidate);
        let index = match shown.kind {
            StepKind::Main | StepKind::Unknown => find(log, step, &flat).or_else(|| only_run(log, step, &flat)),
            StepKind::Post => companion(log, step, &flat, "Post "),
            StepKind::Setup => companion(log, step, &flat, "Pre "),
            StepKind::Complete => None,
        }?;
        let found = flat.get(index)?;
        let own = candidate.job.route.key("steps").index(found.top);
        Some(if found.inner { inner_place(candidate, found, own) } else { outer_place(candidate, own) })
    }

    /// The step of a local action that the log's step names and runs, when no workflow is certain.
    pub(super) fn place_in_action(&'a self, log: &LogJob, step: usize) -> Option<Place> {
        let echoes = &log.steps.get(step)?.echoes;
        let mut flat = Vec::new();
        for echo in echoes {
            self.unfold(echo.uses.as_deref(), 0, 0, &mut flat);
        }
        let found = flat.get(find(log, step, &flat)?)?;
        Some(Place { file: found.file.clone(), job: None, step: Some(found.step.route.clone()), caller: None })
    }

    /// The candidate's steps, those of local actions behind the step that runs them.
    fn flat(&'a self, candidate: &Candidate<'a>) -> Vec<Flat<'a>> {
        let mut out = Vec::new();
        for step in candidate.job.steps() {
            let (uses, top) = (step.uses(), step.index);
            out.push(Flat { step, file: candidate.file(), top, inner: false });
            self.unfold(uses, top, 0, &mut out);
        }
        out
    }

    fn unfold(&'a self, uses: Option<&str>, top: usize, depth: usize, out: &mut Vec<Flat<'a>>) {
        let Some(action) = uses.and_then(|uses| self.action(uses)).filter(|_| depth < DEEPEST_ACTION) else { return };
        for step in Workflow::action_steps(action) {
            if out.len() >= MOST_STEPS {
                return;
            }
            let uses = step.uses();
            out.push(Flat { step, file: &action.path, top, inner: true });
            self.unfold(uses, top, depth + 1, out);
        }
    }
}

fn outer_place(candidate: &Candidate<'_>, own: Route) -> Place {
    let caller = candidate.caller.as_ref().map(|caller| (caller.file.clone(), caller.route.clone()));
    Place { file: candidate.file().clone(), job: Some(candidate.job.id.to_owned()), step: Some(own), caller }
}

fn inner_place(candidate: &Candidate<'_>, found: &Flat<'_>, own: Route) -> Place {
    let caller = Some((candidate.file().clone(), own));
    Place { file: found.file.clone(), job: None, step: Some(found.step.route.clone()), caller }
}

/// The log's steps of the workflow, one event an echo.
fn events(log: &LogJob) -> Vec<Event<'_>> {
    let mut out = Vec::new();
    for (index, step) in log.steps.iter().enumerate() {
        if !matches!(step.kind, StepKind::Main | StepKind::Unknown) {
            continue;
        }
        let name = step.name.as_deref().filter(|name| !name.is_empty());
        let first = Event { step: index, number: step.number, shown: Shown { name, echo: step.echoes.first() }, first: true };
        if name.is_some() || first.shown.echo.is_some() {
            out.push(first);
        }
        let more = step.echoes.iter().skip(1).map(|echo| Shown { name: None, echo: Some(echo) });
        out.extend(more.map(|shown| Event { step: index, number: step.number, shown, first: false }));
    }
    out
}

fn table(events: &[Event<'_>], flat: &[Flat<'_>]) -> Table {
    if events.len().saturating_mul(flat.len()) > MOST_CELLS {
        return Vec::new();
    }
    let numbered = offset(events, flat);
    let cell = |event: &Event<'_>, flat: &Flat<'_>| {
        let placed = numbered.zip(event.number).is_none_or(|(offset, number)| i64::from(number) - offset == position(flat));
        // A step's later echoes come from inside it.
        if placed && (flat.inner || event.first) { weigh(event.shown, &flat.step) } else { 0 }
    };
    events.iter().map(|event| flat.iter().map(|flat| cell(event, flat)).collect()).collect()
}

fn position(flat: &Flat<'_>) -> i64 {
    i64::try_from(flat.top).unwrap_or(i64::MAX)
}

/// How far the platform's numbers stand above the steps' indices: the runner counts all steps of the job in order, skipped
/// ones too, behind its own. Nothing when the numbers do not say so clearly.
fn offset(events: &[Event<'_>], flat: &[Flat<'_>]) -> Option<i64> {
    let mut votes: BTreeMap<i64, u32> = BTreeMap::new();
    for event in events.iter().filter(|event| event.first) {
        let Some(number) = event.number else { continue };
        for flat in flat.iter().filter(|flat| !flat.inner) {
            let weight = weigh(event.shown, &flat.step);
            // `Set up job` is number 1, so the first step is number 2 at least.
            if weight > 0 && i64::from(number) >= position(flat) + 2 {
                *votes.entry(i64::from(number) - position(flat)).or_default() += weight;
            }
        }
    }
    let best = votes.values().max().copied().filter(|best| *best >= FAIR)?;
    let mut winners = votes.into_iter().filter(|(_, votes)| *votes == best);
    winners.next().filter(|_| winners.next().is_none()).map(|(offset, _)| offset)
}

/// Best sum of weights for the first `i` events and the first `j` steps, both in order.
fn forward(table: &Table, width: usize) -> Table {
    let mut sums = vec![vec![0; width + 1]];
    for row in table {
        let above = sums.last().cloned().unwrap_or_default();
        let mut line = vec![0; width + 1];
        for (index, weight) in row.iter().enumerate() {
            let paired = if *weight > 0 { above[index] + weight } else { 0 };
            line[index + 1] = paired.max(above[index + 1]).max(line[index]);
        }
        sums.push(line);
    }
    sums
}

/// The index of the flat step that the log's step is: of its last echo, at which it failed.
fn find(log: &LogJob, step: usize, flat: &[Flat<'_>]) -> Option<usize> {
    let events = events(log);
    let table = table(&events, flat);
    let mine: Vec<usize> = (0..events.len()).filter(|index| events.get(*index).is_some_and(|event| event.step == step)).collect();
    let numbered = offset(&events, flat).is_some() && log.steps.get(step).is_some_and(|step| step.number.is_some());
    let least = if numbered { 1 } else { FAIR };
    mine.iter().rev().find_map(|row| falls(&table, *row, flat.len(), least))
}

/// Where an event falls in the best arrangement; nothing when several are equally good.
fn falls(table: &Table, row: usize, width: usize, least: u32) -> Option<usize> {
    let before = forward(&table.get(..row)?.to_vec(), width);
    let behind: Table = table.get(row + 1..)?.iter().rev().map(|row| row.iter().rev().copied().collect()).collect();
    let behind = forward(&behind, width);
    let (before, behind) = (before.last()?, behind.last()?);
    let total = |index: usize, weight: u32| before.get(index).zip(behind.get(width - index - 1)).map(|(b, a)| b + a + weight);
    let weights = table.get(row)?.iter().enumerate().filter(|(_, weight)| **weight >= least);
    let totals: Vec<(u32, usize)> = weights.filter_map(|(index, weight)| Some((total(index, *weight)?, index))).collect();
    let best = totals.iter().map(|(total, _)| *total).max()?;
    let mut winners = totals.iter().filter(|(total, _)| *total == best);
    let winner = winners.next()?;
    winners.next().is_none().then_some(winner.1)
}

/// A log that names nothing: the only script of the job, or the only one that mentions the command that was not found.
fn only_run(log: &LogJob, step: usize, flat: &[Flat<'_>]) -> Option<usize> {
    let shown = log.steps.get(step)?;
    if shown.name.is_some() || !shown.echoes.is_empty() || log.steps.iter().any(|step| !step.echoes.is_empty()) {
        return None;
    }
    let scripts: Vec<(usize, &str)> = flat.iter().enumerate().filter_map(|(index, flat)| Some((index, flat.step.run()?))).collect();
    if let [(only, _)] = scripts.as_slice() {
        return Some(*only);
    }
    let command = shown.lines.clone().find_map(|line| missing_command(log.text.text(line)))?;
    let mut mention = scripts.iter().filter(|(_, script)| words(script).any(|word| word == command));
    let (index, _) = mention.next()?;
    mention.next().is_none().then_some(*index)
}

/// The command in a shell's `…: line 3: pytest: command not found`.
fn missing_command(line: &str) -> Option<&str> {
    let before = line.trim_end().strip_suffix("command not found").or_else(|| line.trim_end().strip_suffix("not found"))?;
    let command = before.trim_end().strip_suffix(':')?.rsplit(": ").next()?.trim();
    (!command.is_empty() && !command.contains(char::is_whitespace)).then_some(command)
}

fn words(script: &str) -> impl Iterator<Item = &str> {
    script.split(|c: char| c.is_whitespace() || matches!(c, ';' | '|' | '&' | '(' | ')' | '`' | '"' | '\''))
}

/// The main step behind a `Post …` or `Pre …` step. Post steps run in the reverse order of their main steps.
fn companion(log: &LogJob, step: usize, flat: &[Flat<'_>], prefix: &str) -> Option<usize> {
    let name = log.steps.get(step)?.name.as_deref()?.strip_prefix(prefix)?;
    let named = |wanted: &str, kind: fn(&LogStep) -> bool| {
        let is_it = |(_, step): &(usize, &LogStep)| kind(step) && step.name.as_deref() == Some(wanted);
        log.steps.iter().enumerate().filter(is_it).map(|(index, _)| index).collect::<Vec<usize>>()
    };
    let mains = named(name, |step| matches!(step.kind, StepKind::Main | StepKind::Unknown));
    let own = log.steps.get(step)?.name.as_deref()?;
    let siblings =
        if prefix == "Post " { named(own, |step| step.kind == StepKind::Post) } else { named(own, |step| step.kind == StepKind::Setup) };
    let place = siblings.iter().position(|index| *index == step)?;
    if mains.len() == siblings.len() {
        let turned = if prefix == "Post " { mains.len() - 1 - place } else { place };
        return find(log, *mains.get(turned)?, flat);
    }
    let shown = Shown { name: Some(name), echo: None };
    let mut fitting = flat.iter().enumerate().filter(|(_, flat)| !flat.inner && weigh(shown, &flat.step) >= FAIR);
    let (index, _) = fitting.next()?;
    fitting.next().is_none().then_some(index)
}
