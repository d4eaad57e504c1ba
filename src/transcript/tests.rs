//! Tests of whole sources; those of single lines stand beside their code.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::archive::{self, Input, Limits};

pub(super) fn transcript(name: &str, bytes: &[u8]) -> Transcript {
    let input = Input::File { name: name.to_owned(), bytes: bytes.to_vec() };
    read(&mut archive::open(input, Limits::default()).unwrap()).unwrap()
}

fn zipped(files: &[(&str, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Stamps lines one second apart, behind a byte order mark.
fn stamped(lines: &[&str]) -> String {
    let line = |(second, line): (usize, &&str)| format!("2026-08-17T13:{:02}:{:02}.1234567Z {line}\n", second / 60, second % 60);
    format!("\u{feff}{}", lines.iter().enumerate().map(line).collect::<String>())
}

const SETUP: [&str; 22] = [
    "Current runner version: '2.336.0'",
    "##[group]Runner Image Provisioner",
    "Version: 20250912.392",
    "##[endgroup]",
    "##[group]Operating System",
    "Ubuntu",
    "24.04.3",
    "##[endgroup]",
    "##[group]Runner Image",
    "Image: ubuntu-24.04",
    "Version: 20260413.86.1",
    "##[endgroup]",
    "##[group]GITHUB_TOKEN Permissions",
    "Contents: read",
    "PullRequests: write",
    "##[endgroup]",
    "Secret source: Actions",
    "Prepare workflow directory",
    "Download action repository 'actions/checkout@v4' (SHA:11bd71901bbe5b1630ceea73d27597364c9af683)",
    "Uses: octo/shared/.github/workflows/test.yml@refs/heads/main (11bd71901bbe5b1630ceea73d27597364c9af683)",
    "##[group] Inputs",
    "##[endgroup]",
];

const CHECKOUT: [&str; 5] =
    ["##[group]Run actions/checkout@v4", "with:", "  fetch-depth: 1", "##[endgroup]", "[command]/usr/bin/git version"];

const SCRIPT: [&str; 8] = [
    "##[group]Run npm ci",
    "\u{1b}[36;1mnpm ci\u{1b}[0m",
    "\u{1b}[36;1mecho \"##[error]not me\"; exit 1\u{1b}[0m",
    "shell: /usr/bin/bash -e {0}",
    "env:",
    "  CI: true",
    "##[endgroup]",
    "\u{1b}[31mnpm error\u{1b}[0m missing lock file",
];

const FAILED: &str = "##[error]Process completed with exit code 3.";

fn setup() -> Vec<&'static str> {
    SETUP.into_iter().chain(["Complete job name: shared / test (3.12)"]).collect()
}

fn whole_job() -> String {
    stamped(&[&setup(), &CHECKOUT[..], &SCRIPT, &[FAILED, "Post job cleanup.", "cleaning", "Cleaning up orphan processes"]].concat())
}

fn failed(transcript: &Transcript) -> Vec<(&str, Option<&str>)> {
    transcript
        .jobs
        .iter()
        .flat_map(|job| job.steps.iter().filter(|step| step.failed).map(|step| (job.name.as_str(), step.name.as_deref())))
        .collect()
}

fn kinds(job: &Job) -> Vec<StepKind> {
    job.steps.iter().map(|step| step.kind).collect()
}

/// What must hold of every transcript: steps cover the lines, and the clean text stands in the raw bytes.
fn check(transcript: &Transcript, files: &dyn Fn(&str) -> Option<Vec<u8>>) {
    for job in &transcript.jobs {
        let mut end = 0;
        for step in job.steps.iter().filter(|_| !job.text.is_empty()) {
            assert_eq!(step.lines.start, end, "steps follow each other in {}", job.name);
            end = step.lines.end;
        }
        assert_eq!(end, job.text.len(), "steps cover the lines of {}", job.name);
        for index in 0..job.text.len() {
            let origin = job.text.origin(index).unwrap();
            let Some(bytes) = files(origin.file) else { continue };
            let raw = &bytes[origin.span.range()];
            let text = job.text.text(index);
            assert!(!text.contains(['\n', '\r', '\u{1b}']), "{text:?}");
            if !raw.contains(&0x1b) && memchr::memmem::find(raw, b"^[").is_none() {
                assert!(archive::lines::decode(raw).contains(text) || bytes.starts_with(b"\xff\xfe"), "{text:?} in {raw:?}");
            }
            let before = memchr::memchr_iter(b'\n', &bytes[..origin.span.start]).count();
            assert_eq!(origin.number.index(), before, "{text:?}");
        }
    }
}

#[test]
fn a_job_log_falls_into_steps() {
    let text = whole_job();
    let transcript = transcript("0_test.txt", text.as_bytes());
    check(&transcript, &|_| Some(text.clone().into_bytes()));
    let job = &transcript.jobs[0];
    assert_eq!(job.name, "shared / test (3.12)");
    assert_eq!(kinds(job), [StepKind::Setup, StepKind::Main, StepKind::Main, StepKind::Post, StepKind::Complete]);
    assert_eq!(failed(&transcript), [("shared / test (3.12)", Some("Run npm ci"))]);
    let step = &job.steps[2];
    assert_eq!(step.exit_code(&job.text), Some(3));
    let echo = &step.echoes[0];
    assert_eq!(echo.script.as_deref(), Some("npm ci\necho \"##[error]not me\"; exit 1"));
    assert_eq!(echo.shell.as_deref(), Some("/usr/bin/bash -e {0}"));
    assert_eq!(echo.env, [("CI".to_owned(), "true".to_owned())]);
    let checkout = &job.steps[1].echoes[0];
    assert_eq!((checkout.uses.as_deref(), checkout.with.len()), (Some("actions/checkout@v4"), 1));
    let cause = (step.lines.clone()).find(|line| job.text.text(*line) == "npm error missing lock file").unwrap();
    assert_eq!(job.text.line(cause).map(|line| line.kind), Some(LineKind::Output));
    assert!(echo.lines.clone().skip(1).all(|line| job.text.line(line).is_some_and(|line| line.kind == LineKind::Echo)));
}

#[test]
fn the_set_up_tells_the_surroundings() {
    let facts = transcript("x", whole_job().as_bytes()).jobs.remove(0).facts;
    assert_eq!(facts.os, Some(OperatingSystem::Linux));
    assert_eq!((facts.image.as_deref(), facts.image_version.as_deref()), (Some("ubuntu-24.04"), Some("20260413.86.1")));
    assert_eq!(facts.permissions, [("contents".to_owned(), "read".to_owned()), ("pull-requests".to_owned(), "write".to_owned())]);
    assert_eq!(facts.secret_source.as_deref(), Some("Actions"));
    assert_eq!(facts.actions[0].sha.as_deref(), Some("11bd71901bbe5b1630ceea73d27597364c9af683"));
    assert_eq!(facts.defined_at.as_ref().map(|it| it.path.as_str()), Some(".github/workflows/test.yml"));
    assert_eq!(facts.duration(), Some(Duration::from_secs(39)));
}

#[test]
fn step_files_keep_their_numbers_and_whole_names() {
    let system = "Job defined at: octo/app/.github/workflows/ci.yml@refs/heads/main\nRequested labels: ubuntu-latest";
    let bytes = zipped(&[
        ("0_test.txt", stamped(&["x"])),
        ("test/1_Set up job.txt", stamped(&["Complete job name: test"])),
        ("test/2_Run actions_checkout@v4.txt", stamped(&CHECKOUT)),
        ("test/5_Install.txt", stamped(&[&SCRIPT[..], &[FAILED]].concat())),
        ("test/9_Post Run actions_checkout@v4.txt", stamped(&["Post job cleanup."])),
        ("test/10_Complete job.txt", stamped(&["Cleaning up orphan processes"])),
        ("test/system.txt", stamped(&system.split('\n').collect::<Vec<_>>())),
    ]);
    let transcript = transcript("logs.zip", &bytes);
    check(&transcript, &|_| None);
    let job = &transcript.jobs[0];
    let names: Vec<_> = job.steps.iter().map(|step| (step.number.unwrap(), step.name.as_deref().unwrap())).collect();
    assert_eq!(names[..3], [(1, "Set up job"), (2, "Run actions/checkout@v4"), (5, "Install")]);
    assert_eq!(failed(&transcript), [("test", Some("Install"))]);
    assert_eq!(job.facts.labels, ["ubuntu-latest"]);
    assert_eq!(transcript.run.path.as_ref().map(RepoPath::as_str), Some(".github/workflows/ci.yml"));
    assert_eq!(transcript.run.head_branch.as_deref(), Some("main"));
    let error = job.text.origin(job.steps[2].lines.end - 1).unwrap();
    assert_eq!((error.file, error.number.get()), ("test/5_Install.txt", 9));
}

#[test]
fn a_green_job_keeps_its_facts_and_loses_its_text() {
    let green = [&setup()[..], &CHECKOUT, &["Post job cleanup.", "Cleaning up orphan processes"]].concat();
    let transcript = transcript("logs.zip", &zipped(&[("0_green.txt", stamped(&green)), ("1_red.txt", whole_job())]));
    let job = &transcript.jobs[0];
    assert!(job.text.is_empty() && job.steps.iter().all(|step| !step.failed));
    assert_eq!(job.facts.image.as_deref(), Some("ubuntu-24.04"));
    assert_eq!(failed(&transcript).len(), 1);
}

fn gh(job: &str, step: &str, text: &str) -> String {
    text.lines().map(|line| format!("{job}\t{step}\t{line}\n")).collect()
}

#[test]
fn the_text_of_gh_is_read_by_its_columns() {
    let steps = [
        gh("a / b", "Set up job", &stamped(&setup())),
        gh("a / b", "Install", &stamped(&[&SCRIPT[..], &["a\tb\tc", FAILED]].concat())),
        gh("lint", "UNKNOWN STEP", &whole_job()),
    ]
    .concat();
    let numbered: String = steps.lines().enumerate().map(|(index, line)| format!("{}:{line}\n", index + 1)).collect();
    let utf16: Vec<u8> = format!("\u{feff}{}", steps.replace('\n', "\r\n")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        steps.clone().into_bytes(),
        numbered.into_bytes(),
        utf16,
        steps.replace('\u{feff}', "∩╗┐").into_bytes(),
        steps.replace("\u{1b}[", "^[[").into_bytes(),
    ] {
        let transcript = transcript("run.log", &bytes);
        assert_eq!(transcript.kind, SourceKind::GhLog);
        assert_eq!(failed(&transcript), [("shared / test (3.12)", Some("Install")), ("shared / test (3.12)", Some("Run npm ci"))]);
        let job = &transcript.jobs[0];
        assert!((0..job.text.len()).any(|line| job.text.text(line) == "a\tb\tc"));
        assert!((0..job.text.len()).any(|line| job.text.text(line) == "npm error missing lock file"));
        check(&transcript, &|_| (!bytes.contains(&0)).then(|| bytes.clone()));
    }
}

#[test]
fn utf_16_lines_point_into_the_files_own_bytes() {
    let text = format!("\u{feff}{}", whole_job().replace('\u{feff}', "").replace("missing", "missing 🔍"));
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(order).collect();
        let transcript = transcript("x.log", &bytes);
        let job = &transcript.jobs[0];
        assert_eq!(failed(&transcript).len(), 1);
        for index in 0..job.text.len() {
            let origin = job.text.origin(index).unwrap();
            let expected: Vec<u8> = text.lines().nth(index).unwrap().encode_utf16().flat_map(order).collect();
            assert_eq!(&bytes[origin.span.range()], expected, "{}", job.text.text(index));
        }
    }
}

#[test]
fn an_excerpt_is_one_failed_step() {
    let text = "Run docker/login-action@v1\n  with:\n    logout: true\nError: Username and password required\n";
    let transcript = transcript("-", text.as_bytes());
    check(&transcript, &|_| Some(text.as_bytes().to_vec()));
    let job = &transcript.jobs[0];
    assert_eq!(failed(&transcript), [("", Some("Run docker/login-action@v1"))]);
    assert_eq!(job.steps[0].echoes[0].uses.as_deref(), Some("docker/login-action@v1"));
    let kinds: Vec<_> = (0..4).map(|line| job.text.line(line).unwrap().kind).collect();
    assert_eq!(kinds, [LineKind::Group, LineKind::Echo, LineKind::Echo, LineKind::Error]);
    assert_eq!(job.text.text(3), "Error: Username and password required");
}

#[test]
fn indented_output_of_an_excerpt_is_no_echo() {
    let transcript = transcript("-", b"Run 3 tests\n  FAIL one\n  FAIL two\nError: Process completed with exit code 2.");
    let job = &transcript.jobs[0];
    assert_eq!(job.text.line(1).map(|line| line.kind), Some(LineKind::Output));
    assert_eq!(job.steps[0].exit_code(&job.text), Some(2));
}

#[test]
fn an_echo_that_nothing_closes_ends_where_output_begins() {
    let lines =
        ["##[group]Run npm ci", "\u{1b}[36;1mnpm ci\u{1b}[0m", "shell: bash", "env:", "  CI: true", "npm error lock file", "more", FAILED];
    let transcript = transcript("x", stamped(&lines).as_bytes());
    let job = &transcript.jobs[0];
    let kinds: Vec<_> = (0..lines.len()).map(|line| job.text.line(line).unwrap().kind).collect();
    use LineKind::{Echo, Error, Group, Output};
    assert_eq!(kinds, [Group, Echo, Echo, Echo, Echo, Output, Output, Error]);
    assert_eq!(job.steps[0].echoes[0].env.len(), 1);
}

#[test]
fn lines_without_a_stamp_continue_the_one_before() {
    let text = format!(
        "{}no stamp\n\u{feff}2026-08-17T14:00:00.0000000Z \u{feff}next\n",
        stamped(&["##[group]Run a", "##[endgroup]", "##[error]first"])
    );
    let transcript = transcript("x", text.as_bytes());
    let text = &transcript.jobs[0].text;
    assert_eq!(text.line(3).unwrap().stamp, text.line(2).unwrap().stamp);
    assert_eq!((text.text(3), text.text(4)), ("no stamp", "next"));
    assert!(text.line(4).unwrap().stamp > text.line(3).unwrap().stamp);
}

#[test]
fn the_inner_steps_of_a_marked_composite_action_stay_one_step() {
    let inner = ["##[group]Run ./.github/actions/build", "##[endgroup]", "##[start-action display=Run npm ci;id=__self.__run]"];
    let end = "##[end-action id=__self.__run;outcome=failure;conclusion=failure;duration_ms=7]";
    let text = stamped(&[&setup()[..], &inner, &SCRIPT, &[FAILED, end, "Post job cleanup.", "Cleaning up orphan processes"]].concat());
    let transcript = transcript("x", text.as_bytes());
    let step = &transcript.jobs[0].steps[1];
    assert_eq!((step.name.as_deref(), step.echoes.len(), step.failed), (Some("Run ./.github/actions/build"), 2, true));
}

#[test]
fn debug_logging_names_the_steps() {
    let lines = [
        "##[debug]Starting: build",
        "##[debug]Starting: Set up job",
        "Current runner version: '2.334.0'",
        "##[debug]Finishing: Set up job",
        "##[debug]Starting: Install dependencies",
        "##[group]Run npm ci",
        "##[endgroup]",
        "##[group]Run inner",
        "##[endgroup]",
        FAILED,
        "##[debug]Finishing: Install dependencies",
        "##[debug]Starting: Complete job",
        "Cleaning up orphan processes",
    ];
    let transcript = transcript("x", stamped(&lines).as_bytes());
    assert_eq!(kinds(&transcript.jobs[0]), [StepKind::Setup, StepKind::Main, StepKind::Complete]);
    assert_eq!(failed(&transcript), [("", Some("Install dependencies"))]);
}

#[test]
fn remarks_of_passing_steps_are_no_failures() {
    let lint = ["##[group]Run eslint .", "\u{1b}[36;1meslint .\u{1b}[0m", "##[endgroup]", "##[error]a.js: unused", "done"];
    let green = stamped(&[&setup()[..], &lint, &["Post job cleanup.", "Cleaning up orphan processes"]].concat());
    assert_eq!(failed(&transcript("x", green.as_bytes())), []);
    let red = stamped(&[&setup()[..], &lint, &SCRIPT, &[FAILED, "Cleaning up orphan processes"]].concat());
    assert_eq!(failed(&transcript("x", red.as_bytes())), [("shared / test (3.12)", Some("Run npm ci"))]);
}

#[test]
fn every_step_with_an_exit_code_failed() {
    let text = stamped(&[&setup()[..], &SCRIPT, &[FAILED], &SCRIPT, &[FAILED, "Cleaning up orphan processes"]].concat());
    assert_eq!(failed(&transcript("x", text.as_bytes())).len(), 2);
    let cancelled = stamped(&[&setup()[..], &SCRIPT, &["##[error]The operation was canceled.", "Cleaning up orphan processes"]].concat());
    assert_eq!(failed(&transcript("x", cancelled.as_bytes())).len(), 1);
}

#[test]
fn an_action_that_dies_or_whose_container_complains_failed_without_a_marker() {
    let action = ["##[group]Run octo/report@v2", "with:", "  path: out", "##[endgroup]"];
    let end = ["Post job cleanup.", "[command]/usr/bin/git version", "Cleaning up orphan processes"];
    let said = |lines: &[&str]| {
        let whole = [&setup()[..], &CHECKOUT[..], &action[..], lines, &end[..]].concat();
        let transcript = transcript("job.txt", stamped(&whole).as_bytes());
        failed(&transcript).into_iter().map(|(_, step)| step.unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let run = "##[command]/usr/bin/docker run --name abc --label def --workdir /github/workspace --rm img";
    assert_eq!(said(&["TypeError: x is undefined", "    at run (/home/runner/a.js:1:2)", "", "Node.js v20.13.1"]), ["Run octo/report@v2"]);
    assert_eq!(said(&[run, "linting", "ERROR: 2 files are not in order"]), ["Run octo/report@v2"]);
    assert_eq!(said(&["Node.js v20.13.1", "done"]), Vec::<String>::new());
    assert_eq!(said(&[run, "linting", "no errors"]), Vec::<String>::new());
    assert_eq!(said(&["ERROR: a program that no container runs"]), Vec::<String>::new());
}

#[test]
fn a_text_that_breaks_off_failed_where_it_breaks_off() {
    let text = stamped(&[&setup()[..], &CHECKOUT, &SCRIPT].concat());
    assert_eq!(failed(&transcript("x", text.as_bytes())), [("shared / test (3.12)", Some("Run npm ci"))]);
}

fn bundle(jobs: &str, extra: &[(&str, &str)]) -> Transcript {
    let mut files =
        vec![("jobs.json".to_owned(), jobs.as_bytes().to_vec()), ("logs/0_shared _ test (3.12).txt".to_owned(), whole_job().into_bytes())];
    files.extend(extra.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
    read(&mut archive::open(Input::Folder { name: "bundle".into(), files }, Limits::default()).unwrap()).unwrap()
}

#[test]
fn records_name_steps_join_annotations_and_fill_holes() {
    let jobs = r#"{"jobs": [
        {"id": 4, "name": "other", "conclusion": "failure", "labels": ["windows-2019"], "steps": []},
        {"id": 5, "name": "shared / test (3.12)", "conclusion": "failure", "labels": ["ubuntu-latest"], "steps": [
            {"name": "Set up job", "number": 1, "conclusion": "success", "started_at": "2026-08-17T13:00:00Z", "completed_at": "2026-08-17T13:00:22Z"},
            {"name": "Build all", "number": 2, "conclusion": "failure", "started_at": "2026-08-17T13:00:23Z", "completed_at": "2026-08-17T13:00:36Z"},
            {"name": "Never", "number": 3, "conclusion": "skipped"},
            {"name": "Complete job", "number": 9, "conclusion": "success", "started_at": "2026-08-17T13:00:38Z", "completed_at": "2026-08-17T13:00:38Z"}]}]}"#;
    let note = r#"[{"path": ".github", "start_line": 1, "annotation_level": "failure", "message": "The job has exceeded"}]"#;
    let transcript = bundle(jobs, &[("annotations/5.json", note), ("annotations/77.json", note)]);
    check(&transcript, &|_| None);
    let job = &transcript.jobs[0];
    assert_eq!((job.id, job.annotations.len(), transcript.annotations.len()), (Some(5), 1, 1));
    assert_eq!(failed(&transcript), [("shared / test (3.12)", Some("Build all"))], "the inner steps of a composite action are joined");
    assert_eq!(job.steps[1].echoes.len(), 2);
    assert_eq!(job.annotations[0].path, None);
    let hole = &transcript.jobs[1];
    assert_eq!((hole.name.as_str(), hole.facts.os, hole.text.len()), ("other", Some(OperatingSystem::Windows), 0));
}

#[test]
fn an_invalid_workflow_leaves_annotations_only() {
    let files = vec![
        ("run.json".to_owned(), br#"{"path": ".github/workflows/ci.yml@refs/heads/main", "conclusion": "startup_failure"}"#.to_vec()),
        ("check-runs.json".to_owned(), br#"{"check_runs": [{"id": 3, "name": ".github/workflows/ci.yml", "conclusion": "failure", "output": {"title": "Invalid workflow file"}}]}"#.to_vec()),
        ("annotations/3.json".to_owned(), br#"[{"path": ".github/workflows/ci.yml", "start_line": 4, "title": "Invalid workflow file", "message": "m"}]"#.to_vec()),
    ];
    let transcript = read(&mut archive::open(Input::Folder { name: "b".into(), files }, Limits::default()).unwrap()).unwrap();
    assert_eq!(transcript.run.path.as_ref().map(RepoPath::as_str), Some(".github/workflows/ci.yml"));
    assert_eq!(transcript.run.conclusion, Some(Conclusion::Failure));
    assert_eq!(transcript.annotations.len(), 1);
    let note = &transcript.annotations[0];
    assert_eq!((note.line.map(LineNumber::get), note.source.as_str()), (Some(4), "annotations/3.json"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_text_makes_it_panic(pieces in proptest::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let text = pieces.concat();
        if let Ok(mut archive) = archive::open(Input::File { name: "x".into(), bytes: text.clone() }, Limits::default()) {
            check(&read(&mut archive).unwrap(), &|_| (archive::lines::Encoding::of(&text) == archive::lines::Encoding::Utf8).then(|| text.clone()));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(mut archive) = archive::open(Input::File { name: "x".into(), bytes }, Limits::default()) {
            let _ = read(&mut archive);
        }
    }
}

/// Pieces of hostile logs.
const PIECES: &[&[u8]] = &[
    b"2026-08-17T13:15:44.1234567Z ",
    b"\n",
    b"\r\n",
    b"\r",
    b"##[group]Run a",
    b"##[endgroup]",
    b"##[error]x",
    b"\x1b[36;1m",
    b"\x1b]8;;",
    b"^[[36;1m",
    b"\xef\xbb\xbf",
    b"job\tstep\t",
    b"job\tUNKNOWN STEP\t",
    b"Post job cleanup.",
    b"Cleaning up orphan processes",
    b"##[debug]Starting: Set up job",
    b"##[debug]Finishing: ",
    b"##[start-action display=a;id=b]",
    b"##[end-action id=b;conclusion=failure]",
    b"env:\n  a: b\n",
    b"Complete job name: z",
    b"\xff",
    b"Error: y",
    b"Process completed with exit code 1.",
    b"text",
    b"  with:\n",
    b"Run x\n",
    "\u{e4}".as_bytes(),
];

#[test]
fn every_truncation_of_a_log_is_read() {
    let text = whole_job().into_bytes();
    for end in 0..text.len() {
        let bytes = text[..end].to_vec();
        if let Ok(mut archive) = archive::open(Input::File { name: "x".into(), bytes: bytes.clone() }, Limits::default()) {
            check(&read(&mut archive).unwrap(), &|_| Some(bytes.clone()));
        }
    }
}
