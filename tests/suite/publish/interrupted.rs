//! Stopped at any moment, by Ctrl-C or for good: nothing is left that a second publishing does not complete.

use std::process::Command;
use std::time::{Duration, Instant};

use super::super::support::github::{Fault, GitHub};
use super::WORKFLOW;
use super::faults::{POINTS, state};

/// Longer than the program is left running.
const LONG: Duration = Duration::from_secs(20);

/// Stops the program with a signal while the exchange at this point is under way, then publishes again.
fn case(point: &str, signal: &str, fault: &Fault) {
    let github = GitHub::start();
    let repo = github.checkout(&[(WORKFLOW, super::TEXT)]);
    let branch = super::heal(&github, &repo, 100);
    let case = format!("{signal} at {point}, {fault:?}");
    github.state().fail(point, fault.clone());
    let program = github.program(["publish", "--json"]).env("AUTOHEAL_TIMEOUT", "30").within(repo.path());
    let (child, home) = program.start_group();
    let begun = Instant::now();
    while !github.state().all_met() {
        assert!(begun.elapsed() < LONG, "{case}: the point was not met");
        std::thread::sleep(Duration::from_millis(5));
    }
    let group = format!("-{}", child.id());
    assert!(Command::new("kill").args(["-s", signal, "--", &group]).status().unwrap().success(), "{case}");
    let output = child.wait_with_output().unwrap();
    assert!(begun.elapsed() < LONG, "{case}: it ends at once");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    if signal == "INT" && !point.contains(".git/") {
        assert_eq!(output.status.code(), Some(2), "{case}: {output:?}");
        assert!(words.contains("cancelled") && words.contains("run the same command again"), "{case}: {words}");
    }
    assert!(!words.contains("gho_") && !words.contains("panicked"), "{case}: {words}");
    drop(home);
    let second = super::publish(&github, &repo, &[]);
    assert_eq!(second.code, 0, "{case}: {words} {second:?}");
    let wanted = [
        "1 \"[Auto-Heal] Workflow Failure: CI\" [\"auto-heal\", \"workflow-failure\"]  marked true",
        "2 \"[Auto-Heal] Fix workflow: CI\" [\"auto-heal\", \"workflow-fix\"] Fixes #1. marked true",
        "comments 0",
        "branch true",
    ];
    assert_eq!(state(&github, &branch), wanted, "{case}: {second:?}");
}

#[test]
fn whenever_it_is_stopped_a_second_publishing_completes_it() {
    let (before, after) = (Fault::Slow(LONG), Fault::SlowAfter(LONG));
    let mut cases: Vec<(&str, &str, &Fault)> = Vec::new();
    for (place, point) in POINTS.iter().enumerate() {
        // Each point by both signals; where something is written, also between the deed and its answer.
        cases.push((point, "INT", &before));
        cases.push((point, "KILL", if point.starts_with("POST") || place % 2 == 0 { &after } else { &before }));
        if point.starts_with("POST") {
            cases.push((point, "INT", &after));
        }
    }
    std::thread::scope(|scope| {
        for part in cases.chunks(cases.len().div_ceil(3)) {
            scope.spawn(move || part.iter().for_each(|(point, signal, fault)| case(point, signal, fault)));
        }
    });
}
