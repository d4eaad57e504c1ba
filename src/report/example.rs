//! Outcomes that the reports' tests share, built by hand.

use std::collections::BTreeMap;

use super::{Deed, News, Outcome};
use crate::archive::SourceKind;
use crate::diagnosis::{CauseLine, Diagnosis};
use crate::patch::{FileChange, FilePatch, PatchSet};
use crate::remedy::{Failure, Healing, Remedy, Skipped, Verdict};
use crate::rules::{Category, Rank, RemedyKind, Safety};
use crate::text::{ByteSpan, Fingerprint, LineNumber, Problem, RepoPath};
use crate::transcript::{Conclusion, Job, JobFacts, LogText, RunFacts, Step, StepKind, Transcript};

const LOG: &str = "\
Run pytest
============================= test session starts ==============================
collected 0 items / 1 error
==================================== ERRORS ====================================
____________________ ERROR collecting tests/test_weather.py ____________________
ImportError while importing test module '/home/runner/work/weather/weather/tests/test_weather.py'.
Hint: make sure your test modules/packages have valid Python names.
Traceback:
tests/test_weather.py:1: in <module>
    import requests
E   ModuleNotFoundError: No module named 'requests'
=========================== short test summary info ============================
ERROR tests/test_weather.py
!!!!!!!!!!!!!!!!!!!! Interrupted: 1 error during collection !!!!!!!!!!!!!!!!!!!!
=============================== 1 error in 0.09s ===============================
Process completed with exit code 2.
";

const BEFORE: &str = "\
name: ci
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: pip install pytest
      - run: pytest
";

/// A job whose one main step failed with `LOG`.
fn job(name: &str, log: &str) -> Job {
    let text = LogText::plain(&format!("{name}/4_Run pytest.txt"), log);
    let lines = 0..text.len();
    Job {
        name: name.to_owned(),
        url: None,
        id: None,
        conclusion: Some(Conclusion::Failure),
        facts: JobFacts::default(),
        text,
        steps: vec![Step {
            number: Some(4),
            name: Some("Run pytest".to_owned()),
            kind: StepKind::Main,
            echoes: Vec::new(),
            lines,
            conclusion: Some(Conclusion::Failure),
            failed: true,
        }],
        annotations: Vec::new(),
    }
}

fn diagnosis(job: usize, rule: Option<&str>, cause: (&str, usize, &str)) -> Diagnosis {
    let (file, index, text) = cause;
    Diagnosis {
        job: Some(job),
        step: Some(0),
        rule: rule.map(str::to_owned),
        category: if rule.is_some() { Category::MissingDependency } else { Category::Other },
        rank: rule.map(|_| Rank::Cause),
        confidence: if rule.is_some() { 0.97 } else { 0.3 },
        cause: Some(CauseLine {
            file: file.to_owned(),
            number: LineNumber::from_index(index),
            span: ByteSpan::at(0),
            text: text.to_owned(),
            index: Some(index),
        }),
        captures: BTreeMap::new(),
        exit_code: Some(2),
    }
}

/// Another text for the workflow.
pub(crate) fn patch() -> PatchSet {
    let after = BEFORE.replace("install pytest\n", "install pytest requests\n");
    let change = FileChange::Text { before: BEFORE.to_owned(), after };
    PatchSet { files: vec![FilePatch { path: RepoPath::new(".github/workflows/ci.yml").unwrap(), change }] }
}

/// A file that becomes executable.
pub(crate) fn mode_patch() -> FilePatch {
    FilePatch { path: RepoPath::new("ci/run.sh").unwrap(), change: FileChange::MakeExecutable }
}

fn python(index: usize, leg: &str) -> Failure {
    let mut diagnosis = diagnosis(
        index,
        Some("python-module-not-found"),
        (&format!("{leg}/4_Run pytest.txt"), 10, "E   ModuleNotFoundError: No module named 'requests'"),
    );
    diagnosis.captures.insert("module".to_owned(), "requests".to_owned());
    Failure {
        diagnosis,
        fingerprint: Fingerprint::of(["python-module-not-found", "requests"]),
        verdict: Verdict::Healable,
        explanation: "Python could not import `requests`: nothing in this job installs it. The tests need it, so the workflow has to \
                      install it before they run."
            .to_owned(),
        remedies: vec![Remedy {
            title: "Install requests before the tests run".to_owned(),
            safety: Safety::NeedsReview,
            kind: RemedyKind::Workflow,
            advice: None,
            patch: Some(patch()),
            permits: Vec::new(),
            refused: None,
        }],
        workflow: RepoPath::new(".github/workflows/ci.yml").ok(),
        unlocated: None,
        inspected: None,
    }
}

fn unexplained(index: usize) -> Failure {
    Failure {
        diagnosis: diagnosis(index, None, ("docs/4_Run pytest.txt", 0, "the flux capacitor is cold: 3.21 gigawatts needed")),
        fingerprint: Fingerprint::of(["unexplained", "flux"]),
        verdict: Verdict::Unexplained,
        explanation: "The step ended with exit code 2.".to_owned(),
        remedies: Vec::new(),
        workflow: None,
        unlocated: None,
        inspected: None,
    }
}

fn transcript(jobs: Vec<Job>) -> Transcript {
    let run = RunFacts { id: Some(1_234_567), ..RunFacts::default() };
    Transcript { kind: SourceKind::Zip, run, jobs, annotations: Vec::new(), problems: Vec::new() }
}

/// Three legs that fail alike, one failure that no rule explains, and a branch.
pub(crate) fn committed() -> Outcome {
    let legs = ["test (3.12)", "test (3.11)", "test (3.10)"];
    let mut jobs: Vec<Job> = legs.iter().map(|leg| job(leg, LOG)).collect();
    jobs.push(job("docs", "the flux capacitor is cold: 3.21 gigawatts needed\nProcess completed with exit code 2.\n"));
    let mut failures: Vec<Failure> = legs.iter().enumerate().map(|(index, leg)| python(index, leg)).collect();
    failures.push(unexplained(3));
    Outcome {
        source: "logs.zip".to_owned(),
        transcript: transcript(jobs),
        healing: Healing { failures, patch: patch(), skipped: Vec::new() },
        allowed: Safety::NeedsReview,
        base: Some("4b825dc642cb6eb9a060e54bf8d69288fbee4904".to_owned()),
        deed: Deed::Committed {
            branch: "auto-heal/python-module-not-found-5f0c1a2b".to_owned(),
            commit: "9f2c1d7be0a45c3d8f6e7a1b2c3d4e5f60718293".to_owned(),
            news: News::Created,
        },
        notes: Vec::new(),
        verified: Vec::new(),
        around: super::Around::default(),
    }
}

/// The same, but the user allows only safe changes.
pub(crate) fn held_back() -> Outcome {
    let mut outcome = committed();
    outcome.allowed = Safety::Safe;
    outcome.healing.patch = PatchSet::default();
    outcome.deed = Deed::Previewed;
    outcome
}

/// A failure that is not the workflow's, with a token in its log and a rule that refuses to edit.
pub(crate) fn advice_with_secret() -> Outcome {
    let token = format!("ghp_{}", "a1".repeat(18));
    let line = format!("E   requests.exceptions.HTTPError: 401 for https://bot:{token}@example.org/\u{1b}[31m & <b>");
    let mut failure = python(0, "test (3.12)");
    failure.verdict = Verdict::Advice;
    failure.diagnosis.cause = Some(CauseLine {
        file: "test (3.12)/4_Run pytest.txt".to_owned(),
        number: LineNumber::from_index(10),
        span: ByteSpan::at(0),
        text: line.clone(),
        index: Some(10),
    });
    failure.diagnosis.captures.insert("token".to_owned(), token);
    failure.remedies = vec![Remedy {
        title: "Renew the secret".to_owned(),
        safety: Safety::AdviceOnly,
        kind: RemedyKind::Manual,
        advice: Some("Make a new token and store it:\n\n    gh secret set BOT_TOKEN".to_owned()),
        patch: None,
        permits: Vec::new(),
        refused: Some("the step is defined twice".to_owned()),
    }];
    let log = LOG.replace("E   ModuleNotFoundError: No module named 'requests'", &line);
    let mut transcript = transcript(vec![job("test (3.12)", &log)]);
    transcript.problems.push(Problem::new("test (3.12)/9_odd.txt", "no stamp on 3 lines"));
    let skipped = vec![Skipped { rule: "npm-cache".to_owned(), reason: "two edits meet in one line".to_owned() }];
    Outcome {
        source: "my logs.zip".to_owned(),
        transcript,
        healing: Healing { failures: vec![failure], patch: PatchSet::default(), skipped },
        allowed: Safety::Safe,
        base: None,
        deed: Deed::Diagnosed,
        notes: Vec::new(),
        verified: Vec::new(),
        around: super::Around::default(),
    }
}

/// Seven distinct failures, the first one transient.
pub(crate) fn many() -> Outcome {
    let mut outcome = committed();
    outcome.deed = Deed::Diagnosed;
    outcome.healing.patch = PatchSet::default();
    outcome.transcript.jobs = (0..7).map(|number| job(&format!("job {number}"), LOG)).collect();
    outcome.healing.failures = (0..7)
        .map(|number| {
            let mut failure = unexplained(number);
            failure.fingerprint = Fingerprint::of(["many", &number.to_string()]);
            failure
        })
        .collect();
    if let Some(first) = outcome.healing.failures.first_mut() {
        first.verdict = Verdict::Transient;
    }
    outcome
}

/// No failure at all.
pub(crate) fn green() -> Outcome {
    let mut outcome = held_back();
    outcome.healing.failures.clear();
    outcome.transcript.jobs.truncate(3);
    outcome
}
