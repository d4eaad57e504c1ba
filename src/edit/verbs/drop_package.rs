//! Turns a list of packages into one without the package that the release does not have.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `drop-package {package}`: `package` leaves the failed step's `apt-get build-dep` that names others too.
pub(super) const VERB: Verb = Verb { name: "drop-package", required: &["package"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let package = arguments.need("package")?;
    let (route, text) = scene.script()?;
    let commands = script::commands(text);
    let asks = |command: &&script::Command| {
        let words = command.program();
        words.first().is_some_and(|word| ["apt-get", "apt"].contains(&word.text.as_str()))
            && words.iter().any(|word| word.text == "build-dep")
    };
    let lists: Vec<&script::Command> = commands.iter().filter(asks).collect();
    if !lists.is_empty() && !lists.iter().any(|command| command.words.iter().any(|word| word.text == package)) {
        return Err(Refusal::AlreadySo(format!("the absence of {package}")));
    }
    for command in lists {
        let names = command.program().iter().skip(1).filter(|word| !word.text.starts_with('-') && word.text != "build-dep");
        let (Some(word), true) = (command.words.iter().find(|word| word.text == package), names.count() > 1) else { continue };
        let before = text.get(..word.start).unwrap_or("");
        let start = before.trim_end_matches(' ').len();
        let new = format!("{}{}", text.get(..start).unwrap_or(""), text.get(word.end..).unwrap_or(""));
        let mut draft = Draft::new(scene.document);
        draft.script(&route, &new)?;
        return draft.finish(&scene.place.file, "the list of packages");
    }
    unfit(format!("no list of the script names {package} beside others"))
}
