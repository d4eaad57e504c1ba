//! Temporary repositories made by the real git, in an environment of their own.
//!
//! The code under test reads the environment and the user's git configuration, and so does git. A test must see
//! neither: its body goes through [`scrubbed`], which runs it in a child process with a fresh HOME.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Set in a child process that [`scrubbed`] started; holds the name of the test.
const INSIDE: &str = "AUTOHEAL_TEST_INSIDE";

/// The date of every commit that the builder makes: 2026-01-02T03:04:05Z.
pub(crate) const DATE: i64 = 1_767_323_045;

/// Runs `body` in a child process that sees no configuration of the machine or its user. The test's name is taken from
/// the closure's type, so call it directly in the test function.
pub(crate) fn scrubbed<F: FnOnce()>(body: F) {
    scrubbed_with(|_| Vec::new(), body);
}

/// As [`scrubbed`]; `prepare` fills the new HOME and names further variables for the child.
pub(crate) fn scrubbed_with<F: FnOnce()>(prepare: impl FnOnce(&Path) -> Vec<(String, String)>, body: F) {
    let name = test_name::<F>();
    if env::var(INSIDE).is_ok_and(|inside| inside == name) {
        return body();
    }
    let home = TempDir::new().unwrap();
    let more = prepare(home.path());
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", &name, "--nocapture", "--include-ignored", "--test-threads=1"]);
    scrub(&mut child, home.path());
    let output = child.envs(more).env(INSIDE, &name).output().unwrap();
    let text = said(&output);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    if let Some(skip) = text.lines().find(|line| line.contains("skipped:")) {
        eprintln!("{skip}");
    }
}

/// Takes from `command` everything that git, gh or a runner would tell it through the environment.
pub(crate) fn scrub(command: &mut Command, home: &Path) {
    let foreign = |name: &OsStr| {
        let name = name.to_string_lossy();
        let prefixes = ["GIT_", "GH_", "GITHUB_", "SSH_", "GPG_", "GNUPG", "XDG_", "ACTIONS_", "RUNNER_", "AUTOHEAL_"];
        prefixes.iter().any(|prefix| name.starts_with(prefix)) || ["EMAIL", "CI", "SUDO_UID"].contains(&&*name)
    };
    for (name, _) in env::vars_os().filter(|(name, _)| foreign(name)) {
        command.env_remove(name);
    }
    command.env("HOME", home).env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C").env("TZ", "UTC");
}

/// `suite::branch::a_name::{{closure}}` is the test `branch::a_name`.
fn test_name<F>() -> String {
    let name = std::any::type_name::<F>();
    let name = name.strip_suffix("::{{closure}}").expect("scrubbed takes a closure of the test itself");
    name.split_once("::").expect("a crate").1.to_owned()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A repository in a temporary folder, removed at the end.
#[derive(Debug)]
pub(crate) struct Repo {
    folder: TempDir,
    path: PathBuf,
}

impl Repo {
    /// An empty repository with a work tree, on branch `main`, with an identity.
    pub(crate) fn new() -> Self {
        Self::init(&[])
    }

    /// An empty repository whose ids are SHA-256.
    pub(crate) fn sha256() -> Self {
        Self::init(&["--object-format=sha256"])
    }

    /// An empty repository made by `git init` with these options.
    pub(crate) fn init(options: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("checkout");
        fs::create_dir(&path).unwrap();
        let repo = Self { folder, path };
        repo.git(&[&["init", "--quiet", "--initial-branch=main"], options].concat());
        repo.git(&["config", "user.name", "Tester"]);
        repo.git(&["config", "user.email", "tester@example.org"]);
        repo
    }

    /// A bare clone of this repository.
    pub(crate) fn bare(&self) -> Self {
        self.cloned(&["--bare"])
    }

    /// A clone of this repository with these options, over git's own protocol.
    pub(crate) fn cloned(&self, options: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("checkout");
        let source = format!("file://{}", self.path.display());
        self.git(&[&["-c", "protocol.file.allow=always", "clone", "--quiet"], options, &[&source, path.to_str().unwrap()]].concat());
        let repo = Self { folder, path };
        repo.git(&["config", "user.name", "Tester"]);
        repo.git(&["config", "user.email", "tester@example.org"]);
        repo
    }

    /// Where the work tree is, or the bare repository.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A folder beside the repository, removed with it; it is not made.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder that holds HEAD and the index.
    pub(crate) fn git_dir(&self) -> PathBuf {
        self.path.join(self.git(&["rev-parse", "--git-dir"]))
    }

    /// Writes a file and stages it.
    pub(crate) fn file(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        self.write(path, text);
        self.git(&["add", "--force", "--", path]);
        self
    }

    /// Writes a file of the work tree, unstaged.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let file = self.path.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        self
    }

    /// Stages a blob under any mode: `100755`, `120000` (the text is the target), or, with an id for text, `160000`.
    pub(crate) fn entry(&self, mode: &str, path: &str, text: &str) -> &Self {
        let id = if mode == "160000" { text.to_owned() } else { self.git_with(&["hash-object", "-w", "--stdin"], text) };
        self.git(&["update-index", "--add", "--cacheinfo", &format!("{mode},{id},{path}")]);
        self
    }

    /// Commits what is staged and returns the id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["commit", "--quiet", "--allow-empty", "--no-verify", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs git here; it must succeed. What it prints, without the final line end.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_with(arguments, "")
    }

    /// As [`Repo::git`], with text on standard input.
    pub(crate) fn git_with(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        assert!(output.status.success(), "git {arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap().trim_end_matches('\n').to_owned()
    }

    /// Runs git here and tells whether it succeeded, with all it said.
    pub(crate) fn try_git(&self, arguments: &[&str]) -> (bool, String) {
        let output = self.run(arguments, "");
        (output.status.success(), said(&output))
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, input.as_bytes()).unwrap();
        std::io::Seek::rewind(&mut file).unwrap();
        let date = format!("{DATE} +0000");
        let mut git = Command::new("git");
        git.args(arguments).current_dir(&self.path).stdin(file);
        if env::var_os(INSIDE).is_none() {
            scrub(&mut git, self.folder.path());
        }
        git.env_remove("GIT_DIR").env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date).env("GIT_OPTIONAL_LOCKS", "0");
        git.env("GIT_TERMINAL_PROMPT", "0").output().unwrap()
    }
}
