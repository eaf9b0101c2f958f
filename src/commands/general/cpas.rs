//! `AT+CPAS`: whether a call is active.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CPAS",
    Group::General,
    "Activity: 0 ready, 4 a call is active",
    "27.007 §8.1; captures",
)
.test(TestForm::Text("(0,3,4)"))
.execute(|modem, _| {
    let activity = if modem.has_call() { 4 } else { 0 };
    modem.info(format_args!("+CPAS: {activity}"));
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn without_a_call_the_module_is_ready() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("AT+CPAS"), "AT+CPAS\r\r\n+CPAS: 0\r\n\r\nOK\r\n");
        assert_eq!(rig.ask("AT+CPAS=?"), "AT+CPAS=?\r\r\n+CPAS: (0,3,4)\r\n\r\nOK\r\n");
    }
}
