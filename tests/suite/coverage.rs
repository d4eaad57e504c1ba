//! Every message that the field is known for ends in a rule, or says why not: the table in testdata/coverage.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use gh_autoheal::archive::{self, Input, Limits};
use gh_autoheal::diagnosis::{Diagnosis, diagnose};
use gh_autoheal::findings::{Circumstances, Fingerprints, find};
use gh_autoheal::rules::{Category, Rank, RemedyKind, Rule, RuleSet};
use gh_autoheal::transcript;

/// A message and what must come of it.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// The excerpt, as a person would paste it.
    log: String,
    /// The rule that explains it.
    rule: Option<String>,
    /// That rule's category.
    category: Option<Category>,
    /// Where the repair belongs: the rule offers at least one of these.
    #[serde(default)]
    repair: Vec<RemedyKind>,
    /// Why no rule explains it.
    silent: Option<String>,
}

/// Every row, with the name of its file.
fn rows() -> Vec<(String, Row)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/coverage");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yml"));
    files.sort();
    let read = |path: &Path| -> Vec<(String, Row)> {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let rows: Vec<Row> = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
        rows.into_iter().map(|row| (name.clone(), row)).collect()
    };
    files.iter().flat_map(|path| read(path)).collect()
}

fn explained(rules: &RuleSet, prints: &Fingerprints, log: &str) -> Option<Diagnosis> {
    let end = if log.contains("##[error]") { "\n" } else { "\n##[error]Process completed with exit code 1.\n" };
    let bytes = format!("{log}{end}").into_bytes();
    let mut archive = archive::open(Input::File { name: "excerpt".to_owned(), bytes }, Limits::default()).unwrap();
    let transcript = transcript::read(&mut archive).unwrap();
    let findings = find(&transcript, rules, prints, &Circumstances::default());
    diagnose(&transcript, rules, &findings).into_iter().next()
}

/// What is wrong with what came of a row.
fn complaint(rules: &RuleSet, row: &Row, diagnosis: Option<&Diagnosis>) -> Option<String> {
    let rule: Option<&Rule> = diagnosis.and_then(|diagnosis| rules.get(diagnosis.rule.as_deref()?));
    if row.silent.is_some() {
        let speaks = rule.filter(|rule| rule.detect.rank != Rank::Wrapper)?;
        return Some(format!("`{}` explains it, and no rule should", speaks.id));
    }
    let Some(rule) = rule else { return Some("no rule explains it".to_owned()) };
    if row.rule.as_deref() != Some(&rule.id) {
        return Some(format!("`{}` explains it, expected {:?}", rule.id, row.rule));
    }
    if row.category != Some(rule.category) {
        return Some(format!("its category is {:?}, expected {:?}", rule.category, row.category));
    }
    let offered: Vec<RemedyKind> = rule.remedies.iter().map(|remedy| remedy.kind).collect();
    let offers = row.repair.iter().any(|kind| offered.contains(kind));
    (!offers).then(|| format!("it offers {offered:?}, expected one of {:?}", row.repair))
}

#[test]
fn every_known_message_ends_in_its_rule_or_says_why_not() {
    let rules = RuleSet::builtin();
    let prints = Fingerprints::new(rules);
    let rows = rows();
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(file, row)| {
            let why = complaint(rules, row, explained(rules, &prints, &row.log).as_ref())?;
            Some(format!("{file}: {:?}: {why}", row.log))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    let silent = rows.iter().filter(|(_, row)| row.silent.is_some()).count();
    eprintln!("{} messages end in a rule, {silent} in none for a reason", rows.len() - silent);
}

#[test]
fn the_table_reaches_every_category_and_every_kind_of_repair() {
    let rows = rows();
    let categories: BTreeSet<Category> = rows.iter().filter_map(|(_, row)| row.category).collect();
    let all: BTreeSet<Category> = RuleSet::builtin().iter().map(|rule| rule.category).collect();
    assert_eq!(categories, all, "categories that the table or the catalogue lacks");
    for kind in [RemedyKind::Workflow, RemedyKind::Repository, RemedyKind::Rerun, RemedyKind::Manual] {
        assert!(rows.iter().any(|(_, row)| row.repair.contains(&kind)), "{kind:?}");
    }
}

/// Rules that have fired on a tool's own output: never fewer than this. Raise it with each recorded example.
const RECORDED: usize = 46;

#[test]
fn rules_fire_on_recorded_runs_of_the_tools_themselves() {
    let rules = RuleSet::builtin();
    let mut wrong = Vec::new();
    let mut count = 0;
    for rule in rules.iter() {
        let tools: Vec<&str> = rule.examples.iter().filter_map(|example| example.recorded.as_deref()).collect();
        count += usize::from(!tools.is_empty());
        wrong.extend(tools.iter().filter(|tool| !tool.contains(' ')).map(|tool| format!("{}: `{tool}` names no version", rule.id)));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(count >= RECORDED, "{count} rules have a recorded example, at least {RECORDED} had");
    eprintln!("{count} of {} rules have an example that a tool printed itself", rules.len());
}
