//! `AT+QIGETERROR`: how the last TCP/IP command went.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QIGETERROR",
    Group::TcpIp,
    "How the last TCP/IP command went",
    "TCP/IP note; captures",
)
.test(TestForm::Bare)
.execute(|modem, _| {
    let error = modem.network.last_error;
    modem.info(format_args!("+QIGETERROR: {error},{}", error.text()));
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::modem::network::Registration;
    use crate::rig::Rig;

    #[test]
    fn the_cause_of_an_error_is_told_until_the_next_command() {
        let mut rig = Rig::default();
        assert_eq!(
            rig.ask("AT+QIGETERROR"),
            "AT+QIGETERROR\r\r\n+QIGETERROR: 0,operate successfully\r\n\r\nOK\r\n"
        );
        rig.play(
            r#"
            > AT+QIACT=1
            < ERROR
            > AT+QIGETERROR
            < +QIGETERROR: 573,APN not configured
            < OK
            > AT+QICSGP=1,1,"internet"
            < OK
            > AT+QIACT=1
            < OK
            > AT+QIGETERROR
            < +QIGETERROR: 0,operate successfully
            < OK
            > AT+QIACT=1
            < ERROR
            > AT+QIGETERROR
            < +QIGETERROR: 572,operation not allowed
            < OK
            > AT+QICSGP=2,1,"internet"
            < OK
        "#,
        );
        rig.modem.network_mut().registration = Registration::Searching;
        rig.play(
            r#"
            > AT+QIACT=2
            < ERROR
            > AT+QIGETERROR
            < +QIGETERROR: 561,open PDP context failed
            < OK
            > AT+QIGETERROR=?
            < OK
        "#,
        );
    }

    /// TCP/IP note, 2.5.5.
    #[test]
    fn a_context_that_the_network_drops_is_told_and_must_be_deactivated_first() {
        let mut rig = Rig::logged_in();
        rig.modem.drop_context(1);
        rig.modem.drop_context(2);
        rig.input(crate::modem::Input::Timeout);
        rig.play(
            r#"
            < +QIURC: "pdpdeact",1
            > AT+QIGETERROR
            < +QIGETERROR: 570,PDP context broken down
            < OK
            > AT+QFTPSTAT
            < OK
            < +QFTPSTAT: 0,4
            > AT+QIACT?
            < OK
            > AT+QIACT=1
            < ERROR
            > AT+QIDEACT=1
            < OK
            > AT+QIACT=1
            < OK
        "#,
        );
        assert_eq!(rig.text(), "", "context 2 was not active");
    }

    #[test]
    fn a_transfer_on_a_dropped_context_fails_and_the_line_comes_after_data_mode() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"f\",\"COM:\"\n< CONNECT\n>> 10");
        rig.modem.drop_context(1);
        rig.input(crate::modem::Input::Timeout);
        rig.play("< OK\n< +QIURC: \"pdpdeact\",1\n< +QFTPPUT: 605,0");
    }
}
