//! Tests of whole sources: the shapes and traps of real archives.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

const STAMP: &str = "2026-08-17T13:15:44.1234567Z";

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (index, (name, text)) in files.iter().enumerate() {
        let method = if index % 2 == 0 { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn open_file(bytes: &[u8]) -> Result<Archive, ArchiveError> {
    open(Input::File { name: "source".into(), bytes: bytes.to_vec() }, Limits::default())
}

fn open_zip(files: &[(&str, &str)]) -> Result<Archive, ArchiveError> {
    open_file(&zipped(files))
}

fn open_folder(files: &[(&str, &[u8])]) -> Result<Archive, ArchiveError> {
    let files = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    open(Input::Folder { name: "folder".into(), files }, Limits::default())
}

fn part_names(archive: &Archive) -> Vec<(String, Vec<&str>)> {
    let names = |job: &JobParts| (job.name.clone().unwrap_or_default(), Vec::new());
    let mut all: Vec<_> = archive.jobs.iter().map(names).collect();
    for (index, job) in archive.jobs.iter().enumerate() {
        all[index].1 = job.parts.iter().map(|part| part.name.as_str()).collect();
    }
    all
}

fn names(list: &[(&str, &[&'static str])]) -> Vec<(String, Vec<&'static str>)> {
    list.iter().map(|(job, parts)| ((*job).to_owned(), parts.to_vec())).collect()
}

#[test]
fn a_job_held_twice_is_read_once_in_the_order_of_its_steps() {
    let archive = open_zip(&[
        ("1_build.txt", "ab"),
        ("build/10_Post a.txt", "b"),
        ("build/2_Run a_b@v1.txt", "a"),
        ("build/system.txt", "s"),
        ("0_test _ unit.txt", "only here"),
    ])
    .unwrap();
    assert_eq!(archive.kind, SourceKind::Zip);
    assert_eq!(
        part_names(&archive),
        names(&[
            ("test _ unit", &["0_test _ unit.txt"]),
            ("build", &["build/2_Run a_b@v1.txt", "build/10_Post a.txt", "build/system.txt"])
        ])
    );
}

#[test]
fn step_files_that_fall_short_do_not_hide_the_job_file() {
    let long = "x\n".repeat(20_000);
    let archive = open_zip(&[("0_build.txt", &long), ("build/1_Set up job.txt", "short")]).unwrap();
    assert_eq!(part_names(&archive), names(&[("build", &["0_build.txt"])]));
    assert_eq!(archive.problems.len(), 1);
}

#[test]
fn archives_of_2023_keep_the_services_part_apart() {
    let archive = open_zip(&[("-2147483648_build.txt", "notes"), ("0_build.txt", "text"), ("-2139095040_deploy.txt", "notes")]).unwrap();
    let build = archive.jobs.iter().find(|job| job.name.as_deref() == Some("build")).unwrap();
    assert_eq!(build.parts.len(), 2);
    assert!(matches!(build.parts[0].role, Role::Job { .. }) && matches!(build.parts[1].role, Role::System { .. }));
    let deploy = archive.jobs.iter().find(|job| job.name.as_deref() == Some("deploy")).unwrap();
    assert!(matches!(deploy.parts[0].role, Role::System { .. }));
}

#[test]
fn copies_made_by_a_file_manager_add_no_job() {
    let archive = open_zip(&[("build/1_Set up job.txt", "a"), ("1_build.txt", "a"), ("1_build (1).txt", "a")]).unwrap();
    assert_eq!(part_names(&archive), names(&[("build", &["build/1_Set up job.txt"])]));
    let legs = open_zip(&[("0_build (1).txt", "a"), ("1_build (2).txt", "b")]).unwrap();
    assert_eq!(legs.jobs.len(), 2, "legs of a matrix look alike and are jobs");
}

#[test]
fn what_is_no_log_is_passed_over() {
    let archive = open_zip(&[
        ("__MACOSX/._0_build.txt", "x"),
        (".DS_Store", "x"),
        ("runner-diagnostic-logs/Build-build.zip", "PK"),
        ("notes.md", "x"),
        ("0_build.txt", "x"),
    ])
    .unwrap();
    assert_eq!(part_names(&archive), names(&[("build", &["0_build.txt"])]));
    assert_eq!(archive.problems, []);
}

#[test]
fn names_that_lead_out_are_ignored_with_a_problem() {
    let archive = open_zip(&[("../0_evil.txt", "x"), ("/0_root.txt", "x"), ("0_build.txt", "x")]).unwrap();
    assert_eq!(part_names(&archive), names(&[("build", &["0_build.txt"])]));
    assert_eq!(archive.problems.len(), 2);
}

#[test]
fn links_are_ignored_with_a_problem() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("0_link.txt", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    zip.start_file("0_build.txt", SimpleFileOptions::default()).unwrap();
    let archive = open_file(&zip.finish().unwrap().into_inner()).unwrap();
    assert_eq!(archive.jobs.len(), 1);
    assert_eq!(archive.problems.len(), 1);
}

#[test]
fn a_folder_around_the_logs_does_not_matter() {
    let deep = open_zip(&[("logs_1/0_build.txt", "x"), ("logs_1/build/1_Set up job.txt", "x")]).unwrap();
    assert_eq!(part_names(&deep), names(&[("build", &["logs_1/build/1_Set up job.txt"])]));
    let flat = open_folder(&[("logs_1/0_build.txt", b"x"), ("logs_1/1_test.txt", b"x")]).unwrap();
    assert_eq!(flat.jobs.len(), 2);
    let job = open_folder(&[("build/1_Set up job.txt", b"x"), ("build/2_Run a.txt", b"x")]).unwrap();
    assert_eq!(part_names(&job), names(&[("build", &["build/1_Set up job.txt", "build/2_Run a.txt"])]));
}

const RUN: &str =
    r#"{"id": 7, "name": "CI", "path": ".github/workflows/ci.yml", "conclusion": null, "repository": {"full_name": "octo/app"}}"#;
const JOBS: &str = r#"{"total_count": 1, "jobs": [{"id": 9, "name": "build", "conclusion": "failure", "runner_name": null, "steps": [{"name": "a", "number": 1}]}]}"#;

#[test]
fn a_bundle_is_known_by_its_records() {
    let logs = zipped(&[("0_build.txt", "x")]);
    let files: [(&str, &[u8]); 4] = [
        ("logs.zip", &logs),
        ("run.json", RUN.as_bytes()),
        ("jobs.json", JOBS.as_bytes()),
        ("annotations/9.json", br#"[{"path": ".github", "message": "m"}]"#),
    ];
    let folder = open_folder(&files).unwrap();
    assert_eq!(folder.kind, SourceKind::Bundle);
    assert_eq!(part_names(&folder), names(&[("build", &["logs.zip/0_build.txt"])]));
    assert_eq!(folder.records.run.as_ref().and_then(|run| run.id), Some(7));
    assert_eq!(folder.records.jobs[0].steps[0].number, 1);
    assert_eq!(folder.records.annotations[0].0, Some(9));
    assert_eq!(folder.records.annotations[0].1.source, "annotations/9.json");

    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(format!("bundle/{name}"), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let packed = open_file(&zip.finish().unwrap().into_inner()).unwrap();
    assert_eq!((packed.kind, packed.jobs.len(), packed.records.jobs.len()), (SourceKind::Bundle, 1, 1));
}

#[test]
fn a_bundle_needs_no_logs_and_takes_a_folder_of_them() {
    let bare = open_folder(&[("run.json", RUN.as_bytes()), ("check-runs.json", br#"{"check_runs": [{"id": 1, "name": "x"}]}"#)]).unwrap();
    assert_eq!((bare.kind, bare.jobs.len(), bare.records.check_runs.len()), (SourceKind::Bundle, 0, 1));
    let folder = open_folder(&[("run.json", RUN.as_bytes()), ("logs/0_a.txt", b"x"), ("logs/1_b.txt", b"x")]).unwrap();
    assert_eq!(part_names(&folder), names(&[("a", &["logs/0_a.txt"]), ("b", &["logs/1_b.txt"])]));
}

#[test]
fn records_come_as_an_object_a_list_or_pages() {
    let job = r#"{"name": "a", "steps": null}"#;
    for text in [
        format!(r#"{{"jobs": [{job}]}}"#),
        format!("[{job}]"),
        format!(r#"[{{"jobs": [{job}]}}]"#),
        format!("[[{job}]]"),
        format!("\u{feff}{{\"jobs\": [{job}]}}"),
    ] {
        let archive = open_folder(&[("jobs.json", text.as_bytes())]).unwrap();
        assert_eq!(archive.records.jobs.len(), 1, "{text}");
    }
    let odd = open_folder(&[("jobs.json", b"[{\"name\": 3}, oops")]).unwrap();
    assert_eq!(odd.problems.len(), 1);
}

#[test]
fn texts_are_known_by_their_lines_whatever_their_name() {
    let kind = |text: &str| open(Input::File { name: "a.zip".into(), bytes: text.as_bytes().to_vec() }, Limits::default()).unwrap().kind;
    assert_eq!(kind(&format!("\u{feff}{STAMP} x\n")), SourceKind::Log);
    assert_eq!(kind(&format!("a job\tUNKNOWN STEP\t\u{feff}{STAMP} x\n")), SourceKind::GhLog);
    assert_eq!(kind(&format!("12:a job\ta step\t{STAMP} x\ty\tz\n")), SourceKind::GhLog);
    assert_eq!(kind("Error: Process completed with exit code 1."), SourceKind::Excerpt);
    let utf16: Vec<u8> = format!("\u{feff}job\tstep\t{STAMP} x\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(open_file(&utf16).unwrap().kind, SourceKind::GhLog);
}

#[test]
fn what_cannot_be_read_says_why() {
    let whole = zipped(&[("0_build.txt", &"line\n".repeat(500))]);
    assert!(matches!(open_file(&whole[..whole.len() - 30]), Err(ArchiveError::BrokenZip { .. })));
    assert!(matches!(open_file(b"PK\x03\x04"), Err(ArchiveError::BrokenZip { .. })));
    assert!(matches!(open_zip(&[("src/main.rs", "x"), ("README.md", "y")]), Err(ArchiveError::NoLogs { .. })));
    assert!(matches!(open_zip(&[]), Err(ArchiveError::NoLogs { .. })));
    assert!(matches!(open_file(b" \n\xef\xbb\xbf"), Err(ArchiveError::Empty { .. })));
    assert!(matches!(open_file(b"\x1f\x8b\x08\x00gzip"), Err(ArchiveError::NotText { .. })));
    assert!(matches!(open_file(&(0..=255_u8).cycle().take(4000).collect::<Vec<_>>()), Err(ArchiveError::NotText { .. })));
    assert!(matches!(open_folder(&[]), Err(ArchiveError::Empty { .. })));
    let inner = zipped(&[("0_build.txt", "x")]);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("download.zip", SimpleFileOptions::default()).unwrap();
    zip.write_all(&inner).unwrap();
    assert!(matches!(open_file(&zip.finish().unwrap().into_inner()), Err(ArchiveError::NoLogs { .. })), "a zip in a zip is not opened");
}

#[test]
fn an_entry_with_a_password_is_named() {
    let mut bytes = zipped(&[("0_build.txt", "x")]);
    // The first bit of the flags, in the entry's head and in the directory.
    let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[directory + 8] |= 1;
    let error = open_file(&bytes).unwrap_err();
    assert!(matches!(&error, ArchiveError::Encrypted { entry, .. } if entry == "0_build.txt"), "{error}");
}

#[test]
fn a_bomb_is_stopped_early() {
    let bytes = zipped(&[("0_a.txt", &"0".repeat(1 << 20)), ("1_b.txt", &"line\n".repeat(1 << 10))]);
    let with = |limits: Limits| open(Input::File { name: "bomb".into(), bytes: bytes.clone() }, limits).unwrap();
    let mut total = with(Limits { total: 10_000, ..Limits::default() });
    let part = total.jobs[0].parts[0].clone();
    assert!(matches!(total.read(&part), Err(ArchiveError::TooLarge { .. })));
    let mut line = with(Limits { line: 1000, ..Limits::default() });
    assert!(matches!(line.read(&part), Err(ArchiveError::TooLarge { .. })));
    let second = line.jobs[1].parts[0].clone();
    assert!(line.read(&second).is_ok(), "short lines pass");
    let many = open(Input::File { name: "many".into(), bytes }, Limits { entries: 1, ..Limits::default() });
    assert!(matches!(many, Err(ArchiveError::TooLarge { .. })));
}

#[test]
fn what_is_read_is_what_was_packed() {
    let mut archive = open_zip(&[("0_a.txt", "deflated"), ("1_b.txt", "stored")]).unwrap();
    let texts: Vec<_> = archive.jobs.clone().iter().map(|job| archive.read(&job.parts[0]).unwrap()).collect();
    assert_eq!(texts, [b"deflated".to_vec(), b"stored".to_vec()]);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = open_file(&bytes);
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend(bytes);
        let _ = open_file(&zip);
    }

    #[test]
    fn no_damage_makes_it_panic(at in 0_usize..400, value in any::<u8>(), cut in 0_usize..400) {
        let mut bytes = zipped(&[("0_build.txt", "one\ntwo\n"), ("build/1_Set up job.txt", "three\n")]);
        let length = bytes.len();
        bytes[at % length] = value;
        bytes.truncate(length - cut % length);
        if let Ok(mut archive) = open_file(&bytes) {
            for part in archive.jobs.clone().into_iter().flat_map(|job| job.parts) {
                let _ = archive.read(&part);
            }
        }
    }
}
