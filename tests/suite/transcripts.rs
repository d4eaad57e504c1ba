//! What a new user sees, command by command, kept at 80 columns: plain, and painted.

use std::path::Path;

use snapbox::assert_data_eq;

use super::support::git::Repo;
use super::support::program::Program;

fn read(relative: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)).unwrap()
}

/// A repository as somebody has it whose run failed, with the run's logs beside its files.
fn failed() -> Repo {
    let repo = Repo::new();
    repo.file(".github/workflows/ci.yml", read("src/commands/demo/repository/ci.yml"));
    repo.file("tests/test_forecast.py", read("src/commands/demo/repository/tests/test_forecast.py")).commit("Forecast the weather");
    repo.git(&["remote", "add", "origin", "https://github.com/demo/weather.git"]);
    repo.write("logs.zip", read("testdata/logs/missing-module.zip"));
    repo
}

/// The text without what differs between machines, days and versions; escapes are written out.
fn settled(text: &str) -> String {
    let mut out = String::new();
    // What an issue says is kept whole in `testdata/publish`.
    for line in text.lines().filter(|line| !line.starts_with("     |")) {
        let mut line = line.replace('\u{1b}', "\\e").replace(concat!("v", env!("CARGO_PKG_VERSION")), "v[VERSION]");
        for known in ["gh-autoheal ", "git version ", "gh version "] {
            if let Some(at) = line.find(known).filter(|_| line.contains('✓')).map(|at| at + known.len())
                && line[at..].starts_with(|c: char| c.is_ascii_digit())
            {
                line.truncate(at);
                line.push_str("[VERSION]");
            }
        }
        if let Some(at) = line.find("gh-autoheal-demo-") {
            let start = line[..at].rfind("/tmp").or_else(|| line[..at].rfind(' ').map(|space| space + 1)).unwrap_or(0);
            line.replace_range(start.., "[DEMO]/weather");
        }
        if let Some((before, _)) = line.split_once(", right in ") {
            line = format!("{before}, right in [FIGURES]{}", if line.ends_with("\\e[0m") { "\\e[0m" } else { "" });
        }
        for key in ["since=", "created:>", "commented="] {
            if let Some(at) = line.find(key).map(|at| at + key.len()) {
                let end = line[at..].find(|c: char| !c.is_ascii_digit() && !"-:TZ".contains(c)).map_or(line.len(), |length| at + length);
                line.replace_range(at..end, "[DAY]");
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Runs a command plain and painted, on two checkouts that are alike, and compares with what is kept under its name.
fn transcript(name: &str, prepare: fn() -> Repo, arguments: &[&str], code: i32) {
    for (ending, variables) in
        [("", [("COLUMNS", "80"), ("NO_COLOR", "1")]), ("-painted", [("CLICOLOR_FORCE", "1"), ("GH_FORCE_TTY", "80")])]
    {
        let repo = prepare();
        let program = Program::new(arguments).within(repo.path());
        let said = variables.iter().fold(program, |program, (name, value)| program.env(name, value)).run().ends(code);
        let plain = settled(&format!("{}{}", said.out, said.err));
        assert!(!ending.is_empty() || !plain.contains("\\e["), "{plain}");
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/suite/snapshots/transcripts/{name}{ending}.txt"));
        assert_data_eq!(plain, snapbox::Data::read_from(&kept, None).raw());
    }
}

fn empty() -> Repo {
    let repo = Repo::new();
    repo.file(".github/workflows/ci.yml", read("src/commands/demo/repository/ci.yml")).commit("Forecast the weather");
    repo
}

fn set_up() -> Repo {
    let repo = empty();
    Program::new(["init", "--yes"]).within(repo.path()).run().ends(0);
    repo
}

fn mistaken() -> Repo {
    let repo = Repo::new();
    let text = "name: CI\non: push\njobs:\n  test:\n    run-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ secret.TOKEN }}\n";
    repo.file(".github/workflows/ci.yml", text).commit("base");
    repo
}

fn healed() -> Repo {
    let repo = failed();
    Program::new(["heal", "logs.zip", "--allow", "needs-review"]).within(repo.path()).run().ends(0);
    repo
}

#[test]
fn a_new_user_sees_this() {
    transcript("demo", Repo::new, &["demo"], 0);
    transcript("diagnose", failed, &["diagnose", "logs.zip"], 0);
    transcript("heal-dry-run", failed, &["heal", "logs.zip", "--dry-run", "--allow", "needs-review"], 0);
    transcript("heal", failed, &["heal", "logs.zip", "--allow", "needs-review"], 0);
    transcript("heal-refused", failed, &["heal", "logs.zip"], 3);
    transcript("publish-dry-run", healed, &["publish", "--dry-run"], 0);
    transcript("init", empty, &["init", "--yes"], 0);
    transcript("doctor", set_up, &["doctor", "--offline"], 0);
    transcript("check", mistaken, &["check"], 3);
    transcript("check-fix", mistaken, &["check", "--fix", "--allow", "needs-review"], 0);
    transcript("nothing-typed", healed, &[], 0);
    transcript("nothing-typed-fresh", empty, &[], 0);
}
