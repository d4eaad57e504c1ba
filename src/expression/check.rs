//! Judges an expression by where it stands: contexts and functions that are there, properties, comparisons.

use std::collections::BTreeMap;
use std::ops::Range;

use super::functions::function;
use super::lexer::value;
use super::parser::{Expr, ExprKind, Operator, parse};
use super::types::{Type, property};

/// The names of all contexts (<https://docs.github.com/actions/reference/workflows-and-actions/contexts>).
pub(super) const CONTEXTS: &[&str] =
    &["github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix", "needs", "inputs"];

/// What is there at a place of a workflow.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// Contexts that may be named.
    pub contexts: &'a [&'a str],
    /// Functions that may be called, besides those that are everywhere.
    pub functions: &'a [&'a str],
    /// What is known of the contexts; one that is missing here is known by name only.
    pub types: &'a BTreeMap<&'a str, Type>,
}

/// Something that is wrong with an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The bytes that are wrong, in the expression.
    pub span: Range<usize>,
    /// What is wrong, in the platform's words where it has any.
    pub message: String,
    /// What kind of fault it is.
    pub kind: FaultKind,
}

/// What kind of fault it is.
#[derive(Debug, Clone, PartialEq)]
pub enum FaultKind {
    /// The text is no expression.
    Syntax,
    /// No context is called so.
    UnknownContext(String),
    /// This context is not there at this place.
    UnavailableContext(String),
    /// No function is called so.
    UnknownFunction(String),
    /// This function is not there at this place.
    UnavailableFunction(String),
    /// A function has too few or too many arguments.
    Arity,
    /// A property that is certainly not there, so that the value is empty.
    UnknownProperty {
        /// The name.
        name: String,
        /// The names that are there.
        known: Vec<String>,
    },
    /// A comparison whose outcome never changes.
    Constant {
        /// What could be written instead of the bytes of the fault.
        instead: Option<String>,
    },
}

impl FaultKind {
    /// Whether the platform refuses the file for it; else the value is merely not what it looks like.
    pub const fn is_refused(&self) -> bool {
        !matches!(self, Self::UnknownProperty { .. } | Self::Constant { .. })
    }
}

/// Everything that is wrong with the expression `text` at a place of this scope.
pub fn faults(text: &str, scope: &Scope<'_>) -> Vec<Fault> {
    let tree = match parse(text) {
        Ok(tree) => tree,
        Err(fault) => return vec![Fault { span: fault.span, message: fault.message, kind: FaultKind::Syntax }],
    };
    let mut checker = Checker { text, scope, compared: Vec::new(), faults: Vec::new() };
    checker.typed(&tree);
    checker.without_alternatives()
}

struct Checker<'a> {
    text: &'a str,
    scope: &'a Scope<'a>,
    /// What was compared with a literal: the fault that it made, if any, and its text.
    compared: Vec<(Option<usize>, String)>,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn note(&mut self, span: &Range<usize>, message: String, kind: FaultKind) {
        self.faults.push(Fault { span: span.clone(), message, kind });
    }

    /// The faults, but comparisons of which another one in the expression asks the same value: `x == true || x == 'true'`.
    fn without_alternatives(self) -> Vec<Fault> {
        let is_slip = |index: usize| match self.faults.get(index).map(|fault| &fault.kind) {
            Some(FaultKind::Constant { instead: Some(instead) }) => !matches!(instead.as_str(), "true" | "false" | "'true'" | "'false'"),
            _ => false,
        };
        let again = |index: usize| {
            let subject = self.compared.iter().find(|(fault, _)| *fault == Some(index)).map(|(_, subject)| subject);
            subject.is_some_and(|subject| self.compared.iter().filter(|(_, other)| other == subject).count() > 1)
        };
        let keep: Vec<bool> = (0..self.faults.len()).map(|index| is_slip(index) || !again(index)).collect();
        self.faults.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(fault, _)| fault).collect()
    }

    fn typed(&mut self, part: &Expr) -> Type {
        match &part.kind {
            ExprKind::Null => Type::Null,
            ExprKind::Boolean(_) => Type::Boolean,
            ExprKind::Number(_) => Type::Number,
            ExprKind::Text(text) => Type::Words(vec![text.clone()]),
            ExprKind::Context(name) => self.context(name, &part.span),
            ExprKind::Property { of, name, at } => {
                let owner = self.typed(of);
                self.property(&owner, name, at, &part.span)
            }
            ExprKind::Index { of, index } => self.index(of, index, &part.span),
            ExprKind::Star(of) => match self.typed(of) {
                list @ Type::List(_) => list,
                _ => Type::List(Box::new(Type::Any)),
            },
            ExprKind::Call { name, at, arguments } => self.call(name, at, arguments, &part.span),
            ExprKind::Not(of) => {
                self.typed(of);
                Type::Boolean
            }
            ExprKind::Binary { operator, left, right } => self.binary(*operator, left, right, &part.span),
            ExprKind::Group(of) => self.typed(of),
        }
    }

    fn context(&mut self, name: &str, span: &Range<usize>) -> Type {
        let lower = name.to_ascii_lowercase();
        if self.scope.contexts.contains(&lower.as_str()) {
            return self.scope.types.get(lower.as_str()).cloned().unwrap_or_default();
        }
        let message = format!("Unrecognized named-value: '{name}'");
        let known = CONTEXTS.contains(&lower.as_str());
        let kind = if known { FaultKind::UnavailableContext(lower) } else { FaultKind::UnknownContext(name.to_owned()) };
        self.note(span, message, kind);
        Type::Any
    }

    fn property(&mut self, owner: &Type, name: &str, at: &Range<usize>, whole: &Range<usize>) -> Type {
        property(owner, name).unwrap_or_else(|known| {
            let written = super::template::shortened(self.text.get(whole.clone()).unwrap_or(name));
            let message = format!("there is no `{written}` here, so the value is empty");
            self.note(at, message, FaultKind::UnknownProperty { name: name.to_owned(), known });
            Type::Any
        })
    }

    fn index(&mut self, of: &Expr, index: &Expr, whole: &Range<usize>) -> Type {
        let owner = self.typed(of);
        let key = self.typed(index);
        match (&index.bare().kind, &owner, key) {
            (ExprKind::Text(name), Type::Closed(_) | Type::Open(_), _) => self.property(&owner, name, &index.span, whole),
            (_, Type::List(item), Type::Number) => (**item).clone(),
            _ => Type::Any,
        }
    }

    fn call(&mut self, name: &str, at: &Range<usize>, arguments: &[Expr], span: &Range<usize>) -> Type {
        for argument in arguments {
            self.typed(argument);
        }
        let Some(function) = function(name) else {
            self.note(at, format!("Unrecognized function: '{name}'"), FaultKind::UnknownFunction(name.to_owned()));
            return Type::Any;
        };
        let everywhere = super::FUNCTIONS.contains(&function);
        if !everywhere && !self.scope.functions.contains(&function.name) {
            let kind = FaultKind::UnavailableFunction(function.name.to_owned());
            self.note(at, format!("Unrecognized function: '{name}'"), kind);
        } else if arguments.len() < function.least || function.name == "case" && arguments.len().is_multiple_of(2) {
            let message = format!("Too few parameters supplied: '{name}'");
            self.note(span, message, FaultKind::Arity);
        } else if arguments.len() > function.most {
            self.note(span, format!("Too many parameters supplied: '{name}'"), FaultKind::Arity);
        }
        if function.name == "format" {
            self.placeholders(arguments, span);
        }
        match function.name {
            "contains" | "endsWith" | "startsWith" | "always" | "cancelled" | "success" | "failure" => Type::Boolean,
            "format" | "join" | "toJSON" | "hashFiles" => Type::Text,
            _ => Type::Any,
        }
    }

    /// A format that names more arguments than there are: the evaluation fails.
    fn placeholders(&mut self, arguments: &[Expr], span: &Range<usize>) {
        let Some(ExprKind::Text(text)) = arguments.first().map(|first| &first.bare().kind) else { return };
        let given = arguments.len() - 1;
        if placeholders(text).any(|index| index >= given) {
            let message =
                format!("The following format string references more arguments than were supplied: {}", super::template::shortened(text));
            self.note(span, message, FaultKind::Arity);
        }
    }

    fn binary(&mut self, operator: Operator, left: &Expr, right: &Expr, span: &Range<usize>) -> Type {
        let (one, other) = (self.typed(left), self.typed(right));
        match operator {
            Operator::Or | Operator::And => return if one == other { one } else { Type::Any },
            Operator::Ordered => return Type::Boolean,
            Operator::Equal | Operator::Unequal => {}
        }
        let literal =
            |part: &Expr| matches!(part.bare().kind, ExprKind::Null | ExprKind::Boolean(_) | ExprKind::Number(_) | ExprKind::Text(_));
        let (value, wanted, of) = match (literal(left), literal(right)) {
            (false, true) => (right.bare(), &one, left),
            (true, false) => (left.bare(), &other, right),
            _ => return Type::Boolean,
        };
        let subject = self.text.get(of.span.clone()).unwrap_or("").to_ascii_lowercase();
        let Some((why, instead)) = never(value, wanted) else {
            self.compared.push((None, subject));
            return Type::Boolean;
        };
        self.compared.push((Some(self.faults.len()), subject));
        let outcome = if operator == Operator::Equal { "never true" } else { "always true" };
        let at = if instead.is_some() { &value.span } else { span };
        self.note(at, format!("this comparison is {outcome}: {why}"), FaultKind::Constant { instead });
        Type::Boolean
    }
}

/// The numbers of the arguments that a format names: `{0}`; doubled braces are characters.
fn placeholders(text: &str) -> impl Iterator<Item = usize> {
    let plain = text.replace("{{", "").replace("}}", "");
    let pieces: Vec<usize> =
        plain.split('{').skip(1).filter_map(|piece| piece.split_once('}')).filter_map(|(number, _)| number.parse().ok()).collect();
    pieces.into_iter()
}

/// Why a literal never equals a value of a type, and what equals it where that is clear.
fn never(literal: &Expr, of: &Type) -> Option<(String, Option<String>)> {
    match (&literal.kind, of) {
        (_, of) if of.is_collection() => Some(("the other side is an object or a list, which equals no plain value".to_owned(), None)),
        (ExprKind::Text(text), Type::Boolean) if number(text).is_none() => {
            let instead = matches!(text.to_ascii_lowercase().as_str(), "true" | "false").then(|| text.to_ascii_lowercase());
            Some(("the other side is `true` or `false`, which equals no text".to_owned(), instead))
        }
        (ExprKind::Boolean(truth), Type::Words(words)) if !words.is_empty() && words.iter().all(|word| number(word).is_none()) => {
            let text = words.iter().find(|word| **word == truth.to_string()).map(|word| format!("'{word}'"));
            Some(("the other side is a text, which equals neither `true` nor `false`".to_owned(), text))
        }
        (ExprKind::Text(text), Type::Words(words)) if !words.is_empty() => {
            let same = |word: &&String| word.to_lowercase() == text.to_lowercase();
            if words.iter().any(|word| same(&word)) {
                return None;
            }
            let instead = meant(text, words).map(|word| format!("'{}'", word.replace('\'', "''")));
            Some((other_side(words), instead))
        }
        (ExprKind::Text(text), Type::Seen(words)) => {
            let same = |word: &&String| word.to_lowercase() == text.to_lowercase();
            let slip = if words.iter().any(|word| same(&word)) { None } else { meant(text, words) };
            slip.map(|word| (other_side(words), Some(format!("'{}'", word.replace('\'', "''")))))
        }
        (ExprKind::Number(wanted), Type::Words(words)) if !words.is_empty() => {
            let holds = words.iter().any(|word| number(word) == Some(*wanted));
            (!holds).then(|| (other_side(words), None))
        }
        _ => None,
    }
}

/// The number that the platform makes of a text: nothing is 0, other words are no number.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.is_empty() { Some(0.0) } else { value(text) }
}

/// Words as people call what the platform calls otherwise, and what it is.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("failed", "failure"),
    ("fail", "failure"),
    ("succeeded", "success"),
    ("successful", "success"),
    ("passed", "success"),
    ("canceled", "cancelled"),
    ("ubuntu", "Linux"),
    ("ubuntu-latest", "Linux"),
    ("mac", "macOS"),
    ("osx", "macOS"),
    ("darwin", "macOS"),
    ("macos-latest", "macOS"),
    ("win32", "Windows"),
    ("windows-latest", "Windows"),
    ("pr", "pull_request"),
    ("cron", "schedule"),
    ("tags", "tag"),
    ("branches", "branch"),
    ("heads", "branch"),
];

fn meant<'a>(text: &str, words: &'a [String]) -> Option<&'a str> {
    let lower = text.to_lowercase();
    let other = OTHER_NAMES.iter().find(|(name, _)| *name == lower).map(|(_, word)| *word);
    let other = other.and_then(|word| words.iter().find(|known| known.as_str() == word)).map(String::as_str);
    // Another version is no slip of writing.
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let near = || crate::text::nearest(text, words.iter().map(String::as_str)).filter(|near| digits(near) == digits(text));
    other.or_else(near)
}

fn other_side(words: &[String]) -> String {
    if words.len() > 8 {
        return "the other side never has this value".to_owned();
    }
    let shown: Vec<String> = words.iter().filter(|word| !word.is_empty()).map(|word| format!("`{word}`")).collect();
    format!("the other side is {}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        let types = BTreeMap::from([
            ("github", Type::closed([("ref", Type::Text), ("event_name", Type::words(["push", "pull_request"])), ("event", Type::Any)])),
            ("runner", Type::closed([("os", Type::words(["Linux", "Windows", "macOS"]))])),
            ("inputs", Type::closed([("flag", Type::Boolean)])),
            ("needs", Type::closed([("a", Type::closed([("result", Type::words(["success", "failure"]))]))])),
        ]);
        let scope = Scope { contexts: &["github", "runner", "inputs", "needs", "env"], functions: &["hashFiles"], types: &types };
        faults(text, &scope).into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn sound_expressions_pass() {
        for text in [
            "github.ref == 'refs/heads/main' && GitHub.Event_Name == 'PUSH'",
            "env.anything == 1 || inputs.flag == true || inputs.flag == '1'",
            "hashFiles('**/x') != '' && contains(fromJSON('[1]'), 1)",
            "needs.*.result",
            "contains(needs.*.result, 'failure')",
            "case(true, 1, 2)",
            "format('{0} {{1}}', 1)",
        ] {
            assert_eq!(messages(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_is_not_there_is_named() {
        for (text, expected) in [
            ("secret.x", "Unrecognized named-value: 'secret'"),
            ("secrets.x", "Unrecognized named-value: 'secrets'"),
            ("startWith('a', 'b')", "Unrecognized function: 'startWith'"),
            ("always()", "Unrecognized function: 'always'"),
            ("contains('a')", "Too few parameters supplied: 'contains'"),
            ("format('{0} {1} {{2}}', 1)", "The following format string references more arguments than were supplied: {0} {1} {{2}}"),
            ("toJSON(1, 2)", "Too many parameters supplied: 'toJSON'"),
            ("github.refs", "there is no `github.refs` here, so the value is empty"),
            ("needs['b'].result", "there is no `needs['b']` here, so the value is empty"),
            ("github.event_name == 'pull-request'", "this comparison is never true: the other side is `push`, `pull_request`"),
            ("runner.os != 'ubuntu'", "this comparison is always true: the other side is `Linux`, `Windows`, `macOS`"),
            ("inputs.flag == 'true'", "this comparison is never true: the other side is `true` or `false`, which equals no text"),
            ("needs.a == 'success'", "this comparison is never true: the other side is an object or a list, which equals no plain value"),
        ] {
            assert_eq!(messages(text), [expected], "{text}");
        }
    }
}
