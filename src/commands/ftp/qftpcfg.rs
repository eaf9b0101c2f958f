//! `AT+QFTPCFG`: account, file type, transfer mode and the other settings of FTP(S).

use crate::at::error::FtpErr;
use crate::at::param::Param;
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Item, TestForm};
use crate::modem::ftp::config::FtpConfig;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTPCFG",
    Group::Ftp,
    "Set or query account, file type, transfer mode, timeouts, TLS",
    "FTP note §2.1",
)
.test(TestForm::Lines(test_lines))
.keyed(ITEMS)
.reject_with(610);

static ITEMS: &[Item] = &[
    Item {
        key: "account",
        summary: "user name and password",
        available: always,
        params: &[Param::text("<username>", 255), Param::text("<password>", 255)],
        get: |modem, _| {
            let FtpConfig { username, password, .. } = &modem.ftp.config;
            if modem.knobs.account_masked {
                format!("\"{username}\",\"{}\"", "*".repeat(password.len()))
            } else {
                format!("\"{username}\",\"{password}\"")
            }
        },
        set: |modem, _, values| {
            modem.ftp.config.username = values.text(0).to_owned();
            modem.ftp.config.password = values.text(1).to_owned();
            Ok(Flow::Done)
        },
    },
    Item {
        key: "filetype",
        summary: "0 binary (default), 1 ASCII",
        available: always,
        params: &[Param::number("<file_type>", &[(0, 0), (1, 1)])],
        get: |modem, _| u8::from(modem.ftp.config.ascii).to_string(),
        set: |modem, _, values| {
            modem.ftp.config.ascii = values.number(0) == Some(1);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "transmode",
        summary: "0 active, 1 passive (default)",
        available: always,
        params: &[Param::number("<transmode>", &[(0, 0), (1, 1)])],
        get: |modem, _| u8::from(modem.ftp.config.passive).to_string(),
        set: |modem, _, values| {
            modem.ftp.config.passive = values.number(0) == Some(1);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "contextid",
        summary: "PDP context, default 1",
        available: always,
        params: &[Param::number("<contextID>", &[(1, 16)])],
        get: |modem, _| modem.ftp.config.context.to_string(),
        set: |modem, _, values| {
            modem.ftp.config.context = values.get(0).unwrap_or(1);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "rsptimeout",
        summary: "response timeout in seconds, default 90",
        available: always,
        params: &[Param::number("<timeout>", &[(20, 180)])],
        get: |modem, _| modem.ftp.config.rsptimeout.to_string(),
        set: |modem, _, values| {
            modem.ftp.config.rsptimeout = values.get(0).unwrap_or(90);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "ssltype",
        summary: "0 FTP (default), 1 FTPS implicit, 2 FTPS explicit",
        available: always,
        params: &[Param::number("<SSL_type>", &[(0, 2)])],
        get: |modem, _| modem.ftp.config.ssltype.to_string(),
        set: |modem, _, values| {
            modem.ftp.config.ssltype = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "sslctxid",
        summary: "SSL context, default 0",
        available: always,
        params: &[Param::number("<sslctxid>", &[(0, 5)])],
        get: |modem, _| modem.ftp.config.ssl_context.to_string(),
        set: |modem, _, values| {
            modem.ftp.config.ssl_context = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "data_address",
        summary: "0 the server's (default), 1 the control session's, 2 that one first",
        available: always,
        params: &[
            Param::number("<data_address_type>", &[(0, 2)]),
            Param::number("<data_timeout>", &[(15, 50)]).optional("the previous one; 25"),
        ],
        get: |modem, _| {
            let FtpConfig { data_address, data_timeout, .. } = modem.ftp.config;
            match data_address {
                2 => format!("2,{data_timeout}"),
                kind => kind.to_string(),
            }
        },
        set: |modem, _, values| {
            if values.given() > 1 && !modem.knobs.data_timeout_taken {
                return Err(FtpErr::INVALID_PARAMETER.into());
            }
            let config = &mut modem.ftp.config;
            config.data_address = values.get(0).unwrap_or(0);
            config.data_timeout = values.get(1).unwrap_or(config.data_timeout);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "restenable",
        summary: "1 REST may be sent (default), 0 not",
        available: |modem| modem.knobs.cfg_restenable,
        params: &[Param::number("<restenable>", &[(0, 0), (1, 1)])],
        get: |modem, _| u8::from(modem.ftp.config.rest).to_string(),
        set: |modem, _, values| {
            modem.ftp.config.rest = values.number(0) == Some(1);
            Ok(Flow::Done)
        },
    },
];

fn always(_: &Modem) -> bool {
    true
}

/// One line a key; firmware differs in the last ones.
fn test_lines(modem: &Modem) -> Vec<String> {
    let line = |item: &Item| {
        let shown = match item.key {
            "data_address" if !modem.knobs.cfg_data_timeout_in_test => &item.params[..1],
            _ => item.params,
        };
        format!("\"{}\",{}", item.key, crate::at::param::flat(shown))
    };
    ITEMS.iter().filter(|item| (item.available)(modem)).map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::link::{DataAddress, DataConnection, LinkRequest, TlsStart, TransferMode};
    use crate::modem::{Setup, models::Model};
    use crate::rig::Rig;

    fn model(name: &str) -> Rig {
        Rig::new(Setup::of(Model::find(name).unwrap()))
    }

    #[test]
    fn the_test_form_is_the_one_of_a_real_module() {
        let answer = Rig::default().ask("AT+QFTPCFG=?");
        let expected = "AT+QFTPCFG=?\r\r\n\
            +QFTPCFG: \"account\",<username>,<password>\r\n\
            +QFTPCFG: \"filetype\",(0,1)\r\n\
            +QFTPCFG: \"transmode\",(0,1)\r\n\
            +QFTPCFG: \"contextid\",(1-16)\r\n\
            +QFTPCFG: \"rsptimeout\",(20-180)\r\n\
            +QFTPCFG: \"ssltype\",(0-2)\r\n\
            +QFTPCFG: \"sslctxid\",(0-5)\r\n\
            +QFTPCFG: \"data_address\",(0-2)\r\n\
            +QFTPCFG: \"restenable\",(0,1)\r\n\r\nOK\r\n";
        assert_eq!(answer, expected);
    }

    #[test]
    fn the_test_form_of_the_note_has_eight_lines_and_two_ranges_for_the_address() {
        let answer = model("note").ask("AT+QFTPCFG=?");
        assert_eq!(answer.matches("+QFTPCFG: ").count(), 8);
        let end = "+QFTPCFG: \"data_address\",(0-2),(15-50)\r\n\r\nOK\r\n";
        assert!(answer.ends_with(end), "{answer:?}");
        model("note").play("> AT+QFTPCFG=\"restenable\"\n< +CME ERROR: 610");
    }

    #[test]
    fn every_setting_has_its_default() {
        let mut rig = Rig::default();
        for (key, value) in [
            ("account", "\"\",\"\""),
            ("filetype", "0"),
            ("transmode", "1"),
            ("contextid", "1"),
            ("rsptimeout", "90"),
            ("ssltype", "0"),
            ("sslctxid", "0"),
            ("data_address", "0"),
            ("restenable", "1"),
        ] {
            let line = format!("AT+QFTPCFG=\"{key}\"");
            let expected = format!("{line}\r\r\n+QFTPCFG: \"{key}\",{value}\r\n\r\nOK\r\n");
            assert_eq!(rig.ask(&line), expected);
        }
    }

    #[test]
    fn both_ends_of_every_range_are_taken_and_read_back() {
        let mut rig = Rig::default();
        for (key, values) in [
            ("filetype", &["1", "0"][..]),
            ("transmode", &["0", "1"]),
            ("contextid", &["16", "1"]),
            ("rsptimeout", &["20", "180"]),
            ("ssltype", &["2", "0"]),
            ("sslctxid", &["5", "0"]),
            ("data_address", &["2,15", "2,50", "1", "0"]),
            ("restenable", &["0", "1"]),
        ] {
            for value in values {
                rig.play(&format!("> AT+QFTPCFG=\"{key}\",{value}\n< OK"));
                rig.play(&format!("> AT+QFTPCFG=\"{key}\"\n< +QFTPCFG: \"{key}\",{value}\n< OK"));
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_610_and_changes_nothing() {
        let mut rig = Rig::default();
        rig.play("> AT+QFTPCFG=\"account\",\"user\",\"pass\"\n< OK");
        let long = "x".repeat(256);
        for args in [
            "\"filetype\",2",
            "\"transmode\",-1",
            "\"contextid\",0",
            "\"contextid\",17",
            "\"rsptimeout\",19",
            "\"rsptimeout\",181",
            "\"rsptimeout\",\"90\"",
            "\"rsptimeout\",x",
            "\"rsptimeout\",90,1",
            "\"ssltype\",3",
            "\"sslctxid\",6",
            "\"data_address\",3",
            "\"data_address\",2,14",
            "\"data_address\",2,51",
            "\"restenable\",2",
            "\"account\",\"user\"",
            "\"account\",user,pass",
            "\"account\",\"a\",\"b\",\"c\"",
            &format!("\"account\",\"{long}\",\"b\""),
            &format!("\"account\",\"a\",\"{long}\""),
            "\"nothing\"",
            "\"nothing\",1",
            "account",
            "1",
            "",
        ] {
            let line = format!("AT+QFTPCFG={args}");
            assert_eq!(rig.ask(&line), format!("{line}\r\r\n+CME ERROR: 610\r\n"));
        }
        rig.play("> AT+QFTPCFG=\"account\"\n< +QFTPCFG: \"account\",\"user\",\"pass\"\n< OK");
        rig.play("> AT+QFTPCFG=\"rsptimeout\"\n< +QFTPCFG: \"rsptimeout\",90\n< OK");
    }

    #[test]
    fn there_is_no_read_or_execute_form_and_curly_quotes_are_errors() {
        let mut rig = Rig::default();
        for line in ["AT+QFTPCFG?", "AT+QFTPCFG", "AT+QFTPCFG=“filetype”,1"] {
            assert_eq!(rig.ask(line), format!("{line}\r\r\nERROR\r\n"));
        }
    }

    #[test]
    fn keys_may_be_in_any_case_and_blanks_and_a_trailing_comma_are_forgiven() {
        let mut rig = Rig::default();
        rig.play("> at+qftpcfg=\"FileType\", 1,\n< OK");
        rig.play("> AT+QFTPCFG=\"filetype\"\n< +QFTPCFG: \"filetype\",1\n< OK");
    }

    #[test]
    fn names_and_passwords_of_255_bytes_are_taken() {
        let mut rig = Rig::default();
        let long = "x".repeat(255);
        rig.play(&format!("> AT+QFTPCFG=\"account\",\"{long}\",\"{long}\"\n< OK"));
        rig.play("> AT+QFTPCFG=\"account\",\"a;b,c\",\"\"\n< OK");
        rig.play("> AT+QFTPCFG=\"account\"\n< +QFTPCFG: \"account\",\"a;b,c\",\"\"\n< OK");
    }

    #[test]
    fn a_sibling_masks_the_password() {
        let mut rig = model("eg800k");
        rig.play("> AT+QFTPCFG=\"account\",\"test\",\"secret\"\n< OK");
        rig.play("> AT+QFTPCFG=\"account\"\n< +QFTPCFG: \"account\",\"test\",\"******\"\n< OK");
    }

    #[test]
    fn the_data_timeout_is_kept_when_left_out() {
        let mut rig = Rig::default();
        rig.play("> AT+QFTPCFG=\"data_address\",2\n< OK");
        rig.play("> AT+QFTPCFG=\"data_address\"\n< +QFTPCFG: \"data_address\",2,25\n< OK");
        rig.play("> AT+QFTPCFG=\"data_address\",0,40\n< OK\n> AT+QFTPCFG=\"data_address\",2\n< OK");
        rig.play("> AT+QFTPCFG=\"data_address\"\n< +QFTPCFG: \"data_address\",2,40\n< OK");
    }

    #[test]
    fn the_settings_go_with_the_next_open() {
        let mut rig = Rig::default();
        rig.play("> AT+QFTPCFG=\"filetype\",1\n< OK\n> AT+QFTPCFG=\"ssltype\",2\n< OK");
        rig.play("> AT+QFTPCFG=\"data_address\",1\n< OK");
        rig.log_in();
        let target = rig.server.opened.clone().unwrap();
        assert_eq!((target.host.as_str(), target.port), ("ftp.example.com", 21));
        assert_eq!((target.username.as_str(), target.password.as_str()), ("test", "test"));
        assert!(target.mode.ascii);
        assert_eq!(target.mode.data, DataConnection::Passive(DataAddress::Control));
        assert_eq!(target.tls.map(|tls| tls.start), Some(TlsStart::Explicit));
    }

    #[test]
    fn file_type_and_mode_go_with_the_next_transfer_of_an_open_session() {
        let mut rig = Rig::logged_in();
        rig.server.put("a", "hello");
        rig.play("> AT+QFTPGET=\"a\",\"RAM:1\"\n< OK\n< +QFTPGET: 0,5");
        rig.play("> AT+QFTPCFG=\"filetype\",1\n< OK\n> AT+QFTPCFG=\"transmode\",0\n< OK");
        rig.play("> AT+QFTPGET=\"a\",\"RAM:2\"\n< OK\n< +QFTPGET: 0,5");
        rig.play("> AT+QFTPGET=\"a\",\"RAM:3\"\n< OK\n< +QFTPGET: 0,5");
        let modes = rig.server.requests.iter().filter_map(|request| match request {
            LinkRequest::Mode(mode) => Some(*mode),
            _ => None,
        });
        let active = TransferMode { ascii: true, data: DataConnection::Active };
        assert_eq!(modes.collect::<Vec<_>>(), [active]);
    }

    #[test]
    fn a_secured_session_has_no_active_transfers() {
        let mut rig = Rig::default();
        rig.play("> AT+QFTPCFG=\"ssltype\",1\n< OK");
        rig.log_in();
        rig.play("> AT+QFTPCFG=\"transmode\",0\n< OK\n> AT+QFTPLIST=\".\"\n< +CME ERROR: 610");
        rig.play("> AT+QFTPCFG=\"transmode\",1\n< OK\n> AT+QFTPLIST=\".\"\n< CONNECT\n< OK");
    }

    #[test]
    fn a_new_rsptimeout_counts_for_the_next_command() {
        let mut rig = Rig::logged_in();
        rig.server.silence(true);
        rig.ask("AT+QFTPPWD");
        rig.play("> AT+QFTPCFG=\"rsptimeout\",20\n< OK");
        rig.pass(Duration::from_secs(89));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_secs(1));
        assert_eq!(rig.text(), "\r\n+QFTPPWD: 609,0\r\n");
        rig.ask("AT+QFTPPWD");
        rig.pass(Duration::from_secs(20));
        assert_eq!(rig.text(), "\r\n+QFTPPWD: 609,0\r\n");
    }
}
