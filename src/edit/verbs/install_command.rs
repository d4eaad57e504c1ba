//! Turns a command that was not found into the installation of its package.

use super::Verb;
use super::install_packages::{install_packages, place};
use super::manager::manager;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};

/// `install-command {command, package, before}`: installs the package that brings the command, by the table, or `package`; before the
/// failed step, or before the step that uses the action `before`.
pub(super) const VERB: Verb = Verb { name: "install-command", required: &["command"], optional: &["before", "package"], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let command = arguments.need("command")?;
    let manager = manager(scene)?;
    let known = arguments.get("package").map(str::to_owned).or_else(|| (scene.knowledge.command_package)(command, manager));
    let Some(packages) = known else { return unfit(format!("no table knows which package brings `{command}` here")) };
    install_packages(scene, manager, &packages, place(scene, arguments)?)
}
