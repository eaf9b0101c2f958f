//! The lines of the serial port (V.24) that the module drives, and whether it heeds RTS. What DTR
//! does is with the [`interface`](super::interface).

use std::time::Duration;

use super::Modem;
use super::interface::Interface;
use super::timer::Timer;

/// How long RI is on for an unsolicited result code: the pulse of `"urc/ri/other"` (vendor's
/// hardware design).
const RING: Duration = Duration::from_millis(120);

impl Modem {
    /// DCD, as `AT&C` says: always on, or only while data flow.
    pub fn dcd(&self) -> bool {
        self.profile.dcd == 0 || matches!(self.interface, Interface::Data(..))
    }

    /// RI: on for 120 ms with each unsolicited result code.
    pub fn ri(&self) -> bool {
        self.timers.is_set(Timer::Ring)
    }

    /// DSR: on while the module has power.
    pub fn dsr(&self) -> bool {
        self.power.is_on()
    }

    /// CTS: off without power, and with `AT+IFC=…,2` while the module takes no bytes.
    pub fn cts(&self) -> bool {
        let [_, by_module] = self.settings.flow_control;
        self.power.is_on() && (by_module == 0 || self.host_credit() > 0)
    }

    /// Whether RTS off keeps the module from sending: with `AT+IFC=2,…`.
    pub fn heeds_rts(&self) -> bool {
        let [by_host, _] = self.settings.flow_control;
        by_host != 0
    }

    /// An unsolicited result code goes out.
    pub(super) fn ring(&mut self) {
        self.set_timer(Timer::Ring, RING);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::Input;
    use crate::rig::Rig;

    #[test]
    fn ri_is_on_for_120_ms_with_an_unsolicited_result_code_and_not_for_answers() {
        let mut rig = Rig::default();
        rig.play("> AT+CSQ\n< +CSQ: 24,99\n< OK");
        assert!(!rig.modem.ri());
        rig.modem.urc("+QIURC: \"pdpdeact\",1".to_owned());
        rig.pass(Duration::ZERO);
        assert!(rig.modem.ri());
        rig.pass(Duration::from_millis(119));
        assert!(rig.modem.ri());
        rig.pass(Duration::from_millis(1));
        assert!(!rig.modem.ri());
    }

    #[test]
    fn dsr_and_cts_go_with_the_power() {
        let mut rig = Rig::default();
        assert!(rig.modem.dsr() && rig.modem.cts());
        rig.input(Input::Power(false));
        assert!(!rig.modem.dsr() && !rig.modem.cts());
        rig.input(Input::Power(true));
        assert!(rig.modem.dsr() && rig.modem.cts());
    }

    #[test]
    fn cts_and_rts_mean_something_only_with_hardware_flow_control() {
        let mut rig = Rig::default();
        let fill_up = |rig: &mut Rig| {
            rig.read(false);
            while rig.modem.host_credit() > 0 {
                rig.send("ATI\r");
            }
            let cts = rig.modem.cts();
            rig.read(true);
            rig.received();
            cts
        };
        assert!(!rig.modem.heeds_rts());
        assert!(fill_up(&mut rig));
        rig.play("> AT+IFC=0,2\n< OK");
        assert!(!rig.modem.heeds_rts());
        assert!(!fill_up(&mut rig));
        assert!(rig.modem.cts(), "the host has read");
        rig.play("> AT+IFC=2,0\n< OK");
        assert!(rig.modem.heeds_rts());
    }
}
