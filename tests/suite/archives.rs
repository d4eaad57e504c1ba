//! Sources of every kind, good and bad, through the program itself: the words, the exit codes, and never a panic.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::support::git::Repo;
use super::support::program::{BINARY, Program, Said};

/// The log of a job whose test imports what nobody installed.
fn log() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands/demo/log.txt")).unwrap()
}

const CAUSE: &str = "E   ModuleNotFoundError: No module named 'requests'";

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Writes one file and diagnoses it.
fn diagnose(bytes: impl AsRef<[u8]>, flags: &[&str]) -> Said {
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("source");
    fs::write(&source, bytes).unwrap();
    program("diagnose", &source, flags).run()
}

fn program(command: &str, source: &Path, flags: &[&str]) -> Program {
    Program::new([command]).arg(source).arg("--json").env("RUST_BACKTRACE", "1").args(flags)
}

/// Refused with words and a hint on standard error, and with a document on standard output.
fn refused(said: Said, kind: &str, words: &str) {
    let said = said.ends(1).complains(words).complains("\nhint: ");
    let document = said.json();
    assert_eq!(document["version"], 1);
    assert_eq!(document["error"]["kind"], kind, "{said:?}");
    assert!(document["error"]["message"].as_str().unwrap().contains(words), "{said:?}");
    assert!(!document["error"]["hints"].as_array().unwrap().is_empty(), "{said:?}");
}

/// The one cause, found.
fn found(said: Said) {
    let said = said.ends(0);
    let document = said.json();
    let failures = document["failures"].as_array().unwrap();
    assert_eq!(failures.len(), 1, "{document}");
    assert_eq!(failures[0]["rule"], "python-module-not-found", "{document}");
    assert_eq!(failures[0]["cause"]["text"], CAUSE, "{document}");
}

#[test]
fn what_is_no_log_is_refused_with_a_reason_and_a_hint() {
    refused(diagnose("", &[]), "archive", "is empty");
    refused(diagnose(" \n\r\n", &[]), "archive", "is empty");
    refused(diagnose(b"PK\x03\x04 and nothing more", &[]), "archive", "is not a complete zip archive");
    refused(diagnose(b"\x1f\x8b\x08\x00", &[]), "archive", "neither a zip archive nor a text");
    refused(diagnose(b"\x7fELF\x02\x01\x01\x00", &[]), "archive", "neither a zip archive nor a text");
    refused(diagnose(zipped(&[("report.html", b"<html>"), ("data/x.csv", b"1")]), &[]), "archive", "holds no run log");
    refused(diagnose(zipped(&[]), &[]), "archive", "holds no run log");
}

#[test]
fn a_zip_cut_anywhere_is_refused_or_read() {
    let log = log();
    let whole = zipped(&[("test/5_Run tests.txt", log.as_bytes()), ("0_test.txt", log.as_bytes())]);
    found(diagnose(&whole, &[]));
    for end in (0..whole.len()).step_by(37) {
        let said = diagnose(&whole[..end], &[]);
        assert!(said.code == 1 && said.err.contains("\nhint: "), "cut at {end}: {said:?}");
    }
}

#[test]
fn a_zip_with_any_byte_wrong_does_not_panic() {
    let log = log();
    let whole = zipped(&[("0_test.txt", &log.as_bytes()[..2000])]);
    for place in (0..whole.len()).step_by(61) {
        let mut broken = whole.clone();
        broken[place] ^= 0xff;
        let said = diagnose(&broken, &[]);
        assert!(matches!(said.code, 0 | 1), "byte {place}: {said:?}");
    }
}

#[test]
fn an_encrypted_zip_is_named_as_such() {
    let mut zip = zipped(&[("0_test.txt", log().as_bytes())]);
    let directory = zip.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    zip[6] |= 1;
    zip[directory + 8] |= 1;
    refused(diagnose(&zip, &[]), "archive", "is encrypted");
}

#[test]
fn a_bomb_is_refused_and_the_limit_can_be_changed() {
    let bomb = zipped(&[("0_test.txt", &vec![b'a'; 20 << 20])]);
    assert!(bomb.len() < 1 << 20);
    refused(diagnose(&bomb, &["--max-size", "1MB"]), "archive", "is too large");
    let line = format!("{}\n", "a".repeat(99));
    refused(diagnose(line.repeat(11_000), &["--max-size", "1MB"]), "archive", "is too large");
    diagnose(&bomb, &["--max-size", "100MB"]).ends(0);
}

#[test]
fn names_that_lead_out_of_an_archive_write_nothing() {
    let log = log();
    let folder = TempDir::new().unwrap();
    let inner = folder.path().join("a/b");
    fs::create_dir_all(&inner).unwrap();
    let source = inner.join("logs.zip");
    let bad: &[(&str, &[u8])] =
        &[("../../out.txt", b"x"), ("/0_abs.txt", b"x"), ("..\\..\\0_out.txt", b"x"), ("0_test.txt", log.as_bytes())];
    fs::write(&source, zipped(bad)).unwrap();
    found(program("diagnose", &source, &[]).within(&inner).run());
    let names = |dir: &Path| fs::read_dir(dir).unwrap().count();
    assert_eq!((names(folder.path()), names(&inner)), (1, 1));
}

#[test]
fn a_green_run_is_said_to_be_green() {
    let lines = [
        "Current runner version: '2.336.0'",
        "Complete job name: test",
        "##[group]Run make test",
        "##[endgroup]",
        "5 passed",
        "Cleaning up orphan processes",
    ];
    let green: String = lines.iter().map(|line| format!("2026-10-01T10:00:00.1234567Z {line}\n")).collect();
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("log.txt");
    fs::write(&source, &green).unwrap();
    Program::new(["diagnose"]).arg(&source).run().ends(0).shows("Nothing failed here");
    let repo = Repo::new();
    repo.file(".github/workflows/ci.yml", "on: push\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: x\n").commit("base");
    let said = Program::new(["heal"]).arg(&source).arg("--repo").arg(repo.path()).arg("--json").run().ends(0);
    let document = said.json();
    assert!(document["failures"].as_array().unwrap().is_empty() && document["branch"].is_null(), "{document}");
}

#[test]
fn every_form_of_the_same_log_has_the_same_cause() {
    let log = log();
    found(diagnose(&log, &[]));
    found(diagnose(log.replace('\n', "\r\n"), &[]));
    found(diagnose(format!("\u{feff}{log}"), &[]));
    let utf16 = |text: &str| [vec![0xff, 0xfe], text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat();
    found(diagnose(utf16(&log), &[]));
    let big = [vec![0xfe, 0xff], log.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>()].concat();
    found(diagnose(big, &[]));
    let tabs: String = log.lines().map(|line| format!("test\tUNKNOWN STEP\t{line}\n")).collect();
    found(diagnose(&tabs, &[]));
    found(diagnose(utf16(&tabs.replace('\n', "\r\n")), &[]));
    found(diagnose(zipped(&[("0_test.txt", log.as_bytes())]), &[]));
    found(diagnose(
        zipped(&[("0_test.txt", log.as_bytes()), ("test/system.txt", b"2026-11-20T09:14:00.0000000Z Job is about to start\n")]),
        &[],
    ));
    found(diagnose(zipped(&[("wrapped/0_test.txt", log.as_bytes())]), &[]));
    found(Program::new(["diagnose", "-", "--json"]).input(&log).run());
    found(Program::new(["diagnose", "-", "--json"]).input(zipped(&[("0_test.txt", log.as_bytes())])).run());
}

#[test]
fn an_unpacked_folder_and_a_bundle_are_read_like_the_archive() {
    let log = log();
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("logs/test")).unwrap();
    fs::write(folder.path().join("logs/test/5_Run python -m pytest.txt"), &log).unwrap();
    fs::write(folder.path().join("logs/0_test.txt"), &log).unwrap();
    found(program("diagnose", &folder.path().join("logs"), &[]).run());
    let bundle = folder.path().join("bundle");
    fs::create_dir_all(&bundle).unwrap();
    fs::write(bundle.join("logs.zip"), zipped(&[("0_test.txt", log.as_bytes())])).unwrap();
    found(program("diagnose", &bundle, &[]).run());
    let run = r#"{"id": 7, "name": "ci", "path": ".github/workflows/ci.yml@main", "head_sha": "0123456789012345678901234567890123456789"}"#;
    fs::write(bundle.join("run.json"), run).unwrap();
    found(program("diagnose", &bundle, &[]).run());
    fs::write(bundle.join("run.json"), "{ not json").unwrap();
    found(program("diagnose", &bundle, &[]).run());
}

#[test]
fn a_wrong_path_is_answered_with_the_names_nearby() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("logs_77.zip"), "x").unwrap();
    refused(program("diagnose", &folder.path().join("logs_7.zip"), &[]).run(), "source", "there is no file or folder");
    program("diagnose", &folder.path().join("logs_7.zip"), &[]).run().ends(1).complains("`logs_77.zip`");
    refused(program("diagnose", &folder.path().join("no/logs.zip"), &[]).run(), "source", "there is no file or folder");
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    refused(program("diagnose", &empty, &[]).run(), "archive", "is empty");
    fs::write(empty.join("notes.md"), "hello").unwrap();
    refused(program("diagnose", &empty, &[]).run(), "archive", "holds no run log");
}

#[test]
fn without_a_repository_a_diagnosis_works_and_healing_says_what_to_type() {
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("log.txt");
    fs::write(&source, log()).unwrap();
    found(program("diagnose", &source, &[]).run());
    let said = program("heal", &source, &[]).run().complains("--repo DIR");
    refused(said, "repository", "there is no git repository");
    refused(program("heal", &source, &["--repo", "/nowhere/at/all"]).run(), "repository", "/nowhere/at/all");
}

#[test]
fn the_log_of_another_repository_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("log.txt");
    fs::write(&source, log()).unwrap();
    let repo = Repo::new();
    let foreign = "name: Release\non: push\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make publish\n";
    repo.file(".github/workflows/release.yml", foreign).commit("base");
    let heal = |flags: &[&str]| program("heal", &source, &["--allow", "needs-review"]).arg("--repo").arg(repo.path()).args(flags).run();
    let said = heal(&[]).ends(3);
    let document = said.json();
    assert_eq!(document["patches"].as_array().unwrap().len(), 0, "{document}");
    let reasons: Vec<&str> = document["skipped"].as_array().unwrap().iter().filter_map(|skipped| skipped["reason"].as_str()).collect();
    assert!(!reasons.is_empty(), "it must say why: {document}");
    let said = heal(&["--workflow", "gone.yml"]);
    assert!(matches!(said.code, 1 | 3) && format!("{}{}", said.out, said.err).contains("gone.yml"), "{said:?}");
    assert_eq!(repo.git(&["for-each-ref", "--format=%(refname)"]), "refs/heads/main");
}

#[test]
fn an_empty_repository_and_one_without_workflows_change_nothing() {
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("log.txt");
    fs::write(&source, log()).unwrap();
    let repo = Repo::new();
    let heal = || program("heal", &source, &["--allow", "needs-review"]).arg("--repo").arg(repo.path()).run();
    refused(heal(), "repository", "commit");
    repo.file("README.md", "x").commit("base");
    assert!(heal().ends(3).json()["patches"].as_array().unwrap().is_empty());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("log.txt");
    fs::write(&source, log()).unwrap();
    for arguments in [vec!["rules"], vec!["diagnose", source.to_str().unwrap()], vec!["--help"]] {
        let mut child = Command::new(BINARY).args(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        let code = child.wait().unwrap().code();
        assert!(matches!(code, Some(0)) && told.is_empty(), "{arguments:?}: {code:?} {told}");
    }
}

#[test]
fn nothing_hostile_in_a_log_reaches_the_terminal() {
    let hostile = "\u{1b}]0;owned\u{7} \u{1b}[2J \u{202e}evil\u{202c} \u{9b}31m \u{8}\u{8} \u{1b}]8;;http://x\u{1b}\\link \u{200b}";
    let log = log().replace("No module named 'requests'", &format!("No module named 'requests' {hostile}"));
    let log = log.replace("Run python -m pytest", &format!("Run python -m pytest {hostile}"));
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("log.txt");
    fs::write(&source, &log).unwrap();
    for format in ["text", "markdown", "github", "json", "sarif", "diff"] {
        for forced in [false, true] {
            let program = Program::new(["diagnose", "--format", format]).arg(&source);
            let program = if forced { program.env("GH_FORCE_TTY", "100").env("NO_COLOR", "1") } else { program };
            let said = program.run().ends(0);
            let bad = said.out.chars().find(|c| {
                (c.is_control() && *c != '\n') || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            });
            assert_eq!(bad, None, "--format {format}, terminal {forced}: {:?}", said.out);
        }
    }
    let said = Program::new(["diagnose", "--color", "always"]).arg(&source).run().ends(0);
    for (place, _) in said.out.match_indices('\u{1b}') {
        let rest = &said.out[place..];
        let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap();
        assert!(rest[1..end].starts_with('[') && rest.as_bytes()[end] == b'm', "not a colour: {:?}", &rest[..20.min(rest.len())]);
    }
}

#[test]
fn lines_of_megabytes_and_groups_that_never_close_are_read() {
    let long = "x".repeat(3 << 20);
    let (head, tail) = log().split_once("Current runner").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    found(diagnose(
        format!("{head}Current runner{tail}").replace("##[endgroup]\n", &format!("{long}\n##[endgroup]\n")).replacen(
            "Collecting pytest",
            &long,
            1,
        ),
        &[],
    ));
    let open = log().replace("2026-11-20T09:14:05.2100000Z ##[endgroup]\n", "");
    found(diagnose(open, &[]));
}
