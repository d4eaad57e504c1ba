//! Compares a document with the table and tells every difference.

use regex::Regex;

use super::Mistake;
use super::table::{Key, Shape, TABLE, Text};
use crate::text::nearest;
use crate::workflow::{Document, Node, ScalarStyle};

/// Everything that is wrong below `root`, in the order of the text.
pub(super) fn mistakes(document: &Document, root: &Node) -> Vec<Mistake> {
    let mut check = Check { document, mistakes: Vec::new() };
    check.mapping(root, TABLE, "the configuration");
    check.mistakes.sort_by_key(|mistake| (mistake.position.line, mistake.position.column));
    check.mistakes
}

struct Check<'a> {
    document: &'a Document,
    mistakes: Vec<Mistake>,
}

impl Check<'_> {
    fn wrong(&mut self, node: &Node, message: String) {
        self.mistakes.push(Mistake { position: self.document.position(node.span.start), message });
    }

    fn node(&mut self, node: &Node, shape: &Shape, name: &str) {
        let node = self.document.resolve(node);
        match shape {
            Shape::One => self.one(node, name),
            Shape::Word(words) => self.word(node, words, name),
            Shape::Text(text) => self.text(node, text, name),
            Shape::List(inner) => self.list(node, inner, name),
            Shape::Mapping(keys) => self.mapping(node, keys, &format!("`{name}`")),
            Shape::TextOrMapping(_, keys) if node.is_mapping() => self.mapping(node, keys, &format!("an item of `{name}`")),
            Shape::TextOrMapping(text, _) => self.text(node, text, name),
            Shape::Values => self.values(node, name),
        }
    }

    fn one(&mut self, node: &Node, name: &str) {
        if node.as_str() != Some("1") {
            self.wrong(node, format!("`{name}` is {}, and this program knows version 1 only", found(node)));
        }
    }

    fn word(&mut self, node: &Node, words: &[(&str, &str)], name: &str) {
        let known = |text: &str| words.iter().any(|(word, _)| *word == text);
        if node.as_str().is_some_and(known) {
            return;
        }
        let all: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        let meant = node.as_str().and_then(|text| nearest(text, words.iter().map(|(word, _)| *word)));
        let meant = meant.map_or_else(|| format!("expected {}", all.join(" or ")), |word| format!("did you mean `{word}`?"));
        self.wrong(node, format!("`{name}` is {}; {meant}", found(node)));
    }

    fn text(&mut self, node: &Node, text: &Text, name: &str) {
        let fits = |value: &str| Regex::new(text.form).is_ok_and(|form| form.is_match(value));
        // A plain `1.0` or `true` is no text to other readers; only what is unmistakably one counts.
        let plain = node.style() != Some(ScalarStyle::Plain) || !node.is_null();
        if !(plain && node.as_str().is_some_and(fits)) {
            self.wrong(node, format!("`{name}` holds {}; expected {}", found(node), text.what));
        }
    }

    fn list(&mut self, node: &Node, inner: &Shape, name: &str) {
        if !node.is_sequence() {
            return self.wrong(node, format!("`{name}` is {}; expected a list: `{name}: [one, another]`", found(node)));
        }
        if node.items().is_empty() {
            self.wrong(node, format!("`{name}` is an empty list: leave the key out"));
        }
        for item in node.items() {
            self.node(&item.value, inner, name);
        }
    }

    fn mapping(&mut self, node: &Node, keys: &[Key], name: &str) {
        if !node.is_mapping() {
            let all: Vec<&str> = keys.iter().map(|key| key.name).collect();
            return self.wrong(node, format!("{name} is {}; expected keys: {}", found(node), all.join(", ")));
        }
        let mut seen: Vec<&str> = Vec::new();
        for entry in node.entries() {
            let written = entry.key.as_str().unwrap_or("");
            match keys.iter().find(|key| key.name == written) {
                Some(_) if seen.contains(&written) => self.wrong(&entry.key, format!("`{written}` stands here a second time")),
                Some(key) => self.node(&entry.value, &key.shape, key.name),
                None => self.unknown(&entry.key, keys, name),
            }
            seen.push(written);
        }
        for key in keys.iter().filter(|key| key.needed && !seen.contains(&key.name)) {
            self.wrong(node, format!("{name} lacks the key `{}`", key.name));
        }
    }

    fn unknown(&mut self, key: &Node, keys: &[Key], name: &str) {
        let names = || keys.iter().map(|key| key.name);
        let written = key.as_str().unwrap_or("");
        // A key that lives one level deeper or higher is a usual slip: `off:` at the top.
        let meant = nearest(written, names());
        let meant = meant
            .map_or_else(|| format!("the keys are {}", names().collect::<Vec<_>>().join(", ")), |word| format!("did you mean `{word}`?"));
        self.wrong(key, format!("{name} has no key `{written}`; {meant}"));
    }

    fn values(&mut self, node: &Node, name: &str) {
        if !node.is_mapping() || node.entries().is_empty() {
            return self.wrong(node, format!("`{name}` is {}; expected matrix values: `{name}: {{ arch: arm64 }}`", found(node)));
        }
        for entry in node.entries() {
            let value = self.document.resolve(&entry.value);
            if value.as_str().is_none_or(|value| value.is_empty() || value.contains("${{")) {
                self.wrong(value, format!("`{}` is {}; expected a single value", entry.key.as_str().unwrap_or(""), found(value)));
            }
        }
    }
}

/// What stands there, for a message.
fn found(node: &Node) -> String {
    match node.as_str() {
        Some(_) if node.is_null() => "empty".to_owned(),
        Some(text) => format!("`{text}`"),
        None if node.is_sequence() => "a list".to_owned(),
        None => "a mapping".to_owned(),
    }
}
