//! Turns a distribution into the change of a job's `pip install` line, or a step.

use crate::edit::draft::Draft;
use crate::edit::scene::{Scene, unfit};
use crate::edit::script::{self, Command};
use crate::edit::{Edit, Refusal};
use crate::workflow::Node;

/// What a `pip install` line installs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// Packages by name, or the project.
    Packages,
    /// Requirement files only.
    Files,
}

struct Place<'a> {
    index: usize,
    script: &'a str,
    command: Command,
    line: Line,
}

/// Installs `distribution` with pip before the failed step needs it.
pub(super) fn install(scene: &Scene<'_>, distribution: &str) -> Result<Vec<Edit>, Refusal> {
    let sound = distribution.starts_with(|c: char| c.is_ascii_alphanumeric())
        && distribution.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if !sound {
        return unfit(format!("`{distribution}` is no distribution's name"));
    }
    let (route, items) = scene.steps()?;
    // Where only the job is certain, as in an excerpt, its own installation is still the place.
    let failed = scene.step().map_or(items.len(), |step| step.index);
    let mut places = Vec::new();
    for (index, item) in items.iter().enumerate().take(failed + 1) {
        let Some(script) = item.value.get("run").and_then(Node::as_str) else { continue };
        for command in script::commands(script) {
            let Some(names) = installed(&command) else { continue };
            if names.iter().any(|name| is_distribution(name, distribution)) {
                return Err(Refusal::AlreadySo(format!("the installation of {distribution}")));
            }
            let runs = item.value.get("if").is_none() && command.always && !command.redirected;
            if let Some(line) = kind(&names).filter(|_| runs) {
                places.push(Place { index, script, command, line });
            }
        }
    }
    // The line nearest above the failed step; of the failed step's own lines the first.
    let before = places.iter().rev().find(|place| place.index < failed);
    let place = before
        .filter(|place| place.line == Line::Packages)
        .or_else(|| places.iter().rev().find(|place| place.line == Line::Packages && place.index < failed));
    for place in place.into_iter().chain(before).chain(places.first()) {
        let mut draft = Draft::new(scene.document);
        if let Some(new) = extended(place, distribution)
            && draft.script(&route.index(place.index).key("run"), &new).is_ok()
        {
            return draft.finish(&scene.place.file, "the installation");
        }
    }
    let python = items.iter().take(failed + 1).filter_map(|item| item.value.get("run")?.as_str()).any(|run| run.contains("python -m pip"));
    let pip = if python { "python -m pip" } else { "pip" };
    scene.insert_before_step(scene.run_step(&format!("Install {distribution}"), &format!("{pip} install {distribution}")))
}

/// The words behind `install` of a pip command.
fn installed(command: &Command) -> Option<Vec<&str>> {
    let words: Vec<&str> = command.program().iter().map(|word| word.text.as_str()).collect();
    let program = |word: &str| word.rsplit('/').next().is_some_and(|name| ["pip", "pip3"].contains(&name));
    let python = |word: &str| word.rsplit('/').next().is_some_and(|name| ["python", "python3", "py"].contains(&name));
    let behind = match words.as_slice() {
        [pip, "install", rest @ ..] if program(pip) => rest,
        ["uv", "pip", "install", rest @ ..] => rest,
        [word, "-m", "pip", "install", rest @ ..] if python(word) => rest,
        _ => return None,
    };
    Some(behind.to_vec())
}

/// What a line installs; none for one that only brings pip itself up to date or says where packages go.
fn kind(words: &[&str]) -> Option<Line> {
    const OWN: &[&str] = &["pip", "setuptools", "wheel"];
    if words.iter().any(|word| ["--target", "-t", "--no-deps", "--dry-run", "--require-hashes", "--download"].contains(word)) {
        return None;
    }
    let mut names = Vec::new();
    let mut files = false;
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match *word {
            "-r" | "--requirement" => {
                files = true;
                rest.next();
            }
            "-c" | "--constraint" | "-i" | "--index-url" | "--extra-index-url" | "-f" | "--find-links" => {
                rest.next();
            }
            "-e" | "--editable" => names.push("-e"),
            option if option.starts_with('-') => files |= option.starts_with("-r") || option.starts_with("--requirement="),
            name => names.push(name),
        }
    }
    let own = names.iter().all(|name| OWN.contains(&name.trim_matches(['\'', '"']).split(['<', '>', '=', '~']).next().unwrap_or(name)));
    match (own, files) {
        (false, _) => Some(Line::Packages),
        (true, true) => Some(Line::Files),
        (true, false) => None,
    }
}

/// Whether a word of a pip line names this distribution, as PEP 503 compares names; extras and versions do not count.
fn is_distribution(word: &str, distribution: &str) -> bool {
    let name = word.trim_matches(['\'', '"']).split(['<', '>', '=', '~', '!', '[', ';', ' ', '@']).next().unwrap_or("");
    let plain = |name: &str| name.to_ascii_lowercase().replace(['_', '.'], "-");
    plain(name) == plain(distribution)
}

/// The script with the distribution in it: on the line, or, behind a line with requirement files only, on one of its own.
fn extended(place: &Place<'_>, distribution: &str) -> Option<String> {
    let command = &place.command;
    let script = place.script;
    let lines = script.contains('\n');
    let behind = script.get(command.end()..)?.lines().next().unwrap_or("").trim();
    if place.line == Line::Files && lines && script::begins_line(script, command.start()) && (behind.is_empty() || behind.starts_with('#'))
    {
        let words = command.words.iter().take_while(|word| word.text != "install").map(|word| word.text.as_str());
        let margin: String = script.get(..command.start())?.rsplit('\n').next()?.to_owned();
        let end = command.end() + script.get(command.end()..)?.find('\n').unwrap_or(script.len() - command.end());
        let line = format!("\n{margin}{} install {distribution}", words.collect::<Vec<_>>().join(" "));
        return script::inserted(script, end, &line);
    }
    let spread = script.get(command.start()..command.end())?.contains("\\\n");
    let words = command.program();
    let order = words.iter().position(|word| word.text == "install")?;
    let at = if spread { behind_first_line(script, command, order)? } else { command.end() };
    script::inserted(script, at, &format!(" {distribution}"))
}

/// Behind the word before the first continuation, unless that is an option that waits for its value.
fn behind_first_line(script: &str, command: &Command, order: usize) -> Option<usize> {
    let words = command.program();
    let first = words.get(order)?;
    let line_end = first.start + script.get(first.start..)?.find('\n')?;
    let last = words.iter().skip(order).take_while(|word| word.start < line_end).last()?;
    let waits =
        ["-r", "-c", "-e", "-i", "-f", "--requirement", "--constraint", "--editable", "--index-url", "--extra-index-url", "--find-links"];
    (!waits.contains(&last.text.as_str())).then_some(last.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_pip_compares_them() {
        assert!(is_distribution("'PyYAML>=6'", "pyyaml"));
        assert!(is_distribution("foo_bar[x]", "foo-bar"));
        assert!(!is_distribution("requests-mock", "requests"));
    }

    #[test]
    fn lines_are_told_apart() {
        assert_eq!(kind(&["--upgrade", "pip"]), None);
        assert_eq!(kind(&["-U", "pip", "setuptools<70"]), None);
        assert_eq!(kind(&["-r", "requirements.txt"]), Some(Line::Files));
        assert_eq!(kind(&["-e", "."]), Some(Line::Packages));
        assert_eq!(kind(&["pytest", "-r", "x.txt"]), Some(Line::Packages));
        assert_eq!(kind(&["--require-hashes", "-r", "x.txt"]), None);
    }
}
