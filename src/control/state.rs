//! A modem's state as it is answered: the words are those of scenarios.

use schemars::JsonSchema;
use serde::Serialize;

use crate::modem::network::{Activation, Registration, Sim};
use crate::modem::power::Supply;
use crate::modem::state::ModuleState;
use crate::modem::view::{ContextState, InterfaceMode, ModemState, StoreState};
use crate::store::Disorder;

use super::modems::seconds;

/// How a modem is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ModemState")]
pub(super) struct ModemView {
    /// Module time since the start, in seconds.
    module_time: f64,
    /// Whether it is on.
    power: Power,
    /// Whether it hangs: it answers nothing until that is over.
    hangs: bool,
    /// `AT+CFUN`: 0 minimum, 1 full, 4 radio off, 7 offline.
    functionality: u8,
    /// What the bytes of the host are taken for.
    interface: Interface,
    /// Whether a host has a port open.
    host_present: bool,
    /// The FTP session.
    ftp: FtpView,
    /// The SIM card.
    sim: Card,
    /// In the network.
    registration: RegistrationView,
    /// `<rssi>` of `AT+CSQ`: 0–31, 99 unknown.
    rssi: u8,
    /// The PDP contexts that somebody has defined or uses.
    contexts: Vec<ContextView>,
    /// The media that are there, and their files.
    stores: Vec<StoreView>,
    /// The state of its scenario.
    scenario_state: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Power {
    Off,
    /// Under way to `RDY`.
    Starting,
    On,
    /// Under way to being off.
    Stopping,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Interface {
    /// Commands.
    Command,
    /// They wait: a command is being carried out.
    Executing,
    /// Data.
    Data,
}

/// The FTP session.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FtpSession")]
struct FtpView {
    /// `<ftpstat>` of `AT+QFTPSTAT`: 0 opening, 1 idle, 2 transferring, 3 closing, 4 closed.
    stat: u8,
    /// The same as a word: `transferring`.
    state: &'static str,
    /// `AT+QFTPLEN`: bytes moved by the transfer under way, or by the last one.
    moved: u64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Card {
    Ready,
    Absent,
    PinRequired,
    PukRequired,
    /// It does not answer any more.
    Lost,
}

/// `<stat>` of `AT+CREG?`, `AT+CGREG?` and `AT+CEREG?`: 0 not registered, 1 home, 2 searching,
/// 3 denied, 4 unknown, 5 roaming.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Registration")]
struct RegistrationView {
    creg: u8,
    cgreg: u8,
    cereg: u8,
}

/// A PDP context.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PdpContext")]
struct ContextView {
    /// 1–16.
    id: u8,
    /// Access point name.
    apn: String,
    /// Whether it is in use.
    state: ContextUse,
    /// Its address while it is.
    address: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ContextUse {
    Inactive,
    /// By `AT+QIACT`: for TCP/IP and FTP.
    Active,
    /// By `AT+CGACT` or a packet call.
    ActiveOtherwise,
    /// The network has dropped it, and the host has not deactivated it yet.
    Dropped,
}

/// A medium.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Store")]
pub(super) struct StoreView {
    /// `UFS`, `RAM` or `SD`.
    medium: &'static str,
    /// What it holds, in bytes.
    capacity: u64,
    /// What its files take, in bytes.
    used: u64,
    /// What fits in still, in bytes.
    free: u64,
    /// What is wrong with it.
    condition: Condition,
    /// Its files, by name.
    files: Vec<FileView>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Condition {
    Ok,
    Full,
    Broken,
}

/// A file.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StoreFile")]
struct FileView {
    /// Its name, without prefix.
    name: String,
    /// In bytes.
    size: u64,
}

impl ModemView {
    pub(super) fn of(state: &ModemState, scenario_state: String) -> ModemView {
        let [creg, cgreg, cereg] = state.registration.map(Registration::stat);
        ModemView {
            module_time: seconds(state.at),
            power: match state.supply {
                Supply::Off => Power::Off,
                Supply::Starting => Power::Starting,
                Supply::On => Power::On,
                Supply::Stopping => Power::Stopping,
            },
            hangs: state.hangs,
            functionality: state.functionality as u8,
            interface: match state.interface {
                InterfaceMode::Command => Interface::Command,
                InterfaceMode::Executing => Interface::Executing,
                InterfaceMode::Data => Interface::Data,
            },
            host_present: state.host_present,
            ftp: FtpView {
                stat: state.ftp as u8,
                state: ModuleState::from(state.ftp).word(),
                moved: state.moved,
            },
            sim: match state.sim {
                Sim::Ready => Card::Ready,
                Sim::Absent => Card::Absent,
                Sim::PinRequired => Card::PinRequired,
                Sim::PukRequired => Card::PukRequired,
                Sim::Lost => Card::Lost,
            },
            registration: RegistrationView { creg, cgreg, cereg },
            rssi: state.rssi,
            contexts: state.contexts.iter().map(ContextView::of).collect(),
            stores: state.stores.iter().map(StoreView::of).collect(),
            scenario_state,
        }
    }
}

impl ContextView {
    fn of(context: &ContextState) -> ContextView {
        let (state, address) = match context.activation {
            Activation::Inactive => (ContextUse::Inactive, None),
            Activation::TcpIp(address) => (ContextUse::Active, Some(address)),
            Activation::Other(address) => (ContextUse::ActiveOtherwise, Some(address)),
            Activation::Dropped => (ContextUse::Dropped, None),
        };
        ContextView {
            id: context.id,
            apn: context.apn.clone(),
            state,
            address: address.map(|address| address.to_string()),
        }
    }
}

impl StoreView {
    pub(super) fn of(store: &StoreState) -> StoreView {
        let file = |(name, size): &(crate::store::FileName, u64)| FileView {
            name: name.bare().to_owned(),
            size: *size,
        };
        StoreView {
            medium: store.medium.name(),
            capacity: store.disk.total,
            used: store.disk.used,
            free: store.disk.free,
            condition: match store.disorder {
                None => Condition::Ok,
                Some(Disorder::Full) => Condition::Full,
                Some(Disorder::Broken) => Condition::Broken,
            },
            files: store.files.iter().map(file).collect(),
        }
    }
}
