//! Workflows that ran are broken in the ways in which people break expressions and structure, and healed: the result means what it meant.

use super::*;
use crate::patch::FileChange;
use crate::remedy;
use crate::rules::Safety;

/// A repository with this workflow alone.
fn alone(text: &str) -> Repository {
    let mut repository = Repository::default();
    repository.entries.insert(path(), EntryKind::File);
    repository.texts.insert(path(), text.to_owned());
    repository
}

/// The text that `check --fix --allow needs-review` makes of `text`; none where it changes nothing.
pub(super) fn fixed(text: &str) -> Option<String> {
    let healing = remedy::inspect(&alone(text), &[path()], Safety::NeedsReview);
    healing.patch.files.into_iter().find_map(|file| if let FileChange::Text { after, .. } = file.change { Some(after) } else { None })
}

/// What a break replaces, and by what; the first occurrence behind some place of the text.
const BREAKS: &[(&str, &str, &str)] = &[
    ("one `=`", " == '", " = '"),
    ("three `=`", " == '", " === '"),
    ("and", " && ", " and "),
    ("one `&`", " && ", " & "),
    ("no s in secrets", "${{ secrets.", "${{ secret."),
    ("no s in steps", "${{ steps.", "${{ step."),
    ("misspelt github", "${{ github.", "${{ gihtub."),
    ("misspelt matrix", "${{ matrix.", "${{ matirx."),
    ("half closed", " }}", " }"),
    ("misspelt function", "startsWith(", "startWith("),
    ("misspelt runs-on", "    runs-on:", "    run-on:"),
    ("misspelt timeout", "timeout-minutes:", "timeout-minuts:"),
    ("misspelt env", "\n        env:\n", "\n        evn:\n"),
];

#[test]
fn broken_expressions_and_keys_are_healed_to_what_they_were() {
    let texts = crate::patch::shared::workflows();
    let sound =
        |text: &&String| text.len() < 8_000 && !text.contains('\r') && inspect_text(&Repository::default(), &path(), text).is_empty();
    let texts: Vec<&String> = texts.iter().map(|(_, text)| text).step_by((texts.len() / 120).max(1)).filter(sound).collect();
    let (mut right, mut wrong, mut alone) = (0, Vec::new(), 0);
    for (number, text) in texts.iter().enumerate() {
        for (name, from, to) in BREAKS {
            let behind = text.match_indices(from).map(|(at, _)| at).collect::<Vec<_>>();
            let Some(at) = behind.get(number % behind.len().max(1)) else { continue };
            let broken = format!("{}{to}{}", &text[..*at], &text[at + from.len()..]);
            if inspect_text(&Repository::default(), &path(), &broken).is_empty() {
                continue;
            }
            match fixed(&broken) {
                Some(after) if after == **text => right += 1,
                Some(after) if crate::workflow::readers::first(&after) == crate::workflow::readers::first(text) => right += 1,
                Some(after) => wrong.push(format!("{name}: {:?}", after.lines().zip(text.lines()).find(|(a, b)| a != b))),
                None => alone += 1,
            }
        }
    }
    println!("{} files: {right} healed to what they were, {} to something else, {alone} left alone", texts.len(), wrong.len());
    assert!(wrong.len() * 20 <= right + wrong.len(), "{wrong:#?}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_fixed_parses_and_has_fewer_findings(at in 0_usize..400, length in 0_usize..3, put in "[ '\"{}\\[\\]:#a-z\\n$=&]{0,3}") {
        let sound = "name: CI\non:\n  push:\n    branches: [main]\njobs:\n  build:\n    runs-on: ${{ matrix.os }}\n    strategy:\n      matrix:\n        os: [ubuntu-latest]\n    steps:\n      - uses: actions/checkout@v6\n        with:\n          fetch-depth: 0\n      - name: Build\n        if: github.ref == 'refs/heads/main' && startsWith(matrix.os, 'u')\n        run: |\n          make ${{ secrets.A }}\n";
        let at = at.min(sound.len());
        let text = format!("{}{put}{}", &sound[..at], &sound[(at + length).min(sound.len())..]);
        if let Some(after) = fixed(&text) {
            let (before, left) = (inspect_text(&alone(&text), &path(), &text), inspect_text(&alone(&after), &path(), &after));
            proptest::prop_assert!(improves(&before, &left), "{text}\n{after}");
            proptest::prop_assert!(crate::workflow::Document::parse(&after).is_ok());
        }
    }
}
