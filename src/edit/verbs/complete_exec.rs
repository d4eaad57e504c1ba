//! Turns an action of `find` that a script left incomplete into a whole one.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};

/// `complete-exec {}`: what `find -exec` runs in the failed step ends with `\;`, which the shell would take away without its backslash,
/// and names the file with `{}` (<https://www.gnu.org/software/findutils/manual/html_node/find_html/Single-File.html>).
pub(super) const VERB: Verb = Verb { name: "complete-exec", required: &[], optional: &[], plan };

/// Actions of find that run a command.
const ACTIONS: &[&str] = &["-exec", "-execdir", "-ok", "-okdir"];

/// How the end of such a command is written.
const ENDS: &[&str] = &["\\;", "';'", "\";\"", "+"];

fn plan(scene: &Scene<'_>, _: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let step = scene.step()?;
    let (route, script) = scene.script()?;
    if !scene.shell(step.node).is_posix() {
        return unfit("the script is for no POSIX shell");
    }
    let Some(new) = completed(script) else { return unfit("every `-exec` of the script is whole") };
    let mut draft = Draft::new(scene.document);
    draft.script(&route, &new)?;
    draft.finish(&scene.place.file, "the action of `find`")
}

/// The script with whole actions; none where nothing lacks.
fn completed(text: &str) -> Option<String> {
    let mut new = text.to_owned();
    for command in script::commands(text).iter().rev() {
        let words = command.program();
        let at = words.iter().position(|word| ACTIONS.contains(&word.text.as_str()));
        let Some(at) = at.filter(|_| words.first().is_some_and(|word| word.text == "find")) else { continue };
        let action = words.get(at + 1..).unwrap_or(&[]);
        match action.iter().find(|word| ENDS.contains(&word.text.as_str())) {
            Some(end) if !action.iter().any(|word| word.text.contains("{}")) => new.insert_str(end.start, "{} "),
            Some(_) => {}
            None => {
                let blank = text.get(command.end()..)?;
                let semicolon = command.end() + blank.len() - blank.trim_start_matches([' ', '\t']).len();
                if action.is_empty() || !text.get(semicolon..)?.starts_with(';') {
                    continue;
                }
                new.insert(semicolon, '\\');
                if !action.iter().any(|word| word.text.contains("{}")) {
                    new.insert_str(semicolon, "{} ");
                }
            }
        }
    }
    (new != text).then_some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_gets_what_it_lacks() {
        for (old, new) in [
            ("find . -name x -exec rm -rf \\;", "find . -name x -exec rm -rf {} \\;"),
            ("find . -exec chmod +x {} ;", "find . -exec chmod +x {} \\;"),
            ("a\nfind . -type d -exec rm ;\nb", "a\nfind . -type d -exec rm {} \\;\nb"),
        ] {
            assert_eq!(completed(old).as_deref(), Some(new));
            assert_eq!(completed(new), None);
        }
        assert_eq!(completed("find . -exec rm {} +; echo x"), None);
    }
}
