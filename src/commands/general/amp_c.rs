//! `AT&C`: what DCD shows.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "&C",
    Group::General,
    "DCD always on (0) or only in data mode (1)",
    "V.250 §6.2.8",
)
.write(&[Param::number("<value>", &[(0, 0), (1, 1)])], |modem, values| {
    modem.profile.dcd = values.get(0).unwrap_or(0);
    Ok(Flow::Done)
})
.execute(|modem, _| {
    modem.profile.dcd = 0;
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn dcd_shows_data_mode_unless_it_is_always_on() {
        let mut rig = Rig::default();
        assert!(!rig.modem.dcd());
        rig.play("> AT+QFUPL=\"f\",3\n< CONNECT");
        assert!(rig.modem.dcd());
        rig.play(">> 3\n< +QFUPL: 3,{sum}\n< OK");
        assert!(!rig.modem.dcd());
        rig.play("> AT&C0\n< OK");
        assert!(rig.modem.dcd());
        rig.play("> AT&C1\n< OK\n> AT&C2\n< ERROR");
        assert!(!rig.modem.dcd());
    }
}
