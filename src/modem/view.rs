//! What there is to see of a modem from outside, at one moment: for control, reports and tests.

use super::Modem;
use super::clock::DateTime;
use super::ftp::FtpStat;
use super::interface::Interface;
use super::network::{Activation, Domain, Registration, Sim};
use super::power::{Functionality, Supply};
use crate::store::{Disk, Disorder, FileName, Medium, Pattern};
use crate::time::ModuleTime;

/// A modem at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModemState {
    /// Module time.
    pub at: ModuleTime,
    /// What the module's own clock shows (`AT+CCLK?`).
    pub clock: DateTime,
    /// Whether it is on.
    pub supply: Supply,
    /// Whether it hangs: it answers nothing until that is over.
    pub hangs: bool,
    /// `AT+CFUN`.
    pub functionality: Functionality,
    /// What the bytes of the host are taken for.
    pub interface: InterfaceMode,
    /// Whether a host has the port open.
    pub host_present: bool,
    /// Bytes written that the host has not taken yet.
    pub untaken: usize,
    /// Unsolicited result codes that wait until they may be written.
    pub urcs_waiting: usize,
    /// `AT+QFTPSTAT`.
    pub ftp: FtpStat,
    /// `AT+QFTPLEN`: bytes moved by the transfer under way, or by the last one.
    pub moved: u64,
    /// The card.
    pub sim: Sim,
    /// `AT+CREG`, `AT+CGREG` and `AT+CEREG`, in the order of [`Domain::ALL`].
    pub registration: [Registration; 3],
    /// `<rssi>` of `AT+CSQ`: 0–31, 99 unknown.
    pub rssi: u8,
    /// The PDP contexts that somebody has defined or uses, by id.
    pub contexts: Vec<ContextState>,
    /// The media that are there.
    pub stores: Vec<StoreState>,
}

/// What the bytes of the host are taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InterfaceMode {
    /// For commands.
    Command,
    /// They wait: a command is being carried out.
    Executing,
    /// For data.
    Data,
}

/// A PDP context at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextState {
    /// 1–16.
    pub id: u8,
    /// Access point name.
    pub apn: String,
    /// Whether it is in use, and its address.
    pub activation: Activation,
}

/// A medium at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreState {
    /// Which one.
    pub medium: Medium,
    /// How full it is.
    pub disk: Disk,
    /// What is wrong with it.
    pub disorder: Option<Disorder>,
    /// Its files and their sizes in bytes, by name.
    pub files: Vec<(FileName, u64)>,
}

impl Modem {
    /// The modem as it is now: at the time of the last input.
    pub fn state(&mut self) -> ModemState {
        ModemState {
            at: self.now,
            clock: self.clock.at(self.now),
            supply: self.power.supply(),
            hangs: self.effects.hangs(),
            functionality: self.power.functionality(),
            interface: match self.interface {
                Interface::Command => InterfaceMode::Command,
                Interface::Executing(_) => InterfaceMode::Executing,
                Interface::Data(..) => InterfaceMode::Data,
            },
            host_present: self.host.is_present(),
            untaken: self.host.untaken(),
            urcs_waiting: self.host.urcs_waiting(),
            ftp: self.ftp.stat(),
            moved: self.ftp.moved(),
            sim: self.network.sim,
            registration: Domain::ALL.map(|domain| self.registration(domain)),
            rssi: self.network.rssi,
            contexts: self.contexts_in_sight(),
            stores: Medium::ALL.into_iter().filter_map(|medium| self.store_state(medium)).collect(),
        }
    }

    fn contexts_in_sight(&self) -> Vec<ContextState> {
        let contexts = self.network.contexts.iter().filter(|(_, context)| {
            context.config.kind != 0 || context.activation != Activation::Inactive
        });
        let state = |(id, context): (u8, &super::network::Context)| ContextState {
            id,
            apn: context.config.apn.clone(),
            activation: context.activation,
        };
        contexts.map(state).collect()
    }

    /// None if the medium is absent.
    fn store_state(&mut self, medium: Medium) -> Option<StoreState> {
        let disk = self.stores.disk(medium).ok()?;
        let files = self.stores.list(&Pattern::whole(medium)).ok()?;
        Some(StoreState { medium, disk, disorder: self.stores.disorder(medium), files })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modem::intercept::Effect;
    use crate::modem::{Input, Setup};
    use crate::rig::Rig;

    #[test]
    fn a_modem_is_seen_as_its_host_would_find_it() {
        let mut rig = Rig::new(Setup::default());
        rig.play(
            "
            > AT+QICSGP=1,1,\"UNINET\",\"\",\"\",1
            < OK
            > AT+QIACT=1
            < OK
            > AT+QFUPL=\"a.txt\",5
            < CONNECT
            ",
        );
        let state = rig.modem.state();
        assert_eq!(state.interface, InterfaceMode::Data);
        assert_eq!((state.supply, state.ftp), (Supply::On, FtpStat::Closed));
        assert_eq!(state.registration, [Registration::Home; 3]);
        let [context] = &state.contexts[..] else { panic!("one: {:?}", state.contexts) };
        assert_eq!((context.id, context.apn.as_str()), (1, "UNINET"));
        assert!(matches!(context.activation, Activation::TcpIp(_)));
        let media: Vec<_> = state.stores.iter().map(|store| store.medium).collect();
        assert_eq!(media, Medium::ALL);
        let files: Vec<_> =
            state.stores[1].files.iter().map(|(name, _)| name.to_string()).collect();
        assert_eq!(files, ["UFS:a.txt"]);
    }

    #[test]
    fn what_is_wrong_is_seen_too() {
        let mut rig = Rig::new(Setup::default());
        let now = rig.modem.now();
        for effect in [
            Effect::Hang(None),
            Effect::StoreFull(Medium::Ufs, None),
            Effect::SimRemoved(None),
            Effect::Signal(3),
        ] {
            rig.modem.handle_input(now, Input::Effect(effect));
        }
        let state = rig.modem.state();
        assert!(state.hangs);
        assert_eq!((state.sim, state.rssi), (Sim::Lost, 3));
        assert_eq!(state.stores[1].disorder, Some(Disorder::Full));
        rig.modem.handle_input(now, Input::Effect(Effect::StoreMended(Medium::Ufs)));
        assert_eq!(rig.modem.state().stores[1].disorder, None);
    }
}
