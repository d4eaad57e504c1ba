//! The composite action that replays cases: its scripts really run, in the shell and with the flags that the runner uses.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_yaml::Value;
use tempfile::TempDir;

use super::support::git::scrub;
use super::support::program::BINARY;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn action() -> Value {
    serde_yaml::from_str(&fs::read_to_string(Path::new(ROOT).join(".github/actions/replay/action.yml")).unwrap()).unwrap()
}

/// Runs a step with these inputs; the others have their defaults. `gh` installs nothing here, and hands the arguments on, as gh does.
fn step(index: usize, inputs: &[(&str, &str)], folder: &Path) -> (Output, String, String) {
    let action = action();
    let home = TempDir::new().unwrap();
    let (bin, summary, installed) = (home.path().join("bin"), home.path().join("summary"), home.path().join("installed"));
    fs::create_dir(&bin).unwrap();
    let gh = format!(
        "#!/bin/sh\nif [ \"$1\" = extension ]; then echo \"$@\" >> '{}'; else shift; exec '{BINARY}' \"$@\"; fi\n",
        installed.display()
    );
    fs::write(bin.join("gh"), gh).unwrap();
    fs::set_permissions(bin.join("gh"), fs::Permissions::from_mode(0o755)).unwrap();
    let step = &action["runs"]["steps"][index];
    assert_eq!(step["shell"], "bash");
    let script = home.path().join("script.sh");
    fs::write(&script, step["run"].as_str().unwrap()).unwrap();
    let mut bash = Command::new("bash");
    scrub(&mut bash, home.path());
    bash.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(&script).current_dir(folder);
    for (name, value) in step["env"].as_mapping().unwrap() {
        let value = value.as_str().unwrap();
        let input = value.trim_start_matches("${{ inputs.").trim_end_matches(" }}");
        let default = action["inputs"][input]["default"].as_str().unwrap();
        let given = inputs.iter().find(|(name, _)| *name == input).map_or(default, |(_, value)| value);
        bash.env(name.as_str().unwrap(), given);
    }
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = bash.env("PATH", path).env("GITHUB_STEP_SUMMARY", &summary).env("TMPDIR", home.path()).output().unwrap();
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    (output, read(&summary), read(&installed))
}

#[test]
fn it_installs_the_release_that_was_asked_for() {
    let (output, _, installed) = step(0, &[], Path::new(ROOT));
    assert!(output.status.success(), "{output:?}");
    assert_eq!(installed, "extension install gh-autoheal/gh-autoheal\n");
    let (output, _, installed) = step(0, &[("version", "v1.2.0; touch x")], Path::new(ROOT));
    assert!(output.status.success(), "{output:?}");
    assert_eq!(installed, "extension install gh-autoheal/gh-autoheal --pin v1.2.0; touch x\n", "one word, whatever it holds");
}

#[test]
fn it_replays_the_cases_and_tells_how_they_came_out() {
    let folder = TempDir::new().unwrap();
    let cases = Path::new(ROOT).join("testdata/logs");
    let some: Vec<_> =
        fs::read_dir(&cases).unwrap().flatten().filter(|entry| entry.path().is_dir()).take(3).map(|entry| entry.path()).collect();
    let list = some.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("\n");
    let (output, summary, _) = step(1, &[("cases", &list), ("junit", "out.xml"), ("shard", "1/1")], folder.path());
    assert!(output.status.success(), "{output:?}");
    assert!(summary.starts_with("```text\n") && summary.ends_with("```\n") && summary.lines().count() > 3, "{summary}");
    assert!(fs::read_to_string(folder.path().join("out.xml")).unwrap().contains("<testsuite"));
}

#[test]
fn a_regression_fails_the_step_and_is_in_the_summary() {
    let folder = TempDir::new().unwrap();
    let case = folder.path().join(".github/autoheal/cases/one");
    fs::create_dir_all(&case).unwrap();
    let source = fs::read_dir(Path::new(ROOT).join("testdata/logs")).unwrap().flatten().find(|entry| entry.path().is_dir()).unwrap().path();
    for entry in fs::read_dir(source).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let text = fs::read_to_string(entry.path()).unwrap();
        let broken: String = text
            .lines()
            .map(|line| if line.starts_with("#! rule:") { "#! rule: another-rule".to_owned() } else { line.to_owned() } + "\n")
            .collect();
        fs::write(case.join(entry.file_name()), broken).unwrap();
    }
    let (output, summary, _) = step(1, &[], folder.path());
    assert_eq!(output.status.code(), Some(1), "{output:?} {summary}");
    assert!(summary.contains("another-rule") || summary.contains("one"), "{summary}");
}

/// What a lint of actions looks for: every step has its shell, and no input gets into a script as code.
#[test]
fn its_scripts_are_sound() {
    let action = action();
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "an expression in a script is code that somebody else writes");
        assert!(step["shell"].as_str().is_some() && step["name"].as_str().is_some());
        let parsed = Command::new("bash").args(["-n", "-c", script]).output().unwrap();
        assert!(parsed.status.success(), "{parsed:?}");
    }
    let Ok(zizmor) = Command::new("zizmor")
        .args(["--offline", "--quiet", "--format", "plain"])
        .arg(Path::new(ROOT).join(".github/actions/replay/action.yml"))
        .output()
    else {
        eprintln!("skipped: no zizmor here");
        return;
    };
    assert!(zizmor.status.success(), "{}{}", String::from_utf8_lossy(&zizmor.stdout), String::from_utf8_lossy(&zizmor.stderr));
}
