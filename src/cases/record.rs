//! Turns a failure into the shortest case that still gives the same diagnosis: every step of the way asks the rules themselves.

use super::lay::{Form, Laid, Need, lay};
use super::{Budget, Case, Expected, ExpectedCause, ExpectedFailure, LOG, Neutral, Signature, records::records, reduced};
use crate::archive::{Input, SourceKind};
use crate::remedy::Failure;
use crate::repository::{EntryKind, Repository};
use crate::text::{LineNumber, RepoPath};
use crate::transcript::Transcript;

/// Diagnoses made to shorten one log.
const LOG_QUESTIONS: usize = 240;

/// Diagnoses made to shorten one repository.
const REPOSITORY_QUESTIONS: usize = 80;

/// More lines than this are thinned out in blocks at first.
const MANY: usize = 4000;

/// Everything that is replayed.
#[derive(Debug, Clone, Default)]
pub struct Material {
    /// The log.
    pub log: String,
    /// What the API said: file name and text.
    pub records: Vec<(String, String)>,
    /// The workflow that a person names.
    pub workflow: Option<RepoPath>,
    /// What the base commit holds.
    pub repository: Option<Repository>,
}

/// What is recorded.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What the source says.
    pub transcript: &'a Transcript,
    /// The failure.
    pub failure: &'a Failure,
    /// What is to stay the same.
    pub signature: &'a Signature,
    /// What the base commit holds.
    pub repository: Option<&'a Repository>,
    /// The workflow that a person names.
    pub workflow: Option<&'a RepoPath>,
}

/// What the rules say of some material: the diagnosis, and its line where the log itself holds it. None when it is not exactly one.
pub type Answer = Option<(Signature, Option<LineNumber>)>;

/// A case, and what belongs beside it.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The log with its verdict.
    pub case: Case,
    /// What is replayed.
    pub material: Material,
    /// The expected patch; empty when there is none.
    pub patch: String,
    /// Whether the failure's identity across runs is the one that the whole source gives.
    pub same_fingerprint: bool,
    /// How many diagnoses it took.
    pub questions: usize,
}

impl Material {
    /// The source that a replay reads.
    pub fn input(&self) -> Input {
        if self.records.is_empty() {
            return Input::File { name: LOG.to_owned(), bytes: self.log.clone().into_bytes() };
        }
        let mut files: Vec<(String, Vec<u8>)> = self.records.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())).collect();
        if !self.log.is_empty() {
            files.push((LOG.to_owned(), self.log.clone().into_bytes()));
        }
        files.sort();
        Input::Folder { name: "case".to_owned(), files }
    }
}

/// Draws a case from a failure. `ask` is what the rules say of some material.
///
/// # Errors
/// When no text says the same as the source: in words.
pub fn draw(subject: &Subject<'_>, mut ask: impl FnMut(&Material) -> Answer) -> Result<Drawn, String> {
    let mut questions = 0;
    let mut counted = |material: &Material| {
        questions += 1;
        ask(material)
    };
    let full = Neutral::of(subject.transcript);
    for neutral in [full.clone(), full.secrets_only()] {
        let whole = subject.signature.neutral(&neutral);
        for wanted in [whole.clone(), whole.without_fingerprint()] {
            let mut drawing = Drawing { subject, neutral: &neutral, wanted: &wanted, ask: &mut counted };
            let Some(drawn) = drawing.draw() else { continue };
            return Ok(Drawn { same_fingerprint: drawn.1.fingerprint == subject.signature.fingerprint, questions, ..finished(drawn) });
        }
    }
    Err("no shorter text gives the same diagnosis as the whole source".to_owned())
}

fn finished((material, signature, line): (Material, Signature, Option<LineNumber>)) -> Drawn {
    let cause = match (line, &signature.cause) {
        (Some(line), _) => Some(ExpectedCause::Line(line)),
        (None, Some(text)) => Some(ExpectedCause::Noted(text.clone())),
        (None, None) => None,
    };
    let expected = ExpectedFailure {
        rule: signature.rule,
        category: signature.category,
        verdict: signature.verdict,
        fingerprint: signature.fingerprint,
        cause,
        captures: signature.captures,
    };
    let case = Case {
        expected: Expected::Failure(expected),
        workflow: material.workflow.clone(),
        comments: Vec::new(),
        log: material.log.clone(),
    };
    Drawn { case, patch: signature.patch, material, same_fingerprint: false, questions: 0 }
}

struct Drawing<'a, A> {
    subject: &'a Subject<'a>,
    neutral: &'a Neutral,
    wanted: &'a Signature,
    ask: &'a mut A,
}

/// What a form needs beside the log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    Nothing,
    Records,
}

impl<A: FnMut(&Material) -> Answer> Drawing<'_, A> {
    fn draw(&mut self) -> Option<(Material, Signature, Option<LineNumber>)> {
        let repository = self.subject.repository.map(|repository| self.neutral_repository(repository));
        let base = Material { workflow: self.subject.workflow.cloned(), repository, ..Material::default() };
        let (mut material, lines) = self.start(&base)?;
        let mut budget = Budget::new(LOG_QUESTIONS);
        material = self.shorter(material, &lines, &mut budget);
        material = self.smaller(material);
        let (signature, line) = self.answer(&material)?;
        Some((material, signature, line))
    }

    /// The first form, and of it the fewest lines, that say the same.
    fn start(&mut self, base: &Material) -> Option<(Material, Vec<Laid>)> {
        for (form, beside) in forms(self.subject.transcript.kind) {
            let Subject { transcript, failure, .. } = *self.subject;
            let job = failure.diagnosis.job.and_then(|job| transcript.jobs.get(job));
            let written = match beside {
                Beside::Records => records(transcript, job, self.neutral),
                Beside::Nothing if job.is_none() => continue,
                Beside::Nothing => Vec::new(),
            };
            let lines = match lay(transcript, failure, form, self.neutral) {
                Some(lines) => lines,
                None if job.is_none() && beside == Beside::Records => Vec::new(),
                None => continue,
            };
            for least in [Need::Near, Need::Step, Need::Far] {
                let lines: Vec<Laid> = lines.iter().filter(|line| line.need >= least).cloned().collect();
                let material = Material { log: joined(&lines), records: written.clone(), ..base.clone() };
                if self.answer(&material).is_some() {
                    return Some((material, lines));
                }
            }
        }
        None
    }

    /// Leaves out lines.
    fn shorter(&mut self, material: Material, lines: &[Laid], budget: &mut Budget) -> Material {
        let mut kept: Vec<Laid> = lines.to_vec();
        // Of very many lines most go at once: only blocks are asked about.
        let rounds = if lines.len() > MANY { 2 } else { 1 };
        for _ in 0..rounds {
            let spare: Vec<usize> = kept.iter().enumerate().filter(|(_, line)| line.need < Need::Kept).map(|(index, _)| index).collect();
            let with = |stay: &[usize]| {
                let stays = |index: usize| kept.get(index).is_some_and(|line| line.need == Need::Kept);
                let mut chosen: Vec<usize> = (0..kept.len()).filter(|index| stays(*index)).collect();
                chosen.extend(stay.iter().filter_map(|item| spare.get(*item).copied()));
                chosen.sort_unstable();
                chosen.into_iter().filter_map(|index| kept.get(index).cloned()).collect::<Vec<Laid>>()
            };
            let needed = reduced(spare.len(), budget, |stay| {
                let log = joined(&with(stay));
                self.answer(&Material { log, ..material.clone() }).is_some()
            });
            kept = with(&needed);
        }
        Material { log: joined(&kept), ..material }
    }

    /// Leaves out files: first all but the workflow, else one by one.
    fn smaller(&mut self, material: Material) -> Material {
        let Some(whole) = material.repository.clone() else { return material };
        let mut few = Repository::default();
        for path in [self.subject.failure.workflow.as_ref(), material.workflow.as_ref()].into_iter().flatten() {
            if let Some(text) = whole.texts.get(path) {
                few.texts.insert(path.clone(), text.clone());
                few.entries.insert(path.clone(), EntryKind::File);
            }
        }
        let smaller = Material { repository: Some(few), ..material.clone() };
        if self.answer(&smaller).is_some() {
            return smaller;
        }
        let paths: Vec<RepoPath> = whole.entries.keys().cloned().collect();
        let with = |stay: &[usize]| {
            let mut some = Repository::default();
            for path in stay.iter().filter_map(|index| paths.get(*index)) {
                some.entries.extend(whole.entries.get(path).map(|kind| (path.clone(), *kind)));
                some.texts.extend(whole.texts.get(path).map(|text| (path.clone(), text.clone())));
            }
            some
        };
        let mut budget = Budget::new(REPOSITORY_QUESTIONS);
        let needed =
            reduced(paths.len(), &mut budget, |stay| self.answer(&Material { repository: Some(with(stay)), ..material.clone() }).is_some());
        Material { repository: Some(with(&needed)), ..material }
    }

    /// What the rules say, if it is the same.
    fn answer(&mut self, material: &Material) -> Answer {
        let (signature, line) = (self.ask)(material)?;
        let same = match self.wanted.fingerprint {
            Some(_) => signature == *self.wanted,
            None => signature.without_fingerprint() == *self.wanted,
        };
        same.then_some((signature, line))
    }

    fn neutral_repository(&self, repository: &Repository) -> Repository {
        let texts = repository.texts.iter().map(|(path, text)| (path.clone(), self.neutral.text(text))).collect();
        Repository { entries: repository.entries.clone(), texts }
    }
}

fn joined(lines: &[Laid]) -> String {
    let mut out = String::new();
    for line in lines {
        out.push_str(&line.text);
        out.push('\n');
    }
    out
}

/// The forms that a source of a kind can be written in, the one that a person reads most easily first.
pub(super) fn forms(kind: SourceKind) -> Vec<(Form, Beside)> {
    let bundle = (Form::Columns, Beside::Records);
    match kind {
        SourceKind::Excerpt => {
            vec![(Form::Pasted, Beside::Nothing), (Form::PastedMarked, Beside::Nothing), (Form::Stamped, Beside::Nothing)]
        }
        // A checkout has no log to write.
        SourceKind::Checkout => Vec::new(),
        SourceKind::Log => vec![(Form::Stamped, Beside::Nothing), (Form::Columns, Beside::Nothing), bundle],
        SourceKind::Zip | SourceKind::Folder | SourceKind::Bundle | SourceKind::GhLog => {
            vec![(Form::Columns, Beside::Nothing), (Form::Stamped, Beside::Nothing), bundle, (Form::Stamped, Beside::Records)]
        }
    }
}
