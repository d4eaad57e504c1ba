//! Turns the text of an expression into tokens with their bytes.

use std::ops::Range;

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// Its bytes in the expression.
    pub span: Range<usize>,
    /// What it is.
    pub kind: TokenKind,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenKind {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenIndex,
    /// `]`
    CloseIndex,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `*`
    Star,
    /// `!`, `==`, `&&` and their like.
    Operator(&'static str),
    /// A word: a context, a property, a function, `true`.
    Word(String),
    /// A text in single quotes, unescaped.
    Text(String),
    /// A number.
    Number(f64),
    /// What no token begins or ends with; the runner calls it an unexpected symbol.
    Unexpected,
}

/// Longest first.
const OPERATORS: &[&str] = &["!=", "==", "<=", ">=", "&&", "||", "!", "<", ">"];

/// The tokens of `text`; what is none is an [`TokenKind::Unexpected`] as long as the runner would quote it.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (kind, length) = token(text, at, first, tokens.last());
        tokens.push(Token { span: at..at + length, kind });
        at += length;
    }
    tokens
}

fn token(text: &str, at: usize, first: char, before: Option<&Token>) -> (TokenKind, usize) {
    let rest = text.get(at..).unwrap_or("");
    if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
        return (TokenKind::Operator(operator), operator.len());
    }
    match first {
        '(' => (TokenKind::Open, 1),
        ')' => (TokenKind::Close, 1),
        '[' => (TokenKind::OpenIndex, 1),
        ']' => (TokenKind::CloseIndex, 1),
        ',' => (TokenKind::Comma, 1),
        '*' => (TokenKind::Star, 1),
        '\'' => quoted(rest),
        '.' if !starts_number(before) => (TokenKind::Dot, 1),
        '0'..='9' | '+' | '-' | '.' => number(rest),
        _ if is_word_start(first) => {
            let length = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            (TokenKind::Word(rest.get(..length).unwrap_or("").to_owned()), length)
        }
        _ => (TokenKind::Unexpected, symbol(rest)),
    }
}

/// Whether a dot behind `before` begins a fraction (actions/runner, `LexicalAnalyzer.TryGetNextToken`).
fn starts_number(before: Option<&Token>) -> bool {
    match before.map(|token| &token.kind) {
        None | Some(TokenKind::Comma | TokenKind::Open | TokenKind::OpenIndex | TokenKind::Operator(_)) => true,
        Some(_) => false,
    }
}

fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// Characters up to the next one that ends a symbol.
fn symbol(rest: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | '.' | '!' | '<' | '>' | '&' | '|' | '\'');
    let first = rest.chars().next().map_or(1, char::len_utf8);
    rest.get(first..).unwrap_or("").find(ends).map_or(rest.len(), |end| first + end)
}

/// A text in single quotes; two quotes in it stand for one.
fn quoted(rest: &str) -> (TokenKind, usize) {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c != '\'' {
            text.push(c);
        } else if characters.peek().is_some_and(|(_, next)| *next == '\'') {
            characters.next();
            text.push('\'');
        } else {
            return (TokenKind::Text(text), at + 1);
        }
    }
    (TokenKind::Unexpected, rest.len())
}

fn number(rest: &str) -> (TokenKind, usize) {
    let ends = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-'));
    let length = rest.find(ends).unwrap_or(rest.len());
    let text = rest.get(..length).unwrap_or("");
    match value(text) {
        Some(number) => (TokenKind::Number(number), length),
        None => (TokenKind::Unexpected, symbol(rest).max(1)),
    }
}

/// The number that a text spells in an expression: decimal, `0x`, `0o`, with an exponent.
pub(super) fn value(text: &str) -> Option<f64> {
    let radix = |prefix: &str, radix: u32| i64::from_str_radix(text.strip_prefix(prefix)?, radix).ok();
    if let Some(whole) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        #[expect(clippy::cast_precision_loss, reason = "the runner's numbers are doubles")]
        return Some(whole as f64);
    }
    let sound =
        text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) && text.bytes().any(|byte| byte.is_ascii_digit());
    match text {
        "Infinity" | "+Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ if sound => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind> {
        tokens(text).into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn words_numbers_and_texts_are_told_apart() {
        use TokenKind::{Dot, Number, Operator, Star, Text, Unexpected, Word};
        let word = |text: &str| Word(text.to_owned());
        assert_eq!(kinds("a.b-c == 'it''s'"), [word("a"), Dot, word("b-c"), Operator("=="), Text("it's".to_owned())]);
        assert_eq!(kinds("-1.5 <= .5"), [Number(-1.5), Operator("<="), Number(0.5)]);
        assert_eq!(kinds("0xff"), [Number(255.0)]);
        assert_eq!(kinds("a.*"), [word("a"), Dot, Star]);
        assert_eq!(kinds("\"x\""), [Unexpected]);
        assert_eq!(kinds("a = 1"), [word("a"), Unexpected, Number(1.0)]);
        assert_eq!(kinds("'open"), [Unexpected]);
    }
}
