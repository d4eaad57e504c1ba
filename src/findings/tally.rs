//! Counts the matches of one rule by what they say: a message that makes up most of them tells more than the first.

use std::collections::BTreeMap;

use super::scan::Match;

/// How many matches are counted: log text is hostile.
const MOST_COUNTED: usize = 2000;

/// The matches of one rule so far, by message.
#[derive(Debug, Default, Clone)]
pub(super) struct Tally {
    counts: BTreeMap<String, usize>,
    /// The first match of each message, in order.
    firsts: Vec<(String, Match)>,
    all: usize,
}

impl Tally {
    /// Counts a match that says `message`.
    pub(super) fn add(&mut self, message: &str, found: Match) {
        if self.all >= MOST_COUNTED {
            return;
        }
        self.all += 1;
        let message = without_numbers(message);
        let count = self.counts.entry(message.clone()).or_default();
        *count += 1;
        if *count == 1 {
            self.firsts.push((message, found));
        }
    }

    /// The first match of the message that makes up more than half of all; where none does, the first match.
    pub(super) fn common(self) -> Option<Match> {
        let most = self.most();
        let mut firsts = self.firsts.into_iter();
        match most {
            Some(most) => firsts.find(|(message, _)| *message == most).map(|(_, found)| found),
            None => firsts.next().map(|(_, found)| found),
        }
    }

    /// Whether there are so many different messages, none of which makes up most.
    pub(super) fn is_scattered(&self, many: usize) -> bool {
        self.firsts.len() >= many && self.most().is_none()
    }

    fn most(&self) -> Option<String> {
        let (message, count) = self.counts.iter().max_by_key(|(_, count)| **count)?;
        (count * 2 > self.all).then(|| message.clone())
    }
}

/// A message without its numbers, so that the same one at another place of a file is the same.
fn without_numbers(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    for character in message.chars() {
        match character {
            '0'..='9' if out.ends_with('#') => {}
            '0'..='9' => out.push('#'),
            other => out.push(other),
        }
    }
    out
}
