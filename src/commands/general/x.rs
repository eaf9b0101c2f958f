//! `ATX`: how `CONNECT` is told.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "X",
    Group::General,
    "CONNECT bare (0) or with the speed of the line (1-4)",
    "V.250 §6.2.7; AT manual §2",
)
.write(&[Param::number("<value>", &[(0, 4)])], |modem, values| {
    modem.profile.connect_text = values.get(0).unwrap_or(0);
    Ok(Flow::Done)
})
.execute(|modem, _| {
    modem.profile.connect_text = 0;
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::rig::Rig;

    /// A packet call that was left, on a line with a speed.
    fn suspended(connect_speed: u32) -> Rig {
        let mut setup = Setup::default();
        setup.knobs.connect_speed = connect_speed;
        let mut rig = Rig::new(setup);
        rig.play("> ATD*99***2#\n< CONNECT{speed}\n+++\n< OK");
        rig
    }

    #[test]
    fn connect_is_bare_with_0_and_tells_the_speed_with_the_others() {
        let mut rig = suspended(150_000_000);
        rig.play("> ATX0O\n< CONNECT\n+++\n< OK");
        for value in 1..=4 {
            rig.play(&format!("> ATX{value}\n< OK\n> ATO\n< CONNECT 150000000\n+++\n< OK"));
        }
        rig.play("> ATX5\n< ERROR\n> ATX\n< OK\n> ATO\n< CONNECT\n+++\n< OK");
    }

    #[test]
    fn without_a_speed_to_tell_it_is_bare_with_any() {
        let mut rig = suspended(0);
        rig.play("> ATX4\n< OK\n> ATO\n< CONNECT\n+++\n< OK\n> ATX0\n< OK\n> ATO\n< CONNECT");
    }
}
