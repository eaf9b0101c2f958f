//! `AT+QINISTAT`: how far the card has started.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::modem::network::Sim;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QINISTAT",
    Group::Network,
    "How far the card has started: 1 ready, 2 messages, 4 phonebook, added up",
    "AT manual §5; captures",
)
.test(TestForm::Text("(0-7)"))
.execute(|modem, _| {
    let usable = !matches!(modem.network.sim, Sim::Absent | Sim::Lost);
    let initialised = if usable { modem.power.initialised() } else { 0 };
    modem.info(format_args!("+QINISTAT: {initialised}"));
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::modem::network::Sim;
    use crate::rig::Rig;

    #[test]
    fn all_is_7_and_without_a_card_it_is_0() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("AT+QINISTAT"), "AT+QINISTAT\r\r\n+QINISTAT: 7\r\n\r\nOK\r\n");
        rig.play("> AT+QINISTAT=?\n< +QINISTAT: (0-7)\n< OK");
        rig.modem.network_mut().sim = Sim::Lost;
        rig.play("> AT+QINISTAT\n< +QINISTAT: 0\n< OK");
    }
}
