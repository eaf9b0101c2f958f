//! `qftpsim schema`: the JSON Schema (draft 2020-12) of the scenario file, from the declarations
//! that it is read by.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::scenario::Scenario;
use crate::scenario::form::Form;
use crate::scenario::json_schema::Schemas;

pub(super) fn print() -> ExitCode {
    // Plain data: it can always be written as JSON.
    let text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    super::print(&(text + "\n"))
}

fn schema() -> Value {
    let mut schemas = Schemas::new("#/$defs/");
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "qftpsim scenario",
    });
    schema["$ref"] = schemas.of(&Scenario::shape())["$ref"].take();
    schema["$defs"] = Value::Object(schemas.into_definitions());
    schema
}
