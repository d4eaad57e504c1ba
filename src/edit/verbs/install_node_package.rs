//! Turns a missing npm package into its installation.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};
use crate::workflow::Node;

/// `install-node-package {package, scope}`: `npm install --no-save` before the failed step's command, or with `scope: global` in the
/// job's own `npm install -g` line. `package` may be a command: the table knows its package.
pub(super) const VERB: Verb = Verb { name: "install-node-package", required: &["package"], optional: &["scope"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let name = arguments.need("package")?;
    let package = (scene.knowledge.node_package)(name).unwrap_or_else(|| name.to_owned());
    let sound = package.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@')
        && package.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@/-._".contains(&byte));
    if !sound {
        return unfit(format!("`{package}` is no package's name"));
    }
    let failed = scene.step()?;
    let (route, items) = scene.steps()?;
    for (index, item) in items.iter().enumerate().take(failed.index + 1) {
        let Some(script) = item.value.get("run").and_then(Node::as_str) else { continue };
        for command in script::commands(script) {
            let Some(global) = installed(&command, &package)? else { continue };
            let wanted = arguments.get("scope") == Some("global") && global && command.always && item.value.get("if").is_none();
            let new = script::inserted(script, command.end(), &format!(" {package}")).filter(|_| wanted);
            let mut draft = Draft::new(scene.document);
            if let Some(new) = new
                && draft.script(&route.index(index).key("run"), &new).is_ok()
            {
                return draft.finish(&scene.place.file, "the installation");
            }
        }
    }
    let option = if arguments.get("scope") == Some("global") { "--global" } else { "--no-save" };
    let mut step = scene.run_step(&format!("Install {package}"), &format!("npm install {option} {package}"));
    if let (Some(folder), Some(step)) = (failed.node.get("working-directory").and_then(Node::as_str), step.as_mapping_mut()) {
        step.insert("working-directory".into(), folder.into());
    }
    scene.insert_before_step(step)
}

/// Whether a command is an `npm install` of named packages, and whether it is a global one; a refusal when it installs `package`.
fn installed(command: &script::Command, package: &str) -> Result<Option<bool>, Refusal> {
    let words: Vec<&str> = command.program().iter().map(|word| word.text.as_str()).collect();
    let ["npm", "install" | "i" | "add", rest @ ..] = words.as_slice() else { return Ok(None) };
    let mut names = rest.iter().filter(|word| !word.starts_with('-'));
    let same = |word: &&str| *word == package || word.strip_prefix(package).is_some_and(|rest| rest.starts_with('@'));
    if names.any(same) {
        return Err(Refusal::AlreadySo(format!("the installation of {package}")));
    }
    Ok(Some(rest.iter().any(|word| ["-g", "--global"].contains(word))))
}
