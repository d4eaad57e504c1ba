//! Turns the table into a JSON schema, which editors check the file against while it is written.

use serde_json::{Map, Value, json};

use super::table::{Key, Shape, TABLE, Text};

/// The schema, draft 2020-12.
pub fn schema() -> Value {
    let mut root = mapping(TABLE);
    if let Value::Object(root) = &mut root {
        root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        root.insert("$id".to_owned(), json!(concat!(env!("CARGO_PKG_REPOSITORY"), "/raw/main/docs/autoheal.schema.json")));
        root.insert("title".to_owned(), json!("gh-autoheal: .github/autoheal.yml"));
        // An empty file sets no limit.
        root.insert("type".to_owned(), json!(["object", "null"]));
    }
    root
}

fn mapping(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let needed: Vec<&str> = keys.iter().filter(|key| key.needed).map(|key| key.name).collect();
    let mut schema = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if let (Value::Object(schema), false) = (&mut schema, needed.is_empty()) {
        schema.insert("required".to_owned(), json!(needed));
    }
    schema
}

fn property(key: &Key) -> Value {
    let mut schema = shape(&key.shape);
    if let Value::Object(schema) = &mut schema {
        let otherwise = if key.otherwise.is_empty() { String::new() } else { format!(" Without it, {}.", key.otherwise) };
        schema.insert("description".to_owned(), json!(format!("{}{otherwise}", key.about)));
    }
    schema
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::One => json!({ "const": 1 }),
        Shape::Word(words) => json!({ "enum": words.iter().map(|(word, _)| *word).collect::<Vec<_>>() }),
        Shape::Text(form) => text(form),
        Shape::List(inner) => json!({ "type": "array", "minItems": 1, "items": self::shape(inner) }),
        Shape::Mapping(keys) => mapping(keys),
        Shape::TextOrMapping(form, keys) => json!({ "oneOf": [text(form), mapping(keys)] }),
        Shape::Values => {
            json!({ "type": "object", "minProperties": 1, "additionalProperties": { "type": ["string", "number", "boolean"] } })
        }
    }
}

fn text(form: &Text) -> Value {
    json!({ "type": "string", "pattern": form.form })
}
