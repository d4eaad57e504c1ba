//! Turns a publication into the lines that a person reads.

use crate::github::{Publication, Standing};
use crate::options::Output;
use crate::report::inline::one_line;

/// The page.
pub(in super::super) fn page(publication: &Publication, _output: &Output) -> String {
    let mut out = String::new();
    let mut line = |mark: char, words: String| out.push_str(&format!("{mark} {}\n", one_line(&words)));
    if let Some(branch) = &publication.branch {
        let verb = if publication.pushed { "Pushed" } else { "Already there:" };
        line('✓', format!("{verb} {branch} on {}.", publication.repository));
    }
    for issue in &publication.issues {
        line(mark(issue.standing), format!("Issue #{} {}: {}", issue.number, words(issue.standing), issue.url));
    }
    if let Some(pull) = &publication.pull {
        line(mark(pull.standing), format!("Pull request #{} {}: {}", pull.number, words(pull.standing), pull.url));
    }
    for note in &publication.notes {
        line('!', note.clone());
    }
    if out.is_empty() {
        out.push_str("✓ Nothing here is worth an issue: run the failed jobs again.\n");
    }
    out
}

const fn mark(standing: Standing) -> char {
    if matches!(standing, Standing::Left) { '!' } else { '✓' }
}

const fn words(standing: Standing) -> &'static str {
    match standing {
        Standing::Opened => "opened",
        Standing::Updated => "brought up to date",
        Standing::Unchanged => "is there, with nothing new to tell",
        Standing::Reopened => "opened again",
        Standing::Left => "left alone",
    }
}
