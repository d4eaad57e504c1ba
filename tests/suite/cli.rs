//! The command line as a user and as a script meets it: help, formats, colour, width, exit codes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use snapbox::{assert_data_eq, file};
use tempfile::TempDir;

use super::support::git::Repo;
use super::support::program::{Program, Said};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The demonstration's log, and a repository that it belongs to.
fn example() -> (TempDir, PathBuf, Repo) {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log.txt");
    fs::copy(root().join("src/commands/demo/log.txt"), &log).unwrap();
    let repo = Repo::new();
    let files = root().join("src/commands/demo/repository");
    repo.file(".github/workflows/ci.yml", fs::read(files.join("ci.yml")).unwrap());
    repo.file("tests/test_forecast.py", fs::read(files.join("tests/test_forecast.py")).unwrap());
    repo.commit("base");
    (folder, log, repo)
}

/// Diagnoses the example with these flags.
fn diagnose(flags: &[&str], variables: &[(&str, &str)]) -> Said {
    let (folder, _, repo) = example();
    let program = Program::new(["diagnose", "log.txt"]).args(flags).arg("--repo").arg(repo.path()).within(folder.path());
    variables.iter().fold(program, |program, (name, value)| program.env(name, value)).run()
}

/// The text without what differs between machines, runs and versions.
fn settled(said: &Said) -> String {
    let home = said.home.path().to_str().unwrap();
    let text = said.out.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    let demo = |line: &str| match line.split_once("gh-autoheal-demo-") {
        Some((before, after)) => format!("{before}[DEMO]/{}", after.split_once('/').map_or("", |(_, rest)| rest)),
        None => line.to_owned(),
    };
    text.lines().map(|line| demo(line).replace(home, "[TEMP]") + "\n").collect()
}

#[test]
fn the_help_fits_80_columns_and_reads_so() {
    let help = |arguments: &[&str]| settled(&Program::new(arguments).env("COLUMNS", "80").run().ends(0));
    assert_data_eq!(help(&["--help"]), file!["snapshots/help.txt"].raw());
    assert_data_eq!(help(&["-h"]), file!["snapshots/help-short.txt"].raw());
    assert_data_eq!(help(&["heal", "--help"]), file!["snapshots/help-heal.txt"].raw());
    assert_data_eq!(help(&["diagnose", "--help"]), file!["snapshots/help-diagnose.txt"].raw());
    for arguments in [vec!["--help"], vec!["heal", "-h"], vec!["explain", "--help"], vec!["completion", "--help"]] {
        for line in help(&arguments).lines() {
            assert!(line.chars().count() <= 80 || line.contains("completions/"), "{arguments:?}: {line}");
        }
    }
}

#[test]
fn no_arguments_show_the_help() {
    Program::new([""; 0]).run().ends(0).shows("Usage: gh-autoheal").shows("  heal ");
}

#[test]
fn the_version_is_named() {
    let said = Program::new(["--version"]).run().ends(0);
    assert!(said.out.starts_with(concat!("gh-autoheal ", env!("CARGO_PKG_VERSION"))), "{said:?}");
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_right() {
    Program::new(["haal"]).run().ends(2).complains("'heal'");
    Program::new(["heal"]).run().ends(2).complains("<SOURCE>");
    Program::new(["diagnose", "x", "--format", "yaml"]).run().ends(2).complains("markdown");
    Program::new(["diagnose", "x", "--formt", "json"]).run().ends(2).complains("--format");
    Program::new(["diagnose", "x", "--jq", ".", "--format", "diff"]).run().ends(2).complains("--jq");
    Program::new(["diagnose", "x", "--max-size", "many"]).run().ends(2).complains("500MB");
    Program::new(["diagnose", "x", "-R", "nobody"]).run().ends(2).complains("OWNER/NAME");
    Program::new(["explain", "no-such-rule"]).run().ends(2).complains("rules");
    diagnose(&["--job", "deploy"], &[]).ends(2).complains("`test`");
    let document = Program::new(["haal", "--json"]).run().ends(2).json();
    assert_eq!(document["error"]["kind"], "usage", "{document}");
}

#[test]
fn the_json_holds_every_key_of_the_contract() {
    let document = diagnose(&["--json"], &[]).ends(0).json();
    let keys = |value: &Value, names: &[&str]| {
        for name in names {
            assert!(value.get(name).is_some(), "`{name}` is missing: {value}");
        }
    };
    keys(&document, &["version", "source", "failures", "patches", "skipped", "branch", "commit", "base"]);
    keys(&document["source"], &["kind", "jobs"]);
    let failure = &document["failures"][0];
    let names = ["fingerprint", "job", "step", "verdict", "rule", "category", "confidence", "cause", "captures", "explanation", "remedies"];
    keys(failure, &names);
    keys(&failure["step"], &["number", "name"]);
    keys(&failure["cause"], &["file", "line", "text"]);
    keys(&failure["remedies"][0], &["title", "safety", "kind"]);
    keys(&document["patches"][0], &["path", "diff", "after"]);
    assert_eq!((&document["version"], &failure["verdict"]), (&Value::from(1), &Value::from("healable")));
    assert_eq!((&failure["cause"]["file"], &failure["cause"]["line"]), (&Value::from("log.txt"), &Value::from(74)));
    assert!(failure["confidence"].as_f64().is_some_and(|share| (0.0..=1.0).contains(&share)), "{failure}");
    assert!(document["branch"].is_null() && document["commit"].is_null());
    assert!(document["patches"][0]["after"].as_str().unwrap().contains("pip install pytest requests"));
}

#[test]
fn json_is_one_line_in_a_pipe_and_many_on_a_terminal() {
    assert_eq!(diagnose(&["--json"], &[]).out.lines().count(), 1);
    let pretty = diagnose(&["--json"], &[("GH_FORCE_TTY", "80")]);
    assert!(pretty.out.lines().count() > 20, "{pretty:?}");
    pretty.json();
    assert_eq!(diagnose(&["--format", "json"], &[]).out, diagnose(&["--json"], &[]).out.clone());
}

#[test]
fn jq_filters_as_gh_does() {
    assert_eq!(diagnose(&["--jq", ".failures[].rule"], &[]).ends(0).out, "python-module-not-found\n");
    assert_eq!(diagnose(&["--json", "--jq", ".failures | length"], &[]).ends(0).out, "1\n");
    assert_eq!(diagnose(&["--jq", "{jobs: .source.jobs}"], &[]).ends(0).out, "{\"jobs\":1}\n");
    let said = diagnose(&["--jq", ".failures["], &[]).ends(1).complains("--jq");
    assert_eq!(said.json()["error"]["kind"], "jq");
    diagnose(&["--jq", "nosuch(.)"], &[]).ends(1).complains("nosuch");
}

#[test]
fn the_diff_is_one_that_git_applies() {
    let (folder, log, repo) = example();
    let heal =
        |flags: &[&str]| Program::new(["heal", "--dry-run", "--format", "diff"]).arg(&log).arg("--repo").arg(repo.path()).args(flags).run();
    let diff = heal(&["--allow", "needs-review"]).ends(0).out;
    let file = folder.path().join("fix.diff");
    fs::write(&file, diff).unwrap();
    repo.git(&["apply", "--check", file.to_str().unwrap()]);
    repo.git(&["apply", "--index", file.to_str().unwrap()]);
    assert_eq!(repo.git(&["diff", "--cached", "--numstat"]), "1\t1\t.github/workflows/ci.yml");
}

#[test]
fn every_format_says_the_cause() {
    diagnose(&["--format", "text"], &[]).ends(0).shows("No module named 'requests'").shows("+      - run: pip install pytest requests");
    let markdown = diagnose(&["--format", "markdown"], &[]).ends(0).shows("E   ModuleNotFoundError").shows("```diff").out;
    assert_eq!(markdown.matches("```").count() % 2, 0, "{markdown}");
    let github = diagnose(&["--format", "github"], &[]).ends(0);
    assert!(github.out.lines().all(|line| line.starts_with("::")), "{github:?}");
    let github = github.shows("::error file=.github/workflows/ci.yml").shows("python-module-not-found");
    assert_eq!(github.out.lines().count(), 1, "{github:?}");
    let sarif = diagnose(&["--format", "sarif"], &[]).ends(0).json();
    assert_eq!((&sarif["version"], &sarif["runs"][0]["results"][0]["ruleId"]), (&"2.1.0".into(), &"python-module-not-found".into()));
}

#[test]
fn inside_actions_the_summary_is_appended_to() {
    let folder = TempDir::new().unwrap();
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    diagnose(&["--format", "github"], &[("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())]).ends(0);
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("before\n") && text.contains("No module named 'requests'"), "{text}");
}

#[test]
fn quiet_prints_nothing_but_errors() {
    let said = diagnose(&["--quiet"], &[]).ends(0);
    assert!(said.out.is_empty() && said.err.is_empty(), "{said:?}");
    Program::new(["diagnose", "nowhere", "-q"]).run().ends(1).complains("nowhere");
}

#[test]
fn colour_follows_the_flag_then_the_variables() {
    let painted = |flags: &[&str], variables: &[(&str, &str)]| diagnose(flags, variables).out.contains('\u{1b}');
    assert!(!painted(&[], &[]), "a pipe is not painted");
    assert!(painted(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(painted(&[], &[("GH_FORCE_TTY", "80")]));
    assert!(!painted(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!painted(&[], &[("GH_FORCE_TTY", "80"), ("NO_COLOR", "1")]));
    assert!(!painted(&[], &[("GH_FORCE_TTY", "80"), ("CLICOLOR", "0")]));
    assert!(!painted(&[], &[("GH_FORCE_TTY", "80"), ("TERM", "dumb")]));
    assert!(painted(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!painted(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    for format in ["json", "markdown", "github", "sarif"] {
        assert!(!painted(&["--format", format], &[("CLICOLOR_FORCE", "1")]), "{format} is for programs");
    }
}

#[test]
fn pages_fit_their_width() {
    for width in ["60", "80", "120"] {
        let page = diagnose(&[], &[("GH_FORCE_TTY", width), ("NO_COLOR", "1")]).ends(0).out;
        let most = width.parse().unwrap();
        for line in page.lines() {
            // What is to be copied, a change or a command, is never broken.
            let copied = line.starts_with("    ") || line.trim_start().starts_with('›');
            assert!(line.chars().count() <= most || copied, "{width}: {line}");
        }
    }
}

#[test]
fn the_demonstration_leaves_a_healed_repository() {
    let said = Program::new(["demo"]).env("http_proxy", "http://127.0.0.1:9").run().ends(0);
    assert!(said.err.is_empty(), "{said:?}");
    let folder = said.out.lines().find_map(|line| line.trim().strip_prefix("cd ")).unwrap();
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let branches = git(&["branch", "--format=%(refname:short)"]);
    let healed = branches.lines().find(|name| name.starts_with("auto-heal/workflow-ci-")).expect("a healed branch");
    assert!(said.out.contains(healed), "{said:?}");
    assert_eq!(git(&["diff", "--numstat", "HEAD", healed]), "1\t1\t.github/workflows/ci.yml\n");
    assert_eq!(git(&["status", "--porcelain"]), "");
    git(&["switch", "--quiet", healed]);
    git(&["fsck", "--strict"]);
}

#[test]
fn the_demonstration_reads_so() {
    assert_data_eq!(settled(&Program::new(["demo"]).run()), file!["snapshots/demo.txt"].raw());
}

#[test]
fn the_demonstration_speaks_json_too() {
    let document = Program::new(["demo", "--json"]).run().ends(0).json();
    assert!(document["branch"].as_str().unwrap().starts_with("auto-heal/workflow-ci-"), "{document}");
    assert!(document["commit"].is_string());
}

#[test]
fn rules_are_listed_and_explained() {
    let list = Program::new(["rules"]).run().ends(0).shows("python-module-not-found");
    let ids = Program::new(["rules", "--jq", ".[].id"]).run().ends(0).out;
    assert_eq!(list.out.lines().count(), ids.lines().count());
    let first = ids.lines().next().unwrap();
    Program::new(["explain", first]).run().ends(0).shows(first);
    let document = Program::new(["explain", "python-module-not-found", "--json"]).run().ends(0).json();
    assert!(document.to_string().contains("missing-dependency"), "{document}");
    Program::new(["explain", "python-modul-not-found"]).run().ends(2).complains("rules");
}

#[test]
fn rules_of_one_s_own_take_part() {
    let folder = TempDir::new().unwrap();
    let rules = folder.path().join("rules");
    fs::create_dir(&rules).unwrap();
    let rule = "summary: The forecast is not ready\nexplanation: It comes at noon.\ncategory: service\ndetect:\n  rank: cause\n  line: \
                '^forecast not ready$'\nremedies:\n  - title: Run it again\n    safety: advice-only\n    kind: rerun\n    advice: Wait until \
                noon.\nexamples:\n  - name: early\n    log: |\n      >>> forecast not ready\nnear-misses:\n  - name: ready\n    log: |\n      \
                forecast ready\n";
    fs::write(rules.join("forecast-not-ready.yml"), rule).unwrap();
    let run = || {
        Program::new(["diagnose", "-", "--jq", ".failures[].rule", "--rules"]).arg(&rules).input("forecast not ready\n##[error]x\n").run()
    };
    assert_eq!(run().ends(0).out, "forecast-not-ready\n");
    fs::write(rules.join("broken.yml"), "summary: x\nsurprise: y\n").unwrap();
    run().ends(1).complains("broken.yml").complains("surprise");
}

#[test]
fn completions_are_printed_for_each_shell() {
    for (shell, sign) in [("bash", "complete -F"), ("zsh", "#compdef gh-autoheal"), ("fish", "complete -c gh-autoheal")] {
        Program::new(["completion", shell]).run().ends(0).shows(sign).shows("diagnose");
    }
    Program::new(["completion", "tcsh"]).run().ends(2).complains("bash");
}
