//! `AT+QSSLCFG`: what FTPS obeys.

use crate::at::param::{Param, flat};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Item, Refusal, TestForm};
use crate::modem::ssl::ALL_CIPHER_SUITES;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QSSLCFG",
    Group::Ssl,
    "Set or query protocol version, cipher suite, certificates, checks",
    "FTP note §3.2; captures",
)
.test(TestForm::Lines(test_lines))
.keyed_by(&CONTEXT, ITEMS);

static CONTEXT: Param = Param::number("<sslctxid>", &[(0, 5)]);

/// The cipher suites there are, in the order of `=?`.
const CIPHER_SUITES: &[u16] = &[
    0x0035, 0x002F, 0x0005, 0x0004, 0x000A, 0x003D, 0xC002, 0xC003, 0xC004, 0xC005, 0xC007, 0xC008,
    0xC009, 0xC00A, 0xC011, 0xC012, 0xC013, 0xC014, 0xC00C, 0xC00D, 0xC00E, 0xC00F, 0xC023, 0xC024,
    0xC025, 0xC026, 0xC027, 0xC028, 0xC029, 0xC02A, 0xC02F, 0xC030, 0xFFFF,
];

/// Those that newer firmware has dropped (captures, INDEX point 21).
const NOT_IN_NEWER_FIRMWARE: &[u16] = &[0x0004, 0xC002, 0xC007, 0xC011, 0xC00C];

/// In the list of older firmware a blank stands before this one.
const AFTER_BLANK: u16 = 0xC007;

static ITEMS: &[Item] = &[
    Item {
        key: "sslversion",
        summary: "0 SSL 3.0, 1 TLS 1.0, 2 TLS 1.1, 3 TLS 1.2, 4 all of them (default)",
        available: always,
        params: &[Param::number("<sslversion>", &[(0, 5)])],
        get: |modem, id| modem.ssl.context(id).version.to_string(),
        set: |modem, id, values| {
            let version = values.get(0).unwrap_or(0);
            if version > modem.knobs.ssl_version_max {
                return Err(Refusal::Error);
            }
            modem.ssl.context_mut(id).version = version;
            Ok(Flow::Done)
        },
    },
    Item {
        key: "dtls",
        summary: "1 DTLS; without effect",
        available: always,
        params: &[Param::number("<enable>", &[(0, 0), (1, 1)])],
        get: |modem, id| modem.ssl.context(id).dtls.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).dtls = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "dtlsversion",
        summary: "0 DTLS 1.0, 1 DTLS 1.2; without effect",
        available: always,
        params: &[Param::number("<dtlsversion>", &[(0, 0), (1, 1)])],
        get: |modem, id| modem.ssl.context(id).dtls_version.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).dtls_version = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "ciphersuite",
        summary: "number of a cipher suite, or 0XFFFF for all of them (default)",
        available: always,
        params: &[Param::hex("<ciphersuite>", 0xFFFF)],
        get: |modem, id| format!("0X{:04X}", modem.ssl.context(id).cipher_suite),
        set: |modem, id, values| {
            let suite = values.get(0).unwrap_or(ALL_CIPHER_SUITES);
            if !knows_suite(modem, suite) {
                return Err(Refusal::Error);
            }
            modem.ssl.context_mut(id).cipher_suite = suite;
            Ok(Flow::Done)
        },
    },
    Item {
        key: "cacert",
        summary: "file with the certificates of trusted authorities",
        available: always,
        params: &[Param::text("<cacertpath>", 255)],
        get: |modem, id| quoted(&modem.ssl.context(id).ca_cert),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).ca_cert = values.text(0).to_owned();
            Ok(Flow::Done)
        },
    },
    Item {
        key: "cacertex",
        summary: "another such file",
        available: always,
        params: &[Param::text("<cacertexpath>", 255)],
        get: |modem, id| quoted(&modem.ssl.context(id).ca_cert_ex),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).ca_cert_ex = values.text(0).to_owned();
            Ok(Flow::Done)
        },
    },
    Item {
        key: "clientcert",
        summary: "file with the client's certificate",
        available: always,
        params: &[Param::text("<client_cert_path>", 255)],
        get: |modem, id| quoted(&modem.ssl.context(id).client_cert),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).client_cert = values.text(0).to_owned();
            Ok(Flow::Done)
        },
    },
    Item {
        key: "clientkey",
        summary: "file with its key, and the password of that",
        available: always,
        params: &[
            Param::text("<client_key_path>", 255),
            Param::text("<key_pwd>", 255).optional(""),
        ],
        get: |modem, id| {
            let context = modem.ssl.context(id);
            two_quoted(&context.client_key, &context.client_key_password)
        },
        set: |modem, id, values| {
            let context = modem.ssl.context_mut(id);
            context.client_key = values.text(0).to_owned();
            context.client_key_password = values.text(1).to_owned();
            Ok(Flow::Done)
        },
    },
    Item {
        key: "seclevel",
        summary: "0 no check (default), 1 the server is checked, 2 the client, too",
        available: always,
        params: &[Param::number("<seclevel>", &[(0, 2)])],
        get: |modem, id| modem.ssl.context(id).security_level.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).security_level = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "ignorelocaltime",
        summary: "1 the validity of certificates is not checked (default)",
        available: always,
        params: &[Param::number("<ignore_ltime>", &[(0, 0), (1, 1)])],
        get: |modem, id| modem.ssl.context(id).ignore_local_time.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).ignore_local_time = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "negotiatetime",
        summary: "seconds for the handshake, default 300",
        available: always,
        params: &[Param::number("<negotiate_time>", &[(10, 300)])],
        get: |modem, id| modem.ssl.context(id).negotiate_time.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).negotiate_time = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "sni",
        summary: "1 the name of the server is sent; default 0",
        available: always,
        params: &[Param::number("<sni>", &[(0, 0), (1, 1)])],
        get: |modem, id| modem.ssl.context(id).sni.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).sni = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "psk",
        summary: "identity and key; without effect",
        available: always,
        params: &[Param::text("<identity>", 255), Param::text("<key>", 255)],
        get: |modem, id| {
            let (identity, key) = &modem.ssl.context(id).psk;
            two_quoted(identity, key)
        },
        set: |modem, id, values| {
            modem.ssl.context_mut(id).psk = (values.text(0).to_owned(), values.text(1).to_owned());
            Ok(Flow::Done)
        },
    },
    Item {
        key: "closetimemode",
        summary: "kept, without effect",
        available: always,
        params: &[Param::number("<close_time_mode>", &[(0, 0), (1, 1)])],
        get: |modem, id| modem.ssl.context(id).close_time_mode.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).close_time_mode = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "session_cache",
        summary: "1 sessions are resumed; default 0",
        available: always,
        params: &[Param::number("<session_cache_enable>", &[(0, 0), (1, 1)])],
        get: |modem, id| modem.ssl.context(id).session_cache.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).session_cache = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "alpn",
        summary: "protocol name",
        available: always,
        params: &[Param::text("<protocolname>", 255)],
        get: |modem, id| quoted(&modem.ssl.context(id).alpn),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).alpn = values.text(0).to_owned();
            Ok(Flow::Done)
        },
    },
    Item {
        key: "renegotiation",
        summary: "kept, without effect",
        available: always,
        params: &[Param::number("<renegotiation>", &[(0, 0), (1, 1)])],
        get: |modem, id| modem.ssl.context(id).renegotiation.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).renegotiation = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "ignoreprivkey",
        summary: "kept, without effect",
        available: |modem| modem.knobs.ssl_ignoreprivkey,
        params: &[Param::number("<ignoreprivkey>", &[(0, 0), (1, 1)])],
        get: |modem, id| modem.ssl.context(id).ignore_private_key.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).ignore_private_key = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "ignoremulticertchainverify",
        summary: "1 only the server's own certificate is checked",
        available: always,
        params: &[Param::number("<ignore_chain>", &[(0, 0), (1, 1)])],
        get: |modem, id| modem.ssl.context(id).ignore_chain.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).ignore_chain = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "ignoreinvalidcertsign",
        summary: "1 signatures of certificates are not checked",
        available: always,
        params: &[Param::number("<ignore_sign>", &[(0, 0), (1, 1)])],
        get: |modem, id| modem.ssl.context(id).ignore_signature.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).ignore_signature = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
    Item {
        key: "ignorecertitem",
        summary: "bits of what is not checked in certificates",
        available: |modem| modem.knobs.ssl_ignorecertitem,
        params: &[Param::number("<ignore_item>", &[(0, 1_048_575)])],
        get: |modem, id| modem.ssl.context(id).ignore_items.to_string(),
        set: |modem, id, values| {
            modem.ssl.context_mut(id).ignore_items = values.get(0).unwrap_or(0);
            Ok(Flow::Done)
        },
    },
];

fn always(_: &Modem) -> bool {
    true
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Two texts, the second only if there is one (our choice).
fn two_quoted(first: &str, second: &str) -> String {
    if second.is_empty() { quoted(first) } else { format!("\"{first}\",\"{second}\"") }
}

fn knows_suite(modem: &Modem, suite: u16) -> bool {
    let dropped = modem.knobs.ssl_fewer_ciphers && NOT_IN_NEWER_FIRMWARE.contains(&suite);
    CIPHER_SUITES.contains(&suite) && !dropped
}

/// One line a key; firmware differs in some.
fn test_lines(modem: &Modem) -> Vec<String> {
    let suite = |suite: &u16| {
        let blank = if *suite == AFTER_BLANK { " " } else { "" };
        format!("{blank}0X{suite:04X}")
    };
    let values = |item: &Item| match item.key {
        "sslversion" => format!("(0-{})", modem.knobs.ssl_version_max),
        "ciphersuite" => {
            let known = CIPHER_SUITES.iter().filter(|suite| knows_suite(modem, **suite));
            format!("({})", known.map(suite).collect::<Vec<_>>().join(","))
        }
        _ => flat(item.params),
    };
    ITEMS
        .iter()
        .filter(|item| (item.available)(modem))
        .map(|item| format!("\"{}\",{},{}", item.key, CONTEXT.test_text(), values(item)))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::modem::ssl::SslContext;
    use crate::rig::Rig;

    const OLDER_SUITES: &str = "0X0035,0X002F,0X0005,0X0004,0X000A,0X003D,0XC002,0XC003,0XC004,0XC005, 0XC007,0XC008,0XC009,0XC00A,0XC011,0XC012,0XC013,0XC014,0XC00C,0XC00D,0XC00E,0XC00F,0XC023,0XC024,0XC025,0XC026,0XC027,0XC028,0XC029,0XC02A,0XC02F,0XC030,0XFFFF";
    const NEWER_SUITES: &str = "0X0035,0X002F,0X0005,0X000A,0X003D,0XC003,0XC004,0XC005,0XC008,0XC009,0XC00A,0XC012,0XC013,0XC014,0XC00D,0XC00E,0XC00F,0XC023,0XC024,0XC025,0XC026,0XC027,0XC028,0XC029,0XC02A,0XC02F,0XC030,0XFFFF";

    fn test_form(setup: Setup) -> Vec<String> {
        let answer = Rig::new(setup).ask("AT+QSSLCFG=?");
        let lines = answer.lines().filter_map(|line| line.strip_prefix("+QSSLCFG: "));
        lines.map(str::to_owned).collect()
    }

    /// Captures `eg25g-a08m2g_*-cellular`.
    #[test]
    fn the_test_form_depends_on_the_firmware() {
        let older = test_form(Setup::default());
        assert_eq!(older.len(), 19);
        assert_eq!(older[0], "\"sslversion\",(0-5),(0-4)");
        assert_eq!(older[3], format!("\"ciphersuite\",(0-5),({OLDER_SUITES})"));
        assert_eq!(older[4], "\"cacert\",(0-5),<cacertpath>");
        assert_eq!(older[7], "\"clientkey\",(0-5),<client_key_path>,<key_pwd>");
        assert_eq!(older[10], "\"negotiatetime\",(0-5),(10-300)");
        assert_eq!(older[12], "\"psk\",(0-5),<identity>,<key>");
        assert_eq!(older[18], "\"ignoreinvalidcertsign\",(0-5),(0,1)");

        let mut setup = Setup::default();
        setup.knobs.ssl_version_max = 5;
        assert_eq!(test_form(setup)[0], "\"sslversion\",(0-5),(0-5)");

        let mut setup = Setup::default();
        setup.knobs.ssl_fewer_ciphers = true;
        setup.knobs.ssl_ignorecertitem = true;
        setup.knobs.ssl_ignoreprivkey = true;
        let newer = test_form(setup);
        assert_eq!(newer.len(), 21);
        assert_eq!(newer[3], format!("\"ciphersuite\",(0-5),({NEWER_SUITES})"));
        assert_eq!(newer[17], "\"ignoreprivkey\",(0-5),(0,1)");
        assert_eq!(newer[20], "\"ignorecertitem\",(0-5),(0-1048575)");
    }

    #[test]
    fn every_number_is_kept_within_its_range() {
        let mut rig = Rig::default();
        for (key, low, high) in [
            ("sslversion", 0, 4),
            ("dtls", 0, 1),
            ("dtlsversion", 0, 1),
            ("seclevel", 0, 2),
            ("ignorelocaltime", 0, 1),
            ("negotiatetime", 10, 300),
            ("sni", 0, 1),
            ("closetimemode", 0, 1),
            ("session_cache", 0, 1),
            ("renegotiation", 0, 1),
            ("ignoremulticertchainverify", 0, 1),
            ("ignoreinvalidcertsign", 0, 1),
        ] {
            for value in [low, high] {
                rig.play(&format!(
                    "> AT+QSSLCFG=\"{key}\",5,{value}\n< OK\n\
                     > AT+QSSLCFG=\"{key}\",5\n< +QSSLCFG: \"{key}\",5,{value}\n< OK"
                ));
            }
            for bad in [format!("{}", high + 1), format!("{}", low - 1), "\"1\"".to_owned()] {
                rig.play(&format!("> AT+QSSLCFG=\"{key}\",5,{bad}\n< ERROR"));
            }
            rig.play(&format!("> AT+QSSLCFG=\"{key}\",6,{low}\n< ERROR"));
            rig.play(&format!("> AT+QSSLCFG=\"{key}\"\n< ERROR"));
        }
    }

    #[test]
    fn every_text_is_kept() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+QSSLCFG="cacert",2
            < +QSSLCFG: "cacert",2,""
            < OK
            > AT+QSSLCFG="cacert",2,"UFS:ca.pem";+QSSLCFG="cacertex",2,"UFS:ca2.pem"
            < OK
            > AT+QSSLCFG="clientcert",2,"RAM:c.pem";+QSSLCFG="clientkey",2,"RAM:k.pem","secret"
            < OK
            > AT+QSSLCFG="psk",2,"me","00ff";+QSSLCFG="alpn",2,"ftp"
            < OK
            > AT+QSSLCFG="cacert",2
            < +QSSLCFG: "cacert",2,"UFS:ca.pem"
            < OK
            > AT+QSSLCFG="clientkey",2
            < +QSSLCFG: "clientkey",2,"RAM:k.pem","secret"
            < OK
            > AT+QSSLCFG="psk",2
            < +QSSLCFG: "psk",2,"me","00ff"
            < OK
            > AT+QSSLCFG="psk",2,"me"
            < ERROR
            > AT+QSSLCFG="clientkey",2,"RAM:k.pem"
            < OK
            > AT+QSSLCFG="clientkey",2
            < +QSSLCFG: "clientkey",2,"RAM:k.pem"
            < OK
        "#,
        );
        let context = rig.modem.ssl().context(2);
        assert_eq!(context.ca_cert_ex, "UFS:ca2.pem");
        assert_eq!(context.alpn, "ftp");
        assert_eq!(context.client_key_password, "");
        assert_eq!(rig.modem.ssl().context(3), &SslContext::default());
    }

    #[test]
    fn cipher_suites_are_hexadecimal_without_quotes() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+QSSLCFG="ciphersuite",1
            < +QSSLCFG: "ciphersuite",1,0XFFFF
            < OK
            > AT+QSSLCFG="ciphersuite",1,0xc02f
            < OK
            > AT+QSSLCFG="ciphersuite",1
            < +QSSLCFG: "ciphersuite",1,0XC02F
            < OK
            > AT+QSSLCFG="ciphersuite",1, 0X0035
            < OK
            > AT+CMEE=2
            < OK
            > AT+QSSLCFG="ciphersuite",1,"0XFFFF"
            < ERROR
            > AT+QSSLCFG="ciphersuite",1,0X1301
            < ERROR
            > AT+QSSLCFG="ciphersuite",1,0X10000
            < ERROR
            > AT+QSSLCFG="nosuchkey",1,1
            < ERROR
        "#,
        );
        assert_eq!(rig.modem.ssl().context(1).cipher_suite, 0x0035);
    }

    /// Two public programs meant to set it so; what they get is an answer.
    #[test]
    fn with_two_values_the_second_is_the_context_of_a_query() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+QSSLCFG="ignorelocaltime",1
            < +QSSLCFG: "ignorelocaltime",1,1
            < OK
            > AT+QSSLCFG="ignorelocaltime",1,0
            < OK
            > AT+QSSLCFG="ignorelocaltime",1
            < +QSSLCFG: "ignorelocaltime",1,0
            < OK
        "#,
        );
    }

    #[test]
    fn newer_firmware_knows_more_keys_and_fewer_suites() {
        let mut rig = Rig::default();
        rig.play("> AT+QSSLCFG=\"ignorecertitem\",0,1\n< ERROR");
        rig.play("> AT+QSSLCFG=\"ciphersuite\",0,0XC011\n< OK");
        let mut setup = Setup::default();
        setup.knobs.ssl_ignorecertitem = true;
        setup.knobs.ssl_fewer_ciphers = true;
        let mut rig = Rig::new(setup);
        rig.play("> AT+QSSLCFG=\"ignorecertitem\",0,1048575\n< OK");
        rig.play("> AT+QSSLCFG=\"ignorecertitem\",0,1048576\n< ERROR");
        rig.play("> AT+QSSLCFG=\"ciphersuite\",0,0XC011\n< ERROR");
        assert_eq!(rig.modem.ssl().context(0).ignore_items, 1_048_575);
    }
}
