//! Logs find their place, or are refused with the candidates.

use super::*;
use crate::archive::SourceKind;
use crate::repository::EntryKind;
use crate::transcript::{DefinedAt, Echo, Job, JobFacts, LogText, RunFacts, Step, StepKind};

fn repository(files: &[(&str, &str)]) -> Repository {
    let mut repository = Repository::default();
    for (path, text) in files {
        let path = RepoPath::new(path).expect("a path");
        repository.entries.insert(path.clone(), EntryKind::File);
        repository.texts.insert(path, (*text).to_owned());
    }
    repository
}

fn ran(script: &str) -> Echo {
    let title = script.lines().next().unwrap_or("").to_owned();
    Echo { title, script: Some(script.to_owned()), uses: None, with: Vec::new(), env: Vec::new(), shell: None, lines: 0..0 }
}

fn used(action: &str, with: &[(&str, &str)]) -> Echo {
    let with = with.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Echo { title: action.to_owned(), script: None, uses: Some(action.to_owned()), with, env: Vec::new(), shell: None, lines: 0..0 }
}

fn step(number: u32, name: &str, kind: StepKind, echoes: Vec<Echo>) -> Step {
    let number = (number > 0).then_some(number);
    let name = (!name.is_empty()).then(|| name.to_owned());
    Step { number, name, kind, echoes, lines: 0..0, conclusion: None, failed: false }
}

fn main(number: u32, name: &str, echo: Echo) -> Step {
    step(number, name, StepKind::Main, vec![echo])
}

fn transcript(name: &str, steps: Vec<Step>) -> Transcript {
    let text = LogText::plain("log", "a\n");
    let job = Job {
        name: name.to_owned(),
        url: None,
        id: None,
        conclusion: None,
        facts: JobFacts::default(),
        text,
        steps,
        annotations: Vec::new(),
    };
    Transcript { kind: SourceKind::Zip, run: RunFacts::default(), jobs: vec![job], annotations: Vec::new(), problems: Vec::new() }
}

fn found(transcript: &Transcript, step: usize, files: &[(&str, &str)]) -> String {
    match locate(transcript, 0, step, &repository(files), None) {
        Ok(place) => {
            let caller = place.caller.map(|(file, route)| format!(" from {}#{route}", file.file_name())).unwrap_or_default();
            format!(
                "{}#{}{caller}",
                place.file.file_name(),
                place.step.map_or_else(|| place.job.unwrap_or_default(), |step| step.to_string())
            )
        }
        Err(error) => error.to_string(),
    }
}

const CI: (&str, &str) = (
    ".github/workflows/ci.yml",
    "name: CI
on: push
jobs:
  test:
    strategy: {matrix: {os: [ubuntu, macos], v: [3.9, '3.10']}}
    runs-on: ${{ matrix.os }}
    timeout-minutes: ${{ matrix.v == 1 && 1 || 2 }}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: '${{ matrix.v }}'}
      - run: make
      - name: Check ${{ matrix.os }}
        run: |
          echo ${{ github.sha }}
          make check
      - run: make
  lint:
    runs-on: ubuntu-latest
    timeout-minutes: 7
    steps:
      - uses: actions/checkout@v4
      - run: make lint
",
);
const OTHER: (&str, &str) = (
    ".github/workflows/other.yml",
    "name: Other
on: push
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm run lint
",
);

fn python_steps() -> Vec<Step> {
    vec![
        step(1, "Set up job", StepKind::Setup, Vec::new()),
        main(2, "Run actions_checkout@v4", used("actions/checkout@v4", &[("fetch-depth", "1")])),
        main(3, "Run actions_setup-python@v5", used("actions/setup-python@v5", &[("python-version", "3.10")])),
        main(4, "Run make", ran("make")),
        main(5, "Check ubuntu", ran("echo 1234\nmake check")),
        main(6, "Run make", ran("make")),
        step(11, "Post Run actions_setup-python@v5", StepKind::Post, Vec::new()),
        step(12, "Complete job", StepKind::Complete, Vec::new()),
    ]
}

#[test]
fn a_leg_finds_its_job_and_each_step_its_own() {
    let log = transcript("test (ubuntu, 3.10)", python_steps());
    for (step, place) in [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4)] {
        assert_eq!(found(&log, step, &[CI, OTHER]), format!("ci.yml#jobs.test.steps[{place}]"));
    }
    assert_eq!(found(&log, 0, &[CI, OTHER]), "ci.yml#test");
    assert_eq!(found(&log, 6, &[CI, OTHER]), "ci.yml#jobs.test.steps[1]", "a post step is its main step's");
    assert_eq!(found(&log, 7, &[CI, OTHER]), "ci.yml#test");
    assert_eq!(
        found(&transcript("test (windows, 3.10)", python_steps()), 1, &[OTHER]),
        "no workflow of this checkout fits the log's job `test (windows, 3.10)`"
    );
}

#[test]
fn a_source_may_leave_out_the_leg_that_the_platform_appends() {
    assert_eq!(found(&transcript("test", python_steps()), 3, &[CI, OTHER]), "ci.yml#jobs.test.steps[2]");
    let whole = CI.1.replace("  lint:\n", "  other:\n    name: test\n");
    assert_eq!(found(&transcript("test", Vec::new()), 0, &[(CI.0, &whole)]), "ci.yml#other", "the very name is nearer");
}

#[test]
fn equal_steps_are_told_apart_by_their_neighbours_without_numbers() {
    let mut steps = python_steps();
    steps.iter_mut().for_each(|step| step.number = None);
    let log = transcript("test (ubuntu, 3.10)", steps);
    assert_eq!(found(&log, 3, &[CI]), "ci.yml#jobs.test.steps[2]");
    assert_eq!(found(&log, 5, &[CI]), "ci.yml#jobs.test.steps[4]");
    let alone = transcript("test (ubuntu, 3.10)", vec![main(0, "", ran("make"))]);
    assert_eq!(found(&alone, 0, &[CI]), "ci.yml#test", "alone it may be either");
}

#[test]
fn numbers_place_a_step_whose_equal_is_not_in_the_log() {
    let log = transcript("test (ubuntu, 3.10)", vec![main(5, "Check ubuntu", ran("echo 1\nmake check")), main(6, "Run make", ran("make"))]);
    assert_eq!(found(&log, 1, &[CI]), "ci.yml#jobs.test.steps[4]");
}

#[test]
fn jobs_of_the_same_name_are_told_apart_by_their_steps() {
    let checkout = || main(2, "", used("actions/checkout@v4", &[]));
    let log = transcript("lint", vec![checkout(), main(3, "Run npm run lint", ran("npm run lint"))]);
    assert_eq!(found(&log, 1, &[CI, OTHER]), "other.yml#jobs.lint.steps[1]");
    let log = transcript("lint", vec![checkout()]);
    let both = "2 jobs fit the log's job `lint`: .github/workflows/ci.yml (lint), .github/workflows/other.yml (lint)";
    assert_eq!(found(&log, 0, &[CI, OTHER]), both);
    let chosen = RepoPath::new(CI.0).expect("a path");
    let place = locate(&log, 0, 0, &repository(&[CI, OTHER]), Some(&chosen)).expect("decided");
    assert_eq!(place.file, chosen);
}

#[test]
fn what_the_service_recorded_decides() {
    let mut log = transcript("lint", Vec::new());
    let path = RepoPath::new(OTHER.0).expect("a path");
    log.run.path = Some(path.clone());
    assert_eq!(locate_job(&log, 0, &repository(&[CI, OTHER]), None).map(|place| place.file), Ok(path.clone()));
    assert_eq!(locate_job(&log, 0, &repository(&[CI]), None), Err(Unlocated::Missing(path.clone())));
    let broken = locate_job(&log, 0, &repository(&[CI, (OTHER.0, "a: b: c\n")]), None);
    assert!(matches!(broken, Err(Unlocated::Broken { path: at, .. }) if at == path));
    log.run.path = None;
    log.jobs[0].facts.defined_at = Some(DefinedAt { repository: "o/r".into(), path: path.clone(), reference: "main".into() });
    assert_eq!(locate_job(&log, 0, &repository(&[CI, OTHER]), None).map(|place| place.file), Ok(path.clone()));
    log.run.repository = Some("me/mine".into());
    assert!(matches!(locate_job(&log, 0, &repository(&[CI, OTHER]), None), Err(Unlocated::Elsewhere { .. })));
    log.jobs[0].facts.defined_at = None;
    log.run.workflow_name = Some("Other".into());
    assert_eq!(locate_job(&log, 0, &repository(&[CI, OTHER]), None).map(|place| place.file), Ok(path));
}

#[test]
fn a_called_workflow_is_found_through_its_caller() {
    let caller = (
        ".github/workflows/call.yml",
        "on: push\njobs:\n  all:\n    strategy: {matrix: {x: [1, 2]}}\n    uses: ./.github/workflows/called.yml\n  lint: {runs-on: x, steps: [{run: y}]}\n",
    );
    let called = (
        ".github/workflows/called.yml",
        "on: workflow_call\njobs:\n  build:\n    name: Build ${{ inputs.what }}\n    runs-on: x\n    timeout-minutes: 9\n    steps:\n      - run: make all\n",
    );
    let log = transcript("all (2) _ Build it", vec![main(2, "Run make all", ran("make all"))]);
    assert_eq!(found(&log, 0, &[caller, called, CI]), "called.yml#jobs.build.steps[0] from call.yml#jobs.all");
    assert_eq!(job_limit(&log, 0, &repository(&[caller, called, CI]), None), Limit::Minutes(9));
}

#[test]
fn a_step_inside_a_local_action_is_the_actions() {
    let workflow = (
        ".github/workflows/w.yml",
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n      - uses: ./tools/setup\n        with: {v: 1}\n      - run: go\n",
    );
    let action = (
        "tools/setup/action.yml",
        "runs:\n  using: composite\n  steps:\n    - run: first ${{ inputs.v }}\n      shell: bash\n    - run: second\n      shell: bash\n",
    );
    let inside = vec![used("./tools/setup", &[("v", "1")]), ran("first 1"), ran("second")];
    let steps = vec![main(2, "", used("actions/checkout@v4", &[])), step(3, "Run ./tools/setup", StepKind::Main, inside)];
    let log = transcript("a", steps);
    assert_eq!(found(&log, 1, &[workflow, action]), "action.yml#runs.steps[1] from w.yml#jobs.a.steps[1]");
    let split = vec![
        main(0, "", used("actions/checkout@v4", &[])),
        main(0, "", used("./tools/setup", &[("v", "1")])),
        main(0, "", ran("first 1")),
        main(0, "", ran("go")),
    ];
    let log = transcript("a", split);
    assert_eq!(found(&log, 2, &[workflow, action]), "action.yml#runs.steps[0] from w.yml#jobs.a.steps[1]");
    assert_eq!(found(&log, 3, &[workflow, action]), "w.yml#jobs.a.steps[2]");
    assert_eq!(found(&log, 1, &[workflow]), "w.yml#jobs.a.steps[1]");
    let inside = vec![used("./tools/setup", &[("v", "1")]), ran("first 1"), ran("second")];
    let log = transcript("elsewhere", vec![step(3, "Run ./tools/setup", StepKind::Main, inside)]);
    assert_eq!(found(&log, 0, &[action]), "action.yml#runs.steps[1]", "the action is certain without its workflow");
}

#[test]
fn a_log_without_names_needs_a_proof() {
    let log = transcript("", vec![step(0, "", StepKind::Unknown, vec![ran("npm run lint")])]);
    assert_eq!(found(&log, 0, &[CI, OTHER]), "other.yml#jobs.lint.steps[1]");
    let log = transcript("", vec![step(0, "", StepKind::Unknown, vec![used("actions/checkout@v4", &[])])]);
    assert!(found(&log, 0, &[CI, OTHER]).contains("jobs fit"));
    let log = transcript("", vec![step(0, "", StepKind::Unknown, Vec::new())]);
    assert!(found(&log, 0, &[CI, OTHER]).contains("fit"));
    assert_eq!(found(&log, 0, &[OTHER]), "other.yml#jobs.lint.steps[1]", "one job with one script");
}

#[test]
fn a_missing_command_points_to_the_script_that_calls_it() {
    let workflow = (
        ".github/workflows/w.yml",
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make\n      - run: xmllint a.xml | cat\n",
    );
    let mut log = transcript("", vec![step(0, "", StepKind::Unknown, Vec::new())]);
    log.jobs[0].text = LogText::plain(
        "log",
        "/home/runner/work/_temp/x.sh: line 1: xmllint: command not found\nError: Process completed with exit code 127.\n",
    );
    log.jobs[0].steps[0].lines = 0..2;
    assert_eq!(found(&log, 0, &[workflow]), "w.yml#jobs.a.steps[1]");
}

#[test]
fn limits_are_those_of_the_job() {
    let files = repository(&[CI, OTHER]);
    assert_eq!(job_limit(&transcript("test (ubuntu, 3.9)", Vec::new()), 0, &files, None), Limit::Unknown);
    assert_eq!(job_limit(&transcript("lint", Vec::new()), 0, &files, None), Limit::Unknown, "two jobs fit");
    assert_eq!(job_limit(&transcript("lint", Vec::new()), 0, &repository(&[CI]), None), Limit::Minutes(7));
    assert_eq!(job_limit(&transcript("lint", Vec::new()), 0, &repository(&[OTHER]), None), Limit::Default);
}

#[test]
fn an_empty_checkout_says_so() {
    assert_eq!(found(&transcript("lint", Vec::new()), 0, &[]), Unlocated::NoWorkflows.to_string());
    assert_eq!(locate_job(&transcript("lint", Vec::new()), 3, &repository(&[]), None), Err(Unlocated::NoJob(3)));
}

/// A text as a run would show it: every expression has become something.
fn evaluated(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${{") {
        out.push_str(before);
        let Some((_, behind)) = behind.split_once("}}") else { return text.to_owned() };
        out.push_str("some value");
        rest = behind;
    }
    out + rest
}

fn echo_of(step: &crate::workflow::Step<'_>) -> Option<Echo> {
    if let Some(run) = step.run() {
        return Some(ran(evaluated(run).trim_end()));
    }
    let with: Vec<(String, String)> = step.with().into_iter().map(|(key, value)| (key.to_owned(), evaluated(&value))).collect();
    step.uses().map(|uses| Echo { with, ..used(uses, &[]) })
}

/// The log of a job that fails at its step `failing`, with what archives keep of names, or with echoes alone.
fn log_of(job: &crate::workflow::Job<'_>, failing: usize, names: bool) -> Transcript {
    let name = match job.matrix() {
        crate::workflow::Matrix::Legs(legs) if job.display_name().is_literal() => {
            format!("{}{}", job.name().unwrap_or(job.id), legs[0].suffix())
        }
        crate::workflow::Matrix::Legs(legs) => {
            let known = job.display_name().with_values(|expression| legs[0].get(expression));
            known.literal().map_or_else(|| "odd value".to_owned(), str::to_owned)
        }
        _ => evaluated(job.name().unwrap_or(job.id)),
    };
    let name: String = if name.chars().count() > 100 { name.chars().take(97).chain("...".chars()).collect() } else { name };
    let mut steps = vec![step(1, "Set up job", StepKind::Setup, Vec::new())];
    for own in job.steps().into_iter().take(failing + 1) {
        let shown = own.name().map_or_else(|| format!("Run {}", echo_of(&own).map_or_else(String::new, |echo| echo.title)), evaluated);
        let kept: String = shown.chars().filter(|c| c.is_ascii_alphanumeric() || " ._-".contains(*c)).take(60).collect();
        let number = if names { u32::try_from(own.index).unwrap_or(0) + 2 } else { 0 };
        steps.push(step(number, if names { kept.trim() } else { "" }, StepKind::Main, echo_of(&own).into_iter().collect()));
    }
    let name = if names { name.replace(['/', ':', '"', '<', '>', '|', '*', '?', '\\'], "").chars().take(90).collect() } else { name };
    transcript(name.trim(), steps)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "test: reads the shared corpus")]
fn every_shared_workflows_own_logs_are_placed_or_refused_and_never_misplaced() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/workflows");
    let mut table = [[0; 3]; 2];
    for project in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let mut repository = Repository::default();
        for file in std::fs::read_dir(project.path()).into_iter().flatten().flatten() {
            let path = RepoPath::new(&format!(".github/workflows/{}", file.file_name().to_string_lossy()));
            if let (Ok(path), Ok(text)) = (path, std::fs::read_to_string(file.path())) {
                repository.texts.insert(path, text);
            }
        }
        let files: Vec<Workflow> = repository.texts.iter().filter_map(|(path, text)| Workflow::read(path.clone(), text).ok()).collect();
        for (number, workflow) in files.iter().enumerate().skip(1).step_by(8) {
            // A workflow that only others call shows its callers' names.
            let only_called = workflow
                .top("on")
                .is_some_and(|on| on.as_str() == Some("workflow_call") || on.entries().len() == 1 && on.get("workflow_call").is_some());
            for job in workflow.jobs().into_iter().filter(|job| job.uses().is_none() && !only_called).take(2) {
                let steps = job.steps();
                let Some(failing) = (number % steps.len().max(1)..steps.len()).find(|at| echo_of(&steps[*at]).is_some()) else { continue };
                for (row, names) in table.iter_mut().zip([true, false]) {
                    let log = log_of(&job, failing, names);
                    match locate(&log, 0, failing + 1, &repository, None) {
                        Ok(place) if place.step.as_ref() == Some(&steps[failing].route) && place.file == workflow.path => row[0] += 1,
                        Ok(place) if place.step.is_none() && place.file == workflow.path && place.job.as_deref() == Some(job.id) => {
                            row[1] += 1
                        }
                        Ok(place) => {
                            row[2] += 1;
                            println!(
                                "misplaced: {} {} step {failing}: {} {:?}",
                                workflow.path,
                                job.id,
                                place.file,
                                place.step.map(|s| s.to_string())
                            );
                        }
                        Err(reason) => {
                            row[1] += 1;
                            println!("refused: {} {} step {failing}: {reason}", workflow.path, job.id);
                        }
                    }
                }
            }
        }
    }
    println!("with names and numbers: {} placed, {} refused, {} misplaced", table[0][0], table[0][1], table[0][2]);
    println!("with echoes alone:      {} placed, {} refused, {} misplaced", table[1][0], table[1][1], table[1][2]);
    let all: usize = table.iter().map(|row| row[0]).sum();
    assert!(table.iter().all(|row| row[2] * 200 <= row[0]), "{table:?} of {all}");
}
