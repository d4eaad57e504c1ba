//! Turns JSON and a jq expression into the lines that gh would print: texts without quotes, all else as JSON.

use jaq_core::load::{Arena, File, Loader, parse};
use jaq_core::{Compiler, Ctx, Vars, data, load, unwrap_valr};
use jaq_json::{Val, read};

use crate::failure::{Failure, Kind};

/// Runs an expression over a document.
///
/// # Errors
/// When the expression does not parse, names what is not there, or fails on the document.
pub(super) fn filtered(expression: &str, json: &str) -> Result<String, Failure> {
    let input =
        read::parse_single(json.as_bytes()).map_err(|error| Failure::new(Kind::Internal, format!("the result is no JSON: {error}")))?;
    let arena = Arena::default();
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let modules = Loader::new(definitions).load(&arena, File { code: expression, path: () }).map_err(|errors| wrong(&unparsed(&errors)))?;
    let filter = Compiler::default().with_funs(functions).compile(modules).map_err(|errors| wrong(&undefined(&errors)))?;
    let context = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
    let mut out = String::new();
    for value in filter.id.run((context, input)).map(unwrap_valr) {
        match value {
            Ok(Val::TStr(text)) => out.push_str(&String::from_utf8_lossy(&text)),
            Ok(other) => out.push_str(&other.to_string()),
            Err(error) => return Err(wrong(&error.to_string())),
        }
        out.push('\n');
    }
    Ok(out)
}

fn wrong(what: &str) -> Failure {
    Failure::new(Kind::Jq, format!("--jq: {what}")).hint("see the names with `--json`; for example: --jq '.failures[].cause.text'")
}

fn unparsed(errors: &load::Errors<&str, ()>) -> String {
    let first = errors.first().map(|(_, error)| match error {
        load::Error::Io(list) => list.first().map_or_else(String::new, |(path, error)| format!("cannot load {path}: {error}")),
        load::Error::Lex(list) => list.first().map_or_else(String::new, |(expected, rest)| expectation(expected.as_str(), rest)),
        load::Error::Parse(list) => {
            list.first().map_or_else(String::new, |error: &parse::Error<&str>| expectation(error.0.as_str(), error.1))
        }
    });
    first.unwrap_or_else(|| "the expression does not parse".to_owned())
}

fn expectation(expected: &str, rest: &str) -> String {
    let found = rest.chars().take(20).collect::<String>();
    if found.is_empty() { format!("expected {expected} at the end") } else { format!("expected {expected}, found `{found}`") }
}

fn undefined(errors: &jaq_core::compile::Errors<&str, ()>) -> String {
    let first = errors.iter().flat_map(|(_, list)| list).next();
    first.map_or_else(|| "the expression does not compile".to_owned(), |(name, kind)| format!("there is no {} `{name}`", kind.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_their_quotes_as_in_gh() {
        let json = r#"{"failures":[{"rule":"a","line":1},{"rule":null,"line":2}]}"#;
        assert_eq!(filtered(".failures[].rule", json).unwrap(), "a\nnull\n");
        assert_eq!(filtered("[.failures[].line] | add", json).unwrap(), "3\n");
        assert_eq!(filtered(".failures | map(.rule) | @json", json).unwrap(), "[\"a\",null]\n");
        assert_eq!(filtered(".failures[0]", json).unwrap(), "{\"rule\":\"a\",\"line\":1}\n");
    }

    #[test]
    fn a_wrong_expression_says_where() {
        for wrong in [".[", "nope", ".a | error(\"x\")", "\"", "$x", "1 as"] {
            let failure = filtered(wrong, r#"{"a":1}"#).unwrap_err();
            assert_eq!(failure.kind, Kind::Jq, "{wrong}");
            assert!(failure.message.len() > 8, "{wrong}: {}", failure.message);
        }
        assert_eq!(filtered("nope", "1").unwrap_err().message, "--jq: there is no filter `nope`");
    }
}
