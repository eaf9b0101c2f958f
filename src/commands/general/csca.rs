//! `AT+CSCA`: the message centre. No message is sent; host software asks for it at its start.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CSCA",
    Group::General,
    "Number of the message centre; kept: no message is sent",
    "27.005 §3.3.1; captures",
)
.test(TestForm::Bare)
.read(|modem, _| {
    modem.card()?;
    let (number, kind) = modem.settings.message_centre.clone();
    modem.info(format_args!("+CSCA: \"{number}\",{kind}"));
    Ok(Flow::Done)
})
.write(
    &[Param::text("<sca>", 20), Param::number("<tosca>", &[(128, 255)]).optional("by its +")],
    |modem, values| {
        modem.card()?;
        let number = values.text(0);
        // International numbers are 145, others 129 (24.008 §10.5.4.7).
        let kind = values.get(1).unwrap_or(if number.starts_with('+') { 145 } else { 129 });
        modem.settings.message_centre = (number.to_owned(), kind);
        Ok(Flow::Done)
    },
);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_number_is_kept_with_its_type() {
        let mut rig = Rig::default();
        rig.play("> AT+CSCA?\n< +CSCA: \"+10000000000\",145\n< OK");
        rig.play("> AT+CSCA=\"123\"\n< OK\n> AT+CSCA?\n< +CSCA: \"123\",129\n< OK");
        rig.play("> AT+CSCA=\"+49\",145\n< OK\n> AT+CSCA?\n< +CSCA: \"+49\",145\n< OK");
    }
}
