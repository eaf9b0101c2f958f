//! `AT+GCAP`: what the module can do; host software asks before it goes on.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+GCAP", Group::General, "What the module can do", "V.250 §6.1.9")
        .test(TestForm::Bare)
        .execute(|modem, _| {
            modem.info(format_args!("+GCAP: +CGSM"));
            Ok(Flow::Done)
        });

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_module_speaks_27_007() {
        let answer = "AT+GCAP\r\r\n+GCAP: +CGSM\r\n\r\nOK\r\n";
        assert_eq!(Rig::default().ask("AT+GCAP"), answer);
    }
}
