//! Compares a job's or step's name in a log with the name that a file gives it.

use super::candidates::Candidate;
use crate::workflow::matrix::{Leg, Matrix};
use crate::workflow::model::Job;
use crate::workflow::pattern::Pattern;

/// The platform cuts a job's name to this many UTF-16 units, the last three of them dots (actions/runner, `JobNameBuilder`).
const LONGEST_JOB: usize = 100;
/// File names of an archive are cut to this many UTF-16 units (cli/cli, `logs.go`), sometimes shorter.
const LONGEST_FILE: usize = 90;
/// A name that a source cut is at least this long: shorter beginnings prove nothing.
const SHORTEST_CUT: usize = 40;

/// How well names agree, from 0 (not at all) upwards; comparable between candidates.
pub(super) type Fit = u32;

/// How well `name`, as a log spells it, agrees with `pattern`.
pub(super) fn fit(pattern: &Pattern, name: &str) -> Fit {
    let name = name.trim();
    if pattern.fits(name) {
        return strength(pattern);
    }
    if let Some(start) = name.strip_suffix("...").filter(|_| units(name) == LONGEST_JOB)
        && pattern.fits_start(start)
    {
        return strength(pattern);
    }
    let (loose, bare) = (pattern.map(bare), bare(name));
    if bare.is_empty() {
        return 0;
    }
    let cut = || units(name) >= SHORTEST_CUT && units(name) <= LONGEST_FILE && loose.fits_start(&bare);
    if loose.fits(&bare) || cut() { strength(pattern).saturating_sub(2).max(1) } else { 0 }
}

/// How well `name` agrees with the job's own name where a source leaves out the leg that the platform appends: ` (ubuntu-latest)`.
pub(super) fn fit_without_leg(prefix: &Pattern, job: &Job<'_>, name: &str) -> Fit {
    let own = job.display_name();
    let appended = own.is_literal() && !matches!(job.matrix(), Matrix::Absent);
    if appended { fit(&prefix.clone().then(&own), name) / 2 } else { 0 }
}

/// A name that fixes nothing agrees with everything, so it says little.
fn strength(pattern: &Pattern) -> Fit {
    match (pattern.is_literal(), pattern.weight()) {
        (true, _) => 20,
        (false, 0) => 1,
        (false, 1..=3) => 6,
        (false, _) => 12,
    }
}

/// The characters that no source strips: file names lose or replace `/ : " < > | * ? \` and more.
fn bare(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// What the names of a job's legs may read in a run, callers not counted.
pub(super) fn job_patterns(job: &Job<'_>) -> Vec<Pattern> {
    let name = job.display_name();
    match job.matrix() {
        Matrix::Absent => vec![cut(name)],
        Matrix::Legs(legs) => legs.iter().map(|leg| leg_pattern(&name, leg)).collect(),
        // A literal name gets a suffix of unknown values, an expression takes the values in.
        Matrix::Unknown if name.is_literal() => vec![cut(name.clone()), name.then(&Pattern::new(" (${{ matrix }})"))],
        Matrix::Unknown => vec![name],
    }
}

fn leg_pattern(name: &Pattern, leg: &Leg) -> Pattern {
    let named = if name.is_literal() { name.clone().then(&Pattern::new(&leg.suffix())) } else { name.with_values(|e| leg.get(e)) };
    cut(named)
}

/// A name as long as the platform lets it be.
fn cut(pattern: Pattern) -> Pattern {
    match pattern.literal() {
        Some(name) if units(name) > LONGEST_JOB => {
            let kept: Vec<u16> = name.encode_utf16().take(LONGEST_JOB - 3).collect();
            Pattern::new(&format!("{}...", String::from_utf16_lossy(&kept)))
        }
        _ => pattern,
    }
}

/// The limit that `timeout` — an expression — has in the leg whose name is `name`, where exactly one leg says so.
pub(super) fn limit_of_leg(candidate: &Candidate<'_>, name: &str, timeout: &str) -> Option<u32> {
    let Matrix::Legs(legs) = candidate.job.matrix() else { return None };
    let own = candidate.job.display_name();
    let limit = |leg: &Leg| Pattern::new(timeout).with_values(|e| leg.get(e)).literal().and_then(|text| text.trim().parse::<u32>().ok());
    let fits = |leg: &&Leg| fit(&candidate.prefix.clone().then(&leg_pattern(&own, leg)), name) > 0;
    let mut limits: Vec<Option<u32>> = legs.iter().filter(fits).map(limit).collect();
    limits.dedup();
    if let [Some(limit)] = limits.as_slice() { Some(*limit) } else { None }
}

/// The one leg whose name is `name`.
pub(super) fn leg(candidate: &Candidate<'_>, name: &str) -> Option<Leg> {
    let Matrix::Legs(legs) = candidate.job.matrix() else { return None };
    let own = candidate.job.display_name();
    let strength = |leg: &Leg| fit(&candidate.prefix.clone().then(&leg_pattern(&own, leg)), name);
    let best = legs.iter().map(strength).max().filter(|best| *best > 0)?;
    let mut fitting = legs.iter().filter(|leg| strength(leg) == best);
    let only = fitting.next()?;
    fitting.next().is_none().then(|| only.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_agree_as_far_as_the_source_kept_them() {
        let test = Pattern::new("Test / test (ubuntu-latest, 3.12)");
        assert_eq!(fit(&test, "Test / test (ubuntu-latest, 3.12)"), 20);
        assert_eq!(fit(&test, "Test _ test (ubuntu-latest, 3.12)"), 18);
        assert_eq!(fit(&test, "Test  test (ubuntu-latest, 3.12)"), 18);
        assert_eq!(fit(&test, "Test / test (ubuntu-latest, 3.13)"), 0);
        assert_eq!(fit(&Pattern::new("${{ matrix.name }}"), "anything"), 1);
        assert_eq!(fit(&Pattern::new("Build ${{ matrix.name }}"), "Build x"), 12);
    }

    #[test]
    fn a_cut_name_agrees_with_its_whole() {
        let long = format!("build ({})", "x, ".repeat(60));
        let shown = format!("{}...", &long[..97]);
        assert_eq!(fit(&cut(Pattern::new(&long)), &shown), 20);
        assert!(fit(&Pattern::new(&long), &long[..60]) > 0);
        assert_eq!(fit(&Pattern::new(&long), "build"), 0);
    }
}
