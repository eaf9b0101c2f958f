//! One control connection: libunftp built around a back-end, and the runtime all sessions share.

use std::{
    future::Future,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use libunftp::{ServerBuilder, options::ActivePassiveMode};
use tokio::{
    net::TcpStream,
    runtime::{self, Runtime},
};
use unftp_core::{
    auth::{AuthenticationError, Authenticator, Credentials, DefaultUser, Principal},
    storage::{Metadata, StorageBackend},
};

use super::{Account, folder::FolderStorage, memory::MemoryStorage, tree::Tree};

/// In seconds: nobody is disconnected for being idle, hosts under a debugger least of all.
const IDLE_TIMEOUT: u64 = 365 * 24 * 3600;

#[derive(Debug)]
pub(super) struct Accounts(pub(super) Vec<Account>);

#[async_trait]
impl Authenticator for Accounts {
    async fn authenticate(
        &self,
        username: &str,
        credentials: &Credentials,
    ) -> Result<Principal, AuthenticationError> {
        let account = self.0.iter().find(|account| account.user == username);
        let account = account.ok_or(AuthenticationError::BadUser)?;
        match &credentials.password {
            Some(password) if *password == account.password => {
                Ok(Principal { username: username.to_owned() })
            }
            _ => Err(AuthenticationError::BadPassword),
        }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Backend {
    Memory(Arc<Tree>),
    Folder(PathBuf),
}

/// What every session needs.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) accounts: Arc<Accounts>,
    pub(super) backend: Backend,
    pub(super) tls: Option<Arc<rustls::ServerConfig>>,
}

impl Service {
    /// Speaks FTP on `control` until one side closes it. When the served folder is gone the
    /// connection closes without a greeting.
    pub(super) async fn serve(&self, control: TcpStream) {
        match &self.backend {
            Backend::Memory(tree) => self.run(MemoryStorage(tree.clone()), control).await,
            Backend::Folder(root) => {
                if let Ok(storage) = FolderStorage::new(root) {
                    self.run(storage, control).await;
                }
            }
        }
    }

    async fn run<S>(&self, storage: S, control: TcpStream)
    where
        S: StorageBackend<DefaultUser> + 'static,
        S::Metadata: Metadata,
    {
        // libunftp wants a factory, and calls it once for each connection.
        let storage = Mutex::new(Some(storage));
        let once =
            move || storage.lock().ok().and_then(|mut slot| slot.take()).expect("called once");
        let mut server = ServerBuilder::with_authenticator(Box::new(once), self.accounts.clone())
            .greeting("qftpsim")
            .active_passive_mode(ActivePassiveMode::ActiveAndPassive)
            .passive_ports(0..=0)
            .idle_session_timeout(IDLE_TIMEOUT);
        if let Some(config) = &self.tls {
            server = server.ftps_manual::<PathBuf>(config.clone());
        }
        if let Ok(server) = server.build() {
            // Its only error would be a failed greeting: the client has gone.
            let _ = server.service(control).await;
        }
    }
}

/// The runtime on which all sessions live.
///
/// libunftp spawns tasks for listeners, transfers and commands which nobody but their runtime can
/// reach; so a runtime of their own is what makes it possible to end them all at once. It starts
/// with the first session.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<Option<Runtime>>);

impl Sessions {
    /// Runs a session.
    pub(super) fn spawn(
        &self,
        session: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let mut runtime = self.runtime();
        let runtime = match &mut *runtime {
            Some(runtime) => runtime,
            none => none.insert(
                runtime::Builder::new_multi_thread()
                    .worker_threads(1)
                    .thread_name("qftpsim-ftp")
                    .enable_all()
                    .build()?,
            ),
        };
        runtime.spawn(session);
        Ok(())
    }

    /// Drops all sessions, their listeners and data connections wherever they are.
    pub(super) fn kill(&self) {
        if let Some(runtime) = self.runtime().take() {
            runtime.shutdown_background();
        }
    }

    fn runtime(&self) -> MutexGuard<'_, Option<Runtime>> {
        self.0.lock().expect("no panic while the runtime is locked")
    }
}

impl Drop for Sessions {
    fn drop(&mut self) {
        // A runtime must not be dropped in async code without this.
        self.kill();
    }
}
