//! `qftpsim schema`: the JSON Schema (draft 2020-12) of the scenario file, from the declarations
//! that it is read by.

use std::process::ExitCode;

use serde_json::{Map, Value, json};

use crate::scenario::Scenario;
use crate::scenario::form::Form;
use crate::scenario::shape::{Field, Record, Shape, Word};

pub(super) fn print() -> ExitCode {
    // Plain data: it can always be written as JSON.
    let text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    super::print(&(text + "\n"))
}

fn schema() -> Value {
    let mut definitions = Map::new();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "qftpsim scenario",
    });
    schema["$ref"] = json_of(&Scenario::shape(), &mut definitions)["$ref"].take();
    schema["$defs"] = Value::Object(definitions);
    schema
}

/// The schema of a shape; records go to `definitions` once, under their names.
fn json_of(shape: &Shape, definitions: &mut Map<String, Value>) -> Value {
    match shape {
        // What looks like a number or a word to YAML is a text as well.
        Shape::Text => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Like { pattern, example } => {
            json!({ "type": "string", "pattern": pattern, "examples": [example] })
        }
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Shape::Number { min, max } => json!({ "type": "number", "minimum": min, "maximum": max }),
        Shape::Words(words) => json!({ "oneOf": words.iter().map(word).collect::<Vec<_>>() }),
        Shape::List(item) => {
            json!({ "type": ["array", "null"], "items": json_of(item, definitions) })
        }
        Shape::Map(values) => {
            let patterns: Map<_, _> = values
                .iter()
                .map(|(pattern, value)| ((*pattern).to_owned(), json_of(value, definitions)))
                .collect();
            json!({
                "type": ["object", "null"],
                "patternProperties": patterns,
                "additionalProperties": false,
            })
        }
        Shape::Record(record) => define(record, definitions, record_schema),
        Shape::Choice(record) => define(record, definitions, choice_schema),
        Shape::Any(shapes) => {
            let any: Vec<_> = shapes.iter().map(|shape| json_of(shape, definitions)).collect();
            json!({ "anyOf": any })
        }
    }
}

fn word(word: &Word) -> Value {
    // YAML takes 1.2 for a number.
    match word.name.parse::<f64>() {
        Ok(number) => json!({ "enum": [word.name, number], "description": word.doc }),
        Err(_) => json!({ "const": word.name, "description": word.doc }),
    }
}

fn define(
    record: &Record,
    definitions: &mut Map<String, Value>,
    schema: fn(&Record, &mut Map<String, Value>) -> Value,
) -> Value {
    if !definitions.contains_key(record.name) {
        let value = schema(record, definitions);
        definitions.insert(record.name.to_owned(), value);
    }
    json!({ "$ref": format!("#/$defs/{}", record.name) })
}

fn record_schema(record: &Record, definitions: &mut Map<String, Value>) -> Value {
    let properties: Map<_, _> = record
        .fields
        .iter()
        .map(|field| (field.key.to_owned(), field_schema(field, definitions)))
        .collect();
    let required: Vec<_> =
        record.fields.iter().filter(|field| field.required).map(|field| field.key).collect();
    let kind = if record.may_be_empty() { json!(["object", "null"]) } else { json!("object") };
    let mapping = json!({
        "type": kind,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    let short = record.fields.iter().find(|field| Some(field.key) == record.short);
    let mut schema = match short {
        Some(field) => json!({ "anyOf": [json_of(&field.shape, definitions), mapping] }),
        None => mapping,
    };
    schema["description"] = json!(record.doc);
    schema
}

/// One of the keys; or as a word, when all below it may be left out.
fn choice_schema(record: &Record, definitions: &mut Map<String, Value>) -> Value {
    let mut choices = Vec::new();
    for field in &record.fields {
        let mut properties = Map::new();
        properties.insert(field.key.to_owned(), field_schema(field, definitions));
        choices.push(json!({
            "type": "object",
            "properties": properties,
            "required": [field.key],
            "additionalProperties": false,
        }));
        if matches!(&field.shape, Shape::Record(record) if record.may_be_empty()) {
            choices.push(json!({ "const": field.key, "description": field.doc }));
        }
    }
    json!({ "anyOf": choices, "description": record.doc })
}

fn field_schema(field: &Field, definitions: &mut Map<String, Value>) -> Value {
    let mut schema = json_of(&field.shape, definitions);
    schema["description"] = json!(field.doc);
    schema
}
