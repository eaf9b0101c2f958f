//! A pseudo-terminal through a link: the port that vanishes and comes back as a USB modem does, each
//! time as another terminal, with the same name.

use std::io;
use std::path::Path;
use std::task::{Context, Poll};

use bytes::BytesMut;

use super::{Endpoint, HostEvent, LinkError, LinkPath, Pty};

/// A [`Pty`] and the [`LinkPath`] that leads to it, as one [`Endpoint`].
#[derive(Debug)]
pub struct LinkedPty {
    link: LinkPath,
    name: String,
    /// None while it has vanished.
    pty: Option<Pty>,
}

impl LinkedPty {
    /// Makes `link` lead to `pty`.
    ///
    /// # Errors
    ///
    /// When something is in the way of the link.
    pub fn new(mut link: LinkPath, pty: Pty) -> Result<Self, LinkError> {
        link.point_to(pty.path())?;
        Ok(Self { link, name: pty.name().to_owned(), pty: Some(pty) })
    }

    /// Where the link is.
    pub fn link(&self) -> &Path {
        self.link.path()
    }

    /// The slave that the link leads to; the last one while the port has vanished.
    pub fn path(&self) -> &Path {
        Path::new(&self.name)
    }
}

impl Endpoint for LinkedPty {
    fn name(&self) -> &str {
        &self.name
    }

    fn host_present(&self) -> bool {
        self.pty.as_ref().is_some_and(Endpoint::host_present)
    }

    fn poll_host(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
    ) -> Poll<io::Result<HostEvent>> {
        self.pty.as_mut().map_or(Poll::Pending, |pty| pty.poll_host(cx, buf))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        self.pty.as_mut().map_or(Poll::Ready(Ok(data.len())), |pty| pty.poll_write(cx, data))
    }

    fn vanish(&mut self) {
        self.link.take_down();
        self.pty = None;
    }

    fn come_back(&mut self) -> io::Result<()> {
        let pty = Pty::open().map_err(io::Error::other)?;
        self.link.point_to(pty.path()).map_err(io::Error::other)?;
        pty.name().clone_into(&mut self.name);
        self.pty = Some(pty);
        Ok(())
    }
}
