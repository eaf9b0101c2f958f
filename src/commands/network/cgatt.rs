//! `AT+CGATT`: attached to the packet domain or not.

use crate::at::error::CmeError;
use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::modem::network::Domain;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CGATT",
    Group::Network,
    "Attach to the packet domain (1) or detach from it (0)",
    "27.007 §10.1.9",
)
.test(TestForm::Flat)
.read(|modem, _| {
    let attached = u8::from(modem.network.attached);
    modem.info(format_args!("+CGATT: {attached}"));
    Ok(Flow::Done)
})
.write(&[Param::number("<state>", &[(0, 0), (1, 1)])], |modem, values| {
    let attach = values.number(0) == Some(1);
    if attach {
        modem.card()?;
        let before = std::mem::replace(&mut modem.network.attached, true);
        if !modem.registration(Domain::Evolved).is_registered() {
            modem.network.attached = before;
            return Err(CmeError::NO_NETWORK_SERVICE.into());
        }
    } else {
        modem.network.attached = false;
        modem.deactivate_all_contexts();
    }
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::modem::network::{Registration, Sim};
    use crate::rig::Rig;

    #[test]
    fn detaching_takes_contexts_and_session_along() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+CGATT=?\n< +CGATT: (0,1)\n< OK\n> AT+CGATT?\n< +CGATT: 1\n< OK");
        rig.play("> AT+CGATT=0\n< OK\n> AT+CGATT?\n< +CGATT: 0\n< OK\n> AT+QIACT?\n< OK");
        rig.play(
            "> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4\n> AT+CGATT=1\n< OK\n> AT+CGATT=2\n< ERROR",
        );
    }

    #[test]
    fn attaching_needs_a_card_and_a_network() {
        let mut rig = Rig::default();
        rig.modem.network_mut().registration = Registration::NotRegistered;
        rig.play("> AT+CGATT=1\n< +CME ERROR: 30");
        rig.modem.network_mut().sim = Sim::Absent;
        rig.play("> AT+CGATT=1\n< +CME ERROR: 10");
    }
}
