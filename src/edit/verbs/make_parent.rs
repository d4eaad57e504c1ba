//! Turns a command that writes into a folder that is not there into one that makes the folder first.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `make-parent {path}`: `mkdir -p` of the folder of `path` before the one command of the failed step's script that names the path.
pub(super) const VERB: Verb = Verb { name: "make-parent", required: &["path"], optional: &[], plan };

/// Home folders of runners and of root, which scripts write as `~` or `$HOME`.
const HOMES: &[&str] = &["/home/runner/", "/Users/runner/", "/root/", "/github/home/"];

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let path = arguments.need("path")?;
    let step = scene.step()?;
    let (route, text) = scene.script()?;
    if !scene.shell(step.node).is_posix() {
        return unfit("the script is for no POSIX shell");
    }
    let commands = script::commands(text);
    let mut users = commands.iter().filter_map(|command| Some((command, command.words.iter().find(|word| means(&word.text, path))?)));
    let (Some((command, word)), None) = (users.next(), users.next()) else {
        return unfit(format!("no one command of the script names `{path}`"));
    };
    let Some(folder) = parent(&word.text) else { return unfit(format!("`{}` stands in no folder", word.text)) };
    let make = format!("mkdir -p {folder}");
    if commands
        .iter()
        .take_while(|earlier| earlier.start() < command.start())
        .any(|earlier| text.get(earlier.start()..earlier.end()) == Some(&make))
    {
        return Err(Refusal::AlreadySo(format!("`{make}`")));
    }
    let start = command.start();
    let new = if text.trim_end().contains('\n') && script::begins_line(text, start) {
        script::lines_above(text, start, &[&make])
    } else {
        script::inserted(text, start, &format!("{make} && "))
    };
    let Some(new) = new else { return unfit("the command is not in the script") };
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, &format!("`{make}`"))
}

/// Whether a word of a script, as the shell reads it, is `path`.
fn means(word: &str, path: &str) -> bool {
    let bare = word.replace(['"', '\''], "");
    let rest = ["~/", "$HOME/", "${HOME}/"].iter().find_map(|home| bare.strip_prefix(home));
    match rest {
        Some(rest) => HOMES.iter().any(|home| path.strip_prefix(home) == Some(rest)),
        None => bare.trim_start_matches("./") == path.trim_start_matches("./"),
    }
}

/// The folder of a path as a script writes it, its quotes kept.
fn parent(word: &str) -> Option<String> {
    let (folder, name) = word.rsplit_once('/')?;
    let quote = name.chars().next_back().filter(|last| ['"', '\''].contains(last) && folder.starts_with(*last));
    let open = folder.matches(['"', '\'']).count() % 2;
    match (quote, open) {
        (Some(quote), 1) => Some(format!("{folder}{quote}")),
        (None, 0) => Some(folder.to_owned()),
        _ => None,
    }
    .filter(|folder| !folder.is_empty() && !folder.contains([' ', '*']) || folder.starts_with('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_known_by_the_home_that_it_stands_in() {
        assert!(means("~/.stack/config.yaml", "/home/runner/.stack/config.yaml"));
        assert!(means("\"$HOME/.m2/settings.xml\"", "/Users/runner/.m2/settings.xml"));
        assert!(means("./out/x", "out/x"));
        assert!(!means("~/x", "/srv/x"));
        assert_eq!(parent("\"$HOME/.m2/settings.xml\"").as_deref(), Some("\"$HOME/.m2\""));
        assert_eq!(parent("~/.stack/c.yaml").as_deref(), Some("~/.stack"));
        assert_eq!(parent("\"$A\"/'x").as_deref(), Some("\"$A\""));
        assert_eq!(parent("x"), None);
    }
}
