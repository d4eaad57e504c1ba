//! What the repository sets up: workflows, automation, configuration, own rules.

use std::path::Path;

use super::Check;
use crate::automation::{self, OutOfReach};
use crate::commands::work_tree::WorkTree;
use crate::commands::{check, config_file, pipeline, rule_files};
use crate::config::{self, Config};
use crate::inspection::Level;
use crate::remedy;
use crate::report::inline::{count, one_line};
use crate::rules::RuleSet;
use crate::workflow::Workflow;

/// Problems of one kind that are told one by one.
const TOLD: usize = 20;

pub(super) fn checks(tree: &WorkTree, rules: Option<&Path>) -> Vec<Check> {
    let mut checks = workflows(tree);
    checks.push(automation(tree));
    checks.extend(configuration(tree));
    checks.extend(own_rules(tree, rules));
    checks
}

/// What `check` says, line by line.
fn workflows(tree: &WorkTree) -> Vec<Check> {
    let number = tree.texts.workflows().count();
    if number == 0 {
        return vec![Check::careful("workflows", "there is no workflow in .github/workflows", "there is nothing to heal yet")];
    }
    let found = check::of_work_tree(&tree.checkout).failures;
    if found.is_empty() {
        let accepts = if number == 1 { "passes" } else { "pass" };
        return vec![Check::good("workflows", format!("{} {accepts} `gh autoheal check`", count(number, "workflow")))];
    }
    found.iter().filter_map(mistake).take(TOLD).collect()
}

/// A finding of `check`, with its place.
fn mistake(failure: &remedy::Failure) -> Option<Check> {
    let found = failure.inspected.as_ref()?;
    let place =
        failure.diagnosis.cause.as_ref().map_or_else(String::new, |cause| format!("{}:{}:{}: ", cause.file, cause.number, found.column));
    let words = format!("{place}{}", one_line(&found.message));
    Some(match found.level {
        Level::Error => {
            Check::wrong("workflows", words, "the platform refuses this file, or it is certain to fail: `gh autoheal check` says more")
        }
        Level::Warning => Check::careful("workflows", words, "`gh autoheal check` says more"),
    })
}

fn automation(tree: &WorkTree) -> Check {
    let Some(text) = tree.texts.text(automation::PATH) else {
        return Check::careful("automation", "failed runs are not healed by themselves", "install that with `gh autoheal init`");
    };
    match automation::drift(text, &tree.texts) {
        Ok(drift) if drift.is_none() => Check::good("automation", format!("{} listens to every workflow", automation::PATH)),
        Ok(drift) => {
            let quoted = |names: &[String]| names.iter().map(|name| format!("`{}`", one_line(name))).collect::<Vec<_>>().join(", ");
            let missing = (!drift.missing.is_empty()).then(|| format!("does not listen to {}", quoted(&drift.missing)));
            let gone = (!drift.gone.is_empty()).then(|| format!("listens to {}, and no workflow is called so", quoted(&drift.gone)));
            let words: Vec<String> = missing.into_iter().chain(gone).collect();
            Check::careful(
                "automation",
                format!("{} {}", automation::PATH, words.join("; it ")),
                "put it in step with `gh autoheal init --update`",
            )
        }
        Err(error @ OutOfReach::Unreadable(_)) => {
            Check::wrong("automation", one_line(&error.to_string()), "repair it, or move it away and run `gh autoheal init`")
        }
        Err(error) => Check::careful(
            "automation",
            one_line(&error.to_string()),
            "it starts for no failed run; `gh autoheal init` writes one that does",
        ),
    }
}

fn configuration(tree: &WorkTree) -> Vec<Check> {
    let mut checks = match config_file::text(Some(&tree.root), None) {
        Err(failure) => vec![Check::wrong("configuration", one_line(&failure.message), "make it readable")],
        Ok(None) => vec![Check::good("configuration", format!("no limits are set: there is no {}", config::PATH))],
        Ok(Some(text)) => match Config::read(&text) {
            Ok(config) => sound(&config, tree),
            Err(mistakes) => {
                let advice = "nothing is diagnosed or healed until it is right; docs/configuration.md of gh-autoheal tells every key";
                mistakes.iter().take(TOLD).map(|mistake| Check::wrong("configuration", one_line(&mistake.to_string()), advice)).collect()
            }
        },
    };
    checks.extend(misplaced(tree));
    checks
}

/// A configuration that can be read may still name what is not there.
fn sound(config: &Config, tree: &WorkTree) -> Vec<Check> {
    let rules = pipeline::rules(Some(&tree.root.join(rule_files::USUAL)).filter(|dir| rule_files::present(dir)).map(|dir| &**dir));
    let rules = rules.unwrap_or_else(|_| RuleSet::builtin().clone());
    let unknown = config.unknown_rules(&rules).map(|id| {
        Check::careful("configuration", format!("{} turns off `{id}`, which is no rule", config::PATH), "`gh autoheal rules` lists all")
    });
    let mut checks: Vec<Check> = unknown.collect();
    for job in config.optional_jobs.iter().filter(|job| !is_there(job, tree)) {
        let found = format!("{} declares `{}` optional, and no workflow has such a job", config::PATH, one_line(&job.job));
        checks.push(Check::careful("configuration", found, "name the job by its id, or as a run shows it"));
    }
    if checks.is_empty() {
        checks.push(Check::good("configuration", format!("{} is sound", config::PATH)));
    }
    checks
}

fn is_there(declared: &config::OptionalJob, tree: &WorkTree) -> bool {
    tree.texts.workflows().filter(|(path, _)| declared.is_in(path.as_str())).any(|(path, text)| {
        let Ok(workflow) = Workflow::read(path.clone(), text) else { return false };
        workflow.jobs().iter().any(|job| declared.names(job.id, job.name().unwrap_or(job.id)) || job.display_name().fits(&declared.job))
    })
}

/// A configuration in another place is read by nobody, or run by the platform.
fn misplaced(tree: &WorkTree) -> Vec<Check> {
    let advice = format!("move it: git mv FILE {}", config::PATH);
    let other = |place: &str| {
        let found = format!("{place} is not read: the configuration is {}", config::PATH);
        rule_files::is_file(&tree.root.join(place)).then(|| Check::careful("configuration", found, advice.replace("FILE", place)))
    };
    [".github/autoheal.yaml", ".github/auto-heal.yml", ".github/workflows/autoheal.yml", "autoheal.yml", ".autoheal.yml"]
        .iter()
        .filter_map(|place| other(place))
        .collect()
}

fn own_rules(tree: &WorkTree, asked: Option<&Path>) -> Vec<Check> {
    let usual = tree.root.join(rule_files::USUAL);
    let dir = match asked {
        Some(dir) => dir,
        None if rule_files::present(&usual) => &usual,
        None => return Vec::new(),
    };
    match pipeline::rules(Some(dir)) {
        Ok(_) => {
            let number = rule_files::read(dir).map_or(0, |files| files.len());
            vec![Check::good("rules", format!("{} of your own, all sound", count(number, "rule")))]
        }
        Err(failure) => std::iter::once(&failure.message)
            .chain(&failure.hints)
            .take(TOLD)
            .map(|mistake| Check::wrong("rules", one_line(mistake), "nothing is diagnosed or healed until it is right"))
            .collect(),
    }
}
