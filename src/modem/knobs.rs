//! Knobs: the points where real firmware differs from the vendor's note, or where nobody knows.
//!
//! Each is declared once, with its default and where that comes from; a model (see
//! [`super::models`]) or a scenario sets those it wants otherwise. Adding a knob is one entry here.

use std::fmt;
use std::time::Duration;

use crate::time::parse_duration;

/// Where a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A recorded exchange with a real module, named by its file.
    Capture(&'static str),
    /// The vendor's FTP(S) note; the section.
    Note(&'static str),
    /// Our choice: nobody has published what hardware does.
    Choice(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Capture(file) => write!(f, "capture `{file}`"),
            Source::Note(section) => write!(f, "note §{section}"),
            Source::Choice(why) => write!(f, "choice: {why}"),
        }
    }
}

/// A knob as it is declared, for tables and messages.
#[derive(Debug)]
pub struct KnobInfo {
    /// Its name in scenarios and on the command line.
    pub name: &'static str,
    /// What it decides.
    pub summary: &'static str,
    /// Where the default comes from.
    pub source: Source,
    /// Reads it.
    pub get: fn(&Knobs) -> String,
    set: fn(&mut Knobs, &str) -> Result<(), String>,
}

/// Why a knob could not be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KnobError {
    /// No knob has this name.
    #[error("there is no knob `{0}`")]
    Unknown(String),
    /// The knob does not take this value.
    #[error("knob `{name}`: `{value}` is not {expected}")]
    Value {
        /// The knob.
        name: &'static str,
        /// What was given.
        value: String,
        /// What it takes.
        expected: String,
    },
}

/// A type that a knob can have.
trait KnobValue: Sized {
    /// The value, or what was expected.
    fn read(text: &str) -> Result<Self, String>;
    fn show(&self) -> String;
}

impl KnobValue for bool {
    fn read(text: &str) -> Result<bool, String> {
        text.parse().map_err(|_| "true or false".to_owned())
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

macro_rules! number_knob {
    ($($ty:ty),*) => { $(
        impl KnobValue for $ty {
            fn read(text: &str) -> Result<$ty, String> {
                text.parse().map_err(|_| format!("a number from 0 to {}", <$ty>::MAX))
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    )* };
}
number_knob!(u8, u16, u32, u64);

impl KnobValue for String {
    fn read(text: &str) -> Result<String, String> {
        Ok(text.to_owned())
    }

    fn show(&self) -> String {
        self.clone()
    }
}

impl KnobValue for Duration {
    fn read(text: &str) -> Result<Duration, String> {
        parse_duration(text).map_err(|_| "a duration such as 50ms".to_owned())
    }

    fn show(&self) -> String {
        format!("{}ms", self.as_millis())
    }
}

/// Declares an enum whose values are words.
macro_rules! word_knob {
    ($(#[doc = $doc:literal])* $ty:ident { $($(#[doc = $vdoc:literal])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $ty { $($(#[doc = $vdoc])* $variant),* }

        impl KnobValue for $ty {
            fn read(text: &str) -> Result<$ty, String> {
                match text {
                    $($word => Ok($ty::$variant),)*
                    _ => Err(format!("one of {}", [$($word),*].join(", "))),
                }
            }

            fn show(&self) -> String {
                match self { $($ty::$variant => $word.to_owned()),* }
            }
        }
    };
}

word_knob! {
    /// What `+++` does in a download to `COM:`.
    EscapeGet {
        /// The transfer is suspended, `ATO` resumes it.
        Resume = "resume",
        /// The transfer is given up.
        Abort = "abort",
    }
}

word_knob! {
    /// How the failure of a download to `COM:` before any data is told.
    EarlyFailure {
        /// `+CME ERROR: <err>` instead of `CONNECT`.
        Cme = "cme",
        /// `OK`, then `+QFTPGET: <err>,<protocol_error>`, without `CONNECT`.
        Urc = "urc",
    }
}

word_knob! {
    /// A command that succeeds or fails.
    Outcome {
        /// It answers `OK`.
        Ok = "ok",
        /// It answers `ERROR`.
        Error = "error",
    }
}

macro_rules! knobs {
    ($($(#[doc = $doc:literal])* $name:ident: $ty:ty = $default:expr, $source:expr;)*) => {
        /// The value of every knob.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Knobs { $($(#[doc = $doc])* pub $name: $ty,)* }

        impl Default for Knobs {
            fn default() -> Knobs {
                Knobs { $($name: $default,)* }
            }
        }

        /// Every knob, in the order of their declaration.
        pub static KNOBS: &[KnobInfo] = &[$(KnobInfo {
            name: stringify!($name),
            summary: concat!($($doc),*),
            source: $source,
            get: |knobs| knobs.$name.show(),
            set: |knobs, text| <$ty as KnobValue>::read(text).map(|value| knobs.$name = value),
        },)*];
    };
}

use Source::{Capture, Choice, Note};

knobs! {
    /// `AT+CGMM`, and the second line of `ATI`: never with `-G`.
    product: String = "EC25".to_owned(), Capture("ec25-efar06a17m4g-provision");
    /// `AT+CGMR`, and after `Revision: ` in `ATI`.
    revision: String = "EC25EFAR06A17M4G".to_owned(), Capture("ec25-efar06a17m4g-provision");
    /// `AT+QGMR`: the revision and its release.
    release: String = "EC25EFAR06A17M4G_20.200.20.200".to_owned(), Capture("ec25-efar06a17m4g-provision");
    /// After `SubEdition: ` in `AT+CSUB`.
    sub_edition: String = "V04".to_owned(), Capture("ec20-cefdr02a09m4g-toybrick");
    /// `AT+CMEE` after power-on: 0 `ERROR`, 1 number, 2 text.
    cmee: u8 = 1, Capture("ec25-efar06a17m4g-provision");
    /// The pause between a final result code and a later `+QFTP…` line.
    urc_gap: Duration = Duration::from_millis(50), Choice("hosts need 20 ms to tell them apart");
    /// `OK` and the `+QFTP…` line that follows it come in one write, if the line comes within
    /// `urc_gap`.
    ack_then_urc_same_write: bool = false, Choice("hosts of that kind must be tested too");
    /// The silences around `+++`: S12 after power-on, in steps of 20 ms up to 5 s.
    guard_time: Duration = Duration::from_secs(1), Note("1.4");
    /// `+QFTPPWD: 0,"/"` instead of `0,/`.
    pwd_quoted: bool = false, Capture("ec20-merafour-ftp");
    /// `+QFLST: "name",size`, not `+QFLST: name,size`.
    qflst_quoted: bool = true, Capture("ec25-efar06a17m4g-provision");
    /// `AT+QFLST` asked without a prefix prints `UFS:` before UFS names.
    qflst_bare_prefix: bool = true, Capture("ec25-efar06a17m4g-provision");
    /// A folder that `AT+QFLST="*"` lists before the files, as it stands there: `"security/",0`.
    qflst_folder: String = String::new(), Capture("ec25-efar06a17m4g-provision");
    /// `=?` of `AT+QFSEEK`, `AT+QFPOSITION`, `AT+QFTUCAT` and `AT+QFFLUSH` names the parameters, as
    /// that of the other FILE commands does; else `OK` alone.
    inferred_tests: bool = true, Choice("only the others were seen");
    /// The misprint `+QFTPSIZE:0, 1000` of §3.4.
    size_misprint: bool = false, Capture("ec20-merafour-ftp");
    /// `+QFTPSTAT: 0,1` before its `OK` (§3.6).
    stat_before_ok: bool = false, Note("2.17");
    /// `AT+QFTPCFG` knows `"restenable"`.
    cfg_restenable: bool = true, Capture("eg25g-a08m2g_01.003.01.003-cellular");
    /// `AT+QFTPCFG=?` prints the range of `data_timeout`.
    cfg_data_timeout_in_test: bool = false, Capture("eg25g-a08m2g_01.003.01.003-cellular");
    /// `AT+QFTPCFG="account"` shows the password as asterisks.
    account_masked: bool = false, Note("2.1");
    /// `AT+QFTPNLIST` is taken for `AT+QFTPNLST`.
    accept_nlist: bool = false, Note("2.12");
    /// Slips of the note and of field code are taken: no password before `<auth>` in
    /// `AT+QICSGP`, a blank after `COM:`.
    lenient: bool = true, Note("3.1");
    /// The `+CME ERROR` of a command that needs a session, without one.
    closed_cmd_error: u16 = 606, Choice("nobody has published it");
    /// The `+CME ERROR` of `AT+QFTPOPEN` on a session that is open.
    open_again_error: u16 = 603, Choice("nobody has published it");
    /// The `+CME ERROR` of a command while another operation is under way.
    busy_cmd_error: u16 = 603, Capture("ec2x-probserver");
    /// How a download to `COM:` of a missing file fails.
    com_get_missing: EarlyFailure = EarlyFailure::Cme, Choice("like a captured 615");
    /// A download replaces a local file of its name; else it fails with 613.
    get_replaces: bool = true, Choice("public drivers differ: one deletes first, others do not");
    /// An upload from `COM:` that waits too long for the host ends with `OK`, then
    /// `+QFTPPUT: 609,0`; else the other way round.
    put_timeout_ok_first: bool = true, Choice("the order is not known");
    /// `<err>` of an upload from `COM:` that ends without a byte; with 0 an empty file is stored.
    put_empty_err: u16 = 0, Choice("no log of one is known");
    /// With `"filetype"`,1 an LF alone is sent as CR LF; else the bytes go as they are.
    ascii_line_ends: bool = false, Choice("the module is only known to send TYPE A");
    /// `"transmode"` after power-on: 0 active, 1 passive.
    transmode: u8 = 1, Choice("the note's underline is lost; host code always sets 1");
    /// `AT+QFTPCFG="data_address"` takes a `<data_timeout>` though its `=?` may not show one.
    data_timeout_taken: bool = true, Note("2.1");
    /// A session that ends by itself while idle is told by `+QFTPCLOSE: 606,0`.
    session_lost_urc: bool = true, Choice("a public driver waits for it");
    /// With `AT+CMEE=2` the errors 601–631 are told by text; else by number.
    ftp_error_texts: bool = true, Choice("the note has the texts; on hardware some codes stay numbers");
    /// What `+++` does in a download to `COM:`.
    escape_get: EscapeGet = EscapeGet::Resume, Note("1.4");
    /// After a data connection could not be opened, everything is 603 until `AT+QFTPCLOSE`.
    data_fail_sticky: bool = false, Choice("seen on a sibling only");
    /// The `+CME ERROR` of `AT+QFDEL` for a missing file.
    qfdel_missing: u16 = 418, Capture("ec25-efar06a17m4g-provision");
    /// The number of the first file handle.
    handle_base: u32 = 1, Choice("two public drivers take 0 for a failure");
    /// `AT+QFUPL` in ACK mode waits shortly for padding that fills the last kilobyte.
    qfupl_ack_tail: bool = true, Choice("a public updater pads and waits for its `A`");
    /// How many fields a line of `AT+CGDCONT?` has, up to 8.
    cgdcont_fields: u8 = 8, Capture("ec2x-linux-fc20-gateway");
    /// `AT+QIACT` on a context that is active.
    qiact_when_active: Outcome = Outcome::Error, Choice("weak evidence in a test framework");
    /// `AT+QIACT` needs an APN set by `AT+QICSGP`.
    qiact_needs_apn: bool = true, Note("4.2");
    /// The speed in bit/s that `CONNECT` tells after `ATD` and `ATO` with `ATX1` to `ATX4`; 0 none.
    connect_speed: u32 = 0, Capture("ec20-cefdr02a09m4g-toybrick");
    /// How long `AT+QIACT` takes, up to 150 s; nothing else is dealt with meanwhile.
    qiact_time: Duration = Duration::ZERO, Choice("it depends on the network");
    /// How long a ping travels there and back.
    ping_time: Duration = Duration::from_millis(40), Choice("it depends on the network");
    /// The modem starts with the boot lines (`RDY` …). After a restart they always come.
    boot_urcs: bool = false, Choice("on USB they come before a host has the port open");
    /// `APP RDY` follows `RDY`.
    boot_app_ready: bool = false, Capture("eg25g-pinephone-nuttx");
    /// From power-on or restart to `RDY`.
    boot_time: Duration = Duration::from_secs(5), Choice("10 s and more were seen");
    /// What the host sends between `RDY` and `+CFUN: 1` is answered after that.
    boot_holds_input: bool = false, Choice("modules were seen to do either");
    /// `+CFUN: 1` is among the boot lines.
    boot_tells_cfun: bool = true, Capture("eg25g-pinephone-nuttx");
    /// `AT+CFUN` while the card starts; an error is 3.
    cfun_while_starting: Outcome = Outcome::Ok, Capture("eg916q-gl-forum34559");
    /// From `RDY` or `AT+CFUN=1` to `+CPIN: READY`.
    sim_time: Duration = Duration::from_secs(2), Capture("ec20-ce-edge-modem-bench");
    /// From `RDY` or `AT+CFUN=1` to the registration in the network.
    registration_time: Duration = Duration::from_secs(5), Capture("ec20-ce-edge-modem-bench");
    /// The greatest `"sslversion"`; 4 means all of them, and so does 5.
    ssl_version_max: u8 = 4, Capture("eg25g-a08m2g_01.003.01.003-cellular");
    /// `AT+QSSLCFG` knows 28 cipher suites, not 33.
    ssl_fewer_ciphers: bool = false, Capture("eg25g-a08m2g_01.003.01.003-cellular");
    /// `AT+QSSLCFG` knows `"ignorecertitem"`.
    ssl_ignorecertitem: bool = false, Capture("eg25g-a08m2g_01.003.01.003-cellular");
    /// `AT+QSSLCFG` knows `"ignoreprivkey"`.
    ssl_ignoreprivkey: bool = false, Capture("eg25g-a08m2g_01.003.01.003-cellular");
    /// `"sslversion"` is obeyed to the letter: versions that are out of use are used where they can
    /// be, else the handshake fails. Otherwise TLS 1.2 or 1.3 takes their place.
    tls_faithful: bool = false, Choice("few libraries still have the old versions");
    /// After `POWERED DOWN` the module starts again by itself.
    qpowd_reboots: bool = false, Choice("boards differ in who holds the power key");
    /// Bytes that UFS holds.
    ufs_total: u64 = 16 * 1024 * 1024, Capture("ec25-afxgar07a04m1g-notes");
    /// Bytes that RAM holds.
    ram_total: u64 = 8 * 1024 * 1024, Choice("nobody has published it");
    /// An SD card is there.
    sd_present: bool = true, Note("3.6");
    /// Bytes that the SD card holds.
    sd_total: u64 = 64 * 1024 * 1024, Choice("a small card");
}

impl Knobs {
    /// Sets the knob `name` to the value written as `text`.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), KnobError> {
        let info = KNOBS
            .iter()
            .find(|info| info.name == name)
            .ok_or_else(|| KnobError::Unknown(name.to_owned()))?;
        (info.set)(self, text).map_err(|expected| KnobError::Value {
            name: info.name,
            value: text.to_owned(),
            expected,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_reads_back_what_it_shows() {
        let defaults = Knobs::default();
        for info in KNOBS {
            let mut knobs = Knobs::default();
            assert_eq!(knobs.set(info.name, &(info.get)(&defaults)), Ok(()), "{}", info.name);
            assert_eq!(knobs, defaults, "{}", info.name);
        }
    }

    #[test]
    fn a_bad_name_or_value_says_what_was_expected() {
        let mut knobs = Knobs::default();
        assert_eq!(knobs.set("pwd_quoted", "true"), Ok(()));
        assert!(knobs.pwd_quoted);
        let error = |knobs: &mut Knobs, name, text| knobs.set(name, text).unwrap_err().to_string();
        assert_eq!(error(&mut knobs, "pwd", "1"), "there is no knob `pwd`");
        assert_eq!(
            error(&mut knobs, "escape_get", "stop"),
            "knob `escape_get`: `stop` is not one of resume, abort"
        );
        assert_eq!(
            error(&mut knobs, "urc_gap", "50"),
            "knob `urc_gap`: `50` is not a duration such as 50ms"
        );
    }
}
