//! `AT+CCLK`: the module's clock.

use crate::at::error::CmeError;
use crate::at::param::Param;
use crate::modem::clock::Clock;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+CCLK", Group::General, "The module's clock", "27.007 §8.15; captures")
        .test(TestForm::Bare)
        .read(|modem, _| {
            let time = modem.clock.at(modem.now());
            modem.info(format_args!("+CCLK: \"{time}\""));
            Ok(Flow::Done)
        })
        .write(&[Param::text("<time>", 20)], |modem, values| {
            let zone = modem.clock.at(modem.now()).zone();
            modem.clock = Clock::set(values.text(0), modem.now(), zone)
                .ok_or(CmeError::INCORRECT_PARAMETERS)?;
            Ok(Flow::Done)
        });

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_clock_runs_and_can_be_set() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+CCLK?
            < +CCLK: "26/01/01,00:00:00+00"
            < OK
            ... 90s
            > AT+CCLK?
            < +CCLK: "26/01/01,00:01:30+00"
            < OK
            > AT+CCLK="30/12/31,23:59:59+08"
            < OK
            ... 1s
            > AT+CCLK?
            < +CCLK: "31/01/01,00:00:00+08"
            < OK
            > AT+CCLK="30/02/30,00:00:00+00"
            < +CME ERROR: 50
            > AT+CCLK=?
            < OK
        "#,
        );
    }
}
