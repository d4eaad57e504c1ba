//! The fast search: four-byte fingerprints of the rules' required texts, sought at every byte of the failed steps.
//!
//! Of each required text its rarest window of four bytes is entered, letters folded, in a table of bits that stays in the
//! first-level cache; a window that is in the table is compared with the whole text, and only then does the rule's pattern
//! see the line.

use std::ops::Range;

use super::{Candidate, Engine};
use crate::rules::RuleSet;
use crate::rules::detector::any_in;
use crate::rules::literals::{Literal, rarity};
use crate::transcript::LogText;

/// Every how many bytes the log is looked at.
const STRIDE: usize = 1;
/// Bytes of a fingerprint.
const WIDTH: usize = 4;
/// The table has two to this power bits: 8 KB.
const BITS: u32 = 16;
/// The buckets behind the table have this many hash values each.
const PER_BUCKET: u32 = 4;

/// The required texts of all rules, ready to be sought together.
#[derive(Debug)]
pub struct Fingerprints {
    /// One bit for each hash value.
    table: Vec<u64>,
    /// For each group of hash values where its entries begin; one more for the end.
    buckets: Vec<u32>,
    /// Sorted by hash value.
    entries: Vec<Entry>,
    texts: Vec<Text>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u32,
    window: u32,
    /// Index of the text.
    text: u32,
    /// How far the window stands behind the text's beginning.
    offset: u32,
}

#[derive(Debug)]
struct Text {
    bytes: Box<[u8]>,
    fold: bool,
    rules: Vec<usize>,
}

impl Fingerprints {
    /// Prepares the search for `rules`: microseconds, not milliseconds.
    pub fn new(rules: &RuleSet) -> Self {
        let texts = texts(rules);
        let mut entries = Vec::with_capacity(texts.len() * STRIDE);
        let mut table = vec![0_u64; 1 << (BITS - 6)];
        for (index, text) in texts.iter().enumerate() {
            for offset in rarest_stretch(&text.bytes) {
                let Some(window) = text.bytes.get(offset..).and_then(|tail| tail.first_chunk()).map(window) else { continue };
                let hash = hash(window);
                if let Some(word) = table.get_mut((hash >> 6) as usize) {
                    *word |= 1 << (hash & 63);
                }
                let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
                entries.push(Entry { hash, window, text: number(index), offset: number(offset) });
            }
        }
        entries.sort_by_key(|entry| entry.hash);
        let groups = (1_u32 << BITS) / PER_BUCKET;
        let buckets = (0..=groups).map(|group| entries.partition_point(|entry| entry.hash < group * PER_BUCKET));
        let buckets = buckets.map(|start| u32::try_from(start).unwrap_or(u32::MAX)).collect();
        Self { table, buckets, entries, texts }
    }

    fn may_hold(&self, hash: u32) -> bool {
        self.table.get((hash >> 6) as usize).is_some_and(|word| word >> (hash & 63) & 1 == 1)
    }

    /// The required texts one of whose windows is this one, each with the window's offset in it.
    fn texts_with(&self, window: u32, hash: u32) -> impl Iterator<Item = (&Text, usize)> {
        let group = (hash / PER_BUCKET) as usize;
        let start = self.buckets.get(group).map_or(0, |start| *start as usize);
        let end = self.buckets.get(group + 1).map_or(0, |end| *end as usize);
        let entries = self.entries.get(start..end).unwrap_or_default().iter();
        let same = entries.filter(move |entry| entry.window == window);
        same.filter_map(|entry| Some((self.texts.get(entry.text as usize)?, entry.offset as usize)))
    }
}

impl Engine for Fingerprints {
    fn candidates(&self, _: &RuleSet, text: &LogText, lines: Range<usize>, found: &mut dyn FnMut(Candidate)) {
        let first = lines.start;
        let bytes = text.clean(lines).as_bytes();
        for (step, chunk) in bytes.windows(WIDTH).step_by(STRIDE).enumerate() {
            let Some(chunk) = chunk.first_chunk() else { continue };
            let window = window(chunk);
            let hash = hash(window);
            if !self.may_hold(hash) {
                continue;
            }
            for (wanted, offset) in self.texts_with(window, hash) {
                let Some(start) = (step * STRIDE).checked_sub(offset) else { continue };
                let here = bytes.get(start..).and_then(|tail| tail.get(..wanted.bytes.len())).unwrap_or_default();
                let same = if wanted.fold { here.eq_ignore_ascii_case(&wanted.bytes) } else { *here == *wanted.bytes };
                if same {
                    let line = text.line_at(first, start);
                    wanted.rules.iter().for_each(|rule| found(Candidate { rule: *rule, line }));
                }
            }
        }
    }

    fn worth_trying(&self, literals: &[Literal], line: &str) -> bool {
        any_in(literals, line)
    }
}

/// All required texts, each once, with the rules that need it.
fn texts(rules: &RuleSet) -> Vec<Text> {
    let mut all: Vec<(&[u8], bool, usize)> = rules.all_literals().map(|(rule, l)| (l.text.as_bytes(), l.fold, rule)).collect();
    all.sort_unstable();
    all.dedup();
    let mut texts: Vec<Text> = Vec::with_capacity(all.len());
    for (bytes, fold, rule) in all {
        match texts.last_mut().filter(|last| *last.bytes == *bytes && last.fold == fold) {
            Some(last) => last.rules.push(rule),
            None => texts.push(Text { bytes: bytes.into(), fold, rules: vec![rule] }),
        }
    }
    texts
}

/// The neighbouring windows of a text that are rarest in logs.
fn rarest_stretch(bytes: &[u8]) -> Range<usize> {
    let stretches = bytes.windows(WIDTH + STRIDE - 1).map(|stretch| {
        let windows = stretch.windows(WIDTH).map(|window| window.iter().map(|byte| rarity(*byte)).sum::<u32>());
        windows.min().unwrap_or(0)
    });
    let best = stretches.enumerate().max_by_key(|(start, worth)| (*worth, std::cmp::Reverse(*start))).map_or(0, |(start, _)| start);
    best..best + STRIDE
}

/// Four bytes as a number, with the bit set that tells lower from upper case: other bytes that differ in it fall
/// together too, and are told apart when the text is compared.
const fn window(bytes: &[u8; WIDTH]) -> u32 {
    u32::from_le_bytes(*bytes) | 0x2020_2020
}

/// Knuth's multiplicative hash: the upper bits of the product depend on all four bytes.
const fn hash(window: u32) -> u32 {
    window.wrapping_mul(0x9E37_79B1) >> (32 - BITS)
}
