//! `AT+CMGF`: the format of short messages. There are none; host software sets it at its start.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CMGF",
    Group::General,
    "Format of short messages; kept: there are none",
    "27.005 §3.2.3; captures",
)
.test(TestForm::Flat)
.read(|modem, _| {
    let format = modem.settings.message_format;
    modem.info(format_args!("+CMGF: {format}"));
    Ok(Flow::Done)
})
.write(&[Param::number("<mode>", &[(0, 0), (1, 1)])], |modem, values| {
    modem.settings.message_format = values.get(0).unwrap_or(0);
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_format_is_kept() {
        let mut rig = Rig::default();
        rig.play("> AT+CMGF=?\n< +CMGF: (0,1)\n< OK\n> AT+CMGF?\n< +CMGF: 0\n< OK");
        rig.play("> AT+CMGF=1\n< OK\n> AT+CMGF?\n< +CMGF: 1\n< OK\n> AT+CMGF=2\n< ERROR");
    }
}
