//! Turns the recorded logs beside the project into figures: how often each rule is right, which is the source of every
//! confidence, and how the diagnosis as a whole does, which must not get worse.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use gh_autoheal::rules::RuleSet;
use serde_json::Value;

use crate::project::{Done, path};
use crate::recorded::{Case, Part, Score, cases};

/// How often each rule was right.
const MEASURED: &str = "src/rules/measured.yml";
/// How the diagnosis as a whole does.
const FIGURES: &str = "testdata/figures.json";
const SKIPPED: &str = "skipped: the recorded logs are not beside the project";

/// The figures of a part: how many cases, and on how many of them the word holds.
type Figures = BTreeMap<&'static str, usize>;

/// Which rules speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Speakers {
    /// The catalogue.
    Catalogue,
    /// None: what is measured is the guess at the line where no rule explains a failure.
    Nobody,
}

/// Measures, and writes `src/rules/measured.yml` and the figures.
pub(crate) fn write() -> Done {
    let Some(scored) = scored(Speakers::Catalogue) else { return Err(SKIPPED.into()) };
    let mut tally: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for (_, score) in scored.iter().filter(|(case, _)| case.part == Part::Open) {
        let Some(rule) = &score.rule else { continue };
        let (right, seen) = tally.entry(rule).or_default();
        *seen += 1;
        *right += u32::from(score.near && score.category);
    }
    let mut text = String::from("# How often each rule named the right cause on recorded cases. Written by `cargo xtask measure`.\n");
    if tally.is_empty() {
        text.push_str("{}\n");
    }
    for (rule, (right, seen)) in &tally {
        writeln!(text, "{rule}: {{ right: {right}, seen: {seen} }}")?;
    }
    fs::write(path(MEASURED), text)?;
    let figures = figures(&scored);
    print_figures(&figures);
    fs::write(path(FIGURES), serde_json::to_string_pretty(&figures)? + "\n")?;
    Ok(())
}

/// Fails where a committed figure is better than what is measured now.
pub(crate) fn check() -> Done {
    let Some(scored) = scored(Speakers::Catalogue) else {
        println!("{SKIPPED}");
        return Ok(());
    };
    let committed: Value = serde_json::from_str(&fs::read_to_string(path(FIGURES))?)?;
    let figures = figures(&scored);
    print_figures(&figures);
    let mut worse = String::new();
    for (part, figures) in &figures {
        for (word, now) in figures {
            let before = committed.get(part).and_then(|part| part.get(word)).and_then(Value::as_u64).unwrap_or(0);
            let now = *now as u64;
            let is_worse = match *word {
                "wrong-and-confident" => now > before,
                "line" | "near" | "category" => now < before,
                // Unexplained is neither good nor bad; another number of cases makes the rest incomparable.
                "cases" => now != before,
                _ => false,
            };
            if is_worse {
                writeln!(worse, "{part}: {word} was {before}, is {now}")?;
            }
        }
    }
    if worse.is_empty() { Ok(()) } else { Err(format!("the diagnosis got worse (`cargo xtask measure` accepts it):\n{worse}").into()) }
}

/// Prints what is missed of the part that rules may be written from.
pub(crate) fn misses(speakers: Speakers) -> Done {
    let Some(scored) = scored(speakers) else { return Err(SKIPPED.into()) };
    for (case, score) in scored.iter().filter(|(case, score)| case.part == Part::Open && !(score.line && score.category)) {
        let word = |right: bool| if right { "right" } else { "wrong" };
        let line = if score.line { "right" } else { if score.near { "near" } else { "wrong" } };
        println!("{} line {line}, category {} by {}", case.id, word(score.category), score.rule.as_deref().unwrap_or("no rule"));
        println!("    said   {}\n    wanted {}", score.said, case.wanted());
    }
    print_figures(&figures(&scored));
    Ok(())
}

fn scored(speakers: Speakers) -> Option<Vec<(Case, Score)>> {
    let none = RuleSet::default();
    let rules = match speakers {
        Speakers::Catalogue => RuleSet::builtin(),
        Speakers::Nobody => &none,
    };
    Some(
        cases()?
            .into_iter()
            .map(|case| {
                let score = case.score(rules);
                (case, score)
            })
            .collect(),
    )
}

fn figures(scored: &[(Case, Score)]) -> BTreeMap<&'static str, Figures> {
    let mut all: BTreeMap<&str, Figures> = BTreeMap::new();
    for (case, score) in scored {
        let part = match case.part {
            Part::Open => "open",
            Part::HeldBack => "held-back",
        };
        for part in [part, "all"] {
            let figures = all.entry(part).or_default();
            for (word, holds) in [
                ("cases", true),
                ("line", score.line),
                ("near", score.near),
                ("category", score.category),
                ("unexplained", score.unexplained),
                ("wrong-and-confident", score.misled),
            ] {
                *figures.entry(word).or_default() += usize::from(holds);
            }
        }
    }
    all
}

fn print_figures(all: &BTreeMap<&'static str, Figures>) {
    for (part, figures) in all {
        let count = |word: &str| figures.get(word).copied().unwrap_or(0);
        let share = |word: &str| 100 * count(word) / count("cases").max(1);
        println!(
            "{part}: line {} %, near {} %, category {} %, unexplained {} %, wrong and confident {} of {}",
            share("line"),
            share("near"),
            share("category"),
            share("unexplained"),
            count("wrong-and-confident"),
            count("cases")
        );
    }
}
