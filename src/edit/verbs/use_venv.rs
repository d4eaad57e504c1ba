//! Turns a `pip install` into the system's Python, which PEP 668 forbids, into one into a virtual environment.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `use-venv {}`: makes and activates a virtual environment before the first `pip install` of the failed step's script, and puts it in
/// front of the path of the steps behind.
pub(super) const VERB: Verb = Verb { name: "use-venv", required: &[], optional: &[], plan };

fn plan(scene: &Scene<'_>, _: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let step = scene.step()?;
    let (route, text) = scene.script()?;
    if !scene.shell(step.node).is_posix() {
        return unfit("the script is for no POSIX shell");
    }
    if text.contains(" -m venv ") || text.contains("virtualenv ") {
        return Err(Refusal::AlreadySo("a virtual environment".to_owned()));
    }
    let commands = script::commands(text);
    let Some(install) = commands.iter().find(|command| installs(command)) else { return unfit("the script does not run `pip install`") };
    if install.is_sudo() {
        return unfit("`sudo pip` installs for root, whose path a virtual environment does not change");
    }
    if !install.always || !script::begins_line(text, install.start()) {
        return unfit("`pip install` does not stand on a line of its own");
    }
    // What the system's own packages bring, the script still finds.
    let brings =
        |command: &script::Command| command.words.iter().any(|word| word.text.starts_with("python3-") || word.text.starts_with("py3-"));
    let sites = if commands.iter().any(brings) { " --system-site-packages" } else { "" };
    let make = format!("python3 -m venv{sites} \"$RUNNER_TEMP/venv\"");
    let lines = [make.as_str(), ". \"$RUNNER_TEMP/venv/bin/activate\"", "echo \"$RUNNER_TEMP/venv/bin\" >> \"$GITHUB_PATH\""];
    let Some(new) = script::lines_above(text, install.start(), &lines) else { return unfit("the command is not in the script") };
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, "a virtual environment")
}

/// `pip install`, `pip3 install`, `python3 -m pip install`.
fn installs(command: &script::Command) -> bool {
    let words: Vec<&str> = command.program().iter().map(|word| word.text.as_str()).collect();
    matches!(words.as_slice(), ["pip" | "pip3", "install", ..] | ["python" | "python3", "-m", "pip", "install", ..])
}
