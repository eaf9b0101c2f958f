//! The hand on a running modem: what happens to it from outside goes through here, to the one
//! loop that drives it, and through the doors that a scenario uses.

use tokio::sync::{mpsc, oneshot};

use crate::modem::Input;
use crate::modem::intercept::Effect;
use crate::modem::view::ModemState;
use crate::store::Stores;
use crate::transcript::report::Report;

use super::driver::Driver;

/// Orders that may wait; who gives more waits himself.
const WAITING: usize = 16;

/// What the driver of a modem is to do between two of its events.
pub(super) type Order = Box<dyn FnOnce(&mut Driver) + Send>;

/// A running modem, for whoever wants something to happen to it. Clones are cheap, and mean the
/// same modem. Each method returns when the modem has taken note.
#[derive(Clone, Debug)]
pub struct ModemHandle(mpsc::Sender<Order>);

/// The modem does not run any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the modem does not run any more")]
pub struct Gone;

/// A handle, and where its orders come out.
pub(super) fn handle() -> (ModemHandle, mpsc::Receiver<Order>) {
    let (orders, taken) = mpsc::channel(WAITING);
    (ModemHandle(orders), taken)
}

impl ModemHandle {
    /// Lets `effect` happen to it.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn effect(&self, effect: Effect) -> Result<(), Gone> {
        self.ask(|driver| driver.input(Input::Effect(effect))).await
    }

    /// The host's DTR goes on or off, whatever port it is on.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn dtr(&self, on: bool) -> Result<(), Gone> {
        self.ask(move |driver| driver.turn_dtr(on)).await
    }

    /// The supply comes or goes.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn power(&self, on: bool) -> Result<(), Gone> {
        self.ask(move |driver| driver.input(Input::Power(on))).await
    }

    /// What there is to see of it now.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn state(&self) -> Result<ModemState, Gone> {
        self.ask(|driver| driver.modem_now().state()).await
    }

    /// Does something with its files. Meanwhile the modem waits: nothing that takes long.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn with_stores<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Stores) -> T + Send + 'static,
    ) -> Result<T, Gone> {
        self.ask(|driver| work(driver.modem_now().stores())).await
    }

    /// What the run would come to if it were over, without what happened; `None` unless it is
    /// [recorded](super::Builder::record).
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn report(&self) -> Result<Option<Report>, Gone> {
        self.ask(Driver::report).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Driver) -> T + Send + 'static,
    ) -> Result<T, Gone> {
        let (answer, answered) = oneshot::channel();
        let order: Order = Box::new(move |driver| {
            // Whoever asked may be gone.
            let _ = answer.send(question(driver));
        });
        self.0.send(order).await.map_err(|_| Gone)?;
        answered.await.map_err(|_| Gone)
    }
}
