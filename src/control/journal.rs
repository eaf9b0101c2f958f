//! What has happened, as a list and as a live stream. Entries are as in a transcript.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{self, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::transcript::event::Entry;
use crate::transcript::jsonl;

use super::app::{App, Modem, TheModem};
use super::error::ApiError;
use super::routes::{Route, get};

/// So many entries are given at once.
const PAGE: usize = 1000;

const FROM: &str = "The number of the first entry; 1 unless told.";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/modems/{modem}/journal", "What has happened: the next entries.", page)
            .query("from", FROM)
            .gives::<Page>(),
        get(
            "/modems/{modem}/journal/stream",
            "What has happened and what happens, as events `entry` and `missed`.",
            stream,
        )
        .query("from", FROM)
        .gives_events::<EntryView>(),
    ]
}

/// An entry, with `number`, `time` (module time in seconds), `event` and what belongs to it, as in
/// a transcript.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JournalEntry")]
struct EntryView(Map<String, Value>);

/// Some entries of a journal.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Journal")]
struct Page {
    /// At most 1000 of them, in order.
    entries: Vec<EntryView>,
    /// So many before the first one are not kept any more.
    missed: u64,
    /// The number to ask for next.
    next: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct From {
    #[serde(default)]
    from: u64,
}

type Asked = Result<Query<From>, QueryRejection>;

/// The number of the first entry that is wanted.
fn first(asked: Asked) -> Result<u64, ApiError> {
    match asked {
        Ok(Query(asked)) => Ok(asked.from.max(1)),
        Err(error) => Err(ApiError::bad_request(error.body_text()).expected("?from=NUMBER")),
    }
}

fn view(modem: &Modem, entry: &Entry) -> EntryView {
    EntryView(jsonl::object(&modem.name, entry))
}

async fn page(TheModem(modem): TheModem, asked: Asked) -> Result<Json<Page>, ApiError> {
    let from = first(asked)?;
    let entries = modem.recorder.since(from, PAGE);
    Ok(Json(Page {
        missed: entries.first().map_or(0, |entry| entry.number - from),
        next: entries.last().map_or(from, |entry| entry.number + 1),
        entries: entries.iter().map(|entry| view(&modem, entry)).collect(),
    }))
}

async fn stream(
    State(app): State<App>,
    TheModem(modem): TheModem,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, ApiError> {
    let from = first(asked)?;
    // A client that comes again says where it was.
    let seen = headers.get("last-event-id").and_then(|seen| seen.to_str().ok()?.parse().ok());
    let follower = Follower {
        live: modem.recorder.subscribe(),
        modem,
        ready: VecDeque::new(),
        next: seen.map_or(from, |seen: u64| seen.saturating_add(1)),
        behind: true,
        _leave: app.stream()?,
    };
    let events = unfold(follower, async |mut follower| {
        let event = follower.event().await?;
        Some((Ok(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// Somebody who reads along. What was missed live is read from the journal; who is behind by more
/// than that keeps is told how many are missing.
struct Follower {
    modem: Arc<Modem>,
    live: Receiver<Arc<Entry>>,
    ready: VecDeque<Entry>,
    /// The number of the next entry.
    next: u64,
    /// The next entry is in the journal.
    behind: bool,
    _leave: OwnedSemaphorePermit,
}

impl Follower {
    /// The next event; none when the run is over.
    async fn event(&mut self) -> Option<sse::Event> {
        loop {
            if let Some(number) = self.ready.front().map(|entry| entry.number)
                && number > self.next
            {
                let missed = number - self.next;
                self.next = number;
                let data = json!({ "missed": missed }).to_string();
                return Some(sse::Event::default().event("missed").data(data));
            }
            if let Some(entry) = self.ready.pop_front() {
                self.next = entry.number + 1;
                let data = Value::Object(view(&self.modem, &entry).0).to_string();
                let event = sse::Event::default().event("entry").id(entry.number.to_string());
                return Some(event.data(data));
            }
            if self.behind {
                self.ready = self.modem.recorder.since(self.next, PAGE).into();
                self.behind = !self.ready.is_empty();
                continue;
            }
            match self.live.recv().await {
                Ok(entry) if entry.number >= self.next => self.ready.push_back((*entry).clone()),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
