//! Recording and replaying: what is recorded comes out again, regressions are seen, results have the form that is documented.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use super::support::program::{Program, Said};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn own() -> PathBuf {
    Path::new(ROOT).join("testdata/logs")
}

fn replay(dir: &Path, flags: &[&str]) -> Said {
    Program::new(["replay"]).arg(dir).args(flags).run()
}

/// A folder with two cases and a plain archive.
fn some_cases() -> TempDir {
    let folder = TempDir::new().unwrap();
    for case in ["command-not-found", "npm-lockfile-missing"] {
        copy(&own().join(case), &folder.path().join(case));
    }
    fs::copy(own().join("missing-module.zip"), folder.path().join("run.zip")).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() { copy(&entry.path(), &target) } else { fs::copy(entry.path(), target).map(|_| ()).unwrap() }
    }
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn the_projects_own_cases_come_out_as_they_say() {
    if std::env::var_os("AUTOHEAL_BLESS").is_some() {
        replay(&own(), &["--bless"]).ends(0);
    }
    let said = replay(&own(), &[]);
    assert_eq!(said.code, 0, "{}\n{}", said.out, said.err);
    let total = replay(&own(), &["--jq", ".total"]).json();
    assert!(total["cases"].as_u64().unwrap() >= 60, "{total}");
}

#[test]
fn a_wrong_verdict_is_a_regression_that_can_be_blessed() {
    let folder = some_cases();
    let log = folder.path().join("command-not-found/case.log");
    replay(folder.path(), &[]).ends(0).shows("2 cases: 2 right");
    edit(&log, "#! rule: command-not-found", "#! rule: script-not-found");
    let said = replay(folder.path(), &[]).ends(1).complains("1 regression").complains("--bless");
    assert!(said.out.contains("the rule is command-not-found, expected script-not-found"), "{}", said.out);
    assert!(said.out.contains("script-not-found → command-not-found: 1 case"), "{}", said.out);
    replay(folder.path(), &["--bless"]).ends(0);
    replay(folder.path(), &[]).ends(0).shows("blessed as wrong");
    edit(&log, "#! rule: script-not-found", "#! rule: command-not-found");
    replay(folder.path(), &[]).ends(0).shows("was wrong, is right now");
}

#[test]
fn the_very_line_and_every_byte_of_the_patch_count() {
    let folder = some_cases();
    edit(&folder.path().join("npm-lockfile-missing/expected.patch"), "npm install", "npm  install");
    let log = folder.path().join("command-not-found/case.log");
    let text = fs::read_to_string(&log).unwrap();
    let moved = text.replace("#> cause\n", "").replacen("2026-", "#> cause\n2026-", 1);
    fs::write(&log, moved).unwrap();
    let document = replay(folder.path(), &["--json"]).ends(1).json();
    assert_eq!(document["total"]["regressions"], 2, "{document}");
    assert_eq!(document["total"]["rule_right"], 2);
    assert_eq!(document["total"]["line_right"], 1);
    assert_eq!(document["total"]["patch_right"], 1);
}

#[test]
fn a_source_that_comes_out_otherwise_than_blessed_is_a_regression() {
    let folder = some_cases();
    replay(folder.path(), &["--bless"]).ends(0);
    edit(
        &folder.path().join("blessed.ndjson"),
        "\"case\":\"run.zip\",\"failure\":0,\"outcome\":\"explained\"",
        "\"case\":\"run.zip\",\"failure\":0,\"outcome\":\"unexplained\"",
    );
    let document = replay(folder.path(), &["--json"]).ends(1).json();
    let row = document["rows"].as_array().unwrap().iter().find(|row| row["case"] == "run.zip").unwrap();
    assert_eq!(row["change"], "changed");
    fs::remove_file(folder.path().join("run.zip")).unwrap();
    let document = replay(folder.path(), &["--json"]).ends(0).json();
    assert_eq!(document["gone"], serde_json::json!(["run.zip"]));
}

#[test]
fn shards_make_the_whole_and_the_same_bytes_come_twice() {
    let whole = replay(&own(), &["--ndjson"]).ends(0).out;
    assert_eq!(whole, replay(&own(), &["--ndjson", "--threads", "7"]).ends(0).out);
    let mut parts: Vec<String> = Vec::new();
    for part in ["1/3", "2/3", "3/3"] {
        parts.extend(replay(&own(), &["--ndjson", "--shard", part]).ends(0).out.lines().map(str::to_owned));
    }
    let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
    lines.sort();
    parts.sort();
    assert_eq!(parts, lines);
    Program::new(["replay", "--shard", "4/3", "x"]).run().ends(2);
}

#[test]
fn rows_have_the_form_that_is_documented() {
    let schema: Value = serde_json::from_str(&fs::read_to_string(Path::new(ROOT).join("docs/replay-row.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let folder = some_cases();
    fs::write(folder.path().join("broken.zip"), "PK\u{3}\u{4}broken").unwrap();
    edit(&folder.path().join("command-not-found/case.log"), "#! rule: command-not-found", "#! rule: script-not-found");
    let said = replay(folder.path(), &["--ndjson"]).ends(1);
    let documented = schema["properties"].as_object().unwrap();
    let page = fs::read_to_string(Path::new(ROOT).join("docs/replay.md")).unwrap();
    for line in said.out.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let errors: Vec<String> = validator.iter_errors(&row).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}: {line}");
        assert_eq!(row.as_object().unwrap().keys().collect::<Vec<_>>(), documented.keys().collect::<Vec<_>>());
        assert!(row.as_object().unwrap().values().all(|value| !value.is_object() && !value.is_array()), "flat: {line}");
        for column in row.as_object().unwrap().keys() {
            assert!(page.contains(&format!("| `{column}` |")), "docs/replay.md lacks {column}");
        }
    }
}

#[test]
fn junit_holds_one_test_a_row() {
    let folder = some_cases();
    edit(&folder.path().join("command-not-found/case.log"), "#! rule: command-not-found", "#! rule: script-not-found");
    let file = folder.path().join("junit.xml");
    replay(folder.path(), &["--junit", file.to_str().unwrap()]).ends(1);
    let xml = fs::read_to_string(file).unwrap();
    assert!(xml.contains("tests=\"3\" failures=\"1\" errors=\"0\""), "{xml}");
    assert_eq!(xml.matches("<testcase ").count(), 3, "{xml}");
}

#[test]
fn a_broken_case_is_named_with_its_line() {
    let folder = some_cases();
    edit(&folder.path().join("command-not-found/case.log"), "#! verdict: ", "#! verdikt: ");
    replay(folder.path(), &[]).ends(1).shows("case.log:4: there is no key `verdikt`");
}

#[test]
fn the_repositorys_own_rules_count() {
    let folder = some_cases();
    let rules = folder.path().join("rules");
    fs::create_dir(&rules).unwrap();
    let rule = fs::read_to_string(Path::new(ROOT).join("src/rules/catalog/script-not-found.yml")).unwrap();
    fs::write(rules.join("ours.yml"), rule).unwrap();
    replay(&folder.path().join("npm-lockfile-missing"), &["--rules", rules.to_str().unwrap()]).ends(0);
    fs::write(rules.join("ours.yml"), "summary: x\n").unwrap();
    replay(folder.path(), &["--rules", rules.to_str().unwrap()]).ends(1).complains("ours.yml");
}

#[test]
fn without_a_folder_it_says_what_to_type() {
    Program::new(["replay"]).run().ends(2).complains(".github/autoheal/cases").complains("gh autoheal record SOURCE");
    Program::new(["replay", "nowhere"]).run().ends(1).complains("nowhere");
}

#[test]
fn recording_twice_writes_one_case_and_another_one_is_not_overwritten() {
    let folder = TempDir::new().unwrap();
    let record = |flags: &[&str]| {
        let program = Program::new(["record"]).arg(own().join("missing-module.zip")).arg("-o").arg(folder.path()).arg("--name").arg("one");
        program.args(flags).run()
    };
    record(&[]).ends(0).shows("python-module-not-found");
    record(&[]).ends(0).shows("it was there already");
    edit(&folder.path().join("one/case.log"), "#! rule", "#: mine\n#! rule");
    record(&[]).ends(1).complains("another case").complains("--force");
    record(&["--force"]).ends(0);
    replay(folder.path(), &[]).ends(0);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
}

#[test]
fn what_is_recorded_holds_no_secret_and_no_name() {
    let token = format!("ghp_{}", "a1".repeat(18));
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----";
    let text = format!(
        "Current runner version: '2.336.0'\nMachine name: 'build-07'\nComplete job name: test\n##[group]Run ./deploy.sh\n./deploy.sh\n\
         shell: /usr/bin/bash -e {{0}}\nenv:\n  TOKEN: {token}\n##[endgroup]\non build-07 for jane.doe@corp.example\n{key}\n\
         /home/jane/app/deploy.sh: line 3: kubectl: command not found\n##[error]Process completed with exit code 127.\n"
    );
    let stamped: String = text.lines().enumerate().map(|(at, line)| format!("2026-10-01T10:00:{at:02}.1234567Z {line}\n")).collect();
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("log.txt"), stamped).unwrap();
    let cases = folder.path().join("cases");
    Program::new(["record"]).arg(folder.path().join("log.txt")).arg("-o").arg(&cases).arg("--name").arg("x").run().ends(0);
    let written = fs::read_to_string(cases.join("x/case.log")).unwrap();
    for word in [token.as_str(), "MIIE", "build-07", "jane"] {
        assert!(!written.contains(word), "{word}: {written}");
    }
    assert!(written.contains("/home/user/app/deploy.sh: line 3: kubectl: command not found"), "{written}");
    replay(&cases, &[]).ends(0);
}

/// Every shared log is recorded and replayed. By default some of them: `AUTOHEAL_ALL_LOGS=1` takes all.
#[test]
fn every_shared_log_is_recorded_and_replayed() {
    let corpus = Path::new(ROOT).join("../shared/corpus/logs/files");
    let Ok(entries) = fs::read_dir(&corpus) else {
        eprintln!("skipped: no shared logs beside the project");
        return;
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    if std::env::var_os("AUTOHEAL_ALL_LOGS").is_none() {
        files = files.into_iter().step_by(6).collect();
    }
    let folder = TempDir::new().unwrap();
    let (next, ratios) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let target = folder.path().join(file.file_stem().unwrap());
                    let said = Program::new(["record"]).arg(file).arg("-o").arg(target).arg("--json").run().ends(0).json();
                    let cases = said["cases"].as_array().unwrap().clone();
                    for case in cases {
                        assert_eq!(case["same_fingerprint"], true, "{case}");
                        ratios.lock().unwrap().push(case["bytes"].as_f64().unwrap() / case["source_bytes"].as_f64().unwrap());
                    }
                }
            });
        }
    });
    let mut ratios = ratios.into_inner().unwrap();
    ratios.sort_by(f64::total_cmp);
    assert!(ratios[ratios.len() / 2] < 0.1, "the median case is {} of its source", ratios[ratios.len() / 2]);
    let document = replay(folder.path(), &["--json"]).ends(0).json();
    assert_eq!(document["total"]["right"], document["total"]["cases"]);
    holds_no_secret(folder.path());
}

/// No line of any file below a folder is one that the redactor would change.
fn holds_no_secret(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            holds_no_secret(&entry.path());
            continue;
        }
        for line in fs::read_to_string(entry.path()).unwrap().lines() {
            let safe = gh_autoheal::text::Redacted::new(line);
            assert!(safe.as_str() == line || !safe.as_str().contains("***"), "{}: {line}", entry.path().display());
        }
    }
}
