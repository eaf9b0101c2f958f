//! `AT+QSIMSTAT`: whether a card is in, and whether it is told when that changes.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QSIMSTAT",
    Group::Network,
    "Whether a card is in; a change is told (1) or not (0)",
    "AT manual §5; captures",
)
.test(TestForm::Flat)
.read(|modem, _| {
    let enabled = u8::from(modem.settings.card_urcs);
    let inserted = u8::from(modem.card_inserted());
    modem.info(format_args!("+QSIMSTAT: {enabled},{inserted}"));
    Ok(Flow::Done)
})
.write(&[Param::number("<enable>", &[(0, 0), (1, 1)])], |modem, values| {
    modem.settings.card_urcs = values.number(0) == Some(1);
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::modem::Input;
    use crate::modem::network::Sim;
    use crate::rig::Rig;

    #[test]
    fn a_card_that_goes_is_told_to_who_asked() {
        let mut rig = Rig::default();
        rig.play(
            "> AT+QSIMSTAT=?\n< +QSIMSTAT: (0,1)\n< OK\n> AT+QSIMSTAT?\n< +QSIMSTAT: 0,1\n< OK",
        );
        rig.modem.network_mut().sim = Sim::Lost;
        rig.play("> AT+QSIMSTAT?\n< +QSIMSTAT: 0,0\n< OK\n> AT+QSIMSTAT=1\n< OK");
        rig.modem.network_mut().sim = Sim::Ready;
        rig.input(Input::Timeout);
        rig.play("< +QSIMSTAT: 1,1");
    }
}
