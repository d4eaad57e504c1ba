//! The recorded logs beside the project: what must hold of every one of them, and of what remains of them when they are damaged.

use std::fs;
use std::path::{Path, PathBuf};

use gh_autoheal::archive::{self, Input, Limits, SourceKind};
use gh_autoheal::diagnosis::diagnose;
use gh_autoheal::findings::{Circumstances, Fingerprints, Place, find};
use gh_autoheal::rules::{Rank, RuleSet};
use gh_autoheal::transcript::{self, GreenText, StepKind, Transcript};

/// A rule that fires in the text of so many green steps of all recorded logs is too loose.
const TOO_LOOSE: usize = 4;

fn logs() -> Option<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/logs/files");
    let entries = fs::read_dir(folder).ok();
    if entries.is_none() {
        eprintln!("skipped: the recorded logs are not beside the project");
    }
    let mut files: Vec<PathBuf> = entries?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    Some(files)
}

fn read(bytes: Vec<u8>, green: GreenText) -> Option<Transcript> {
    let mut archive = archive::open(Input::File { name: "log".to_owned(), bytes }, Limits::default()).ok()?;
    transcript::read_with(&mut archive, green).ok()
}

#[test]
fn nothing_in_a_green_step_is_a_cause() {
    let Some(files) = logs() else { return };
    let rules = RuleSet::builtin();
    let engine = Fingerprints::new(rules);
    let mut fired: std::collections::BTreeMap<&str, Vec<String>> = std::collections::BTreeMap::new();
    for file in files {
        let Some(mut transcript) = read(fs::read(&file).unwrap(), GreenText::Kept) else { continue };
        // An excerpt is a failed step by itself.
        if transcript.kind == SourceKind::Excerpt {
            continue;
        }
        let failed: Vec<Vec<bool>> = transcript.jobs.iter().map(|job| job.steps.iter().map(|step| step.failed).collect()).collect();
        for finding in find(&transcript, rules, &engine, &Circumstances::default()) {
            if let Place::Line { job, step, .. } = finding.place {
                let any = failed[job].iter().any(|failed| *failed);
                assert!(failed[job][step] || !any, "{}: {} in a green step", file.display(), rules.id(finding.rule));
            }
        }
        // As if the green steps had failed and the others had not: what would be said of text that is none's reason?
        for job in &mut transcript.jobs {
            job.conclusion = None;
            for step in &mut job.steps {
                step.conclusion = None;
                step.failed = !step.failed && step.kind == StepKind::Main;
            }
        }
        for finding in find(&transcript, rules, &engine, &Circumstances::default()) {
            let Place::Line { job, line, .. } = finding.place else { continue };
            if finding.rank == Rank::Cause && failed[job].iter().any(|failed| *failed) {
                let text: String = transcript.jobs[job].text.text(line).chars().take(160).collect();
                fired.entry(rules.id(finding.rule)).or_default().push(format!("{}: {text}", file.file_name().unwrap().display()));
            }
        }
    }
    for (rule, places) in &fired {
        eprintln!("{rule} would fire in {} green steps:\n    {}", places.len(), places.join("\n    "));
    }
    let loose: Vec<&&str> = fired.iter().filter(|(_, places)| places.len() >= TOO_LOOSE).map(|(rule, _)| rule).collect();
    assert!(loose.is_empty(), "{loose:?}");
}

/// Cut in the middle, turned round, doubled, filled with odd bytes: each is read or refused, and never stops the program.
#[test]
fn damaged_logs_are_read_or_refused() {
    let Some(files) = logs() else { return };
    let rules = RuleSet::builtin();
    let engine = Fingerprints::new(rules);
    for file in files {
        let bytes = fs::read(&file).unwrap();
        if bytes.len() > 100_000 {
            continue;
        }
        let middle = bytes.len() / 2;
        let mut odd = bytes.clone();
        odd.iter_mut().step_by(97).for_each(|byte| *byte = byte.wrapping_mul(31).wrapping_add(7));
        let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
        let joined: Vec<u8> = bytes.iter().filter(|byte| **byte != b'\n').copied().collect();
        for damaged in [bytes[..middle].to_vec(), bytes[middle..].to_vec(), reversed, odd, joined] {
            let Some(transcript) = read(damaged, GreenText::Dropped) else { continue };
            let findings = find(&transcript, rules, &engine, &Circumstances::default());
            for diagnosis in diagnose(&transcript, rules, &findings) {
                assert!((0.0..=1.0).contains(&diagnosis.confidence), "{}", file.display());
            }
        }
    }
}
