//! Turns an artifact name that several legs or jobs upload into one for each.

use super::Verb;
use super::artifacts;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, is_action, unfit};
use crate::edit::{Edit, Refusal};
use crate::workflow::Route;

/// `unique-artifact {}`: the failed upload, and the others of the file under the same name, name the axes of their matrix or their job;
/// downloads of that name take them all.
pub(super) const VERB: Verb = Verb { name: "unique-artifact", required: &[], optional: &[], plan };

fn plan(scene: &Scene<'_>, _: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let failed = scene.step()?;
    if !is_action(failed.node, artifacts::UPLOAD) {
        return unfit("the step uploads no artifact");
    }
    let name = artifacts::name_of(scene, &failed.route);
    let all = |action: &str| -> Vec<Route> {
        let lists = scene.all_steps().into_iter();
        let steps = lists.flat_map(|(route, items)| items.iter().enumerate().map(move |(index, item)| (route.index(index), item)));
        let users = steps.filter(|(route, item)| is_action(&item.value, action) && artifacts::name_of(scene, route) == name);
        users.map(|(route, _)| route).collect()
    };
    let mut draft = Draft::new(scene.document);
    artifacts::part(scene, &mut draft, &all(artifacts::UPLOAD), &all(artifacts::DOWNLOAD))?;
    draft.finish(&scene.place.file, "a name of its own")
}
