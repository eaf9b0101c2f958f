//! `AT+IFC`: flow control.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

const NONE_OR_RTS_CTS: &[(i64, i64)] = &[(0, 0), (2, 2)];

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+IFC",
    Group::General,
    "Flow control by the host and by the module: none (0), RTS/CTS (2)",
    "V.250 §6.2.12; AT manual §2",
)
.test(TestForm::Flat)
.read(|modem, _| {
    let [by_dte, by_dce] = modem.settings.flow_control;
    modem.info(format_args!("+IFC: {by_dte},{by_dce}"));
    Ok(Flow::Done)
})
.write(
    &[
        Param::number("<dce_by_dte>", NONE_OR_RTS_CTS),
        Param::number("<dte_by_dce>", NONE_OR_RTS_CTS),
    ],
    |modem, values| {
        modem.settings.flow_control = [values.get(0).unwrap_or(0), values.get(1).unwrap_or(0)];
        Ok(Flow::Done)
    },
);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn only_hardware_flow_control_is_known() {
        let mut rig = Rig::default();
        rig.play("> AT+IFC=?\n< +IFC: (0,2),(0,2)\n< OK\n> AT+IFC?\n< +IFC: 0,0\n< OK");
        rig.play("> AT+IFC=2,2\n< OK\n> AT+IFC?\n< +IFC: 2,2\n< OK\n> AT+IFC=1,1\n< ERROR");
        rig.play("> AT+IFC=2\n< ERROR");
    }
}
