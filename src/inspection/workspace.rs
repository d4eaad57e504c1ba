//! What a job's workspace holds, as far as that is certain.

use super::file::File;
use crate::workflow::Step;

/// Whether the repository's files are known, and not only the file that is inspected.
pub(super) fn is_known(file: &File<'_>) -> bool {
    file.repository.entries.keys().any(|path| !path.as_str().starts_with(".github/") && path != file.path)
}

/// Whether these steps check out this very repository, into the workspace itself, and nothing else brings files.
pub(super) fn only_this_repository(steps: &[Step<'_>]) -> bool {
    let mut checkouts = 0;
    for step in steps {
        let Some(uses) = step.uses() else { continue };
        let action = uses.split('@').next().unwrap_or("");
        if action.eq_ignore_ascii_case("actions/checkout") {
            checkouts += 1;
            let other = ["repository", "ref", "path", "sparse-checkout", "submodules", "lfs"];
            if step.get("with").is_some_and(|with| other.iter().any(|key| with.get(key).is_some())) {
                return false;
            }
        } else if ["download-artifact", "cache", "checkout", "download", "restore", "./"].iter().any(|word| action.contains(word)) {
            return false;
        }
    }
    checkouts == 1
}

/// Whether a script or input of these steps says `name`: it may make the file.
pub(super) fn is_named(steps: &[Step<'_>], name: &str) -> bool {
    steps.iter().any(|step| step.run().is_some_and(|run| run.contains(name)) || step.with().iter().any(|(_, value)| value.contains(name)))
}
