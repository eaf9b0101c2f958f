//! What `AT+CREG`, `AT+CGREG` and `AT+CEREG` share. The simulated network serves all domains alike.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};

pub(super) const PARAMS: &[Param] = &[Param::number("<n>", &[(0, 2)])];

/// Tracking area and cell, told with `<n>`=2; the access technology is LTE.
const PLACE: &str = "\"1DC6\",\"7D20307\",7";

pub(super) const fn registration(
    name: &'static str,
    summary: &'static str,
    source: &'static str,
) -> CommandSpec {
    CommandSpec::new(name, Group::Network, summary, source).test(TestForm::Flat)
}

/// Answers the read form; `domain` is the place in `registration_urcs`.
pub(super) fn tell(modem: &mut Modem, name: &str, domain: usize) -> Handled {
    let n = modem.profile.registration_urcs[domain];
    let registration = modem.network.registration;
    let stat = registration.stat();
    if n == 2 && registration.is_registered() {
        modem.info(format_args!("{name}: {n},{stat},{PLACE}"));
    } else {
        modem.info(format_args!("{name}: {n},{stat}"));
    }
    Ok(Flow::Done)
}

/// Carries out the write form.
pub(super) fn set(modem: &mut Modem, values: &Values<'_>, domain: usize) -> Handled {
    modem.profile.registration_urcs[domain] = values.get(0).unwrap_or(0);
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
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
            rig.play(&format!("> AT+{name}?\n< +{name}: 2,2\n< OK\n> AT+{name}=3\n< ERROR"));
        }
    }
}
