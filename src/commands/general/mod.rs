//! The V.250 and 27.007 commands around the others.

mod amp_c;
mod amp_d;
mod amp_f;
mod amp_v;
mod amp_w;
mod cclk;
mod cfun;
mod cgsn;
mod cmee;
mod cmgf;
mod cpas;
mod csca;
mod cscs;
mod csub;
mod ctzu;
mod d;
mod e;
mod gcap;
mod gmi;
mod gmm;
mod gmr;
mod gsn;
mod h;
mod i;
mod icf;
mod ifc;
mod ipr;
mod o;
mod q;
mod qlts;
mod qpowd;
mod qsclk;
mod qurccfg;
mod s;
mod v;
mod x;
mod z;

use crate::modem::command::CommandSpec;

pub(super) static COMMANDS: &[&CommandSpec] = &[
    &e::COMMAND,
    &q::COMMAND,
    &v::COMMAND,
    &x::COMMAND,
    &z::COMMAND,
    &amp_c::COMMAND,
    &amp_d::COMMAND,
    &amp_f::COMMAND,
    &amp_v::COMMAND,
    &amp_w::COMMAND,
    &s::S0,
    &s::S3,
    &s::S4,
    &s::S5,
    &s::S6,
    &s::S7,
    &s::S8,
    &s::S10,
    &s::S12,
    &d::COMMAND,
    &h::COMMAND,
    &o::COMMAND,
    &i::COMMAND,
    &csub::COMMAND,
    &gmi::GMI,
    &gmi::CGMI,
    &gmm::GMM,
    &gmm::CGMM,
    &gmr::GMR,
    &gmr::CGMR,
    &gmr::QGMR,
    &gsn::COMMAND,
    &cgsn::COMMAND,
    &gcap::COMMAND,
    &cscs::COMMAND,
    &ipr::COMMAND,
    &ifc::COMMAND,
    &icf::COMMAND,
    &qurccfg::COMMAND,
    &cmee::COMMAND,
    &cpas::COMMAND,
    &cfun::COMMAND,
    &qpowd::COMMAND,
    &qsclk::COMMAND,
    &cclk::COMMAND,
    &ctzu::COMMAND,
    &qlts::COMMAND,
    &cmgf::COMMAND,
    &csca::COMMAND,
];

#[cfg(test)]
mod tests {
    use crate::modem::host::HOST_WINDOW;
    use crate::rig::Rig;

    #[test]
    fn at_alone_is_ok_and_echo_repeats_the_line_without_lf() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("AT"), "AT\r\r\nOK\r\n");
        rig.send("at\r\n");
        assert_eq!(rig.text(), "at\r\r\nOK\r\n");
        rig.send("\r\n\r\n");
        assert_eq!(rig.text(), "\r\r", "a blank line has no result");
    }

    #[test]
    fn unknown_commands_are_plain_error_at_any_cmee() {
        let mut rig = Rig::default();
        for cmee in 0..=2 {
            rig.play(&format!("> AT+CMEE={cmee}\n< OK"));
            for line in ["AT+NONEXISTENT", "ATBOGUS", "AT+CSQX", "AT+", "AT1", "AT+CSQ=?x"] {
                assert_eq!(rig.ask(line), format!("{line}\r\r\nERROR\r\n"));
            }
        }
    }

    #[test]
    fn a_line_holds_several_commands_and_an_error_stops_it() {
        let mut rig = Rig::default();
        let expected = "ATE1V1;+CSQ;+CPIN?;\r\r\n+CSQ: 24,99\r\n\r\n+CPIN: READY\r\n\r\nOK\r\n";
        assert_eq!(rig.ask("ATE1V1;+CSQ;+CPIN?;"), expected);
        let line = "AT+CSQ;+BOGUS;+CMEE=0";
        assert_eq!(rig.ask(line), format!("{line}\r\r\n+CSQ: 24,99\r\n\r\nERROR\r\n"));
        rig.play("> AT+CMEE?\n< +CMEE: 1\n< OK");
    }

    #[test]
    fn a_slash_repeats_the_last_line() {
        let mut rig = Rig::default();
        rig.ask("AT+CSQ");
        rig.send("A/");
        assert_eq!(rig.text(), "A/\r\n+CSQ: 24,99\r\n\r\nOK\r\n");
    }

    #[test]
    fn a_line_that_is_too_long_or_not_text_is_an_error_and_the_next_one_works() {
        let mut rig = Rig::default();
        rig.play("> ATE0\n< OK");
        rig.send([b"AT".to_vec(), vec![b'x'; 100_000], b"\r".to_vec()].concat());
        assert_eq!(rig.text(), "\r\nERROR\r\n");
        rig.send(b"AT+QFTPCWD=\"\xff\xfe\"\r");
        assert_eq!(rig.text(), "\r\nERROR\r\n");
        assert_eq!(rig.ask("AT"), "\r\nOK\r\n");
    }

    #[test]
    fn a_host_that_sends_but_does_not_read_is_stopped() {
        let mut rig = Rig::default();
        rig.read(false);
        let mut sent = 0;
        while rig.modem.host_credit() > 0 && sent < 100_000 {
            rig.send("AT\r");
            sent += 1;
        }
        assert!(sent <= HOST_WINDOW / "\r\nOK\r\n".len());
        rig.read(true);
        assert_eq!(rig.text().matches("OK").count(), sent);
        assert_eq!(rig.ask("AT"), "AT\r\r\nOK\r\n");
    }
}
