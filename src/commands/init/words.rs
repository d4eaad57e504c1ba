//! What `init` says: the files and their diff, then what was done and what comes next.

use serde::Serialize;

use crate::automation::{PATH, Proposal, Proposed, Wish};
use crate::options::Consent;
use crate::patch::{FileChange, FilePatch, PatchSet};
use crate::report::{Ink, Layout, Sheet, diff, prose};
use crate::text::RepoPath;

/// Lines of prose longer than this are hard to read.
const READABLE: usize = 96;

/// What would be written.
pub(super) fn shown(proposal: &Proposal, layout: &Layout) -> String {
    let mut sheet = Sheet::new(layout);
    for file in &proposal.files {
        let (ink, state) = match (&file.before, file.changes()) {
            (None, _) => (Ink::Good, "is new"),
            (Some(_), true) => (Ink::Good, "changes"),
            (Some(_), false) => (Ink::Faint, "is there already, and stays as it is"),
        };
        sheet.line(&[(Ink::Strong, file.path), (Ink::Plain, " "), (ink, state)]);
    }
    for line in proposal.files.iter().filter(|file| file.changes()).flat_map(lines) {
        if matches!(line.kind, diff::LineKind::Header) && line.text.starts_with("---") {
            sheet.blank();
        }
        sheet.line(&[(ink_of(line.kind), crate::text::Redacted::new(&line.text).as_str())]);
    }
    remarks(&mut sheet, proposal);
    sheet.finish()
}

fn remarks(sheet: &mut Sheet, proposal: &Proposal) {
    for remark in &proposal.remarks {
        sheet.blank();
        noted(sheet, &crate::report::inline::one_line(remark));
    }
}

fn noted(sheet: &mut Sheet, words: &str) {
    for (index, line) in prose::flow(words, "", sheet.width.min(READABLE) - 2).iter().enumerate() {
        sheet.line(&[(Ink::Careful, if index == 0 { "! " } else { "  " }), (Ink::Plain, line)]);
    }
}

const fn ink_of(kind: diff::LineKind) -> Ink {
    match kind {
        diff::LineKind::Header => Ink::Strong,
        diff::LineKind::Hunk => Ink::Place,
        diff::LineKind::Added => Ink::Good,
        diff::LineKind::Removed => Ink::Bad,
        diff::LineKind::Context | diff::LineKind::Note => Ink::Plain,
    }
}

/// What was done, and what comes next.
pub(super) fn done(proposal: &Proposal, consent: Consent, wish: Wish, layout: &Layout) -> String {
    let mut sheet = Sheet::new(layout);
    let changed: Vec<&Proposed> = proposal.files.iter().filter(|file| file.changes()).collect();
    sheet.line(&[]);
    if changed.is_empty() {
        sheet.line(&[(Ink::Good, "✓"), (Ink::Plain, " Nothing to write.")]);
        return sheet.finish();
    }
    match consent {
        Consent::Given => {}
        Consent::Asked => {
            sheet.line(&[(Ink::Careful, "!"), (Ink::Plain, " Cancelled: nothing was written.")]);
            return sheet.finish();
        }
        Consent::Withheld => {
            sheet.line(&[(Ink::Careful, "!"), (Ink::Plain, " Nothing was written: this was a dry run.")]);
            return sheet.finish();
        }
    }
    for file in &changed {
        sheet.line(&[(Ink::Good, "✓"), (Ink::Plain, " wrote "), (Ink::Plain, file.path)]);
    }
    next(&mut sheet, &changed, wish, layout);
    sheet.finish()
}

fn next(sheet: &mut Sheet, changed: &[&Proposed], wish: Wish, layout: &Layout) {
    let paths: Vec<&str> = changed.iter().map(|file| file.path).collect();
    let message = if wish == Wish::Update { "ci: heal every workflow" } else { "ci: heal failed runs" };
    sheet.blank();
    sheet.line(&[(Ink::Strong, "Next")]);
    sheet.line(&[(Ink::Place, &format!("  git add {}", paths.join(" ")))]);
    sheet.line(&[(Ink::Place, &format!("  git commit --message '{message}'"))]);
    sheet.line(&[(Ink::Place, &format!("  {} doctor", layout.program))]);
    if changed.iter().any(|file| file.path == PATH) {
        sheet.blank();
        let words = "GitHub reads this workflow on the default branch only: nothing happens before it is merged there.";
        noted(sheet, words);
    }
    if wish != Wish::Update {
        sheet.blank();
        noted(
            sheet,
            "Failed runs are diagnosed and nothing is published until the variable AUTOHEAL_PUBLISH is set. The workflow says how.",
        );
    }
}

/// The diff alone, for `git apply`.
pub(super) fn diff(proposal: &Proposal) -> String {
    proposal.files.iter().filter(|file| file.changes()).flat_map(lines).map(|line| format!("{}\n", line.text)).collect()
}

fn lines(file: &Proposed) -> Vec<diff::Line> {
    let Ok(path) = RepoPath::new(file.path) else { return Vec::new() };
    let before = file.before.clone().unwrap_or_default();
    let change = FileChange::Text { before, after: file.after.clone() };
    let patch = PatchSet { files: vec![FilePatch { path, change }] };
    let mut lines: Vec<diff::Line> = patch.files.iter().flat_map(diff::lines).collect();
    if file.before.is_none()
        && let Some(first) = lines.first_mut()
    {
        first.text = "--- /dev/null".to_owned();
    }
    lines
}

/// The result for programs.
#[derive(Debug, Serialize)]
pub(super) struct Document {
    version: u32,
    files: Vec<File>,
    remarks: Vec<String>,
}

#[derive(Debug, Serialize)]
struct File {
    path: &'static str,
    /// `created`, `updated`, `unchanged`; `would-create`, `would-update` where nothing was written.
    state: &'static str,
    after: String,
}

/// What was done, for programs.
pub(super) fn document(proposal: &Proposal, consent: Consent) -> Document {
    let state = |file: &Proposed| match (&file.before, file.changes(), consent) {
        (_, false, _) => "unchanged",
        (None, _, Consent::Given) => "created",
        (Some(_), _, Consent::Given) => "updated",
        (None, ..) => "would-create",
        (Some(_), ..) => "would-update",
    };
    let files = proposal.files.iter().map(|file| File { path: file.path, state: state(file), after: file.after.clone() });
    Document { version: 1, files: files.collect(), remarks: proposal.remarks.clone() }
}
