//! `ATS…`: the S registers. S3, S4 and S5 are the special characters, S12 is the guard time of
//! `+++` in 20 ms; the others are kept, without effect.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled};

/// The registers there are.
pub(super) const REGISTERS: &[usize] = &[0, 3, 4, 5, 6, 7, 8, 10, 12];

pub(super) static S0: CommandSpec =
    register::<0>("S0", "Rings before an automatic answer", &[Param::number("<n>", &[(0, 255)])]);
pub(super) static S3: CommandSpec =
    register::<3>("S3", "The character that ends a line", &[Param::number("<n>", &[(0, 127)])]);
pub(super) static S4: CommandSpec =
    register::<4>("S4", "The character after it in answers", &[Param::number("<n>", &[(0, 127)])]);
pub(super) static S5: CommandSpec = register::<5>(
    "S5",
    "The character that takes back the last one",
    &[Param::number("<n>", &[(0, 127)])],
);
pub(super) static S6: CommandSpec =
    register::<6>("S6", "Seconds before dialling", &[Param::number("<n>", &[(0, 10)])]);
pub(super) static S7: CommandSpec =
    register::<7>("S7", "Seconds to wait for a carrier", &[Param::number("<n>", &[(0, 255)])]);
pub(super) static S8: CommandSpec =
    register::<8>("S8", "Seconds of a comma when dialling", &[Param::number("<n>", &[(0, 255)])]);
pub(super) static S10: CommandSpec = register::<10>(
    "S10",
    "Tenths of a second before a lost carrier counts",
    &[Param::number("<n>", &[(1, 254)])],
);
pub(super) static S12: CommandSpec =
    register::<12>("S12", "Guard time of +++ in 20 ms", &[Param::number("<n>", &[(10, 250)])]);

const fn register<const N: usize>(
    name: &'static str,
    summary: &'static str,
    range: &'static [Param],
) -> CommandSpec {
    CommandSpec::new(name, Group::General, summary, "V.250 §6.2; AT manual §2")
        .read(tell::<N>)
        .write(range, set::<N>)
}

fn tell<const N: usize>(modem: &mut Modem, _: &Values<'_>) -> Handled {
    let value = modem.profile.s[N];
    modem.info(format_args!("{value:03}"));
    Ok(Flow::Done)
}

fn set<const N: usize>(modem: &mut Modem, values: &Values<'_>) -> Handled {
    modem.profile.s[N] = values.get(0).unwrap_or(0);
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::REGISTERS;
    use crate::modem::Setup;
    use crate::rig::Rig;

    #[test]
    fn registers_read_three_digits() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("ATS12?"), "ATS12?\r\r\n050\r\n\r\nOK\r\n");
        let values = ["000", "013", "010", "008", "002", "000", "002", "015", "050"];
        for (register, value) in REGISTERS.iter().zip(values) {
            rig.play(&format!("> ATS{register}?\n< {value}\n< OK"));
        }
    }

    #[test]
    fn registers_keep_what_is_in_range() {
        let mut rig = Rig::default();
        for (register, low, high) in [(0, 0, 255), (6, 0, 10), (7, 0, 255), (8, 0, 255)] {
            for value in [low, high] {
                rig.play(&format!(
                    "> ATS{register}={value}\n< OK\n> ATS{register}?\n< {value:03}\n< OK"
                ));
            }
            rig.play(&format!("> ATS{register}={}\n< ERROR", high + 1));
        }
        rig.play("> ATS12=9\n< ERROR\n> ATS12=251\n< ERROR\n> ATS10=0\n< ERROR");
        rig.play("> ATS1=0\n< ERROR\n> ATS99?\n< ERROR\n> ATS12=\n< ERROR");
    }

    #[test]
    fn s12_is_the_guard_time_in_20_ms() {
        let mut rig = Rig::logged_in();
        rig.play("> ATS12=10\n< OK\n> AT+QFTPPUT=\"f\",\"COM:\"\n< CONNECT\n>> 10");
        rig.pass(Duration::from_millis(199));
        rig.send("+++");
        rig.pass(Duration::from_millis(200));
        assert_eq!(rig.text(), "", "too early: it is data");
        rig.send("+++");
        rig.pass(Duration::from_millis(199));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        rig.play("< OK\n< +QFTPPUT: 0,13");
    }

    #[test]
    fn s3_ends_lines_and_answers_and_s5_takes_back() {
        let mut rig = Rig::default();
        rig.play("> ATE0S5=60\n< OK");
        rig.send("ATX<E1\r");
        assert_eq!(rig.text(), "\r\nOK\r\n");
        rig.send("ATE0S3=33\r");
        rig.text();
        rig.send("AT!");
        assert_eq!(rig.text(), "!\nOK!\n");
        rig.send("ATS3=13!AT\r");
        assert!(rig.text().ends_with("\r\nOK\r\n"));
    }

    #[test]
    fn the_guard_time_after_power_on_is_a_knob() {
        let mut setup = Setup::default();
        setup.knobs.set("guard_time", "500ms").unwrap();
        let mut rig = Rig::new(setup);
        rig.play("> ATS12?\n< 025\n< OK\n> ATS12=50;&F;S12?\n< 025\n< OK");
    }
}
