//! Without being asked to, nothing goes online: no command but the named ones makes a socket of the network.

use std::process::Command;

use super::super::support::program::BINARY;
use super::{bundle, healed};

/// Lines of a system call trace that make a socket of the internet; local ones may look a user's name up.
fn sockets(trace: &str) -> Vec<&str> {
    trace.lines().filter(|line| line.contains("AF_INET") || line.contains("connect(") && line.contains("sin_")).collect()
}

#[test]
fn no_command_opens_a_socket_unasked() {
    let works = Command::new("strace").args(["-f", "-e", "trace=network", "true"]).output();
    if !works.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no strace here that may trace");
        return;
    }
    let (github, repo, _) = healed();
    let source = bundle(&repo, 300);
    let plan = repo.beside("plan.json").display().to_string();
    let lines: &[&[&str]] = &[
        &["diagnose", &source],
        &["heal", &source, "--allow", "needs-review", "--plan", &plan],
        &["heal", &source, "--dry-run"],
        &["publish", "--dry-run"],
        &["publish", &plan, "--dry-run", "--via", "api"],
        &["history"],
        &["check"],
        &["rules"],
        &["explain", "python-module-not-found"],
        &["doctor", "--offline"],
        &["demo"],
        &[],
    ];
    let trace = |line: &[&str]| {
        let file = repo.beside("trace");
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-e", "trace=network", "-o"]).arg(&file).arg(BINARY).args(line);
        let secret = super::super::support::github::TOKEN;
        let output = strace
            .current_dir(repo.path())
            .env("HOME", repo.beside("home"))
            .env("TMPDIR", std::env::temp_dir())
            .env("GH_ENTERPRISE_TOKEN", secret)
            .env("GH_HOST", github.host())
            .output()
            .unwrap();
        (output, std::fs::read_to_string(file).unwrap())
    };
    for line in lines {
        let (output, text) = trace(line);
        assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{line:?}: {output:?}");
        assert!(sockets(&text).is_empty(), "{line:?}: {text}");
    }
    // The trace would show it: these go online, and nothing else does.
    for line in [&["publish"][..], &["watch", "--once"], &["doctor"]] {
        let (_, text) = trace(line);
        assert!(!sockets(&text).is_empty(), "{line:?}: {text}");
    }
}
