//! The states that the modem enters and leaves, as reports and scenarios speak of them.

use super::Modem;
use super::ftp::FtpStat;
use super::interface::Interface;

/// A state that the modem can enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModuleState {
    /// The FTP session is being opened (`+QFTPSTAT: 0,0`).
    Opening,
    /// It is open and idle (1).
    Idle,
    /// A transfer is under way (2).
    Transferring,
    /// It is being closed (3).
    Closing,
    /// It is closed (4).
    Closed,
    /// The serial port carries data.
    DataMode,
    /// The serial port carries commands again.
    CommandMode,
    /// A PDP context has become active.
    ContextActive,
    /// A PDP context has become inactive.
    ContextInactive,
}

impl ModuleState {
    /// Every one.
    pub const ALL: [ModuleState; 9] = [
        ModuleState::Opening,
        ModuleState::Idle,
        ModuleState::Transferring,
        ModuleState::Closing,
        ModuleState::Closed,
        ModuleState::DataMode,
        ModuleState::CommandMode,
        ModuleState::ContextActive,
        ModuleState::ContextInactive,
    ];

    /// How it is written: `data_mode`.
    pub fn word(self) -> &'static str {
        match self {
            ModuleState::Opening => "opening",
            ModuleState::Idle => "idle",
            ModuleState::Transferring => "transferring",
            ModuleState::Closing => "closing",
            ModuleState::Closed => "closed",
            ModuleState::DataMode => "data_mode",
            ModuleState::CommandMode => "command_mode",
            ModuleState::ContextActive => "context_active",
            ModuleState::ContextInactive => "context_inactive",
        }
    }

    /// What it means.
    pub fn summary(self) -> &'static str {
        match self {
            ModuleState::Opening => "The FTP session is being opened.",
            ModuleState::Idle => "The FTP session is open and idle.",
            ModuleState::Transferring => "A transfer is under way.",
            ModuleState::Closing => "The FTP session is being closed.",
            ModuleState::Closed => "The FTP session is closed.",
            ModuleState::DataMode => "The serial port carries data.",
            ModuleState::CommandMode => "The serial port carries commands again.",
            ModuleState::ContextActive => "A PDP context has become active.",
            ModuleState::ContextInactive => "A PDP context has become inactive.",
        }
    }
}

impl From<FtpStat> for ModuleState {
    fn from(stat: FtpStat) -> ModuleState {
        match stat {
            FtpStat::Opening => ModuleState::Opening,
            FtpStat::Idle => ModuleState::Idle,
            FtpStat::Transferring => ModuleState::Transferring,
            FtpStat::Closing => ModuleState::Closing,
            FtpStat::Closed => ModuleState::Closed,
        }
    }
}

/// What there is to see of the modem's state at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    ftp: FtpStat,
    data: bool,
    /// One bit for each active PDP context.
    contexts: u32,
}

impl Snapshot {
    pub(super) fn of(modem: &Modem) -> Snapshot {
        let active = modem.network.contexts.active_ids();
        Snapshot {
            ftp: modem.ftp.stat(),
            data: matches!(modem.interface, Interface::Data(..)),
            contexts: active.fold(0, |bits, id| bits | 1 << id),
        }
    }

    /// What was entered between `before` and now.
    pub(super) fn entered_since(self, before: Snapshot) -> impl Iterator<Item = ModuleState> {
        let data = if self.data { ModuleState::DataMode } else { ModuleState::CommandMode };
        let (up, down) = (self.contexts & !before.contexts, before.contexts & !self.contexts);
        [
            (down != 0).then_some(ModuleState::ContextInactive),
            (up != 0).then_some(ModuleState::ContextActive),
            (self.data != before.data).then_some(data),
            (self.ftp != before.ftp).then_some(self.ftp.into()),
        ]
        .into_iter()
        .flatten()
    }
}
