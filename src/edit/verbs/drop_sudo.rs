//! Turns commands run with sudo into the commands themselves, where everything runs as root already.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};
use crate::workflow::Node;

/// `drop-sudo {}`: the scripts of a job that runs in a container do without `sudo`, which few images have: containers run as root
/// (<https://docs.github.com/actions/reference/workflows-and-actions/dockerfile-support#user>).
pub(super) const VERB: Verb = Verb { name: "drop-sudo", required: &[], optional: &[], plan };

/// Options of sudo that say nothing where nothing changes.
const IDLE: &[&str] = &["-E", "-H", "-n", "-EH", "-HE", "--preserve-env"];

fn plan(scene: &Scene<'_>, _: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    match scene.container() {
        None => return unfit("the job runs in no container"),
        Some(image) if image.contains("${{") => return unfit("whether every leg runs in a container is not certain"),
        Some(_) => {}
    }
    let (route, items) = scene.steps()?;
    let mut draft = Draft::new(scene.document);
    for (index, item) in items.iter().enumerate() {
        let Some(text) = item.value.get("run").and_then(Node::as_str).filter(|_| scene.shell(&item.value).is_posix()) else { continue };
        let new = plain(text)?;
        if new != text {
            draft.script(&route.index(index).key("run"), &new)?;
        }
    }
    draft.finish(&scene.place.file, "the absence of `sudo`")
}

/// The script without sudo at the head of its commands.
fn plain(text: &str) -> Result<String, Refusal> {
    let mut new = text.to_owned();
    let commands = script::commands(text);
    for command in commands.iter().rev() {
        let Some(at) = command.words.iter().position(|word| word.text == "sudo") else { continue };
        let heads =
            command.words.iter().take(at).all(|word| word.text.contains('=') || ["time", "env", "exec"].contains(&word.text.as_str()));
        let Some((sudo, rest)) = command.words.get(at..).and_then(<[_]>::split_first).filter(|_| heads) else { continue };
        let Some(next) = rest.iter().find(|word| !word.text.starts_with('-')) else { continue };
        if rest.iter().take_while(|word| word.start < next.start).any(|word| !IDLE.contains(&word.text.as_str())) {
            return unfit("an option of `sudo` asks for another user");
        }
        new.replace_range(sudo.start..next.start, "");
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_heads_of_commands_lose_it() {
        let old = "sudo apt-get update && sudo -E apt-get install -y a\necho sudo | sudo tee /x # sudo\nX=1 sudo b";
        let new = "apt-get update && apt-get install -y a\necho sudo | tee /x # sudo\nX=1 b";
        assert_eq!(plain(old).as_deref(), Ok(new));
        assert!(plain("sudo -u postgres psql").is_err());
    }
}
