//! Turns an archive's texts into a transcript.

use super::assemble::{Draft, Loaded};
use super::marker::Style;
use super::platform::kind_of_step;
use super::{GreenText, Job, RunFacts, StepKind, Transcript, records, segment};
use crate::archive::lines;
use crate::archive::sniff::{split_columns, text_kind};
use crate::archive::{Archive, ArchiveError, JobParts, Role, SourceKind, stamp};
use crate::text::Problem;

/// Reads a source's texts into jobs, steps and lines.
///
/// # Errors
/// When no text can be read, or the source is beyond the limits; a single broken text becomes a problem.
pub fn read(archive: &mut Archive) -> Result<Transcript, ArchiveError> {
    read_with(archive, GreenText::Dropped)
}

/// As [`read`]; says what becomes of the text of jobs that succeeded.
///
/// # Errors
/// As [`read`].
pub fn read_with(archive: &mut Archive, green: GreenText) -> Result<Transcript, ArchiveError> {
    let mut problems = archive.problems.clone();
    let mut taken = vec![false; archive.records.jobs.len()];
    let mut jobs: Vec<Job> = Vec::new();
    let mut first_error = None;
    for parts in archive.jobs.clone() {
        let loaded = load(archive, &parts, &mut problems, &mut first_error)?;
        for draft in drafts(parts.name, loaded, green) {
            jobs.push(draft.finish(&archive.records.jobs, &mut taken, green));
        }
    }
    if let Some(error) = first_error.filter(|_| jobs.is_empty()) {
        return Err(error);
    }
    let holes = archive.records.jobs.iter().zip(&taken).filter(|(_, taken)| !**taken);
    jobs.extend(holes.map(|(record, _)| records::job_without_text(record)));
    let annotations = records::share_annotations(&archive.records, &mut jobs);
    let mut run = archive.records.run.as_ref().map(records::run_facts).unwrap_or_default();
    complete_run(&mut run, &jobs);
    Ok(Transcript { kind: archive.kind, run, jobs, annotations, problems })
}

/// Inflates the texts of one job; a broken one is a problem, too much is an error.
fn load(
    archive: &mut Archive,
    parts: &JobParts,
    problems: &mut Vec<Problem>,
    first: &mut Option<ArchiveError>,
) -> Result<Vec<Loaded>, ArchiveError> {
    let mut loaded = Vec::with_capacity(parts.parts.len());
    for part in &parts.parts {
        match archive.read(part) {
            Ok(bytes) => loaded.push(Loaded { part: part.clone(), bytes }),
            Err(error @ ArchiveError::TooLarge { .. }) => return Err(error),
            Err(error) => {
                problems.push(Problem::new(&part.name, error.to_string()));
                first.get_or_insert(error);
            }
        }
    }
    Ok(loaded)
}

/// The jobs that a job's texts hold: one, but several where the text is gh's.
fn drafts(name: Option<String>, loaded: Vec<Loaded>, green: GreenText) -> Vec<Draft> {
    match loaded.as_slice() {
        [] => Vec::new(),
        [only] if only.part.role == Role::Text => match text_kind(&only.bytes) {
            SourceKind::GhLog => gh_jobs(only),
            SourceKind::Excerpt => vec![excerpt(only)],
            _ => vec![Draft::of_parts(name.or_else(|| job_of_file(&only.part.name)), &loaded, Style::Runner, green)],
        },
        _ => vec![Draft::of_parts(name, &loaded, Style::Runner, green)],
    }
}

/// The job that the file name of a single log tells: `0_build.txt`.
fn job_of_file(path: &str) -> Option<String> {
    let file = path.rsplit(['/', '\\']).next()?;
    let (number, name) = file.strip_suffix(".txt")?.split_once('_')?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| name.to_owned()).filter(|_| !number.is_empty())
}

/// A pasted text: one failed step.
fn excerpt(loaded: &Loaded) -> Draft {
    let mut draft = Draft::new(None, Style::Excerpt);
    draft.collector.start_file(&loaded.part.name, loaded.bytes.len());
    let mut number = 0;
    lines::for_each(&loaded.bytes, |line| {
        draft.collector.add(line, line.text, number);
        number += 1;
    });
    draft.collector.end_file();
    draft.collector.mark_excerpt_echoes();
    let all = 0..draft.collector.text.len();
    let name = draft.collector.echoes.first().map(|echo| format!("Run {}", echo.title));
    draft.steps = vec![segment::step(&draft.collector, all, StepKind::Unknown, name)];
    draft
}

/// The columns of gh's text that the lines before had, and the job they belong to.
struct Columns {
    /// `job TAB step TAB`, to know the same again quickly.
    prefix: String,
    step_start: usize,
    step: String,
    job: usize,
}

/// What gh writes for a step that it could not find a file for.
const UNKNOWN_STEP: &str = "UNKNOWN STEP";

/// The jobs of `gh run view --log`: `job TAB step TAB stamp text`.
fn gh_jobs(loaded: &Loaded) -> Vec<Draft> {
    let mut reader = GhReader { loaded, drafts: Vec::new(), columns: None, has_numbers: None };
    let mut number = 0;
    lines::for_each(&loaded.bytes, |line| {
        reader.add(line, number);
        number += 1;
    });
    reader.end_step();
    for draft in &mut reader.drafts {
        draft.collector.end_file();
        if draft.steps.is_empty() {
            draft.steps = segment::split(&draft.collector, 0..draft.collector.text.len());
        }
    }
    reader.drafts
}

struct GhReader<'a> {
    loaded: &'a Loaded,
    drafts: Vec<Draft>,
    columns: Option<Columns>,
    /// Whether the text went through `grep -n`, told by its first line.
    has_numbers: Option<bool>,
}

impl GhReader<'_> {
    fn add(&mut self, line: lines::RawLine<'_>, number: usize) {
        let mut text = stamp::without_mark(line.text);
        if self.has_numbers.unwrap_or(true) {
            let rest = without_line_number(text);
            if self.has_numbers.is_none() && split_columns(text).is_some() {
                self.has_numbers = Some(rest.is_some());
            }
            text = rest.unwrap_or(text);
        }
        let known = self.columns.as_ref().and_then(|columns| text.strip_prefix(columns.prefix.as_str()));
        let message = match (known, split_columns(text)) {
            (Some(message), _) => message,
            (None, Some((job, step, message))) if !is_inner_tab(job) => {
                self.change(text.get(..text.len() - message.len()).unwrap_or_default(), job, step);
                message
            }
            // A line that someone broke, or a shell's remark: it continues what it stands in.
            (None, _) => text,
        };
        let job = self.columns.as_ref().map_or(0, |columns| columns.job);
        if self.drafts.is_empty() {
            self.start_job("");
        }
        if let Some(draft) = self.drafts.get_mut(job) {
            draft.collector.add(line, message, number);
        }
    }

    fn start_job(&mut self, job: &str) -> usize {
        let mut draft = Draft::new(Some(job.to_owned()).filter(|job| !job.is_empty()), Style::Runner);
        draft.collector.start_file(&self.loaded.part.name, 0);
        self.drafts.push(draft);
        self.drafts.len() - 1
    }

    /// Goes on to another job or step.
    fn change(&mut self, prefix: &str, job: &str, step: &str) {
        self.end_step();
        let current = self.columns.as_ref().map(|columns| columns.job);
        // What stands before the first columns belongs to the first job.
        if let (None, Some(first)) = (current, self.drafts.first_mut()) {
            first.spelled = Some(job.to_owned());
        }
        let is_job = |draft: &Draft| draft.spelled.as_deref() == Some(job);
        let index = current.filter(|index| self.drafts.get(*index).is_some_and(is_job)).or_else(|| self.drafts.iter().position(is_job));
        let index = index.unwrap_or_else(|| self.start_job(job));
        let step_start = self.drafts.get(index).map_or(0, |draft| draft.collector.text.len());
        self.columns = Some(Columns { prefix: prefix.to_owned(), step_start, step: step.to_owned(), job: index });
    }

    fn end_step(&mut self) {
        let Some(columns) = &self.columns else { return };
        let Some(draft) = self.drafts.get_mut(columns.job) else { return };
        draft.collector.end_file();
        draft.collector.landmarks.sort_by_key(|landmark| landmark.line);
        let end = draft.collector.text.len();
        // What stands before the first columns belongs to the first step.
        let start = draft.steps.last().map_or(0, |step| step.lines.end).min(columns.step_start);
        if columns.step == UNKNOWN_STEP {
            draft.steps.extend(segment::split(&draft.collector, start..end));
        } else if start < end {
            draft.steps.push(segment::step(&draft.collector, start..end, kind_of_step(&columns.step), Some(columns.step.clone())));
        }
    }
}

/// Whether the first column is a line's text rather than a job's name: such a line continues the one before.
fn is_inner_tab(job: &str) -> bool {
    stamp::split(job).0.is_some()
}

/// Drops `12:` or `12-`, which `grep -n` puts before each line.
fn without_line_number(text: &str) -> Option<&str> {
    let digits = text.bytes().position(|byte| !byte.is_ascii_digit()).filter(|digits| *digits > 0)?;
    text.get(digits..)?.strip_prefix([':', '-'])
}

/// Fills what no record says of the run from its jobs.
fn complete_run(run: &mut RunFacts, jobs: &[Job]) {
    let places: Vec<_> = jobs.iter().filter_map(|job| job.facts.defined_at.as_ref()).collect();
    if let Some(first) = places.first() {
        run.repository.get_or_insert_with(|| first.repository.clone());
        // Jobs of one file: it is the run's. With called workflows the text does not tell the caller.
        if run.path.is_none() && places.iter().all(|place| place.path == first.path) && !jobs.iter().any(|job| job.name.contains(" / ")) {
            run.path = Some(first.path.clone());
        }
        if run.head_branch.is_none() {
            run.head_branch = first.reference.strip_prefix("refs/heads/").map(str::to_owned);
        }
    }
    run.started_at = run.started_at.or_else(|| jobs.iter().filter_map(|job| job.facts.started_at).min());
}
