//! Pages as people see them, at the widths of a phone's, a usual and a wide terminal.

use snapbox::{assert_data_eq, file, str};

use super::super::example;
use super::*;

fn layout(width: usize, colour: Colour) -> Layout {
    Layout { width, colour, program: "gh autoheal".to_owned() }
}

fn plain(outcome: &Outcome, width: usize) -> String {
    render(outcome, &layout(width, Colour::Off))
}

#[test]
fn a_healed_run_at_three_widths() {
    assert_data_eq!(plain(&example::committed(), 60), file!["../snapshots/healed-60.txt"].raw());
    assert_data_eq!(plain(&example::committed(), 80), file!["../snapshots/healed-80.txt"].raw());
    assert_data_eq!(plain(&example::committed(), 120), file!["../snapshots/healed-120.txt"].raw());
}

#[test]
fn a_healed_run_in_colour() {
    let page = render(&example::committed(), &layout(80, Colour::On));
    assert_data_eq!(page.replace('\u{1b}', "␛"), file!["../snapshots/healed-colour.txt"].raw());
}

#[test]
fn a_patch_that_waits_for_review() {
    assert_data_eq!(plain(&example::held_back(), 80), file!["../snapshots/held-back.txt"].raw());
}

#[test]
fn a_preview_names_the_command_that_commits() {
    let mut outcome = example::committed();
    outcome.deed = crate::report::Deed::Previewed;
    let page = plain(&outcome, 80);
    assert!(page.contains("3 of 4 failures can be healed here. Nothing was written."), "{page}");
    assert!(page.contains("› gh autoheal heal logs.zip --allow needs-review  commit it on a new branch"), "{page}");
}

#[test]
fn advice_with_an_odd_source() {
    let page = plain(&example::advice_with_secret(), 80);
    assert!(!page.contains("ghp_") && !page.contains('\u{1b}'), "{page}");
    assert_data_eq!(page, file!["../snapshots/advice.txt"].raw());
}

#[test]
fn more_failures_than_a_person_reads() {
    assert_data_eq!(plain(&example::many(), 80), file!["../snapshots/many.txt"].raw());
}

#[test]
fn a_green_run_says_so_in_one_line() {
    assert_data_eq!(
        plain(&example::green(), 80),
        str![[r#"
✓ Nothing failed here: 3 jobs, all green.

"#]]
    );
}

#[test]
fn no_line_is_wider_than_the_page() {
    for width in [60, 80, 120] {
        for outcome in [example::committed(), example::held_back(), example::advice_with_secret(), example::many()] {
            for line in plain(&outcome, width).lines().filter(|line| !line.contains(" › ")) {
                assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{width}: {line}");
            }
        }
    }
}
