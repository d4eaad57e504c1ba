//! Any bytes as a workflow: the inspection ends without a panic, and what it heals parses and has fewer findings.
#![no_main]

use gh_autoheal::inspection::{improves, inspect_text};
use gh_autoheal::patch::FileChange;
use gh_autoheal::remedy;
use gh_autoheal::repository::{EntryKind, Repository};
use gh_autoheal::rules::Safety;
use gh_autoheal::text::RepoPath;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let Ok(path) = RepoPath::new(".github/workflows/w.yml") else { return };
    let mut repository = Repository::default();
    repository.entries.insert(path.clone(), EntryKind::File);
    repository.texts.insert(path.clone(), text.clone());
    let before = inspect_text(&repository, &path, &text);
    let healing = remedy::inspect(&repository, std::slice::from_ref(&path), Safety::NeedsReview);
    for file in &healing.patch.files {
        if let FileChange::Text { after, .. } = &file.change {
            assert!(improves(&before, &inspect_text(&repository, &path, after)));
        }
    }
});
