//! Turns a job's set-up lines into facts about its surroundings.

use std::ops::Range;

use super::{DefinedAt, JobFacts, LineKind, LogText, ResolvedAction};
use crate::text::{OperatingSystem, RepoPath};

/// How many lines of a text without a clear end of its set-up are looked at.
pub(super) const MAX_SETUP_LINES: usize = 4000;

/// What the set-up of a job says.
#[derive(Debug, Default)]
pub(super) struct SetupFacts {
    /// `Complete job name: …`.
    pub(super) job_name: Option<String>,
    /// The facts themselves.
    pub(super) facts: JobFacts,
}

/// Reads the set-up lines of a job.
pub(super) fn read(text: &LogText, lines: Range<usize>, into: &mut SetupFacts) {
    let mut group = String::new();
    for index in lines.take(MAX_SETUP_LINES) {
        let Some(line) = text.line(index) else { break };
        let words = text.text(index);
        match line.kind {
            LineKind::Group => words.trim().clone_into(&mut group),
            LineKind::EndGroup => group.clear(),
            LineKind::Command => container(words, into),
            LineKind::Output if group.is_empty() => setup_line(words, into),
            LineKind::Output => group_line(&group, words, into),
            _ => {}
        }
    }
    let facts = &mut into.facts;
    facts.os = facts.os.or_else(|| facts.image.as_deref().and_then(system_of_label));
}

/// A line outside any group (platform facts, section 7).
fn setup_line(line: &str, into: &mut SetupFacts) {
    let facts = &mut into.facts;
    if let Some(version) = line.strip_prefix("Current runner version: '") {
        facts.runner_version = Some(version.trim_end_matches('\'').to_owned());
    } else if let Some(source) = line.strip_prefix("Secret source: ") {
        facts.secret_source = Some(source.trim().to_owned());
    } else if let Some(name) = line.strip_prefix("Complete job name: ") {
        into.job_name = Some(name.trim_end().to_owned());
    } else if let Some(file) = line.strip_prefix("Uses: ") {
        facts.defined_at = defined_at(file).or(facts.defined_at.take());
    } else if let Some(action) = line.strip_prefix("Download action repository '") {
        facts.actions.extend(downloaded(action));
    } else if let Some(action) = line.strip_prefix("Download immutable action package '") {
        facts.actions.extend(downloaded(action));
    } else if let Some(sha) = line.trim_start().strip_prefix("Source commit SHA: ") {
        if let Some(action) = facts.actions.last_mut() {
            action.sha = hexadecimal(sha);
        }
    } else {
        service_line(line, facts);
    }
}

/// A line of `system.txt`, which archives of 2023 and older repeat in the job's file.
pub(super) fn service_line(line: &str, facts: &mut JobFacts) {
    if let Some(labels) = line.strip_prefix("Requested labels: ") {
        facts.labels = labels.split(',').map(|label| label.trim().to_owned()).filter(|label| !label.is_empty()).collect();
    } else if let Some(file) = line.strip_prefix("Job defined at: ") {
        facts.defined_at = facts.defined_at.take().or_else(|| defined_at(file));
    }
}

/// A line inside a group of the set-up.
fn group_line(group: &str, line: &str, into: &mut SetupFacts) {
    let facts = &mut into.facts;
    match group {
        "Operating System" if facts.os.is_none() => facts.os = system_of_name(line),
        "Runner Image" | "Virtual Environment" => {
            if let Some(image) = line.strip_prefix("Image: ").or_else(|| line.strip_prefix("Environment: ")) {
                facts.image = Some(image.trim().to_owned());
            } else if let Some(version) = line.strip_prefix("Version: ") {
                facts.image_version = Some(version.trim().to_owned());
            }
        }
        "GITHUB_TOKEN Permissions" => {
            if let Some((scope, access)) = line.split_once(':') {
                facts.permissions.push((scope_of(scope.trim()), access.trim().to_ascii_lowercase()));
            }
        }
        "Download immutable action package" | "Getting action download info" => setup_line(line, into),
        _ => {}
    }
}

/// `PullRequests`, as the log spells it, in a workflow's spelling `pull-requests`.
fn scope_of(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    let mut was_lower = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && was_lower {
            out.push('-');
        }
        was_lower = character.is_ascii_lowercase();
        out.push(if matches!(character, ' ' | '_') { '-' } else { character.to_ascii_lowercase() });
    }
    out
}

/// `actions/checkout@v4' (SHA:…)`.
fn downloaded(rest: &str) -> Option<ResolvedAction> {
    let (name, rest) = rest.split_once('\'')?;
    let (action, reference) = name.split_once('@')?;
    let sha = rest.split_once("(SHA:").and_then(|(_, sha)| hexadecimal(sha.trim_end_matches(')')));
    Some(ResolvedAction { action: action.to_owned(), reference: reference.to_owned(), sha })
}

/// A whole commit id.
pub(super) fn hexadecimal(text: &str) -> Option<String> {
    let text = text.trim();
    (matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| text.to_ascii_lowercase())
}

/// `owner/name/.github/workflows/ci.yml@refs/heads/main`, perhaps followed by ` (commit)`.
fn defined_at(text: &str) -> Option<DefinedAt> {
    let (file, rest) = text.trim().split_once('@')?;
    let mut parts = file.splitn(3, '/');
    let (owner, name, path) = (parts.next()?, parts.next()?, parts.next()?);
    let reference = rest.split_once(' ').map_or(rest, |(reference, _)| reference);
    let path = RepoPath::new(path).ok().filter(RepoPath::is_workflow)?;
    Some(DefinedAt { repository: format!("{owner}/{name}"), path, reference: reference.to_owned() })
}

/// The image of the job's own container: `docker create … --entrypoint "tail" IMAGE "-f" "/dev/null"` (actions/runner).
fn container(command: &str, into: &mut SetupFacts) {
    if into.facts.container.is_none() && command.contains("docker create ") {
        let image = command.split_once("--entrypoint \"tail\" ").and_then(|(_, rest)| rest.split_once(' '));
        into.facts.container = image.map(|(image, _)| image.trim_matches('"').to_owned());
    }
}

/// The system by the name it gives itself.
fn system_of_name(line: &str) -> Option<OperatingSystem> {
    let name = line.trim().to_ascii_lowercase();
    let starts = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    if name.contains("windows") {
        Some(OperatingSystem::Windows)
    } else if starts(&["macos", "mac os", "darwin"]) {
        Some(OperatingSystem::Macos)
    } else if starts(&["ubuntu", "debian", "alpine", "fedora", "centos", "red hat", "rocky", "amazon linux", "linux", "arch"]) {
        Some(OperatingSystem::Linux)
    } else {
        None
    }
}

/// The system that an image or label names.
pub(super) fn system_of_label(label: &str) -> Option<OperatingSystem> {
    let label = label.to_ascii_lowercase();
    [
        ("ubuntu", OperatingSystem::Linux),
        ("linux", OperatingSystem::Linux),
        ("macos", OperatingSystem::Macos),
        ("win", OperatingSystem::Windows),
    ]
    .into_iter()
    .find_map(|(start, system)| label.starts_with(start).then_some(system))
}

/// The system by the folders in which runners work, where nothing else tells.
pub(super) fn system_of_paths(text: &LogText) -> Option<OperatingSystem> {
    const MAX_LINES: usize = 3000;
    (0..text.len().min(MAX_LINES)).map(|index| text.text(index)).find_map(|line| {
        [
            ("/home/runner/", OperatingSystem::Linux),
            ("/__w/", OperatingSystem::Linux),
            ("/Users/runner/", OperatingSystem::Macos),
            (r"D:\a\", OperatingSystem::Windows),
            (r"C:\hostedtoolcache\", OperatingSystem::Windows),
            (r"C:\Program Files\", OperatingSystem::Windows),
        ]
        .into_iter()
        .find_map(|(path, system)| line.contains(path).then_some(system))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_spelled_as_in_a_workflow() {
        for (log, workflow) in
            [("Contents", "contents"), ("PullRequests", "pull-requests"), ("IdToken", "id-token"), ("Pull-Requests", "pull-requests")]
        {
            assert_eq!(scope_of(log), workflow);
        }
    }

    #[test]
    fn the_line_that_names_the_workflow_is_read_in_both_forms() {
        let plain = defined_at("octo/app/.github/workflows/ci.yml@refs/heads/main").unwrap();
        assert_eq!(
            (plain.repository.as_str(), plain.path.as_str(), plain.reference.as_str()),
            ("octo/app", ".github/workflows/ci.yml", "refs/heads/main")
        );
        let called = defined_at("octo/app/.github/workflows/ci.yml@refs/heads/main (0123)").unwrap();
        assert_eq!(called.reference, "refs/heads/main");
        assert_eq!(defined_at("nonsense"), None);
    }

    #[test]
    fn an_action_resolves_to_its_commit() {
        let sha = "11bd71901bbe5b1630ceea73d27597364c9af683";
        let action = downloaded(&format!("actions/checkout@v4' (SHA:{sha})")).unwrap();
        assert_eq!((action.action.as_str(), action.reference.as_str(), action.sha.as_deref()), ("actions/checkout", "v4", Some(sha)));
        assert_eq!(downloaded("lukka/run-vcpkg@v1'").unwrap().sha, None);
    }
}
