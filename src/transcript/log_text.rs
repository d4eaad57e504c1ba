//! Turns clean lines into one text, each line with its way back to the source.

use std::ops::Range;

use super::LineKind;
use crate::text::{ByteSpan, LineNumber, Timestamp};

/// A job's text: clean lines for reading and matching, and for each the way back.
#[derive(Debug, Default)]
pub struct LogText {
    /// All clean lines, each ended by `\n`.
    pub(super) clean: String,
    /// One record a line.
    pub(super) lines: Vec<Line>,
    /// The files that the lines come from.
    pub(super) files: Vec<String>,
}

/// One line. Its text has no byte order mark, stamp, marker, ANSI sequence or carriage return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Where the clean text stands in the job's clean text.
    pub(super) clean: ByteSpan,
    /// Where the whole line, stamp and all but its line end, stands in its file's bytes.
    pub raw: ByteSpan,
    /// Which of the files.
    pub(super) file: u32,
    /// Its number in the file.
    pub number: LineNumber,
    /// What kind of line it is.
    pub kind: LineKind,
    /// When it was written; a continuation line has the stamp of the line it continues.
    pub stamp: Option<Timestamp>,
}

/// Where a line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin<'a> {
    /// The file inside the source; the source itself where that is one text.
    pub file: &'a str,
    /// The line's number in it.
    pub number: LineNumber,
    /// The line's bytes in it.
    pub span: ByteSpan,
}

impl LogText {
    /// How many lines it has.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether it has no line.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The record of line `index`.
    pub fn line(&self, index: usize) -> Option<&Line> {
        self.lines.get(index)
    }

    /// The clean text of line `index`; empty for a line that is not there.
    pub fn text(&self, index: usize) -> &str {
        self.lines.get(index).and_then(|line| self.clean.get(line.clean.range())).unwrap_or("")
    }

    /// Where line `index` comes from.
    pub fn origin(&self, index: usize) -> Option<Origin<'_>> {
        let line = self.lines.get(index)?;
        let file = self.files.get(line.file as usize)?;
        Some(Origin { file, number: line.number, span: line.raw })
    }

    /// Takes from each line for which `is_known` holds that it can be a cause; its text stays legible.
    pub fn dismiss(&mut self, mut is_known: impl FnMut(&str) -> bool) {
        for line in &mut self.lines {
            if line.kind.can_be_cause() && is_known(self.clean.get(line.clean.range()).unwrap_or("")) {
                line.kind = LineKind::Known;
            }
        }
    }

    /// The clean text of a range of lines, with line ends, in one piece.
    pub fn clean(&self, lines: Range<usize>) -> &str {
        let Some(first) = self.lines.get(lines.start) else { return "" };
        let Some(last) = lines.end.checked_sub(1).and_then(|last| self.lines.get(last)) else { return "" };
        self.clean.get(first.clean.start..last.clean.end).unwrap_or("")
    }

    /// The index of the line that holds `offset` bytes into the clean text that starts at line `from`.
    pub fn line_at(&self, from: usize, offset: usize) -> usize {
        let start = self.lines.get(from).map_or(0, |line| line.clean.start);
        self.lines.partition_point(|line| line.clean.start <= start + offset).saturating_sub(1)
    }
}

impl LogText {
    /// A text whose lines are all output, without stamps or markers: for annotations and examples.
    pub fn plain(file: &str, text: &str) -> Self {
        let mut this = Self { files: vec![file.to_owned()], ..Self::default() };
        let mut offset = 0;
        for (index, raw) in text.split_inclusive('\n').enumerate() {
            let start = this.clean.len();
            let line = raw.trim_end_matches(['\n', '\r']);
            this.clean.push_str(line);
            this.lines.push(Line {
                clean: ByteSpan::new(start, this.clean.len()),
                raw: ByteSpan::new(offset, offset + line.len()),
                file: 0,
                number: LineNumber::from_index(index),
                kind: LineKind::Output,
                stamp: None,
            });
            this.clean.push('\n');
            offset += raw.len();
        }
        this
    }
}
