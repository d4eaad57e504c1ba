//! Words of bash: quotes, expansions, here-documents and comments.

use super::{DEEPEST, Fault, Stop};

/// A here-document whose text begins behind the next line end.
struct Document {
    /// Where its operator stands.
    at: usize,
    /// The line that ends it.
    end: String,
    /// Whether tabs before that line are passed over.
    strips: bool,
}

/// A script, and how far it is read.
pub(super) struct Words<'a> {
    text: &'a str,
    /// The next byte.
    pub(super) at: usize,
    /// How deep lists, quotes and expansions are nested here.
    pub(super) level: usize,
    pending: Vec<Document>,
    /// The first here-document that nothing ended.
    open: Option<Document>,
}

/// What begins inside of a word.
enum Opened {
    /// A command substitution: the commands stand behind it.
    Commands(usize),
    /// Nothing that concerns the reader of commands.
    Nothing,
}

/// Which quotes stand around.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Nothing,
    DoubleQuotes,
}

impl<'a> Words<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, level: 0, pending: Vec::new(), open: None }
    }

    /// One level deeper; what nests further is not judged.
    pub(super) fn deeper(&mut self) -> Result<(), Stop> {
        self.level += 1;
        if self.level > DEEPEST { Err(Stop::Unsure) } else { Ok(()) }
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// What was read since `start`.
    pub(super) fn slice(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or("")
    }

    /// How many of the next bytes are among these.
    pub(super) fn run(&self, bytes: &[u8]) -> usize {
        self.text.as_bytes().iter().skip(self.at).take_while(|byte| bytes.contains(byte)).count()
    }

    /// Passes over blanks, and lines that go on.
    pub(super) fn blanks(&mut self) {
        loop {
            match (self.peek(0), self.peek(1), self.peek(2)) {
                (Some(b' ' | b'\t' | b'\r'), _, _) => self.at += 1,
                (Some(b'\\'), Some(b'\n'), _) => self.at += 2,
                (Some(b'\\'), Some(b'\r'), Some(b'\n')) => self.at += 3,
                _ => return,
            }
        }
    }

    /// Passes over blanks, line ends and comments.
    pub(super) fn gap(&mut self) -> Result<(), Stop> {
        loop {
            self.blanks();
            match self.peek(0) {
                Some(b'\n') => self.newline()?,
                Some(b'#') => self.comment(),
                _ => return Ok(()),
            }
        }
    }

    pub(super) fn comment(&mut self) {
        self.at += self.text.get(self.at..).and_then(|rest| rest.find('\n')).unwrap_or(self.text.len() - self.at);
    }

    /// A line end, and the here-documents that begin behind it.
    pub(super) fn newline(&mut self) -> Result<(), Stop> {
        self.at += 1;
        for document in std::mem::take(&mut self.pending) {
            self.document(document)?;
        }
        Ok(())
    }

    fn document(&mut self, document: Document) -> Result<(), Stop> {
        while self.at < self.text.len() {
            let rest = self.text.get(self.at..).unwrap_or("");
            let line = rest.split('\n').next().unwrap_or("");
            self.at += (line.len() + 1).min(rest.len());
            let line = line.strip_suffix('\r').unwrap_or(line);
            let bare = if document.strips { line.trim_start_matches('\t') } else { line };
            if bare == document.end {
                return Ok(());
            }
            // In a substitution bash takes the bracket behind the last line for its end.
            if bare.strip_prefix(document.end.as_str()).is_some_and(|rest| rest.starts_with(')') || rest.starts_with('`')) {
                return Err(Stop::Unsure);
            }
        }
        self.open.get_or_insert(document);
        Ok(())
    }

    /// `<<EOF`, where it stands here; its text comes behind the line.
    pub(super) fn here_document(&mut self) -> Result<bool, Stop> {
        let is_document = self.peek(0) == Some(b'<') && self.peek(1) == Some(b'<') && self.peek(2) != Some(b'<');
        if !is_document {
            return Ok(false);
        }
        let at = self.at;
        self.at += 2;
        let strips = self.peek(0) == Some(b'-');
        self.at += usize::from(strips);
        self.blanks();
        let start = self.at;
        while self.peek(0).is_some_and(|byte| !byte.is_ascii_whitespace() && !b";&|<>()".contains(&byte)) {
            self.at += 1;
        }
        let word = self.slice(start);
        let end: String = word.chars().filter(|c| !matches!(c, '\'' | '"' | '\\')).collect();
        // Blanks in quotes, and expansions, which are not made here.
        if end.is_empty() || word.contains(['$', '`']) || word.matches(['\'', '"']).count() % 2 == 1 {
            return Err(Stop::Unsure);
        }
        self.pending.push(Document { at, end, strips });
        Ok(true)
    }

    /// Goes on in a word; where a command substitution begins, behind its bracket with its place. None at the word's end.
    pub(super) fn word(&mut self) -> Result<Option<usize>, Stop> {
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b')' => return Ok(None),
                b'<' | b'>' if self.peek(1) == Some(b'(') => {
                    self.at += 2;
                    return Ok(Some(self.at - 2));
                }
                b'<' | b'>' => return Ok(None),
                // A list of values; any other bracket in a word is for those who know what stands before it.
                b'(' if self.at > 0 && self.text.as_bytes().get(self.at - 1) == Some(&b'=') => self.values()?,
                b'(' if matches!(self.text.as_bytes().get(self.at.wrapping_sub(1)), Some(b'?' | b'*' | b'+' | b'@' | b'!')) => {
                    return Err(Stop::Unsure);
                }
                b'(' => return Ok(None),
                _ => {
                    if let Opened::Commands(at) = self.part(Around::Nothing)? {
                        return Ok(Some(at));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Passes over `]]`, where it stands here as a word.
    pub(super) fn ends_test(&mut self) -> bool {
        let is_end = self.peek(0) == Some(b']') && self.peek(1) == Some(b']');
        let is_word = self.peek(2).is_none_or(|byte| byte.is_ascii_whitespace() || b";&|)<>".contains(&byte));
        self.at += if is_end && is_word { 2 } else { 0 };
        is_end && is_word
    }

    /// The same between `[[` and `]]`, where only blanks part words.
    pub(super) fn condition_word(&mut self) -> Result<Option<usize>, Stop> {
        while let Some(byte) = self.peek(0) {
            if byte.is_ascii_whitespace() {
                return Ok(None);
            }
            if let Opened::Commands(at) = self.part(Around::Nothing)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// One character, quotation or expansion.
    fn part(&mut self, around: Around) -> Result<Opened, Stop> {
        let at = self.at;
        let Some(byte) = self.peek(0) else { return Ok(Opened::Nothing) };
        match (byte, self.peek(1)) {
            (b'\\', _) => self.escaped(),
            (b'\'', _) if around == Around::Nothing => self.single(at)?,
            (b'"', _) if around == Around::Nothing => self.double(at)?,
            (b'`', _) => self.backquoted(at)?,
            (b'$', Some(b'\'')) if around == Around::Nothing => self.ansi(at)?,
            (b'$', Some(b'(')) if self.peek(2) == Some(b'(') => {
                self.at += 3;
                self.arithmetic()?;
            }
            (b'$', Some(b'(')) => {
                self.at += 2;
                return Ok(Opened::Commands(at));
            }
            (b'$', Some(b'{')) => self.parameter(at, around)?,
            _ => self.at += self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8),
        }
        Ok(Opened::Nothing)
    }

    /// A backslash and the character behind it.
    fn escaped(&mut self) {
        self.at += 1;
        self.at += self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }

    fn single(&mut self, at: usize) -> Result<(), Stop> {
        let length = self.text.get(at + 1..).and_then(|rest| rest.find('\''));
        self.at = at + 2 + length.ok_or_else(|| no_quote(at, "'"))?;
        Ok(())
    }

    fn ansi(&mut self, at: usize) -> Result<(), Stop> {
        self.at += 2;
        loop {
            match self.peek(0) {
                None => return Err(no_quote(at + 1, "'")),
                Some(b'\\') => self.escaped(),
                Some(byte) => {
                    self.at += 1;
                    if byte == b'\'' {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn double(&mut self, at: usize) -> Result<(), Stop> {
        self.deeper()?;
        self.at += 1;
        loop {
            match self.peek(0) {
                None => return Err(no_quote(at, "\"")),
                Some(b'"') => {
                    self.at += 1;
                    self.level -= 1;
                    return Ok(());
                }
                Some(_) => {
                    if let Opened::Commands(opened) = self.part(Around::DoubleQuotes)? {
                        self.commands(opened)?;
                    }
                }
            }
        }
    }

    /// The commands of a substitution inside of quotes, which the reader of commands would lose the quotes over: a reader of their own.
    fn commands(&mut self, opened: usize) -> Result<(), Stop> {
        let words = Words { text: self.text, at: self.at, level: self.level, pending: Vec::new(), open: None };
        let mut reader = super::Reader { words };
        let ended = reader.list();
        self.at = reader.words.at;
        self.open = self.open.take().or(reader.words.open);
        match ended? {
            super::End::Paren(_) => {
                self.at += 1;
                Ok(())
            }
            super::End::Script => Err(self.unclosed(opened, "(", ")")),
            super::End::Word(at, word) => Err(Stop::Fault(super::unexpected(at, &word))),
            super::End::Case(at) => Err(Stop::Fault(super::unexpected(at, ";;"))),
        }
    }

    fn backquoted(&mut self, at: usize) -> Result<(), Stop> {
        self.at += 1;
        loop {
            match self.peek(0) {
                None => return Err(no_quote(at, "`")),
                Some(b'\\') => self.escaped(),
                Some(byte) => {
                    self.at += 1;
                    if byte == b'`' {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// `${…}`.
    fn parameter(&mut self, at: usize, around: Around) -> Result<(), Stop> {
        self.deeper()?;
        self.at += 2;
        loop {
            match self.peek(0) {
                None => return Err(no_quote(at + 1, "}")),
                Some(b'}') => {
                    self.at += 1;
                    self.level -= 1;
                    return Ok(());
                }
                // Whether these quote depends on the operator before them.
                Some(b'\'' | b'"') if around == Around::DoubleQuotes => return Err(Stop::Unsure),
                Some(_) => {
                    if let Opened::Commands(opened) = self.part(around)? {
                        self.commands(opened)?;
                    }
                }
            }
        }
    }

    /// To the `))` that ends arithmetic.
    pub(super) fn arithmetic(&mut self) -> Result<(), Stop> {
        let mut open = 2;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\'' | b'"' | b'`' => return Err(Stop::Unsure),
                b'$' if matches!(self.peek(1), Some(b'(')) && self.peek(2) != Some(b'(') => return Err(Stop::Unsure),
                _ => {}
            }
            self.at += self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            // Two subshells that begin together are no arithmetic.
            if open == 1 && byte == b')' && self.peek(0) != Some(b')') {
                return Err(Stop::Unsure);
            }
            if open == 0 {
                return Ok(());
            }
        }
        Err(Stop::Unsure)
    }

    /// `=(…)`: words on lines as they like.
    fn values(&mut self) -> Result<(), Stop> {
        let at = self.at;
        self.at += 1;
        loop {
            self.gap()?;
            match self.peek(0) {
                None => return Err(self.unclosed(at, "(", ")")),
                Some(b')') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b';' | b'&' | b'|' | b'<' | b'>' | b'(') => return Err(Stop::Unsure),
                Some(_) => {
                    if let Opened::Commands(opened) = self.part(Around::Nothing)? {
                        self.commands(opened)?;
                    }
                }
            }
        }
    }

    /// What is not closed at the script's end.
    pub(super) fn unclosed(&self, at: usize, opener: &str, closer: &str) -> Stop {
        let word = if self.text.get(at..).is_some_and(|rest| rest.starts_with('$')) { "$(" } else { opener };
        let message = format!("syntax error: unexpected end of file: `{word}` has no `{closer}`");
        Stop::Fault(Fault { start: at, end: at + word.len(), message, is_read: false })
    }

    /// The fault of a script that a here-document swallowed the end of.
    pub(super) fn with_document(&self, fault: Fault) -> Fault {
        self.open_document().map_or(fault, |document| Fault { is_read: false, ..document })
    }

    /// The here-document that nothing ended: bash takes the rest of the script for its text, and warns.
    pub(super) fn open_document(&self) -> Option<Fault> {
        let document = self.open.as_ref().or(self.pending.first())?;
        let end = self.text.get(document.at..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |length| document.at + length);
        let message = format!("here-document delimited by end-of-file (wanted `{}')", document.end);
        Some(Fault { start: document.at, end, message, is_read: true })
    }
}

/// A quotation or expansion without its end, in bash's words.
fn no_quote(at: usize, quote: &str) -> Stop {
    let message = format!("unexpected EOF while looking for matching `{quote}'");
    Stop::Fault(Fault { start: at, end: at + 1, message, is_read: false })
}
