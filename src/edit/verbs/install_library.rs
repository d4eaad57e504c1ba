//! Turns a library or header that was not found into the installation of its development package.

use super::Verb;
use super::install_packages::install_packages;
use super::manager::manager;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};

/// `install-library {library}`: installs the package that holds the library — by the name that pkg-config, the linker, CMake or the
/// compiler asks with — by the table.
pub(super) const VERB: Verb = Verb { name: "install-library", required: &["library"], optional: &[], plan };

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let library = arguments.need("library")?;
    let manager = manager(scene)?;
    let Some(packages) = (scene.knowledge.library_package)(library, manager) else {
        return unfit(format!("no table knows which package holds `{library}` here"));
    };
    install_packages(scene, manager, &packages, scene.step()?.index)
}
