//! What the README shows works: every command, every link, and the picture.

use std::fs;
use std::path::Path;

use super::support::git::Repo;
use super::support::program::Program;

fn read(relative: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)).unwrap().replace("\r\n", "\n")
}

/// The lines of every shell block.
fn commands() -> Vec<String> {
    let text = read("README.md");
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    blocks.flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// A line as the shell splits it; the README needs no more than single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(letter),
        }
    }
    words
}

#[test]
fn every_command_of_the_readme_works_in_its_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let repo = Repo::new();
    repo.file(".github/workflows/ci.yml", read("src/commands/demo/repository/ci.yml")).commit("base");
    repo.write("logs.zip", fs::read(root.join("testdata/logs/missing-module.zip")).unwrap());
    let (mut run, mut known) = (0, 0);
    for line in commands() {
        // What needs a network, installs something, or is this very run.
        if line.starts_with("gh api ")
            || line.starts_with("gh-autoheal publish") && !line.contains("--dry-run")
            || line.starts_with("gh-autoheal watch")
            || line.starts_with("cargo install --locked --path .")
            || line == "gh extension install ."
            || line == "cargo test --workspace"
        {
            known += 1;
            continue;
        }
        let words = words(&line);
        let (folder, arguments) = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["gh-autoheal"] => {
                Program::new([""; 0]).within(repo.path()).run().ends(0).shows("gh-autoheal --help");
                continue;
            }
            ["cargo", "run", "--", rest @ ..] => (root, rest.join("\n")),
            ["gh-autoheal", rest @ ..] => (repo.path(), rest.join("\n")),
            ["gh", "run", "view", _, "--log-failed", "|", "gh-autoheal", rest @ ..] => (repo.path(), rest.join("\n")),
            _ => panic!("the README shows a command that no test knows: {line}"),
        };
        let log = read("src/commands/demo/log.txt").lines().map(|line| format!("test\tRun python -m pytest\t{line}\n")).collect::<String>();
        let said = Program::new(arguments.split('\n')).within(folder).input(log).run();
        assert_eq!(said.code, 0, "{line}: {said:?}");
        assert!(!said.out.is_empty() && said.err.is_empty(), "{line}: {said:?}");
        if line.contains(" diagnose ") {
            assert!(said.out.contains("No module named 'requests'"), "{line}: {said:?}");
        }
        run += 1;
    }
    assert!(run > 10 && known == 8, "{run} run, {known} passed over");
    assert_eq!(repo.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads/auto-heal"]).lines().count(), 1);
}

#[test]
fn ci_runs_the_test_command_of_the_readme() {
    let command = commands().into_iter().find(|line| line.starts_with("cargo test")).unwrap();
    assert!(read(".ci/run").lines().any(|line| line.starts_with(&command)), "{command}");
}

#[test]
fn the_picture_shows_what_the_demonstration_prints() {
    if std::env::var_os("AUTOHEAL_BLESS").is_some() {
        return;
    }
    let said = Program::new(["demo"]).env("GH_FORCE_TTY", "96").env("NO_COLOR", "1").run().ends(0);
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let printed: String = said.out.lines().filter(|line| !line.starts_with("  cd ")).map(plain).collect();
    let picture = read("docs/demo.svg");
    let texts = picture.lines().filter(|line| line.starts_with("<text ") && !line.contains(">cd "));
    let drawn: String = texts.map(|line| plain(line.split_once('>').unwrap().1.trim_end_matches("</text>"))).collect();
    let drawn = drawn.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let drawn = drawn.strip_prefix("$gh-autohealdemo").unwrap();
    assert_eq!(drawn, printed, "run `cargo xtask picture`");
}
