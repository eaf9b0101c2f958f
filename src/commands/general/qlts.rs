//! `AT+QLTS`: the time that the network has announced.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QLTS",
    Group::General,
    "The network's time: as announced (0), now in UTC (1), now in local time (2)",
    "AT manual §13; captures",
)
.test(TestForm::Text("(0-2)"))
.write(&[Param::number("<mode>", &[(0, 2)])], tell)
.execute(tell);

/// The network announces its time without end, so 0 and 1 are alike.
fn tell(modem: &mut Modem, values: &Values<'_>) -> Handled {
    if !modem.is_registered() {
        modem.info(format_args!("+QLTS: \"\""));
        return Ok(Flow::Done);
    }
    let clock = modem.network.time;
    let clock = if values.number(0) == Some(2) { clock.local() } else { clock };
    let time = clock.at(modem.now());
    // The last number: no daylight saving time.
    modem.info(format_args!("+QLTS: \"{time:#},0\""));
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::modem::clock::Clock;
    use crate::modem::network::Registration;
    use crate::rig::Rig;

    #[test]
    fn the_networks_time_is_told_in_utc_or_local_time() {
        let mut setup = Setup::default();
        setup.network.time = Clock::new(1_767_225_600, -8);
        let mut rig = Rig::new(setup);
        rig.play(
            r#"
            > AT+QLTS=?
            < +QLTS: (0-2)
            < OK
            > AT+QLTS
            < +QLTS: "2026/01/01,00:00:00-08,0"
            < OK
            > AT+QLTS=2
            < +QLTS: "2025/12/31,22:00:00-08,0"
            < OK
        "#,
        );
        rig.modem.network_mut().registration = Registration::NotRegistered;
        rig.play("> AT+QLTS=1\n< +QLTS: \"\"\n< OK");
    }
}
