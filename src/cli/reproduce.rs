//! The words of `reproduce`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::source::SourceArgs;

/// What stands above the flags of `reproduce`.
pub(super) const REPRODUCE: &str = "\
Write the failed step as a script that can be run here, and run it if you say so.

Writes a folder: the script, started by the very command that the log names; its variables, the runner's files and variables, \
placeholders for secrets; a checkout of the commit that ran. With `--run`, or a yes, the script runs: it is the repository's own code, \
and it can do whatever you can. It gets none of your variables but PATH, it is stopped after a while, and nothing of it is left running. \
What it wrote is judged by the same rules as the log: the same cause, another one, or none.";

/// `reproduce`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Reproduce {
    /// What to read.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Look at this step only: its name, or its number
    #[arg(long, value_name = "STEP")]
    pub step: Option<String>,
    /// Run it: the repository's own code runs on this machine
    #[arg(long)]
    pub run: bool,
    /// Run the job's earlier scripts first
    #[arg(long)]
    pub from_start: bool,
    /// Run it in the job's container, where docker or podman has its image
    #[arg(long)]
    pub container: bool,
    /// The folder to write; it must not exist [default: reproduce-<rule>-<fingerprint>]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Stop it after so long
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = time)]
    pub timeout: Duration,
}

/// Reads `90`, `90s`, `10m` or `1h`.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let wrong = || "expected seconds, or a number with s, m or h, such as 10m".to_owned();
    let (digits, factor) = match text.char_indices().last() {
        Some((at, 's')) => (&text[..at], 1),
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 3600),
        _ => (text, 1),
    };
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let seconds = number.checked_mul(factor).filter(|seconds| (1..=86_400).contains(seconds)).ok_or_else(wrong)?;
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(time("90"), Ok(Duration::from_secs(90)));
        assert_eq!(time("10m"), Ok(Duration::from_secs(600)));
        for wrong in ["", "0", "m", "-1s", "25h", "1.5m", "ü"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }
}
