//! Turns a command that may not touch a folder of the system into the same command run by root.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};
use crate::text::OperatingSystem;

/// `run-as-root {tool, path}`: `sudo` before the one command of the failed step's script that is `tool` and names `path` or a folder
/// above it. Hosted Linux and macOS runners let every job use `sudo` without a password; a job container runs as root already.
pub(super) const VERB: Verb = Verb { name: "run-as-root", required: &["tool", "path"], optional: &[], plan };

/// Folders that belong to the runner's own user: what root owns there, an earlier step made so.
const OWN: &[&str] = &["/home/", "/Users/", "/__w/", "/github/", "/tmp/", "/private/", "/dev/", "/proc/", "/sys/"];

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (tool, path) = (arguments.need("tool")?, arguments.need("path")?);
    let step = scene.step()?;
    let (route, text) = scene.script()?;
    let system = matches!(scene.system(), Some(OperatingSystem::Linux | OperatingSystem::Macos));
    if !system || scene.container().is_some() || !scene.shell(step.node).is_posix() {
        return unfit("only a job on Linux or macOS outside a container has `sudo`");
    }
    if !path.starts_with('/') || OWN.iter().any(|own| path.starts_with(own)) {
        return unfit(format!("`{path}` is no folder of the system"));
    }
    let commands = script::commands(text);
    let names = |command: &script::Command| {
        let words = command.program();
        let is_it = words.first().is_some_and(|word| word.text.rsplit('/').next() == Some(tool));
        is_it && words.iter().skip(1).any(|word| above(&word.text.replace(['"', '\''], ""), path))
    };
    let mut found = commands.iter().filter(|command| names(command) && !command.is_sudo());
    let (Some(command), None) = (found.next(), found.next()) else {
        let done = commands.iter().any(|command| names(command) && command.is_sudo());
        return if done {
            Err(Refusal::AlreadySo("`sudo`".to_owned()))
        } else {
            unfit(format!("no one `{tool}` of the script names `{path}`"))
        };
    };
    let Some(new) = script::inserted(text, command.start(), "sudo ") else { return unfit("the command is not in the script") };
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, "`sudo`")
}

/// Whether `word` is `path` or a folder above it.
fn above(word: &str, path: &str) -> bool {
    let word = word.trim_end_matches('/');
    word.starts_with('/') && word.len() > 1 && (word == path || path.strip_prefix(word).is_some_and(|rest| rest.starts_with('/')))
}
