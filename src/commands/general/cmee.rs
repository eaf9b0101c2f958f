//! `AT+CMEE`: how errors are told.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CMEE",
    Group::General,
    "Errors as ERROR (0), by number (1) or by text (2)",
    "27.007 §9.1",
)
.test(TestForm::Flat)
.read(|modem, _| {
    let cmee = modem.profile.cmee;
    modem.info(format_args!("+CMEE: {cmee}"));
    Ok(Flow::Done)
})
.write(&[Param::number("<n>", &[(0, 2)])], |modem, values| {
    modem.profile.cmee = values.get(0).unwrap_or(1);
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::modem::network::Sim;
    use crate::rig::Rig;

    #[test]
    fn it_is_1_at_start_and_chooses_how_errors_are_told() {
        let mut rig = Rig::default();
        rig.modem.network_mut().sim = Sim::Absent;
        rig.play("> AT+CMEE=?\n< +CMEE: (0-2)\n< OK\n> AT+CMEE?\n< +CMEE: 1\n< OK");
        rig.play("> AT+CPIN?\n< +CME ERROR: 10");
        rig.play("> AT+CMEE=2\n< OK\n> AT+CPIN?\n< +CME ERROR: SIM not inserted");
        rig.play("> AT+CMEE=0\n< OK\n> AT+CPIN?\n< ERROR");
        rig.play("> AT+CMEE=3\n< ERROR\n> AT+CMEE=\n< ERROR\n> AT+CMEE=\"1\"\n< ERROR");
        rig.play("> AT+CMEE?\n< +CMEE: 0\n< OK");
    }
}
