//! The syntax of bash, as far as `bash -n` is certain to refuse a script: quotes, substitutions and here-documents that are not closed,
//! and compound commands without their words. One pass without going back; what it is not sure of it passes over.

mod words;

use words::Words;

/// Levels that commands and substitutions may nest; deeper scripts are not judged.
const DEEPEST: usize = 40;

/// Bytes of the longest script that is judged.
const LONGEST: usize = 200_000;

/// Why bash does not read a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The bytes that are wrong.
    pub(super) start: usize,
    /// Their end.
    pub(super) end: usize,
    /// What is wrong.
    pub(super) message: String,
    /// Whether bash reads the script all the same, and warns.
    pub(super) is_read: bool,
}

/// What ends the reading of a script before its end.
enum Stop {
    /// It is wrong.
    Fault(Fault),
    /// It may be right.
    Unsure,
}

/// What is wrong with a script; nothing for one that is right, and for one that is not judged.
pub(super) fn fault(script: &str) -> Option<Fault> {
    if script.len() > LONGEST {
        return None;
    }
    let mut reader = Reader { words: Words::new(script) };
    let end = match reader.list() {
        Ok(end) => end,
        Err(Stop::Fault(fault)) => return Some(reader.words.with_document(fault)),
        Err(Stop::Unsure) => return None,
    };
    match end {
        End::Script => reader.words.open_document(),
        End::Word(at, word) => Some(unexpected(at, &word)),
        End::Paren(at) => Some(unexpected(at, ")")),
        End::Case(at) => Some(unexpected(at, ";;")),
    }
}

fn unexpected(at: usize, token: &str) -> Fault {
    Fault { start: at, end: at + token.len(), message: format!("syntax error near unexpected token `{token}'"), is_read: false }
}

/// What ends a list of commands.
enum End {
    /// The end of the script.
    Script,
    /// A reserved word that closes or continues a compound command.
    Word(usize, String),
    /// `)`.
    Paren(usize),
    /// `;;`, `;&` or `;;&`.
    Case(usize),
}

/// Reserved words that begin nothing.
const CLOSING: &[&str] = &["then", "do", "done", "fi", "else", "elif", "esac", "}"];

/// Reserved words that begin a compound command.
const COMPOUND: &[&str] = &["if", "while", "until", "for", "select", "case", "{", "[["];

struct Reader<'a> {
    words: Words<'a>,
}

impl Reader<'_> {
    /// Commands, up to what ends them.
    fn list(&mut self) -> Result<End, Stop> {
        self.words.deeper()?;
        let end = self.commands()?;
        self.words.level -= 1;
        Ok(end)
    }

    fn commands(&mut self) -> Result<End, Stop> {
        // Whether a command must begin here, whether a separator would have nothing before it, and whether a compound command has just
        // ended: a closing word may follow that one at once.
        let (mut begins, mut nothing, mut ended) = (true, true, false);
        loop {
            self.words.blanks();
            let at = self.words.at;
            let Some(byte) = self.words.peek(0) else { return Ok(End::Script) };
            match byte {
                b'\n' => {
                    self.words.newline()?;
                    (begins, nothing) = (true, true);
                }
                b'#' => self.words.comment(),
                b')' => return Ok(End::Paren(at)),
                b';' if matches!(self.words.peek(1), Some(b';' | b'&')) => return Ok(End::Case(at)),
                b'&' if self.words.peek(1) == Some(b'>') => self.redirection()?,
                b';' | b'&' | b'|' => {
                    let token = self.separator();
                    if nothing {
                        return Err(Stop::Fault(unexpected(at, token)));
                    }
                    (begins, nothing) = (true, true);
                }
                b'<' | b'>' if self.words.peek(1) != Some(b'(') => {
                    self.redirection()?;
                    nothing = false;
                }
                b'(' if begins => {
                    self.paren()?;
                    (begins, nothing, ended) = (false, false, true);
                }
                b'(' => return Err(Stop::Unsure),
                _ => {
                    let word = self.word()?;
                    if (begins || ended) && CLOSING.contains(&word.as_str()) {
                        return Ok(End::Word(at, word));
                    }
                    nothing = false;
                    ended = begins && COMPOUND.contains(&word.as_str());
                    begins = begins && self.command(at, &word)?;
                }
            }
        }
    }

    /// A word; command substitutions in it are lists of their own.
    fn word(&mut self) -> Result<String, Stop> {
        let start = self.words.at;
        while let Some(opened) = self.words.word()? {
            self.substitution(opened)?;
        }
        if self.words.at == start {
            return Err(Stop::Unsure);
        }
        Ok(self.words.slice(start).to_owned())
    }

    /// What stands in `$(…)`, `<(…)` or a list of values, and its end.
    fn substitution(&mut self, opened: usize) -> Result<(), Stop> {
        match self.list()? {
            End::Paren(_) => {
                self.words.at += 1;
                Ok(())
            }
            End::Script => Err(self.words.unclosed(opened, "(", ")")),
            End::Word(at, word) => Err(Stop::Fault(unexpected(at, &word))),
            End::Case(at) => Err(Stop::Fault(unexpected(at, ";;"))),
        }
    }

    fn separator(&mut self) -> &'static str {
        let token = match (self.words.peek(0), self.words.peek(1)) {
            (Some(b'&'), Some(b'&')) => "&&",
            (Some(b'|'), Some(b'|')) => "||",
            (Some(b'|'), Some(b'&')) => "|&",
            (Some(b'&'), _) => "&",
            (Some(b'|'), _) => "|",
            _ => ";",
        };
        self.words.at += token.len();
        token
    }

    /// `>file`, `2>&1`, `<<EOF`, `<<< text`.
    fn redirection(&mut self) -> Result<(), Stop> {
        if self.words.here_document()? {
            return Ok(());
        }
        while matches!(self.words.peek(0), Some(b'<' | b'>' | b'&' | b'|')) {
            if self.words.peek(1) == Some(b'(') && matches!(self.words.peek(0), Some(b'<' | b'>')) {
                break;
            }
            self.words.at += 1;
        }
        self.words.blanks();
        match self.words.peek(0) {
            // Process substitution: a word of its own.
            None | Some(b'\n' | b';' | b')' | b'(') => Err(Stop::Unsure),
            Some(_) => self.word().map(drop),
        }
    }

    /// A subshell, or arithmetic.
    fn paren(&mut self) -> Result<(), Stop> {
        let at = self.words.at;
        if self.words.peek(1) == Some(b'(') {
            self.words.at += 2;
            return self.words.arithmetic();
        }
        self.words.at += 1;
        self.substitution(at)
    }

    /// What a command's first word begins; whether the next word may be reserved too.
    fn command(&mut self, at: usize, word: &str) -> Result<bool, Stop> {
        match word {
            "if" => self.conditional(at)?,
            "while" | "until" => self.looped(at, word)?,
            "for" | "select" => self.counted(at, word)?,
            "case" => self.case(at)?,
            "{" => self.closed(at, "{", "}")?,
            "[[" => self.test()?,
            "!" | "time" => return Ok(true),
            "function" => {
                self.words.blanks();
                self.word()?;
                return self.body();
            }
            _ if self.words.peek(0) == Some(b'(') && self.words.slice(at).len() == word.len() => return self.body(),
            _ => {}
        }
        Ok(false)
    }

    /// `()` behind a function's name, if it is there, and line ends: its body is a command.
    fn body(&mut self) -> Result<bool, Stop> {
        self.words.blanks();
        if self.words.peek(0) == Some(b'(') {
            self.words.at += 1;
            self.words.blanks();
            if self.words.peek(0) != Some(b')') {
                return Err(Stop::Unsure);
            }
            self.words.at += 1;
        }
        self.words.gap()?;
        Ok(true)
    }

    /// A list that must end in a word; which one it was.
    fn until(&mut self, at: usize, opener: &str, wanted: &[&str]) -> Result<String, Stop> {
        match self.list()? {
            End::Word(_, word) if wanted.contains(&word.as_str()) => Ok(word),
            End::Word(at, word) => Err(Stop::Fault(unexpected(at, &word))),
            End::Paren(at) => Err(Stop::Fault(unexpected(at, ")"))),
            End::Case(at) => Err(Stop::Fault(unexpected(at, ";;"))),
            End::Script => Err(self.words.unclosed(at, opener, wanted.last().unwrap_or(&""))),
        }
    }

    fn closed(&mut self, at: usize, opener: &str, closer: &str) -> Result<(), Stop> {
        self.until(at, opener, &[closer]).map(drop)
    }

    fn conditional(&mut self, at: usize) -> Result<(), Stop> {
        self.until(at, "if", &["then"])?;
        loop {
            match self.until(at, "if", &["elif", "else", "fi"])?.as_str() {
                "elif" => drop(self.until(at, "if", &["then"])?),
                "else" => return self.closed(at, "if", "fi"),
                _ => return Ok(()),
            }
        }
    }

    fn looped(&mut self, at: usize, opener: &str) -> Result<(), Stop> {
        self.until(at, opener, &["do"])?;
        self.closed(at, opener, "done")
    }

    /// `for name in words; do …; done`, and the arithmetic form.
    fn counted(&mut self, at: usize, opener: &str) -> Result<(), Stop> {
        self.words.blanks();
        if self.words.peek(0) == Some(b'(') && self.words.peek(1) == Some(b'(') {
            self.words.at += 2;
            self.words.arithmetic()?;
        } else {
            self.word()?;
            loop {
                self.words.blanks();
                match self.words.peek(0) {
                    None | Some(b';' | b'\n') => break,
                    Some(b'#') => self.words.comment(),
                    Some(b'&' | b'|' | b'(' | b')') => return Err(Stop::Unsure),
                    Some(_) => drop(self.word()?),
                }
            }
        }
        self.words.blanks();
        if self.words.peek(0) == Some(b';') {
            self.words.at += 1;
        }
        self.words.gap()?;
        let start = self.words.at;
        if self.words.peek(0).is_none() {
            return Err(self.words.unclosed(at, opener, "done"));
        }
        match self.word()?.as_str() {
            "do" => self.closed(at, opener, "done"),
            "{" => self.closed(start, "{", "}"),
            _ => Err(Stop::Unsure),
        }
    }

    fn case(&mut self, at: usize) -> Result<(), Stop> {
        self.words.blanks();
        self.word()?;
        self.words.gap()?;
        if self.words.peek(0).is_none() || self.word()? != "in" {
            return Err(Stop::Unsure);
        }
        loop {
            self.words.gap()?;
            match self.words.peek(0) {
                None => return Err(self.words.unclosed(at, "case", "esac")),
                Some(b'(') => self.words.at += 1,
                Some(_) => {}
            }
            if self.pattern()? {
                return Ok(());
            }
            match self.list()? {
                End::Case(_) => self.words.at += self.words.run(b";&"),
                End::Word(_, word) if word == "esac" => return Ok(()),
                End::Word(at, word) => return Err(Stop::Fault(unexpected(at, &word))),
                End::Paren(at) => return Err(Stop::Fault(unexpected(at, ")"))),
                End::Script => return Err(self.words.unclosed(at, "case", "esac")),
            }
        }
    }

    /// The patterns of one branch of a `case`, to their `)`; true at `esac`.
    fn pattern(&mut self) -> Result<bool, Stop> {
        let mut first = true;
        loop {
            self.words.blanks();
            match self.words.peek(0) {
                Some(b')') => {
                    self.words.at += 1;
                    return Ok(false);
                }
                Some(b'|') => self.words.at += 1,
                None | Some(b'\n' | b';' | b'&' | b'<' | b'>' | b'(') => return Err(Stop::Unsure),
                Some(_) => {
                    let word = self.word()?;
                    if first && word == "esac" {
                        return Ok(true);
                    }
                }
            }
            first = false;
        }
    }

    /// `[[ … ]]`: regular expressions in it hold brackets as they like.
    fn test(&mut self) -> Result<(), Stop> {
        loop {
            self.words.gap()?;
            let start = self.words.at;
            if self.words.ends_test() {
                return Ok(());
            }
            while let Some(opened) = self.words.condition_word()? {
                self.substitution(opened)?;
            }
            if self.words.at == start {
                return Err(Stop::Unsure);
            }
        }
    }
}

#[cfg(test)]
mod tests;
