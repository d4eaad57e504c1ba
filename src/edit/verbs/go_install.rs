//! Turns `go get` of a program, which since Go 1.18 installs nothing, into `go install`.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `go-install {}`: every `go get PACKAGE` of the failed step's script becomes `go install PACKAGE@latest`; a version that it names stays.
/// Only options of the build stay too: `go install` knows no `-u` and no `-t`.
pub(super) const VERB: Verb = Verb { name: "go-install", required: &[], optional: &[], plan };

fn plan(scene: &Scene<'_>, _: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (route, text) = scene.script()?;
    let mut new = text.to_owned();
    let commands = script::commands(text);
    for command in commands.iter().rev() {
        let Some(install) = install(command) else { continue };
        let start = command.program().first().map_or(0, |word| word.start);
        new.replace_range(start..command.end(), &install);
    }
    if new == text {
        let done = commands.iter().any(|command| matches!(words(command).as_slice(), ["go", "install", ..]));
        return if done {
            Err(Refusal::AlreadySo("`go install`".to_owned()))
        } else {
            unfit("the script does not run `go get` of a program")
        };
    }
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, "`go install`")
}

fn words(command: &script::Command) -> Vec<&str> {
    command.program().iter().map(|word| word.text.as_str()).collect()
}

/// The command that installs what this one gets; none where it is no `go get` of packages by their paths.
fn install(command: &script::Command) -> Option<String> {
    let words = words(command);
    let ["go", "get", rest @ ..] = words.as_slice() else { return None };
    let mut out = vec!["go".to_owned(), "install".to_owned()];
    let mut packages = 0;
    for word in rest {
        match *word {
            "-u" | "-t" | "-f" | "-d" | "-insecure" | "-u=patch" => {}
            option if option.starts_with('-') => out.push(option.to_owned()),
            path if path.contains('.') && path.contains('/') && !path.starts_with('.') && !path.contains("...") => {
                packages += 1;
                out.push(if path.contains('@') { path.to_owned() } else { format!("{path}@latest") });
            }
            _ => return None,
        }
    }
    // `go get -d` never installed; several programs of different modules cannot be installed by one command.
    (packages == 1 && !rest.contains(&"-d")).then(|| out.join(" "))
}
