//! The words that say what to read, shared by every command that reads a log.

use std::path::PathBuf;

use clap::Args;

/// What stands below the help of commands that read a log.
pub(super) const SOURCES: &str = "\
A SOURCE is any of:
  a run-log archive (logs.zip), or the folder it unpacks to
  a bundle folder: logs.zip, run.json, jobs.json, annotations/
  the log of one job, or the text of `gh run view --log` or `--log-failed`
  an excerpt pasted from the web page
  -, for any of these texts on standard input";

/// What to read.
#[derive(Debug, Clone, Args)]
pub struct SourceArgs {
    /// The log: archive, folder, text, or - for standard input
    #[arg(value_name = "SOURCE")]
    pub source: String,
    /// The repository on GitHub that ran it
    #[arg(long = "repository", short = 'R', value_name = "OWNER/NAME", value_parser = repository)]
    pub repository: Option<String>,
    /// With what to read it.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// With what a source is read, one or several.
#[derive(Debug, Clone, Args)]
pub struct ReadingArgs {
    /// The checkout [default: the one around this folder]
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// The workflow file, when the source cannot say which one ran
    #[arg(long, value_name = "PATH")]
    pub workflow: Option<String>,
    /// Look at this job only
    #[arg(long, value_name = "NAME")]
    pub job: Option<String>,
    /// A folder of your own rules [default: .github/autoheal/rules of the checkout]
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// The revision to heal [default: the commit that ran, else HEAD]
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// A run that was green, to compare with: what stands in both logs is no cause
    #[arg(long, value_name = "GOOD")]
    pub baseline: Option<PathBuf>,
    /// Refuse a source with more log text than this
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = size)]
    pub max_size: u64,
}

/// Reads `500MB`, `2GiB`, `100k` or a number of bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err("expected a number with kB, MB, GB, KiB, MiB or GiB, such as 500MB".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| "expected a number first, such as 500MB".to_owned())?;
    number.checked_mul(unit).filter(|bytes| *bytes > 0).ok_or_else(|| "expected a size above zero that fits this machine".to_owned())
}

/// Reads `OWNER/NAME`, as gh does also with a host in front.
pub(super) fn repository(text: &str) -> Result<String, String> {
    let sound = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let parts: Vec<&str> = text.split('/').collect();
    let (host, name) = parts.split_at(parts.len().saturating_sub(2));
    let sound_host = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c));
    if host.len() < 2 && name.len() == 2 && name.iter().all(|part| sound(part)) && host.iter().all(|part| sound_host(part)) {
        Ok(text.to_owned())
    } else {
        Err("expected OWNER/NAME, such as octo-org/weather".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(size("500MB"), Ok(500_000_000));
        assert_eq!(size("2GiB"), Ok(2 << 30));
        assert_eq!(size("17"), Ok(17));
        for wrong in ["", "MB", "0", "1.5GB", "99999999999999999999", "99999999999GiB", "3 parsecs"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_repository_has_an_owner_and_a_name() {
        for right in ["a/b", "ghe.example.org/a/b"] {
            assert!(repository(right).is_ok(), "{right}");
        }
        for wrong in ["a", "a/", "a/b/c/d", "a b/c", "https://github.com/a/b"] {
            assert!(repository(wrong).is_err(), "{wrong}");
        }
    }
}
