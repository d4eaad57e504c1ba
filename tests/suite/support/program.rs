//! The program as a user runs it: its own process, an environment of its own.

use std::ffi::OsStr;
use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::git::scrub;

/// The built program.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_gh-autoheal");

/// Variables that change how a page looks.
const LOOKS: [&str; 7] = ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS", "LINES", "RUST_BACKTRACE"];

/// A run that is being prepared.
#[derive(Debug)]
pub(crate) struct Program {
    command: Command,
    home: TempDir,
    input: Vec<u8>,
}

impl Program {
    /// The program with these arguments, in an empty folder, with a home of its own.
    pub(crate) fn new<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Self {
        let home = TempDir::new().unwrap();
        let mut command = Command::new(BINARY);
        scrub(&mut command, home.path());
        for name in LOOKS {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(home.path()).env("TMPDIR", home.path());
        Self { command, home, input: Vec::new() }
    }

    /// With one more argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// With more arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// In this folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// With this variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// With these bytes on standard input.
    pub(crate) fn input(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.input = bytes.as_ref().to_vec();
        self
    }

    /// Runs it. Whatever the input, it must not panic, and it must say why when it fails.
    pub(crate) fn run(mut self) -> Said {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&self.input).unwrap();
        file.rewind().unwrap();
        let output = self.command.stdin(Stdio::from(file)).output().unwrap();
        let said = Said {
            code: output.status.code().expect("ended by itself"),
            out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
            home: self.home,
        };
        for sign in ["panicked", "internal error", "stack backtrace", "RUST_BACKTRACE"] {
            assert!(!said.err.contains(sign), "{said:?}");
        }
        assert!(said.code == 0 || said.code == 3 || said.err.starts_with("error: "), "{said:?}");
        said
    }
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Said {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
    /// The run's home, and its folder for temporary files; removed with this value.
    pub(crate) home: TempDir,
}

impl Said {
    /// Standard output as one JSON document.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The run ended with this code.
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Standard error holds these words.
    pub(crate) fn complains(self, words: &str) -> Self {
        assert!(self.err.contains(words), "`{words}` is missing: {self:?}");
        self
    }

    /// Standard output holds these words.
    pub(crate) fn shows(self, words: &str) -> Self {
        assert!(self.out.contains(words), "`{words}` is missing: {self:?}");
        self
    }
}
