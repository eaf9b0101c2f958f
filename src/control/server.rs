//! The embedded FTP server and its files.

use std::convert::Infallible;
use std::time::UNIX_EPOCH;

use axum::Json;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use schemars::JsonSchema;
use serde::Serialize;

use crate::link::embedded::{Entry, FileError, ServerFiles};

use super::app::{Params, Server};
use super::body::Sent;
use super::error::ApiError;
use super::routes::{Route, delete, get, put};
use super::stores::{MAX_READ, too_large_to_read};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/server", "The embedded FTP server.", view).gives::<ServerView>(),
        get("/server/files/", "What is in the root folder.", root).gives::<Vec<EntryView>>(),
        get("/server/files/{*path}", "The content of a file, or what is in a folder.", read)
            .gives_file()
            .gives::<Vec<EntryView>>(),
        put(
            "/server/files/{*path}",
            "Makes or replaces a file; with / at the end, makes a folder.",
            write,
        )
        .takes_file()
        .gives_nothing(),
        delete(
            "/server/files/{*path}",
            "Deletes a file, or a folder with all that is in it.",
            remove,
        )
        .gives_nothing(),
    ]
}

/// The embedded FTP server.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Server")]
struct ServerView {
    /// Where it speaks FTP.
    ftp: String,
    /// Where it speaks implicit FTPS.
    ftps_implicit: Option<String>,
}

/// A file or folder of the server.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ServerEntry")]
struct EntryView {
    /// The last part of its path.
    name: String,
    /// Whether it is a folder.
    folder: bool,
    /// In bytes; 0 for a folder.
    size: u64,
    /// When it was changed last, in seconds since 1970-01-01.
    modified: u64,
}

impl From<Entry> for EntryView {
    fn from(entry: Entry) -> EntryView {
        let modified = entry.modified.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let size = if entry.is_dir { 0 } else { entry.size };
        EntryView { name: entry.name, folder: entry.is_dir, size, modified }
    }
}

impl From<FileError> for ApiError {
    fn from(error: FileError) -> ApiError {
        match error {
            FileError::NotFound => ApiError::not_found(error),
            FileError::NameNotAllowed => ApiError::bad_request(error),
            FileError::ReadOnly => ApiError::new(StatusCode::FORBIDDEN, error),
            _ => ApiError::conflict(error),
        }
    }
}

async fn view(server: Server) -> Json<ServerView> {
    Json(ServerView {
        ftp: server.ftp.to_string(),
        ftps_implicit: server.ftps_implicit.map(|addr| addr.to_string()),
    })
}

/// Does something with the files, which may be on a disk.
async fn with_files<T: Send + 'static>(
    server: Server,
    work: impl FnOnce(&ServerFiles) -> Result<T, FileError> + Send + 'static,
) -> Result<T, ApiError> {
    let done = tokio::task::spawn_blocking(move || work(&server.files)).await;
    Ok(done.map_err(ApiError::conflict)??)
}

async fn root(server: Server) -> Result<Json<Vec<EntryView>>, ApiError> {
    let entries = with_files(server, |files| files.list("/").ok_or(FileError::NotFound)).await?;
    Ok(Json(entries.into_iter().map(EntryView::from).collect()))
}

/// What is at a path.
enum Found {
    File(Bytes),
    TooLarge(u64),
    Folder(Vec<Entry>),
}

async fn read(server: Server, params: Params) -> Result<Response, ApiError> {
    let path = params.get("path").to_owned();
    let found = with_files(server, move |files| match files.size(&path) {
        Some(size) if size > MAX_READ => Ok(Found::TooLarge(size)),
        Some(_) => files.read(&path).map(Found::File).ok_or(FileError::NotFound),
        None => files.list(&path).map(Found::Folder).ok_or(FileError::NotFound),
    });
    Ok(match found.await? {
        Found::File(content) => file_response(vec![content]),
        Found::TooLarge(size) => return Err(too_large_to_read(size)),
        Found::Folder(entries) => {
            Json(entries.into_iter().map(EntryView::from).collect::<Vec<_>>()).into_response()
        }
    })
}

async fn write(
    server: Server,
    params: Params,
    Sent(content): Sent,
) -> Result<StatusCode, ApiError> {
    let path = params.get("path").to_owned();
    if path.ends_with('/') && !content.is_empty() {
        return Err(ApiError::bad_request("a folder has no content").expected("an empty body"));
    }
    with_files(server, move |files| match path.strip_suffix('/') {
        Some(folder) => files.mkdir(folder),
        None => files.write(&path, content),
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(server: Server, params: Params) -> Result<StatusCode, ApiError> {
    let path = params.get("path").to_owned();
    with_files(server, move |files| files.remove(&path)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A file in pieces.
pub(super) fn file_response(pieces: Vec<Bytes>) -> Response {
    let size: usize = pieces.iter().map(Bytes::len).sum();
    let headers =
        [(CONTENT_TYPE, "application/octet-stream".to_owned()), (CONTENT_LENGTH, size.to_string())];
    let pieces = stream::iter(pieces.into_iter().map(Ok::<_, Infallible>));
    (headers, Body::from_stream(pieces)).into_response()
}
