//! The failures of one job, and those of a run that has no job.

use std::collections::BTreeMap;

use super::choice::chosen;
use super::{CauseLine, Diagnosis, guess, kind};
use crate::findings::{Finding, Place, Suspects, exit_code, suspects};
use crate::rules::{Category, Rank, RuleSet, measured};
use crate::text::{ByteSpan, LineNumber};
use crate::transcript::{Annotation, AnnotationLevel, Conclusion, Job, StepKind, Transcript};

/// The failures that belong to no job: one for each file that the platform complains about.
pub(super) fn of_run(transcript: &Transcript, rules: &RuleSet, findings: &[Finding]) -> Vec<Diagnosis> {
    let mut files = Vec::new();
    let mut all = Vec::new();
    for noted in transcript.annotations.iter().filter(|noted| noted.level == AnnotationLevel::Failure) {
        if files.contains(&noted.path.as_ref()) {
            continue;
        }
        files.push(noted.path.as_ref());
        let same_file = |index: usize| transcript.annotations.get(index).is_some_and(|other| other.path == noted.path);
        let here = findings.iter().filter(|f| matches!(f.place, Place::Annotation { job: None, annotation, .. } if same_file(annotation)));
        let found = chosen(rules, here).map(|finding| explained(transcript, rules, &finding));
        all.push(found.unwrap_or_else(|| unexplained_annotation(None, noted)));
    }
    all
}

/// The failures of the job at an index: one for each failed step.
pub(super) fn of_job(transcript: &Transcript, index: usize, rules: &RuleSet, findings: &[Finding]) -> Vec<Diagnosis> {
    let Some(job) = transcript.jobs.get(index) else { return Vec::new() };
    let mine: Vec<&Finding> = findings.iter().filter(|finding| finding.place.job() == Some(index)).collect();
    let noted = chosen(rules, mine.iter().copied().filter(|finding| matches!(finding.place, Place::Annotation { .. })));
    let in_steps = |steps: &[usize]| {
        let inside = |finding: &&Finding| matches!(finding.place, Place::Line { step, .. } if steps.contains(&step));
        chosen(rules, mine.iter().copied().filter(inside))
    };
    let mut all = Vec::new();
    match suspects(transcript, job) {
        Suspects::Failed(steps) => {
            let mut noted = noted;
            for step in steps {
                let found = in_steps(&[step]);
                // What the platform noted speaks of the job: it explains the first step that nothing better explains.
                let rank = found.as_ref().map(|finding| finding.rank);
                let better = noted.take_if(|noted| Some(noted.rank) > rank && noted.rank > Rank::Wrapper);
                all.push(of_step(transcript, rules, (index, job), step, better.or(found)));
            }
            all = without_consequences(job, all);
        }
        Suspects::Somewhere(steps) => {
            let best = [in_steps(&steps), noted].into_iter().flatten().max_by_key(|finding| finding.rank);
            all.extend(somewhere(transcript, rules, (index, job), &steps, best));
        }
        Suspects::LastWords(steps) => {
            let best = in_steps(&steps).or(noted);
            all.extend(best.map(|finding| explained(transcript, rules, &finding)));
        }
        Suspects::None => {}
    }
    all
}

/// One failed step: what the finding says, else the best guess at its line.
fn of_step(transcript: &Transcript, rules: &RuleSet, (index, job): (usize, &Job), step: usize, found: Option<Finding>) -> Diagnosis {
    let lines = job.steps.get(step).map(|step| step.lines.clone()).unwrap_or_default();
    let guessed = || guess::best(&job.text, lines.clone());
    let mut diagnosis = match found {
        Some(finding) if finding.rank > Rank::Wrapper => explained(transcript, rules, &finding),
        // A frame explains nothing: any line that looks like a reason says more, and without one its own line is the best guess.
        Some(finding) => match guessed() {
            Some(guess) if guess.is_telling() => unexplained(job, Some(guess)),
            _ => Diagnosis { cause: explained(transcript, rules, &finding).cause, ..unexplained(job, None) },
        },
        None => unexplained(job, guessed()),
    };
    if diagnosis.rule.is_none()
        && let Some(earlier) = swallowed(job, step)
    {
        diagnosis = unexplained(job, Some(earlier));
    }
    diagnosis.job = Some(index);
    diagnosis.step = Some(step);
    if diagnosis.rule.is_none() {
        let text = diagnosis.cause.as_ref().map_or("", |cause| &cause.text);
        diagnosis.category = kind::sounds_like(text, job.steps.get(step));
    }
    diagnosis.exit_code = exit_code(&job.text, lines);
    diagnosis
}

/// Where a step only passes on what an earlier one kept to itself (its script prints and exits, nothing else): the exception or
/// diagnostic that the earlier one wrote.
fn swallowed(job: &Job, step: usize) -> Option<guess::Guess> {
    let script = job.steps.get(step)?.echoes.last()?.script.as_deref()?;
    if !only_passes_on(script) {
        return None;
    }
    let earlier = job.steps.get(..step)?.iter().rev().filter(|step| step.kind == StepKind::Main);
    earlier.filter_map(|step| guess::best(&job.text, step.lines.clone())).find(|guess| guess.is_sure())
}

/// Whether a script does nothing but print and end with an error.
fn only_passes_on(script: &str) -> bool {
    let commands = || script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = |line: &str| line.split_whitespace().next().unwrap_or("").to_owned();
    let prints =
        |line: &str| matches!(first(line).as_str(), "echo" | "printf" | "exit" | "Write-Host" | "Write-Output" | "Write-Error" | "throw");
    commands().all(prints) && commands().any(|line| matches!(first(line).as_str(), "exit" | "throw"))
}

/// A job that failed without a step that says so.
fn somewhere(
    transcript: &Transcript,
    rules: &RuleSet,
    (index, job): (usize, &Job),
    steps: &[usize],
    best: Option<Finding>,
) -> Option<Diagnosis> {
    if let Some(finding) = &best {
        let step = match finding.place {
            Place::Line { step, .. } => Some(step),
            Place::Annotation { .. } => None,
        };
        return Some(match step {
            Some(step) => of_step(transcript, rules, (index, job), step, best),
            None => explained(transcript, rules, finding),
        });
    }
    if let Some(noted) = job.annotations.iter().find(|noted| noted.level == AnnotationLevel::Failure) {
        return Some(unexplained_annotation(Some(index), noted));
    }
    let step = steps.last().copied();
    Some(step.map_or_else(
        || Diagnosis { job: Some(index), ..unexplained(job, None) },
        |step| of_step(transcript, rules, (index, job), step, None),
    ))
}

/// Steps that tidy up fail when what they tidy up is not there: a main step's failure explains them.
fn without_consequences(job: &Job, all: Vec<Diagnosis>) -> Vec<Diagnosis> {
    let kind = |diagnosis: &Diagnosis| diagnosis.step.and_then(|step| job.steps.get(step)).map(|step| step.kind);
    let is_late = |diagnosis: &Diagnosis| matches!(kind(diagnosis), Some(StepKind::Post | StepKind::Complete));
    let explained = all.iter().any(|diagnosis| !is_late(diagnosis) && diagnosis.rule.is_some());
    let any = all.iter().any(|diagnosis| !is_late(diagnosis));
    let stays = |d: &Diagnosis| !is_late(d) || !any || !explained && d.rank == Some(Rank::Cause);
    // A step that was only cancelled is no failure of its own beside one that failed.
    let failed =
        |d: &Diagnosis| d.step.and_then(|step| job.steps.get(step)).is_some_and(|step| step.conclusion != Some(Conclusion::Cancelled));
    let any_failed = all.iter().any(failed);
    all.into_iter().filter(|d| stays(d) && (!any_failed || failed(d) || d.rank == Some(Rank::Cause))).collect()
}

/// What a finding says.
fn explained(transcript: &Transcript, rules: &RuleSet, finding: &Finding) -> Diagnosis {
    let id = rules.id(finding.rule);
    let (job, step, cause) = match finding.place {
        Place::Line { job, step, line } => (Some(job), Some(step), transcript.jobs.get(job).and_then(|job| cause_line(job, line))),
        Place::Annotation { job, annotation, line } => {
            let list = job.map_or(Some(&transcript.annotations), |job| transcript.jobs.get(job).map(|job| &job.annotations));
            (job, None, list.and_then(|list| list.get(annotation)).map(|noted| noted_line(noted, line)))
        }
    };
    Diagnosis {
        job,
        step,
        rule: Some(id.to_owned()),
        category: rules.detector(finding.rule).map_or(Category::Other, |detector| detector.category),
        rank: Some(finding.rank),
        confidence: measured::confidence(id, finding.rank),
        cause,
        captures: finding.captures.clone(),
        exit_code: None,
    }
}

fn unexplained(job: &Job, guess: Option<guess::Guess>) -> Diagnosis {
    Diagnosis {
        job: None,
        step: None,
        rule: None,
        category: Category::Other,
        rank: None,
        confidence: guess.map_or(0.0, guess::Guess::confidence),
        cause: guess.and_then(|guess| cause_line(job, guess.line)),
        captures: BTreeMap::new(),
        exit_code: None,
    }
}

fn unexplained_annotation(job: Option<usize>, noted: &Annotation) -> Diagnosis {
    Diagnosis {
        job,
        step: None,
        rule: None,
        category: Category::Other,
        rank: None,
        confidence: 0.3,
        cause: Some(noted_line(noted, 0)),
        captures: BTreeMap::new(),
        exit_code: None,
    }
}

fn cause_line(job: &Job, line: usize) -> Option<CauseLine> {
    let origin = job.text.origin(line)?;
    Some(CauseLine {
        file: origin.file.to_owned(),
        number: origin.number,
        span: origin.span,
        text: job.text.text(line).to_owned(),
        index: Some(line),
    })
}

fn noted_line(noted: &Annotation, line: usize) -> CauseLine {
    let start = noted.message.split_inclusive('\n').take(line).map(str::len).sum();
    let text = noted.message.lines().nth(line).unwrap_or("");
    CauseLine {
        file: noted.source.clone(),
        number: LineNumber::from_index(line),
        span: ByteSpan::new(start, start + text.len()),
        text: text.to_owned(),
        index: None,
    }
}
