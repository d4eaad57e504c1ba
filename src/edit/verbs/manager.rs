//! Finds the package manager that a job has: by its system, its container's image, or what its own steps use.

use crate::edit::Refusal;
use crate::edit::scene::{Manager, Scene, unfit};
use crate::edit::script;
use crate::text::OperatingSystem;
use crate::workflow::Node;

/// The manager that a program of a script is, by its name.
pub(super) fn program(name: &str) -> Option<Manager> {
    Some(match name {
        "apt-get" | "apt" => Manager::Apt,
        "apk" => Manager::Apk,
        "dnf" | "yum" | "microdnf" => Manager::Dnf,
        "brew" => Manager::Brew,
        "choco" => Manager::Choco,
        _ => return None,
    })
}

/// The word that makes a manager install.
pub(super) const fn order(manager: Manager) -> &'static str {
    if matches!(manager, Manager::Apk) { "add" } else { "install" }
}

/// The package manager of the failed job.
pub(super) fn manager(scene: &Scene<'_>) -> Result<Manager, Refusal> {
    if let Some(image) = scene.container() {
        return of_image(image).or_else(|refusal| used(scene).ok_or(refusal));
    }
    match scene.system() {
        Some(OperatingSystem::Linux) => Ok(Manager::Apt),
        Some(OperatingSystem::Macos) => Ok(Manager::Brew),
        Some(OperatingSystem::Windows) => Ok(Manager::Choco),
        None => unfit("on which system the job runs is not certain"),
    }
}

/// The one manager of Linux that the job's own steps install with, up to the failed one.
fn used(scene: &Scene<'_>) -> Option<Manager> {
    let (_, items) = scene.steps().ok()?;
    let failed = scene.step().ok()?.index;
    let scripts = items.iter().take(failed + 1).filter_map(|item| item.value.get("run").and_then(Node::as_str));
    let mut found: Vec<Manager> = Vec::new();
    for command in scripts.flat_map(script::commands) {
        let words = command.program();
        let manager = words.first().and_then(|word| program(&word.text)).filter(|manager| *manager != Manager::Brew);
        let installs = manager.filter(|manager| words.iter().any(|word| word.text == order(*manager)));
        found.extend(installs.filter(|manager| !found.contains(manager)));
    }
    if let [one] = found.as_slice() { Some(*one) } else { None }
}

/// The package manager of a container's image.
fn of_image(image: &str) -> Result<Manager, Refusal> {
    const DEBIAN: &[&str] = &[
        "ubuntu",
        "debian",
        "python",
        "node",
        "golang",
        "rust",
        "ruby",
        "gcc",
        "php",
        "openjdk",
        "eclipse-temurin",
        "maven",
        "gradle",
        "buildpack-deps",
        "haskell",
        "perl",
        "julia",
        "erlang",
        "elixir",
        "swift",
        "playwright",
        "cimg",
        "dart",
    ];
    const FEDORA: &[&str] = &["fedora", "rockylinux", "almalinux", "centos", "ubi", "rockylinux9", "oraclelinux"];
    let whole = image.to_ascii_lowercase();
    let path = whole.split('@').next().unwrap_or("");
    let (name, tag) = path.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).unwrap_or((path, ""));
    let name = name.rsplit('/').next().unwrap_or(name);
    match () {
        () if whole.contains("${{") => unfit("which image the container has is not certain"),
        () if name == "alpine" || tag.contains("alpine") => Ok(Manager::Apk),
        () if FEDORA.contains(&name) => Ok(Manager::Dnf),
        () if DEBIAN.contains(&name) => Ok(Manager::Apt),
        () => unfit(format!("which package manager the image `{image}` has is not known")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_tells_its_package_manager() {
        assert_eq!(of_image("python:3.12-alpine"), Ok(Manager::Apk));
        assert_eq!(of_image("mcr.example:5000/playwright:v1"), Ok(Manager::Apt));
        assert_eq!(of_image("quay.example/fedora@sha256:0"), Ok(Manager::Dnf));
        assert!(of_image("ghcr.example/own/image:1").is_err());
        assert!(of_image("${{ matrix.image }}").is_err());
    }
}
