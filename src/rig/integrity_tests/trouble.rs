//! What goes wrong.

use proptest::prelude::*;

use crate::modem::link::LinkError;
use crate::rig::ScriptedServer;
use crate::scenario::Scenario;
use crate::scenario::engine::Rules;

/// When, and then where and what.
pub(super) const FAULTS: [&str; 31] = [
    "command: +QFUPL, form: write | do: {cme_error: 426}",
    "command: +QFWRITE, form: write | do: error",
    "command: +QFCLOSE, form: write | do: error",
    "command: +QFDEL, form: write | do: no_result",
    "command: +QFTPPUT | do: {cme_error: 603}",
    "command: +QFTPPUT | do: {outcome: {err: 602}}",
    "command: +QFTPGET | do: {outcome: {err: 609}}",
    "command: +QFTPRENAME | do: {outcome: {err: 617, protocol: 450}}",
    "command: +QFTPDEL | do: no_urc",
    "command: +QFTPPUT | do: no_urc",
    "command: +QFTPGET | do: {late: 5s}",
    "command: +QFTPPUT | do: {late: 200s}",
    "command: +QFTPRENAME | do: doubled",
    "command: +QFTPPUT | do: urc_before_ok",
    "urc: '+QFTPGET: 0,*' | do: {outcome: {err: 601}}",
    "enters: transferring | do: {stray_urc: '+QIND: SMS DONE'}",
    "command: +QFTPPUT | at: {uploaded: 700}, do: {hang: 20s}",
    "command: +QFUPL, form: write | do: {hang: 3s}",
    "command: +QFTPPUT | at: {uploaded: 500}, do: restart",
    "command: +QFTPGET | at: {downloaded: 900}, do: restart",
    "command: +QFWRITE, form: write | do: restart",
    "enters: data_mode | do: restart",
    "command: +QFTPGET | at: {downloaded: 400}, do: {sim_removed: 10s}",
    "command: +QFTPDEL | do: {deregistered: {for: 10s}}",
    "command: +QFTPPUT | at: {uploaded: 1}, do: {pdp_dropped: 1}",
    "command: +QFUPL, form: write | do: {store_full: {medium: RAM, for: 10s}}",
    "command: +QFTPGET | at: {downloaded: 300}, do: {store_full: {medium: RAM, for: 10s}}",
    "enters: data_mode | do: {store_error: {medium: RAM, for: 10s}}",
    "command: +QFTPPUT | do: {store_error: {medium: UFS, for: 10s}}",
    "command: +QFWRITE, form: write | do: handle_lost",
    "enters: data_mode | do: handle_lost",
];

/// The state of the scenario in which faults fire: the one that it begins in.
const START: &str = "start";

/// The one in which none does.
const CALM: &str = "calm";

/// These faults at random, as far as it is time for trouble.
pub(super) fn rules(faults: &[&str], seed: u64) -> Rules {
    let mut text = "scenario: trouble\nfaults:\n".to_owned();
    for (at, fault) in faults.iter().enumerate() {
        let (when, what) = fault.split_once(" | ").expect("when, and what");
        let when = format!("{when}, in_state: {START}, probability: 0.3");
        text += &format!("- {{name: f{at}, when: {{{when}}}, {what}}}\n");
    }
    let scenario = Scenario::parse("trouble.yaml", text.as_bytes(), None);
    Rules::of(&scenario.unwrap_or_else(|error| panic!("{error}")), seed)
}

pub(super) fn allow(rules: &Rules, trouble: bool) {
    rules.enter(if trouble { START } else { CALM });
}

/// How the server fails.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// What it is asked for.
    Refuses(LinkError, bool),
    /// A transfer after so many bytes.
    BreaksOff(usize, LinkError, bool),
    /// It does what it is asked for, and says nothing.
    Silent,
}

pub(super) fn trouble() -> impl Strategy<Value = Trouble> {
    let cause = || {
        prop_oneof![
            prop::sample::select(&[421_u16, 425, 450, 452, 550][..]).prop_map(LinkError::Reply),
            Just(LinkError::DataClosed),
            Just(LinkError::DataReset),
            Just(LinkError::ControlClosed),
            Just(LinkError::ControlReset),
        ]
    };
    prop_oneof![
        (cause(), any::<bool>()).prop_map(|(cause, alive)| Trouble::Refuses(cause, alive)),
        (0_usize..3000, cause(), any::<bool>())
            .prop_map(|(after, cause, alive)| Trouble::BreaksOff(after, cause, alive)),
        Just(Trouble::Silent),
    ]
}

impl Trouble {
    pub(super) fn begin(&self, server: &mut ScriptedServer) {
        match self.clone() {
            Trouble::Refuses(cause, alive) => {
                // The end of an upload that was left open may come first.
                server.fail_next(cause.clone(), alive);
                server.fail_next(cause, alive);
            }
            Trouble::BreaksOff(after, cause, alive) => server.break_off(after, cause, alive),
            Trouble::Silent => server.silence(true),
        }
    }

    /// Whether nothing that the server is asked for goes well.
    pub(super) fn is_thorough(&self) -> bool {
        matches!(self, Trouble::Refuses(..) | Trouble::Silent)
    }
}
