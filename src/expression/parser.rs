//! Turns tokens into a tree, or into the first place where the runner's parser would stop.

use std::ops::Range;

use super::lexer::{Token, TokenKind, tokens};
use super::{DEEPEST, LONGEST};

/// A part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Its bytes in the expression.
    pub span: Range<usize>,
    /// What it is.
    pub kind: ExprKind,
}

/// What a part of an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// The name of a context, as written.
    Context(String),
    /// `of.name`; the span is the name's.
    Property {
        /// What it is a property of.
        of: Box<Expr>,
        /// Its name, as written.
        name: String,
        /// The name's bytes.
        at: Range<usize>,
    },
    /// `of[index]`
    Index {
        /// What is looked into.
        of: Box<Expr>,
        /// What is looked for.
        index: Box<Expr>,
    },
    /// `of.*`
    Star(Box<Expr>),
    /// `name(…)`
    Call {
        /// The function's name, as written.
        name: String,
        /// The name's bytes.
        at: Range<usize>,
        /// What it is given.
        arguments: Vec<Expr>,
    },
    /// `!x`
    Not(Box<Expr>),
    /// `x == y` and its like.
    Binary {
        /// The operator.
        operator: Operator,
        /// Its left side.
        left: Box<Expr>,
        /// Its right side.
        right: Box<Expr>,
    },
    /// `(x)`
    Group(Box<Expr>),
}

/// An operator between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`, `<=`, `>` or `>=`
    Ordered,
}

/// Why a text is no expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxFault {
    /// The bytes at which the parser stops.
    pub span: Range<usize>,
    /// Why, in the runner's words.
    pub message: String,
}

/// Reads an expression.
///
/// # Errors
/// At the first symbol that does not fit.
pub fn parse(text: &str) -> Result<Expr, SyntaxFault> {
    if text.chars().count() > LONGEST {
        return Err(SyntaxFault { span: 0..text.len(), message: format!("Exceeded max expression length {LONGEST}") });
    }
    let tokens = tokens(text);
    if let Some(wrong) = tokens.iter().find(|token| token.kind == TokenKind::Unexpected) {
        return Err(unexpected(text, &wrong.span));
    }
    let mut parser = Parser { text, tokens: &tokens, at: 0, depth: 0 };
    let tree = parser.or()?;
    match parser.tokens.get(parser.at) {
        None => Ok(tree),
        Some(token) => Err(unexpected(text, &token.span)),
    }
}

fn unexpected(text: &str, span: &Range<usize>) -> SyntaxFault {
    let symbol = text.get(span.clone()).unwrap_or("");
    SyntaxFault { span: span.clone(), message: format!("Unexpected symbol: '{}'", super::template::shortened(symbol)) }
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

type Parsed = Result<Expr, SyntaxFault>;

impl Parser<'_> {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn fault(&self) -> SyntaxFault {
        match self.tokens.get(self.at) {
            Some(token) => unexpected(self.text, &token.span),
            None => SyntaxFault { span: self.text.len()..self.text.len(), message: "Unexpected end of expression".to_owned() },
        }
    }

    fn eat(&mut self, kind: &TokenKind) -> Option<Range<usize>> {
        let token = self.tokens.get(self.at).filter(|token| token.kind == *kind)?;
        self.at += 1;
        Some(token.span.clone())
    }

    fn operator(&mut self, wanted: &[(&str, Operator)]) -> Option<Operator> {
        let Some(TokenKind::Operator(found)) = self.peek() else { return None };
        let operator = wanted.iter().find(|(text, _)| text == found)?.1;
        self.at += 1;
        Some(operator)
    }

    fn level(&mut self, wanted: &[(&str, Operator)], next: fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = next(self)?;
        while let Some(operator) = self.operator(wanted) {
            let right = next(self)?;
            let span = left.span.start..right.span.end;
            left = Expr { span, kind: ExprKind::Binary { operator, left: Box::new(left), right: Box::new(right) } };
        }
        Ok(left)
    }

    fn or(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(SyntaxFault { span: 0..self.text.len(), message: format!("Exceeded max expression depth {DEEPEST}") });
        }
        let tree = self.level(&[("||", Operator::Or)], Self::and);
        self.depth -= 1;
        tree
    }

    fn and(&mut self) -> Parsed {
        self.level(&[("&&", Operator::And)], Self::equal)
    }

    fn equal(&mut self) -> Parsed {
        self.level(&[("==", Operator::Equal), ("!=", Operator::Unequal)], Self::ordered)
    }

    fn ordered(&mut self) -> Parsed {
        let wanted = [("<", Operator::Ordered), ("<=", Operator::Ordered), (">", Operator::Ordered), (">=", Operator::Ordered)];
        self.level(&wanted, Self::not)
    }

    fn not(&mut self) -> Parsed {
        let mut marks = Vec::new();
        while let Some(span) = self.eat(&TokenKind::Operator("!")) {
            marks.push(span.start);
        }
        if marks.len() > DEEPEST {
            return Err(SyntaxFault { span: 0..self.text.len(), message: format!("Exceeded max expression depth {DEEPEST}") });
        }
        let mut tree = self.postfix()?;
        while let Some(start) = marks.pop() {
            tree = Expr { span: start..tree.span.end, kind: ExprKind::Not(Box::new(tree)) };
        }
        Ok(tree)
    }

    fn postfix(&mut self) -> Parsed {
        let (mut tree, takes) = self.primary()?;
        if !takes {
            return Ok(tree);
        }
        loop {
            let start = tree.span.start;
            if self.eat(&TokenKind::Dot).is_some() {
                tree = self.property(tree)?;
            } else if self.eat(&TokenKind::OpenIndex).is_some() {
                if self.eat(&TokenKind::Star).is_some() {
                    let end = self.eat(&TokenKind::CloseIndex).ok_or_else(|| self.fault())?.end;
                    tree = Expr { span: start..end, kind: ExprKind::Star(Box::new(tree)) };
                    continue;
                }
                let index = self.or()?;
                let end = self.eat(&TokenKind::CloseIndex).ok_or_else(|| self.fault())?.end;
                tree = Expr { span: start..end, kind: ExprKind::Index { of: Box::new(tree), index: Box::new(index) } };
            } else {
                return Ok(tree);
            }
        }
    }

    fn property(&mut self, of: Expr) -> Parsed {
        let Some(token) = self.tokens.get(self.at) else { return Err(self.fault()) };
        let (start, at) = (of.span.start, token.span.clone());
        let kind = match &token.kind {
            TokenKind::Star => ExprKind::Star(Box::new(of)),
            TokenKind::Word(name) => ExprKind::Property { of: Box::new(of), name: name.clone(), at: at.clone() },
            _ => return Err(self.fault()),
        };
        self.at += 1;
        Ok(Expr { span: start..at.end, kind })
    }

    /// A value, and whether a dot or an index may follow it: literals have no parts.
    fn primary(&mut self) -> Result<(Expr, bool), SyntaxFault> {
        let Some(token) = self.tokens.get(self.at).cloned() else { return Err(self.fault()) };
        let span = token.span;
        let kind = match token.kind {
            TokenKind::Number(number) => ExprKind::Number(number),
            TokenKind::Text(text) => ExprKind::Text(text),
            TokenKind::Open => {
                self.at += 1;
                let inner = self.or()?;
                let end = self.eat(&TokenKind::Close).ok_or_else(|| self.fault())?.end;
                return Ok((Expr { span: span.start..end, kind: ExprKind::Group(Box::new(inner)) }, true));
            }
            TokenKind::Word(name) => {
                self.at += 1;
                return if self.peek() == Some(&TokenKind::Open) { self.call(name, span) } else { Ok(named(name, span)) };
            }
            _ => return Err(self.fault()),
        };
        self.at += 1;
        Ok((Expr { span, kind }, false))
    }

    fn call(&mut self, name: String, at: Range<usize>) -> Result<(Expr, bool), SyntaxFault> {
        self.at += 1;
        let mut arguments = Vec::new();
        let end = loop {
            if arguments.is_empty()
                && let Some(close) = self.eat(&TokenKind::Close)
            {
                break close.end;
            }
            arguments.push(self.or()?);
            if let Some(close) = self.eat(&TokenKind::Close) {
                break close.end;
            }
            self.eat(&TokenKind::Comma).ok_or_else(|| self.fault())?;
        };
        Ok((Expr { span: at.start..end, kind: ExprKind::Call { name, at, arguments } }, true))
    }
}

/// A word that is no call: a literal or a context.
fn named(name: String, span: Range<usize>) -> (Expr, bool) {
    let (kind, takes) = match name.as_str() {
        "null" => (ExprKind::Null, false),
        "true" => (ExprKind::Boolean(true), false),
        "false" => (ExprKind::Boolean(false), false),
        "NaN" => (ExprKind::Number(f64::NAN), false),
        "Infinity" => (ExprKind::Number(f64::INFINITY), false),
        _ => (ExprKind::Context(name), true),
    };
    (Expr { span, kind }, takes)
}

impl Expr {
    /// The parts of this part.
    pub fn children(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Null | ExprKind::Boolean(_) | ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Context(_) => Vec::new(),
            ExprKind::Property { of, .. } | ExprKind::Star(of) | ExprKind::Not(of) | ExprKind::Group(of) => vec![of],
            ExprKind::Index { of, index } => vec![of, index],
            ExprKind::Call { arguments, .. } => arguments.iter().collect(),
            ExprKind::Binary { left, right, .. } => vec![left, right],
        }
    }

    /// Calls `visit` with this part and all below it, the outer ones first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// The part without the brackets around it.
    pub fn bare(&self) -> &Self {
        let mut part = self;
        while let ExprKind::Group(inner) = &part.kind {
            part = inner;
        }
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_runner_reads_is_read() {
        for text in [
            "github.ref == 'refs/heads/main'",
            "!cancelled() && (success() || failure())",
            "fromJSON(needs.a.outputs.b)[0].c['d-e']",
            "github.event.pull_request.labels.*.name",
            "contains(github.event.*.x, 'y')",
            "format('{0}', 'it''s')",
            "a[*].b",
            "(a || b).c",
            "1 < 2 == true",
            "!!a",
            "-1 == -1.0",
        ] {
            assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
        }
    }

    #[test]
    fn the_first_symbol_that_does_not_fit_is_named() {
        for (text, at, message) in [
            ("a = 'b'", 2, "Unexpected symbol: '='"),
            ("a == \"b\"", 5, "Unexpected symbol: '\"b\"'"),
            ("a.startsWith('x')", 12, "Unexpected symbol: '('"),
            ("a == ", 5, "Unexpected end of expression"),
            ("", 0, "Unexpected end of expression"),
            ("(a", 2, "Unexpected end of expression"),
            ("a b", 2, "Unexpected symbol: 'b'"),
            ("'a'.b", 3, "Unexpected symbol: '.'"),
        ] {
            let fault = parse(text).expect_err(text);
            assert_eq!((fault.span.start, fault.message.as_str()), (at, message), "{text}");
        }
    }

    #[test]
    fn depth_and_length_have_an_end() {
        assert!(parse(&"(".repeat(100_000)).is_err());
        assert!(parse(&format!("{}a{}", "(".repeat(20_000), ")".repeat(900))).is_err());
        assert!(parse(&"!".repeat(20_000)).is_err());
        assert!(parse(&format!("{}a{}", "(".repeat(48), ")".repeat(48))).is_ok());
    }
}
