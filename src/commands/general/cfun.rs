//! `AT+CFUN`: how much of the module works; a restart.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::modem::power::Functionality;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CFUN",
    Group::General,
    "Minimum (0), all (1), no radio (4); with ,1 a restart",
    "27.007 §8.2; captures",
)
.test(TestForm::Flat)
.read(|modem, _| {
    let functionality = modem.power.functionality() as u8;
    modem.info(format_args!("+CFUN: {functionality}"));
    Ok(Flow::Done)
})
.write(
    &[
        Param::number("<fun>", &[(0, 0), (1, 1), (4, 4)]),
        Param::number("<rst>", &[(0, 0), (1, 1)]).optional("0"),
    ],
    |modem, values| {
        if values.number(1) == Some(1) {
            return modem.restart_after_result();
        }
        modem.set_functionality(match values.number(0) {
            Some(0) => Functionality::Minimum,
            Some(4) => Functionality::RadioOff,
            _ => Functionality::Full,
        })
    },
);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::link::{Answer, LinkEvent, LinkRequest};
    use crate::modem::models::Model;
    use crate::modem::network::{Registration, Sim};
    use crate::modem::{Input, Setup};
    use crate::rig::Rig;

    #[test]
    fn the_forms() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("AT+CFUN=?"), "AT+CFUN=?\r\r\n+CFUN: (0,1,4),(0,1)\r\n\r\nOK\r\n");
        assert_eq!(rig.ask("AT+CFUN?"), "AT+CFUN?\r\r\n+CFUN: 1\r\n\r\nOK\r\n");
        rig.play("> AT+CFUN=1\n< OK\n> AT+CFUN=2\n< ERROR\n> AT+CFUN=1,2\n< ERROR");
    }

    /// Captures `ec20-ce-edge-modem-bench` and `ec2x-linux-fc20-gateway`.
    #[test]
    fn from_0_to_1_the_card_starts_again_and_the_network_is_searched() {
        let mut rig = Rig::default();
        rig.play(
            "
            > AT+CFUN=0
            < OK
            > AT+CFUN?;+QINISTAT;+QSIMSTAT?;+CREG?
            < +CFUN: 0
            < +QINISTAT: 0
            < +QSIMSTAT: 0,0
            < +CREG: 0,0
            < OK
            > AT+CPIN?
            < +CME ERROR: 13
            ... 3s
            > AT+CFUN=1
            < OK
            ... 300ms
            > AT+CPIN?
            < +CME ERROR: 14
            > AT+QSIMSTAT?
            < +QSIMSTAT: 0,0
            < OK
            < +CPIN: READY
            < +QUSIM: 1
        ",
        );
        rig.pass(Duration::from_millis(100));
        rig.play(
            "
            > AT+CPIN?;+QSIMSTAT?;+QINISTAT;+CREG?
            < +CPIN: READY
            < +QSIMSTAT: 0,1
            < +QINISTAT: 1
            < +CREG: 0,0
            < OK
            < +QIND: SMS DONE
            < +QIND: PB DONE
            > AT+QINISTAT;+CREG?
            < +QINISTAT: 7
            < +CREG: 0,1
            < OK
        "
            .replace("+CREG: 0,0", "+CREG: 0,2")
            .as_str(),
        );
    }

    #[test]
    fn without_radio_the_card_stays_and_the_contexts_go() {
        let mut rig = Rig::logged_in();
        rig.play(
            r#"
            > AT+CGREG=1
            < OK
            > AT+CFUN=4
            < OK
            < +QIURC: "pdpdeact",1
            < +CGREG: 0
            > AT+CPIN?
            < +CPIN: READY
            < OK
            > AT+QFTPSTAT
            < OK
            < +QFTPSTAT: 0,4
            > AT+CFUN=1
            < OK
            < +CGREG: 2
            < +CGREG: 1
            > AT+CFUN?
            < +CFUN: 1
            < OK
        "#,
        );
        assert_eq!(rig.server.requests.last(), Some(&LinkRequest::Drop));
    }

    #[test]
    fn a_restart_says_ok_goes_deaf_and_starts_anew() {
        let mut rig = Rig::logged_in();
        rig.play(
            r#"
            > AT+QFUPL="RAM:a",3
            < CONNECT
            >> "abc"
            < +QFUPL: 3,{sum}
            < OK
            > AT+QFUPL="b",3
            < CONNECT
            >> "abc"
            < +QFUPL: 3,{sum}
            < OK
            > AT+QFTPCFG="rsptimeout",20;+QSSLCFG="seclevel",1,2;+CMEE=2;E0
            < OK
            > AT+CFUN=1,1
            < OK
        "#,
        );
        rig.pass(Duration::from_secs(1));
        assert_eq!(rig.server.requests.last(), Some(&LinkRequest::Drop));
        assert_eq!(rig.ask("AT"), "", "nobody is there");
        rig.play(
            r#"
            < RDY
            > AT
            < OK
            > AT+CPIN?
            < +CME ERROR: 10
            < +CFUN: 1
            > AT+CPIN?
            < +CME ERROR: 14
            < +CPIN: READY
            < +QUSIM: 1
            < +QIND: SMS DONE
            < +QIND: PB DONE
            > AT+QFLST="RAM:*";+QFLST="b"
            < +QFLST: "UFS:b",3
            < OK
            > AT+QFTPCFG="rsptimeout"
            < +QFTPCFG: "rsptimeout",90
            < OK
            > AT+QFTPCFG="account"
            < +QFTPCFG: "account","",""
            < OK
            > AT+QSSLCFG="seclevel",1;+CMEE?
            < +QSSLCFG: "seclevel",1,0
            < +CMEE: 1
            < OK
            > AT+QIACT?
            < OK
            > AT+QICSGP=1
            < +QICSGP: 1,"","","",0
            < OK
            > AT+QFTPSTAT
            < OK
            < +QFTPSTAT: 0,4
        "#,
        );
        assert_eq!(rig.ask("AT"), "AT\r\r\nOK\r\n", "echo is on again");
    }

    #[test]
    fn a_restart_in_a_data_transfer_ends_it_without_a_word() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPPUT=\"f\",\"COM:\"\n< CONNECT\n>> 10");
        rig.input(Input::Power(false));
        assert_eq!(rig.text(), "");
        assert_eq!(rig.server.requests.last(), Some(&LinkRequest::Drop));
        assert_eq!(rig.modem.next_deadline(), None);
        rig.input(Input::Power(true));
        rig.play(
            "< RDY\n< +CFUN: 1\n< +CPIN: READY\n< +QUSIM: 1\n> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4",
        );
    }

    #[test]
    fn the_stored_profile_survives_a_restart() {
        let mut rig = Rig::default();
        rig.play("> ATE0S12=100;+IPR=9600;&W\n< OK\n> AT+IPR=57600;+CFUN=1,1\n< OK\n< RDY");
        assert_eq!(rig.ask("ATS12?;+IPR?"), "\r\n100\r\n\r\n+IPR: 9600\r\n\r\nOK\r\n");
    }

    #[test]
    fn a_locked_card_says_so_before_cfun() {
        let mut setup = Setup::default();
        setup.knobs.boot_urcs = true;
        setup.network.lock_card("1234");
        let mut rig = Rig::new(setup);
        rig.play(
            r#"
            < RDY
            < +CPIN: SIM PIN
            < +CFUN: 1
            > AT+CPIN="1234"
            < OK
            < +CPIN: READY
            < +QUSIM: 1
            < +QIND: SMS DONE
            < +QIND: PB DONE
            > AT+CFUN=1,1
            < OK
            < RDY
            < +CPIN: SIM PIN
            < +CFUN: 1
        "#,
        );
    }

    #[test]
    fn without_a_card_there_are_no_lines_of_its_start() {
        let mut setup = Setup::default();
        setup.knobs.boot_urcs = true;
        setup.network.sim = Sim::Absent;
        let mut rig = Rig::new(setup);
        rig.play("< RDY\n< +CFUN: 1\n< +CPIN: NOT INSERTED\n> AT+CPIN?\n< +CME ERROR: 10\n... 60s");
        assert_eq!(rig.text(), "");
        rig.play("> AT+QINISTAT\n< +QINISTAT: 0\n< OK");
    }

    /// Captures, INDEX points 30 and 33: the EG21-G.
    #[test]
    fn a_module_may_refuse_cfun_while_it_starts_and_not_tell_it() {
        let mut setup = Setup::of(Model::find("eg21-g").unwrap());
        setup.knobs.boot_urcs = true;
        Rig::new(setup).play(
            "
            < RDY
            > AT+CFUN=1
            < +CME ERROR: 3
            < +CPIN: READY
            < +QUSIM: 1
            > AT+CFUN=1
            < OK
        ",
        );
    }

    /// Capture `ec20-ce-edge-modem-bench`.
    #[test]
    fn offline_only_a_restart_helps() {
        let mut rig = Rig::default();
        rig.modem.take_offline();
        rig.play("> AT+CFUN?;+CREG?\n< +CFUN: 7\n< +CREG: 0,0\n< OK\n> AT+CFUN=1\n< +CME ERROR: 4");
        rig.play("> AT+CFUN=1,1\n< OK\n< RDY\n< +CFUN: 1\n> AT+CFUN?\n< +CFUN: 1\n< OK");
    }

    /// Capture `eg25g-pinephone-nuttx`: the first AT was answered after `+CFUN: 1`.
    #[test]
    fn a_module_may_answer_only_after_cfun() {
        let mut setup = Setup::default();
        setup.knobs.boot_urcs = true;
        setup.knobs.boot_holds_input = true;
        let mut rig = Rig::new(setup);
        rig.play("< RDY");
        assert_eq!(rig.ask("AT"), "");
        rig.pass(Duration::from_secs(1));
        assert_eq!(rig.text(), "\r\n+CFUN: 1\r\nAT\r\r\nOK\r\n");
    }

    #[test]
    fn boot_lines_wait_for_a_host_to_open_the_port() {
        let mut setup = Setup::default();
        setup.knobs.boot_urcs = true;
        let mut rig = Rig::new(setup);
        rig.input(Input::HostPresent(false));
        rig.pass(Duration::from_secs(60));
        assert_eq!(rig.text(), "");
        rig.input(Input::HostPresent(true));
        rig.play(
            "< RDY\n< +CFUN: 1\n< +CPIN: READY\n< +QUSIM: 1\n< +QIND: SMS DONE\n< +QIND: PB DONE",
        );
    }

    #[test]
    fn without_the_knob_a_modem_starts_silently_and_is_ready() {
        let mut rig = Rig::default();
        rig.pass(Duration::from_secs(60));
        assert_eq!(rig.text(), "");
        rig.play("> AT+QINISTAT\n< +QINISTAT: 7\n< OK");
    }

    #[test]
    fn power_may_fail_at_any_moment() {
        let mut setup = Setup::default();
        setup.knobs.qiact_time = Duration::from_secs(20);
        setup.knobs.qiact_needs_apn = false;
        for line in ["AT+QIACT=1", "AT+QFUPL=\"f\",10", "ATD*99#", "AT+CFUN=1,1", "AT+QPOWD"] {
            let network = setup.network.clone();
            let mut rig =
                Rig::new(Setup { knobs: setup.knobs.clone(), network, ..Setup::default() });
            rig.ask(line);
            rig.input(Input::Power(false));
            rig.pass(Duration::from_secs(600));
            assert_eq!(rig.ask("AT"), "", "{line}");
            rig.input(Input::Power(true));
            // Once more means nothing.
            rig.input(Input::Power(true));
            rig.play("< RDY\n> AT\n< OK\n> AT+CPAS\n< +CPAS: 0\n< OK\n> AT+QFOPEN?\n< OK");
        }
    }

    #[test]
    fn answers_of_the_session_before_the_restart_are_stale() {
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.play("> AT+QFTPSIZE=\"f\"\n< OK");
        let before = rig.server.last_id();
        rig.input(Input::Power(false));
        rig.input(Input::Power(true));
        rig.play("< RDY\n< +CFUN: 1\n< +CPIN: READY\n< +QUSIM: 1\n< {line}\n< {line}");
        rig.server.silence(false);
        rig.log_in();
        rig.server.silence(true);
        rig.play("> AT+QFTPSIZE=\"f\"\n< OK");
        assert_ne!(rig.server.last_id(), before);
        rig.event(LinkEvent::Answered(before, Answer::Size(7)));
        assert_eq!(rig.text(), "");
    }

    #[test]
    fn what_was_kept_for_nobody_is_lost_with_the_supply() {
        let mut rig = Rig::default();
        rig.play("> AT+CREG=1;&W\n< OK");
        rig.input(Input::HostPresent(false));
        rig.modem.network_mut().registration = Registration::Searching;
        rig.input(Input::Timeout);
        rig.input(Input::Power(false));
        rig.input(Input::HostPresent(true));
        assert_eq!(rig.text(), "");
        rig.input(Input::Power(true));
        rig.play("< RDY");
    }
}
