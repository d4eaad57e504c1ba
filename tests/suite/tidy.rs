//! The house keeps its own rules: layers, confinement, sizes, documents.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Every file below `folder` with this ending, without what `target` and `.git` hold.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if name != "target" && name != ".git" {
                found.extend(files(&path, ending));
            }
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(ROOT).unwrap_or(path).display().to_string()
}

/// The modules of `lib.rs` in their order.
fn layers() -> Vec<String> {
    let lib = read(&Path::new(ROOT).join("src/lib.rs"));
    lib.lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "))
        .map(|name| name.trim_end_matches(';').to_owned())
        .collect()
}

/// The layer that a source file belongs to.
fn layer_of(path: &Path) -> Option<String> {
    let inside = path.strip_prefix(Path::new(ROOT).join("src")).ok()?;
    let first = inside.components().next()?.as_os_str().to_str()?;
    Some(first.trim_end_matches(".rs").to_owned())
}

/// The source without its tests: those may reach anywhere. A file is a test when its parent declares it so.
fn without_tests(path: &Path, text: &str) -> String {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
    let in_tests = path.components().any(|part| part.as_os_str() == "tests");
    let parent =
        path.parent().map(|folder| folder.join("mod.rs")).filter(|parent| parent.exists()).map(|parent| read(&parent)).unwrap_or_default();
    let lines: Vec<&str> = parent.lines().collect();
    let declared = |pair: &[&str]| pair[0] == "#[cfg(test)]" && pair[1].ends_with(&format!("mod {stem};"));
    if in_tests || lines.windows(2).any(declared) {
        return String::new();
    }
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("").to_owned()
}

#[test]
fn modules_import_only_upward_in_the_list_of_lib_rs() {
    let layers = layers();
    assert!(layers.len() > 10, "the list was not found: {layers:?}");
    let mut wrong = Vec::new();
    for path in files(&Path::new(ROOT).join("src"), "rs") {
        let Some(own) = layer_of(&path).and_then(|layer| layers.iter().position(|name| *name == layer)) else { continue };
        for (number, line) in without_tests(&path, &read(&path)).lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for part in line.split("crate::").skip(1) {
                let name: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                if layers.iter().position(|layer| *layer == name).is_some_and(|used| used > own) {
                    wrong.push(format!("{}:{}: uses `{name}`, which stands below", shown(&path), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn some_crates_are_named_in_one_folder_only() {
    let confined = [
        ("gix", "src/branch"),
        ("zip", "src/archive"),
        ("granit_parser", "src/workflow"),
        ("yaml_rust2", "src/workflow"),
        ("octocrab", "src/github"),
        ("tokio", "src/github"),
    ];
    let mut wrong = Vec::new();
    for path in files(&Path::new(ROOT).join("src"), "rs") {
        let text = without_tests(&path, &read(&path));
        for (name, folder) in confined {
            let named = text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(&format!("{name}::")));
            if named && !shown(&path).starts_with(folder) {
                wrong.push(format!("{} names {name}, which belongs into {folder}", shown(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_source_file_is_longer_than_500_lines() {
    let long: Vec<String> = ["src", "tests", "xtask", "benches"]
        .iter()
        .flat_map(|folder| files(&Path::new(ROOT).join(folder), "rs"))
        .filter_map(|path| {
            let lines = read(&path).lines().count();
            (lines > 500).then(|| format!("{}: {lines} lines", shown(&path)))
        })
        .collect();
    assert!(long.is_empty(), "each is probably two ideas:\n{}", long.join("\n"));
}

#[test]
fn what_the_documents_name_exists() {
    let mut gone = BTreeSet::new();
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"] {
        let path = Path::new(ROOT).join(document);
        if !path.exists() {
            gone.insert(document.to_owned());
            continue;
        }
        for quoted in read(&path).split('`').skip(1).step_by(2) {
            let is_path = ["src/", "tests/", "testdata/", "xtask/", "docs/", "benches/", ".ci/", ".github/"]
                .iter()
                .any(|start| quoted.starts_with(start));
            let plain = quoted.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
            if is_path && plain && !Path::new(ROOT).join(quoted).exists() {
                gone.insert(format!("{document}: {quoted}"));
            }
        }
    }
    assert!(gone.is_empty(), "named, but not there: {gone:?}");
    let lines = read(&Path::new(ROOT).join("ARCHITECTURE.md")).lines().count();
    assert!(lines <= 200, "ARCHITECTURE.md has {lines} lines");
}

#[test]
fn every_core_file_is_free_of_streams_and_processes() {
    let shell = ["branch", "sandbox", "github", "commands", "cli", "options", "failure", "main"];
    let forbidden = ["std::fs", "std::env::", "std::process", "std::net", "println!", "eprintln!", "SystemTime::now", "Instant::now"];
    let mut wrong = Vec::new();
    for path in files(&Path::new(ROOT).join("src"), "rs") {
        if layer_of(&path).is_none_or(|layer| shell.contains(&layer.as_str())) {
            continue;
        }
        for (number, line) in without_tests(&path, &read(&path)).lines().enumerate() {
            if !line.trim_start().starts_with("//")
                && let Some(word) = forbidden.iter().find(|word| line.contains(**word))
            {
                wrong.push(format!("{}:{}: {word}", shown(&path), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
