//! Turns the prose of rules into lines of a given width: paragraphs flow, lists keep their marks, indented text stays.

use textwrap::{Options, WordSeparator, WordSplitter};

/// `text` in lines of at most `width` columns where words allow it; an empty line separates paragraphs.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for block in blocks(text) {
        match block {
            Block::Blank if out.last().is_none_or(String::is_empty) => {}
            Block::Blank => out.push(String::new()),
            Block::Verbatim(line) => out.push(line.to_owned()),
            Block::Flowing { indent, text } => out.extend(flow(&text, &" ".repeat(indent), width)),
        }
    }
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    out
}

/// One run of words in lines of at most `width` columns; lines behind the first start with `indent`.
pub fn flow(text: &str, indent: &str, width: usize) -> Vec<String> {
    let options = Options::new(width.max(20))
        .subsequent_indent(indent)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

enum Block<'a> {
    Blank,
    Verbatim(&'a str),
    Flowing { indent: usize, text: String },
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        let mark = list_mark(trimmed);
        if trimmed.is_empty() {
            blocks.push(Block::Blank);
        } else if mark > 0 {
            blocks.push(Block::Flowing { indent: mark, text: trimmed.to_owned() });
        } else if let Some(Block::Flowing { text, .. }) = blocks.last_mut() {
            text.push(' ');
            text.push_str(trimmed);
        } else if line.starts_with("    ") {
            blocks.push(Block::Verbatim(line));
        } else {
            blocks.push(Block::Flowing { indent: 0, text: trimmed.to_owned() });
        }
    }
    blocks
}

/// How many columns a list's mark takes: `- `, `* `, `1. `; 0 for no mark.
fn list_mark(line: &str) -> usize {
    if line.starts_with("- ") || line.starts_with("* ") {
        return 2;
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && digits < 3 && line.get(digits..).is_some_and(|rest| rest.starts_with(". ")) { digits + 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_flow_and_lists_and_code_keep_their_form() {
        let text = "One two\nthree four five six seven.\n\n- first item that is long\n- second\n\n    run: x\n";
        let lines = ["One two three four five", "six seven.", "", "- first item that is", "  long", "- second", "", "    run: x"];
        assert_eq!(wrapped(text, 24), lines);
    }

    #[test]
    fn a_word_longer_than_the_line_stays_whole() {
        assert_eq!(wrapped("https://example.org/a/long/address now", 20), ["https://example.org/a/long/address", "now"]);
    }
}
