//! Turns a text with expressions into a pattern that its evaluated form fits.

/// A text in which each `${{ … }}` may have become anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Stands in the evaluated text as it is.
    Literal(String),
    /// An expression, without its braces, trimmed.
    Expression(String),
}

impl Pattern {
    /// Reads `text`; an expression that is not closed is literal.
    pub fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find("${{") {
            let Some(length) = expression_end(&rest[start + 3..]) else { break };
            push_literal(&mut pieces, &rest[..start]);
            pieces.push(Piece::Expression(rest[start + 3..start + 3 + length].trim().to_owned()));
            rest = &rest[start + 3 + length + 2..];
        }
        push_literal(&mut pieces, rest);
        Self { pieces }
    }

    /// Whether it has no expression.
    pub fn is_literal(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Literal(_)))
    }

    /// How many characters other than white space it fixes.
    pub fn weight(&self) -> usize {
        self.literals().map(|literal| literal.chars().filter(|c| !c.is_whitespace()).count()).sum()
    }

    /// Expressions for which `known` has a value become that value.
    #[must_use]
    pub fn with_values(&self, known: impl Fn(&str) -> Option<String>) -> Self {
        let mut pieces = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => push_literal(&mut pieces, literal),
                Piece::Expression(expression) => match known(expression) {
                    Some(value) => push_literal(&mut pieces, &value),
                    None => pieces.push(piece.clone()),
                },
            }
        }
        Self { pieces }
    }

    /// The same pattern over changed literals, to compare with a text changed in the same way.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        let mut pieces = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => push_literal(&mut pieces, &change(literal)),
                Piece::Expression(_) => pieces.push(piece.clone()),
            }
        }
        Self { pieces }
    }

    /// This pattern followed by another.
    #[must_use]
    pub fn then(mut self, other: &Self) -> Self {
        for piece in &other.pieces {
            match piece {
                Piece::Literal(literal) => push_literal(&mut self.pieces, literal),
                Piece::Expression(_) => self.pieces.push(piece.clone()),
            }
        }
        self
    }

    /// Whether `text` is an evaluated form of it.
    pub fn fits(&self, text: &str) -> bool {
        let Some((first, middle)) = self.pieces.split_first() else { return text.is_empty() };
        let mut rest = text;
        if let Piece::Literal(literal) = first {
            let Some(behind) = rest.strip_prefix(literal.as_str()) else { return false };
            rest = behind;
            if middle.is_empty() {
                return rest.is_empty();
            }
        }
        let last = self.pieces.len() - 1;
        for (index, piece) in self.pieces.iter().enumerate().skip(1) {
            let Piece::Literal(literal) = piece else { continue };
            if index == last {
                return rest.ends_with(literal.as_str());
            }
            let Some(found) = rest.find(literal.as_str()) else { return false };
            rest = &rest[found + literal.len()..];
        }
        true
    }

    /// Whether `start` is the beginning of an evaluated form of it.
    pub fn fits_start(&self, start: &str) -> bool {
        let mut rest = start;
        let mut open = false;
        for piece in &self.pieces {
            let Piece::Literal(literal) = piece else {
                open = true;
                continue;
            };
            let found = if open { rest.find(literal.as_str()) } else { rest.starts_with(literal.as_str()).then_some(0) };
            let Some(found) = found else { return open || literal.starts_with(rest) };
            rest = &rest[found + literal.len()..];
            open = false;
        }
        open || rest.is_empty()
    }

    /// The text, when it has no expression.
    pub fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(literal)] => Some(literal),
            _ => None,
        }
    }

    fn literals(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| if let Piece::Literal(literal) = piece { Some(literal.as_str()) } else { None })
    }
}

fn push_literal(pieces: &mut Vec<Piece>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(Piece::Literal(last)) = pieces.last_mut() {
        last.push_str(text);
    } else {
        pieces.push(Piece::Literal(text.to_owned()));
    }
}

/// Where the expression's `}}` stands: the first outside of its `'strings'`.
fn expression_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && text.as_bytes().get(offset + 1) == Some(&b'}') => return Some(offset),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_fit_anything_and_literals_only_themselves() {
        let pattern = Pattern::new("echo ${{ matrix.os }} and ${{ format('}}', 1) }}!");
        assert!(pattern.fits("echo ubuntu and and x!"));
        assert!(pattern.fits("echo  and !"));
        assert!(!pattern.fits("echo ubuntu and x"));
        assert!(!pattern.fits("say ubuntu and x!"));
        assert!(Pattern::new("plain").fits("plain"));
        assert!(!Pattern::new("plain").fits("plainer"));
        assert!(Pattern::new("").fits(""));
        assert!(Pattern::new("${{ x }}").fits(""));
    }

    #[test]
    fn a_literal_at_both_ends_is_not_used_twice() {
        assert!(!Pattern::new("ab${{ x }}b").fits("ab"));
        assert!(Pattern::new("ab${{ x }}b").fits("abb"));
    }

    #[test]
    fn a_cut_text_fits_as_far_as_it_goes() {
        let pattern = Pattern::new("test (${{ matrix.a }}, long value)");
        assert!(pattern.fits_start("test (x, long va"));
        assert!(pattern.fits_start("test (x"));
        assert!(pattern.fits_start("te"));
        assert!(!pattern.fits_start("tests"));
    }

    #[test]
    fn known_values_take_their_place() {
        let pattern = Pattern::new("a ${{ matrix.os }} ${{ github.ref }}");
        let filled = pattern.with_values(|expression| (expression == "matrix.os").then(|| "linux".to_owned()));
        assert!(filled.fits("a linux main"));
        assert!(!filled.fits("a macos main"));
    }
}
