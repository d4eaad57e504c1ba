//! Runs a foreign script within bounds: of time, of output, of environment; and leaves nothing of it running.
//!
//! It runs as the user, so that it can do what the user can: this is no jail. What is bounded is what it gets and how long it lasts.
#![expect(clippy::disallowed_methods, reason = "shell: starts processes and reads the clock")]

mod reaper;
mod stream;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use reaper::Reaper;

/// How often it is looked whether the script has ended.
const TICK: Duration = Duration::from_millis(20);

/// How long the last words may take after everything was ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The variable that marks every process of a script, so that each can be found again.
const MARK: &str = "AUTOHEAL_SANDBOX";

/// How many scripts this process has run.
static RUNS: AtomicU64 = AtomicU64::new(0);

/// What to run, and within which bounds.
#[derive(Debug, Clone)]
pub struct Spec {
    /// The program: a path, or a name that is sought on the PATH of `env`.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// All its variables; nothing else is passed on.
    pub env: Vec<(OsString, OsString)>,
    /// The folder it starts in.
    pub folder: PathBuf,
    /// How long it may run.
    pub time: Duration,
    /// How many bytes it may write.
    pub output: usize,
}

/// How a script ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code; 128 and the signal's number for one that a signal ended, as a shell says it.
    Exited(i32),
    /// It ran longer than it may.
    TimeLimit,
    /// It wrote more than it may.
    OutputLimit,
}

/// A script that has ended, and what it wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How it ended.
    pub end: End,
    /// Its lines, standard output and error as they came.
    pub lines: Vec<String>,
}

/// Runs a script to its end and ends all that it started. `say` gets each line as it comes.
///
/// # Errors
/// When it cannot be started.
pub fn run(spec: &Spec, say: &mut dyn FnMut(&str)) -> io::Result<Ended> {
    let mark = format!("{:x}-{:x}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed));
    let reaper = Reaper::new(&format!("{MARK}={mark}"));
    let (reader, writer) = io::pipe()?;
    let mut command = Command::new(&spec.program);
    command.args(&spec.arguments).env_clear().envs(spec.env.iter().map(|(name, value)| (name, value))).env(MARK, &mark);
    command.current_dir(&spec.folder).stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    reaper::lead_a_group(&mut command);
    let mut child = command.spawn()?;
    // The command holds the writing end until here: without it the end of the output could not be seen.
    drop(command);
    let lines = stream::lines(reader);
    let mut heard = Heard { spec, say, lines: Vec::new(), bytes: 0 };
    let deadline = Instant::now() + spec.time;
    let end = loop {
        match lines.recv_timeout(TICK) {
            Ok(line) => heard.take(line),
            Err(RecvTimeoutError::Timeout) => {}
            // It closed its output; it may still run.
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(TICK),
        }
        if heard.bytes > spec.output {
            break End::OutputLimit;
        }
        if Instant::now() >= deadline {
            break End::TimeLimit;
        }
        if let Some(status) = child.try_wait()? {
            break End::Exited(reaper::code(status));
        }
    };
    reaper.end_all(child.id());
    // Whoever was ended by a signal must be waited for, so that no trace of it is left.
    let _ = child.wait();
    let last = Instant::now() + LAST_WORDS;
    while end != End::OutputLimit
        && heard.bytes <= spec.output
        && let Ok(line) = lines.recv_timeout(last.saturating_duration_since(Instant::now()))
    {
        heard.take(line);
    }
    Ok(Ended { end, lines: heard.lines })
}

struct Heard<'a> {
    spec: &'a Spec,
    say: &'a mut dyn FnMut(&str),
    lines: Vec<String>,
    bytes: usize,
}

impl Heard<'_> {
    fn take(&mut self, line: String) {
        self.bytes += line.len() + 1;
        if self.bytes <= self.spec.output {
            (self.say)(&line);
            self.lines.push(line);
        }
    }
}
