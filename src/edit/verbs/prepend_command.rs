//! Turns a command into the same command run by another one.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `prepend-command {prefix, command, system}`: puts `prefix` in front of the script's command that contains `command`; without
/// `command`, of the only one. With `system` (linux, macos, windows) only there, where the legs of the job run on several.
pub(super) const VERB: Verb = Verb { name: "prepend-command", required: &["prefix"], optional: &["command", "system"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let prefix = arguments.need("prefix")?;
    let step = scene.step()?;
    let (route, script) = scene.script()?;
    if !scene.shell(step.node).is_posix() {
        return unfit("the script is for no POSIX shell");
    }
    let command = one_command(script, arguments.get("command"))?;
    let start = command.program().first().map_or(command.start(), |word| word.start);
    let conditional = match arguments.get("system") {
        Some(system) if scene.container().is_none() && !scene.is_one_system() => {
            Some(format!("${{{{ runner.os == '{}' && '{prefix}' || '' }}}}", runner_os(system)?))
        }
        _ => None,
    };
    let written = conditional.as_deref().unwrap_or(prefix);
    if [prefix, written].iter().any(|there| script.get(start..).is_some_and(|words| words.starts_with(&format!("{there} ")))) {
        return Err(Refusal::AlreadySo(format!("`{prefix}`")));
    }
    let Some(new) = script::inserted(script, start, &format!("{written} ")) else { return unfit("the command is not in the script") };
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, &format!("`{prefix}`"))
}

/// A system as the `runner` context names it
/// (<https://docs.github.com/actions/reference/workflows-and-actions/contexts#runner-context>).
pub(super) fn runner_os(system: &str) -> Result<&'static str, Refusal> {
    match system {
        "linux" => Ok("Linux"),
        "macos" => Ok("macOS"),
        "windows" => Ok("Windows"),
        other => unfit(format!("`system` is `{other}`, not linux, macos or windows")),
    }
}

/// The one command of a script whose words contain `text`, or its only one.
pub(super) fn one_command(script: &str, text: Option<&str>) -> Result<script::Command, Refusal> {
    const BUILT_IN: &[&str] = &["cd", "set", "export", "echo", "source", ".", "true", "ulimit", "unset", "shopt", "pushd", "popd"];
    let all = script::commands(script);
    let says = |command: &script::Command, text: &str| script.get(command.start()..command.end()).is_some_and(|words| words.contains(text));
    let plain = |command: &&script::Command| command.words.first().is_some_and(|word| !BUILT_IN.contains(&word.text.as_str()));
    let mut fits = all.iter().filter(plain).filter(|command| text.is_none_or(|text| says(command, text.trim())));
    match (fits.next(), fits.next()) {
        (Some(one), None) => Ok(one.clone()),
        (None, _) => unfit("the script has no such command"),
        (Some(_), Some(_)) => unfit("which command of the script is meant is not certain"),
    }
}
