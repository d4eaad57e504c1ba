//! Turns a wish for an environment variable into an edit.

use super::Verb;
use super::set_key::{JOB_HEAD, STEP_HEAD};
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::write::argument_value;
use crate::edit::{Edit, Refusal};
use crate::workflow::{Node, Route};
use serde_yaml::Value;

/// `set-env {name, value, of, join}`: sets a variable of the failed step (`of: step`, the default), its job, or the workflow. One that
/// is set already stays, unless `join` says with what the value is appended.
pub(super) const VERB: Verb = Verb { name: "set-env", required: &["name", "value"], optional: &["of", "join"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (name, value) = (arguments.need("name")?, arguments.need("value")?);
    let (route, behind) = match arguments.get("of").unwrap_or("step") {
        "step" => (scene.step()?.route, STEP_HEAD),
        "job" => (scene.job_route()?, JOB_HEAD),
        "workflow" => (Route::root(), &["name", "on", "permissions"][..]),
        other => return unfit(format!("`of` is `{other}`, not step, job or workflow")),
    };
    let old = scene.document.get(&route.key("env").key(name)).and_then(Node::as_str).filter(|old| !old.is_empty());
    let mut draft = Draft::new(scene.document);
    match (old, arguments.0.get("join")) {
        (Some(old), _) if old.contains(value) => return Err(Refusal::AlreadySo(format!("`{name}`"))),
        (Some(old), Some(join)) => draft.set(&route.key("env").key(name), Value::from(format!("{old}{join}{value}")))?,
        (Some(_), None) => return unfit(format!("`{name}` has another value")),
        (None, _) => draft.put_below(&route, "env", name, argument_value(value), behind)?,
    }
    draft.finish(&scene.place.file, &format!("`{name}`"))
}
