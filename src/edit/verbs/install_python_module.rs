//! Turns a Python module that was not found into the installation of its distribution.

use super::Verb;
use super::pip;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};

/// `install-python-module {module, distribution}`: appends the distribution — by the table, or as given — to the job's own `pip install`
/// line, or installs it in a step before the failed one. A module of the repository itself is never installed.
pub(super) const VERB: Verb = Verb { name: "install-python-module", required: &["module"], optional: &["distribution"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let module = arguments.need("module")?;
    let top = module.split('.').next().unwrap_or(module);
    if is_local(scene, top) {
        return unfit(format!("`{top}` is a module of this repository, not a package"));
    }
    let table = || (scene.knowledge.python_distribution)(module).or_else(|| (scene.knowledge.python_distribution)(top));
    let Some(distribution) = arguments.get("distribution").map(str::to_owned).or_else(table) else {
        return unfit(format!("no table knows which distribution brings `{module}`"));
    };
    pip::install(scene, &distribution)
}

/// Whether the repository holds a module of this name, at any depth.
fn is_local(scene: &Scene<'_>, name: &str) -> bool {
    let file = format!("{name}.py");
    let folder = format!("/{name}/__init__.py");
    scene.repository.entries.keys().any(|path| {
        let path = path.as_str();
        path.rsplit('/').next() == Some(file.as_str()) || format!("/{path}").ends_with(&folder)
    })
}
