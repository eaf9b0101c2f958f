//! `AT+ICF`: the frame of a character on the port.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+ICF",
    Group::General,
    "Data, stop and parity bits; 3,3 is 8N1",
    "V.250 §6.2.11; AT manual §2",
)
.test(TestForm::Flat)
.read(|modem, _| {
    let [format, parity] = modem.settings.framing;
    modem.info(format_args!("+ICF: {format},{parity}"));
    Ok(Flow::Done)
})
.write(
    &[
        Param::number("<format>", &[(1, 6)]),
        Param::number("<parity>", &[(0, 3)]).optional("the previous one; 3"),
    ],
    |modem, values| {
        let [_, parity] = modem.settings.framing;
        modem.settings.framing = [values.get(0).unwrap_or(3), values.get(1).unwrap_or(parity)];
        Ok(Flow::Done)
    },
);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_frame_is_kept() {
        let mut rig = Rig::default();
        rig.play("> AT+ICF=?\n< +ICF: (1-6),(0-3)\n< OK\n> AT+ICF?\n< +ICF: 3,3\n< OK");
        rig.play("> AT+ICF=2,1\n< OK\n> AT+ICF=3\n< OK\n> AT+ICF?\n< +ICF: 3,1\n< OK");
        rig.play("> AT+ICF=7\n< ERROR");
    }
}
