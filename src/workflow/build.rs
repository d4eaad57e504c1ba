//! Turns granit-parser's events into nodes.

use std::collections::HashSet;

use granit_parser::{Event, Parser, ScalarStyle as GranitStyle, Span, StructureStyle};

use super::document::{Entry, Item, Node, NodeKind, ScalarStyle, SyntaxError};
use crate::text::{ByteSpan, LineNumber, Position};

/// Deeper nesting is refused: the tree is walked by recursion.
const DEEPEST: usize = 200;

type Parsed<'a> = (Event<'a>, ByteSpan);

/// Reads `source` to its tree and the anchors that aliases use.
pub(super) fn tree(source: &str) -> Result<(Option<Node>, HashSet<usize>), SyntaxError> {
    let body = source.strip_prefix('\u{feff}').unwrap_or(source);
    let mut builder =
        Builder { source, skipped: source.len() - body.len(), parser: Parser::new_from_str(body), used: HashSet::new(), behind: 0 };
    let mut root = None;
    while let Some((event, span)) = builder.next()? {
        match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(..) if root.is_some() => {
                return Err(builder.error(span.start, "a second document begins here; a workflow is one"));
            }
            Event::DocumentStart(..) => builder.behind = span.end,
            event => root = Some(builder.node(event, span, 0)?),
        }
    }
    Ok((root, builder.used))
}

struct Builder<'a> {
    source: &'a str,
    /// Bytes of the byte order mark, which the parser does not see.
    skipped: usize,
    parser: Parser<'a, granit_parser::StrInput<'a>>,
    used: HashSet<usize>,
    /// Where the last token ended: nothing of the next node stands before it.
    behind: usize,
}

impl<'a> Builder<'a> {
    fn next(&mut self) -> Result<Option<Parsed<'a>>, SyntaxError> {
        loop {
            match self.parser.next() {
                None => return Ok(None),
                Some(Ok((Event::Comment(..), _))) => {}
                Some(Ok((event, span))) => {
                    let span = self.bytes(span);
                    return Ok(Some((event, span)));
                }
                Some(Err(error)) => {
                    let line = u32::try_from(error.marker().line()).unwrap_or(u32::MAX);
                    let column = u32::try_from(error.marker().col()).unwrap_or(u32::MAX - 1) + 1;
                    return Err(SyntaxError { position: Position { line: LineNumber::new(line), column }, message: error.info() });
                }
            }
        }
    }

    fn bytes(&self, span: Span) -> ByteSpan {
        let range = span.byte_range().unwrap_or(0..0);
        ByteSpan::new(range.start + self.skipped, range.end + self.skipped)
    }

    fn error(&self, offset: usize, message: &str) -> SyntaxError {
        SyntaxError { position: Position::of(self.source, offset), message: message.to_owned() }
    }

    fn expect(&mut self) -> Result<Parsed<'a>, SyntaxError> {
        match self.next()? {
            Some(parsed) => Ok(parsed),
            None => Err(self.error(self.source.len(), "the text ends inside a node")),
        }
    }

    fn node(&mut self, event: Event<'a>, span: ByteSpan, depth: usize) -> Result<Node, SyntaxError> {
        if depth > DEEPEST {
            return Err(self.error(span.start, "nested deeper than 200 levels"));
        }
        let node = match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.scalar(&value, style, anchor, tag.is_some(), span, tag.map(|tag| tag.to_string()))
            }
            Event::Alias(anchor) => {
                self.used.insert(anchor);
                Node { span, kind: NodeKind::Alias(anchor), anchor: None, tag: None }
            }
            Event::MappingStart(style, anchor, tag) => {
                let (end, entries) = self.entries(span, depth)?;
                let flow = matches!(style, StructureStyle::Flow);
                collection(span, end, NodeKind::Mapping { flow, entries }, anchor, tag.map(|tag| tag.to_string()))
            }
            Event::SequenceStart(style, anchor, tag) => {
                let flow = matches!(style, StructureStyle::Flow);
                let (end, items) = self.items(span, flow, depth)?;
                collection(span, end, NodeKind::Sequence { flow, items }, anchor, tag.map(|tag| tag.to_string()))
            }
            _ => return Err(self.error(span.start, "no node where one was expected")),
        };
        self.behind = node.span.end;
        Ok(node)
    }

    fn entries(&mut self, start: ByteSpan, depth: usize) -> Result<(ByteSpan, Vec<Entry>), SyntaxError> {
        self.behind = start.end;
        let mut entries = Vec::new();
        loop {
            let (event, span) = self.expect()?;
            if matches!(event, Event::MappingEnd) {
                return Ok((span, entries));
            }
            let key = self.node(event, span, depth + 1)?;
            self.behind = self.behind_colon(key.span.end);
            let (event, span) = self.expect()?;
            let value = self.node(event, span, depth + 1)?;
            entries.push(Entry { key, value });
        }
    }

    fn items(&mut self, start: ByteSpan, flow: bool, depth: usize) -> Result<(ByteSpan, Vec<Item>), SyntaxError> {
        // A block sequence's event may stand behind its first dash; only brackets are passed over.
        if flow {
            self.behind = start.end;
        }
        let mut items = Vec::new();
        loop {
            let (event, span) = self.expect()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok((span, items));
            }
            let dash = if flow { None } else { self.dash() };
            if let Some(dash) = dash {
                self.behind = dash + 1;
            }
            let value = self.node(event, span, depth + 1)?;
            items.push(Item { dash, value });
        }
    }

    fn scalar(&self, value: &str, style: GranitStyle, anchor: usize, tagged: bool, span: ByteSpan, tag: Option<String>) -> Node {
        let style = match style {
            GranitStyle::Plain => ScalarStyle::Plain,
            GranitStyle::SingleQuoted => ScalarStyle::SingleQuoted,
            GranitStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
            GranitStyle::Literal => ScalarStyle::Literal,
            GranitStyle::Folded => ScalarStyle::Folded,
        };
        // The parser writes `~` for a value that is not there.
        let missing = style == ScalarStyle::Plain && span.is_empty();
        let span = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.block_scalar(style, span),
            ScalarStyle::Plain if missing && !tagged => ByteSpan::at(self.behind),
            _ => span,
        };
        let value = if missing { String::new() } else { value.to_owned() };
        Node { span, kind: NodeKind::Scalar { value, style }, anchor: anchor_number(anchor), tag }
    }

    /// A block scalar's span from its header to the end of its last line that holds anything.
    fn block_scalar(&self, style: ScalarStyle, content: ByteSpan) -> ByteSpan {
        let mark = if style == ScalarStyle::Literal { '|' } else { '>' };
        let before = self.source.get(self.behind..content.start).unwrap_or("");
        let start = before.find(mark).map_or(content.start, |offset| self.behind + offset);
        let text = self.source.get(start..content.end).unwrap_or("");
        ByteSpan::new(start, start + text.trim_end().len())
    }

    /// Behind the colon that follows a key, or the key's end where there is none (`? key`).
    fn behind_colon(&self, key_end: usize) -> usize {
        let rest = self.source.get(key_end..).unwrap_or("");
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if rest[blank..].starts_with(':') { key_end + blank + 1 } else { key_end }
    }

    /// The next dash behind the last token: only blanks, comments, an anchor or a tag stand before it.
    fn dash(&self) -> Option<usize> {
        let mut offset = self.behind;
        loop {
            let rest = self.source.get(offset..)?;
            offset += rest.len() - rest.trim_start().len();
            match self.source.as_bytes().get(offset)? {
                b'#' => offset += memchr::memchr(b'\n', self.source.get(offset..)?.as_bytes())?,
                b'&' | b'!' => offset += self.source.get(offset..)?.find(char::is_whitespace)?,
                b'-' => return Some(offset),
                _ => return None,
            }
        }
    }
}

fn anchor_number(anchor: usize) -> Option<usize> {
    (anchor != 0).then_some(anchor)
}

/// A collection's span: from its start to its closing bracket, or to the end of its last child.
fn collection(start: ByteSpan, end: ByteSpan, kind: NodeKind, anchor: usize, tag: Option<String>) -> Node {
    let last = match &kind {
        NodeKind::Mapping { flow: false, entries } => entries.last().map(|entry| entry.span().end),
        NodeKind::Sequence { flow: false, items } => items.last().map(|item| item.value.span.end.max(item.dash.map_or(0, |dash| dash + 1))),
        _ => Some(end.end),
    };
    let first = match &kind {
        NodeKind::Mapping { flow: false, entries } => entries.first().map(|entry| entry.key.span.start),
        NodeKind::Sequence { flow: false, items } => items.first().and_then(|item| item.dash),
        _ => None,
    };
    let start = first.unwrap_or(start.start);
    Node { span: ByteSpan::new(start, last.unwrap_or(end.end).max(start)), kind, anchor: anchor_number(anchor), tag }
}
