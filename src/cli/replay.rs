//! The words of `replay`.

use std::path::PathBuf;

use clap::Args;

/// What stands above the flags of `replay`.
pub(super) const REPLAY: &str = "\
Replay recorded cases, and tell which rules no longer say what they shall.

A case is a folder that `record` wrote: the log with its verdict marked in it, the workflow, the expected patch. The cause must be the \
very line, and the patch the same byte for byte. Archives and logs without a verdict are diagnosed too; what comes of them is compared \
with what `--bless` accepted. The built-in rules and the repository's own count.

Ends with 1 when a case regressed. --ndjson prints a flat row a case, which DuckDB, pandas and Spark read as it is: docs/replay.md \
names its columns.";

/// `replay`, as typed.
#[derive(Debug, Clone, Args)]
pub struct Replay {
    /// Folders of cases, archives and logs [default: .github/autoheal/cases]
    #[arg(value_name = "DIR")]
    pub dirs: Vec<PathBuf>,
    /// A folder of your own rules [default: .github/autoheal/rules of the checkout]
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// Accept how everything comes out now, and write it into DIR/blessed.ndjson
    #[arg(long, conflicts_with = "shard")]
    pub bless: bool,
    /// Replay only the I-th of N equal parts, for a matrix
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub shard: Option<(usize, usize)>,
    /// Write JUnit XML into this file, too
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Print one JSON object a line instead of a table
    #[arg(long, conflicts_with_all = ["json", "jq", "format"])]
    pub ndjson: bool,
    /// Read so many at a time [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    /// Refuse a source with more log text than this
    #[arg(long, value_name = "SIZE", default_value = "512MiB", value_parser = super::source::size)]
    pub max_size: u64,
}

/// Reads `2/5`.
fn shard(text: &str) -> Result<(usize, usize), String> {
    let wrong = || "expected I/N with I from 1 to N, such as 2/5".to_owned();
    let (part, parts) = text.split_once('/').ok_or_else(wrong)?;
    let (part, parts): (usize, usize) = (part.parse().map_err(|_| wrong())?, parts.parse().map_err(|_| wrong())?);
    if (1..=parts).contains(&part) && parts <= 10_000 { Ok((part, parts)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_one_of_some() {
        assert_eq!(shard("2/5"), Ok((2, 5)));
        for wrong in ["0/5", "6/5", "1", "a/b", "1/0", "/"] {
            assert!(shard(wrong).is_err(), "{wrong}");
        }
    }
}
