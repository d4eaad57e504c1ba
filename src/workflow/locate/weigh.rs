//! Weighs how much a log's step speaks for a step of a file.

use super::names;
use crate::transcript::Echo;
use crate::workflow::model::Step;
use crate::workflow::pattern::Pattern;

/// A weight from which a match stands on its own.
pub(super) const STRONG: u32 = 8;
/// A weight from which a match counts when its neighbours agree.
pub(super) const FAIR: u32 = 3;

/// Something that a log's step shows: its name, and the script or action that it echoes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    /// The display name; none for what runs inside a composite action.
    pub(super) name: Option<&'a str>,
    /// The echo.
    pub(super) echo: Option<&'a Echo>,
}

/// How much `shown` speaks for `step`; 0 for not at all.
pub(super) fn weigh(shown: Shown<'_>, step: &Step<'_>) -> u32 {
    let name = shown.name.map_or(0, |name| weigh_name(name, step));
    let Some(echo) = shown.echo else { return name };
    match weigh_echo(echo, step) {
        Weight::Against if step.name().is_some() && name >= FAIR => name.min(FAIR),
        Weight::Against => 0,
        Weight::For(weight) => weight + name,
    }
}

fn weigh_name(name: &str, step: &Step<'_>) -> u32 {
    match names::fit(&step.display_name(), name) {
        0 => 0,
        1..=5 => 1,
        6..=17 => 3,
        18..=19 => 5,
        _ => 6,
    }
}

enum Weight {
    For(u32),
    /// The echo is another script or action.
    Against,
}

fn weigh_echo(echo: &Echo, step: &Step<'_>) -> Weight {
    match (&echo.script, &echo.uses, step.run(), step.uses()) {
        (Some(script), _, Some(run), _) => weigh_script(script, run),
        (None, Some(uses), _, Some(own)) => weigh_action(uses, own, &echo.with, step),
        (None, None, Some(run), _) => weigh_title(&echo.title, run.trim_start().lines().next().unwrap_or("")),
        (None, None, None, Some(own)) => weigh_title(&echo.title, own),
        _ => Weight::Against,
    }
}

fn weigh_title(title: &str, own: &str) -> Weight {
    match names::fit(&Pattern::new(own.trim()), title) {
        0 | 1 => Weight::Against,
        2..=17 => Weight::For(FAIR),
        _ => Weight::For(STRONG),
    }
}

fn weigh_script(script: &str, run: &str) -> Weight {
    let (script, run) = (trimmed(script), Pattern::new(&trimmed(run)));
    if run.fits(&script) {
        return match (run.is_literal(), run.weight()) {
            (true, _) => Weight::For(12),
            (false, 0) => Weight::For(1),
            (false, 1..=7) => Weight::For(6),
            (false, _) => Weight::For(10),
        };
    }
    // Secrets are masked wherever their letters stand, and the base commit may have moved on.
    if alike(&script, &run) { Weight::For(5) } else { Weight::Against }
}

/// Lines without blanks at their ends, without empty lines around: how a log keeps a script.
fn trimmed(script: &str) -> String {
    script.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_matches('\n').trim_start().to_owned()
}

/// Whether at least four lines of five stand in both, and at least two.
fn alike(script: &str, run: &Pattern) -> bool {
    let Some(run) = run.literal() else { return false };
    let lines: std::collections::HashSet<&str> = run.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let shown: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let masked = |line: &str| line.contains("***") && lines.iter().any(|own| Pattern::new(&line.replace("***", "${{ x }}")).fits(own));
    let common = shown.iter().filter(|line| lines.contains(*line) || masked(line)).count();
    common * 5 >= shown.len() * 4 && common * 5 >= lines.len() * 4 && (common >= 2 || shown.iter().any(|line| masked(line)))
}

fn weigh_action(uses: &str, own: &str, with: &[(String, String)], step: &Step<'_>) -> Weight {
    let bare = |text: &str| text.split('@').next().unwrap_or(text).trim_end_matches('/').to_ascii_lowercase();
    let base = match (uses == own, bare(uses) == bare(own)) {
        (true, _) => STRONG + 2,
        // Another version: the base commit moved on.
        (false, true) => FAIR + 1,
        (false, false) => return Weight::Against,
    };
    let inputs = step.with();
    let shown = |key: &str| with.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value);
    let (mut same, mut other) = (0, 0);
    for (key, value) in &inputs {
        let pattern = Pattern::new(value.trim());
        match shown(key) {
            Some(value) if pattern.fits(value.trim()) => same += u32::from(pattern.weight() > 0),
            Some(value) if value.contains("***") || value.contains('\n') => {}
            Some(_) => other += 1,
            // An input whose value is nothing is not shown.
            None => {}
        }
    }
    Weight::For((base + 2 * same).saturating_sub(3 * other).max(1))
}
