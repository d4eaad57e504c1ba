//! The schema knows every workflow that ran and refuses what the platform refuses.

use super::*;

fn messages(text: &str) -> Vec<String> {
    problems(text).iter().map(ToString::to_string).collect()
}

#[test]
fn refused_files_are_refused_in_the_platforms_words() {
    let cases = [
        (
            "on: push\njobs:\n  a:\n    run-on: x\n    steps: []\n",
            vec!["4:5: Unexpected value 'run-on'", "4:5: Required property is missing: runs-on"],
        ),
        (
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n    - name: y\n",
            vec![
                "6:7: There's not enough info to determine what you meant. Add one of these properties: run, shell, uses, with, working-directory",
            ],
        ),
        ("on: push\nname: a\njobs: {a: {runs-on: x, steps: [{run: y}]}}\nname: b\n", vec!["4:1: 'name' is already defined"]),
        (
            "on: push\njobs:\n  a: {runs-on: x, needs: [b, c], steps: [{run: y}]}\n  b: {runs-on: x, steps: [{run: y}]}\n",
            vec!["3:30: Job 'a' depends on unknown job 'c'."],
        ),
        (
            "on: push\njobs:\n  a: {runs-on: x, needs: b, steps: [{run: y}]}\n  b: {runs-on: x, needs: a, steps: [{run: y}]}\n",
            vec!["3:3: Job 'a' depends on itself, which creates a cycle in the dependency graph."],
        ),
        (
            "on:\n  push: {paths: a, paths-ignore: b}\njobs: {a: {runs-on: x, steps: [{run: y}]}}\n",
            vec!["2:20: you may only define one of `paths` and `paths-ignore` for a single event"],
        ),
        ("on: []\njobs: {a: {runs-on: x, steps: [{run: y}]}}\n", vec!["1:5: No event triggers defined in `on`"]),
        (
            "on: push\npermissions:\njobs: {a: {uses: ./b.yml, timeout-minutes: 3}}\n",
            vec!["2:13: Unexpected value ''", "3:27: Unexpected value 'timeout-minutes'"],
        ),
        (
            "on: push\njobs: {a: {runs-on: x, if: [a], steps: [{run: y, if: !cancelled() }]}}\n",
            vec!["2:28: A sequence was not expected", "2:54: Unexpected tag '!cancelled()'"],
        ),
        (
            "on: push\njobs:\n  py3.9: {runs-on: x, steps: [{run: y}]}\n",
            vec![
                "3:3: The identifier 'py3.9' is invalid. IDs may only contain alphanumeric characters, '_', and '-'. IDs must start with a letter or '_' and must be less than 100 characters.",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(messages(text), expected, "{text}");
    }
}

#[expect(clippy::disallowed_methods, reason = "test: reads the shared corpus")]
fn collect(folder: &std::path::Path, texts: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            texts.push((path.display().to_string(), text));
        }
    }
}

/// The shared workflows; empty where the folder is not there.
pub(super) fn shared() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    collect(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/workflows").as_ref(), &mut texts);
    if texts.is_empty() {
        println!("skipped: no shared workflows");
    }
    texts
}

#[test]
fn no_shared_workflow_that_ran_is_refused() {
    let texts = shared();
    let (mut broken, mut strange, mut reader) = (0, Vec::new(), 0);
    for (path, text) in &texts {
        let found = problems(text);
        let Some(first) = found.first() else {
            // yaml-rust2 refuses some brackets that close at their parent's column.
            reader += usize::from(!accepts(text));
            continue;
        };
        match &first.kind {
            // Heredocs at the first column and keys that stand twice: these never ran.
            ProblemKind::Syntax | ProblemKind::Duplicate { .. } => broken += 1,
            // A scope that no token has: the platform refuses it.
            ProblemKind::UnexpectedKey { key, parent, .. } if key == "metadata" && parent.to_string().ends_with("permissions") => {
                broken += 1
            }
            _ => strange.push(format!("{path}: {first}")),
        }
    }
    println!("{} shared: {broken} broken, {reader} not read by one of three readers", texts.len());
    assert!(strange.is_empty(), "{strange:#?}");
    assert!(broken <= 6 && reader <= 6);
}
