//! Builds what a release brings: the program under the name that gh looks for, its manual, its completions, its bill of materials.

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::CommandFactory as _;
use clap_complete::Shell;
use gh_autoheal::cli::Cli;

use crate::bill;
use crate::project::{Done, path};

/// What to build.
#[derive(Debug, clap::Args)]
pub(crate) struct Wish {
    /// The target to build for; the one of this machine without it.
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// The tag of a release: it must be `v` and the version of Cargo.toml, and CHANGELOG.md must know it.
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// The folder to write.
    #[arg(long, value_name = "DIR", default_value = "target/dist")]
    out: std::path::PathBuf,
    /// Check the tag, and build nothing.
    #[arg(long, requires = "tag")]
    check_tag: bool,
}

/// Systems and machines as gh calls them: an extension's asset ends in one of these
/// (<https://docs.github.com/github-cli/github-cli/creating-github-cli-extensions#creating-a-precompiled-extension>).
const SYSTEMS: &[(&str, &str)] = &[("linux", "linux"), ("darwin", "darwin"), ("windows", "windows")];
const MACHINES: &[(&str, &str)] = &[("x86_64", "amd64"), ("aarch64", "arm64")];

/// Builds it.
pub(crate) fn build(wish: &Wish) -> Done {
    if let Some(tag) = &wish.tag {
        check_tag(tag)?;
    }
    if wish.check_tag {
        return Ok(());
    }
    let target = wish.target.clone().map_or_else(host, Ok)?;
    let suffix = suffix(&target)?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--locked", "--bin", "gh-autoheal", "--target", &target]).current_dir(path("."));
    if !cargo.status()?.success() {
        return Err(format!("gh-autoheal does not build for {target}").into());
    }
    let ending = if suffix.starts_with("windows") { ".exe" } else { "" };
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| path("target"), Into::into);
    let built = folder.join(&target).join("release").join(format!("gh-autoheal{ending}"));
    fs::create_dir_all(&wish.out)?;
    let asset = wish.out.join(format!("gh-autoheal_v{}_{suffix}{ending}", env!("CARGO_PKG_VERSION")));
    fs::copy(&built, &asset).map_err(|error| format!("{}: {error}", built.display()))?;
    println!("{}", asset.display());
    manual(&wish.out.join("manual"))?;
    completions(&wish.out.join("completions"))?;
    bill::write(&wish.out.join("gh-autoheal.cdx.json"))
}

/// A release's tag, version and changelog agree.
fn check_tag(tag: &str) -> Done {
    let version = env!("CARGO_PKG_VERSION");
    if tag != format!("v{version}") {
        return Err(format!("the tag is {tag}, and Cargo.toml says {version}").into());
    }
    let log = fs::read_to_string(path("CHANGELOG.md"))?;
    if log.lines().any(|line| line.starts_with(&format!("## {version}"))) {
        return Ok(());
    }
    Err(format!("CHANGELOG.md has no section `## {version}`").into())
}

fn host() -> Result<String, Box<dyn std::error::Error>> {
    let output = Command::new("rustc").arg("-vV").output()?;
    let text = String::from_utf8(output.stdout)?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    Ok(host.to_owned())
}

/// `linux-amd64` for `x86_64-unknown-linux-musl`.
fn suffix(target: &str) -> Result<String, String> {
    let known =
        |table: &[(&str, &'static str)]| table.iter().find(|(part, _)| target.split('-').any(|word| word == *part)).map(|(_, name)| *name);
    let system = known(SYSTEMS).ok_or_else(|| format!("gh has no name for the system of {target}"))?;
    let machine = known(MACHINES).ok_or_else(|| format!("gh has no name for the machine of {target}"))?;
    Ok(format!("{system}-{machine}"))
}

/// One page for the program and one for each subcommand.
fn manual(folder: &Path) -> Done {
    fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Cli::command().version(env!("CARGO_PKG_VERSION")), folder)?;
    println!("{}", folder.display());
    Ok(())
}

fn completions(folder: &Path) -> Done {
    fs::create_dir_all(folder)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
        clap_complete::generate_to(shell, &mut Cli::command(), "gh-autoheal", folder)?;
    }
    println!("{}", folder.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_end_as_gh_looks_for_them() {
        for (target, name) in [
            ("x86_64-unknown-linux-musl", "linux-amd64"),
            ("aarch64-unknown-linux-musl", "linux-arm64"),
            ("x86_64-apple-darwin", "darwin-amd64"),
            ("aarch64-apple-darwin", "darwin-arm64"),
            ("x86_64-pc-windows-msvc", "windows-amd64"),
        ] {
            assert_eq!(suffix(target).as_deref(), Ok(name));
        }
        assert!(suffix("wasm32-unknown-unknown").is_err());
    }

    #[test]
    fn only_the_version_s_own_tag_is_released() {
        assert!(check_tag("v999.0.0").is_err_and(|error| error.to_string().contains("Cargo.toml")));
    }

    #[test]
    fn every_command_has_a_page_and_every_shell_its_words() {
        let folder = std::env::temp_dir().join(format!("gh-autoheal-manual-{}", std::process::id()));
        manual(&folder).expect("written");
        completions(&folder).expect("written");
        let names: Vec<String> =
            fs::read_dir(&folder).expect("there").flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        let commands = Cli::command();
        for command in commands.get_subcommands().filter(|command| !command.is_hide_set()) {
            assert!(names.contains(&format!("gh-autoheal-{}.1", command.get_name())), "{names:?}");
        }
        assert!(names.contains(&"gh-autoheal.1".to_owned()) && names.contains(&"_gh-autoheal".to_owned()), "{names:?}");
        fs::remove_dir_all(folder).expect("removed");
    }
}
