//! What the documents say holds: every command is one that works, every link leads somewhere, every message is one that is printed.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::git::Repo;
use super::support::program::Program;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).replace("\r\n", "\n")
}

/// The documents for users; the README has a test of its own.
fn documents() -> Vec<PathBuf> {
    let folder = root().join("docs");
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    found.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    found.sort();
    found
}

/// The lines of every shell block.
fn commands(text: &str) -> Vec<String> {
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// A line as the shell splits it; the documents need no more than plain quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in line.split(" # ").next().unwrap().split(" > ").next().unwrap().trim_end().chars() {
        match letter {
            '\'' | '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(letter),
        }
    }
    words
}

/// Commands of other programs, which need a network, an account or a compiler.
const FOREIGN: &[&str] = &["gh extension ", "gh api ", "gh variable ", "gh secret ", "gh workflow ", "cargo install "];

/// Our own commands that need GitHub, or the runner's tools: their words are checked, and nothing is sent or run.
fn needs_more(words: &[&str]) -> bool {
    if words.first() == Some(&"reproduce") {
        return true;
    }
    let run = |word: &&str| word.len() > 5 && word.bytes().all(|byte| byte.is_ascii_digit());
    matches!(words.first(), Some(&("fetch" | "watch")))
        || words.first() == Some(&"publish") && !words.contains(&"--dry-run")
        || words.contains(&"--all-failed")
        || words.iter().any(run)
}

#[test]
fn every_command_of_the_documents_works_in_its_order() {
    let mut run = 0;
    for document in documents() {
        let repo = Repo::new();
        repo.file(".github/workflows/ci.yml", read(&root().join("src/commands/demo/repository/ci.yml"))).commit("base");
        repo.write("logs.zip", fs::read(root().join("testdata/logs/missing-module.zip")).unwrap());
        repo.write("archives/logs.zip", fs::read(root().join("testdata/logs/missing-module.zip")).unwrap());
        let log = read(&root().join("src/commands/demo/log.txt"));
        let piped: String = log.lines().map(|line| format!("test\tRun python -m pytest\t{line}\n")).collect();
        for line in commands(&read(&document)) {
            if line.is_empty() || line.starts_with('#') || FOREIGN.iter().any(|start| line.starts_with(start)) {
                continue;
            }
            let own = line.split(" | ").last().unwrap();
            if own == "gh autoheal" {
                Program::new([""; 0]).within(repo.path()).run().ends(0).shows(" --help");
                continue;
            }
            let own = own.strip_prefix("gh autoheal ").or_else(|| own.strip_prefix("gh-autoheal "));
            let own = own.unwrap_or_else(|| panic!("{}: a command that no test knows: {line}", document.display()));
            let all = words(own);
            let mut all: Vec<&str> = all.iter().map(String::as_str).collect();
            if needs_more(&all) {
                all.push("--help");
            }
            let said = Program::new(&all).within(repo.path()).input(&piped).run();
            assert_eq!(
                said.code,
                if own.starts_with("heal logs.zip") && !own.contains("--allow") && !all.contains(&"--help") { 3 } else { 0 },
                "{line}: {said:?}"
            );
            assert!(!said.out.is_empty(), "{line}: {said:?}");
            run += 1;
        }
    }
    assert!(run > 20, "{run}");
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let more = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "SECURITY.md"].map(|name| root().join(name));
    let mut dead = Vec::new();
    for document in documents().into_iter().chain(more) {
        let folder = document.parent().unwrap().to_owned();
        for target in read(&document).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.starts_with("http") || target.contains(char::is_whitespace) {
                continue;
            }
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { document.clone() } else { folder.join(file) };
            let there = file.exists()
                && (place.is_empty()
                    || read(&file).lines().any(|line| line.starts_with('#') && anchor(line.trim_start_matches('#')) == place));
            if !there {
                dead.push(format!("{}: {target}", document.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:?}");
}

/// Every source text, one behind the other, with strings that go on in the next line joined.
fn sources(folder: &Path, out: &mut String) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push_str(&read(&path));
        }
    }
}

#[test]
fn every_message_that_is_explained_is_one_that_is_printed() {
    let mut text = String::new();
    sources(&root().join("src"), &mut text);
    let joined: String = text.split("\\\n").map(str::trim_start).collect();
    let mut gone = Vec::new();
    let page = read(&root().join("docs/troubleshooting.md"));
    for heading in page.lines().filter_map(|line| line.strip_prefix("### ")).filter(|heading| !heading.starts_with("The automation ")) {
        for part in heading.split('…').map(|part| part.trim_matches('`')).filter(|part| part.len() > 3) {
            if !joined.contains(part) {
                gone.push(format!("{heading}: {part}"));
            }
        }
    }
    assert!(gone.is_empty(), "no source says: {gone:#?}");
}

#[test]
fn documents_read_well_at_their_width() {
    let written = ["quick-start.md", "guide.md", "security.md", "troubleshooting.md", "comparison.md"];
    for name in written {
        for line in read(&root().join("docs").join(name)).lines() {
            let prose = !line.starts_with('|') && !line.contains("](");
            assert!(!prose || line.chars().count() <= 140, "{name}: {line}");
            assert!(!line.contains('!') || line.contains('`') || line.contains("(!)"), "{name}: {line}");
        }
    }
}
