//! `AT+CTZU`: whether the network sets the clock.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CTZU",
    Group::General,
    "The network does not set the clock (0), sets it to UTC (1), to local time (3)",
    "27.007 §8.40; captures",
)
.test(TestForm::Flat)
.read(|modem, _| {
    let update = modem.settings.clock_update;
    modem.info(format_args!("+CTZU: {update}"));
    Ok(Flow::Done)
})
.write(&[Param::number("<onoff>", &[(0, 0), (1, 1), (3, 3)])], |modem, values| {
    modem.settings.clock_update = values.get(0).unwrap_or(1);
    modem.clock_from_network();
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::modem::clock::Clock;
    use crate::rig::Rig;

    #[test]
    fn the_network_sets_the_clock_when_it_may() {
        let mut setup = Setup::default();
        setup.network.time = Clock::new(1_767_225_600, 32);
        let mut rig = Rig::new(setup);
        rig.play(
            r#"
            > AT+CTZU=?
            < +CTZU: (0,1,3)
            < OK
            > AT+CTZU?;+CCLK?
            < +CTZU: 1
            < +CCLK: "26/01/01,00:00:00+32"
            < OK
            > AT+CTZU=3;+CCLK?
            < +CCLK: "26/01/01,08:00:00+32"
            < OK
            > AT+CTZU=0;+CCLK="20/01/01,00:00:00+00";+CCLK?
            < +CCLK: "20/01/01,00:00:00+00"
            < OK
            > AT+CTZU=1;+CCLK?
            < +CCLK: "26/01/01,00:00:00+32"
            < OK
            > AT+CTZU=2
            < ERROR
        "#,
        );
    }
}
