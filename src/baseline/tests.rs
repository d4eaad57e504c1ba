use super::*;
use crate::archive::{self, Input, Limits};
use crate::transcript::{self, GreenText, LineKind};

const SETUP: &str = "\
2026-01-02T03:04:00.0000000Z Current runner version: '2.300.0'
2026-01-02T03:04:00.0000000Z ##[group]Runner Image
2026-01-02T03:04:00.0000000Z Image: ubuntu-24.04
2026-01-02T03:04:00.0000000Z Version: VERSION
2026-01-02T03:04:00.0000000Z ##[endgroup]
2026-01-02T03:04:00.0000000Z ##[group]GITHUB_TOKEN Permissions
2026-01-02T03:04:00.0000000Z Contents: ACCESS
2026-01-02T03:04:00.0000000Z ##[endgroup]
2026-01-02T03:04:00.0000000Z Download action repository 'actions/checkout@v4' (SHA:SHASHASHASHASHASHASHASHASHASHASHASHASHA1)
2026-01-02T03:04:00.0000000Z Complete job name: test
2026-01-02T03:04:01.0000000Z ##[group]Run pytest
2026-01-02T03:04:01.0000000Z shell: /usr/bin/bash -e {0}
2026-01-02T03:04:01.0000000Z ##[endgroup]
";

fn read(body: &str, version: &str, access: &str, sha: &str) -> Transcript {
    let head = SETUP.replace("VERSION", version).replace("ACCESS", access).replace("SHASHASHASHASHASHASHASHASHASHASHASHASHA1", sha);
    let lines: String = body.lines().map(|line| format!("2026-01-02T03:04:05.0000000Z {line}\n")).collect();
    let bytes = format!("{head}{lines}2026-01-02T03:04:09.0000000Z Cleaning up orphan processes\n").into_bytes();
    let mut archive = archive::open(Input::File { name: "0_test.txt".to_owned(), bytes }, Limits::default()).unwrap();
    transcript::read_with(&mut archive, GreenText::Kept).unwrap()
}

#[test]
fn what_also_stands_in_the_green_run_is_no_cause_and_what_changed_is_told() {
    let green = "platform linux -- Python 3.12.1, pytest-8.0.0\nerror: probed and survived at 0x1\n0 failed, 3 passed\n";
    let failed = "platform linux -- Python 3.12.1, pytest-9.0.0\nerror: probed and survived at 0x2\nValueError: no\n1 failed, 2 passed\n##[error]Process completed with exit code 1.\n";
    let (one, two) = ("1".repeat(40), "2".repeat(40));
    let green = read(green, "20260101.1", "write", &one);
    let mut run = read(failed, "20260201.1", "read", &two);
    assert!(is_green(&green) && !is_green(&run));
    dismiss_known(&mut run, &green);
    let job = run.jobs.first().unwrap();
    let kind = |start: &str| {
        (0..job.text.len()).find(|line| job.text.text(*line).starts_with(start)).and_then(|line| job.text.line(line)).unwrap().kind
    };
    assert_eq!(kind("error: probed"), LineKind::Known);
    assert_eq!(kind("ValueError"), LineKind::Output);
    assert_eq!(kind("1 failed"), LineKind::Output);
    assert_eq!(kind("Process completed"), LineKind::Error);
    let told: Vec<(ChangeKind, String, Option<String>, Option<String>)> =
        changes(&run, &green).into_iter().map(|change| (change.kind, change.name, change.before, change.after)).collect();
    let some = |text: &str| Some(text.to_owned());
    for wanted in [
        (ChangeKind::Image, String::new(), some("ubuntu-24.04 20260101.1"), some("ubuntu-24.04 20260201.1")),
        (ChangeKind::Action, "actions/checkout@v4".to_owned(), Some(one), Some(two)),
        (ChangeKind::Permission, "contents".to_owned(), some("write"), some("read")),
        (ChangeKind::Version, "pytest".to_owned(), some("8.0.0"), some("9.0.0")),
        (ChangeKind::NewLine, String::new(), None, some("ValueError: no")),
    ] {
        assert!(told.contains(&wanted), "{wanted:?} in {told:?}");
    }
    assert!(!told.iter().any(|(kind, name, ..)| *kind == ChangeKind::Version && name == "Python"), "{told:?}");
}

#[test]
fn versions_are_read_as_tools_tell_them() {
    let log = "\
Found in cache @ /opt/hostedtoolcache/node/20.1.0/x64/bin
npm: 10.2.4
Successfully installed a-b-1.0 requests-2.32.0
go: downloading example.org/x v1.2.3
   Compiling serde v1.0.1
Setting up libfoo:amd64 (1.2-3ubuntu1) ...
git version 2.50.1
 + anyio==4.0.0
";
    let found = versions(&transcript::LogText::plain("log", log));
    for (name, version) in [
        ("node", "20.1.0"),
        ("npm", "10.2.4"),
        ("a-b", "1.0"),
        ("requests", "2.32.0"),
        ("example.org/x", "1.2.3"),
        ("serde", "1.0.1"),
        ("libfoo", "1.2-3ubuntu1"),
        ("git", "2.50.1"),
        ("anyio", "4.0.0"),
    ] {
        assert_eq!(found.get(name).map(String::as_str), Some(version), "{name} in {found:?}");
    }
}
