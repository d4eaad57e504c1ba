//! Turns one job's texts into a job: lines, steps, facts.

use memchr::memmem;

use super::collect::Collector;
use super::facts::{self, SetupFacts};
use super::marker::Style;
use super::outcome::{self, Completeness};
use super::platform::kind_of_step;
use super::{Conclusion, GreenText, Job, JobFacts, LogText, Step, StepKind, records, segment};
use crate::archive::lines::{self, Encoding};
use crate::archive::{JobRecord, Part, Role, names, stamp};

/// A text with its bytes.
pub(super) struct Loaded {
    pub(super) part: Part,
    pub(super) bytes: Vec<u8>,
}

/// One job while it is put together.
pub(super) struct Draft {
    pub(super) collector: Collector,
    pub(super) steps: Vec<Step>,
    pub(super) setup: SetupFacts,
    /// The job's name as the source spells it.
    pub(super) spelled: Option<String>,
    pub(super) completeness: Completeness,
}

impl Draft {
    pub(super) fn new(spelled: Option<String>, style: Style) -> Self {
        Self {
            collector: Collector::new(style),
            steps: Vec::new(),
            setup: SetupFacts::default(),
            spelled,
            completeness: Completeness::Part,
        }
    }

    /// Reads the parts of one job of an archive.
    pub(super) fn of_parts(spelled: Option<String>, parts: &[Loaded], style: Style, green: GreenText) -> Self {
        let mut this = Self::new(spelled, style);
        let (system, texts): (Vec<&Loaded>, Vec<&Loaded>) =
            parts.iter().partition(|loaded| matches!(loaded.part.role, Role::System { .. }));
        for loaded in &system {
            lines::for_each(&loaded.bytes, |line| facts::service_line(stamp::split(line.text).1, &mut this.setup.facts));
        }
        if green == GreenText::Dropped && has_no_failure(&texts) {
            this.read_facts_only(&texts);
            return this;
        }
        // Of a job that never started only the service's notes are there.
        for loaded in if texts.is_empty() { &system } else { &texts } {
            this.add_part(loaded);
        }
        this
    }

    fn add_part(&mut self, loaded: &Loaded) {
        let start = self.collector.text.len();
        self.add_lines(loaded);
        let range = start..self.collector.text.len();
        match &loaded.part.role {
            Role::Step { number, step: name, .. } => {
                let mut step = segment::step(&self.collector, range.clone(), kind_of_step(name), None);
                step.name = Some(display_name(name, &step, &self.collector.text, range.start));
                step.number = Some(*number);
                if matches!(step.kind, StepKind::Complete) {
                    self.completeness = Completeness::Whole;
                }
                self.steps.push(step);
            }
            Role::System { .. } => {
                self.completeness = Completeness::Whole;
                self.steps.push(segment::step(&self.collector, range, StepKind::Setup, None));
            }
            Role::Job { .. } | Role::Text => self.steps.extend(segment::split(&self.collector, range)),
        }
    }

    fn add_lines(&mut self, loaded: &Loaded) {
        self.collector.start_file(&loaded.part.name, loaded.bytes.len());
        let mut number = 0;
        lines::for_each(&loaded.bytes, |line| {
            self.collector.add(line, line.text, number);
            number += 1;
        });
        self.collector.end_file();
        self.collector.landmarks.sort_by_key(|landmark| landmark.line);
    }

    /// Reads the set-up of a job that certainly succeeded, and drops its text.
    fn read_facts_only(&mut self, texts: &[&Loaded]) {
        let first_stamp = |bytes: &[u8]| first_stamp(bytes);
        let started = texts.first().and_then(|loaded| first_stamp(&loaded.bytes));
        let completed = texts.last().and_then(|loaded| last_stamp(&loaded.bytes));
        for loaded in texts {
            let is_setup = match &loaded.part.role {
                Role::Step { number, step, .. } => {
                    let kind = kind_of_step(step);
                    self.steps.push(Step {
                        number: Some(*number),
                        name: Some(step.clone()),
                        kind,
                        echoes: Vec::new(),
                        lines: 0..0,
                        conclusion: None,
                        failed: false,
                    });
                    kind == StepKind::Setup
                }
                _ => true,
            };
            if is_setup {
                let head = memmem::find(&loaded.bytes, b"##[group]Run ").unwrap_or(loaded.bytes.len());
                let mut collector = Collector::new(Style::Runner);
                collector.start_file(&loaded.part.name, 0);
                let mut number = 0;
                lines::for_each(loaded.bytes.get(..head).unwrap_or_default(), |line| {
                    collector.add(line, line.text, number);
                    number += 1;
                });
                facts::read(&collector.text, 0..collector.text.len(), &mut self.setup);
            }
        }
        self.completeness = Completeness::Whole;
        (self.setup.facts.started_at, self.setup.facts.completed_at) = (started, completed);
    }

    /// Finishes the job: facts from its set-up, its record, which steps failed.
    pub(super) fn finish(mut self, job_records: &[JobRecord], taken: &mut [bool], green: GreenText) -> Job {
        self.collector.landmarks.sort_by_key(|landmark| landmark.line);
        self.read_facts();
        let whole = self.setup.job_name.take();
        let record = records::find(job_records, taken, whole.as_deref(), self.spelled.as_deref());
        let spelled = self.spelled.take().unwrap_or_default();
        let name = whole.unwrap_or(spelled);
        let facts = std::mem::take(&mut self.setup.facts);
        let mut job = Job {
            name,
            url: None,
            id: None,
            conclusion: None,
            facts,
            text: LogText::default(),
            steps: Vec::new(),
            annotations: Vec::new(),
        };
        let mut steps = std::mem::take(&mut self.steps);
        if let Some(record) = record {
            records::join(&mut job, record);
            records::join_steps(&mut steps, &self.collector.text, &record.steps);
        }
        if steps.iter().any(|step| step.kind == StepKind::Complete) {
            self.completeness = Completeness::Whole;
        }
        if !self.collector.text.is_empty() {
            outcome::judge(&self.collector, &mut steps, job.conclusion, self.completeness);
        }
        job.steps = steps;
        job.text = self.collector.text;
        if green == GreenText::Dropped {
            drop_green_text(&mut job, self.completeness);
        }
        job
    }

    fn read_facts(&mut self) {
        let text = &self.collector.text;
        let setup_end = self.steps.iter().find(|step| step.kind == StepKind::Main).map_or(text.len(), |step| step.lines.start);
        facts::read(text, 0..setup_end, &mut self.setup);
        let facts: &mut JobFacts = &mut self.setup.facts;
        let stamps = |index: usize| text.line(index).and_then(|line| line.stamp);
        facts.started_at = facts.started_at.or_else(|| (0..text.len()).find_map(stamps));
        facts.completed_at = facts.completed_at.or_else(|| (0..text.len()).rev().find_map(stamps));
        facts.os = facts
            .os
            .or_else(|| facts::system_of_paths(text))
            .or_else(|| facts.labels.iter().find_map(|label| facts::system_of_label(label)));
    }
}

/// Drops the text of a job that certainly succeeded.
fn drop_green_text(job: &mut Job, completeness: Completeness) {
    let is_green = match job.conclusion {
        Some(Conclusion::Success | Conclusion::Skipped) => true,
        Some(_) => false,
        None => completeness == Completeness::Whole && !job.steps.iter().any(|step| step.failed) && job.steps.len() > 1,
    };
    if is_green {
        job.text = LogText::default();
        for step in &mut job.steps {
            step.lines = 0..0;
            step.echoes.clear();
        }
    }
}

/// What a text without a failure holds nowhere: the marker of errors, node's word that it died, the start of a container action (whose
/// failure has no marker).
const SIGNS_OF_FAILURE: [&[u8]; 3] = [b"##[error]", b"Z Node.js v", b"docker run --name "];

/// Whether a job's texts, unread, cannot tell of a failure, and reach to the end of the job.
fn has_no_failure(texts: &[&Loaded]) -> bool {
    const TAIL: usize = 64 << 10;
    let is_plain = |loaded: &&Loaded| Encoding::of(&loaded.bytes) == Encoding::Utf8;
    let is_whole = |loaded: &&Loaded| match &loaded.part.role {
        Role::Step { step, .. } => kind_of_step(step) == StepKind::Complete,
        _ => {
            let tail = loaded.bytes.get(loaded.bytes.len().saturating_sub(TAIL)..).unwrap_or(&loaded.bytes);
            memmem::find(tail, b"Z Cleaning up orphan processes").is_some()
        }
    };
    let finders = SIGNS_OF_FAILURE.map(memmem::Finder::new);
    let tells = |loaded: &&Loaded| finders.iter().any(|finder| finder.find(&loaded.bytes).is_some());
    texts.iter().all(is_plain) && texts.iter().any(is_whole) && !texts.iter().any(tells)
}

/// A step's display name: the file's, or what the step's own heading says where the file's name is cut or stripped of characters.
fn display_name(file: &str, step: &Step, text: &LogText, first: usize) -> String {
    let heading = step.echoes.first().filter(|echo| echo.lines.start == first).map(|_| text.text(first));
    match heading {
        Some(heading) if names::comparable(heading) == names::comparable(file) => heading.to_owned(),
        _ => file.to_owned(),
    }
}

fn first_stamp(bytes: &[u8]) -> Option<crate::text::Timestamp> {
    let head = bytes.get(..4096).unwrap_or(bytes);
    let mut found = None;
    lines::for_each(head, |line| found = found.or(stamp::split(line.text).0));
    found
}

fn last_stamp(bytes: &[u8]) -> Option<crate::text::Timestamp> {
    let tail = bytes.get(bytes.len().saturating_sub(16 << 10)..).unwrap_or(bytes);
    let mut found = None;
    lines::for_each(tail, |line| found = stamp::split(line.text).0.or(found));
    found
}
