//! The fast search: four-byte fingerprints of the rules' required texts, sought at every byte of the failed steps.
//!
//! Of each required text its rarest window of four bytes is entered, letters folded, in a table of bits that stays in the
//! first-level cache; a window that is in the table is compared with the whole text, and only then does the rule's pattern
//! see the line.

use std::ops::Range;

use super::{Candidate, Engine};
use crate::rules::RuleSet;
use crate::rules::literals::{Literal, WINDOW};
use crate::transcript::LogText;

/// The table has two to this power bits: 8 KB.
const BITS: u32 = 16;
/// The buckets behind the table have this many hash values each.
const PER_BUCKET: u32 = 4;

/// The required texts of all rules, ready to be sought together.
#[derive(Debug)]
pub struct Fingerprints<'a> {
    /// One bit for each hash value.
    table: Vec<u64>,
    /// For each group of hash values where its entries begin; one more for the end.
    buckets: Vec<usize>,
    /// Sorted by hash value.
    entries: Vec<Entry<'a>>,
}

/// A required text and who requires it.
#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    hash: u32,
    window: u32,
    literal: &'a Literal,
    rule: usize,
    pattern: usize,
}

impl<'a> Fingerprints<'a> {
    /// Prepares the search for `rules`: microseconds, not milliseconds.
    pub fn new(rules: &'a RuleSet) -> Self {
        let entry = |(rule, pattern, literal): (usize, usize, &'a Literal)| {
            let window = window(literal.text.as_bytes().get(literal.window..)?.first_chunk()?);
            Some(Entry { hash: hash(window), window, literal, rule, pattern })
        };
        let mut entries: Vec<_> = rules.all_literals().filter_map(entry).collect();
        entries.sort_by_key(|entry| entry.hash);
        let mut table = vec![0_u64; 1 << (BITS - 6)];
        let mut buckets = vec![0; (1 << BITS) / PER_BUCKET as usize + 1];
        for entry in &entries {
            if let Some(word) = table.get_mut((entry.hash >> 6) as usize) {
                *word |= 1 << (entry.hash & 63);
            }
            if let Some(count) = buckets.get_mut((entry.hash / PER_BUCKET) as usize + 1) {
                *count += 1;
            }
        }
        let mut end = 0;
        for bucket in &mut buckets {
            end += *bucket;
            *bucket = end;
        }
        Self { table, buckets, entries }
    }

    fn may_hold(&self, hash: u32) -> bool {
        self.table.get((hash >> 6) as usize).is_some_and(|word| word >> (hash & 63) & 1 == 1)
    }

    /// The required texts whose rarest window is this one.
    fn with_window(&self, window: u32, hash: u32) -> impl Iterator<Item = &Entry<'a>> {
        let group = (hash / PER_BUCKET) as usize;
        let start = self.buckets.get(group).copied().unwrap_or_default();
        let end = self.buckets.get(group + 1).copied().unwrap_or_default();
        self.entries.get(start..end).unwrap_or_default().iter().filter(move |entry| entry.window == window)
    }
}

impl Engine for Fingerprints<'_> {
    fn candidates(&self, _: &RuleSet, text: &LogText, lines: Range<usize>, found: &mut dyn FnMut(Candidate<'_>)) {
        let first = lines.start;
        let bytes = text.clean(lines).as_bytes();
        let mut met = Met::default();
        for (at, chunk) in bytes.windows(WINDOW).enumerate() {
            let Some(chunk) = chunk.first_chunk() else { continue };
            let window = window(chunk);
            let hash = hash(window);
            if !self.may_hold(hash) {
                continue;
            }
            for entry in self.with_window(window, hash) {
                let Some(start) = at.checked_sub(entry.literal.window) else { continue };
                let wanted = entry.literal.text.as_bytes();
                let here = bytes.get(start..).and_then(|tail| tail.get(..wanted.len())).unwrap_or_default();
                let same = if entry.literal.fold { here.eq_ignore_ascii_case(wanted) } else { here == wanted };
                if same {
                    met.add(text.line_at(first, start), entry, found);
                }
            }
        }
        met.tell(found);
    }
}

/// The rules and patterns met in one line so far.
#[derive(Default)]
struct Met {
    line: usize,
    patterns: Vec<(usize, usize)>,
}

impl Met {
    fn add(&mut self, line: usize, entry: &Entry<'_>, found: &mut dyn FnMut(Candidate<'_>)) {
        if line != self.line {
            self.tell(found);
            self.line = line;
        }
        self.patterns.push((entry.rule, entry.pattern));
    }

    /// Names each rule once, and forgets them.
    fn tell(&mut self, found: &mut dyn FnMut(Candidate<'_>)) {
        self.patterns.sort_unstable();
        self.patterns.dedup();
        for of_rule in self.patterns.chunk_by(|a, b| a.0 == b.0) {
            let Some((rule, _)) = of_rule.first() else { continue };
            let patterns: Vec<usize> = of_rule.iter().map(|(_, pattern)| *pattern).collect();
            found(Candidate { rule: *rule, line: self.line, patterns: &patterns });
        }
        self.patterns.clear();
    }
}

/// Four bytes as a number, with the bit set that tells lower from upper case: other bytes that differ in it fall
/// together too, and are told apart when the text is compared.
const fn window(bytes: &[u8; WINDOW]) -> u32 {
    u32::from_le_bytes(*bytes) | 0x2020_2020
}

/// Knuth's multiplicative hash: the upper bits of the product depend on all four bytes.
const fn hash(window: u32) -> u32 {
    window.wrapping_mul(0x9E37_79B1) >> (32 - BITS)
}
