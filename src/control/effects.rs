//! What happens to a modem from outside: to its lines, its supply, its card and its network.

use axum::http::StatusCode;

use crate::modem::intercept::Effect;
use crate::modem::network::Activation;
use crate::modem::view::ContextState;
use crate::scenario::faults::{Deed, FaultKind, Hang, Restart, lasting};
use crate::scenario::form::{Form, Reader, record};
use crate::scenario::node::Node;
use crate::scenario::shape::Shape;
use crate::scenario::values::Period;
use crate::scenario::{ContextId, RegistrationState, Signal};

use super::app::{Params, TheModem};
use super::body::{self, Said};
use super::error::ApiError;
use super::routes::{Route, delete, post, put};

/// Lines that the host has not been able to read yet: no more are taken then.
const MAX_WAITING: usize = 256;

/// Bytes that the host has not read yet: no more lines are taken then.
const MAX_UNTAKEN: usize = 64 * 1024;

/// A line is at most so long, in bytes; that is what a host's buffer may hold.
const MAX_LINE: usize = 512;

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/modems/{modem}/urc", "The module says a line nobody asked for.", urc)
            .takes::<Urc>()
            .gives_nothing(),
        put("/modems/{modem}/dtr", "The host's DTR goes on or off.", dtr)
            .takes::<Switch>()
            .gives_nothing(),
        put("/modems/{modem}/power", "The supply comes or goes.", power)
            .takes::<Switch>()
            .gives_nothing(),
        post("/modems/{modem}/restart", "The module restarts.", happens::<Restart>)
            .takes::<Restart>()
            .gives_nothing(),
        post("/modems/{modem}/hang", "The module answers nothing any more.", happens::<Hang>)
            .takes::<Hang>()
            .gives_nothing(),
        put("/modems/{modem}/sim", "The card is put in or pulled out.", sim)
            .takes::<SimCard>()
            .gives_nothing(),
        put("/modems/{modem}/registration", "The network serves the module, or not.", registration)
            .takes::<InNetwork>()
            .gives_nothing(),
        put("/modems/{modem}/signal", "The strength of the signal.", signal)
            .takes::<Strength>()
            .gives_nothing(),
        delete("/modems/{modem}/contexts/{id}", "The network takes down a PDP context.", context)
            .gives_nothing(),
    ]
}

record! {
    /// A line that the module says.
    pub struct Urc short "text" {
        /// The line, without its CR LF.
        text: Line,
    }
}

record! {
    /// Something that is on or off.
    pub struct Switch short "on" {
        /// Whether it is on.
        on: bool,
    }
}

record! {
    /// The SIM card.
    pub struct SimCard short "inserted" {
        /// Whether it is in.
        inserted: bool,
        /// Pulled out: for how long; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

record! {
    /// How the network treats the module.
    pub struct InNetwork short "status" {
        /// What `AT+CREG?` says; active contexts are lost unless it is registered.
        status: RegistrationState,
        /// For how long, then it is as before; for good unless told.
        lasting as "for": Option<Period> = None,
    }
}

record! {
    /// The strength of the signal.
    pub struct Strength short "rssi" {
        /// `<rssi>` of `AT+CSQ`.
        rssi: Signal,
    }
}

/// One line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line(String);

impl Form for Line {
    fn shape() -> Shape {
        Shape::Text
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Line> {
        let what = format!("a line of 1 to {MAX_LINE} bytes without control characters");
        let text = reader.text(node, &what)?;
        let fits = (1..=MAX_LINE).contains(&text.len()) && !text.contains(char::is_control);
        if fits { Some(Line(text.to_owned())) } else { reader.expected(node, what) }
    }
}

type Done = Result<StatusCode, ApiError>;

const DONE: Done = Ok(StatusCode::NO_CONTENT);

async fn urc(TheModem(modem): TheModem, Said(urc): Said<Urc>) -> Done {
    let state = modem.handle.state().await?;
    if state.urcs_waiting >= MAX_WAITING || state.untaken >= MAX_UNTAKEN {
        let error = "the host has not read what was said before";
        return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, error));
    }
    modem.handle.effect(Effect::Urc(urc.text.0)).await?;
    DONE
}

async fn dtr(TheModem(modem): TheModem, Said(dtr): Said<Switch>) -> Done {
    modem.handle.dtr(dtr.on).await?;
    DONE
}

async fn power(TheModem(modem): TheModem, Said(power): Said<Switch>) -> Done {
    modem.handle.power(power.on).await?;
    DONE
}

/// What a fault of a scenario does, without its trigger.
async fn happens<T: FaultKind + Form>(TheModem(modem): TheModem, Said(what): Said<T>) -> Done {
    if let Deed::Effect(effect) = what.deed() {
        modem.handle.effect(effect).await?;
    }
    DONE
}

async fn sim(TheModem(modem): TheModem, Said(card): Said<SimCard>) -> Done {
    let effect = match card.inserted {
        true => Effect::SimInserted,
        false => Effect::SimRemoved(lasting(card.lasting)),
    };
    modem.handle.effect(effect).await?;
    DONE
}

async fn registration(TheModem(modem): TheModem, Said(network): Said<InNetwork>) -> Done {
    let effect = Effect::Registration(network.status.into(), lasting(network.lasting));
    modem.handle.effect(effect).await?;
    DONE
}

async fn signal(TheModem(modem): TheModem, Said(signal): Said<Strength>) -> Done {
    modem.handle.effect(Effect::Signal(signal.rssi.0)).await?;
    DONE
}

async fn context(TheModem(modem): TheModem, params: Params) -> Done {
    let id = body::parse::<ContextId>(params.get("id").as_bytes())
        .map_err(|_| ApiError::bad_request("this is no PDP context").expected("1 to 16"))?
        .get() as u8;
    let state = modem.handle.state().await?;
    let is_active = |context: &ContextState| {
        matches!(context.activation, Activation::TcpIp(_) | Activation::Other(_))
    };
    if !state.contexts.iter().any(|context| context.id == id && is_active(context)) {
        return Err(ApiError::conflict(format!("context {id} is not active")));
    }
    modem.handle.effect(Effect::PdpDropped(id)).await?;
    DONE
}
