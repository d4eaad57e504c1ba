//! The language of `${{ … }}`: read with spans, typed, and judged by what stands where it is written.
//!
//! Grammar, functions and limits are those of actions/runner (`src/Sdk/DTExpressions2`), contexts those of its
//! `workflow-v1.0.json` and `action_yaml.json`.

mod check;
mod functions;
mod lexer;
mod parser;
mod repair;
mod template;
mod types;
mod written;

pub use check::{Fault, FaultKind, Scope, faults};
pub use functions::{FUNCTIONS, Function, STATUS, function};
pub use lexer::{Token, TokenKind, tokens};
pub use parser::{Expr, ExprKind, Operator, SyntaxFault, parse};
pub use repair::{GITHUB_VARIABLES, Rewrite, rewrites};
pub use template::{Part, is_template, parts};
pub use types::{Type, property};
pub use written::Written;

/// Characters that one expression may have.
pub const LONGEST: usize = 21_000;

/// Levels that one expression may nest.
pub const DEEPEST: usize = 50;
