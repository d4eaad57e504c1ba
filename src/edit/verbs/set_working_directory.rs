//! Turns a wish for another folder into an edit.

use super::Verb;
use super::set_key::STEP_HEAD;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::script;
use crate::edit::{Edit, Refusal};
use crate::workflow::Node;
use serde_yaml::Value;

/// `set-working-directory {path}`: the failed step runs in this folder, which the base commit has; and so do the job's other steps that
/// only call the same program, when that one looks for a manifest: it would not find it there either.
pub(super) const VERB: Verb = Verb { name: "set-working-directory", required: &["path"], optional: &[], plan };

/// Programs that work on the project in whose folder they run.
const OF_PROJECTS: &[&str] = &["npm", "npx", "yarn", "pnpm", "bun", "cargo", "go", "mvn", "bundle", "composer", "poetry", "mix", "flutter"];

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let path = arguments.need("path")?;
    let step = scene.step()?;
    if step.node.get("run").is_none() {
        return unfit("the step has no script");
    }
    if !scene.repository.has_folder(path) {
        return unfit(format!("the base commit has no folder `{path}`"));
    }
    let mut draft = Draft::new(scene.document);
    draft.put(&step.route, "working-directory", Value::from(path), STEP_HEAD)?;
    let program = step.node.get("run").and_then(Node::as_str).and_then(only_program);
    let (steps, items) = scene.steps()?;
    for (index, item) in items.iter().enumerate().filter(|(index, _)| *index != step.index && program.is_some()) {
        let same = item.value.get("run").and_then(Node::as_str).and_then(only_program) == program;
        if same && item.value.get("working-directory").is_none() {
            draft.put(&steps.index(index), "working-directory", Value::from(path), STEP_HEAD)?;
        }
    }
    draft.finish(&scene.place.file, "the working directory")
}

/// The one program of a project that all commands of a script call.
fn only_program(text: &str) -> Option<&'static str> {
    let commands = script::commands(text);
    let mut programs = commands.iter().map(|command| command.program().first().map_or("", |word| word.text.as_str()));
    let first = programs.next()?;
    let known = OF_PROJECTS.iter().find(|program| **program == first)?;
    programs.all(|program| program == first).then_some(*known)
}
