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
async fn serve_connection(
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
