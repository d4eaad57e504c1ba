//! The rules that are in force: each is read in full when it is first asked for.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock, OnceLock};

use super::detector::Detector;
use super::literals::Literal;
use super::{Category, Detect, InvalidRule, Rule, load};

/// The rules that are in force, sorted by id. A rule's index is its place in that order.
#[derive(Debug, Default, Clone)]
pub struct RuleSet {
    entries: Vec<Arc<Entry>>,
}

/// A rule that is read as far as it was needed.
#[derive(Debug)]
struct Entry {
    id: Cow<'static, str>,
    text: Cow<'static, str>,
    /// For each pattern of `detect.line` the texts of which one must occur.
    literals: Literals,
    /// Category and detection as JSON, for the catalogue; empty where `rule` is there from the start.
    core: &'static str,
    detector: OnceLock<Option<Detector>>,
    rule: OnceLock<Option<Rule>>,
}

#[derive(Debug)]
enum Literals {
    Built(&'static [&'static [Literal]]),
    Read(Vec<Vec<Literal>>),
}

/// A rule of the catalogue as `build.rs` prepares it.
pub(super) struct Embedded {
    pub(super) id: &'static str,
    pub(super) text: &'static str,
    pub(super) core: &'static str,
    pub(super) literals: &'static [&'static [Literal]],
}

#[derive(serde::Deserialize)]
struct Core {
    category: Category,
    detect: Detect,
}

impl RuleSet {
    /// The rules that the program brings along.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<RuleSet> = LazyLock::new(|| {
            let entries = super::catalogue::CATALOGUE.iter().map(|embedded| Arc::new(Entry::embedded(embedded)));
            RuleSet { entries: entries.collect() }
        });
        &BUILTIN
    }

    /// Reads rule files, strictly: pairs of a file's name and its text.
    ///
    /// # Errors
    /// Everything that is wrong in any of them.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<InvalidRule>> {
        let mut entries = Vec::new();
        let mut wrong = Vec::new();
        for (name, text) in files {
            match load::rule(name, text) {
                Ok((rule, literals)) => entries.push(Arc::new(Entry::read(rule, text, literals))),
                Err(errors) => wrong.extend(errors),
            }
        }
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        for pair in entries.windows(2) {
            if let [a, b] = pair
                && a.id == b.id
            {
                wrong.push(InvalidRule::at_top(&b.id, format!("there are two rules with the id `{}`", b.id)));
            }
        }
        if wrong.is_empty() { Ok(Self { entries }) } else { Err(wrong) }
    }

    /// These rules and `own` ones; an own rule takes the place of one with the same id.
    pub fn merged(&self, own: Self) -> Self {
        let mut entries = own.entries;
        let kept: Vec<_> = self.entries.iter().filter(|entry| !entries.iter().any(|other| other.id == entry.id)).cloned().collect();
        entries.extend(kept);
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        Self { entries }
    }

    /// These rules without the ones with these ids.
    #[must_use]
    pub fn without(&self, ids: &[String]) -> Self {
        Self { entries: self.entries.iter().filter(|entry| !ids.iter().any(|id| **id == *entry.id)).cloned().collect() }
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All ids, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.id)
    }

    /// All rules, sorted by id; reads each in full.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.entries.iter().filter_map(|entry| entry.rule())
    }

    /// The rule with this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rule(self.index_of(id)?)
    }

    /// The index of the rule with this id.
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| (*entry.id).cmp(id)).ok()
    }

    /// The rule at an index.
    pub fn rule(&self, index: usize) -> Option<&Rule> {
        self.entries.get(index)?.rule()
    }

    /// The id of the rule at an index; empty for an index that is not there.
    pub fn id(&self, index: usize) -> &str {
        self.entries.get(index).map_or("", |entry| &entry.id)
    }

    /// The file's text of the rule at an index.
    pub fn text(&self, index: usize) -> &str {
        self.entries.get(index).map_or("", |entry| &entry.text)
    }

    /// What the rule at an index looks for, ready to look.
    pub fn detector(&self, index: usize) -> Option<&Detector> {
        self.entries.get(index)?.detector()
    }

    /// How many patterns of a cause line the rule at an index has.
    pub fn patterns(&self, index: usize) -> usize {
        self.entries.get(index).map_or(0, |entry| entry.literals.sets().count())
    }

    /// All texts of which one must stand in a line that a pattern matches, each with the indices of its rule and of the pattern.
    pub fn all_literals(&self) -> impl Iterator<Item = (usize, usize, &Literal)> {
        let sets = self.entries.iter().enumerate().flat_map(|(rule, entry)| entry.literals.sets().enumerate().map(move |set| (rule, set)));
        sets.flat_map(|(rule, (pattern, set))| set.iter().map(move |literal| (rule, pattern, literal)))
    }
}

impl Literals {
    /// One set for each pattern.
    fn sets(&self) -> Box<dyn Iterator<Item = &[Literal]> + '_> {
        match self {
            Self::Built(sets) => Box::new(sets.iter().copied()),
            Self::Read(sets) => Box::new(sets.iter().map(Vec::as_slice)),
        }
    }
}

impl Entry {
    fn embedded(embedded: &'static Embedded) -> Self {
        Self {
            id: Cow::Borrowed(embedded.id),
            text: Cow::Borrowed(embedded.text),
            literals: Literals::Built(embedded.literals),
            core: embedded.core,
            detector: OnceLock::new(),
            rule: OnceLock::new(),
        }
    }

    fn read(rule: Rule, text: &str, literals: Vec<Vec<Literal>>) -> Self {
        Self {
            id: Cow::Owned(rule.id.clone()),
            text: Cow::Owned(text.to_owned()),
            literals: Literals::Read(literals),
            core: "",
            detector: OnceLock::new(),
            rule: OnceLock::from(Some(rule)),
        }
    }

    /// The rule, read from its text when it is first asked for. The test suite has read every rule of the catalogue.
    fn rule(&self) -> Option<&Rule> {
        self.rule.get_or_init(|| load::read(&self.id, &self.text).ok()).as_ref()
    }

    /// Category and detection come from JSON, which is read much faster than YAML: a literal that is met in passing
    /// must not cost the reading of a whole file.
    fn detector(&self) -> Option<&Detector> {
        let make = || {
            if self.core.is_empty() {
                return self.rule().map(|rule| Detector::new(rule.category, rule.detect.clone()));
            }
            serde_json::from_str(self.core).ok().map(|core: Core| Detector::new(core.category, core.detect))
        };
        self.detector.get_or_init(make).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_sorted_and_readable() {
        let builtin = RuleSet::builtin();
        assert!(builtin.len() >= 6);
        assert!(builtin.ids().zip(builtin.ids().skip(1)).all(|(a, b)| a < b));
        for index in 0..builtin.len() {
            assert!(builtin.rule(index).is_some() && builtin.detector(index).is_some(), "{}", builtin.id(index));
        }
    }

    #[test]
    fn an_own_rule_takes_the_place_of_a_built_in_one() {
        let builtin = RuleSet::builtin();
        let index = builtin.index_of("step-timed-out").expect("a rule of the catalogue");
        let text = builtin.text(index).replace("category: timeout", "category: other");
        let own = RuleSet::parse([("step-timed-out.yml", text.as_str())]).expect("a sound rule");
        let merged = builtin.merged(own);
        assert_eq!(merged.len(), builtin.len());
        assert_eq!(merged.get("step-timed-out").map(|rule| rule.category), Some(Category::Other));
        assert_eq!(merged.detector(index).map(|detector| detector.category), Some(Category::Other));
    }
}
