//! The program as a user runs it: its own process, an environment of its own.

use std::ffi::OsStr;
use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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

    /// Starts it.
    pub(crate) fn start(mut self) -> Running {
        let file = |name: &str| std::fs::File::create(self.home.path().join(name)).unwrap();
        let (out, err) = (file("out"), file("err"));
        let child = self.command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().unwrap();
        Running { child, folder: self.home }
    }

    /// Starts it in a process group of its own, as a shell does; its home goes when the second value does.
    #[cfg(unix)]
    pub(crate) fn start_group(mut self) -> (Child, TempDir) {
        use std::os::unix::process::CommandExt as _;
        let command = self.command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        (command.spawn().unwrap(), self.home)
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

/// A program that goes on until it is ended; it is killed with this value.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    folder: TempDir,
}

impl Running {
    /// What it has printed so far.
    pub(crate) fn out(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("out")).unwrap()
    }

    /// Waits until `ready` says so; it must be so within a minute, and the program must still run then.
    pub(crate) fn until(&mut self, mut ready: impl FnMut(&Self) -> bool) {
        let end = Instant::now() + Duration::from_secs(60);
        while !ready(self) {
            assert!(self.child.try_wait().unwrap().is_none(), "it ended: {}", self.said());
            assert!(Instant::now() < end, "it never came so far: {}", self.said());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Sends it a signal: `TERM`, `INT`, `KILL`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        assert!(Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap().success());
    }

    /// Waits for its end: the exit code; none for one that a signal ended.
    pub(crate) fn end(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    fn said(&self) -> String {
        format!("{}{}", self.out(), std::fs::read_to_string(self.folder.path().join("err")).unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
