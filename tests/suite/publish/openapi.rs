//! Every request and reply against GitHub's own description of its API, as the npm package `@octokit/openapi` ships it. `.ci/run`
//! installs it; without it the check is skipped, and says so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use serde_json::{Map, Value, json};

use super::super::support::github::Exchange;

/// Paths that the description does not have: GraphQL is none of REST, and the review's endpoint is younger than the package.
const BESIDE: &[&str] = &["/graphql", "/copilot-code-review", "/api/graphql"];

fn place() -> PathBuf {
    let usual =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ci-tools/openapi/node_modules/@octokit/openapi/generated/api.github.com.json");
    std::env::var_os("AUTOHEAL_OPENAPI").map_or(usual, PathBuf::from)
}

static TEXT: LazyLock<Option<Value>> = LazyLock::new(|| {
    let text = std::fs::read(place()).ok()?;
    Some(serde_json::from_slice(&text).unwrap())
});

/// Schemas that were put together already, by operation and side.
static BUILT: LazyLock<Mutex<BTreeMap<String, Value>>> = LazyLock::new(|| Mutex::new(BTreeMap::new()));

/// Checks exchanges; the number of those that the description covers.
pub(super) fn check(exchanges: &[Exchange]) -> Option<usize> {
    let Some(text) = TEXT.as_ref() else {
        eprintln!("skipped: no {} here (`npm install @octokit/openapi`, as .ci/run does)", place().display());
        return None;
    };
    let mut covered = 0;
    for exchange in exchanges.iter().filter(|exchange| !BESIDE.iter().any(|path| exchange.path.contains(path))) {
        let path = exchange.path.split('?').next().unwrap();
        let (name, operation) =
            operation(text, &exchange.method, path).unwrap_or_else(|| panic!("GitHub documents no {}", exchange.line()));
        query(text, operation, exchange);
        request(text, name, operation, exchange);
        if !exchange.injected {
            reply(text, name, operation, exchange);
        }
        covered += 1;
    }
    Some(covered)
}

/// The operation whose template fits; one without a variable in a place goes before one with.
fn operation<'a>(text: &'a Value, method: &str, path: &str) -> Option<(&'a str, &'a Value)> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let wanted: Vec<&str> = template.split('/').collect();
        // `{ref}` and `{path}` take slashes.
        let open = wanted.last().is_some_and(|last| matches!(*last, "{ref}" | "{path}"));
        (wanted.len() == parts.len() || open && wanted.len() < parts.len())
            && wanted.iter().zip(&parts).all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
    };
    let mut found: Vec<&String> = text["paths"].as_object()?.keys().filter(|template| fits(template)).collect();
    found.sort_by_key(|template| template.matches('{').count());
    let name = found.first()?;
    Some((name.as_str(), text["paths"][name.as_str()].get(method.to_ascii_lowercase())?))
}

fn resolve<'a>(text: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => text.pointer(reference.strip_prefix('#').unwrap()).unwrap(),
        None => value,
    }
}

fn query(text: &Value, operation: &Value, exchange: &Exchange) {
    let Some((_, query)) = exchange.path.split_once('?') else { return };
    let known: BTreeSet<&str> =
        operation["parameters"].as_array().unwrap().iter().map(|parameter| resolve(text, parameter)["name"].as_str().unwrap()).collect();
    for name in query.split('&').map(|pair| pair.split('=').next().unwrap()) {
        assert!(known.contains(name), "{} has no parameter {name}", exchange.line());
    }
}

fn request(text: &Value, name: &str, operation: &Value, exchange: &Exchange) {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    match (&exchange.body, schema) {
        (None, _) => assert_ne!(operation["requestBody"]["required"], true, "{} lacks its body", exchange.line()),
        (Some(body), Value::Null) => panic!("{} takes no body: {body}", exchange.line()),
        (Some(body), schema) => {
            judge(text, &format!("{} {name} request", exchange.method), schema, body, Side::Request, exchange);
            let known = schema["properties"].as_object();
            for key in body.as_object().into_iter().flatten().map(|(key, _)| key).filter(|_| known.is_some()) {
                assert!(known.unwrap().contains_key(key), "{} documents no field {key}", exchange.line());
            }
        }
    }
}

fn reply(text: &Value, name: &str, operation: &Value, exchange: &Exchange) {
    let response = resolve(text, &operation["responses"][exchange.status.to_string()]);
    // Refusals that hold for every operation are not listed with each, and neither is the answer to a conditional request.
    if response.is_null() {
        assert!(
            matches!(exchange.status, 304 | 401 | 403 | 404 | 422 | 429 | 500 | 502),
            "{} documents no {}",
            exchange.line(),
            exchange.status
        );
        return;
    }
    let schema = &response["content"]["application/json"]["schema"];
    if let (Some(reply), false) = (&exchange.reply, schema.is_null()) {
        judge(text, &format!("{} {name} {}", exchange.method, exchange.status), schema, reply, Side::Reply, exchange);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Request,
    Reply,
}

fn judge(text: &Value, key: &str, schema: &Value, value: &Value, side: Side, exchange: &Exchange) {
    let whole = BUILT.lock().unwrap().entry(key.to_owned()).or_insert_with(|| whole(text, schema, side)).clone();
    let validator = jsonschema::validator_for(&whole).unwrap();
    let wrong: Vec<String> = validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(wrong.is_empty(), "{} ({key}): {}\n{value}", exchange.line(), wrong.join("; "));
}

/// The schema with everything it refers to, and with OpenAPI's `nullable` in JSON Schema's words. The server says only what the
/// program reads, so that its replies are held to types and names, not to completeness.
fn whole(text: &Value, schema: &Value, side: Side) -> Value {
    let mut root = converted(schema, side);
    let mut components = Map::new();
    let mut open: Vec<String> = references(schema);
    while let Some(reference) = open.pop() {
        let name = reference.rsplit('/').next().unwrap().to_owned();
        if components.contains_key(&name) {
            continue;
        }
        let found = text.pointer(reference.strip_prefix('#').unwrap()).unwrap();
        open.extend(references(found));
        components.insert(name, converted(found, side));
    }
    root["components"] = json!({"schemas": components});
    root
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => {
            let own = map.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter()
                .chain(map.iter().filter(|(key, _)| *key != "example" && *key != "examples").flat_map(|(_, value)| references(value)))
                .collect()
        }
        Value::Array(list) => list.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn converted(value: &Value, side: Side) -> Value {
    match value {
        Value::Array(list) => list.iter().map(|value| converted(value, side)).collect(),
        Value::Object(map) => {
            let mut out = Map::new();
            for (key, value) in map {
                match key.as_str() {
                    "required" if side == Side::Reply && value.is_array() => {}
                    "oneOf" if side == Side::Reply => drop(out.insert("anyOf".to_owned(), converted(value, side))),
                    "example" | "examples" | "nullable" | "format" | "discriminator" | "default"
                        if !value.is_object() || key.starts_with("example") => {}
                    _ => drop(out.insert(key.clone(), converted(value, side))),
                }
            }
            if map.get("nullable") == Some(&Value::Bool(true)) { nullable(out) } else { out.into() }
        }
        other => other.clone(),
    }
}

fn nullable(schema: Map<String, Value>) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}
