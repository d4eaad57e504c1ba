//! Turns uses of an action that the service refuses into the smallest major that works, inputs included.

use super::Verb;
use super::artifacts;
use crate::edit::draft::Draft;
use crate::edit::scene::Migration;
use crate::edit::scene::{Arguments, Scene, unfit, uses_of};
use crate::edit::write::argument_value;
use crate::edit::{Edit, Refusal};
use crate::workflow::Route;
use serde_yaml::Value;

/// `bump-action {action, to}`: every use of the action in the file that is refused — or, with `to`, older — names a major that works,
/// and so do its companions. Inputs move along; a commit stays a commit.
pub(super) const VERB: Verb = Verb { name: "bump-action", required: &["action"], optional: &["to"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let action = arguments.need("action")?;
    let to = match arguments.get("to").map(|to| (to, version(to))) {
        None => None,
        Some((_, Some(major))) => Some(major),
        Some((to, None)) => return unfit(format!("`{to}` is no version")),
    };
    let mut draft = Draft::new(scene.document);
    let mut bumped = Vec::new();
    let uses = all_uses(scene, action);
    if uses.is_empty() {
        return unfit(format!("the file does not use {action}"));
    }
    for one in &uses {
        if let Some(target) = target(scene, one, to)? {
            bump(scene, &mut draft, one, target)?;
            bumped.push((one.clone(), target));
        }
    }
    if !bumped.is_empty() {
        for companion in (scene.knowledge.together)(action) {
            for one in all_uses(scene, &companion) {
                if let Some(target) = target(scene, &one, None)? {
                    bump(scene, &mut draft, &one, target)?;
                    bumped.push((one, target));
                }
            }
        }
        artifacts::migrate(scene, &mut draft, &bumped)?;
    }
    draft.finish(&scene.place.file, &format!("{action} at a major that works"))
}

/// A use of an action.
#[derive(Debug, Clone)]
pub(super) struct Use {
    /// The step's route, or a job's that calls a workflow.
    pub(super) step: Route,
    /// The action, as written.
    pub(super) action: String,
    /// What stands behind the `@`.
    pub(super) reference: String,
}

/// The first number of a version: 4 of `v4.2.2`.
pub(super) fn version(reference: &str) -> Option<u32> {
    let text = reference.strip_prefix('v').unwrap_or(reference);
    let sound = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.len() < 16;
    if sound { text.split('.').next()?.parse().ok() } else { None }
}

fn is_commit(reference: &str) -> bool {
    reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Every use of an action, and of its sub-actions, in the file.
fn all_uses(scene: &Scene<'_>, action: &str) -> Vec<Use> {
    let mut uses = Vec::new();
    for (route, items) in scene.all_steps() {
        for (index, item) in items.iter().enumerate() {
            let Some((name, reference)) = uses_of(&item.value) else { continue };
            let owner = name.split('/').take(2).collect::<Vec<_>>().join("/");
            if owner.eq_ignore_ascii_case(action) {
                uses.push(Use { step: route.index(index), action: name.to_owned(), reference: reference.to_owned() });
            }
        }
    }
    uses
}

/// The major that a use is bumped to; none when it may stay.
fn target(scene: &Scene<'_>, one: &Use, to: Option<u32>) -> Result<Option<u32>, Refusal> {
    let owner = one.action.split('/').take(2).collect::<Vec<_>>().join("/");
    let known = || (scene.knowledge.version_of_commit)(&owner, &one.reference);
    let reference = if is_commit(&one.reference) { known() } else { Some(one.reference.clone()) };
    let refused = (scene.knowledge.is_refused)(&owner, &one.reference)
        || reference.as_deref().is_some_and(|text| (scene.knowledge.is_refused)(&owner, text));
    let Some(major) = reference.as_deref().and_then(version) else {
        // A branch or an unknown commit: only what the service refuses by name is bumped, and that is no version.
        return Ok(None);
    };
    match to {
        Some(to) if major < to => Ok(Some(to)),
        None if refused => match (scene.knowledge.supported_major)(&owner, major) {
            // An exact version may be refused though its major works: v4.0.2 of the cache.
            Some(target) => Ok(Some(target)),
            None => unfit(format!("no major of {owner} is known to work")),
        },
        _ => Ok(None),
    }
}

fn bump(scene: &Scene<'_>, draft: &mut Draft<'_>, one: &Use, to: u32) -> Result<(), Refusal> {
    let owner = one.action.split('/').take(2).collect::<Vec<_>>().join("/");
    let uses = one.step.key("uses");
    let from = if is_commit(&one.reference) {
        (scene.knowledge.version_of_commit)(&owner, &one.reference).unwrap_or_default()
    } else {
        one.reference.clone()
    };
    if is_commit(&one.reference) {
        let Some((name, commit)) = (scene.knowledge.pin)(&owner, to) else {
            return unfit(format!("no commit of {owner} v{to} is known, and a pin stays a pin"));
        };
        draft.set(&uses, Value::from(format!("{}@{commit}", one.action)))?;
        draft.version_comment(&uses, &format!("v{}", name.trim_start_matches('v')));
    } else {
        let mark = if one.reference.starts_with('v') { "v" } else { "" };
        draft.set(&uses, Value::from(format!("{}@{mark}{to}", one.action)))?;
    }
    migrate_inputs(scene, draft, one, &(scene.knowledge.migrations)(&owner, version(&from).unwrap_or(to), to))
}

fn migrate_inputs(scene: &Scene<'_>, draft: &mut Draft<'_>, one: &Use, migrations: &[Migration]) -> Result<(), Refusal> {
    let with = one.step.key("with");
    let inputs = scene.document.get(&with);
    let has = |name: &str| inputs.is_some_and(|inputs| inputs.get(name).is_some());
    for migration in migrations {
        if migration.script {
            return unfit(format!("{} changed more than inputs: read its notes", one.action));
        }
        if let Some(lost) = migration.lost.iter().find(|name| has(name)) {
            return unfit(format!("the input `{lost}` of {} has no successor", one.action));
        }
        for (old, new) in migration.renamed.iter().filter(|(old, _)| has(old)) {
            draft.rename(&with.key(old), new)?;
        }
        for old in migration.dropped.iter().filter(|name| has(name)) {
            draft.remove_key(&with.key(old))?;
        }
        for (name, value) in migration.required.iter().filter(|(name, _)| !has(name)) {
            draft.put_below(&one.step, "with", name, argument_value(value), &["uses"])?;
        }
    }
    Ok(())
}
