//! Which steps of a Docker build failed: the builder runs them side by side, and only a failed one's text can hold the reason.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::transcript::LogText;

/// The numbers of the build steps of which BuildKit says that they failed (`#12 ERROR: …`).
#[derive(Debug, Default)]
pub struct FailedVertices<'a> {
    numbers: BTreeSet<&'a str>,
}

impl<'a> FailedVertices<'a> {
    /// Reads which build steps failed.
    pub fn of(text: &'a LogText, lines: Range<usize>) -> Self {
        let failed = lines.filter_map(|line| {
            let (number, rest) = split(text.text(line))?;
            rest.starts_with("ERROR").then_some(number)
        });
        Self { numbers: failed.collect() }
    }

    /// Whether a line is one of a build step that did not fail while another did.
    pub fn exclude(&self, line: &str) -> bool {
        !self.numbers.is_empty() && split(line).is_some_and(|(number, _)| !self.numbers.contains(number))
    }
}

/// `#12 …` as number and rest.
fn split(line: &str) -> Option<(&str, &str)> {
    let (number, rest) = line.strip_prefix('#')?.split_once(' ')?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_of_failed_build_steps_counts() {
        let text = LogText::plain("log", "#1 0.5 error: probed\n#2 0.6 error: real\n#2 ERROR: process did not complete\nERROR: failed\n");
        let failed = FailedVertices::of(&text, 0..text.len());
        let excluded: Vec<bool> = (0..text.len()).map(|line| failed.exclude(text.text(line))).collect();
        assert_eq!(excluded, [true, false, false, false]);
        assert!(!FailedVertices::of(&text, 0..1).exclude("#1 0.5 error: probed"));
    }
}
