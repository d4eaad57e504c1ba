//! Prints tables of what the project holds.

use std::collections::BTreeMap;

use gh_autoheal::edit;
use gh_autoheal::rules::{Rank, Rule, RuleSet};

use crate::docs::word;
use crate::project::Done;
use crate::verbs;

/// A table that can be printed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Table {
    /// Each edit verb on each shared workflow: right, abstained, wrong.
    Edits,
    /// Rules, examples and near misses by category.
    Rules,
    /// Which rules use which verb.
    Verbs,
}

/// Prints a table, columns apart by tabs. `form` and `verb` narrow the table of edits.
pub(crate) fn print(table: Table, form: Option<verbs::Form>, verb: Option<&str>) -> Done {
    let lines = match table {
        Table::Edits => return edits(form, verb),
        Table::Rules => rules(RuleSet::builtin().iter()),
        Table::Verbs => uses(RuleSet::builtin().iter()),
    };
    println!("{}", lines.join("\n"));
    Ok(())
}

/// Prints the table of edits for each form; a verb that is wrong anywhere is an error.
fn edits(form: Option<verbs::Form>, verb: Option<&str>) -> Done {
    let forms = form.map_or_else(|| verbs::Form::ALL.to_vec(), |form| vec![form]);
    let mut wrong = 0;
    for form in forms {
        let table = verbs::table(shared_workflows().as_path(), form, verb, 1);
        println!("{form}\n\n{table}");
        wrong += table.0.values().map(|row| row.wrong.len()).sum::<usize>();
    }
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} edits are wrong").into()) }
}

/// The workflows that the score scripts use, beside the project.
fn shared_workflows() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus/workflows")
}

#[derive(Debug, Default)]
struct Count {
    causes: usize,
    others: usize,
    healing: usize,
    examples: usize,
    near_misses: usize,
}

fn rules<'a>(rules: impl Iterator<Item = &'a Rule>) -> Vec<String> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for rule in rules {
        for name in [word(&rule.category), "total".to_owned()] {
            let count = counts.entry(name).or_default();
            let rank = if rule.detect.rank == Rank::Cause { &mut count.causes } else { &mut count.others };
            *rank += 1;
            count.healing += usize::from(rule.remedies.iter().any(|remedy| !remedy.edit.is_empty()));
            count.examples += rule.examples.len();
            count.near_misses += rule.near_misses.len();
        }
    }
    let row = |(name, count): (String, Count)| {
        format!("{name}\t{}\t{}\t{}\t{}\t{}", count.causes, count.others, count.healing, count.examples, count.near_misses)
    };
    let total = counts.remove_entry("total");
    let head = "category\tcauses\tsymptoms and wrappers\twith edits\texamples\tnear misses".to_owned();
    std::iter::once(head).chain(counts.into_iter().chain(total).map(row)).collect()
}

fn uses<'a>(rules: impl Iterator<Item = &'a Rule>) -> Vec<String> {
    let mut users: BTreeMap<&str, Vec<&str>> = edit::verbs().map(|verb| (verb.name, Vec::new())).collect();
    for rule in rules {
        for edit in rule.remedies.iter().flat_map(|remedy| &remedy.edit) {
            let named = users.entry(&edit.verb).or_default();
            if named.last() != Some(&rule.id.as_str()) {
                named.push(&rule.id);
            }
        }
    }
    let row = |(verb, named): (&str, Vec<&str>)| format!("{verb}\t{}\t{}", named.len(), named.join(" "));
    std::iter::once("verb\trules\twhich".to_owned()).chain(users.into_iter().map(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_a_head_and_rows() {
        let set = RuleSet::builtin();
        assert!(rules(set.iter()).len() > 2);
        assert!(uses(set.iter()).len() > edit::verbs().count());
    }
}
