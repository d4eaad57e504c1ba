//! gh runs the program as its extension: installed from a checkout, and as a release installs it. With the real gh, where it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::support::git::scrub;
use super::support::program::BINARY;

/// gh with a configuration and a data folder of its own.
struct Gh {
    home: TempDir,
}

impl Gh {
    /// None where gh is not installed; the test says so and passes.
    fn here() -> Option<Self> {
        let there = Command::new("gh").arg("--version").output().is_ok_and(|output| output.status.success());
        if !there {
            eprintln!("skipped: no gh here");
        }
        there.then(|| Self { home: TempDir::new().unwrap() })
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    fn run(&self, folder: &Path, arguments: &[&str]) -> Output {
        let mut gh = Command::new("gh");
        scrub(&mut gh, self.home.path());
        gh.args(arguments).current_dir(folder).env("XDG_DATA_HOME", self.data()).env("GH_CONFIG_DIR", self.home.path().join("config"));
        // Installing asks for a login, although nothing is fetched.
        gh.env("GH_TOKEN", "none").env("GH_NO_UPDATE_NOTIFIER", "1").env("NO_COLOR", "1").env("TMPDIR", self.home.path());
        gh.env("http_proxy", "http://127.0.0.1:9").env("https_proxy", "http://127.0.0.1:9").output().unwrap()
    }

    /// Runs it; it must succeed. What it prints.
    fn says(&self, folder: &Path, arguments: &[&str]) -> String {
        let output = self.run(folder, arguments);
        assert!(output.status.success(), "gh {arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// A checkout as `cargo build` leaves it: the launcher at the root, the program below `target`.
fn checkout(gh: &Gh) -> PathBuf {
    let folder = gh.home.path().join("gh-autoheal");
    let built = folder.join("target/debug");
    fs::create_dir_all(&built).unwrap();
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("gh-autoheal"), folder.join("gh-autoheal")).unwrap();
    fs::copy(BINARY, built.join("gh-autoheal")).unwrap();
    folder
}

#[cfg(unix)]
#[test]
fn gh_installs_the_extension_from_a_checkout() {
    let Some(gh) = Gh::here() else { return };
    let folder = checkout(&gh);
    gh.says(&folder, &["extension", "install", "."]);
    assert!(gh.says(&folder, &["extension", "list"]).contains("gh autoheal"));
    let version = gh.says(gh.home.path(), &["autoheal", "--version"]);
    assert!(version.starts_with(concat!("gh-autoheal ", env!("CARGO_PKG_VERSION"))), "{version}");
    let demo = gh.says(gh.home.path(), &["autoheal", "demo"]);
    assert!(demo.contains("No module named 'requests'") && demo.contains("✓ "), "{demo}");
    let wrong = gh.run(gh.home.path(), &["autoheal", "haal"]);
    assert_eq!(wrong.status.code(), Some(2), "the exit code is handed on: {wrong:?}");
    let doctor = gh.run(gh.home.path(), &["autoheal", "doctor", "--offline"]);
    assert_eq!(doctor.status.code(), Some(1), "{doctor:?}");
    gh.says(gh.home.path(), &["extension", "remove", "autoheal"]);
}

#[cfg(unix)]
#[test]
fn commands_are_suggested_as_gh_has_them() {
    let Some(gh) = Gh::here() else { return };
    let folder = checkout(&gh);
    gh.says(&folder, &["extension", "install", "."]);
    let git = |arguments: &[&str]| assert!(Command::new("git").args(arguments).current_dir(gh.home.path()).status().unwrap().success());
    git(&["init", "--quiet", "project"]);
    let from_checkout = gh.run(&gh.home.path().join("project"), &["autoheal", "doctor", "--offline"]);
    assert!(String::from_utf8_lossy(&from_checkout.stdout).contains("`gh autoheal init`"), "{from_checkout:?}");
    gh.says(gh.home.path(), &["extension", "remove", "autoheal"]);
    // As a release: the program itself lies where gh keeps extensions.
    let place = gh.data().join("gh/extensions/gh-autoheal");
    fs::create_dir_all(&place).unwrap();
    fs::copy(BINARY, place.join("gh-autoheal")).unwrap();
    let manifest = "owner: gh-autoheal\nname: gh-autoheal\nhost: github.com\ntag: v0.1.0\npath: gh-autoheal\n";
    fs::write(place.join("manifest.yml"), manifest).unwrap();
    let from_release = gh.run(&gh.home.path().join("project"), &["autoheal", "doctor", "--offline"]);
    assert!(String::from_utf8_lossy(&from_release.stdout).contains("`gh autoheal init`"), "{from_release:?}");
}

#[cfg(unix)]
#[test]
fn a_checkout_that_cannot_be_built_says_so() {
    let home = TempDir::new().unwrap();
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("gh-autoheal"), home.path().join("gh-autoheal")).unwrap();
    let mut launcher = Command::new("/bin/bash");
    launcher.arg("gh-autoheal").current_dir(home.path()).env_clear().env("PATH", "/nowhere");
    let output = launcher.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && said.contains("error: gh-autoheal is not built here") && said.contains("hint: install Rust"),
        "{said}"
    );
}
