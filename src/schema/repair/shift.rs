//! Lists the ways in which lines near an error can move to the right or left.

use std::collections::BTreeSet;
use std::ops::Range;

use super::lines::{block_end, indent, is_silent, reindented, run_end};
use super::rewrite::{Candidate, Kind};

/// Lines above and below an error whose columns are tried.
const ABOVE: usize = 15;
const BELOW: usize = 6;

/// Every move of the line, of the block below it, of the lines beside it, or of those before it.
pub(super) fn candidates(lines: &[String], index: usize) -> Vec<Candidate> {
    let Some(line) = lines.get(index).filter(|line| !is_silent(line)) else { return Vec::new() };
    let columns = columns(lines, index);
    if line.get(..indent(line)).is_some_and(|blank| blank.contains('\t')) {
        return untabbed(lines, index, &columns);
    }
    let mut out = Vec::new();
    for range in ranges(lines, index) {
        let Some(from) = lines.get(range.start).map(|line| indent(line)) else { continue };
        for to in columns.iter().filter(|to| **to != from) {
            out.extend(moved(lines, range.clone(), from, *to));
        }
    }
    out
}

/// Columns at which the neighbours' keys and dashes stand, and those of everything that the line may hang below.
fn columns(lines: &[String], index: usize) -> BTreeSet<usize> {
    let speaks = |line: &&String| !is_silent(line) && !line.starts_with('\t');
    let mut columns = BTreeSet::new();
    let near = lines.iter().enumerate().skip(index.saturating_sub(ABOVE)).take(ABOVE + BELOW);
    near.filter(|(near, line)| *near != index && speaks(line)).for_each(|(_, line)| add_columns(line, &mut columns));
    let mut least = usize::MAX;
    for line in lines.iter().take(index).rev().filter(speaks) {
        if indent(line) < least {
            least = indent(line);
            add_columns(line, &mut columns);
        }
    }
    columns
}

fn add_columns(line: &str, columns: &mut BTreeSet<usize>) {
    let own = indent(line);
    columns.insert(own);
    let body = line.trim_start();
    if let Some(rest) = body.strip_prefix('-') {
        columns.insert(own + 1 + indent(rest));
    }
    if body.ends_with(':') {
        columns.insert(own + 2);
    }
}

fn ranges(lines: &[String], index: usize) -> Vec<Range<usize>> {
    let own = lines.get(index).map_or(0, |line| indent(line));
    let mut ranges = vec![index..index + 1, index..block_end(lines, index), index..run_end(lines, index, own).max(index + 1)];
    // The lines before may be the ones that stand wrong.
    if let Some(above) = (0..index).rev().find(|above| lines.get(*above).is_some_and(|line| !is_silent(line))) {
        let least = lines.get(above).map_or(0, |line| indent(line)).min(own);
        let first = (0..=above).rev().take_while(|at| lines.get(*at).is_some_and(|line| is_silent(line) || indent(line) >= least)).last();
        ranges.extend(first.map(|first| first..index));
    }
    ranges.extend(siblings_before(lines, index, own));
    let mut seen = BTreeSet::new();
    ranges.retain(|range| seen.insert((range.start, range.end)));
    ranges
}

/// The item or key before the line that stands at another column, with what hangs below it; and all of its kind before it.
fn siblings_before(lines: &[String], index: usize, own: usize) -> Vec<Range<usize>> {
    let is_item = |line: &String| line.trim_start().starts_with('-');
    let Some(line) = lines.get(index) else { return Vec::new() };
    let alike =
        |at: &usize| lines.get(*at).is_some_and(|above| !is_silent(above) && is_item(above) == is_item(line) && indent(above) != own);
    let Some(last) =
        (0..index).rev().take(200).find(|at| alike(at) && lines.get(*at).is_some_and(|above| indent(above).abs_diff(own) <= 4))
    else {
        return Vec::new();
    };
    let column = lines.get(last).map_or(0, |line| indent(line));
    if run_end(lines, last, column) < index {
        return Vec::new();
    }
    let first = (0..=last).rev().take_while(|at| lines.get(*at).is_some_and(|line| is_silent(line) || indent(line) >= column));
    let first = first.filter(|at| lines.get(*at).is_some_and(|line| !is_silent(line))).last().unwrap_or(last);
    vec![last..index, first..index]
}

fn moved(lines: &[String], range: Range<usize>, from: usize, to: usize) -> Option<Candidate> {
    let mut changed = Vec::new();
    for index in range.clone() {
        let line = lines.get(index)?;
        if line.trim().is_empty() {
            continue;
        }
        let own = indent(line);
        // A comment may stand farther left than what it belongs to.
        let new = if own + to < from { if is_silent(line) { own } else { return None } } else { own + to - from };
        changed.push((index, reindented(line, new)));
    }
    let distance = i32::try_from(to).ok()? - i32::try_from(from).ok()?;
    let (side, by) = (if distance > 0 { "right" } else { "left" }, distance.unsigned_abs());
    let columns = if by == 1 { "column" } else { "columns" };
    let what = if range.len() == 1 {
        format!("moves line {} {by} {columns} to the {side}", range.start + 1)
    } else {
        format!("moves lines {} to {} {by} {columns} to the {side}", range.start + 1, range.end)
    };
    Some(Candidate { kind: Kind::Shift(distance), lines: changed, what })
}

/// A line whose tabs become blanks, at each column; and all such lines at once, with tabs of equal width.
fn untabbed(lines: &[String], index: usize, columns: &BTreeSet<usize>) -> Vec<Candidate> {
    let Some(line) = lines.get(index) else { return Vec::new() };
    let one = |to: &usize| Candidate::line(Kind::Tab, index, reindented(line, *to), "replaces the tab that indents");
    let mut out: Vec<Candidate> = columns.iter().map(one).collect();
    for width in [2, 4, 8] {
        let blank = |line: &String| line.get(..indent(line)).unwrap_or("").replace('\t', &" ".repeat(width)).len();
        let tabbed = lines.iter().enumerate().filter(|(_, line)| line.get(..indent(line)).is_some_and(|blank| blank.contains('\t')));
        let changed: Vec<(usize, String)> = tabbed.map(|(index, line)| (index, reindented(line, blank(line)))).collect();
        if changed.len() > 1 {
            out.push(Candidate { kind: Kind::Tab, lines: changed, what: format!("replaces tabs that indent by {width} blanks each") });
        }
    }
    out
}
