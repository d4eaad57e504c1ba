//! Ends everything that a script started: its process group at once, then whoever left it.
//!
//! On Linux this process becomes the one that orphans fall to (`PR_SET_CHILD_SUBREAPER`), so that a daemon which forks twice and forgets
//! its environment is still found as a child. Elsewhere the group is all that can be found.

use std::process::{Command, ExitStatus};

/// Ends what bears a mark, and what falls to this process.
#[derive(Debug)]
pub(super) struct Reaper {
    #[cfg(target_os = "linux")]
    mark: Vec<u8>,
    /// Children that were there before.
    #[cfg(target_os = "linux")]
    before: Vec<i32>,
}

#[cfg(unix)]
pub(super) fn lead_a_group(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
pub(super) fn lead_a_group(_: &mut Command) {}

/// The code as a shell says it.
#[cfg(unix)]
pub(super) fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

#[cfg(not(unix))]
pub(super) fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(1)
}

#[cfg(unix)]
fn end_group(leader: u32) {
    if let Some(group) = i32::try_from(leader).ok().and_then(rustix::process::Pid::from_raw) {
        // A group that is gone is what is wanted.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(not(target_os = "linux"))]
impl Reaper {
    pub(super) fn new(_mark: &str) -> Self {
        Self {}
    }

    pub(super) fn end_all(&self, leader: u32) {
        #[cfg(unix)]
        end_group(leader);
        #[cfg(not(unix))]
        let _ = leader;
    }
}

#[cfg(target_os = "linux")]
impl Reaper {
    pub(super) fn new(mark: &str) -> Self {
        // Where the kernel refuses, the mark still finds those that keep their environment.
        let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
        Self { mark: mark.as_bytes().to_vec(), before: linux::children() }
    }

    /// Ends the group, then looks again and again until nobody is found twice in a row.
    pub(super) fn end_all(&self, leader: u32) {
        const ROUNDS: usize = 400;
        const PAUSE: std::time::Duration = std::time::Duration::from_millis(5);
        end_group(leader);
        let mut quiet = 0;
        for _ in 0..ROUNDS {
            let leader = i32::try_from(leader).unwrap_or(0);
            let found = linux::found(&self.mark, &self.before, leader);
            for pid in &found {
                linux::end(*pid);
            }
            quiet = if found.is_empty() { quiet + 1 } else { 0 };
            if quiet == 2 {
                return;
            }
            std::thread::sleep(PAUSE);
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    #![expect(clippy::disallowed_methods, reason = "shell: reads /proc")]

    use std::fs;

    use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

    /// All processes: number, and the number of the parent.
    fn processes() -> Vec<(i32, i32)> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(|pid: i32| Some((pid, parent(pid)?))).collect()
    }

    /// The fourth field of `/proc/PID/stat`; the second is a name in parentheses that may hold anything.
    fn parent(pid: i32) -> Option<i32> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (_, behind) = stat.rsplit_once(')')?;
        behind.split_whitespace().nth(1)?.parse().ok()
    }

    fn own() -> i32 {
        rustix::process::getpid().as_raw_nonzero().get()
    }

    /// The processes whose parent is this one.
    pub(super) fn children() -> Vec<i32> {
        let own = own();
        processes().into_iter().filter(|(_, parent)| *parent == own).map(|(pid, _)| pid).collect()
    }

    /// Whoever bears the mark or fell to this process, but for those of `before` and the leader, which is waited for elsewhere.
    pub(super) fn found(mark: &[u8], before: &[i32], leader: i32) -> Vec<i32> {
        let own = own();
        let marked = |pid: i32| {
            fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environ| environ.split(|byte| *byte == 0).any(|one| one == mark))
        };
        let is_meant =
            |(pid, parent): &(i32, i32)| *pid != own && *pid != leader && !before.contains(pid) && (*parent == own || marked(*pid));
        processes().into_iter().filter(is_meant).map(|(pid, _)| pid).collect()
    }

    /// Ends a process; as a child of this one it is waited for.
    pub(super) fn end(pid: i32) {
        let Some(pid) = Pid::from_raw(pid) else { return };
        let _ = kill_process(pid, Signal::KILL);
        let _ = waitpid(Some(pid), WaitOptions::NOHANG);
    }
}
