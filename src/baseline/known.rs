//! Which lines of a failed run stand in a green one, too.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::is_green_job;
use crate::diagnosis::normalised;
use crate::findings::{Suspects, suspects};
use crate::transcript::{LogText, Transcript};

/// A longer line is data.
const LONGEST: usize = 4000;

/// The runner's own words: they frame a failure, also one that a green run survived.
const FRAMES: [&str; 3] = ["Process completed with exit code ", "The process '", "The operation was canceled."];

/// Takes from each line of a failed job that also stands in a job of `green` that it can be a cause. Times, ids, temporary folders and
/// numbers may differ; nought and another number are told apart, for `0 failed` is not `1 failed`.
pub fn dismiss_known(run: &mut Transcript, green: &Transcript) {
    let mut known = HashSet::new();
    for job in green.jobs.iter().filter(|job| is_green_job(job)) {
        known.extend(lines(&job.text).map(key));
    }
    let failed: Vec<bool> = run.jobs.iter().map(|job| !matches!(suspects(run, job), Suspects::None)).collect();
    for (job, _) in run.jobs.iter_mut().zip(failed).filter(|(_, failed)| *failed) {
        job.text.dismiss(|line| line.len() <= LONGEST && !is_frame(line) && known.contains(&key(line)));
    }
}

fn lines(text: &LogText) -> impl Iterator<Item = &str> {
    (0..text.len()).map(|line| text.text(line)).filter(|line| line.len() <= LONGEST)
}

fn is_frame(line: &str) -> bool {
    let line = line.strip_prefix("Error: ").unwrap_or(line);
    FRAMES.iter().any(|frame| line.starts_with(frame))
}

fn key(line: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    normalised(line).hash(&mut hasher);
    noughts(line).for_each(|is_nought| is_nought.hash(&mut hasher));
    hasher.finish()
}

/// For each number in a line whether it is nought.
fn noughts(line: &str) -> impl Iterator<Item = bool> {
    let numbers = line.split(|character: char| !character.is_ascii_alphanumeric() && character != '.');
    numbers.filter(|word| word.starts_with(|first: char| first.is_ascii_digit())).map(|word| word == "0")
}
