//! What is installed: this program, git, gh.
#![expect(clippy::disallowed_methods, reason = "shell: asks git and gh for their versions, and the clock for today")]

use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use super::Check;
use crate::almanac;
use crate::report::inline::one_line;

/// Older tables than this no longer know what is retired, in days: the platform announces half a year ahead.
const OLD: u64 = 270;

pub(super) fn checks() -> Vec<Check> {
    vec![own(), git(), gh()]
}

fn own() -> Check {
    let version = super::super::VERSION.as_str();
    match age() {
        Some(days) if days > OLD => Check::careful(
            "version",
            format!("gh-autoheal {version}: its tables are {days} days old"),
            "retirements since then are unknown to it: gh extension upgrade autoheal",
        ),
        _ => Check::good("version", format!("gh-autoheal {version}")),
    }
}

/// Days since the almanac's date; none where the clock stands before it.
fn age() -> Option<u64> {
    let mut parts = almanac::date().split('-').filter_map(|part| part.parse::<i16>().ok());
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let date = jiff::civil::date(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let then = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    now.checked_sub(u64::try_from(then).ok()?).map(|seconds| seconds / 86_400)
}

/// The first line that a program prints about itself.
fn said(program: &str) -> Option<String> {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().next().map(one_line)
}

fn git() -> Check {
    match said("git") {
        Some(version) => Check::good("git", version),
        None => Check::careful("git", "git is not installed", "healing works without it; looking at a branch, and pushing by hand, do not"),
    }
}

fn gh() -> Check {
    match said("gh") {
        Some(version) => Check::good("gh", version),
        None => Check::careful(
            "gh",
            "gh is not installed",
            "without it a token must stand in GH_TOKEN when something is fetched or published: https://cli.github.com",
        ),
    }
}
