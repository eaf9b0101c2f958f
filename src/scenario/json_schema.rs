//! From how a part of a scenario is written to its JSON Schema (draft 2020-12).

use serde_json::{Map, Value, json};

use super::shape::{Field, Record, Shape, Word};

/// Schemas, and the records that they refer to.
#[derive(Debug)]
pub struct Schemas {
    /// What stands before the name of a record in a reference to it.
    place: String,
    definitions: Map<String, Value>,
}

impl Schemas {
    /// None yet. Records will stand at `place`: `#/$defs/`.
    pub fn new(place: &str) -> Schemas {
        Schemas { place: place.to_owned(), definitions: Map::new() }
    }

    /// The records that were referred to, by name.
    pub fn into_definitions(self) -> Map<String, Value> {
        self.definitions
    }

    /// The schema of a shape; records are defined once, under their names.
    pub fn of(&mut self, shape: &Shape) -> Value {
        match shape {
            // What looks like a number or a word to YAML is a text as well.
            Shape::Text => json!({ "type": ["string", "number", "boolean"] }),
            Shape::Like { pattern, example } => {
                json!({ "type": "string", "pattern": pattern, "examples": [example] })
            }
            Shape::Boolean => json!({ "type": "boolean" }),
            Shape::Integer { min, max } => {
                json!({ "type": "integer", "minimum": min, "maximum": max })
            }
            Shape::Number { min, max } => {
                json!({ "type": "number", "minimum": min, "maximum": max })
            }
            Shape::Words(words) => json!({ "oneOf": words.iter().map(word).collect::<Vec<_>>() }),
            Shape::List(item) => {
                json!({ "type": ["array", "null"], "items": self.of(item) })
            }
            Shape::Map(values) => {
                let patterns: Map<_, _> = values
                    .iter()
                    .map(|(pattern, value)| ((*pattern).to_owned(), self.of(value)))
                    .collect();
                json!({
                    "type": ["object", "null"],
                    "patternProperties": patterns,
                    "additionalProperties": false,
                })
            }
            Shape::Record(record) => self.define(record, Schemas::record),
            Shape::Choice(record) => self.define(record, Schemas::choice),
            Shape::Any(shapes) => {
                let any: Vec<_> = shapes.iter().map(|shape| self.of(shape)).collect();
                json!({ "anyOf": any })
            }
        }
    }

    fn define(&mut self, record: &Record, schema: fn(&mut Schemas, &Record) -> Value) -> Value {
        if !self.definitions.contains_key(record.name) {
            let value = schema(self, record);
            self.definitions.insert(record.name.to_owned(), value);
        }
        json!({ "$ref": format!("{}{}", self.place, record.name) })
    }

    fn record(&mut self, record: &Record) -> Value {
        let properties: Map<_, _> =
            record.fields.iter().map(|field| (field.key.to_owned(), self.field(field))).collect();
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
            Some(field) => json!({ "anyOf": [self.of(&field.shape), mapping] }),
            None => mapping,
        };
        schema["description"] = json!(record.doc);
        schema
    }

    /// One of the keys; or as a word, when all below it may be left out.
    fn choice(&mut self, record: &Record) -> Value {
        let mut choices = Vec::new();
        for field in &record.fields {
            let mut properties = Map::new();
            properties.insert(field.key.to_owned(), self.field(field));
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

    fn field(&mut self, field: &Field) -> Value {
        let mut schema = self.of(&field.shape);
        schema["description"] = json!(field.doc);
        schema
    }
}

fn word(word: &Word) -> Value {
    // YAML takes 1.2 for a number.
    match word.name.parse::<f64>() {
        Ok(number) => json!({ "enum": [word.name, number], "description": word.doc }),
        Err(_) => json!({ "const": word.name, "description": word.doc }),
    }
}
