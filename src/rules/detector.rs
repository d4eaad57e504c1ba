//! Turns what a rule looks for into patterns, ready to look.

use super::pattern::{Captures, Pattern, seen};
use super::{Category, Detect};

/// What a rule looks for, ready to look.
#[derive(Debug)]
pub struct Detector {
    /// The category that the rule stands for.
    pub category: Category,
    /// What the rule's file says.
    pub detect: Detect,
    /// The patterns of the cause line.
    line: Vec<Pattern>,
    except: Vec<Pattern>,
    /// The pattern of a line above.
    pub above: Option<Pattern>,
    /// The pattern of a line below.
    pub below: Option<Pattern>,
    /// The pattern that no line nearby may match.
    pub not_near: Option<Pattern>,
    /// The pattern of the step's action.
    pub uses: Option<Pattern>,
    /// The pattern of the step's shell line.
    pub shell: Option<Pattern>,
}

impl Detector {
    /// Makes ready what `detect` says; nothing is compiled yet.
    pub fn new(category: Category, detect: Detect) -> Self {
        let patterns = |texts: &[String]| texts.iter().map(|text| Pattern::new(text)).collect();
        let optional = |text: &Option<String>| text.as_deref().map(Pattern::new);
        Self {
            line: patterns(&detect.line.0),
            except: patterns(&detect.except.0),
            above: optional(&detect.above),
            below: optional(&detect.below),
            not_near: optional(&detect.not_near),
            uses: optional(&detect.uses),
            shell: optional(&detect.shell),
            category,
            detect,
        }
    }

    /// Whether one of these patterns of the cause line matches the line; if so, what the first that does has caught.
    pub fn line(&self, text: &str, patterns: &[usize]) -> Option<Captures> {
        let seen = seen(text);
        let caught = patterns.iter().filter_map(|index| self.line.get(*index)).find_map(|pattern| pattern.captures(&seen))?;
        (!self.except.iter().any(|pattern| pattern.matches(&seen))).then_some(caught)
    }
}
