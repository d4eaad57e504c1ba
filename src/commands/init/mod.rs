//! `init`: writes the repository's own automation, after showing it.

mod place;
mod words;

use super::{config_file, print, streams, work_tree};
use crate::automation::{OutOfReach, Refused, proposal};
use crate::failure::{Exit, Failure, Kind};
use crate::options::{Consent, Format, Output, Prompts, Setup};

/// Runs it.
pub(super) fn run(setup: &Setup, output: &Output) -> Result<Exit, Failure> {
    let tree = work_tree::around(setup.repo.as_deref())?;
    let limits = config_file::load(Some(&tree.root), None)?;
    let proposal = proposal(&tree.texts, &limits, setup.wish).map_err(|refused| explained(&refused))?;
    let changed: Vec<_> = proposal.files.iter().filter(|file| file.changes()).collect();
    for file in &changed {
        place::refuse_links(&tree.root, file.path)?;
    }
    let pages = matches!(output.format, Format::Text);
    if pages {
        streams::result(&words::shown(&proposal, &output.layout), output)?;
    }
    let consent = match (setup.consent, changed.is_empty()) {
        (Consent::Asked, false) => asked(changed.len(), output)?,
        (consent, _) => consent,
    };
    if consent == Consent::Given {
        for file in &changed {
            place::write(&tree.root, file)?;
        }
    }
    let text = match &output.format {
        Format::Text => words::done(&proposal, consent, setup.wish, &output.layout),
        Format::Diff => words::diff(&proposal),
        Format::Json { filter } => print::json(&words::document(&proposal, consent), filter.as_deref(), output.destination)?,
        Format::Markdown | Format::Sarif | Format::Github => return Err(unfit()),
    };
    streams::result(&text, output)?;
    Ok(if consent == Consent::Asked { Exit::Usage } else { Exit::Done })
}

/// Asks, where somebody can answer. An answer other than yes leaves [`Consent::Asked`]: it was cancelled.
fn asked(files: usize, output: &Output) -> Result<Consent, Failure> {
    if output.prompts == Prompts::Never || !matches!(output.format, Format::Text) {
        return Err(Failure::new(Kind::Usage, "nothing was written: there is nobody to ask")
            .hint("say `--yes` to write the files, or `--dry-run` to see them only"));
    }
    let question = format!("\nWrite {}? [y/N] ", if files == 1 { "this file" } else { "these files" });
    let answer = streams::ask(&question)?;
    Ok(if matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") { Consent::Given } else { Consent::Asked })
}

fn explained(refused: &Refused) -> Failure {
    let failure = Failure::new(Kind::Repository, refused.to_string());
    match refused {
        Refused::NothingToHeal => failure.hint("the automation starts when another workflow failed: add one first"),
        Refused::NothingToUpdate => failure.hint("install it with `gh autoheal init`"),
        Refused::OutOfReach(OutOfReach::Unreadable(_)) => failure.hint("repair it, or move it away and run `gh autoheal init`"),
        Refused::OutOfReach(_) => failure.hint("move it away and run `gh autoheal init`, or write the list by hand"),
    }
}

fn unfit() -> Failure {
    Failure::new(Kind::Usage, "`init` prints text, a diff or JSON").hint("leave out --format, or say `--format diff` or `--json`")
}
