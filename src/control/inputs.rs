//! What may be sent to the control API: anything. A body says something or has problems that can
//! be read, and a connection ends with an answer or without, but never with a failure of ours.
//!
//! proptest changes real bodies and requests in `cargo test`; the fuzz target `control` does as it
//! likes.

use axum::Router;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex, split};
use tokio::runtime::Builder;

use crate::scenario::faults::{Fault, FaultList, Hang, Restart};
use crate::scenario::form::Form;
use crate::scenario::values::Int;
use crate::scenario::{ContextId, ScenarioError, inputs};

use super::app::App;
use super::effects::{InNetwork, SimCard, Strength, Switch, Urc};
use super::faults::InState;
use super::guard::{Guard, Here};
use super::stores::StoreCondition;
use super::{body, routes, serve};

/// Something that is read by [`body::parse`].
struct Said {
    #[cfg(test)]
    shape: fn() -> crate::scenario::shape::Shape,
    read: fn(&[u8]) -> Result<(), ScenarioError>,
}

const fn said<T: Form>() -> Said {
    Said {
        #[cfg(test)]
        shape: T::shape,
        read: |bytes| body::parse::<T>(bytes).map(drop),
    }
}

/// All bodies, and the parts of paths that are numbers.
const SAID: [Said; 13] = [
    said::<Fault>(),
    said::<FaultList>(),
    said::<InState>(),
    said::<Urc>(),
    said::<Switch>(),
    said::<Restart>(),
    said::<Hang>(),
    said::<SimCard>(),
    said::<InNetwork>(),
    said::<Strength>(),
    said::<StoreCondition>(),
    said::<ContextId>(),
    said::<Int<0, 4_294_967_295>>(),
];

/// Reads `bytes`; the first of them says as what: one of the bodies, or all that a client sends.
///
/// # Panics
/// When they are not dealt with as they must.
pub fn play(bytes: &[u8]) {
    let Some((&what, bytes)) = bytes.split_first() else { return };
    match SAID.get(usize::from(what) % (SAID.len() + 3)) {
        Some(said) => read(said, bytes),
        None => connect(bytes),
    }
}

fn read(said: &Said, bytes: &[u8]) {
    if let Err(error) = (said.read)(bytes) {
        inputs::check("body", &error);
    }
}

/// A client sends `bytes` to an API without modems, and takes the answers.
fn connect(bytes: &[u8]) {
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    let answer = runtime.block_on(async {
        let (client, stream) = duplex(64 * 1024);
        let (mut from, mut to) = split(client);
        let here = Here(([127, 0, 0, 1], 1).into());
        let router: Router = routes::router(App::without_modems(), Guard::new(None));
        let mut answer = Vec::new();
        let talk = async {
            // A server that has heard enough hangs up.
            let _ = to.write_all(bytes).await;
            let _ = to.shutdown().await;
        };
        let listen = from.read_to_end(&mut answer);
        let (_, _, heard) =
            tokio::join!(serve::serve_connection(stream, here, router), talk, listen);
        heard.expect("it ends");
        answer
    });
    let status = answer.strip_prefix(b"HTTP/1.");
    assert!(answer.is_empty() || status.is_some(), "{}", answer.escape_ascii());
    assert!(status.is_none_or(|status| status.get(2) != Some(&b'5')), "{}", answer.escape_ascii());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::routes::Takes;
    use super::*;
    use crate::scenario::inputs::tests::changed;
    use crate::scenario::shape::Shape;

    const BODIES: &[&str] = &[
        "{name: a, when: {command: +QFTPPUT, nth: 2}, at: {uploaded: 32KiB}, do: {reply: 452}}",
        r#"[{"name": "a", "when": {"verb": "RETR"}, "do": {"data_cut": {}}, "then_state": "b"}]"#,
        "- {name: a, when: {urc: '+QFTPGET: *'}, do: {late: 5s}}\n- {name: b, when: {time: 1s}, do: restart}",
        r#"{"text": "\u00e9 \ud83d\ude00 \/"}"#,
        "{status: denied, for: 5s}",
        "{inserted: false, for: 1h30m}",
        "{is: full, for: 5s}",
        "on: true",
        "state: start",
        "rssi: 31",
        "16",
    ];

    const REQUESTS: &[&str] = &[
        "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\r\n",
        "GET /modems/modem/journal?from=1&x=%20 HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n",
        "PUT /modems/a/stores/UFS/files/%66%2f HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 3\r\n\r\nabc",
        "POST /modems/a/urc HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
        "GET /server/files/a/../b HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n",
        "DELETE /modems/a/handles/1 HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    ];

    fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
        texts.iter().map(|text| text.as_bytes().to_vec()).collect()
    }

    #[test]
    fn every_body_of_a_route_is_among_these() {
        let shown = |shape: Shape| format!("{shape:?}");
        let known: BTreeSet<_> = SAID.iter().map(|said| shown((said.shape)())).collect();
        for route in routes::all() {
            if let Some(Takes::Said(shape)) = route.takes {
                assert!(known.contains(&shown(shape)), "{} {}", route.method, route.path);
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_body_or_have_problems(
            bytes in proptest::collection::vec(any::<u8>(), 0..100)
        ) {
            SAID.iter().for_each(|said| read(said, &bytes));
        }

        #[test]
        fn a_body_that_was_changed_says_something_or_has_problems(bytes in changed(texts(BODIES))) {
            SAID.iter().for_each(|said| read(said, &bytes));
        }

        #[test]
        fn a_request_that_was_changed_is_answered_or_not(bytes in changed(texts(REQUESTS))) {
            connect(&bytes);
        }
    }
}
