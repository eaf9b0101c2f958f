//! `AT+QFTPCFG`: account, file type, transfer mode and the other settings of FTP(S).

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
        get: |modem| {
            let FtpConfig { username, password, .. } = &modem.ftp.config;
            if modem.knobs.account_masked {
                format!("\"{username}\",\"{}\"", "*".repeat(password.len()))
            } else {
                format!("\"{username}\",\"{password}\"")
            }
        },
        set: |modem, values| {
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
        get: |modem| u8::from(modem.ftp.config.ascii).to_string(),
        set: |modem, values| {
            modem.ftp.config.ascii = values.number(0) == Some(1);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "transmode",
        summary: "0 active, 1 passive (default)",
        available: always,
        params: &[Param::number("<transmode>", &[(0, 0), (1, 1)])],
        get: |modem| u8::from(modem.ftp.config.passive).to_string(),
        set: |modem, values| {
            modem.ftp.config.passive = values.number(0) == Some(1);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "contextid",
        summary: "PDP context, default 1",
        available: always,
        params: &[Param::number("<contextID>", &[(1, 16)])],
        get: |modem| modem.ftp.config.context.to_string(),
        set: |modem, values| {
            modem.ftp.config.context = values.get(0).unwrap_or(1);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "rsptimeout",
        summary: "response timeout in seconds, default 90",
        available: always,
        params: &[Param::number("<timeout>", &[(20, 180)])],
        get: |modem| modem.ftp.config.rsptimeout.to_string(),
        set: |modem, values| {
            modem.ftp.config.rsptimeout = values.get(0).unwrap_or(90);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "ssltype",
        summary: "0 FTP (default), 1 FTPS implicit, 2 FTPS explicit",
        available: always,
        params: &[Param::number("<SSL_type>", &[(0, 2)])],
        get: |modem| modem.ftp.config.ssltype.to_string(),
        set: |modem, values| {
            modem.ftp.config.ssltype = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "sslctxid",
        summary: "SSL context, default 0",
        available: always,
        params: &[Param::number("<sslctxid>", &[(0, 5)])],
        get: |modem| modem.ftp.config.ssl_context.to_string(),
        set: |modem, values| {
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
        get: |modem| {
            let FtpConfig { data_address, data_timeout, .. } = modem.ftp.config;
            match data_address {
                2 => format!("2,{data_timeout}"),
                kind => kind.to_string(),
            }
        },
        set: |modem, values| {
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
        get: |modem| u8::from(modem.ftp.config.rest).to_string(),
        set: |modem, values| {
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
