//! Hands the plan of a new cause to the user's own command.
#![expect(clippy::disallowed_methods, reason = "shell: starts the user's command")]

use std::io::{self, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::github::Stop;

/// How long a command may take: other runs wait meanwhile.
const LONGEST: Duration = Duration::from_secs(300);

/// How often it is looked whether the command has ended.
const TICK: Duration = Duration::from_millis(50);

/// How long a command that is asked to end may take for it.
const LAST: Duration = Duration::from_secs(2);

/// Runs the command with the plan on its standard input, and what it prints on our standard error. No word of a log stands in the
/// command or its environment.
///
/// # Errors
/// With words, when it cannot be started, fails, or takes too long.
pub(super) fn execute(command: &str, json: &str, stop: &Stop) -> Result<(), String> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut prepared = Command::new(shell);
    prepared.args([flag, command]).stdin(Stdio::piped()).stdout(io::stderr());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut prepared, 0);
    let mut child = prepared.spawn().map_err(|error| format!("`{shell}` cannot be started: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        let json = json.to_owned();
        // A command may read late or never; that is no error.
        std::thread::spawn(move || drop(input.write_all(json.as_bytes())));
    }
    match ended(&mut child, LONGEST, stop).map_err(|error| error.to_string())? {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("the command ended with {status}")),
        None => {
            end(&mut child);
            Err(if stop.asked() {
                "the command was ended".to_owned()
            } else {
                format!("the command took longer than {} s", LONGEST.as_secs())
            })
        }
    }
}

/// Waits for the end; none when it took longer, or somebody wishes to stop.
fn ended(child: &mut Child, longest: Duration, stop: &Stop) -> io::Result<Option<ExitStatus>> {
    let mut left = longest;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if left.is_zero() || !stop.sleep(TICK) {
            return Ok(None);
        }
        left = left.saturating_sub(TICK);
    }
}

/// Asks the command and all that it started to end, and ends them when they do not.
#[cfg(unix)]
fn end(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let send = |signal| group.map(|group| kill_process_group(group, signal));
    let _ = send(Signal::TERM);
    let mut left = LAST;
    while !left.is_zero() && matches!(child.try_wait(), Ok(None)) {
        std::thread::sleep(TICK);
        left = left.saturating_sub(TICK);
    }
    let _ = send(Signal::KILL);
    let _ = child.wait();
}

#[cfg(not(unix))]
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
