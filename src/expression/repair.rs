//! Finds the one smallest change that makes a faulty expression what was meant.

use std::ops::Range;

use super::FUNCTIONS;
use super::check::{Fault, FaultKind, Scope};
use super::lexer::{Token, TokenKind, tokens};
use super::parser::parse;
use crate::text::nearest;

/// A change of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// Bytes of the expression that give way to text; in order, not overlapping.
    pub changes: Vec<(Range<usize>, String)>,
    /// What it does, as a deed: `writes the text in single quotes`.
    pub what: String,
}

/// An expression with more slips than this was not meant as one.
const MOST_SLIPS: usize = 24;

/// Expressions longer than this are not repaired, in bytes.
const LONGEST: usize = 4_000;

/// What heals `fault` of the expression `text`; nothing where that is not clear. `homes` are names that a context of this place has:
/// name and context.
pub fn rewrites(text: &str, fault: &Fault, scope: &Scope<'_>, homes: &[(String, &'static str)]) -> Option<Rewrite> {
    let one = |span: &Range<usize>, new: String, what: String| Some(Rewrite { changes: vec![(span.clone(), new)], what });
    match &fault.kind {
        FaultKind::Syntax => syntax(text),
        FaultKind::UnknownContext(name) => {
            let (new, what) = context(text, name, &fault.span, scope, homes)?;
            one(&fault.span, new, what)
        }
        FaultKind::UnknownFunction(name) => {
            let names = FUNCTIONS.iter().map(|function| function.name).chain(scope.functions.iter().copied());
            let right = nearest(name, names)?;
            one(&fault.span, right.to_owned(), format!("calls `{right}` instead of `{name}`"))
        }
        FaultKind::UnknownProperty { name, known } => {
            let right = nearest(name, known.iter().map(String::as_str))?;
            let quoted = text.get(fault.span.clone()).is_some_and(|written| written.starts_with('\''));
            let new = if quoted { format!("'{right}'") } else { right.to_owned() };
            one(&fault.span, new, format!("reads `{right}` instead of `{name}`"))
        }
        FaultKind::Constant { instead: Some(instead) } => {
            let old = text.get(fault.span.clone()).unwrap_or("");
            one(&fault.span, instead.clone(), format!("compares with {instead} instead of {old}"))
        }
        FaultKind::UnavailableContext(_) | FaultKind::UnavailableFunction(_) | FaultKind::Arity | FaultKind::Constant { instead: None } => {
            None
        }
    }
}

/// What a name that is no context stands for.
fn context(text: &str, name: &str, span: &Range<usize>, scope: &Scope<'_>, homes: &[(String, &'static str)]) -> Option<(String, String)> {
    let there = |context: &str| scope.contexts.contains(&context);
    let rename = |new: &str| Some((new.to_owned(), format!("reads `{new}` instead of `{name}`")));
    let owns = text.get(span.end..).is_some_and(|rest| rest.trim_start().starts_with(['.', '[']));
    if !owns && let Some(right) = variable(name).filter(|right| there(right.split('.').next().unwrap_or(""))) {
        return rename(&right);
    }
    let mut of = homes.iter().filter(|(home, context)| home.eq_ignore_ascii_case(name) && there(context));
    if let Some((home, context)) = of.next() {
        let only = of.all(|(_, other)| other == context);
        return if only { rename(&format!("{context}.{home}")) } else { None };
    }
    if owns {
        return rename(nearest(name, scope.contexts.iter().copied())?);
    }
    // A bare word beside a comparison was meant as a text.
    let compared = |rest: &str| rest.starts_with("==") || rest.starts_with("!=");
    let before = text.get(..span.start).unwrap_or("").trim_end();
    let is_operand = before.ends_with("==") || before.ends_with("!=") || compared(text.get(span.end..).unwrap_or("").trim_start());
    let is_shell = name.to_ascii_uppercase() == name;
    (is_operand && !is_shell).then(|| (format!("'{name}'"), format!("writes `{name}` as a text")))
}

/// Variables `GITHUB_*` whose context has the same name and is a text, in lower case
/// (<https://docs.github.com/actions/reference/workflows-and-actions/variables>).
pub const GITHUB_VARIABLES: &[&str] = &[
    "action",
    "action_path",
    "actor",
    "actor_id",
    "api_url",
    "base_ref",
    "env",
    "event_name",
    "event_path",
    "graphql_url",
    "head_ref",
    "job",
    "path",
    "ref",
    "ref_name",
    "ref_protected",
    "ref_type",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "retention_days",
    "run_attempt",
    "run_id",
    "run_number",
    "server_url",
    "sha",
    "token",
    "triggering_actor",
    "workflow",
    "workflow_ref",
    "workflow_sha",
    "workspace",
];

/// The context that an environment variable of the runner repeats.
fn variable(name: &str) -> Option<String> {
    const RUNNER: &[&str] = &["arch", "debug", "environment", "name", "os", "temp", "tool_cache"];
    let of = |prefix: &str, known: &[&str], context: &str| {
        let rest = name.strip_prefix(prefix)?.to_ascii_lowercase();
        known.contains(&rest.as_str()).then(|| format!("{context}.{rest}"))
    };
    of("GITHUB_", GITHUB_VARIABLES, "github").or_else(|| of("RUNNER_", RUNNER, "runner"))
}

/// Mends slip after slip until the expression reads.
fn syntax(text: &str) -> Option<Rewrite> {
    if text.len() > LONGEST {
        return None;
    }
    let mut mended = text.to_owned();
    let mut deeds: Vec<&str> = Vec::new();
    for _ in 0..MOST_SLIPS {
        let Err(fault) = parse(&mended) else { break };
        let (new, what) = slip(&mended, fault.span.start)?;
        if new == mended {
            return None;
        }
        if !deeds.contains(&what) {
            deeds.push(what);
        }
        mended = new;
    }
    parse(&mended).ok()?;
    Some(Rewrite { changes: difference(text, &mended), what: deeds.join(" and ") })
}

/// The expression with the slip at `at` mended, and what that does.
fn slip(text: &str, at: usize) -> Option<(String, &'static str)> {
    let (before, rest) = (text.get(..at)?, text.get(at..)?);
    let put = |new: &str, length: usize| Some(format!("{before}{new}{}", rest.get(length..)?));
    for (open, close) in [('"', '"'), ('“', '”'), ('`', '`'), ('‘', '’'), ('’', '’'), ('”', '”')] {
        if let Some(inner) = rest.strip_prefix(open) {
            let end = inner.find(close)?;
            let content = inner.get(..end)?;
            if content.contains(['\\', '\n']) {
                return None;
            }
            let quoted = format!("'{}'", content.replace('\'', "''"));
            return Some((put(&quoted, open.len_utf8() + end + close.len_utf8())?, "writes the text in single quotes"));
        }
    }
    if rest.starts_with('=') {
        let again = before.ends_with("==") || before.ends_with("!=");
        return if again {
            Some((put("", 1)?, "writes the comparison with two signs"))
        } else {
            Some((put("==", 1)?, "compares with `==`"))
        };
    }
    for (wrong, right, what) in [
        ("&", "&&", "writes `and` as `&&`"),
        ("|", "||", "writes `or` as `||`"),
        ("-eq ", "== ", "compares with `==`"),
        ("-ne ", "!= ", "compares with `!=`"),
    ] {
        if rest.starts_with(wrong) {
            return Some((put(right, wrong.len())?, what));
        }
    }
    word(text, at).or_else(|| dollar(before, rest)).or_else(|| method(text, at)).or_else(|| bracket(text, at))
}

/// `and`, `or`, `not` between or before values.
fn word(text: &str, at: usize) -> Option<(String, &'static str)> {
    let (before, rest) = (text.get(..at)?, text.get(at..)?);
    let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(rest.len());
    match rest.get(..length)?.to_ascii_lowercase().as_str() {
        "and" => return Some((format!("{before}&&{}", rest.get(length..)?), "writes `and` as `&&`")),
        "or" => return Some((format!("{before}||{}", rest.get(length..)?), "writes `or` as `||`")),
        _ => {}
    }
    let trimmed = before.trim_end();
    let head = trimmed.strip_suffix("not").or_else(|| trimmed.strip_suffix("NOT"))?;
    let apart = head.is_empty() || head.ends_with(|c: char| c.is_whitespace() || c == '(');
    (apart && length > 0).then(|| (format!("{head}!{rest}"), "writes `not` as `!`"))
}

/// `$github.ref` and `${github.ref}` as a shell would have it.
fn dollar(before: &str, rest: &str) -> Option<(String, &'static str)> {
    let inner = rest.strip_prefix('$')?;
    let what = "takes off the `$`, which expressions do not have";
    if let Some(inner) = inner.strip_prefix('{') {
        let (name, behind) = inner.split_once('}')?;
        return Some((format!("{before}{}{behind}", name.trim()), what));
    }
    let name = inner.split(|c: char| !c.is_ascii_alphabetic()).next()?;
    super::check::CONTEXTS.contains(&name).then(|| (format!("{before}{inner}"), what))
}

/// `x.startsWith(y)` as `startsWith(x, y)`.
fn method(text: &str, at: usize) -> Option<(String, &'static str)> {
    let tokens = tokens(text);
    let open = tokens.iter().position(|token| token.span.start == at && token.kind == TokenKind::Open)?;
    let TokenKind::Word(name) = &tokens.get(open.checked_sub(1)?)?.kind else { return None };
    let function = ["contains", "startsWith", "endsWith"].into_iter().find(|function| function.eq_ignore_ascii_case(name))?;
    let dot = open.checked_sub(2)?;
    if tokens.get(dot)?.kind != TokenKind::Dot {
        return None;
    }
    let first = receiver(&tokens, dot)?;
    let start = tokens.get(first)?.span.start;
    let owner = text.get(start..tokens.get(dot)?.span.start)?.trim_end();
    let comma = if tokens.get(open + 1)?.kind == TokenKind::Close { "" } else { ", " };
    let (before, behind) = (text.get(..start)?, text.get(at + 1..)?);
    Some((format!("{before}{function}({owner}{comma}{behind}"), "calls the function with what it looks into as its first argument"))
}

/// The first token of the names, dots and indexes that end before token `end`.
fn receiver(tokens: &[Token], end: usize) -> Option<usize> {
    let mut first = end;
    let mut depth = 0_usize;
    while let Some(at) = first.checked_sub(1) {
        match tokens.get(at)?.kind {
            TokenKind::CloseIndex => depth += 1,
            TokenKind::OpenIndex => depth = depth.checked_sub(1)?,
            TokenKind::Word(_) | TokenKind::Dot | TokenKind::Star => {}
            TokenKind::Text(_) | TokenKind::Number(_) if depth > 0 => {}
            _ => break,
        }
        first = at;
    }
    (first < end && depth == 0).then_some(first)
}

/// One bracket too many at the end, or one that is missing there.
fn bracket(text: &str, at: usize) -> Option<(String, &'static str)> {
    let tokens = tokens(text);
    let balance = |open: &TokenKind, close: &TokenKind| {
        let count = |kind: &TokenKind| tokens.iter().filter(|token| token.kind == *kind).count();
        (count(open), count(close))
    };
    let (opened, closed) = balance(&TokenKind::Open, &TokenKind::Close);
    let last = tokens.last()?;
    if at >= text.trim_end().len() && opened == closed + 1 {
        // Behind an operator the bracket could close on either side of it.
        let open = tokens.iter().rposition(|token| token.kind == TokenKind::Open)?;
        let joins = tokens.iter().skip(open).any(|token| matches!(token.kind, TokenKind::Operator("&&" | "||" | "==" | "!=")));
        let end = last.span.end;
        return (!joins).then(|| (format!("{}){}", &text[..end], &text[end..]), "closes the bracket"));
    }
    let surplus = last.kind == TokenKind::Close && last.span.start == at && closed == opened + 1;
    surplus.then(|| (format!("{}{}", &text[..at], &text[at + 1..]), "takes off the bracket that closes nothing"))
}

/// What changed, piece by piece.
fn difference(old: &str, new: &str) -> Vec<(Range<usize>, String)> {
    let diff = similar::TextDiff::from_chars(old, new);
    let (mut at, mut changes): (usize, Vec<(Range<usize>, String)>) = (0, Vec::new());
    for change in diff.iter_all_changes() {
        let text = change.value();
        let joins = changes.last().is_some_and(|(range, _)| range.end == at);
        match change.tag() {
            similar::ChangeTag::Equal => at += text.len(),
            similar::ChangeTag::Delete => {
                match changes.last_mut().filter(|_| joins) {
                    Some((range, _)) => range.end += text.len(),
                    None => changes.push((at..at + text.len(), String::new())),
                }
                at += text.len();
            }
            similar::ChangeTag::Insert => match changes.last_mut().filter(|_| joins) {
                Some((_, new)) => new.push_str(text),
                None => changes.push((at..at, text.to_owned())),
            },
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::faults;
    use super::*;

    fn mended(text: &str) -> Option<String> {
        let types = BTreeMap::new();
        let scope =
            Scope { contexts: &["github", "secrets", "steps", "env", "matrix", "runner"], functions: &["hashFiles"], types: &types };
        let homes = [("os".to_owned(), "matrix"), ("KEY".to_owned(), "env"), ("both".to_owned(), "env"), ("both".to_owned(), "matrix")];
        let fault = faults(text, &scope).into_iter().next()?;
        let rewrite = rewrites(text, &fault, &scope, &homes)?;
        let mut out = text.to_owned();
        for (range, new) in rewrite.changes.into_iter().rev() {
            out.replace_range(range, &new);
        }
        Some(out)
    }

    #[test]
    fn slips_are_mended() {
        for (text, expected) in [
            ("a.b == \"true\" && github.c != \"it's\"", "a.b == 'true' && github.c != 'it''s'"),
            ("matrix.source = 'stable'", "matrix.source == 'stable'"),
            ("github.a === 'b'", "github.a == 'b'"),
            ("github.a and github.b or not github.c", "github.a && github.b || !github.c"),
            ("github.a & github.b", "github.a && github.b"),
            ("github.event.context.startswith('ci: x')", "startsWith(github.event.context, 'ci: x')"),
            ("!github.event.labels.*.name.contains('x')", "!contains(github.event.labels.*.name, 'x')"),
            ("contains(github.ref, 'x'", "contains(github.ref, 'x')"),
            ("contains(github.ref, 'x'))", "contains(github.ref, 'x')"),
            ("secret.TOKEN", "secrets.TOKEN"),
            ("step.a.outputs.b != ''", "steps.a.outputs.b != ''"),
            ("GITHUB_REF", "github.ref"),
            ("RUNNER_OS == 'Linux'", "runner.os == 'Linux'"),
            ("os == 'x'", "matrix.os == 'x'"),
            ("KEY", "env.KEY"),
            ("github.ref_name == main", "github.ref_name == 'main'"),
            ("startWith(github.ref, 'v')", "startsWith(github.ref, 'v')"),
            ("$github.ref", "github.ref"),
            ("${ matrix.os } == 'x'", "matrix.os == 'x'"),
        ] {
            assert_eq!(mended(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_could_be_two_things_is_left_alone() {
        for text in
            ["(github.a || github.b && github.c", "both == 'x'", "whatever", "github.a ? 'b' : 'c'", "'open", "x.y", "NOT_KNOWN == 'x'", ""]
        {
            assert_eq!(mended(text), None, "{text}");
        }
    }
}
