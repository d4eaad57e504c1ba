//! Turns a checkout without submodules into one that fetches them.

use super::Verb;
use super::set_with::step_of;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use crate::repository::{EntryKind, Repository};
use serde_yaml::Value;

/// `fetch-submodules {path}`: `submodules: recursive` on the job's checkout, where `path` lies in a submodule of the repository.
/// `path` may be the runner's whole path.
pub(super) const VERB: Verb = Verb { name: "fetch-submodules", required: &["path"], optional: &[], plan };

/// The input of actions/checkout (<https://github.com/actions/checkout#usage>).
const INPUT: &str = "submodules";

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let path = arguments.need("path")?;
    if !submodules(scene.repository).iter().any(|submodule| lies_in(path, submodule)) {
        return unfit(format!("`{path}` lies in no submodule of the base commit"));
    }
    let checkout = step_of(scene, Some("actions/checkout"))?;
    let input = scene.document.get(&checkout.key("with").key(INPUT));
    if input.is_some_and(|node| node.as_str() != Some("false")) {
        return Err(Refusal::AlreadySo(format!("`{INPUT}` of the checkout")));
    }
    let mut draft = Draft::new(scene.document);
    draft.put_below(&checkout, "with", INPUT, Value::from("recursive"), super::set_key::STEP_HEAD)?;
    draft.finish(&scene.place.file, &format!("`{INPUT}`"))
}

/// The paths of all submodules: as the tree has them, and as `.gitmodules` names them.
fn submodules(repository: &Repository) -> Vec<String> {
    let listed = repository.text(".gitmodules").unwrap_or("").lines().filter_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "path").then(|| value.trim().to_owned())
    });
    let entries = repository.entries.iter().filter(|(_, kind)| **kind == EntryKind::Submodule).map(|(path, _)| path.as_str().to_owned());
    listed.chain(entries).filter(|path| !path.is_empty()).collect()
}

/// Whether a path, relative or on the runner (`/home/runner/work/app/app/…`, `D:\a\app\app\…`), lies in a folder of the repository.
fn lies_in(path: &str, folder: &str) -> bool {
    let path = path.replace('\\', "/");
    let inside = ["/_work/", "/work/", "/a/", "/__w/"].iter().find_map(|root| path.split_once(root)).map(|(_, rest)| rest);
    let relative = inside.and_then(|rest| rest.splitn(3, '/').nth(2)).unwrap_or_else(|| path.trim_start_matches("./"));
    relative.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_runner_are_those_of_the_repository() {
        for path in [
            "third_party/fmt",
            "./third_party/fmt/src",
            "/home/runner/work/w/w/third_party/fmt",
            "D:\\a\\w\\w\\third_party\\fmt\\x",
            "/__w/w/w/third_party/fmt",
        ] {
            assert!(lies_in(path, "third_party/fmt"), "{path}");
        }
        for path in ["third_party/fmtlib", "third_party", "/home/runner/work/w/w/other/third_party/fmt"] {
            assert!(!lies_in(path, "third_party/fmt"), "{path}");
        }
    }
}
