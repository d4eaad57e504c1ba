//! Turns rule files into what is wrong with them: their form, and their own examples and near misses tried out.

use super::heal::{Case, heal};
use crate::config::Config;
use crate::diagnosis::diagnose;
use crate::diagnosis::example::{read, verify, verify_silent};
use crate::findings::{Circumstances, EveryLine, find};
use crate::patch::FileChange;
use crate::repository::{EntryKind, Repository};
use crate::rules::check::at;
use crate::rules::{Example, InvalidRule, Rule, RuleSet, Safety, load};
use crate::text::RepoPath;

/// Where an example's workflow stands.
const WORKFLOW: &str = ".github/workflows/ci.yml";

/// How one rule file stood its trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The file, as it was named.
    pub file: String,
    /// The rule's id; none where the file cannot be read as a rule.
    pub id: Option<String>,
    /// How many examples it explains.
    pub examples: usize,
    /// How many near misses it stays silent on.
    pub near_misses: usize,
    /// Whether it takes the place of a built-in rule.
    pub replaces: bool,
    /// Everything that is wrong with it.
    pub mistakes: Vec<InvalidRule>,
}

/// Tries rule files, pairs of name and text, together with the rules in `known`: each against its own examples and near misses.
pub fn trials(files: &[(String, String)], known: &RuleSet) -> Vec<Trial> {
    let mut all: Vec<Trial> = files.iter().map(|(file, text)| form(file, text, known)).collect();
    name_twins(&mut all);
    let sound = files.iter().zip(&all).filter(|(_, trial)| trial.mistakes.is_empty());
    let Ok(own) = RuleSet::parse(sound.map(|((file, text), _)| (file.as_str(), text.as_str()))) else { return all };
    let rules = known.merged(own);
    for (trial, (_, text)) in all.iter_mut().zip(files) {
        let rule = trial.id.as_deref().filter(|_| trial.mistakes.is_empty()).and_then(|id| rules.get(id));
        if let Some(rule) = rule {
            trial.mistakes = conduct(&trial.file, text, rule, &rules);
        }
    }
    all
}

/// Reads one file, strictly.
fn form(file: &str, text: &str, known: &RuleSet) -> Trial {
    let mut trial = Trial { file: file.to_owned(), id: None, examples: 0, near_misses: 0, replaces: false, mistakes: Vec::new() };
    match load::rule(file, text) {
        Ok((rule, _)) => {
            trial.examples = rule.examples.len();
            trial.near_misses = rule.near_misses.len();
            trial.replaces = known.get(&rule.id).is_some();
            trial.id = Some(rule.id);
        }
        Err(mistakes) => trial.mistakes = mistakes,
    }
    trial
}

/// Two files may not hold rules of one id: `a.yml` beside `a.yaml`, or in two folders.
fn name_twins(all: &mut [Trial]) {
    for index in 1..all.len() {
        let (before, rest) = all.split_at_mut(index);
        let Some(trial) = rest.first_mut() else { continue };
        if let Some(id) = &trial.id
            && let Some(twin) = before.iter().find(|other| other.id.as_ref() == Some(id))
        {
            trial.mistakes.push(at(&trial.file, "", &[], "", format!("`{}` holds a rule with the same id, `{id}`", twin.file)));
        }
    }
}

/// What a rule that reads well does wrong.
fn conduct(file: &str, text: &str, rule: &Rule, rules: &RuleSet) -> Vec<InvalidRule> {
    let mut wrong = Vec::new();
    for other in rule.detect.outranks.iter().filter(|other| rules.get(other).is_none()) {
        wrong.push(at(file, text, &["detect", "outranks"], other, format!("outranks `{other}`, which is no rule")));
    }
    for example in &rule.examples {
        let tried = verify(rules, &rule.id, example).and_then(|()| verify_patch(rules, example));
        if let Err(error) = tried {
            wrong.push(at(file, text, &["examples"], &example.name, format!("example `{}`: {error}", example.name)));
        }
    }
    for miss in &rule.near_misses {
        if let Err(error) = verify_silent(rules, &rule.id, &miss.log) {
            wrong.push(at(file, text, &["near-misses"], &miss.name, format!("near miss `{}`: {error}", miss.name)));
        }
    }
    wrong
}

/// Whether the rules make of the example's workflow what its `patched` says. That nothing changes when it is made again, healing
/// proves for every patch.
///
/// # Errors
/// What came out instead.
pub fn verify_patch(rules: &RuleSet, example: &Example) -> Result<(), String> {
    let (Some(workflow), Some(wanted)) = (&example.workflow, &example.patched) else { return Ok(()) };
    let once = patched(rules, example, workflow)?;
    if once != *wanted {
        return Err(format!("the patched workflow differs at {}", first_difference(&once, wanted)));
    }
    Ok(())
}

/// The example's workflow after healing.
fn patched(rules: &RuleSet, example: &Example, workflow: &str) -> Result<String, String> {
    let repository = repository(example, workflow)?;
    let transcript = read(&example.log)?.transcript;
    let findings = find(&transcript, rules, &EveryLine, &Circumstances::default());
    let diagnoses = diagnose(&transcript, rules, &findings);
    let path = RepoPath::new(WORKFLOW).map_err(|error| error.to_string())?;
    let config = Config::default();
    let case = Case {
        transcript: &transcript,
        rules,
        repository: Some(&repository),
        chosen: Some(&path),
        config: &config,
        allowed: Safety::NeedsReview,
    };
    let healing = heal(&case, diagnoses);
    let change = healing.patch.files.iter().find(|file| file.path == path).map(|file| &file.change);
    if let Some(FileChange::Text { after, .. }) = change {
        return Ok(after.clone());
    }
    let unlocated = healing.failures.iter().find_map(|failure| failure.unlocated.clone());
    let reason = unlocated.or_else(|| healing.skipped.first().map(|skipped| skipped.reason.clone()));
    Err(format!("the workflow is not patched: {}", reason.unwrap_or_else(|| "no remedy with an edit fits".to_owned())))
}

fn repository(example: &Example, workflow: &str) -> Result<Repository, String> {
    let mut repository = Repository::default();
    let files = example.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    for (path, text) in files.chain([(WORKFLOW, workflow)]) {
        let path = RepoPath::new(path).map_err(|error| error.to_string())?;
        repository.entries.insert(path.clone(), EntryKind::File);
        repository.texts.insert(path, text.to_owned());
    }
    Ok(repository)
}

/// Where two texts part, in words.
fn first_difference(found: &str, wanted: &str) -> String {
    let mut wanted_lines = wanted.lines();
    for (index, line) in found.lines().enumerate() {
        match wanted_lines.next() {
            Some(other) if other == line => {}
            Some(other) => return format!("line {}: `{line}`, expected `{other}`", index + 1),
            None => return format!("line {}: `{line}`, expected the end", index + 1),
        }
    }
    match wanted_lines.next() {
        Some(other) => format!("the end: expected `{other}`"),
        None => "the line ends".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "summary: The frobnicator is out of ink
explanation: The frobnicator {name} printed nothing.
category: other
detect:
  rank: cause
  line: '^frobnicator (?P<name>\\S+) is out of ink$'
examples:
  - name: one
    log: |
      >>> frobnicator a is out of ink
      ##[error]Process completed with exit code 1.
near-misses:
  - name: another
    log: |
      frobnicator a is full
      ##[error]Process completed with exit code 1.
";

    fn tried(text: &str) -> Trial {
        trials(&[("ink.yml".to_owned(), text.to_owned())], RuleSet::builtin()).remove(0)
    }

    #[test]
    fn a_sound_rule_stands_its_trial() {
        let trial = tried(RULE);
        assert_eq!((trial.id.as_deref(), trial.examples, trial.near_misses, trial.replaces), (Some("ink"), 1, 1, false));
        assert_eq!(trial.mistakes, []);
    }

    #[test]
    fn each_mistake_is_found_at_its_place() {
        for (old, new, place, words) in [
            ("category: other", "category: ink", "3:11", "unknown variant"),
            (">>> frobnicator a is out of ink", "frobnicator a is full\n      >>> frobnicator is out of ink", "8:", "example `one`"),
            ("frobnicator a is full", "frobnicator b is out of ink", "13:", "near miss `another`: it matches"),
            ("  rank: cause\n", "  rank: cause\n  outranks: [no-such-rule]\n", "6:", "`no-such-rule`, which is no rule"),
        ] {
            let trial = tried(&RULE.replacen(old, new, 1));
            let first = trial.mistakes.first().unwrap_or_else(|| panic!("{new}: no mistake"));
            assert!(first.to_string().starts_with(&format!("ink.yml:{place}")) && first.message.contains(words), "{first}");
        }
    }

    #[test]
    fn rules_of_one_id_are_told_apart_by_their_files() {
        let files = [("a/ink.yml".to_owned(), RULE.to_owned()), ("b/ink.yml".to_owned(), RULE.to_owned())];
        let both = trials(&files, RuleSet::builtin());
        assert!(both[0].mistakes.is_empty());
        assert!(both[1].mistakes[0].message.contains("`a/ink.yml` holds a rule with the same id"), "{both:?}");
    }

    #[test]
    fn every_example_of_the_catalogue_comes_out_as_its_patched_says() {
        let rules = RuleSet::builtin();
        let examples = rules.iter().flat_map(|rule| rule.examples.iter().map(move |example| (rule, example)));
        let wrong: Vec<String> = examples
            .filter_map(|(rule, example)| Some(format!("{}: {}: {}", rule.id, example.name, verify_patch(rules, example).err()?)))
            .collect();
        assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    }
}
