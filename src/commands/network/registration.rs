//! What `AT+CREG`, `AT+CGREG` and `AT+CEREG` share.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};
use crate::modem::network::Domain;

pub(super) const PARAMS: &[Param] = &[Param::number("<n>", &[(0, 2)])];

pub(super) const fn registration(
    name: &'static str,
    summary: &'static str,
    source: &'static str,
) -> CommandSpec {
    CommandSpec::new(name, Group::Network, summary, source).test(TestForm::Flat)
}

/// Answers the read form.
pub(super) fn tell(modem: &mut Modem, domain: Domain) -> Handled {
    let n = modem.profile.registration_urcs[domain as usize];
    let text = modem.registration_text(domain);
    modem.info(format_args!("{}: {n},{text}", domain.command()));
    Ok(Flow::Done)
}

/// Carries out the write form.
pub(super) fn set(modem: &mut Modem, values: &Values<'_>, domain: Domain) -> Handled {
    modem.profile.registration_urcs[domain as usize] = values.get(0).unwrap_or(0);
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::modem::Input;
    use crate::modem::network::Registration;
    use crate::rig::Rig;

    #[test]
    fn the_place_is_told_with_2_while_registered() {
        for name in ["CREG", "CGREG", "CEREG"] {
            let mut rig = Rig::default();
            rig.play(&format!("> AT+{name}=?\n< +{name}: (0-2)\n< OK"));
            rig.play(&format!("> AT+{name}?\n< +{name}: 0,1\n< OK\n> AT+{name}=2\n< OK"));
            rig.play(&format!("> AT+{name}?\n< +{name}: 2,1,\"1DC6\",\"7D20307\",7\n< OK"));
            rig.modem.network_mut().registration = Registration::Searching;
            rig.play(&format!("> AT+{name}?\n< +{name}: 2,2\n< OK\n< +{name}: 2"));
            rig.play(&format!("> AT+{name}=3\n< ERROR"));
        }
    }

    #[test]
    fn a_change_is_told_with_1_and_with_2_where() {
        let mut rig = Rig::default();
        rig.play("> AT+CREG=1;+CGREG=2\n< OK");
        rig.modem.network_mut().registration = Registration::Searching;
        rig.input(Input::Timeout);
        rig.play("< +CREG: 2\n< +CGREG: 2");
        rig.modem.network_mut().registration = Registration::Roaming;
        rig.input(Input::Timeout);
        rig.play("< +CREG: 5\n< +CGREG: 5,\"1DC6\",\"7D20307\",7");
        assert_eq!(rig.text(), "", "+CEREG was not asked for");
    }

    /// Capture `ec21j-wiolte-1`: a card for data only.
    #[test]
    fn calls_may_be_denied_and_packets_served() {
        let mut rig = Rig::default();
        rig.modem.network_mut().circuit_switched = Some(Registration::Denied);
        rig.play("> AT+CREG?;+CGREG?;+CEREG?\n< +CREG: 0,3\n< +CGREG: 0,1\n< +CEREG: 0,1\n< OK");
        rig.play("> AT+COPS?\n< +COPS: 0,0,\"QFTPSIM\",7\n< OK");
    }

    #[test]
    fn who_is_detached_is_not_registered_for_packets() {
        let mut rig = Rig::default();
        rig.play("> AT+CGATT=0\n< OK\n> AT+CREG?;+CGREG?\n< +CREG: 0,1\n< +CGREG: 0,0\n< OK");
    }
}
