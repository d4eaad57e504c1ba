//! What scripts do that is certain to fail: retired workflow commands, scripts and folders that are not there, lock files that lack.

use std::sync::LazyLock;

use regex::Regex;

use super::file::File;
use super::{Cure, CureChange, Finding, workspace};
use crate::almanac::{self, CommandState};
use crate::edit::EditSpec;
use crate::expression::Written;
use crate::repository::EntryKind;
use crate::rules::Safety;
use crate::text::{ByteSpan, RepoPath};
use crate::workflow::{Job, Place, Step};

/// `::set-output name=x::` and its like.
static COMMAND: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"::(set-output|save-state|set-env|add-path)(?:\s+name=[^:\n]+)?::").ok());

/// `./script.sh` at the start of a line, with what may stand before it.
static SCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?m)^[ \t]*((?:sudo |time |bash |sh |python3? |pwsh )?)\./([A-Za-z0-9_][A-Za-z0-9_./-]*\.(?:sh|bash|py|pl|rb|ps1))(?:[ \t;&|]|$)",
    )
    .ok()
});

/// What is wrong with the file's scripts.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for job in file.workflow.jobs() {
        let steps = job.steps();
        for (index, step) in steps.iter().enumerate() {
            findings.extend(commands(file, Some(&job), step));
            findings.extend(in_workspace(file, &job, step, steps.get(..index).unwrap_or_default()));
        }
    }
    for step in file.workflow.action_steps() {
        findings.extend(commands(file, None, &step));
    }
    findings
}

/// Workflow commands that the runner no longer takes, or warns of.
fn commands(file: &File<'_>, job: Option<&Job<'_>>, step: &Step<'_>) -> Vec<Finding> {
    let Some((script, node)) = step.run().zip(step.get("run")) else { return Vec::new() };
    let Some(found) = COMMAND.as_ref().and_then(|command| command.captures(script)) else { return Vec::new() };
    let (Some(whole), Some(name)) = (found.get(0), found.get(1)) else { return Vec::new() };
    let Some(command) = almanac::workflow_command(name.as_str()) else { return Vec::new() };
    let (id, what) = match command.state {
        CommandState::Disabled => ("workflow-command-disabled", "is disabled"),
        CommandState::Deprecated => ("workflow-command-deprecated", "is deprecated and will be disabled"),
    };
    let span = Written::new(file.document(), node).and_then(|written| written.span(whole.start(), whole.end())).unwrap_or(node.span);
    let message = format!("The `{}` command {what}", command.command);
    let place = Place { file: file.path.clone(), job: job.map(|job| job.id.to_owned()), step: Some(step.route.clone()), caller: None };
    let cure = Cure {
        title: format!("Append to `${}` instead", command.file),
        safety: Safety::Safe,
        change: CureChange::Verb(EditSpec { verb: "rewrite-command".to_owned(), arguments: std::collections::BTreeMap::new() }, place),
        grants: Vec::new(),
    };
    let finding = file.finding(id, span, message);
    finding
        .map(|finding| finding.with_cure(Some(cure)).with_help(format!("Append to the file that `${}` names", command.file)))
        .into_iter()
        .collect()
}

/// Files and folders that a step needs and the repository lacks.
fn in_workspace(file: &File<'_>, job: &Job<'_>, step: &Step<'_>, earlier: &[Step<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !workspace::is_known(file) || !workspace::only_this_repository(earlier) || job.container().is_some() {
        return findings;
    }
    let folder = job.working_directory_of(step).unwrap_or("").trim_start_matches("./").trim_end_matches('/').to_owned();
    if folder.contains("${{") || folder.starts_with(['/', '~', '$']) || folder.contains("..") || folder.contains('\\') {
        return findings;
    }
    if step.run().is_some() && !file.repository.has_folder(&folder) {
        let made = folder.split('/').any(|part| workspace::is_named(earlier, part));
        let node = step.get("working-directory");
        if let (false, Some(node)) = (made, node) {
            findings.extend(file.finding("working-directory-missing", node.span, format!("the repository has no folder `{folder}`")));
        }
        return findings;
    }
    findings.extend(scripts(file, step, earlier, &folder));
    findings.extend(lock_files(file, step, earlier, &folder));
    findings
}

/// Scripts that are not there, or cannot be executed.
fn scripts(file: &File<'_>, step: &Step<'_>, earlier: &[Step<'_>], folder: &str) -> Vec<Finding> {
    let (Some((script, node)), Some(pattern)) = (step.run().zip(step.get("run")), SCRIPT.as_ref()) else { return Vec::new() };
    // A script that goes elsewhere, fetches or writes may find its files there.
    let moves = ["cd ", "pushd", "curl", "wget", "git ", "gh ", "tar ", "unzip", "cp ", "mv ", ">", "chmod", "install ", "<<"];
    if moves.iter().any(|word| script.contains(word)) || step.shell().is_some_and(|shell| !matches!(shell, "bash" | "sh")) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for found in pattern.captures_iter(script) {
        let (Some(runner), Some(name)) = (found.get(1), found.get(2)) else { continue };
        let path = if folder.is_empty() { name.as_str().to_owned() } else { format!("{folder}/{}", name.as_str()) };
        let Ok(path) = RepoPath::new(&path) else { continue };
        if workspace::is_named(earlier, path.file_name()) {
            continue;
        }
        let span = Written::new(file.document(), node).and_then(|written| written.span(name.start() - 2, name.end())).unwrap_or(node.span);
        match file.repository.entries.get(&path) {
            None => {
                let finding = file.finding("script-missing", span, format!("the repository has no `{path}`"));
                let beside = path.parent().is_none_or(|parent| file.repository.has_folder(parent));
                findings.extend(finding.filter(|_| beside));
            }
            Some(EntryKind::File) if runner.as_str().is_empty() => findings.extend(not_executable(file, span, &path)),
            Some(_) => {}
        }
    }
    findings
}

fn not_executable(file: &File<'_>, span: ByteSpan, path: &RepoPath) -> Option<Finding> {
    let place = Place { file: file.path.clone(), job: None, step: None, caller: None };
    let arguments = [("path".to_owned(), path.to_string())].into();
    let cure = Cure {
        title: format!("Make `{path}` executable"),
        safety: Safety::Safe,
        change: CureChange::Verb(EditSpec { verb: "make-executable".to_owned(), arguments }, place),
        grants: Vec::new(),
    };
    let finding = file.finding("script-not-executable", span, format!("`{path}` has no run bit"))?;
    Some(finding.with_cure(Some(cure)).with_help(format!("git update-index --chmod=+x {path}")))
}

/// Lock files that `npm ci` and the caches of set-up actions read.
fn lock_files(file: &File<'_>, step: &Step<'_>, earlier: &[Step<'_>], folder: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let repository = file.repository;
    if let Some((script, node)) = step.run().zip(step.get("run")) {
        let line =
            script.lines().find(|line| matches!(line.trim(), "npm ci") || line.trim().starts_with("npm ci ") && !line.contains("--prefix"));
        let manifest = if folder.is_empty() { "package.json".to_owned() } else { format!("{folder}/package.json") };
        let quiet = !script.contains("cd ")
            && !script.contains("npm i")
            && !workspace::is_named(earlier, "npm i")
            && !workspace::is_named(earlier, "lock");
        let lacks = !above(folder).iter().any(|folder| locks(folder).iter().any(|lock| repository.has(lock)));
        if line.is_some() && quiet && lacks && repository.has(&manifest) {
            let at = script.find("npm ci").unwrap_or(0);
            let span = Written::new(file.document(), node).and_then(|written| written.span(at, at + 6)).unwrap_or(node.span);
            let finding = file.finding("lock-file-missing", span, "`npm ci` needs a package-lock.json, and the repository has none");
            findings
                .extend(finding.map(|finding| finding.with_help("Commit the lock file that `npm install` writes, or run `npm install`")));
        }
    }
    let uses = step.uses().map(|uses| uses.split('@').next().unwrap_or("")).unwrap_or("");
    let cache = step.get("with").and_then(|with| with.get("cache"));
    let explicit = step.get("with").is_some_and(|with| with.get("cache-dependency-path").is_some());
    if let (true, Some(node), false) = (uses.eq_ignore_ascii_case("actions/setup-node"), cache, explicit) {
        let files: &[&str] = match node.as_str() {
            Some("npm") => &["package-lock.json", "npm-shrinkwrap.json", "yarn.lock"],
            Some("yarn") => &["yarn.lock"],
            Some("pnpm") => &["pnpm-lock.yaml"],
            _ => return findings,
        };
        if !files.iter().any(|lock| repository.has(lock)) && !workspace::is_named(earlier, "lock") {
            let message = format!("the cache needs {} in the repository's root, and it is not there", files.join(" or "));
            let finding = file.finding("lock-file-missing", node.span, message);
            findings.extend(
                finding.map(|finding| finding.with_help("Commit the lock file, name it with `cache-dependency-path`, or take `cache` out")),
            );
        }
    }
    findings
}

/// A folder and those above it, to the root.
fn above(folder: &str) -> Vec<String> {
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    (0..=parts.len()).rev().map(|length| parts.get(..length).unwrap_or_default().join("/")).collect()
}

fn locks(folder: &str) -> [String; 2] {
    ["package-lock.json", "npm-shrinkwrap.json"].map(|name| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
}
