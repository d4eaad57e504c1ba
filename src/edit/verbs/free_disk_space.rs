//! Turns a full disk into a step that clears what hosted images bring and the job does not use.

use super::Verb;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use crate::text::OperatingSystem;

/// `free-disk-space {}`: a step at the top of the job removes the .NET, Android and Haskell toolchains. Linux without a container only.
pub(super) const VERB: Verb = Verb { name: "free-disk-space", required: &[], optional: &[], plan };

const SCRIPT: &str = "sudo rm -rf /usr/share/dotnet /usr/local/lib/android /opt/ghc";

fn plan(scene: &Scene<'_>, _: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    scene.job_route()?;
    if scene.system().is_some_and(|system| system != OperatingSystem::Linux) || scene.container().is_some() {
        return unfit("only a job on Linux outside a container can clear the image");
    }
    let (_, items) = scene.steps()?;
    let clears =
        |text: &str| text.contains("/usr/share/dotnet") || text.contains("free-disk-space") || text.contains("/usr/local/lib/android");
    let words = |item: &crate::workflow::Item| scene.document.slice(item.value.span).to_ascii_lowercase();
    if items.iter().any(|item| clears(&words(item))) {
        return Err(Refusal::AlreadySo("a step that frees disk space".to_owned()));
    }
    let mut step = scene.run_step("Free disk space", SCRIPT);
    if !scene.is_one_system()
        && let Some(step) = step.as_mapping_mut()
    {
        step.insert("if".into(), "runner.os == 'Linux'".into());
    }
    scene.insert_step(0, step)
}
