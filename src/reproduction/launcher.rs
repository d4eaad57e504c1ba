//! Writes the file that starts a script by hand, with the runner's variables and nothing of one's own.

use super::values::Values;
use super::{Paths, Plan, Script};
use crate::report::inline::shell_word;

/// The runner's files for a step: variable and file name (actions/runner, `FileCommandManager`).
const FILES: [(&str, &str); 5] = [
    ("GITHUB_ENV", "set_env"),
    ("GITHUB_OUTPUT", "set_output"),
    ("GITHUB_PATH", "add_path"),
    ("GITHUB_STATE", "save_state"),
    ("GITHUB_STEP_SUMMARY", "step_summary"),
];

/// The variables of the runner that are the same for each step of a job
/// (<https://docs.github.com/actions/reference/workflows-and-actions/variables>).
pub(super) fn runner_variables(values: &Values, paths: &Paths) -> Vec<(String, String)> {
    let mut out = vec![("CI".to_owned(), "true".to_owned()), ("GITHUB_ACTIONS".to_owned(), "true".to_owned())];
    let github = [
        "repository",
        "repository_owner",
        "ref",
        "ref_name",
        "ref_type",
        "sha",
        "event_name",
        "workflow",
        "run_id",
        "run_number",
        "run_attempt",
        "server_url",
        "api_url",
        "workspace",
        "job",
    ];
    for key in github {
        if let Some(value) = values.get("github", key) {
            out.push((format!("GITHUB_{}", key.to_ascii_uppercase()), value.to_owned()));
        }
    }
    for key in ["temp", "tool_cache", "os", "arch"] {
        if let Some(value) = values.get("runner", key) {
            out.push((format!("RUNNER_{}", key.to_ascii_uppercase()), value.to_owned()));
        }
    }
    let fixed = [
        ("GITHUB_ACTOR", "octocat"),
        ("GITHUB_ACTION", "__run"),
        ("GITHUB_GRAPHQL_URL", "https://api.github.com/graphql"),
        ("RUNNER_ENVIRONMENT", "github-hosted"),
        ("RUNNER_NAME", "reproduction"),
    ];
    out.extend(fixed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    out.push(("GITHUB_EVENT_PATH".to_owned(), format!("{}/_github_workflow/event.json", paths.temp())));
    out.push(("HOME".to_owned(), paths.home()));
    out.extend(FILES.map(|(name, file)| (name.to_owned(), format!("{}/_runner_file_commands/{file}", paths.temp()))));
    out
}

/// All variables that a script has, the runner's and its own; the last of a name counts.
pub fn variables(plan: &Plan, script: &Script) -> Vec<(String, String)> {
    let mut out = plan.variables.clone();
    for (key, value) in &script.env {
        // What the runner sets itself, a step cannot set.
        let own = key.starts_with("GITHUB_") || key.starts_with("RUNNER_");
        if own && out.iter().any(|(known, _)| known == key) {
            continue;
        }
        out.retain(|(known, _)| known != key);
        out.push((key.clone(), value.clone()));
    }
    out
}

/// The names of the runner's files.
pub fn runner_files() -> impl Iterator<Item = &'static str> {
    FILES.into_iter().map(|(_, file)| file)
}

/// A script of `sh` that starts `script`, which lies in `file`, as the runner would.
pub fn launcher(plan: &Plan, script: &Script, file: &str, paths: &Paths) -> String {
    let mut out = String::from("#!/bin/sh\n");
    out.push_str(&format!("# Runs the step of the log as the runner does: {}\n", one_line(&script.shell.shown())));
    out.push_str("# It runs the repository's own code. Nothing of your environment but PATH is passed on.\n");
    let folder = folder(script, paths);
    out.push_str(&format!("cd {} || exit 1\n", shell_word(&folder)));
    out.push_str("exec env -i PATH=\"$PATH\" LANG=C.UTF-8 \\\n");
    for (key, value) in variables(plan, script) {
        out.push_str(&format!("  {} \\\n", shell_word(&format!("{key}={value}"))));
    }
    let words: Vec<String> = script.shell.arguments_for(file).iter().map(|word| shell_word(word)).collect();
    out.push_str(&format!("  {} {}\n", shell_word(&script.shell.program), words.join(" ")));
    out
}

/// The folder that a script runs in: below the workspace, or wherever an absolute path says.
pub fn folder(script: &Script, paths: &Paths) -> String {
    match script.working_directory.as_deref().map(str::trim) {
        None | Some("" | "." | "./") => paths.workspace(),
        Some(absolute) if absolute.starts_with('/') => paths.here(absolute),
        Some(below) => format!("{}/{}", paths.workspace(), below.trim_start_matches("./")),
    }
}

fn one_line(text: &str) -> String {
    crate::report::inline::one_line(text)
}
