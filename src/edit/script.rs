//! Turns a shell script into its commands, each with the bytes of its words.

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Its first byte.
    pub(super) start: usize,
    /// Behind its last.
    pub(super) end: usize,
    /// As written, quotes included.
    pub(super) text: String,
}

/// A simple command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    /// Its words up to a redirection.
    pub(super) words: Vec<Word>,
    /// Whether it always runs: in no branch, loop, function, subshell or `||`.
    pub(super) always: bool,
    /// Whether its output goes elsewhere: a redirection or a pipe.
    pub(super) redirected: bool,
}

impl Command {
    /// The words from the program on: without `sudo`, `env`, `time` and assignments.
    pub(super) fn program(&self) -> &[Word] {
        let mut words = self.words.as_slice();
        while let Some((first, rest)) = words.split_first() {
            let assigns = first
                .text
                .split_once('=')
                .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
            match first.text.as_str() {
                "sudo" => words = &rest[rest.iter().take_while(|word| word.text.starts_with('-')).count()..],
                "env" | "time" | "command" | "exec" => words = rest,
                _ if assigns => words = rest,
                _ => break,
            }
        }
        words
    }

    /// Whether it runs with `sudo`.
    pub(super) fn is_sudo(&self) -> bool {
        self.words.iter().any(|word| word.text == "sudo")
    }

    /// Where its first word begins.
    pub(super) fn start(&self) -> usize {
        self.words.first().map_or(0, |word| word.start)
    }

    /// Where its last word ends.
    pub(super) fn end(&self) -> usize {
        self.words.last().map_or(0, |word| word.end)
    }
}

/// The commands of a POSIX shell script, in order. Here-documents and comments hold none; what stands in quotes or in a
/// substitution belongs to its word.
pub(super) fn commands(script: &str) -> Vec<Command> {
    let mut scanner = Scanner {
        script,
        at: 0,
        commands: Vec::new(),
        words: Vec::new(),
        redirected: false,
        stopped: false,
        depth: 0,
        state: After::Start,
        documents: Vec::new(),
    };
    scanner.run();
    scanner.commands
}

/// What stands before a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// A line's beginning or `;`.
    Start,
    /// `&&` behind something that is no test.
    And,
    /// `||`, `|`, or `&&` behind a test.
    Maybe,
}

struct Scanner<'a> {
    script: &'a str,
    at: usize,
    commands: Vec<Command>,
    words: Vec<Word>,
    redirected: bool,
    /// Behind a redirection: words are no arguments any more.
    stopped: bool,
    depth: usize,
    state: After,
    documents: Vec<String>,
}

const OPENING: &[&str] = &["if", "for", "while", "until", "case", "{", "select"];
const CLOSING: &[&str] = &["fi", "done", "esac", "}"];
const MIDDLE: &[&str] = &["then", "do", "else", "elif", "!"];
const TESTS: &[&str] = &["[", "[[", "test", "which", "command", "grep", "type", "hash"];

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.script.get(self.at..).unwrap_or("")
    }

    fn run(&mut self) {
        while let Some(character) = self.rest().chars().next() {
            match character {
                '\n' => {
                    self.end(After::Start);
                    self.at += 1;
                    self.skip_documents();
                }
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                ' ' | '\t' | '\r' => self.at += 1,
                '#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                ';' => self.operator(1, After::Start),
                '&' if self.rest().starts_with("&&") => {
                    let tests = self.words.first().is_some_and(|word| TESTS.contains(&word.text.as_str()));
                    let after = if tests || self.state == After::Maybe { After::Maybe } else { After::And };
                    self.operator(2, after);
                }
                '&' => self.operator(1, After::Start),
                '|' => {
                    self.redirected = true;
                    let length = if self.rest().starts_with("||") { 2 } else { 1 };
                    self.redirected = length == 1 || self.stopped;
                    self.operator(length, After::Maybe);
                }
                '(' => {
                    self.end(After::Start);
                    self.depth += 1;
                    self.at += 1;
                }
                ')' => {
                    self.end(After::Start);
                    self.depth = self.depth.saturating_sub(1);
                    self.at += 1;
                }
                '<' | '>' => self.redirection(),
                _ => self.word(),
            }
        }
        self.end(After::Start);
    }

    fn operator(&mut self, length: usize, after: After) {
        self.end(after);
        self.at += length;
    }

    fn redirection(&mut self) {
        self.redirected = true;
        self.stopped = true;
        let text = self.rest();
        if text.starts_with("<<") && !text.starts_with("<<<") {
            let behind = text.trim_start_matches(['<', '-', ' ']);
            let name: String = behind.chars().take_while(|character| !character.is_whitespace() && !";|&)".contains(*character)).collect();
            self.documents.push(name.trim_matches(['\'', '"', '\\']).to_owned());
        }
        let length = text.len() - text.trim_start_matches(['<', '>', '&', '-']).len();
        self.at += length.max(1);
    }

    fn skip_documents(&mut self) {
        for name in std::mem::take(&mut self.documents) {
            while self.at < self.script.len() {
                let line = self.rest().lines().next().unwrap_or("");
                self.at += (line.len() + 1).min(self.rest().len());
                if line.trim() == name {
                    break;
                }
            }
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let length = word_length(self.rest());
        self.at += length.max(1);
        let text = self.script.get(start..self.at).unwrap_or("").to_owned();
        let descriptor = text.bytes().all(|byte| byte.is_ascii_digit()) && self.rest().starts_with(['>', '<']);
        if descriptor || self.stopped {
            return;
        }
        if self.words.is_empty() {
            if OPENING.contains(&text.as_str()) {
                self.depth += 1;
                // What stands behind `if` and `while` is a command; behind `for` and `case` it is not, but ends with the line.
                return;
            }
            if CLOSING.contains(&text.as_str()) {
                self.depth = self.depth.saturating_sub(1);
                return;
            }
            if MIDDLE.contains(&text.as_str()) {
                return;
            }
        }
        self.words.push(Word { start, end: self.at, text });
    }

    fn end(&mut self, next: After) {
        let words = std::mem::take(&mut self.words);
        if !words.is_empty() {
            let always = self.depth == 0 && self.state != After::Maybe;
            self.commands.push(Command { words, always, redirected: self.redirected });
        }
        self.redirected = false;
        self.stopped = false;
        self.state = next;
    }
}

/// How long the word is that begins here: quotes, substitutions and expressions belong to it.
fn word_length(text: &str) -> usize {
    let mut at = 0;
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or("");
        at += match character {
            '\\' if rest.starts_with("\\\n") => return at,
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            '\'' => 1 + rest.get(1..).and_then(|rest| rest.find('\'')).map_or(rest.len() - 1, |end| end + 1),
            '"' => double_quoted(rest),
            '`' => 1 + rest.get(1..).and_then(|rest| rest.find('`')).map_or(rest.len() - 1, |end| end + 1),
            '$' if rest.starts_with("${{") => rest.find("}}").map_or(rest.len(), |end| end + 2),
            '$' if rest.starts_with("${") => rest.find('}').map_or(rest.len(), |end| end + 1),
            '$' if rest.starts_with("$(") => 1 + parenthesised(rest.get(1..).unwrap_or("")),
            ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => return at,
            other => other.len_utf8(),
        };
    }
    at.min(text.len())
}

fn double_quoted(text: &str) -> usize {
    let mut at = 1;
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or("");
        at += match character {
            '"' => return at + 1,
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            '$' if rest.starts_with("$(") => 1 + parenthesised(rest.get(1..).unwrap_or("")),
            other => other.len_utf8(),
        };
    }
    text.len()
}

/// From an opening parenthesis to behind its closing one; quotes inside hide parentheses.
fn parenthesised(text: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or("");
        at += match character {
            '(' => {
                depth += 1;
                1
            }
            ')' if depth <= 1 => return at + 1,
            ')' => {
                depth -= 1;
                1
            }
            '\'' => 1 + rest.get(1..).and_then(|rest| rest.find('\'')).map_or(rest.len() - 1, |end| end + 1),
            // A quote inside a substitution inside a quote is its own: one level is read plainly.
            '"' => 1 + rest.get(1..).and_then(|rest| rest.find('"')).map_or(rest.len() - 1, |end| end + 1),
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            other => other.len_utf8(),
        };
    }
    text.len()
}

/// The script with `text` inserted at `offset`.
pub(super) fn inserted(script: &str, offset: usize, text: &str) -> Option<String> {
    Some(format!("{}{text}{}", script.get(..offset)?, script.get(offset..)?))
}

/// The script with lines put above the line of `offset`, at its indentation.
pub(super) fn lines_above(script: &str, offset: usize, lines: &[&str]) -> Option<String> {
    let start = script.get(..offset)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = script.get(start..)?.lines().next()?;
    let margin = line.get(..line.len() - line.trim_start().len())?;
    let lines: String = lines.iter().map(|line| format!("{margin}{line}\n")).collect();
    inserted(script, start, &lines)
}

/// Whether only blanks stand before `offset` on its line.
pub(super) fn begins_line(script: &str, offset: usize) -> bool {
    let before = script.get(..offset).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    line.trim().is_empty() && !before.trim_end_matches([' ', '\t']).ends_with("\\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(script: &str) -> Vec<String> {
        let shown = |command: &Command| {
            let words: Vec<&str> = command.program().iter().map(|word| word.text.as_str()).collect();
            let mark = match (command.always, command.redirected) {
                (true, false) => "",
                (true, true) => ">",
                (false, false) => "?",
                (false, true) => "?>",
            };
            format!("{mark}{}", words.join(" "))
        };
        commands(script).iter().map(shown).collect()
    }

    #[test]
    fn commands_are_told_apart() {
        assert_eq!(
            shown("sudo -E apt-get update && sudo apt-get install -y a \\\n  b # c\nX=1 make"),
            ["apt-get update", "apt-get install -y a b", "make"]
        );
        assert_eq!(shown("a \"b && c\" 'd;e' $(f | g) ${{ h && i }} > j k"), [">a \"b && c\" 'd;e' $(f | g) ${{ h && i }}"]);
        assert_eq!(shown("if a; then\n  b\nfi\nc || d\ne | f"), ["?a", "?b", "c", "?d", ">e", "?f"]);
        assert_eq!(shown("[ -x a ] && b\ncat <<'E'\nno && no\nE\nlast"), ["[ -x a ]", "?b", ">cat", "last"]);
        assert_eq!(shown("f() {\n  a\n}\n(cd x; b)"), ["f", "?a", "?cd x", "?b"]);
        assert_eq!(shown("a 2>&1\nécho \"$(x \"y)\")\" z"), [">a", "écho \"$(x \"y)\")\" z"]);
    }

    #[test]
    fn hostile_scripts_end() {
        for script in ["\"", "'", "$(", "${{", "`", "\\", "<<", "<<E", "((((", ")", "$(\"", "a\\", "é", "|", "&&&", "<<<"] {
            let _ = commands(script);
        }
    }
}
