//! The media of a modem and their files. A file that the host or a transfer has open can't be had
//! meanwhile: the modem is not disturbed.

use axum::Json;
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;

use crate::modem::intercept::Effect;
use crate::scenario::faults::lasting;
use crate::scenario::form::{record, words};
use crate::scenario::values::{Int, Period};
use crate::store::{Existing, FileError, FileName, Medium, Pattern, Stores};

use super::app::{Params, TheModem};
use super::body::{self, Said, Sent};
use super::error::ApiError;
use super::routes::{Route, delete, get, put};
use super::server::file_response;
use super::state::StoreView;

/// A larger file is not read as a whole, in bytes.
pub(super) const MAX_READ: u64 = 64 * 1024 * 1024;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/modems/{modem}/stores", "The media that are there.", all).gives::<Vec<StoreView>>(),
        get("/modems/{modem}/stores/{medium}", "A medium and its files.", one).gives::<StoreView>(),
        put(
            "/modems/{modem}/stores/{medium}/condition",
            "A medium is full, broken or in order.",
            condition,
        )
        .takes::<StoreCondition>()
        .gives_nothing(),
        get("/modems/{modem}/stores/{medium}/files/{file}", "The content of a file.", read)
            .gives_file(),
        put("/modems/{modem}/stores/{medium}/files/{file}", "Makes or replaces a file.", write)
            .takes_file()
            .gives_nothing(),
        delete("/modems/{modem}/stores/{medium}/files/{file}", "Deletes a file.", remove)
            .gives_nothing(),
        delete(
            "/modems/{modem}/handles",
            "All files that the host has opened are closed.",
            close_all,
        )
        .gives_nothing(),
        delete(
            "/modems/{modem}/handles/{handle}",
            "A file that the host has opened is closed.",
            close,
        )
        .gives_nothing(),
    ]
}

words! {
    /// How a medium is.
    pub enum MediumCondition {
        /// In order.
        Ok = "ok",
        /// Nothing more fits.
        Full = "full",
        /// It can't be read or written.
        Broken = "broken",
    }
}

record! {
    /// How a medium is to be.
    pub struct StoreCondition short "is" {
        /// Full, broken or in order.
        condition as "is": MediumCondition,
        /// For how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

/// Why a store did not do it.
fn refused(error: FileError) -> ApiError {
    match error {
        FileError::NotFound => ApiError::not_found("there is no such file"),
        FileError::InvalidInput | FileError::InvalidName | FileError::TooLong => {
            ApiError::bad_request(error)
                .expected("a name of at most 80 bytes, without / : * and quotes")
        }
        FileError::AlreadyOpen => ApiError::conflict("the file is open")
            .expected("a file that neither the host nor a transfer has open"),
        _ => ApiError::conflict(error),
    }
}

fn medium(params: &Params) -> Result<Medium, ApiError> {
    let name = params.get("medium");
    name.parse().map_err(|_| {
        ApiError::not_found(format!("there is no medium called {name}")).expected("UFS, RAM or SD")
    })
}

fn file_name(params: &Params) -> Result<FileName, ApiError> {
    FileName::new(medium(params)?, params.get("file")).map_err(refused)
}

async fn all(TheModem(modem): TheModem) -> Result<Json<Vec<StoreView>>, ApiError> {
    let state = modem.handle.state().await?;
    Ok(Json(state.stores.iter().map(StoreView::of).collect()))
}

async fn one(TheModem(modem): TheModem, params: Params) -> Result<Json<StoreView>, ApiError> {
    let medium = medium(&params)?;
    let state = modem.handle.state().await?;
    let found = state.stores.iter().find(|store| store.medium == medium);
    found.map(|store| Json(StoreView::of(store))).ok_or_else(|| absent(medium))
}

fn absent(medium: Medium) -> ApiError {
    ApiError::not_found(format!("this modem has no {medium}"))
}

async fn condition(
    modem: TheModem,
    params: Params,
    Said(wanted): Said<StoreCondition>,
) -> Result<StatusCode, ApiError> {
    let medium = medium(&params)?;
    let lasting = lasting(wanted.lasting);
    let TheModem(modem) = modem;
    modem
        .handle
        .with_stores(move |stores| stores.disk(medium))
        .await?
        .map_err(|_| absent(medium))?;
    let effect = match wanted.condition {
        MediumCondition::Ok => Effect::StoreMended(medium),
        MediumCondition::Full => Effect::StoreFull(medium, lasting),
        MediumCondition::Broken => Effect::StoreError(medium, lasting),
    };
    modem.handle.effect(effect).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn read(TheModem(modem): TheModem, params: Params) -> Result<Response, ApiError> {
    let name = file_name(&params)?;
    let content = modem.handle.with_stores(move |stores| content_of(stores, &name)).await??;
    Ok(file_response(content))
}

/// The whole file in the pieces that the medium has it in.
fn content_of(stores: &mut Stores, name: &FileName) -> Result<Vec<Bytes>, ApiError> {
    stores.disk(name.medium()).map_err(|_| absent(name.medium()))?;
    let size = stores.size(name).map_err(refused)?;
    if size > MAX_READ {
        return Err(too_large_to_read(size));
    }
    let reader = stores.open_reader(name).map_err(refused)?;
    let mut pieces = Vec::new();
    let mut offset = 0;
    let content = loop {
        if offset >= reader.size() {
            break Ok(pieces);
        }
        match stores.read_at(&reader, offset, usize::MAX) {
            Ok(piece) => {
                offset += piece.len() as u64;
                pieces.push(piece);
            }
            Err(error) => break Err(refused(error)),
        }
    };
    stores.release(reader);
    content
}

pub(super) fn too_large_to_read(size: u64) -> ApiError {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the file has {size} bytes"))
        .expected(format!("a file of at most {MAX_READ} bytes"))
}

async fn write(
    TheModem(modem): TheModem,
    params: Params,
    Sent(content): Sent,
) -> Result<StatusCode, ApiError> {
    let name = file_name(&params)?;
    modem.handle.with_stores(move |stores| put_file(stores, &name, content)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// All of it, or nothing.
fn put_file(stores: &mut Stores, name: &FileName, content: Bytes) -> Result<(), ApiError> {
    let disk = stores.disk(name.medium()).map_err(|_| absent(name.medium()))?;
    let replaced = stores.size(name).unwrap_or(0);
    if content.len() as u64 > disk.free + replaced {
        return Err(refused(FileError::NoSpace).expected(format!(
            "at most {} bytes: no more fit into {}",
            disk.free + replaced,
            name.medium()
        )));
    }
    let writer = stores.create(name, Existing::Replace).map_err(refused)?;
    let written = stores.append(&writer, content);
    stores.finish(writer);
    written.map(drop).map_err(refused)
}

async fn remove(TheModem(modem): TheModem, params: Params) -> Result<StatusCode, ApiError> {
    let name = file_name(&params)?;
    modem.handle.with_stores(move |stores| remove_file(stores, &name)).await??;
    Ok(StatusCode::NO_CONTENT)
}

fn remove_file(stores: &mut Stores, name: &FileName) -> Result<(), ApiError> {
    stores.disk(name.medium()).map_err(|_| absent(name.medium()))?;
    let pattern = Pattern::parse(name.to_string()).map_err(refused)?;
    stores.delete(&pattern).map(drop).map_err(refused)
}

async fn close_all(TheModem(modem): TheModem) -> Result<StatusCode, ApiError> {
    modem.handle.effect(Effect::HandleLost(None)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn close(TheModem(modem): TheModem, params: Params) -> Result<StatusCode, ApiError> {
    let handle = body::parse::<Int<0, 4_294_967_295>>(params.get("handle").as_bytes())
        .map_err(|_| ApiError::bad_request("this is no handle").expected("a number"))?
        .get() as u32;
    let is_open = move |stores: &mut Stores| stores.open_files().any(|(open, ..)| open.0 == handle);
    if !modem.handle.with_stores(is_open).await? {
        return Err(ApiError::not_found(format!("the host has no file open as {handle}")));
    }
    modem.handle.effect(Effect::HandleLost(Some(handle))).await?;
    Ok(StatusCode::NO_CONTENT)
}
