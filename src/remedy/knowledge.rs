//! What the almanac tells the verbs.

use crate::almanac::{self, ActionVersion, LibraryKind, PackageManager};
use crate::edit::{Knowledge, Manager, Migration};

/// The almanac as the verbs ask it.
pub(super) const ALMANAC: Knowledge = Knowledge {
    command_package: |command, manager| Some(almanac::tool(command)?.package_for(package_manager(manager))?.to_owned()),
    library_package,
    python_distribution: |module| almanac::python_distribution(module).map(str::to_owned),
    node_package: |command| almanac::node_package(command).map(str::to_owned),
    is_refused: |action, reference| almanac::action(action).is_some_and(|action| action.refused(reference).is_some()),
    supported_major: |action, from| almanac::action(action)?.smallest_supported(from),
    together: |action| almanac::action(action).map(|action| action.together.clone()).unwrap_or_default(),
    migrations,
    version_of_commit: |action, commit| almanac::action(action)?.version_of(commit).map(str::to_owned),
    pin: |action, major| {
        let (version, commit) = almanac::action(action)?.newest_pin(major)?;
        Some((version.to_owned(), commit.to_owned()))
    },
    reference: |action| reference(action),
    next_label: |label| next_label(label),
};

const fn package_manager(manager: Manager) -> PackageManager {
    match manager {
        Manager::Apt => PackageManager::Apt,
        Manager::Apk => PackageManager::Apk,
        Manager::Dnf => PackageManager::Dnf,
        Manager::Brew => PackageManager::Brew,
        Manager::Choco => PackageManager::Choco,
    }
}

/// The package of a library, by whichever name it is asked for. A header has a dot; a shared object says `.so`.
fn library_package(name: &str, manager: Manager) -> Option<String> {
    let kinds: &[LibraryKind] = match () {
        () if name.contains(".so") => &[LibraryKind::Object],
        () if name.ends_with(".h") || name.ends_with(".hpp") || name.contains('/') => &[LibraryKind::Header],
        () => &[LibraryKind::PkgConfig, LibraryKind::Link, LibraryKind::Cmake],
    };
    let manager = package_manager(manager);
    kinds.iter().find_map(|kind| Some(almanac::library(*kind, name)?.package_for(manager)?.to_owned()))
}

fn migrations(action: &str, from: u32, to: u32) -> Vec<Migration> {
    let Some(action) = almanac::action(action) else { return Vec::new() };
    let steps = action.migrations(from, to).map(|step| Migration {
        renamed: step.renamed.clone(),
        required: step.required.clone(),
        dropped: step.dropped.clone(),
        lost: step.lost.clone(),
        script: step.script,
    });
    steps.collect()
}

/// The newest major of an action that the almanac knows, else the reference of a setup action.
fn reference(action: &str) -> Option<String> {
    let known = almanac::action(action).map(|known| format!("v{}", known.newest_major()));
    known.or_else(|| {
        almanac::tools().iter().filter_map(almanac::Tool::setup).find(|setup| setup.action == action).map(|setup| setup.reference.clone())
    })
}

/// The label that takes over from a retired one; an announcement's name (`Ubuntu 20.04`) counts as the label that it means.
fn next_label(label: &str) -> Option<String> {
    almanac::runner_label(label)?.replacement.clone()
}

/// A label in the form that workflows use: `Ubuntu 20.04` is `ubuntu-20.04`.
pub(super) fn label(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace("windows server ", "windows ").replace("macos x ", "macos ").replace(' ', "-")
}

/// Whether a reference is a version of a major that an action has.
pub(super) fn has_version(action: &str, reference: &str) -> bool {
    ActionVersion::parse(reference).is_some_and(|version| almanac::majors_of(action).contains(&version.major))
}
