//! `explain`: tells what one rule or check looks for, what it means and what heals it.

use std::path::Path;

use super::{pipeline, print, streams};
use crate::failure::{Exit, Failure, Kind};
use crate::inspection;
use crate::options::{Format, Output};
use crate::report::{checks, rules};

/// Names offered in place of one that is not there.
const OFFERED: usize = 3;

/// How alike a name must be to be offered, 0 to 1.
const ALIKE: f32 = 0.5;

/// Runs it.
pub(super) fn run(id: &str, own: Option<&Path>, output: &Output) -> Result<Exit, Failure> {
    let set = pipeline::rules(own)?;
    let Some(rule) = pipeline::each(&set).find(|rule| rule.id == id) else {
        let Some(check) = inspection::check(id) else {
            let checks = inspection::CHECKS.iter().map(|check| check.id);
            return Err(unknown(id, pipeline::each(&set).map(|rule| rule.id.as_str()).chain(checks)));
        };
        return explain_check(check, output);
    };
    let text = match &output.format {
        Format::Json { filter } => print::json(&rules::Entry::new(rule), filter.as_deref(), output.destination)?,
        Format::Markdown => rules::markdown(rule),
        _ => rules::page(rule, &output.layout),
    };
    streams::result(&text, output)?;
    Ok(Exit::Done)
}

/// A check of `check`: reports name it as they name rules.
fn explain_check(check: &'static inspection::Check, output: &Output) -> Result<Exit, Failure> {
    let text = match &output.format {
        Format::Json { filter } => print::json(&checks::CheckEntry::from(check), filter.as_deref(), output.destination)?,
        Format::Markdown => checks::markdown(check),
        _ => checks::page(check, &output.layout),
    };
    streams::result(&text, output)?;
    Ok(Exit::Done)
}

fn unknown<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let failure = Failure::new(Kind::Usage, format!("there is no rule or check `{id}`"));
    let mut alike: Vec<(f32, &str)> = known.map(|name| (similar::TextDiff::from_chars(id, name).ratio(), name)).collect();
    alike.retain(|(ratio, _)| *ratio >= ALIKE);
    alike.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(other.1)));
    let names: Vec<String> = alike.iter().take(OFFERED).map(|(_, name)| format!("`{name}`")).collect();
    let failure = if names.is_empty() { failure } else { failure.hint(format!("did you mean {}", names.join(", "))) };
    failure.hint("list them with `gh autoheal rules`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_rule_is_answered_with_its_like() {
        let failure = unknown("python-modul-not-found", ["npm-ci", "python-module-not-found"].into_iter());
        assert_eq!(failure.hints[0], "did you mean `python-module-not-found`");
    }
}
