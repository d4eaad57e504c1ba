//! Compares the inspection with actionlint and zizmor over the workflows beside the project: who tells what, by kind and line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use gh_autoheal::inspection::inspect_text;
use gh_autoheal::repository::Repository;
use gh_autoheal::text::RepoPath;

use crate::project::{Done, path};

/// A line of a file.
type Place = (PathBuf, u64);

/// For each kind of finding its lines.
type Kinds = BTreeMap<String, BTreeSet<Place>>;

/// Prints for each kind of each tool how many lines it tells, and how many of those the inspection tells too, and the other way.
pub(crate) fn table() -> Done {
    let mut files = Vec::new();
    collect(&path("../shared/corpus/workflows"), &mut files);
    if files.is_empty() {
        println!("skipped: no shared workflows");
        return Ok(());
    }
    let own = inspection(&files);
    let own_lines: BTreeSet<Place> = own.values().flatten().cloned().collect();
    let mut others = BTreeSet::new();
    for (tool, kinds) in [("actionlint", actionlint(&files)), ("zizmor", zizmor(&files))] {
        let Some(kinds) = kinds else {
            println!("skipped: {tool} is not installed");
            continue;
        };
        println!("\n{tool}: kind, lines, of these told here too");
        for (kind, lines) in &kinds {
            println!("{kind:44} {:5} {:5}", lines.len(), lines.intersection(&own_lines).count());
        }
        others.extend(kinds.into_values().flatten());
    }
    println!("\nhere: check, lines, of these told by another tool too");
    for (kind, lines) in &own {
        println!("{kind:44} {:5} {:5}", lines.len(), lines.intersection(&others).count());
    }
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        let action = entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with("ACTION__"));
        if entry.is_dir() {
            collect(&entry, files);
        } else if entry.extension().is_some_and(|ending| ending == "yml" || ending == "yaml") && !action {
            files.push(entry);
        }
    }
}

fn inspection(files: &[PathBuf]) -> Kinds {
    let mut kinds = Kinds::new();
    let Ok(name) = RepoPath::new(".github/workflows/w.yml") else { return kinds };
    for file in files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        for finding in inspect_text(&Repository::default(), &name, &text) {
            kinds.entry(finding.check.id.to_owned()).or_default().insert((file.clone(), u64::from(finding.position.line.get())));
        }
    }
    kinds
}

fn json(command: &mut Command) -> Option<serde_json::Value> {
    let output = command.output().ok()?;
    serde_json::from_slice(&output.stdout).ok()
}

fn actionlint(files: &[PathBuf]) -> Option<Kinds> {
    let mut kinds = Kinds::new();
    for some in files.chunks(100) {
        let arguments = ["-no-color", "-shellcheck=", "-pyflakes=", "-format", "{{json .}}"];
        for error in json(Command::new("actionlint").args(arguments).args(some))?.as_array()? {
            let place = (PathBuf::from(error["filepath"].as_str()?), error["line"].as_u64()?);
            kinds.entry(error["kind"].as_str()?.to_owned()).or_default().insert(place);
        }
    }
    // It names files as it was given them, or below the current folder.
    let whole = |file: &Path| std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let known: BTreeMap<PathBuf, &PathBuf> = files.iter().map(|file| (whole(file), file)).collect();
    for lines in kinds.values_mut() {
        *lines = lines
            .iter()
            .map(|(file, line)| (known.get(&whole(file)).map_or_else(|| file.clone(), |file| (*file).clone()), *line))
            .collect();
    }
    Some(kinds)
}

fn zizmor(files: &[PathBuf]) -> Option<Kinds> {
    let mut kinds = Kinds::new();
    // Projects' own configurations are not meant for all of the files together.
    let run = |some: &[PathBuf]| {
        let arguments = ["--offline", "--quiet", "--no-config", "--no-exit-codes", "--format", "json"];
        json(Command::new("zizmor").args(arguments).args(some))
    };
    let mut ran = false;
    for some in files.chunks(100) {
        // One file that it does not read stops all that are named with it.
        let found = run(some).map_or_else(|| some.iter().filter_map(|file| run(std::slice::from_ref(file))).collect(), |one| vec![one]);
        ran |= !found.is_empty();
        for finding in found.iter().filter_map(serde_json::Value::as_array).flatten() {
            let location = &finding["locations"][0];
            let file = location["symbolic"]["key"]["Local"]["given_path"].as_str().unwrap_or("");
            let row = location["concrete"]["location"]["start_point"]["row"].as_u64().unwrap_or(0) + 1;
            kinds.entry(finding["ident"].as_str()?.to_owned()).or_default().insert((PathBuf::from(file), row));
        }
    }
    ran.then_some(kinds)
}
