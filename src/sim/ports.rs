//! The ports of a modem.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::endpoint::{Endpoint, LinkPath, LinkedPty, Pty, Rfc2217, RuntimeDir, Stdio, Tcp, Unix};

use super::StartError;

/// Which ports modems are to have.
#[derive(Debug)]
pub(super) struct PortPlan {
    pub(super) pty: bool,
    pub(super) link: Option<PathBuf>,
    pub(super) tcp: Option<SocketAddr>,
    pub(super) rfc2217: Option<SocketAddr>,
    pub(super) unix: Option<PathBuf>,
    pub(super) stdio: bool,
}

impl Default for PortPlan {
    /// A pty with a link of its own.
    fn default() -> Self {
        Self { pty: true, link: None, tcp: None, rfc2217: None, unix: None, stdio: false }
    }
}

/// The ports of one modem.
#[derive(Default)]
pub(super) struct Ports {
    pub(super) endpoints: Vec<Box<dyn Endpoint>>,
    pub(super) places: Places,
}

/// Where hosts find them.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) pty: Option<PathBuf>,
    pub(super) link: Option<PathBuf>,
    pub(super) tcp: Option<SocketAddr>,
    pub(super) rfc2217: Option<SocketAddr>,
    pub(super) unix: Option<PathBuf>,
    pub(super) stdio: bool,
}

impl PortPlan {
    /// The links to the ptys of so many modems, if they are to have any.
    pub(super) fn links(&self, modems: usize) -> Result<Vec<LinkPath>, StartError> {
        if !self.pty {
            return Ok(Vec::new());
        }
        let dir = RuntimeDir::of_user()?;
        let Some(path) = &self.link else {
            return Ok(LinkPath::claim_default(&dir, modems)?);
        };
        (0..modems)
            .map(|index| Ok(LinkPath::claim(&dir, &numbered(path, index, modems))?))
            .collect()
    }

    /// Opens those of modem `index` of so many; with a link, a pty too.
    pub(super) fn open(
        &self,
        index: usize,
        modems: usize,
        link: Option<LinkPath>,
    ) -> Result<Ports, StartError> {
        let Ports { mut endpoints, mut places } = Ports::default();
        if let Some(link) = link {
            let pty = LinkedPty::new(link, Pty::open()?)?;
            places.link = Some(pty.link().to_owned());
            places.pty = Some(pty.path().to_owned());
            endpoints.push(Box::new(pty));
        }
        if let Some(addr) = self.tcp {
            let tcp = Tcp::bind(following(addr, index))?;
            places.tcp = Some(tcp.local_addr());
            endpoints.push(Box::new(tcp));
        }
        if let Some(addr) = self.rfc2217 {
            let rfc2217 = Rfc2217::bind(following(addr, index))?;
            places.rfc2217 = Some(rfc2217.local_addr());
            endpoints.push(Box::new(rfc2217));
        }
        if let Some(path) = &self.unix {
            let unix = Unix::bind(&RuntimeDir::of_user()?, &numbered(path, index, modems))?;
            places.unix = Some(unix.path().to_owned());
            endpoints.push(Box::new(unix));
        }
        if self.stdio {
            endpoints.push(Box::new(Stdio::open().map_err(StartError::Stdio)?));
            places.stdio = true;
        }
        Ok(Ports { endpoints, places })
    }
}

/// The path of modem `index`: if there are several, its number is appended.
fn numbered(path: &Path, index: usize, modems: usize) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    if modems > 1 {
        name.push(index.to_string());
    }
    name.into()
}

/// The address of modem `index`: the ports follow each other, unless the system chooses them.
fn following(addr: SocketAddr, index: usize) -> SocketAddr {
    let step = if addr.port() == 0 { 0 } else { index };
    let port = usize::from(addr.port()) + step;
    SocketAddr::new(addr.ip(), u16::try_from(port).unwrap_or(u16::MAX))
}
