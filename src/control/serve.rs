//! The connections: how many, and how slow a client may be.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;

use super::guard::Here;

/// So many connections at a time; more wait until one ends.
const MAX_CONNECTIONS: usize = 64;

/// The headers of a request have to come within this, also of the next one on a connection.
const HEADER_PATIENCE: Duration = Duration::from_secs(10);

/// A client that takes nothing for so long is gone.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);

/// After an error of the system that has nothing to do with a client.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves until dropped, and ends all its connections then.
pub(super) async fn serve(listener: TcpListener, router: Router) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        // Nobody closes the semaphore.
        let Ok(slot) = slots.clone().acquire_owned().await else { return };
        while connections.try_join_next().is_some() {}
        match accept(&listener).await {
            Ok((stream, here)) => {
                let router = router.clone();
                connections.spawn(async move {
                    serve_connection(stream, here, router).await;
                    drop(slot);
                });
            }
            // Out of file descriptors, or the client has gone again.
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn accept(listener: &TcpListener) -> io::Result<(tokio::net::TcpStream, Here)> {
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    let here = Here(stream.local_addr()?);
    Ok((stream, here))
}

/// Serves one client until it goes, or is too slow.
pub(super) async fn serve_connection(
    stream: impl AsyncRead + AsyncWrite + Send + 'static,
    here: Here,
    router: Router,
) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_PATIENCE));
    let stream = Box::pin(stream);
    let service = TowerToHyperService::new(router.layer(Extension(here)));
    // How a connection ends is its client's business.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_PATIENCE)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

#[cfg(test)]
mod tests {
    use axum::routing;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::task::JoinHandle;

    use super::*;
    use crate::control::app::App;
    use crate::control::body::Sent;

    const LARGE: usize = 1024 * 1024;

    /// A client of a server that takes a body and gives a large one.
    fn connect() -> (DuplexStream, JoinHandle<()>) {
        let (client, stream) = duplex(1024);
        let here = Here(([127, 0, 0, 1], 1).into());
        let route = routing::put(async |Sent(_): Sent| ()).get(async || vec![0; LARGE]);
        let router = Router::new().route("/", route).with_state(App::without_modems());
        (client, tokio::spawn(serve_connection(stream, here, router)))
    }

    async fn answer(client: &mut DuplexStream) -> String {
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.expect("it ends");
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_given_up() {
        let (mut client, _serving) = connect();
        let part = b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345";
        client.write_all(part).await.expect("it takes them");
        let answer = answer(&mut client).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("the body did not come in time"), "{answer}");
    }

    #[tokio::test(start_paused = true)]
    async fn headers_that_do_not_come_are_given_up() {
        for part in ["", "GET / HTTP/1.1\r\nHost: loc"] {
            let (mut client, serving) = connect();
            client.write_all(part.as_bytes()).await.expect("it takes them");
            serving.await.expect("it ends");
            assert_eq!(answer(&mut client).await, "");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_given_up() {
        let (mut client, serving) = connect();
        let request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        client.write_all(request).await.expect("it takes them");
        serving.await.expect("it ends");
        assert!(answer(&mut client).await.len() < LARGE);
    }
}
