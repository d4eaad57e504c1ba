//! The functions of expressions.

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// As the documentation writes it; case does not matter.
    pub name: &'static str,
    /// Arguments that it needs.
    pub least: usize,
    /// Arguments that it takes.
    pub most: usize,
}

const fn new(name: &'static str, least: usize, most: usize) -> Function {
    Function { name, least, most }
}

/// Functions that are there wherever expressions are (actions/runner, `ExpressionConstants`; `case` since 2026-01).
pub const FUNCTIONS: &[Function] = &[
    new("contains", 2, 2),
    new("endsWith", 2, 2),
    new("format", 1, 255),
    new("join", 1, 2),
    new("startsWith", 2, 2),
    new("toJSON", 1, 1),
    new("fromJSON", 1, 1),
    new("case", 3, 255),
];

/// Functions that ask how the job or step fares: in conditions only.
pub const STATUS: &[Function] = &[new("always", 0, 0), new("cancelled", 0, 0), new("success", 0, 255), new("failure", 0, 255)];

const HASH_FILES: Function = new("hashFiles", 1, 255);

/// The function of this name, in whatever case.
pub fn function(name: &str) -> Option<Function> {
    FUNCTIONS.iter().chain(STATUS).chain([&HASH_FILES]).find(|function| function.name.eq_ignore_ascii_case(name)).copied()
}
