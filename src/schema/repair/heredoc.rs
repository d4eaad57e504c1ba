//! Finds the body of a heredoc or a quoted program that stands left of its script's block, and moves it in.
//!
//! YAML takes the block's indentation off again, so the shell sees the body just as it was typed.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::{indent, looks_structural, opens_block};
use super::rewrite::{Candidate, Kind};

/// Longer bodies than this are not looked for, in lines.
const LONGEST: usize = 2_000;

/// A shell's heredoc: `cat <<EOF`, `<<-'EOF'`.
static HEREDOC: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"<<[-~]?\s*\\?["']?([A-Za-z_][A-Za-z0-9_]*)["']?"#).ok());

/// Ways to move the body that breaks the block above line `index`.
pub(super) fn candidates(lines: &[String], index: usize) -> Vec<Candidate> {
    let headers = (0..=index.min(lines.len())).rev().filter(|at| lines.get(*at).is_some_and(|line| opens_block(line)));
    headers.take(3).filter_map(|header| body(lines, header)).collect()
}

fn body(lines: &[String], header: usize) -> Option<Candidate> {
    let is_blank = |line: &String| line.trim().is_empty();
    let own = indent(lines.get(header)?);
    let content = lines.iter().skip(header + 1).find(|line| !is_blank(line)).map(|line| indent(line)).filter(|content| *content > own)?;
    let first = (header + 1..lines.len()).find(|at| lines.get(*at).is_some_and(|line| !is_blank(line) && indent(line) < content))?;
    let last = terminator(lines, header + 1, first)?;
    let inside = first..=last;
    let changed = inside.filter(|at| lines.get(*at).is_some_and(|line| !is_blank(line)));
    let changed: Vec<(usize, String)> = changed.filter_map(|at| Some((at, format!("{}{}", " ".repeat(content), lines.get(at)?)))).collect();
    let what = format!("moves lines {} to {} into the script that begins in line {}", first + 1, last + 1, header + 1);
    Some(Candidate { kind: Kind::Heredoc, lines: changed, what })
}

/// The body's last line: what its opener says ends it. `first` is the body's first line outside the block.
fn terminator(lines: &[String], start: usize, first: usize) -> Option<usize> {
    let script = lines.get(start..first)?;
    let rest = || lines.iter().enumerate().skip(first).take(LONGEST);
    if let Some(word) = open_heredoc(script) {
        return rest().find(|(_, line)| line.trim() == word).map(|(at, _)| at);
    }
    let opener = script.iter().rev().find(|line| !line.trim().is_empty())?.trim_end();
    if let Some(quote) = ["@\"", "@'"].iter().find(|quote| opener.ends_with(**quote)) {
        let end: String = quote.chars().rev().collect();
        return rest().find(|(_, line)| line.starts_with(&end)).map(|(at, _)| at);
    }
    let quote = ['"', '\''].into_iter().find(|quote| is_open(script, *quote))?;
    let end = rest().find(|(_, line)| unescaped(line, quote) % 2 == 1).map(|(at, _)| at)?;
    // A program's text has no steps; such a quote closes somewhere else.
    let steps = ["- name:", "- uses:", "- run:"];
    let swallows =
        lines.get(first..=end)?.iter().any(|line| looks_structural(line) && steps.iter().any(|step| line.trim_start().starts_with(step)));
    (!swallows).then_some(end)
}

/// The word that ends a heredoc which the script opens and does not end.
fn open_heredoc(script: &[String]) -> Option<String> {
    let mut open: Option<String> = None;
    for line in script {
        match &open {
            Some(word) if line.trim() == word => open = None,
            Some(_) => {}
            None => open = HEREDOC.as_ref()?.captures_iter(line).last().map(|found| found[1].to_owned()).filter(|_| !line.contains("<<<")),
        }
    }
    open
}

/// Whether the script ends inside of this quote.
fn is_open(script: &[String], quote: char) -> bool {
    let last = script.iter().rev().find(|line| !line.trim().is_empty());
    last.is_some_and(|line| unescaped(line, quote) % 2 == 1)
}

fn unescaped(line: &str, quote: char) -> usize {
    let mut escaped = false;
    let mut count = 0;
    for character in line.chars() {
        count += usize::from(character == quote && !escaped);
        escaped = character == '\\' && !escaped;
    }
    count
}
