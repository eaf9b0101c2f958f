//! The routes, each declared once: for the router, and for the description of them.

use axum::Router;
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::{self, MethodRouter};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::scenario::form::Form;
use crate::scenario::shape::Shape;

use super::app::App;
use super::error::ApiError;
use super::guard::{self, Guard};
use super::{effects, faults, journal, modems, openapi, report, server, stores};

/// A route.
pub(super) struct Route {
    /// As HTTP writes it.
    pub(super) method: &'static str,
    /// With `{names}`; of a `{*name}` the rest of the path.
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    pub(super) takes: Option<Takes>,
    pub(super) gives: Vec<Gives>,
    /// Parameters in the query: name, and what it means. Numbers, and optional.
    pub(super) queries: Vec<(&'static str, &'static str)>,
    handler: MethodRouter<App>,
}

/// What a request brings along.
pub(super) enum Takes {
    Said(Shape),
    File,
}

/// What a request is answered with.
pub(super) enum Gives {
    Nothing,
    Json(fn(&mut SchemaGenerator) -> Schema),
    File,
    /// Server-sent events, each with such JSON.
    Events(fn(&mut SchemaGenerator) -> Schema),
}

macro_rules! methods {
    ($($name:ident = $method:literal),*) => {$(
        pub(super) fn $name<H, T>(path: &'static str, summary: &'static str, handler: H) -> Route
        where
            H: Handler<T, App>,
            T: 'static,
        {
            Route {
                method: $method,
                path,
                summary,
                takes: None,
                gives: Vec::new(),
                queries: Vec::new(),
                handler: routing::$name(handler),
            }
        }
    )*};
}
methods!(get = "GET", put = "PUT", post = "POST", delete = "DELETE");

impl Route {
    pub(super) fn takes<T: Form>(mut self) -> Route {
        self.takes = Some(Takes::Said(T::shape()));
        self
    }

    pub(super) fn takes_file(mut self) -> Route {
        self.takes = Some(Takes::File);
        self
    }

    pub(super) fn gives<T: JsonSchema>(mut self) -> Route {
        self.gives.push(Gives::Json(SchemaGenerator::subschema_for::<T>));
        self
    }

    pub(super) fn gives_events<T: JsonSchema>(mut self) -> Route {
        self.gives.push(Gives::Events(SchemaGenerator::subschema_for::<T>));
        self
    }

    pub(super) fn query(mut self, name: &'static str, meaning: &'static str) -> Route {
        self.queries.push((name, meaning));
        self
    }

    pub(super) fn gives_file(mut self) -> Route {
        self.gives.push(Gives::File);
        self
    }

    pub(super) fn gives_nothing(mut self) -> Route {
        self.gives.push(Gives::Nothing);
        self
    }
}

/// All of them.
pub(super) fn all() -> Vec<Route> {
    [
        openapi::routes(),
        modems::routes(),
        effects::routes(),
        faults::routes(),
        stores::routes(),
        server::routes(),
        journal::routes(),
        report::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) fn router(app: App, guard: Guard) -> Router {
    let routes = all().into_iter();
    routes
        .fold(Router::new(), |router, route| router.route(route.path, route.handler))
        .fallback(nowhere)
        .method_not_allowed_fallback(otherwise)
        .with_state(app)
        .layer(middleware::from_fn_with_state(guard, guard::stand))
}

async fn nowhere() -> ApiError {
    ApiError::not_found("there is nothing at this path").expected("a path of /openapi.json")
}

async fn otherwise() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "not by this method")
        .expected("one of the methods in Allow")
}
