//! Turns a YAML text into what it means, by two parsers that share no code.

use std::collections::HashMap;

use serde_yaml::value::{Tag, TaggedValue};
use serde_yaml::{Mapping, Value};
use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::TScalarStyle;

use super::plain::plain_value;
use super::{Document, Node, NodeKind, ScalarStyle};
use crate::text::LineNumber;

/// Deeper nesting is refused: values are walked by recursion.
const DEEPEST: usize = 120;

/// More nodes, aliases written out, are refused: an alias bomb.
const MOST_NODES: usize = 1 << 20;

/// `text` as both readers shall see it: without a byte order mark, and with a line end behind its last line, because libyaml
/// and the others disagree about a block scalar that ends with the file.
fn normal(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// What serde_yaml reads.
///
/// # Errors
/// With the parser's words, when the text is no YAML or has a key twice.
pub(crate) fn first(text: &str) -> Result<Value, String> {
    serde_yaml::from_str(&normal(text)).map_err(|error| error.to_string())
}

/// What yaml-rust2 reads.
///
/// # Errors
/// With the parser's words, when the text is no YAML, has a key twice, nests too deep or unfolds too far.
pub(crate) fn second(text: &str) -> Result<Value, String> {
    let text = normal(text);
    let mut reader = Reader { parser: Parser::new_from_str(&text), anchors: HashMap::new(), nodes: 0 };
    let mut root = None;
    loop {
        match reader.next()? {
            Event::StreamEnd => return Ok(root.unwrap_or(Value::Null)),
            Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
            Event::DocumentStart if root.is_some() => return Err("a second document begins".to_owned()),
            Event::DocumentStart => {}
            event => root = Some(reader.value(event, 0)?),
        }
    }
}

/// The line at which yaml-rust2 stops; its event interface does not unfold aliases.
pub(crate) fn second_error_line(text: &str) -> Option<LineNumber> {
    struct Nothing;
    impl yaml_rust2::parser::MarkedEventReceiver for Nothing {
        fn on_event(&mut self, _: Event, _: yaml_rust2::scanner::Marker) {}
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let error = Parser::new_from_str(text).load(&mut Nothing, true).err()?;
    Some(LineNumber::new(u32::try_from(error.marker().line()).unwrap_or(u32::MAX)))
}

/// What granit-parser reads: the second opinion on the few valid texts that yaml-rust2 refuses.
///
/// # Errors
/// As [`second`].
pub(crate) fn third(text: &str) -> Result<Value, String> {
    let document = Document::parse(&normal(text)).map_err(|error| error.to_string())?;
    let mut tree = Tree { anchors: HashMap::new(), nodes: 0 };
    document.root.as_ref().map_or(Ok(Value::Null), |root| tree.value(root))
}

struct Reader<'a> {
    parser: Parser<std::str::Chars<'a>>,
    anchors: HashMap<usize, (Value, usize)>,
    nodes: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Result<Event, String> {
        self.parser.next_token().map(|(event, _)| event).map_err(|error| error.to_string())
    }

    fn value(&mut self, event: Event, depth: usize) -> Result<Value, String> {
        if depth > DEEPEST {
            return Err("nested too deep".to_owned());
        }
        count(&mut self.nodes, 1)?;
        let before = self.nodes;
        let (value, anchor, tag) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = if style == TScalarStyle::Plain && tag.is_none() { plain_value(&text) } else { Value::String(text) };
                (value, anchor, tag)
            }
            Event::Alias(anchor) => return alias(&self.anchors, anchor, &mut self.nodes),
            Event::SequenceStart(anchor, tag) => (self.sequence(depth)?, anchor, tag),
            Event::MappingStart(anchor, tag) => (self.mapping(depth)?, anchor, tag),
            _ => return Err("no node where one was expected".to_owned()),
        };
        let value = match tag {
            Some(tag) => tagged(&format!("{}{}", tag.handle, tag.suffix), value),
            None => value,
        };
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), self.nodes - before + 1));
        }
        Ok(value)
    }

    fn sequence(&mut self, depth: usize) -> Result<Value, String> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(Value::Sequence(items)),
                event => items.push(self.value(event, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Value, String> {
        let mut entries = Mapping::new();
        loop {
            let event = self.next()?;
            if event == Event::MappingEnd {
                return Ok(Value::Mapping(entries));
            }
            let key = self.value(event, depth + 1)?;
            let event = self.next()?;
            let value = self.value(event, depth + 1)?;
            put_once(&mut entries, key, value)?;
        }
    }
}

struct Tree {
    anchors: HashMap<usize, (Value, usize)>,
    nodes: usize,
}

impl Tree {
    fn value(&mut self, node: &Node) -> Result<Value, String> {
        count(&mut self.nodes, 1)?;
        let before = self.nodes;
        let value = match &node.kind {
            NodeKind::Scalar { value, style: ScalarStyle::Plain } if node.tag.is_none() => plain_value(value),
            NodeKind::Scalar { value, .. } => Value::String(value.clone()),
            NodeKind::Alias(anchor) => return alias(&self.anchors, *anchor, &mut self.nodes),
            NodeKind::Sequence { items, .. } => {
                Value::Sequence(items.iter().map(|item| self.value(&item.value)).collect::<Result<_, _>>()?)
            }
            NodeKind::Mapping { entries, .. } => {
                let mut mapping = Mapping::new();
                for entry in entries {
                    let (key, value) = (self.value(&entry.key)?, self.value(&entry.value)?);
                    put_once(&mut mapping, key, value)?;
                }
                Value::Mapping(mapping)
            }
        };
        let value = match &node.tag {
            Some(tag) => tagged(tag, value),
            None => value,
        };
        if let Some(anchor) = node.anchor {
            self.anchors.insert(anchor, (value.clone(), self.nodes - before + 1));
        }
        Ok(value)
    }
}

fn count(nodes: &mut usize, more: usize) -> Result<(), String> {
    *nodes = nodes.saturating_add(more);
    if *nodes > MOST_NODES { Err("unfolds too far".to_owned()) } else { Ok(()) }
}

fn alias(anchors: &HashMap<usize, (Value, usize)>, anchor: usize, nodes: &mut usize) -> Result<Value, String> {
    let (value, size) = anchors.get(&anchor).ok_or_else(|| "an alias of an anchor that is not there".to_owned())?;
    count(nodes, *size)?;
    Ok(value.clone())
}

fn put_once(entries: &mut Mapping, key: Value, value: Value) -> Result<(), String> {
    if entries.contains_key(&key) {
        return Err(format!("the key {key:?} stands twice"));
    }
    entries.insert(key, value);
    Ok(())
}

/// A tagged node, as serde_yaml gives it: a core tag decides the type, any other wraps the value.
fn tagged(tag: &str, value: Value) -> Value {
    let core = tag.strip_prefix("tag:yaml.org,2002:").or_else(|| tag.strip_prefix("!!"));
    match (core, value) {
        (Some("str"), value) => value,
        (Some(_), Value::String(text)) => plain_value(&text),
        (Some(_), value) => value,
        (None, Value::String(text)) if text.is_empty() || text == "~" => {
            Value::Tagged(Box::new(TaggedValue { tag: Tag::new(tag), value: Value::Null }))
        }
        (None, value) => Value::Tagged(Box::new(TaggedValue { tag: Tag::new(tag), value })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_agree_on_odd_texts() {
        for text in [
            "on: push",
            "a: &x [1, {b: 3.10}]\nb: *x\n",
            "if: !cancelled()\n",
            "run: |\n  a\n  b",
            "run: >-\n  a\n  b\n\nx: \"1\\n\"\r\ny: 'it''s'\r\n",
            "\u{feff}on: 007\n",
            "a:\nb: ~\nc: ''\n",
            "x: !!str 3.10\n",
            "<<: {a: 1}\n",
        ] {
            let value = first(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(second(text), Ok(value.clone()), "{text}");
            assert_eq!(third(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn duplicates_bombs_and_depth_are_refused() {
        let bomb: String = (1..40).map(|n| format!("a{n}: &a{n} [*a{m}, *a{m}, *a{m}]\n", m = n - 1)).collect();
        let bomb = format!("a0: &a0 x\n{bomb}");
        let deep = format!("a: {}", "[".repeat(3000));
        let blocks: String = (0..400).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        for text in ["a: 1\na: 2\n", &bomb, &deep, &blocks, "a: 1\n---\nb: 1\n"] {
            assert!(first(text).is_err(), "{}", &text[..20.min(text.len())]);
            assert!(second(text).is_err(), "{}", &text[..20.min(text.len())]);
            assert!(third(text).is_err(), "{}", &text[..20.min(text.len())]);
        }
    }

    #[test]
    fn readers_agree_on_every_shared_workflow() {
        let texts = crate::patch::shared::workflows();
        let (mut read, mut refused) = (0, Vec::new());
        for (path, text) in &texts {
            let Ok(value) = first(text) else { continue };
            read += 1;
            match second(text) {
                Ok(other) => assert_eq!(value, other, "{path}"),
                Err(error) => {
                    refused.push(format!("{path}: {error}"));
                    assert_eq!(third(text), Ok(value), "{path}");
                }
            }
        }
        println!("{read} of {} read; {} only by granit-parser", texts.len(), refused.len());
        assert!(refused.len() <= 4, "{refused:#?}");
    }
}
