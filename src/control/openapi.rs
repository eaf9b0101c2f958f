//! The description of the API (OpenAPI 3.1), from the routes and from what they take and give.

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::scenario::json_schema::Schemas;

use super::error::ErrorBody;
use super::routes::{self, Gives, Route, Takes, get};

/// Where schemas stand in an OpenAPI description.
const COMPONENTS: &str = "/components/schemas/";

pub(super) fn routes() -> Vec<Route> {
    vec![get("/openapi.json", "This description (OpenAPI 3.1).", serve).gives::<Description>()]
}

/// An OpenAPI description.
#[derive(schemars::JsonSchema)]
#[schemars(transparent)]
#[allow(dead_code)]
struct Description(Map<String, Value>);

static TEXT: LazyLock<String> = LazyLock::new(|| description(&routes::all()).to_string());

async fn serve() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], TEXT.as_str())
}

/// Collects schemas of both origins: of what is read like a scenario, and of what is written.
struct Components {
    taken: Schemas,
    given: SchemaGenerator,
}

fn description(routes: &[Route]) -> Value {
    let given = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = COMPONENTS.trim_end_matches('/').into());
    let mut components = Components {
        taken: Schemas::new(&format!("#{COMPONENTS}")),
        given: given.into_generator(),
    };
    let error = json!(components.given.subschema_for::<ErrorBody>());
    let mut paths = Map::new();
    for route in routes {
        let path = route.path.replace("{*", "{");
        let operations = paths.entry(path).or_insert_with(|| json!({}));
        operations[route.method.to_ascii_lowercase()] = operation(route, &mut components, &error);
    }
    let mut schemas = components.given.take_definitions(true);
    schemas.extend(components.taken.into_definitions());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "qftpsim control",
            "description": "Steers a simulation of Quectel-style modems while it runs.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{}, { "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(route: &Route, components: &mut Components, error: &Value) -> Value {
    let mut content = Map::new();
    let mut status = "204";
    for gives in &route.gives {
        match gives {
            Gives::Nothing => {}
            Gives::File => {
                status = "200";
                content.insert("application/octet-stream".to_owned(), json!({}));
            }
            Gives::Events(schema) => {
                status = "200";
                let schema = schema(&mut components.given);
                content.insert("text/event-stream".to_owned(), json!({ "schema": schema }));
            }
            Gives::Json(schema) => {
                status =
                    if route.method == "POST" && route.takes.is_some() { "201" } else { "200" };
                let schema = schema(&mut components.given);
                content.insert("application/json".to_owned(), json!({ "schema": schema }));
            }
        }
    }
    let mut done = json!({ "description": "Done." });
    if !content.is_empty() {
        done["content"] = Value::Object(content);
    }
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.summary,
        "parameters": parameters(route),
        "responses": {
            (status): done,
            "4XX": {
                "description": "Refused: why, and what was expected.",
                "content": { "application/json": { "schema": error } },
            },
        },
    });
    match &route.takes {
        None => {}
        Some(Takes::File) => {
            operation["requestBody"] = json!({
                "required": true,
                "content": { "application/octet-stream": {} },
            });
        }
        Some(Takes::Said(shape)) => {
            let schema = components.taken.of(shape);
            operation["requestBody"] = json!({
                "required": true,
                "content": {
                    "application/json": { "schema": schema },
                    "application/yaml": { "schema": schema },
                },
            });
        }
    }
    operation
}

/// `put_modems_dtr`.
fn operation_id(route: &Route) -> String {
    let mut id = route.method.to_ascii_lowercase();
    for part in route.path.split('/').filter(|part| !part.is_empty()) {
        id.push('_');
        id.extend(part.chars().filter(char::is_ascii_alphanumeric));
    }
    id
}

fn parameters(route: &Route) -> Vec<Value> {
    let names = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameter = |name: &str| {
        json!({
            "name": name.trim_start_matches('*'),
            "in": "path",
            "required": true,
            "schema": { "type": "string" },
        })
    };
    let query = |(name, meaning): &(&str, &str)| {
        json!({
            "name": name,
            "in": "query",
            "description": meaning,
            "schema": { "type": "integer", "minimum": 0 },
        })
    };
    names.map(parameter).chain(route.queries.iter().map(query)).collect()
}
